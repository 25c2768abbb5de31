"""Verifying a profile whose token AWS refuses."""

from __future__ import annotations

from rolecall.domain.model import Assignment
from rolecall.domain.records import replace
from tests.support.desk import Desk


def test_a_session_that_a_role_names_but_does_not_use_is_left(
    desk: Desk, audit_admin: Assignment
) -> None:
    """The credentials of a role come from its source, whatever else the profile has."""
    token = desk.sign_in()
    mine = desk.session
    desk.session = desk.services.session_edits.add_session("other", mine.start_url, mine.region)
    desk.sign_in()
    unused = desk.services.sign_in.valid_token(desk.session)
    desk.add(
        f"[profile role]\nrole_arn = arn:aws:iam::{audit_admin.account.id}:role/Deployer\n"
        "source_profile = audit-admin\nsso_session = other\nregion = eu-west-1"
    )
    desk.server.revoke(token.value.reveal())
    assert ":assumed-role/Deployer/" in desk.services.verification.verify("role").arn
    assert desk.services.sign_in.valid_token(desk.session) == unused
    renewed = desk.services.sign_in.valid_token(mine)
    assert renewed is not None
    assert renewed.value != token.value


def test_keys_do_not_fail_with_the_token_of_a_session_for_tokens_only(
    desk: Desk, audit_admin: Assignment
) -> None:
    desk.environ["AWS_MAX_ATTEMPTS"] = "1"
    desk.services = desk.another()
    token = desk.sign_in()
    keys = desk.services.credentials.of_profile("audit-admin")
    assert keys.session_token is not None
    section = (
        f"sso_session = corp\nregion = eu-west-1\naws_access_key_id = {keys.access_key_id}\n"
        f"aws_secret_access_key = {keys.secret_access_key.reveal()}\n"
        f"aws_session_token = {keys.session_token.reveal()}\n"
    )
    role = f"role_arn = arn:aws:iam::{audit_admin.account.id}:role/Deployer\n"
    desk.add(
        f"[profile keys]\n{section}[profile role]\n{role}source_profile = own\n"
        f"region = eu-west-1\n[profile own]\n{section}{role}source_profile = audit-admin"
    )
    ended = replace(token, expires_at=desk.clock.now)
    desk.token_cache.save_token(desk.session, ended)
    desk.server.faults.add("CreateToken", 500)
    for name, found in (("keys", ":assumed-role/AWSReserved"), ("role", ":assumed-role/Deployer/")):
        assert found in desk.services.verification.verify(name).arn
