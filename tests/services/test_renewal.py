"""Renewal: what rolecall does in every row of a table of clients, and what it never does.

The table has the behaviour of the AWS CLI, boto3, and the SDKs for JavaScript, Go and Ruby.
"""

from __future__ import annotations

import errno
import json
import os
import signal
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from rolecall.aws.sign_in import Oidc
from rolecall.demo.faults import Fault
from rolecall.domain.errors import (
    FileBusy,
    FileUnwritable,
    RenewalInterrupted,
    SignInNeeded,
    TokenNotSaved,
    Unreachable,
)
from rolecall.domain.model import AccessToken, Secret
from rolecall.files import atomic
from tests.support import kills
from tests.support.desk import Desk
from tests.support.read_only import read_only

HOURS_8 = 8 * 3600
OBSTACLES = ("read-only", "hard link", "immutable", "link into a read-only folder")


def token_file(desk: Desk) -> Path:
    return next(desk.sso_cache.glob("ee0b*"))


def minutes_left(desk: Desk, minutes: float) -> AccessToken:
    """Signed in nearly eight hours ago: return the token, with so many minutes left."""
    token = desk.sign_in()
    desk.clock.forward(HOURS_8 - minutes * 60)
    desk.server.calls.clear()
    return token


def valid_token(desk: Desk) -> AccessToken | None:
    return desk.services.sign_in.valid_token(desk.session)


def value(token: AccessToken | None) -> Secret | None:
    return None if token is None else token.value


def renewals(desk: Desk) -> int:
    return desk.server.calls.count("CreateToken")


class TestTheClientsTable:
    """One test for each row. The first line says what the other clients do."""

    def test_14_minutes_before_expiry_the_token_is_used(self, desk: Desk) -> None:
        """CLI, boto3 and Ruby renew; JavaScript and Go use it.

        rolecall uses it: starting at 10 minutes leaves time for ten attempts. A user who works
        with the CLI meanwhile has it renewed there, without two clients renewing at once.
        """
        old = minutes_left(desk, 14)
        assert valid_token(desk) == desk.token_cache.token(desk.session)
        assert value(valid_token(desk)) == old.value
        assert renewals(desk) == 0

    @pytest.mark.parametrize("minutes", [10, 4])
    def test_4_minutes_before_expiry_the_token_is_renewed(self, desk: Desk, minutes: int) -> None:
        """CLI, boto3, JavaScript and Ruby renew; Go uses it. rolecall renews."""
        self.is_renewed(desk, minutes)

    @pytest.mark.parametrize("minutes", [0, -600])
    def test_an_expired_token_is_renewed(self, desk: Desk, minutes: int) -> None:
        """All renew, and so does rolecall: no sign-in is needed."""
        self.is_renewed(desk, minutes)

    def is_renewed(self, desk: Desk, minutes: int) -> None:
        old = minutes_left(desk, minutes)
        new = valid_token(desk)
        assert new is not None
        assert new.value != old.value
        assert new.expires_at == desk.clock.now + timedelta(seconds=HOURS_8)
        assert valid_token(desk) == desk.token_cache.token(desk.session) == new
        assert renewals(desk) == 1

    def test_an_expired_registration_needs_a_sign_in(self, desk: Desk) -> None:
        """CLI, boto3 and Ruby fail without a call; JavaScript and Go make one, which must fail.

        rolecall makes none and asks for a sign-in, because the server would refuse the client.
        """
        minutes_left(desk, 0)
        desk.clock.forward(91 * 86400)
        assert valid_token(desk) is None
        with pytest.raises(SignInNeeded):
            desk.services.tokens.renew(desk.session)
        assert renewals(desk) == 0

    def test_the_renewal_fails_and_the_token_is_still_valid(self, desk: Desk) -> None:
        """CLI, boto3 and JavaScript use the old token; so does rolecall, because it is still valid.

        The token keeper reports the failure, not the caller that needs a token.
        """
        old = minutes_left(desk, 4)
        desk.server.stop()
        assert value(valid_token(desk)) == old.value

    def test_a_token_without_a_refresh_token_is_used_until_it_expires(self, desk: Desk) -> None:
        """CLI and boto3 use the old token, JavaScript fails. rolecall uses it while it is valid."""
        old = minutes_left(desk, 4)
        desk.token_cache.save_token(desk.session, replace(old, refresh_token=None))
        assert valid_token(desk) == desk.token_cache.token(desk.session)
        assert renewals(desk) == 0
        desk.clock.forward(240)
        assert valid_token(desk) is None

    def test_the_answer_brings_no_new_refresh_token(self, desk: Desk) -> None:
        """CLI, boto3, JavaScript, Go and Ruby drop the old one, and with it the next renewal.

        rolecall keeps it, as the SDK for Rust does and as RFC 6749 §6 says: if the server issues no
        new one, the old one stays valid.
        """
        old = minutes_left(desk, 0)
        object.__setattr__(desk.server.options, "refresh_allowed", False)
        new = valid_token(desk)
        assert new is not None
        assert new.value != old.value
        assert new.refresh_token == old.refresh_token


class TestWhen:
    def test_11_minutes_left_the_token_is_used_unchanged(self, desk: Desk) -> None:
        old = minutes_left(desk, 11)
        assert value(valid_token(desk)) == old.value
        assert renewals(desk) == 0

    def test_without_a_token_none_is_valid(self, desk: Desk) -> None:
        assert valid_token(desk) is None

    def test_the_portal_refuses_a_valid_token(self, desk: Desk) -> None:
        """It is renewed if the session is valid; if not, a sign-in is needed."""
        old = desk.sign_in()
        desk.server.calls.clear()
        desk.services.tokens.renewal.note_refused(desk.session, old)
        new = valid_token(desk)
        assert new is not None
        assert new.value != old.value
        assert valid_token(desk) == new
        assert renewals(desk) == 1
        desk.server.forget_sign_ins()
        desk.services.tokens.renewal.note_refused(desk.session, new)
        assert valid_token(desk) is None


class TestWhatFails:
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

    def test_a_refused_renewal_is_not_repeated(self, desk: Desk) -> None:
        minutes_left(desk, 0)
        desk.server.forget_sign_ins()
        assert valid_token(desk) is None
        assert valid_token(desk) is None
        assert renewals(desk) == 1
        desk.sign_in()
        assert valid_token(desk) is not None

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

    def test_without_a_writable_cache_no_refresh_token_is_used(self, desk: Desk) -> None:
        minutes_left(desk, 0)
        token_file(desk).unlink()
        (old := desk.sso_cache).rename(desk.home / "gone")
        old.write_text("in the way")
        with pytest.raises(FileUnwritable):
            desk.services.sign_in.begin(desk.session)

    @pytest.mark.parametrize("obstacle", OBSTACLES)
    def test_a_token_file_that_cannot_be_replaced_costs_no_refresh_token(
        self, desk: Desk, obstacle: str
    ) -> None:
        minutes_left(desk, 0)
        with _unwritable(token_file(desk), obstacle):
            with pytest.raises(FileUnwritable):
                valid_token(desk)
            assert renewals(desk) == 0
        assert valid_token(desk) is not None
        assert renewals(desk) == 1

    @pytest.mark.parametrize("obstacle", OBSTACLES)
    def test_no_device_code_is_shown_for_a_token_that_could_not_be_saved(
        self, desk: Desk, obstacle: str
    ) -> None:
        minutes_left(desk, 0)
        with _unwritable(token_file(desk), obstacle), pytest.raises(FileUnwritable):
            desk.services.sign_in.begin(desk.session)
        with _unwritable(token_file(desk), obstacle), pytest.raises(FileUnwritable):
            desk.services.browser_sign_in.begin(desk.session, ("", ""))
        assert desk.server.calls.count("StartDeviceAuthorization") == 0

    def test_a_stopped_process_with_the_lock_of_the_token_file_costs_no_refresh_token(
        self, desk: Desk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(atomic, "LOCK_TIMEOUT", 0.2)
        minutes_left(desk, 0)
        path = token_file(desk)
        with _stopped_with_lock(path, desk.token_cache.state):
            with pytest.raises(FileBusy) as busy:
                valid_token(desk)
            assert busy.value.path == path
            assert renewals(desk) == 0
        assert valid_token(desk) is not None

    def test_a_stopped_process_that_renews_does_not_delay_the_use_of_a_valid_token(
        self, desk: Desk
    ) -> None:
        old = minutes_left(desk, 4)
        with _stopped_with_lock(token_file(desk), desk.token_cache.state, "renewal"):
            began = time.monotonic()
            assert value(valid_token(desk)) == old.value
            assert time.monotonic() - began < 5

    def test_a_new_token_that_cannot_be_saved_is_used_from_memory(
        self, desk: Desk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The disk fails between the check and the write."""
        old = minutes_left(desk, 0)
        renewal = desk.services.tokens.renewal
        rename = Path.rename

        def fail(self: Path, target: Path) -> Path:
            if target == token_file(desk):
                raise OSError(errno.EIO, os.strerror(errno.EIO))
            return rename(self, target)

        monkeypatch.setattr(Path, "rename", fail)
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

    @pytest.mark.parametrize("content", ["", "{", "[]", '{"accessToken": "x"}'])
    def test_a_broken_token_file_is_no_token(self, desk: Desk, content: str) -> None:
        desk.sign_in()
        token_file(desk).write_text(content)
        assert valid_token(desk) is None
        assert desk.sign_in()
        assert valid_token(desk) is not None


@contextmanager
def _unwritable(path: Path, obstacle: str) -> Iterator[None]:
    """Make the file impossible to replace, also for root."""
    elsewhere = path.with_name("elsewhere")
    if obstacle == "read-only":
        path.chmod(0o400)
        yield
        path.chmod(0o600)
    elif obstacle == "hard link":
        elsewhere.hardlink_to(path)
        yield
        elsewhere.unlink()
    elif obstacle == "link into a read-only folder":
        elsewhere.mkdir(exist_ok=True)
        if not path.is_symlink():
            path.rename(elsewhere / path.name)
            path.symlink_to(elsewhere / path.name)
        with read_only(elsewhere):
            yield
    else:
        if subprocess.run(["chattr", "+i", path], capture_output=True, check=False).returncode:
            pytest.skip("this file system has no immutable files")
        yield
        subprocess.run(["chattr", "-i", path], check=True)


@contextmanager
def _stopped_with_lock(path: Path, state: Path, purpose: str = "") -> Iterator[None]:
    """Run a process that takes the lock of the file, and stop it."""
    code = (
        "import os, signal, sys; from pathlib import Path; from rolecall.files import atomic\n"
        "with atomic.lock(Path(sys.argv[1]), Path(sys.argv[2]), purpose=sys.argv[3]):\n"
        "    os.kill(os.getpid(), signal.SIGSTOP)\n"
    )
    process = subprocess.Popen([sys.executable, "-c", code, path, state, purpose])
    try:
        _, status = os.waitpid(process.pid, os.WUNTRACED)
        assert os.WIFSTOPPED(status)
        yield
    finally:
        process.kill()
        process.wait()


def test_a_token_file_that_others_could_read_becomes_private(desk: Desk) -> None:
    minutes_left(desk, 0)
    token_file(desk).chmod(0o644)
    assert valid_token(desk) is not None
    assert stat.S_IMODE(token_file(desk).stat().st_mode) == 0o600


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
        assert calls[: calls.index("rename") + 1] == ["answer", "write", "fsync", "rename"]

    def test_after_a_kill_before_the_new_token_is_saved_the_next_rolecall_says_so(
        self, desk: Desk
    ) -> None:
        minutes_left(desk, 0)
        killed = subprocess.run(
            [sys.executable, "-c", _KILLED_AT_THE_RENAME, str(token_file(desk))],
            env=desk.environ | {"PATH": os.environ["PATH"]},
            check=False,
        )
        assert killed.returncode == -signal.SIGKILL
        assert renewals(desk) == 1
        later = desk.another()
        assert later.sign_in.valid_token(desk.session) is None
        (problem,) = later.tokens.renewal.problems
        assert isinstance(problem, RenewalInterrupted)
        assert problem.session == "corp"
        assert desk.sign_in()
        assert desk.another().tokens.renew(desk.session)

    def test_a_renewal_that_ended_is_not_said_to_be_interrupted(self, desk: Desk) -> None:
        minutes_left(desk, 0)
        assert valid_token(desk) is not None
        minutes_left(desk, -1)
        desk.server.forget_sign_ins()
        assert valid_token(desk) is None
        assert desk.services.tokens.renewal.problems == []


_KILLED_AT_THE_RENAME = """
import os, signal, sys
from pathlib import Path
from rolecall.services.services import Services

def kill(self, target):
    if str(target) == sys.argv[1]:
        os.kill(os.getpid(), signal.SIGKILL)
    return rename(self, target)

rename, Path.rename = Path.rename, kill
services = Services(os.environ)
(session,) = services.sign_in.sessions()
services.tokens.renew(session)
"""


class TestWhatIsKept:
    def test_extra_keys_in_the_token_file_are_kept(self, desk: Desk) -> None:
        minutes_left(desk, 0)
        path = token_file(desk)
        path.write_text(json.dumps({**json.loads(path.read_text()), "theirs": [1]}))
        assert valid_token(desk) is not None
        assert json.loads(path.read_text())["theirs"] == [1]


class TestTogether:
    def test_many_rolecalls_make_one_call(self, desk: Desk) -> None:
        minutes_left(desk, 0)
        services = [desk.another() for _ in range(8)]
        with ThreadPoolExecutor(len(services)) as pool:
            found = list(pool.map(lambda each: each.sign_in.valid_token(desk.session), services))
        assert renewals(desk) == 1
        assert len({token.value for token in found if token is not None}) == 1
        assert None not in found

    def test_if_renewal_is_refused_only_one_rolecall_asks(self, desk: Desk) -> None:
        """The portal session has expired, and every terminal notices it in the same minute."""
        minutes_left(desk, -1)
        desk.server.forget_sign_ins()
        rolecalls = [desk.another() for _ in range(5)]
        before = desk.clock.now
        for rolecall in rolecalls:
            assert rolecall.sign_in.valid_token(desk.session) is None
        assert renewals(desk) == 1
        assert desk.clock.now - before < timedelta(seconds=2)
        desk.clock.forward(3600)
        assert desk.another().sign_in.valid_token(desk.session) is None
        assert renewals(desk) == 1

    def test_a_refusal_counts_only_for_its_refresh_token(self, desk: Desk) -> None:
        minutes_left(desk, -1)
        desk.server.forget_sign_ins()
        assert valid_token(desk) is None
        minutes_left(desk, -1)
        assert desk.another().sign_in.valid_token(desk.session) is not None

    def test_the_token_that_the_cli_has_just_renewed_is_used(self, desk: Desk) -> None:
        """The CLI has no lock: the refresh token is refused because the CLI has used it."""
        old = minutes_left(desk, 0)
        theirs = replace(
            old, value=Secret("theirs"), expires_at=desk.clock.now + timedelta(hours=8)
        )
        desk.token_cache.save_token(desk.session, theirs)
        written = token_file(desk).read_bytes()
        desk.token_cache.save_token(desk.session, old)
        desk.server.forget_sign_ins()
        naps: list[float] = []

        def sleep(seconds: float) -> None:
            """The CLI writes in place, a second after the answer of the server."""
            naps.append(seconds)
            if len(naps) == 5:
                token_file(desk).write_text("")
            if len(naps) == 10:
                token_file(desk).write_bytes(written)

        found = replace(desk.services.tokens.renewal, sleep=sleep).valid_token(desk.session)
        assert value(found) == Secret("theirs")
        assert len(naps) >= 10

    def test_a_half_written_file_is_read_again(self, desk: Desk) -> None:
        desk.sign_in()
        whole = token_file(desk).read_bytes()
        token_file(desk).write_bytes(b"")

        def sleep(_: float) -> None:
            token_file(desk).write_bytes(whole)

        renewal = replace(desk.services.tokens.renewal, sleep=sleep)
        assert renewal.valid_token(desk.session) is not None

    def test_renewing_by_hand_ignores_the_time_left(self, desk: Desk) -> None:
        old = desk.sign_in()
        new = desk.services.tokens.renew(desk.session)
        assert new.value != old.value

    def test_a_token_of_another_start_url_is_not_used(self, desk: Desk) -> None:
        """The name is now used for another Identity Center."""
        desk.sign_in()
        elsewhere = replace(desk.session, start_url="https://acme.awsapps.com/start")
        assert desk.services.sign_in.valid_token(elsewhere) is None
        slash = replace(desk.session, start_url=desk.session.start_url + "/#/")
        assert desk.services.sign_in.valid_token(slash) is not None


def test_locks_are_in_the_state_folder(desk: Desk) -> None:
    minutes_left(desk, 0)
    valid_token(desk)
    assert not list(desk.sso_cache.glob("*.lock"))
    assert list(Path(desk.services.locations.state).rglob("*.lock"))
