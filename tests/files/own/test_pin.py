"""What a `.rolecall.toml` says, and what is wrong with it."""

from __future__ import annotations

import pytest

from rolecall.domain.switching.pin import Pin, PinMistake, PinProblem, checked
from rolecall.files.own.pin_file import parse
from tests.support.for_each import for_each

ACCOUNT = "123456789012"
ARN = f"arn:aws:iam::{ACCOUNT}:role/ops/Deployer"
_PIN = f'account_id = "{ACCOUNT}"\npermission_set = "Audit"\n'


@for_each(
    "pin",
    [
        Pin(ACCOUNT, "Audit"),
        Pin(ACCOUNT, "A=b,c.d@e-f+g_", region="eu-west-1"),
        Pin(ACCOUNT, role_arn=ARN, region="us-gov-west-1", start_url="https://corp.example/start"),
        Pin(ACCOUNT, "x" * 64, start_url=f"http://{'x' * 500}"),
        Pin(ACCOUNT, "Audit", start_url="HTTPS://CORP.EXAMPLE/start"),
        Pin(ACCOUNT, "Audit", start_url='https://corp.example/"start"\\'),
    ],
)
def test_what_is_written_is_read(pin: Pin) -> None:
    assert parse(pin.text()) == pin


def test_only_what_is_set_is_written() -> None:
    assert Pin(ACCOUNT, "Audit").text() == _PIN


def test_a_role_brings_its_account() -> None:
    assert parse(f'role_arn = "{ARN}"') == Pin(ACCOUNT, role_arn=ARN)
    assert parse(f'role_arn = "{ARN}"\naccount_id = "{ACCOUNT}"').account_id == ACCOUNT


def test_a_role_is_named_without_its_path() -> None:
    assert Pin(ACCOUNT, role_arn=ARN).role == "Deployer"
    assert Pin(ACCOUNT, "Audit").role == "Audit"


@for_each(
    ("text", "problem", "subject"),
    [
        ("x", PinProblem.NOT_TOML, None),
        ("a." * 8000 + "a = 1", PinProblem.NOT_TOML, "A key has more than 16 parts"),
        (f"a = {'[' * 5000}", PinProblem.NOT_TOML, None),
        (f'{_PIN}profile = "mine"', PinProblem.UNKNOWN_KEY, "profile"),
        (f"account_id = {ACCOUNT}", PinProblem.NOT_TEXT, "account_id"),
        (f'{_PIN}region = ["eu-west-1"]', PinProblem.NOT_TEXT, "region"),
        (_PIN.replace("Audit", "x" * 65), PinProblem.BAD_VALUE, "permission_set"),
        (_PIN.replace("Audit", "Prüfung"), PinProblem.BAD_VALUE, "permission_set"),
        (_PIN.replace(ACCOUNT, "12"), PinProblem.BAD_VALUE, "account_id"),
        (f'{_PIN}region = "mars"', PinProblem.BAD_VALUE, "region"),
        (f'{_PIN}start_url = "file:///x"', PinProblem.BAD_VALUE, "start_url"),
        (f'{_PIN}start_url = "https://{"x" * 501}"', PinProblem.BAD_VALUE, "start_url"),
        (f'role_arn = "{ACCOUNT}:role/x"', PinProblem.BAD_VALUE, "role_arn"),
        (f'{_PIN}role_arn = "{ARN}"', PinProblem.TWO_ROLES, ""),
        (f'account_id = "{ACCOUNT}"', PinProblem.NO_ROLE, ""),
        ("", PinProblem.NO_ROLE, ""),
        (f'role_arn = "{ARN}"\naccount_id = "000000000000"', PinProblem.OTHER_ACCOUNT, ""),
        ('permission_set = "Audit"', PinProblem.NO_ACCOUNT, ""),
    ],
)
def test_a_mistake_is_named(text: str, problem: PinProblem, subject: str | None) -> None:
    with pytest.raises(PinMistake) as raised:
        parse(text)
    assert raised.value.problem is problem
    assert subject is None or raised.value.subject == subject


def test_a_pin_that_is_made_is_checked_too() -> None:
    with pytest.raises(PinMistake):
        checked(Pin(ACCOUNT))
    assert checked(Pin("", role_arn=ARN)).account_id == ACCOUNT
