"""The AWS account that a directory belongs to: what `.rolecall.toml` says.

A prompt waits for this module, so it imports little.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from rolecall.domain.arns import ACCOUNT_ID, ROLE_ARN, account_in
from rolecall.domain.partitions import REGION
from rolecall.domain.records import NamedTuple

FILE_NAME: Final = ".rolecall.toml"
KEYS: Final = ("account_id", "permission_set", "role_arn", "region", "start_url")
# The characters of AWS's names of permission sets, and of addresses.
_PERMISSION_SET: Final = r"[\w+=,.@-]{1,64}"
_START_URL: Final = r"(?i:https?)://[!-?A-~]{1,500}"  # no `@`: no user and no password


class PinProblem(StrEnum):
    """Why a file cannot be used."""

    UNREADABLE = "unreadable"
    TOO_LARGE = "too-large"
    LINK = "link"
    NOT_TOML = "not-toml"
    UNKNOWN_KEY = "unknown-key"
    NOT_TEXT = "not-text"
    NO_ROLE = "no-role"
    TWO_ROLES = "two-roles"
    NO_ACCOUNT = "no-account"
    BAD_VALUE = "bad-value"
    OTHER_ACCOUNT = "other-account"


class PinMistake(Exception):
    """What is wrong with the content; `subject` is the key, or what the parser says."""

    def __init__(self, problem: PinProblem, subject: str = "") -> None:
        super().__init__(problem)
        self.problem = problem
        self.subject = subject


class Pin(NamedTuple):
    """An account, and either a permission set or a role. `region` and `start_url` may be empty."""

    account_id: str
    permission_set: str = ""
    role_arn: str = ""
    region: str = ""
    start_url: str = ""

    @property
    def role(self) -> str:
        """The name of the permission set or of the role."""
        return self.permission_set or self.role_arn.rpartition("/")[2]

    def text(self) -> str:
        """Return the content of the file."""
        values = zip(KEYS, self, strict=True)
        return "".join(f'{key} = "{_escaped(value)}"\n' for key, value in values if value)


def _escaped(value: str) -> str:
    """Return a value for a basic string of TOML. An address may have these signs."""
    return value.replace("\\", "\\\\").replace('"', '\\"')


def of_values(values: Mapping[str, object]) -> Pin:
    """Return what the values of the file say. Raises PinMistake."""
    texts = {"account_id": ""}
    for key, value in values.items():
        if key not in KEYS:
            raise PinMistake(PinProblem.UNKNOWN_KEY, key)
        if not isinstance(value, str):
            raise PinMistake(PinProblem.NOT_TEXT, key)
        texts[key] = value
    return checked(Pin(**texts))


def checked(pin: Pin) -> Pin:
    """Return the pin, complete. Raises PinMistake."""
    patterns = ACCOUNT_ID, _PERMISSION_SET, ROLE_ARN, REGION, _START_URL
    for key, pattern, value in zip(KEYS, patterns, pin, strict=True):
        if value and not re.fullmatch(pattern, value, re.ASCII):
            raise PinMistake(PinProblem.BAD_VALUE, key)
    if pin.permission_set and pin.role_arn:
        raise PinMistake(PinProblem.TWO_ROLES)
    if not pin.permission_set and not pin.role_arn:
        raise PinMistake(PinProblem.NO_ROLE)
    if pin.role_arn:
        account_id = account_in(pin.role_arn)
        if pin.account_id not in {"", account_id}:
            raise PinMistake(PinProblem.OTHER_ACCOUNT)
        return pin._replace(account_id=account_id)
    if not pin.account_id:
        raise PinMistake(PinProblem.NO_ACCOUNT)
    return pin
