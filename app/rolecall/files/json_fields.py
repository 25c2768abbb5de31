"""The JSON objects in the clients' caches, read leniently. Prompts wait for this import."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from rolecall.files.fast.times import read_time
from rolecall.files.read import read_or_nothing

if TYPE_CHECKING:
    from datetime import datetime

Fields = dict[str, object]


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
