"""Verifying a profile whose token AWS refuses."""

from __future__ import annotations

import pytest

from rolecall.domain.errors import SignInNeeded, VerifyFailed
from rolecall.domain.model import Assignment
from tests.support.desk import Desk


def test_a_session_that_aws_has_revoked_is_named(desk: Desk, audit_admin: Assignment) -> None:
    desk.sign_in()
    desk.server.forget_sign_ins()
    with pytest.raises(VerifyFailed) as caught:
        desk.services.verification.verify("audit-admin")
    assert isinstance(caught.value.cause, SignInNeeded)
    assert (caught.value.cause.session, caught.value.cause.problem) == ("corp", "revoked")


def test_a_session_that_a_role_names_but_does_not_use_is_left(
    desk: Desk, audit_admin: Assignment
) -> None:
    """The credentials of a role come from its source, whatever else the profile has."""
    token = desk.sign_in()
    mine = desk.session
    desk.session = desk.services.sign_in.add_session("other", mine.start_url, mine.region)
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
