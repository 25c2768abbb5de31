"""The JSON objects in the clients' caches, read leniently. Prompts wait for this import."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from rolecall.domain.records import NamedTuple
from rolecall.files.read import read_or_nothing
from rolecall.files.times import read_time

if TYPE_CHECKING:
    from datetime import datetime

Fields = dict[str, object]

# The names of the key id, the secret, the session token, the expiry and the account.
OF_ROLE: Final = ("AccessKeyId", "SecretAccessKey", "SessionToken", "Expiration", "AccountId")
OF_LOGIN: Final = ("accessKeyId", "secretAccessKey", "sessionToken", "expiresAt", "accountId")


class KeyFields(NamedTuple):
    """Keys that expire, and the account that they are for if the file has it."""

    access_key_id: str
    secret_access_key: str
    session_token: str
    expires_at: datetime
    account_id: str | None


def load(path: str) -> Fields:
    """Return the object in a file; empty if there is none, or it cannot be read or is broken."""
    return parse(read_or_nothing(path)) or {}


def parse(data: bytes) -> Fields | None:
    """Return the object in a file's bytes, or None if they are broken.

    A byte order mark breaks a file, as for the other clients.
    """
    if not data:
        return None
    import json  # late: it is slow to import, and many files are missing

    try:
        found = json.loads(data.decode())
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def text(fields: Mapping[str, object], key: str) -> str | None:
    """Return a member that is a non-empty string, or None."""
    value = fields.get(key)
    return value if isinstance(value, str) and value else None


def texts(fields: Mapping[str, object], key: str) -> tuple[str, ...] | None:
    """Return the strings of a member that is a list, or None."""
    value = fields.get(key)
    if not isinstance(value, list):
        return None
    return tuple(item for item in value if isinstance(item, str))


def time_of(fields: Mapping[str, object], key: str) -> datetime | None:
    """Return a member that is a time in a format that clients write, or None."""
    return read_time(fields.get(key))


def keys_of(member: object, names: tuple[str, str, str, str, str]) -> KeyFields | None:
    """Return the keys in a member with these names; None if one is missing or unreadable."""
    if not isinstance(member, dict):
        return None
    key_id, secret, token = (text(member, name) for name in names[:3])
    expires_at = time_of(member, names[3])
    if key_id is None or secret is None or token is None or expires_at is None:
        return None
    return KeyFields(key_id, secret, token, expires_at, text(member, names[4]))
