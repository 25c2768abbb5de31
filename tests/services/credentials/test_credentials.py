"""Role credentials: fetched when needed, once for all processes, shared with the AWS CLI."""

from __future__ import annotations

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from datetime import timedelta

import pytest

from rolecall.aws.pages import once
from rolecall.demo.faults import Fault
from rolecall.domain.errors import NoAssignment, ServiceFault, SignInNeeded, Unreachable
from rolecall.domain.errors.file_errors import FileBusy
from rolecall.domain.model import RoleCredentials
from rolecall.domain.records import replace
from rolecall.files.caches.cli_cache import credentials_stem
from rolecall.files.safe import atomic
from rolecall.presentation.errors import explain
from rolecall.services.credentials import role_credentials
from rolecall.services.credentials.role_credentials import RoleMemory
from rolecall.services.services import Services
from rolecall.services.tokens import renewal
from tests.support.desk import Desk, demo
from tests.support.programs import aws_cli, completed

AUDIT = "038410265977"
ADMIN = "AWSAdministratorAccess"

_EXPORT = """
import os
from rolecall.services.services import Services
service = Services(os.environ).credentials
print(service.of_profile("audit-admin").access_key_id)
"""


def of_audit(desk: Desk) -> RoleCredentials:
    return desk.services.credentials.of_role(desk.session, AUDIT, ADMIN)


def asked(desk: Desk, operation: str = "GetRoleCredentials") -> int:
    return desk.server.calls.count(operation)


def add_audit(desk: Desk, more: str = "") -> None:
    desk.add(
        "\n[profile audit-admin]\nsso_session = corp\n"
        f"sso_account_id = {AUDIT}\nsso_role_name = {ADMIN}\nregion = eu-west-1\n{more}",
    )


def aws(desk: Desk, *arguments: str) -> str:
    return completed([aws_cli(), *arguments], {"PATH": "/usr/bin:/bin", **desk.environ}).stdout


@pytest.mark.usefixtures("signed_in")
class TestSharing:
    def test_they_are_fetched_once_and_saved_in_the_clis_cache(self, desk: Desk) -> None:
        first = of_audit(desk)
        assert first.expires_at == desk.clock.now + timedelta(hours=1)
        assert of_audit(desk) == first
        assert desk.another().credentials.of_role(desk.session, AUDIT, ADMIN) == first
        assert asked(desk) == 1

    @pytest.mark.thorough
    def test_rolecall_and_the_cli_use_each_others_credentials(self, desk: Desk) -> None:
        add_audit(desk)
        service = desk.services.credentials
        ours = service.of_profile("audit-admin")
        theirs = json.loads(
            aws(desk, "configure", "export-credentials", "--profile", "audit-admin")
        )
        assert theirs["AccessKeyId"] == ours.access_key_id
        assert asked(desk) == 1
        desk.role_cache.forget(credentials_stem(desk.session, AUDIT, ADMIN))
        theirs = json.loads(
            aws(desk, "configure", "export-credentials", "--profile", "audit-admin")
        )
        assert theirs["AccessKeyId"] != ours.access_key_id
        assert service.of_profile("audit-admin").access_key_id == theirs["AccessKeyId"]
        assert asked(desk) == 2

    @pytest.mark.thorough
    @demo(latency=0.2)
    def test_ten_processes_at_once_make_one_call(self, desk: Desk) -> None:
        add_audit(desk)
        started = [
            subprocess.Popen(
                [sys.executable, "-c", _EXPORT], env=desk.environ, stdout=subprocess.PIPE, text=True
            )
            for _ in range(10)
        ]
        outputs = {process.communicate(timeout=60)[0] for process in started}
        assert len(outputs) == 1
        assert outputs != {""}
        assert asked(desk) == 1

    def test_threads_of_one_process_make_one_call(self, desk: Desk) -> None:
        with ThreadPoolExecutor(8) as pool:
            found = pool.map(lambda _: of_audit(desk), range(8))
        assert len({credentials.access_key_id for credentials in found}) == 1
        assert asked(desk) == 1

    def test_without_a_writable_cache_every_use_is_a_call(self, desk: Desk) -> None:
        (desk.home / ".aws" / "cli").write_text("in the way")
        first = of_audit(desk)
        assert of_audit(desk) != first


@pytest.mark.usefixtures("signed_in")
class TestWhen:
    @pytest.mark.parametrize(("minutes", "calls"), [(16, 0), (15, 0), (14, 1), (-1, 1)])
    def test_they_are_fetched_again_with_less_than_15_minutes_left(
        self, desk: Desk, minutes: int, calls: int
    ) -> None:
        old = of_audit(desk)
        desk.clock.forward(60 * (60 - minutes))
        new = of_audit(desk)
        assert (new != old) == bool(calls)
        assert asked(desk) == 1 + calls

    @pytest.mark.parametrize(("seconds", "calls"), [(0, 0), (1, 1)])
    def test_they_are_fetched_again_if_they_would_last_longer_than_any_role(
        self, desk: Desk, seconds: int, calls: int
    ) -> None:
        """A client with another clock has saved them."""
        old = of_audit(desk)
        end = desk.clock.now + timedelta(hours=12, minutes=5, seconds=seconds)
        desk.role_cache.save(desk.session, AUDIT, ADMIN, replace(old, expires_at=end))
        desk.server.faults.add("GetRoleCredentials", 403)
        with pytest.raises(NoAssignment) if calls else nullcontext():
            assert of_audit(desk).expires_at == end
        assert asked(desk) == 1 + calls

    def test_those_that_are_only_in_memory_are_fetched_again_too(self, desk: Desk) -> None:
        unsaved = desk.services.credentials.unsaved(RoleMemory(), lambda session: once)
        old = unsaved.of_role(desk.session, AUDIT, ADMIN)
        assert unsaved.of_role(desk.session, AUDIT, ADMIN) == old
        assert not desk.role_cache.folder.exists()
        desk.clock.forward(50 * 60)
        assert unsaved.of_role(desk.session, AUDIT, ADMIN) != old
        assert asked(desk) == 2

    @pytest.mark.thorough
    @pytest.mark.parametrize("fault", [Fault.RESET, Fault.HTML, 429, 500])
    def test_valid_ones_are_used_if_new_ones_cannot_be_fetched(
        self, desk: Desk, fault: Fault | int
    ) -> None:
        old = of_audit(desk)
        desk.clock.forward(50 * 60)
        desk.server.faults.add("GetRoleCredentials", fault)
        assert of_audit(desk) == old

    @pytest.mark.parametrize("where", ["in-the-cache", "in-memory"])
    def test_valid_ones_are_also_used_by_a_process_that_keeps_new_ones_in_memory(
        self, desk: Desk, where: str
    ) -> None:
        service = desk.services.credentials
        unsaved = service.unsaved(RoleMemory(), lambda session: once)
        first = service if where == "in-the-cache" else unsaved
        old = first.of_role(desk.session, AUDIT, ADMIN)
        desk.clock.forward(50 * 60)
        desk.server.faults.add("GetRoleCredentials", 500)
        assert unsaved.of_role(desk.session, AUDIT, ADMIN) == old
        desk.clock.forward(10 * 60)
        with pytest.raises(ServiceFault):
            unsaved.of_role(desk.session, AUDIT, ADMIN)

    def test_a_process_with_valid_ones_does_not_wait_for_another(self, desk: Desk) -> None:
        old = of_audit(desk)
        desk.clock.forward(50 * 60)
        stem = credentials_stem(desk.session, AUDIT, ADMIN)
        path = desk.role_cache.folder / f"{stem}.json"
        with (
            atomic.lock(path, desk.role_cache.state, purpose="asking"),
            ThreadPoolExecutor(1) as pool,
        ):
            # It would wait for the lock, and then ask.
            got = pool.submit(of_audit, desk)
            assert got.result(timeout=30) == old
        assert of_audit(desk) != old

    def test_a_stopped_process_that_asks_for_the_same_is_not_waited_for_long(
        self, desk: Desk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(role_credentials, "_LOCK_TIMEOUT", 0.1)
        stem = credentials_stem(desk.session, AUDIT, ADMIN)
        path = desk.role_cache.folder / f"{stem}.json"
        with atomic.lock(path, desk.role_cache.state, purpose="asking"):
            new = of_audit(desk)
        assert of_audit(desk) == new
        assert asked(desk) == 1

    def test_who_waits_too_long_for_a_renewal_is_told_so(
        self, desk: Desk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(renewal, "_LOCK_TIMEOUT", 0.1)
        desk.clock.forward(9 * 3600)
        path = desk.token_cache.token_path(desk.session)
        with (
            atomic.lock(path, desk.token_cache.state, purpose="renewal"),
            pytest.raises(FileBusy) as busy,
        ):
            of_audit(desk)
        assert explain(busy.value).startswith("Another rolecall is renewing this token")

    @pytest.mark.thorough
    @pytest.mark.parametrize("fault", [429, 500])
    def test_temporary_errors_are_retried_if_there_are_no_valid_ones(
        self, desk: Desk, fault: int
    ) -> None:
        desk.server.faults.add("GetRoleCredentials", fault, times=2)
        assert of_audit(desk).account_id == AUDIT
        assert asked(desk) == 3

    def test_expired_ones_are_not_used(self, desk: Desk) -> None:
        of_audit(desk)
        desk.clock.forward(3600)
        desk.server.stop()
        with pytest.raises(Unreachable):
            of_audit(desk)

    def test_a_token_that_aws_refuses_is_renewed(self, desk: Desk) -> None:
        token = desk.sign_in()
        desk.server.revoke(token.value.reveal())
        assert of_audit(desk).account_id == AUDIT

    def test_a_role_that_is_not_assigned_is_refused(self, desk: Desk) -> None:
        for role in (("999999999999", ADMIN), (AUDIT, "Nonesuch")):
            with pytest.raises(NoAssignment) as raised:
                desk.services.credentials.of_role(desk.session, *role)
            assert (raised.value.account_id, raised.value.permission_set) == role


def test_credentials_need_a_sign_in(desk: Desk) -> None:
    with pytest.raises(SignInNeeded):
        of_audit(desk)
    assert asked(desk) == 0


def test_a_session_is_not_confused_with_another_of_the_same_name(desk: Desk) -> None:
    """The key of the CLI's cache has the name of the session, but not the start URL."""
    desk.sign_in()
    service = Services(desk.environ).credentials
    other = replace(desk.session, name="other")
    with pytest.raises(SignInNeeded):
        service.of_role(other, AUDIT, ADMIN)
