"""Roles that are assumed with the keys of the environment, which is left to botocore."""

from __future__ import annotations

import time
from contextlib import nullcontext

import pytest

from rolecall.demo.faults import Fault
from rolecall.domain import question
from rolecall.domain.errors import Unreachable, VerifyFailed
from rolecall.domain.records import replace
from tests.services.credentials.test_credentials import AUDIT, add, add_audit, asked
from tests.support.desk import Desk

OPS = f"\n[profile ops]\nrole_arn = arn:aws:iam::{AUDIT}:role/Ops\nregion = eu-west-1\n"


class Prompt:
    """A terminal on which nobody may be asked."""

    def hidden_input(self) -> nullcontext[None]:
        raise AssertionError

    def ask(self, device: str) -> str:
        raise AssertionError(device)


def with_keys_in_environment(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> str:
    """Add the profile, and the keys that it needs. Return their ID."""
    add_audit(desk)
    add(desk, f"{OPS}credential_source = Environment\n")
    desk.sign_in()
    service = desk.services.credentials
    keys = service.of_profile("audit-admin")
    assert keys.session_token is not None
    of_shell = {
        "AWS_ACCESS_KEY_ID": keys.access_key_id,
        "AWS_SECRET_ACCESS_KEY": keys.secret_access_key.reveal(),
        "AWS_SESSION_TOKEN": keys.session_token.reveal(),
    }
    for name, value in (desk.environ | of_shell).items():
        monkeypatch.setenv(name, value)  # botocore reads them there
    return keys.access_key_id


def test_a_role_is_assumed_with_the_keys_of_the_environment(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = with_keys_in_environment(desk, monkeypatch)
    assert desk.services.credentials.of_profile("ops").access_key_id != own
    assert asked(desk, "AssumeRole") == 1


@pytest.mark.parametrize("fault", [Fault.HANG, Fault.DRIP])
def test_botocore_waits_no_longer_than_the_question_lasts(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, fault: Fault
) -> None:
    with_keys_in_environment(desk, monkeypatch)
    monkeypatch.setattr(question, "SECONDS", 1.0)
    desk.server.faults.add("AssumeRole", fault)
    began_at = time.monotonic()
    with pytest.raises(Unreachable, match="timed-out"):
        desk.services.credentials.of_profile("ops")
    assert time.monotonic() - began_at < 10


def test_where_a_user_can_be_asked_an_mfa_code_is_left_to_botocore(desk: Desk) -> None:
    """It finds no keys in the environment, so it asks for no code."""
    add(desk, f"{OPS}credential_source = Environment\nmfa_serial = arn:aws:iam::1:mfa/kim\n")
    with pytest.raises(VerifyFailed):
        replace(desk.services.credentials, prompt=Prompt()).of_profile("ops")
