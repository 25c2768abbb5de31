"""Credentials in the formats that shells, files and other programs read."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Final

from rolecall.domain import naming
from rolecall.domain.model import Credentials
from rolecall.domain.records import dataclass
from rolecall.domain.shells import Shell
from rolecall.domain.shells.record import CannotQuote, Quoting
from rolecall.domain.switching import ACCOUNT
from rolecall.domain.timestamps import write_time


class Format(StrEnum):
    """A format in which credentials can be exported."""

    BASH = "bash"  # and compatible shells: dash, zsh, ksh
    FISH = "fish"
    POWERSHELL = "powershell"
    CMD = "cmd"
    NU = "nu"
    TCSH = "tcsh"
    DOTENV = "dotenv"
    JSON = "json"  # the output of a credential_process
    INI = "ini"  # a section of ~/.aws/credentials


class CannotExpress(Exception):
    """A value has a character that the format cannot express."""


# cmd expands % inside quotes and, with delayed expansion, ! and ^; a quote cannot be escaped.
_CMD: Final = Quoting(
    unquotable=re.compile('[\0-\x1f\x7f"%!^]'),
    escape=str,
    set_statement='set "{name}={value}"',
    unset_statement='set "{name}="',
    end="",
)
_QUOTINGS: Final = {
    **{Format(shell.record.format): shell.record.quoting for shell in Shell},
    Format.CMD: _CMD,
}
# The formats that set environment variables.
VARIABLES: Final = (*_QUOTINGS, Format.DOTENV)
# Variables that override credentials in the environment in some client, or are taken for them.
OVERRIDES_KEYS: Final = ("AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_SECURITY_TOKEN")
# What all readers of dotenv files agree on: `docker run --env-file` takes quotes literally, others
# expand what is inside double quotes.
_PLAIN: Final = re.compile(r"[A-Za-z0-9_./+=:@%,-]*")
_IN_QUOTES: Final = re.compile(r"[^'\\\x00-\x1f\x7f\u0085\u2028\u2029]*")
_IN_INI: Final = re.compile(r"(?=\S)[^\x00-\x1f\x7f\u0085\u2028\u2029]*(?<=\S)")
_COMMENT: Final = re.compile(r"(^|\s)[#;]")


@dataclass(frozen=True, slots=True)
class Export:
    """Credentials and their context. `name` is the name of the section in the `ini` format."""

    credentials: Credentials
    region: str | None
    name: str

    def variables(self) -> dict[str, str | None]:
        """Return the variables for a program's environment; None means unset."""
        credentials = self.credentials
        token, end = credentials.session_token, credentials.expires_at
        found: dict[str, str | None] = {
            "AWS_ACCESS_KEY_ID": credentials.access_key_id,
            "AWS_SECRET_ACCESS_KEY": credentials.secret_access_key.reveal(),
            "AWS_SESSION_TOKEN": token.reveal() if token else None,
            "AWS_CREDENTIAL_EXPIRATION": write_time(end) if end else None,
            ACCOUNT: credentials.account_id or None,
        }
        if self.region:
            found |= {"AWS_REGION": self.region, "AWS_DEFAULT_REGION": self.region}
        return found | dict.fromkeys(OVERRIDES_KEYS)

    def text(self, form: Format) -> str:
        """Return the text; its last line ends with a newline. Raises CannotExpress."""
        match form:
            case Format.JSON:
                lines = [self._json()]
            case Format.INI:
                lines = list(self._ini())
            case _:
                return statements(self.variables(), form)
        return "".join(f"{line}\n" for line in lines)

    def _ini(self) -> Iterator[str]:
        if naming.check(self.name) is not None:
            raise CannotExpress
        yield f"[{self.name}]"
        credentials = self.credentials
        values = {
            "aws_access_key_id": credentials.access_key_id,
            "aws_secret_access_key": credentials.secret_access_key.reveal(),
        }
        if credentials.session_token is not None:
            values["aws_session_token"] = credentials.session_token.reveal()
        if credentials.expires_at is not None:
            values["x_security_token_expires"] = write_time(credentials.expires_at)
        if self.region:
            values["region"] = self.region
        for key, value in values.items():
            if not _IN_INI.fullmatch(value) or _COMMENT.search(value):
                raise CannotExpress
            yield f"{key} = {value}"

    def _json(self) -> str:
        """https://docs.aws.amazon.com/sdkref/latest/guide/feature-process-credentials.html"""
        return json.dumps({"Version": 1, **members(self.credentials, "SessionToken")}, indent=2)


def members(credentials: Credentials, token: str) -> dict[str, str]:
    """Return the members of AWS's JSON; `token` is the name of the session token in it."""
    found = {
        "AccessKeyId": credentials.access_key_id,
        "SecretAccessKey": credentials.secret_access_key.reveal(),
    }
    if credentials.session_token is not None:
        found[token] = credentials.session_token.reveal()
    if credentials.expires_at is not None:
        found["Expiration"] = write_time(credentials.expires_at)
    if credentials.account_id:
        found["AccountId"] = credentials.account_id
    return found


def statements(variables: Mapping[str, str | None], form: Format) -> str:
    """Return the statements that set variables; None unsets one. Raises CannotExpress."""
    lines = _dotenv(variables) if form is Format.DOTENV else _shell(variables, form)
    return "".join(f"{line}\n" for line in lines)


def _shell(variables: Mapping[str, str | None], form: Format) -> Iterator[str]:
    quoting = _QUOTINGS[form]
    try:
        for name, value in variables.items():
            if value is None:
                yield quoting.unset_variable(name)
            else:
                yield quoting.set_variable(name, value)
    except CannotQuote:
        raise CannotExpress from None


def _dotenv(variables: Mapping[str, str | None]) -> Iterator[str]:
    for name, value in variables.items():
        if value is not None:
            if not _IN_QUOTES.fullmatch(value):
                raise CannotExpress
            yield f"{name}={value}" if _PLAIN.fullmatch(value) else f"{name}='{value}'"
