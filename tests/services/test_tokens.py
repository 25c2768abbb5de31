"""Every clock by its right name, and signing out of one session alone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from rolecall.aws.portal import Portal
from rolecall.domain.errors import Unreachable
from rolecall.domain.model import Assignment, PermissionSet, SsoSession
from rolecall.files.cli_cache import CliCache
from rolecall.files.sso_cache import SsoCache, registration_stem
from rolecall.services.profiles import ProfileDraft
from rolecall.services.tokens import Clock, ClockKind, NoRenewal
from tests.support.desk import Desk


def cached_role(desk: Desk, assignment: Assignment, session: SsoSession | None = None) -> None:
    """Role credentials as the AWS CLI leaves them."""
    portal = Portal(desk.workplace.tokens.clients.portal(desk.server.region), desk.session)
    credentials = portal.role_credentials(desk.server.sign_in(), *assignment.key)
    cli_cache(desk).save(session or desk.session, *assignment.key, credentials)


def cli_cache(desk: Desk) -> CliCache:
    return CliCache(desk.home / ".aws" / "cli" / "cache", desk.workplace.locations.state)


def clocks(desk: Desk) -> list[Clock]:
    return desk.workplace.tokens.clocks()


def only(desk: Desk, kind: ClockKind) -> Clock:
    (clock,) = [clock for clock in clocks(desk) if clock.kind is kind]
    return clock


@pytest.fixture
def audit(desk: Desk) -> Assignment:
    account = desk.server.organisation.named("audit")
    assignment = Assignment(account, PermissionSet("AWSAdministratorAccess"))
    profiles = desk.workplace.profiles
    profiles.save(profiles.plan_save(ProfileDraft("audit-admin", desk.session, assignment)))
    return assignment


class TestClocks:
    def test_nothing_expires_on_a_new_machine(self, desk: Desk) -> None:
        assert clocks(desk) == []

    def test_each_by_its_name_and_what_ends_first_comes_first(
        self, desk: Desk, audit: Assignment
    ) -> None:
        desk.sign_in()
        cached_role(desk, audit)
        ends = desk.clock.now + timedelta(minutes=42)
        (desk.config.parent / "credentials").write_text(
            "[pasted]\naws_access_key_id = ASIA\naws_session_token = t\n"
            f"x_security_token_expires = {ends.isoformat()}\n"
            "[forever]\naws_access_key_id = AKIA\n"
        )
        assert [(each.kind.value, each.name, each.session) for each in clocks(desk)] == [
            ("short-term-credentials", "pasted", None),
            ("role-credentials", f"{audit.account.id} AWSAdministratorAccess", desk.session),
            ("access-token", "corp", desk.session),
            ("client-registration", "corp", desk.session),
        ]
        assert only(desk, ClockKind.SHORT_TERM_CREDENTIALS).expires_at == ends
        assert only(desk, ClockKind.ACCESS_TOKEN).renews is True
        assert only(desk, ClockKind.ROLE_CREDENTIALS).renews is None

    def test_why_a_token_does_not_renew_itself(self, desk: Desk) -> None:
        token = desk.sign_in()
        cache = SsoCache(desk.sso_cache, desk.workplace.locations.state)
        desk.clock.forward(91 * 86400)
        assert only(desk, ClockKind.ACCESS_TOKEN).why is NoRenewal.REGISTRATION_ENDED
        cache.save_token(desk.session, replace(token, registration=None))
        assert only(desk, ClockKind.ACCESS_TOKEN).why is NoRenewal.NO_REGISTRATION
        cache.save_token(desk.session, replace(token, refresh_token=None))
        clock = only(desk, ClockKind.ACCESS_TOKEN)
        assert (clock.renews, clock.why) == (False, NoRenewal.NO_REFRESH_TOKEN)

    def test_what_no_session_in_the_config_owns(self, desk: Desk) -> None:
        elsewhere = SsoSession("gone", "https://acme.awsapps.com/start", "us-east-1")
        token = replace(desk.sign_in(), start_url=elsewhere.start_url)
        desk.sso_cache.joinpath("ee0bfd2552fbd840c02cc48b6e823320543c450f.json").unlink()
        SsoCache(desk.sso_cache, desk.workplace.locations.state).save_token(elsewhere, token)
        clock = only(desk, ClockKind.ACCESS_TOKEN)
        assert (clock.name, clock.session) == ("https://acme.awsapps.com/start", None)

    def test_broken_files_are_no_clocks(self, desk: Desk) -> None:
        desk.sign_in()
        for path in desk.sso_cache.iterdir():
            path.write_text("{")
        (desk.sso_cache / "other.json").write_text('{"accessToken": 1, "expiresAt": true}')
        assert clocks(desk) == []


class TestSignOut:
    @pytest.fixture
    def other(self, desk: Desk) -> Iterator[SsoSession]:
        """A second session of the same Identity Center."""
        service = desk.workplace.sign_in
        session = service.add_session("other", desk.server.start_url, desk.server.region)
        mine, desk.session = desk.session, session
        desk.sign_in()
        desk.session = mine
        yield session

    def test_of_this_session_alone(self, desk: Desk, audit: Assignment, other: SsoSession) -> None:
        token = desk.sign_in()
        cached_role(desk, audit)
        cached_role(desk, audit, other)
        desk.workplace.tokens.sign_out(desk.session)
        assert desk.server.calls.count("Logout", status=200) == 1
        assert cli_cache(desk).credentials(desk.session, *audit.key) is None
        assert cli_cache(desk).credentials(other, *audit.key) is not None
        assert (desk.sso_cache / f"{registration_stem(desk.session)}.json").exists()
        assert desk.workplace.sign_in.usable_token(desk.session) is None
        assert desk.workplace.sign_in.usable_token(other) is not None
        assert token.value.reveal() not in json.dumps(
            [path.read_text() for path in desk.sso_cache.iterdir()]
        )

    def test_role_credentials_without_a_profile(self, desk: Desk) -> None:
        desk.sign_in()
        account = desk.server.organisation.named("audit")
        reached = Assignment(account, PermissionSet("ViewOnlyAccess"))
        cached_role(desk, reached)
        desk.workplace.tokens.sign_out(desk.session, [reached])
        assert cli_cache(desk).credentials(desk.session, *reached.key) is None

    def test_a_token_that_had_ended_already(self, desk: Desk) -> None:
        token = desk.sign_in()
        desk.server.revoke(token.value.reveal())
        desk.workplace.tokens.sign_out(desk.session)
        assert desk.workplace.sign_in.usable_token(desk.session) is None

    def test_a_portal_out_of_reach_leaves_nothing_usable_here(self, desk: Desk) -> None:
        desk.sign_in()
        desk.server.stop()
        with pytest.raises(Unreachable):
            desk.workplace.tokens.sign_out(desk.session)
        assert desk.workplace.sign_in.usable_token(desk.session) is None

    def test_twice(self, desk: Desk) -> None:
        desk.sign_in()
        desk.workplace.tokens.sign_out(desk.session)
        desk.workplace.tokens.sign_out(desk.session)
        assert desk.server.calls.count("Logout") == 1
