"""Credentials in the formats that shells, files and other programs read: one record each."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Final

from rolecall.domain.model import Credentials, Secret
from rolecall.domain.naming import names as naming
from rolecall.domain.records import dataclass
from rolecall.domain.shells import Shell
from rolecall.domain.shells.record import CannotQuote, Quoting
from rolecall.domain.switching.variables import ACCOUNT
from rolecall.domain.timestamps import write_time


class CannotExpress(Exception):
    """A value has a character that the format cannot express."""


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


Variables = Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class Format:
    """A way to write credentials: `name` is that of `--format`, or of a part.

    `statements` set the variables, each a line; a variable that is None is unset. None: the format
    is not a list of variables. `write` returns credentials; the last of several lines ends with a
    newline. Both raise CannotExpress. `is_secret`: what it writes has secrets.
    """

    name: str
    statements: Callable[[Variables], str] | None
    write: Callable[[Export], str]
    is_secret: bool


def _of_variables(name: str, lines: Callable[[Variables], Iterator[str]]) -> Format:
    def statements(variables: Variables) -> str:
        return _joined(lines(variables))

    return Format(name, statements, lambda export: statements(export.variables()), is_secret=True)


def _joined(lines: Iterator[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


def _quoted(quoting: Quoting, variables: Variables) -> Iterator[str]:
    try:
        for name, value in variables.items():
            if value is None:
                yield quoting.unset_variable(name)
            else:
                yield quoting.set_variable(name, value)
    except CannotQuote:
        raise CannotExpress from None


def _dotenv(variables: Variables) -> Iterator[str]:
    for name, value in variables.items():
        if value is not None:
            if not _IN_QUOTES.fullmatch(value):
                raise CannotExpress
            yield f"{name}={value}" if _PLAIN.fullmatch(value) else f"{name}='{value}'"


def _ini(export: Export) -> Iterator[str]:
    if naming.check(export.name) is not None:
        raise CannotExpress
    yield f"[{export.name}]"
    credentials = export.credentials
    values = {
        "aws_access_key_id": credentials.access_key_id,
        "aws_secret_access_key": credentials.secret_access_key.reveal(),
    }
    if credentials.session_token is not None:
        values["aws_session_token"] = credentials.session_token.reveal()
    if credentials.expires_at is not None:
        values["x_security_token_expires"] = write_time(credentials.expires_at)
    if export.region:
        values["region"] = export.region
    for key, value in values.items():
        if not _IN_INI.fullmatch(value) or _COMMENT.search(value):
            raise CannotExpress
        yield f"{key} = {value}"


def _json(export: Export) -> str:
    """https://docs.aws.amazon.com/sdkref/latest/guide/feature-process-credentials.html"""
    answer = {"Version": 1, **members(export.credentials, "SessionToken")}
    return json.dumps(answer, indent=2) + "\n"


# cmd expands % inside quotes and, with delayed expansion, ! and ^; a quote cannot be escaped.
_CMD: Final = Quoting(
    unquotable=re.compile('[\0-\x1f\x7f"%!^]'),
    escape=str,
    set_statement='set "{name}={value}"',
    unset_statement='set "{name}="',
    end="",
)
JSON: Final = Format("json", None, _json, is_secret=True)  # of a credential_process
_OF_SHELLS: Final = {each.record.format: each.record.quoting for each in Shell}
_ALL: Final = (
    *(_of_variables(name, partial(_quoted, quoting)) for name, quoting in _OF_SHELLS.items()),
    _of_variables("cmd", partial(_quoted, _CMD)),
    _of_variables("dotenv", _dotenv),
    JSON,
    Format("ini", None, lambda export: _joined(_ini(export)), is_secret=True),
)
FORMATS: Final = {each.name: each for each in _ALL}
DEFAULT: Final = next(iter(FORMATS))


def _revealed(secret: Secret | None) -> str:
    return secret.reveal() if secret else ""


# Parts of credentials, to copy alone; "" if the credentials do not have it.
PARTS: Final = (
    Format("key_id", None, lambda each: each.credentials.access_key_id, is_secret=False),
    Format("secret_key", None, lambda each: _revealed(each.credentials.secret_access_key), True),
    Format("session_token", None, lambda each: _revealed(each.credentials.session_token), True),
)
