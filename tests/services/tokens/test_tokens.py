"""Signing out of one session only."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import timedelta
from pathlib import Path

import pytest

from rolecall.aws.call import TRIES
from rolecall.aws.portal import Portal
from rolecall.demo.faults import Fault
from rolecall.demo.organisation import Organisation
from rolecall.domain.errors import RegionInvalid, SignInNeeded, UnexpectedAnswer
from rolecall.domain.errors.file_errors import FileNotDeleted, TokenNotDeleted
from rolecall.domain.model import AccessToken, Assignment, PermissionSet, SsoSession
from rolecall.domain.records import replace
from rolecall.files.caches.sso_cache import registration_stem
from rolecall.files.safe import atomic
from rolecall.services.switching.switching import Switching
from rolecall.services.tokens import tokens as tokens_service
from tests.support.desk import Desk, approved_with_a_broken_disk


def is_refused(desk: Desk, token: AccessToken) -> bool:
    """Whether AWS refuses the token."""
    portal = Portal(desk.services.tokens.clients.portal(desk.server.region), desk.session)
    try:
        next(portal.accounts(token))
    except SignInNeeded:
        return True
    return False


class TestSignOut:
    @pytest.fixture
    def other(self, desk: Desk) -> SsoSession:
        """A second session of the same Identity Center."""
        service = desk.services.session_edits
        session = service.add_session("other", desk.server.start_url, desk.server.region)
        mine, desk.session = desk.session, session
        desk.sign_in()
        desk.session = mine
        return session

    def test_signing_out_deletes_only_what_belongs_to_the_session(
        self, desk: Desk, audit_admin: Assignment, other: SsoSession
    ) -> None:
        token = desk.sign_in()
        desk.cache_role(audit_admin)
        desk.cache_role(audit_admin, other)
        desk.services.tokens.sign_out(desk.session)
        assert desk.server.calls.count("Logout", status=200) == 1
        assert desk.role_cache.credentials(desk.session, *audit_admin.key) is None
        assert desk.role_cache.credentials(other, *audit_admin.key) is not None
        assert (desk.sso_cache / f"{registration_stem(desk.session)}.json").exists()
        assert desk.services.sign_in.valid_token(desk.session) is None
        assert desk.services.sign_in.valid_token(other) is not None
        assert token.value.reveal() not in json.dumps(
            [path.read_text() for path in desk.sso_cache.iterdir()]
        )

    def test_a_role_that_names_the_session_and_does_not_use_it_stays(
        self, desk: Desk, audit_admin: Assignment, other: SsoSession
    ) -> None:
        desk.sign_in()
        desk.add(
            f"[profile role]\nrole_arn = arn:aws:iam::{audit_admin.account.id}:role/Deployer\n"
            "source_profile = audit-admin\nsso_session = other\nregion = eu-west-1\n"
            f"[profile last]\nrole_arn = arn:aws:iam::{audit_admin.account.id}:role/Last\n"
            "source_profile = role\nregion = eu-west-1"
        )
        desk.services.credentials.of_profile("last")
        assert not desk.services.tokens.plan_sign_out(other).roles
        roles = desk.services.tokens.plan_sign_out(desk.session).roles
        assert {role.permission_set for role in roles} == {
            "AWSAdministratorAccess", "Deployer", "Last",
        }  # fmt: skip

    def test_a_token_that_could_not_be_saved_is_gone_too(
        self, desk: Desk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Otherwise this process would stay signed in with it."""
        token = approved_with_a_broken_disk(desk, monkeypatch)
        monkeypatch.undo()
        assert desk.services.sign_in.valid_token(desk.session) == token
        assert desk.services.tokens.plan_sign_out(desk.session).ends_portal_session
        assert desk.services.tokens.sign_out(desk.session) is None
        assert desk.server.calls.count("Logout", status=200) == 1
        assert desk.services.sign_in.valid_token(desk.session) is None
        assert not desk.services.tokens.plan_sign_out(desk.session)

    def test_role_credentials_without_a_profile_are_deleted_too(self, desk: Desk) -> None:
        desk.sign_in()
        account = desk.server.organisation.named("audit")
        reached = Assignment(account, PermissionSet("ViewOnlyAccess"))
        desk.cache_role(reached)
        desk.services.inventory.list_everything(desk.session, lambda _: None)
        (role,) = desk.services.tokens.plan_sign_out(desk.session).roles
        assert role[:2] == ("audit", reached.permission_set.name)
        desk.services.tokens.sign_out(desk.session)
        assert not desk.services.tokens.plan_sign_out(desk.session)
        assert desk.role_cache.credentials(desk.session, *reached.key) is None

    def test_a_role_that_is_no_longer_listed_has_the_name_of_its_account(
        self, desk: Desk, audit_admin: Assignment
    ) -> None:
        desk.sign_in()
        desk.cache_role(audit_admin)
        account, role = audit_admin.key

        def planned() -> list[tuple[str, str]]:
            return [each[:2] for each in desk.services.tokens.plan_sign_out(desk.session).roles]

        assert planned() == [(account, role)]
        desk.server.organisation = Organisation([(audit_admin.account, ("Other",))])
        desk.services.inventory.list_everything(desk.session, lambda _: None)
        assert planned() == [(audit_admin.account.name, role)]

    def test_a_profile_without_a_permission_set_does_not_prevent_it(
        self, desk: Desk, audit_admin: Assignment
    ) -> None:
        desk.sign_in()
        desk.cache_role(audit_admin)
        desk.add("[profile unfinished]\nsso_session = corp\nsso_account_id = 123456789012")
        desk.services.tokens.sign_out(desk.session)
        assert desk.role_cache.credentials(desk.session, *audit_admin.key) is None

    def test_role_credentials_alone_are_something_to_delete(
        self, desk: Desk, audit_admin: Assignment
    ) -> None:
        tokens = desk.services.tokens
        assert not tokens.plan_sign_out(desk.session)
        desk.cache_role(audit_admin)
        assert tokens.plan_sign_out(desk.session)
        tokens.sign_out(desk.session)
        desk.sign_in()
        assert tokens.plan_sign_out(desk.session)

    def test_a_token_file_that_is_a_link(self, desk: Desk) -> None:
        """The file that it links to is deleted too, because it has the token."""
        desk.sign_in()
        path = desk.token_cache.token_path(desk.session)
        elsewhere = desk.home / "elsewhere.json"
        path.rename(elsewhere)
        path.symlink_to(elsewhere)
        desk.services.tokens.sign_out(desk.session)
        assert not elsewhere.exists()
        assert not path.is_symlink()
        assert desk.server.calls.count("Logout", status=200) == 1

    def test_a_token_that_had_expired_already_can_be_signed_out(self, desk: Desk) -> None:
        token = desk.sign_in()
        desk.server.revoke(token.value.reveal())
        desk.services.tokens.sign_out(desk.session)
        assert desk.services.sign_in.valid_token(desk.session) is None

    def test_the_portal_session_ends_if_the_token_is_valid(self, desk: Desk) -> None:
        desk.sign_in()
        tokens = desk.services.tokens
        assert tokens.plan_sign_out(desk.session).ends_portal_session
        desk.clock.forward(9 * 3600)
        assert not tokens.plan_sign_out(desk.session).ends_portal_session
        tokens.sign_out(desk.session)
        assert desk.server.calls.count("Logout") == 0

    def test_a_plan_waits_for_a_renewal(self, desk: Desk) -> None:
        token = desk.sign_in()
        desk.clock.forward(9 * 3600)
        tokens = desk.services.tokens
        with ThreadPoolExecutor(1) as pool:
            with desk.another().tokens.renewal.renewal_lock(desk.session):
                plan = pool.submit(tokens.plan_sign_out, desk.session)
                assert not wait([plan], 0.3).done
                later = replace(token, expires_at=desk.clock.now + timedelta(hours=8))
                desk.token_cache.save_token(desk.session, later)
            assert plan.result(30).ends_portal_session

    def test_a_plan_does_not_wait_for_a_stopped_process_for_long(
        self, desk: Desk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(tokens_service, "_PLAN_WAITS", 0.1)
        desk.sign_in()
        with desk.another().tokens.renewal.renewal_lock(desk.session):
            assert desk.services.tokens.plan_sign_out(desk.session).ends_portal_session

    def test_a_region_that_is_none_leaves_nothing_usable(self, desk: Desk) -> None:
        """As after a wrong edit of ~/.aws/config."""
        desk.sign_in()
        there = replace(desk.session, region="eu west 1")
        failure = desk.services.tokens.sign_out(there)
        assert failure
        assert isinstance(failure.cause, RegionInvalid)
        assert desk.services.sign_in.valid_token(there) is None

    @pytest.mark.thorough
    @pytest.mark.parametrize(
        "fault",
        [
            *(500, Fault.RESET, Fault.ANSWER_LOST),
            *(Fault.HTML, Fault.GARBAGE, Fault.EMPTY_BODY, Fault.EMPTY),
        ],
    )
    def test_a_passing_fault_is_not_noticed(self, desk: Desk, fault: Fault | int) -> None:
        token = desk.sign_in()
        desk.server.faults.add("Logout", fault, times=1)
        assert desk.services.tokens.sign_out(desk.session) is None
        assert is_refused(desk, token)

    @pytest.mark.thorough
    @pytest.mark.parametrize("fault", [Fault.HTML, Fault.GARBAGE, Fault.EMPTY_BODY, Fault.EMPTY])
    def test_an_answer_that_is_not_from_aws_is_no_sign_out(self, desk: Desk, fault: Fault) -> None:
        token = desk.sign_in()
        desk.server.faults.add("Logout", fault)
        failure = desk.services.tokens.sign_out(desk.session)
        assert failure
        assert isinstance(failure.cause, UnexpectedAnswer)
        assert failure.token_expires_at == token.expires_at
        assert desk.server.calls.count("Logout") == TRIES
        assert desk.services.sign_in.valid_token(desk.session) is None

    def test_a_token_that_cannot_be_deleted_is_ended_at_the_portal(
        self, desk: Desk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        token = desk.sign_in()

        def refuse(path: Path) -> None:
            raise FileNotDeleted(path, "read-only")

        monkeypatch.setattr(atomic, "remove", refuse)
        with pytest.raises(TokenNotDeleted):
            desk.services.tokens.sign_out(desk.session)
        assert is_refused(desk, token)
        # No rolecall uses or renews the token in the file that stays.
        renewals = desk.server.calls.count("CreateToken")
        for services in (desk.services, desk.another()):
            assert services.sign_in.valid_token(desk.session) is None
            row = services.expiries.read().rows[0]
            assert (row.session, row.signed_out, row.refused) == (desk.session, True, False)
        assert Switching(desk.environ).token_of("corp", desk.session.start_url) is None
        assert desk.server.calls.count("CreateToken") == renewals

    def test_an_expired_token_that_cannot_be_deleted_is_an_error_of_the_file(
        self, desk: Desk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        desk.sign_in()
        desk.clock.forward(9 * 3600)

        def refuse(path: Path) -> None:
            raise FileNotDeleted(path, "read-only")

        monkeypatch.setattr(atomic, "remove", refuse)
        with pytest.raises(FileNotDeleted) as raised:
            desk.services.tokens.sign_out(desk.session)
        assert raised.value.path == desk.token_cache.token_path(desk.session)
        assert desk.server.calls.count("Logout") == 0

    def test_signing_out_twice_makes_one_call(self, desk: Desk) -> None:
        desk.sign_in()
        desk.services.tokens.sign_out(desk.session)
        desk.services.tokens.sign_out(desk.session)
        assert desk.server.calls.count("Logout") == 1
