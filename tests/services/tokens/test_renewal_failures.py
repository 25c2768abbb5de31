"""Renewals that fail: what AWS answers, what the disk refuses, and processes that are killed."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from rolecall.aws.sign_in import Oidc
from rolecall.demo.faults import Fault
from rolecall.domain.errors import RenewalInterrupted, ServiceError, SignInNeeded, Unreachable
from rolecall.domain.errors.file_errors import (
    FileBusy,
    FileUnwritable,
    TokenNotRenewed,
    TokenNotSaved,
)
from rolecall.domain.model import AccessToken
from rolecall.files.safe import atomic
from rolecall.services.tokens import renewal
from tests.services.tokens.test_renewal import (
    minutes_left,
    renewals,
    token_file,
    valid_token,
    value,
)
from tests.support.desk import Desk
from tests.support.obstacles import kills
from tests.support.obstacles.full_disk import no_write_works
from tests.support.obstacles.locks import stopped_with_lock
from tests.support.obstacles.unwritable import OBSTACLES, unwritable


class TestWhatFails:
    @pytest.mark.thorough
    @pytest.mark.parametrize("fault", [Fault.RESET, Fault.HTML, Fault.EMPTY, 500, 429, 400])
    def test_the_old_token_is_used_while_it_is_valid(self, desk: Desk, fault: Fault | int) -> None:
        old = minutes_left(desk, 4)
        desk.server.faults.add("CreateToken", fault)
        found = valid_token(desk)
        assert found is not None
        assert found.value == old.value
        assert found.refresh_token == old.refresh_token

    def test_the_error_is_raised_once_the_old_token_has_expired(self, desk: Desk) -> None:
        minutes_left(desk, 0)
        desk.server.stop()
        with pytest.raises(Unreachable):
            valid_token(desk)

    def test_a_refresh_token_that_the_server_refuses_means_a_sign_in(self, desk: Desk) -> None:
        minutes_left(desk, 0)
        desk.server.forget_sign_ins()
        assert valid_token(desk) is None
        with pytest.raises(SignInNeeded):
            desk.services.tokens.renew(desk.session)

    def test_a_client_that_the_server_has_forgotten_means_a_sign_in(self, desk: Desk) -> None:
        minutes_left(desk, 0)
        desk.server.forget_clients()
        assert valid_token(desk) is None

    def test_a_refusal_while_the_old_token_is_valid(self, desk: Desk) -> None:
        old = minutes_left(desk, 4)
        desk.server.forget_sign_ins()
        found = valid_token(desk)
        assert found is not None
        assert found.value == old.value

    @pytest.mark.parametrize("obstacle", OBSTACLES)
    def test_a_token_file_that_cannot_be_replaced_costs_no_refresh_token(
        self, desk: Desk, obstacle: str
    ) -> None:
        minutes_left(desk, 0)
        with unwritable(token_file(desk), obstacle):
            with pytest.raises(TokenNotRenewed) as caught:
                valid_token(desk)
            assert caught.value.session == "corp"
            assert renewals(desk) == 0
        assert valid_token(desk) is not None
        assert renewals(desk) == 1

    def test_without_a_state_folder_a_token_is_renewed_as_the_aws_cli_does(
        self, desk: Desk
    ) -> None:
        old = minutes_left(desk, 0)
        state = desk.token_cache.state
        shutil.rmtree(state, ignore_errors=True)
        state.parent.mkdir(parents=True, exist_ok=True)
        state.write_text("in the way")
        new = valid_token(desk)
        assert value(new) != old.value
        assert value(desk.token_cache.token(desk.session)) == value(new)
        assert value(desk.another().sign_in.valid_token(desk.session)) == value(new)
        assert renewals(desk) == 1
        assert desk.another().sign_in.begin(desk.session)

    @pytest.mark.parametrize("obstacle", OBSTACLES)
    def test_no_device_code_is_shown_for_a_token_that_could_not_be_saved(
        self, desk: Desk, obstacle: str
    ) -> None:
        minutes_left(desk, 0)
        with unwritable(token_file(desk), obstacle), pytest.raises(FileUnwritable):
            desk.services.sign_in.begin(desk.session)
        with unwritable(token_file(desk), obstacle), pytest.raises(FileUnwritable):
            desk.services.sign_in.begin_in_browser(desk.session, ("", ""))
        assert desk.server.calls.count("StartDeviceAuthorization") == 0

    def test_a_stopped_process_with_the_lock_of_the_token_file_costs_no_refresh_token(
        self, desk: Desk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(atomic, "LOCK_TIMEOUT", 0.2)
        minutes_left(desk, 0)
        path = token_file(desk)
        with stopped_with_lock(path, desk.token_cache.state):
            with pytest.raises(FileBusy) as busy:
                valid_token(desk)
            assert busy.value.path == path
            assert renewals(desk) == 0
        assert valid_token(desk) is not None

    def test_an_approved_token_waits_for_a_renewal_in_another_process(
        self, desk: Desk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        waiting = desk.services.sign_in.begin(desk.session)
        desk.server.approve(waiting.code.user_code)
        monkeypatch.setattr(atomic, "LOCK_TIMEOUT", 0.0)
        path = desk.token_cache.token_path(desk.session)
        with ThreadPoolExecutor() as pool:
            with stopped_with_lock(path, desk.token_cache.state):
                polled = pool.submit(waiting.poll)
                with pytest.raises(TimeoutError):
                    polled.result(0.5)
            assert value(polled.result()) == value(desk.token_cache.token(desk.session))

    def test_an_approved_token_is_saved_although_a_stopped_process_has_the_lock(
        self, desk: Desk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(renewal, "_LOCK_TIMEOUT", 0.2)
        waiting = desk.services.sign_in.begin(desk.session)
        desk.server.approve(waiting.code.user_code)
        path = desk.token_cache.token_path(desk.session)
        with stopped_with_lock(path, desk.token_cache.state):
            assert value(waiting.poll()) == value(desk.token_cache.token(desk.session))

    def test_a_stopped_process_that_renews_does_not_delay_the_use_of_a_valid_token(
        self, desk: Desk
    ) -> None:
        old = minutes_left(desk, 4)
        with stopped_with_lock(token_file(desk), desk.token_cache.state, "renewal"):
            began = time.monotonic()
            assert value(valid_token(desk)) == old.value
            assert time.monotonic() - began < 20  # a wait for the lock takes 30 seconds

    def test_a_new_token_that_cannot_be_saved_is_used_from_memory(
        self, desk: Desk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The disk fails between the check and the write."""
        old = minutes_left(desk, 0)
        renewal = desk.services.tokens.renewal
        renew = Oidc.renew

        def renew_and_fail(*arguments: Any) -> AccessToken:
            no_write_works(monkeypatch, desk.home)
            return renew(*arguments)

        monkeypatch.setattr(Oidc, "renew", renew_and_fail)
        new = valid_token(desk)
        assert new is not None
        assert new.value != old.value
        assert value(desk.token_cache.token(desk.session)) == old.value
        (error,) = renewal.problems
        assert isinstance(error, TokenNotSaved)
        assert error.session == "corp"
        assert error.path == token_file(desk)
        assert valid_token(desk) == new
        assert desk.services.expiries.read().tokens[desk.session] == new
        assert renewals(desk) == 1
        later = desk.another()
        assert later.sign_in.valid_token(desk.session) is None
        assert [type(each) for each in later.tokens.renewal.problems] == [RenewalInterrupted]
        assert renewal.unsaved() == {desk.session: new}
        monkeypatch.undo()
        assert valid_token(desk) == new
        assert renewal.unsaved() == {}
        assert value(desk.another().sign_in.valid_token(desk.session)) == new.value

    @pytest.mark.parametrize("content", ["", "{", "[]", '{"accessToken": "x"}'])
    def test_a_broken_token_file_is_no_token(self, desk: Desk, content: str) -> None:
        desk.sign_in()
        token_file(desk).write_text(content)
        assert valid_token(desk) is None
        assert desk.sign_in()
        assert valid_token(desk) is not None


class TestKills:
    def test_only_the_new_bytes_are_written_after_the_answer(
        self, desk: Desk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A kill then loses the token. What can be done before the call is done before."""
        minutes_left(desk, 0)
        renew, calls = Oidc.renew, list[str]()

        def renew_and_watch(*arguments: Any) -> AccessToken:
            token = renew(*arguments)
            calls.append("answer")
            return token

        def watch(name: str) -> None:
            function = getattr(os, name)

            def watched(*arguments: Any, **options: Any) -> Any:
                if calls and threading.current_thread() is threading.main_thread():
                    calls.append(name)
                return function(*arguments, **options)

            monkeypatch.setattr(os, name, watched)

        monkeypatch.setattr(Oidc, "renew", renew_and_watch)
        for name in kills.CALLS:
            watch(name)
        assert valid_token(desk) is not None
        assert calls[: calls.index("rename") + 1] == [
            *("answer", "write", "ftruncate", "fsync", "rename")
        ]

    def test_after_a_kill_before_the_new_token_is_saved_the_next_rolecall_says_so(
        self, desk: Desk
    ) -> None:
        minutes_left(desk, 0)
        killed = subprocess.run(
            [sys.executable, "-c", _KILLED_AFTER_THE_ANSWER],
            env=desk.environ | {"PATH": os.environ["PATH"]},
            check=False,
        )
        assert killed.returncode == -signal.SIGKILL
        assert renewals(desk) == 1
        desk.server.faults.add("CreateToken", 400)
        later = desk.another()
        with pytest.raises(ServiceError):  # which says nothing about the refresh token
            later.sign_in.valid_token(desk.session)
        assert later.tokens.renewal.problems == []
        desk.server.faults.clear()
        assert later.sign_in.valid_token(desk.session) is None
        (problem,) = later.tokens.renewal.problems
        assert isinstance(problem, RenewalInterrupted)
        assert problem.session == "corp"
        latest = desk.another()
        assert latest.sign_in.valid_token(desk.session) is None
        assert latest.tokens.renewal.problems == []
        assert desk.sign_in()
        assert desk.another().tokens.renew(desk.session)

    def test_a_renewal_that_ended_is_not_said_to_be_interrupted(self, desk: Desk) -> None:
        minutes_left(desk, 0)
        assert valid_token(desk) is not None
        minutes_left(desk, -1)
        desk.server.forget_sign_ins()
        assert valid_token(desk) is None
        assert desk.services.tokens.renewal.problems == []

    def test_a_refresh_token_that_is_used_again_is_not_said_to_be_interrupted(
        self, desk: Desk
    ) -> None:
        minutes_left(desk, 0)
        object.__setattr__(desk.server.options, "refresh_allowed", False)
        assert valid_token(desk) is not None
        desk.clock.forward(8 * 3600)
        desk.server.forget_sign_ins()
        assert valid_token(desk) is None
        assert desk.services.tokens.renewal.problems == []

    def test_a_renewal_that_failed_is_not_said_to_be_interrupted(self, desk: Desk) -> None:
        minutes_left(desk, 0)
        desk.server.faults.add("CreateToken", 400)
        with pytest.raises(ServiceError):
            valid_token(desk)
        desk.server.faults.clear()
        desk.server.forget_sign_ins()
        assert valid_token(desk) is None
        assert desk.services.tokens.renewal.problems == []


def test_a_refusal_after_an_answer_that_was_lost_is_explained(desk: Desk) -> None:
    """The next try uses the same refresh token, which AWS has replaced."""
    minutes_left(desk, 0)
    desk.server.faults.add("CreateToken", Fault.ANSWER_LOST, times=1)
    assert valid_token(desk) is None
    assert [type(each) for each in desk.services.tokens.renewal.problems] == [RenewalInterrupted]


@pytest.mark.thorough
def test_a_refusal_long_after_an_answer_that_was_lost_is_explained(desk: Desk) -> None:
    minutes_left(desk, 0)
    desk.server.faults.add("CreateToken", Fault.ANSWER_LOST, times=1)
    desk.server.faults.add("CreateToken", Fault.RESET)
    with pytest.raises(Unreachable):
        valid_token(desk)
    desk.server.faults.clear()
    later = desk.another()
    assert later.sign_in.valid_token(desk.session) is None
    assert [type(each) for each in later.tokens.renewal.problems] == [RenewalInterrupted]


_KILLED_AFTER_THE_ANSWER = """
import os, signal
from rolecall.aws.sign_in import Oidc
from rolecall.services.services import Services

def kill(*arguments):
    renew(*arguments)
    os.kill(os.getpid(), signal.SIGKILL)

renew, Oidc.renew = Oidc.renew, kill
services = Services(os.environ)
(session,) = services.sign_in.sessions()
services.tokens.renew(session)
"""
