"""Every expiry has the right name, whatever state the files are in."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from rolecall.domain.errors.file_errors import FileMalformed, TokenNotRenewed
from rolecall.domain.model import Assignment, PermissionSet, Secret, SsoSession, short_start_url
from rolecall.domain.records import replace
from rolecall.domain.time_left import Level
from rolecall.files.caches.cli_cache import assumed_stem
from rolecall.files.caches.refusals import REFRESH
from rolecall.presentation.errors import explain
from rolecall.services.tokens.expiry import Expiry, ExpiryKind, NoRenewal
from rolecall.services.tokens.expiry_groups import by_session, parts_of_sessions
from tests.services.tokens.test_renewal import token_file
from tests.support import login_files
from tests.support.desk import Desk
from tests.support.obstacles.unwritable import OBSTACLES, unwritable


def expiries(desk: Desk) -> list[Expiry]:
    found = desk.services.expiries.read()
    assert not found.problems
    return list(found.rows)


def only(desk: Desk, kind: ExpiryKind) -> Expiry:
    (found,) = [each for each in expiries(desk) if each.kind is kind and not each.signed_out]
    return found


def signed_out(desk: Desk) -> list[tuple[str, SsoSession | None]]:
    rows = expiries(desk)
    assert len({(each.kind, each.id) for each in rows}) == len(rows)
    return [(each.name, each.session) for each in rows if each.signed_out]


class TestClocks:
    def test_nothing_expires_on_a_new_machine(self, desk: Desk) -> None:
        desk.config.unlink()
        assert expiries(desk) == []

    def test_a_session_without_a_token_is_signed_out(self, desk: Desk) -> None:
        assert signed_out(desk) == [("corp", desk.session)]
        (row,) = expiries(desk)
        assert row.level(desk.clock.now) is Level.GONE
        assert not row.is_stale(desk.clock.now)
        desk.sign_in()
        assert signed_out(desk) == []

    def test_a_registration_does_not_count(self, desk: Desk) -> None:
        """It is valid for 90 days, also when nobody is signed in."""
        desk.sign_in()
        desk.services.tokens.sign_out(desk.session)
        token, registration = expiries(desk)
        assert (token.signed_out, token.counts) == (True, True)
        assert registration.kind is ExpiryKind.CLIENT_REGISTRATION
        assert not registration.counts

    def test_a_registration_has_its_scopes_and_usual_time(self, desk: Desk) -> None:
        desk.sign_in()
        registration = only(desk, ExpiryKind.CLIENT_REGISTRATION)
        assert registration.detail == "sso:account:access"
        client = desk.token_cache.registration(desk.session)
        assert client is not None
        desk.token_cache.save_registration(desk.session, replace(client, scopes=None))
        assert only(desk, ExpiryKind.CLIENT_REGISTRATION).detail == ""
        assert registration.typical_lifetime == timedelta(days=90)
        token = only(desk, ExpiryKind.ACCESS_TOKEN)
        assert token.typical_lifetime == timedelta(hours=8)
        assert token.account_id == registration.account_id == ""

    def test_each_has_its_name_and_the_first_to_expire_comes_first(
        self, desk: Desk, audit_admin: Assignment
    ) -> None:
        desk.sign_in()
        desk.add("[profile incomplete]\nsso_session = corp")
        desk.cache_role(audit_admin)
        ends = desk.clock.now + timedelta(minutes=42)
        (desk.config.parent / "credentials").write_text(
            "[pasted]\naws_access_key_id = ASIA\naws_session_token = t\n"
            f"x_security_token_expires = {ends.isoformat()}\n"
            "[forever]\naws_access_key_id = AKIA\n"
        )
        assert [(each.kind.value, each.name, each.session) for each in expiries(desk)] == [
            ("short-term-credentials", "pasted", None),
            ("role-credentials", "audit-admin", desk.session),
            ("access-token", "corp", desk.session),
            ("client-registration", "corp", desk.session),
        ]
        pasted = only(desk, ExpiryKind.SHORT_TERM_CREDENTIALS)
        assert (pasted.expires_at, pasted.key) == (ends, "x_security_token_expires")
        assert only(desk, ExpiryKind.ACCESS_TOKEN).renews is True
        assert only(desk, ExpiryKind.ROLE_CREDENTIALS).renews is None

    @pytest.mark.parametrize("obstacle", OBSTACLES)
    def test_a_token_whose_file_cannot_be_replaced_does_not_renew_itself(
        self, desk: Desk, obstacle: str
    ) -> None:
        desk.sign_in()
        with unwritable(token_file(desk), obstacle):
            row = only(desk, ExpiryKind.ACCESS_TOKEN)
            assert (row.renews, row.no_renewal) == (False, NoRenewal.UNWRITABLE)
            with pytest.raises(TokenNotRenewed) as refused:
                desk.services.tokens.renew(desk.session)
            assert row.unwritable is not None
            assert explain(row.unwritable) == explain(refused.value)
        row = only(desk, ExpiryKind.ACCESS_TOKEN)
        assert (row.renews, row.unwritable) == (True, None)
        desk.clock.forward(91 * 86400)
        with unwritable(token_file(desk), obstacle):
            row = only(desk, ExpiryKind.ACCESS_TOKEN)
            assert (row.no_renewal, row.unwritable) == (NoRenewal.REGISTRATION_EXPIRED, None)

    def test_expired_ones_come_first_until_they_are_stale(
        self, desk: Desk, audit_admin: Assignment
    ) -> None:
        """An expired sign-in needs the user; what clients renew on their own does not."""
        desk.sign_in()
        desk.cache_role(audit_admin)
        in_12_hours = (desk.clock.now + timedelta(hours=12)).isoformat()
        (desk.config.parent / "credentials").write_text(
            "[pasted]\naws_access_key_id = ASIA\naws_session_token = t\n"
            f"aws_expiration = {in_12_hours}\n"
            "[unknown]\naws_access_key_id = ASIA\naws_security_token = t\n"
        )
        token, registration, role = ("access-token", "client-registration", "role-credentials")

        def order() -> list[str]:
            return [
                each.name if each.kind is ExpiryKind.SHORT_TERM_CREDENTIALS else each.kind.value
                for each in expiries(desk)
            ]

        desk.clock.forward(12.5 * 3600)
        assert order() == [token, "pasted", "unknown", registration, role]
        assert expiries(desk)[2].expires_at is None
        assert expiries(desk)[2].level(desk.clock.now) is Level.UNKNOWN
        desk.clock.forward(3600)
        assert order() == [token, "unknown", registration, "pasted", role]
        desk.clock.forward(24 * 3600)
        assert order() == ["unknown", registration, "pasted", token, role]
        desk.services.tokens.renewal.note_refused(desk.session, desk.sign_in())
        assert order()[0] == token

    def test_why_a_token_does_not_renew_itself(self, desk: Desk) -> None:
        token = desk.sign_in()
        cache = desk.token_cache
        desk.clock.forward(91 * 86400)
        assert only(desk, ExpiryKind.ACCESS_TOKEN).no_renewal is NoRenewal.REGISTRATION_EXPIRED
        cache.save_token(desk.session, replace(token, registration=None))
        assert only(desk, ExpiryKind.ACCESS_TOKEN).no_renewal is NoRenewal.NO_REGISTRATION
        cache.save_token(desk.session, replace(token, refresh_token=None))
        clock = only(desk, ExpiryKind.ACCESS_TOKEN)
        assert (clock.renews, clock.no_renewal) == (False, NoRenewal.NO_REFRESH_TOKEN)

    def test_tokens_without_a_session_in_the_config_are_listed(self, desk: Desk) -> None:
        elsewhere = SsoSession("gone", "https://acme.awsapps.com/start", "us-east-1")
        token = replace(desk.sign_in(), start_url=elsewhere.start_url)
        desk.sso_cache.joinpath("ee0bfd2552fbd840c02cc48b6e823320543c450f.json").unlink()
        desk.token_cache.save_token(elsewhere, token)
        clock = only(desk, ExpiryKind.ACCESS_TOKEN)
        assert (clock.name, clock.session) == ("acme.awsapps.com", None)
        assert (clock.renews, clock.no_renewal) == (False, NoRenewal.NO_SESSION)
        assert not clock.is_stale(token.expires_at - timedelta(seconds=1))
        assert clock.is_stale(token.expires_at)
        desk.token_cache.save_token(elsewhere, replace(token, refresh_token=None))
        assert only(desk, ExpiryKind.ACCESS_TOKEN).no_renewal is NoRenewal.NO_REFRESH_TOKEN

    def test_a_registration_that_expires_before_the_token_is_due(self, desk: Desk) -> None:
        token = desk.sign_in()
        assert token.registration is not None
        due = token.expires_at - timedelta(minutes=10)
        for seconds, reason in ((0, NoRenewal.REGISTRATION_EXPIRES_FIRST), (1, None)):
            ends = due + timedelta(seconds=seconds)
            registration = replace(token.registration, expires_at=ends)
            desk.token_cache.save_token(desk.session, replace(token, registration=registration))
            assert only(desk, ExpiryKind.ACCESS_TOKEN).no_renewal is reason

    def test_a_token_that_aws_has_revoked(self, desk: Desk) -> None:
        token = desk.sign_in()
        desk.server.forget_sign_ins()
        renewal = desk.services.tokens.renewal
        renewal.note_refused(desk.session, token)
        assert renewal.valid_token(desk.session) is None
        clock = only(desk, ExpiryKind.ACCESS_TOKEN)
        assert (clock.refused, clock.renews, clock.no_renewal) == (True, False, NoRenewal.REVOKED)

    def test_a_legacy_start_url_has_its_own_expiries(self, desk: Desk) -> None:
        desk.add(
            f"[profile old]\nsso_start_url = {desk.server.start_url}\nsso_region = eu-west-1\n"
            "sso_account_id = 1\nsso_role_name = R\n"
        )
        legacy = desk.services.sign_in.sessions()[-1]
        assert legacy.name is None
        desk.sign_in()
        desk.token_cache.save_token(legacy, replace(desk.sign_in(), refresh_token=None))
        tokens = [each for each in expiries(desk) if each.kind is ExpiryKind.ACCESS_TOKEN]
        assert {(each.name, each.session) for each in tokens} == {
            ("corp", desk.session),
            (legacy.label, legacy),
        }
        assert [each.no_renewal for each in tokens if each.session == legacy] == [NoRenewal.LEGACY]
        assert set(desk.services.expiries.read().tokens) == {desk.session, legacy}

    def test_a_session_name_that_was_reused_for_another_start_url(self, desk: Desk) -> None:
        desk.sign_in()
        desk.config.write_text(
            desk.config.read_text().replace(desk.server.start_url, "https://acme.awsapps.com/start")
        )
        clock = only(desk, ExpiryKind.ACCESS_TOKEN)
        assert (clock.name, clock.session) == (short_start_url(desk.server.start_url), None)
        assert not desk.services.expiries.read().tokens
        assert [name for name, _ in signed_out(desk)] == ["corp"]

    def test_role_credentials_without_a_profile_are_named_from_the_inventory(
        self, desk: Desk
    ) -> None:
        desk.sign_in()
        account = desk.server.organisation.named("audit")
        desk.services.inventory.list_everything(desk.session, lambda _: None)
        desk.cache_role(Assignment(account, PermissionSet("ViewOnlyAccess")))
        clock = only(desk, ExpiryKind.ROLE_CREDENTIALS)
        assert (clock.name, clock.detail) == (
            "audit ViewOnlyAccess",
            f"{account.id} ViewOnlyAccess",
        )
        desk.services.session_edits.add_session("other", desk.server.start_url, desk.server.region)
        assert only(desk, ExpiryKind.ROLE_CREDENTIALS).name == "audit ViewOnlyAccess · corp"

    def test_a_role_that_the_cli_assumed_has_its_arn_as_name(self, desk: Desk) -> None:
        folder = desk.home / ".aws" / "cli" / "cache"
        folder.mkdir(parents=True)
        arn = "arn:aws:sts::123456789012:assumed-role/Deployer/demo\x1b[2J"
        content = {
            "Credentials": {
                "AccessKeyId": "ASIA1",
                "SecretAccessKey": "s",
                "SessionToken": "t",
                "Expiration": "2030-01-01T00:00:00+00:00",
            },
            "AssumedRoleUser": {"AssumedRoleId": "AROA:demo", "Arn": arn},
        }
        (folder / "0a1b.json").write_text(json.dumps(content))
        clock = only(desk, ExpiryKind.ROLE_CREDENTIALS)
        assert clock.name == "Deployer/demo␛[2J"
        assert clock.detail.startswith("arn:aws:sts::123456789012")
        assert clock.account_id == "123456789012"

    def test_a_role_that_rolecall_assumed_has_its_arn_as_name(self, desk: Desk) -> None:
        """Also if the AWS CLI has assumed it before, in a session of another name."""
        desk.sign_in()
        account = desk.server.organisation.named("audit").id
        desk.add(
            f"[profile audit]\nsso_session = corp\nsso_account_id = {account}\n"
            "sso_role_name = AWSAdministratorAccess\n\n[profile ops]\n"
            f"role_arn = arn:aws:iam::{account}:role/Ops\nsource_profile = audit\n"
        )
        stem = assumed_stem({"RoleArn": f"arn:aws:iam::{account}:role/Ops"})
        path = desk.role_cache.folder / f"{stem}.json"
        path.parent.mkdir(parents=True)
        path.write_text('{"AssumedRoleUser": {"Arn": "arn:aws:sts::1:assumed-role/Ops/old"}}')
        desk.services.credentials.of_profile("ops")
        (row,) = [each for each in expiries(desk) if each.id == stem]
        assert row.name.startswith("Ops/rolecall-")
        assert row.account_id == account

    @pytest.mark.parametrize(
        ("of_keys", "arn", "name", "detail"),
        [
            ({}, "arn:aws:sts::1:federated-user/kim", *["arn:aws:sts::1:federated-user/kim"] * 2),
            ({"AccountId": "123456789012"}, None, "123456789012", "ASIA1"),
            ({}, None, "ASIA1", "ASIA1"),
        ],
        ids=["another arn", "an account", "keys alone"],
    )
    def test_role_credentials_of_an_unknown_origin_have_what_is_in_their_file(
        self, desk: Desk, of_keys: dict[str, str], arn: str | None, name: str, detail: str
    ) -> None:
        keys = {"AccessKeyId": "ASIA1", "SecretAccessKey": "s", "SessionToken": "t"}
        expires = {"Expiration": "2030-01-01T00:00:00+00:00"}
        content: dict[str, object] = {"Credentials": {**keys, **expires, **of_keys}}
        if arn is not None:
            content["AssumedRoleUser"] = {"AssumedRoleId": "AROA:demo", "Arn": arn}
        folder = desk.home / ".aws" / "cli" / "cache"
        folder.mkdir(parents=True)
        (folder / "0a1b.json").write_text(json.dumps(content))
        found = only(desk, ExpiryKind.ROLE_CREDENTIALS)
        assert (found.name, found.detail) == (name, detail)

    def test_a_broken_config_hides_no_expiry(self, desk: Desk, audit_admin: Assignment) -> None:
        desk.sign_in()
        desk.cache_role(audit_admin)
        whole = desk.config.read_text()
        desk.config.write_text(whole + "[profile broken\n")
        found = desk.another().expiries.read()
        (problem,) = found.problems
        assert isinstance(problem, FileMalformed)
        assert problem.path == desk.config
        assert [each.kind.value for each in found.rows] == [
            "role-credentials",
            "access-token",
            "client-registration",
        ]
        assert not found.tokens
        desk.config.write_text(whole)
        assert [each.name for each in expiries(desk)] == ["audit-admin", "corp", "corp"]

    def test_names_stay_while_the_config_is_broken(self, desk: Desk) -> None:
        desk.sign_in()
        before = desk.services.expiries.read()
        desk.config.write_text("[broken\n")
        after = desk.services.expiries.read()
        assert after.problems
        assert (after.rows, after.tokens) == (before.rows, before.tokens)

    def test_broken_credentials_hide_no_other_expiry(self, desk: Desk) -> None:
        desk.sign_in()
        (desk.config.parent / "credentials").write_text("[broken\n")
        found = desk.services.expiries.read()
        assert len(found.problems) == 1
        assert {each.name for each in found.rows} == {"corp"}
        assert set(found.tokens) == {desk.session}

    def test_sessions_of_one_portal_have_their_own_tokens(self, desk: Desk) -> None:
        first = desk.sign_in()
        other = replace(desk.session, name="other")
        desk.services.session_edits.add_session("other", other.start_url, other.region)
        assert desk.services.expiries.read().tokens.keys() == {desk.session}
        second = replace(first, value=Secret("second"))
        desk.token_cache.save_token(other, second)
        tokens = desk.services.expiries.read().tokens
        assert {each.name: token.value for each, token in tokens.items()} == {
            "corp": first.value,
            "other": second.value,
        }

    def test_broken_files_have_no_expiry(self, desk: Desk) -> None:
        desk.sign_in()
        for path in desk.sso_cache.iterdir():
            path.write_text("{")
        (desk.sso_cache / "other.json").write_text('{"accessToken": 1, "expiresAt": true}')
        assert [each.signed_out for each in expiries(desk)] == [True]

    def test_a_token_that_utf8_cannot_encode_does_not_stop_the_reader(self, desk: Desk) -> None:
        """JSON can have half of a character: `\\ud800`."""
        fields = {"accessToken": "\ud800", "expiresAt": "2100-01-01T00:00:00Z"}
        desk.sso_cache.mkdir(parents=True)
        (desk.sso_cache / "other.json").write_text(json.dumps(fields))
        content = login_files.fields(desk.clock.now, left=timedelta(minutes=9))
        login_files.write(desk.services.locations.login_cache, content | {"refreshToken": "\ud800"})
        kinds = {each.kind for each in expiries(desk)}
        assert kinds >= {ExpiryKind.ACCESS_TOKEN, ExpiryKind.LOGIN_KEYS}


class TestLoginSessions:
    """Sign-ins with console credentials, as `aws login` makes them."""

    def log_in(self, desk: Desk, left: timedelta, of_session: timedelta) -> None:
        desk.add(f"\n{login_files.PROFILE}")
        folder = desk.services.locations.login_cache
        content = login_files.fields(desk.clock.now, left=left, of_session=of_session)
        login_files.write(folder, content)

    def test_a_session_and_its_keys_have_their_own_expiry(self, desk: Desk) -> None:
        self.log_in(desk, timedelta(minutes=9), timedelta(hours=3))
        session, keys = only(desk, ExpiryKind.LOGIN_SESSION), only(desk, ExpiryKind.LOGIN_KEYS)
        assert (session.name, session.profile, session.login) == (
            "console",
            "console",
            login_files.ALICE,
        )
        assert session.expires_at == desk.clock.now + timedelta(hours=3)
        assert (session.renews, session.no_renewal) == (False, NoRenewal.LONGEST)
        assert keys.expires_at == desk.clock.now + timedelta(minutes=9)
        assert keys.renews
        assert session.account_id == keys.account_id == "038410265977"
        assert (session.counts, keys.counts) == (True, False)

    def test_the_keys_belong_to_the_session(self, desk: Desk) -> None:
        self.log_in(desk, timedelta(minutes=9), timedelta(hours=3))
        rows = [each for each in expiries(desk) if each.login]
        parts = parts_of_sessions(rows)
        assert [each.kind for each in parts] == [ExpiryKind.LOGIN_KEYS]
        assert [each.kind for each in by_session(rows, parts)] == [
            ExpiryKind.LOGIN_SESSION,
            ExpiryKind.LOGIN_KEYS,
        ]
        assert parts_of_sessions(parts) == []  # the session is not among them

    def test_each_session_has_what_belongs_to_it_and_the_rest_comes_last(self, desk: Desk) -> None:
        (desk.config.parent / "credentials").write_text(
            "[pasted]\naws_access_key_id = ASIA\naws_session_token = t\n"
        )
        self.log_in(desk, timedelta(minutes=9), timedelta(hours=3))
        desk.sign_in()
        other = desk.services.session_edits.add_session(
            "other", desk.session.start_url, "eu-west-1"
        )
        desk.session, first = other, desk.session
        desk.sign_in()
        rows = expiries(desk)
        ordered = [each.kind for each in by_session(rows, parts_of_sessions(rows))]
        login = [ExpiryKind.LOGIN_SESSION, ExpiryKind.LOGIN_KEYS]
        token = [ExpiryKind.ACCESS_TOKEN, ExpiryKind.CLIENT_REGISTRATION]
        assert ordered == [*login, *token, *token, ExpiryKind.SHORT_TERM_CREDENTIALS]
        sessions = [each.session for each in by_session(rows, parts_of_sessions(rows))]
        assert sessions[2:] in (
            [first, first, other, other, None],
            [other, other, first, first, None],
        )
        rest = [ExpiryKind.SHORT_TERM_CREDENTIALS, ExpiryKind.CLIENT_REGISTRATION]
        shown = [each for each in rows if each.kind in rest]
        assert parts_of_sessions(shown) == []
        assert [each.kind for each in by_session(shown, [])] == [*rest, rest[1]]

    def test_keys_of_a_session_that_has_ended_do_not_renew(self, desk: Desk) -> None:
        self.log_in(desk, timedelta(minutes=9), timedelta(0))
        keys = only(desk, ExpiryKind.LOGIN_KEYS)
        assert (keys.renews, keys.no_renewal) == (False, NoRenewal.SESSION_OVER)

    def test_keys_whose_file_cannot_be_replaced_do_not_renew(self, desk: Desk) -> None:
        self.log_in(desk, timedelta(minutes=9), timedelta(hours=3))
        (path,) = desk.services.locations.login_cache.iterdir()
        with unwritable(path, "hard link"):
            keys = only(desk, ExpiryKind.LOGIN_KEYS)
            assert (keys.renews, keys.no_renewal) == (False, NoRenewal.UNWRITABLE)
            assert keys.unwritable is not None
            assert explain(keys.unwritable).startswith(f"{path} cannot be written (hard-linked)")
            assert only(desk, ExpiryKind.LOGIN_SESSION).unwritable is None

    def test_a_session_that_aws_refuses_has_keys_that_last_until_they_expire(
        self, desk: Desk
    ) -> None:
        self.log_in(desk, timedelta(minutes=9), timedelta(hours=3))
        ((stem, found),) = desk.services.login_sessions.cache.sessions()
        refused = stem, REFRESH, found.refresh_token
        desk.services.refusals.note(*refused, desk.clock.now, "ended")
        session, keys = only(desk, ExpiryKind.LOGIN_SESSION), only(desk, ExpiryKind.LOGIN_KEYS)
        assert (session.refused, session.no_renewal) == (True, NoRenewal.REVOKED)
        assert (keys.refused, keys.no_renewal) == (False, NoRenewal.SESSION_OVER)
        assert keys.level(desk.clock.now) is not Level.GONE

    def test_a_profile_without_a_file_is_signed_out(self, desk: Desk) -> None:
        self.log_in(desk, timedelta(minutes=9), timedelta(hours=3))
        for path in desk.services.locations.login_cache.iterdir():
            path.unlink()
        assert signed_out(desk) == [("corp", desk.session), ("console", None)]

    def test_a_session_without_a_profile_has_the_name_of_the_identity(self, desk: Desk) -> None:
        self.log_in(desk, timedelta(minutes=9), timedelta(hours=3))
        desk.config.unlink()
        assert only(desk, ExpiryKind.LOGIN_SESSION).name == "user/alice"

    def test_a_session_of_an_unknown_identity_has_the_name_of_its_account_or_file(
        self, desk: Desk
    ) -> None:
        folder = desk.services.locations.login_cache
        content = login_files.fields(desk.clock.now, left=timedelta(minutes=9))
        del content["idToken"]
        path = login_files.write(folder, content)
        session = only(desk, ExpiryKind.LOGIN_SESSION)
        assert (session.name, session.detail, session.login) == ("038410265977", "", path.stem)
        keys = content["accessToken"]
        assert isinstance(keys, dict)
        del keys["accountId"]
        login_files.write(folder, content)
        assert only(desk, ExpiryKind.LOGIN_SESSION).name == path.stem
