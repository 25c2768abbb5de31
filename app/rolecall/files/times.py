"""Times as the clients write them. Prompts wait for this import."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from rolecall.domain.timestamps import with_room

_MILLISECONDS = 1e11  # a larger epoch number is in milliseconds
_TIME = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d):(\d\d)(?:[.,](\d{1,9}))?\s*(Z|UTC|[+-]\d\d:?\d\d)?",
    re.IGNORECASE | re.ASCII,
)


def read_time(value: object) -> datetime | None:
    """Read a time in any format that clients write; None for anything else.

    The formats are ISO 8601 with `Z`, `UTC`, an offset or none (UTC), and numbers of seconds or
    milliseconds since the epoch. A time before 1970 or after 9998 becomes the nearest one between.
    """
    try:
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            seconds = value / 1000 if value > _MILLISECONDS else value
            return with_room(datetime.fromtimestamp(seconds, UTC))
        if isinstance(value, str):
            return _read_text(value.strip())
    except (ValueError, OverflowError, OSError):
        return None
    return None


def _read_text(value: str) -> datetime | None:
    if value.isdigit() and value.isascii():
        return read_time(int(value))
    found = _TIME.fullmatch(value)
    if found is None:
        return None
    zone = (found[8] or "Z").upper()
    offset = "+00:00" if zone in {"Z", "UTC"} else zone
    fraction = (found[7] or "0")[:6].ljust(6, "0")
    date = "-".join(found.group(1, 2, 3))
    time = ":".join(found.group(4, 5, 6))
    return with_room(datetime.fromisoformat(f"{date}T{time}.{fraction}{offset}"))
