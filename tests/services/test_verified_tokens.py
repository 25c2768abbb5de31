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
