"""The file of a launch image: what was on the first screen, and for which start it is right.

The next start reads it before anything slow is imported. Nothing here raises: a file that is
broken, too large, owned by another user or open to others counts as no image.
"""

from __future__ import annotations

import os
from typing import Any, Final
from zlib import crc32

from rolecall.domain.records import NamedTuple

_FORMAT: Final = b"rolecall launch image 1 %08x\n"
_LARGEST: Final = 1 << 20  # bytes; a screen of 400 by 100 cells has a tenth of them


class LaunchFile(NamedTuple):
    """`key`: the program and the terminal that it is for. `stamps`: by path, those of the files
    that it was made from. `sessions`: the names and start URLs of the sessions that the start
    tried; the last one had a token. `body`: the picture.
    """

    key: list[str]
    stamps: dict[str, str]
    sessions: list[list[str]]
    body: bytes


def stamp(path: str) -> str:
    """Return a text that changes with the file; "" if there is no file or it is empty."""
    try:
        found = os.stat(path)
    except (OSError, ValueError):
        return ""
    return f"{found.st_mtime_ns} {found.st_size}" if found.st_size else ""


def content(image: LaunchFile) -> bytes:
    """Return the bytes of the file."""
    import json

    rest = json.dumps(image[:3]).encode() + b"\n" + image.body
    return _FORMAT % crc32(rest) + rest


def read(path: str) -> LaunchFile | None:
    """Return the content of the file, or None."""
    try:
        data = _read(path)
        head, _, rest = data.partition(b"\n")
        if head + b"\n" != _FORMAT % crc32(rest):
            return None
        import json

        about, _, body = rest.partition(b"\n")
        key, stamps, sessions = json.loads(about)
        is_right = _are_texts(key) and _are_texts(stamps.values())
        if not is_right or not all(len(each) == 2 and _are_texts(each) for each in sessions):
            return None
        return LaunchFile(key, stamps, sessions, body) if sessions else None
    except (OSError, ValueError, TypeError, AttributeError, RecursionError):
        return None


def _are_texts(values: Any) -> bool:
    return all(isinstance(each, str) for each in values)


def _read(path: str) -> bytes:
    """Return the bytes of a file that nobody else can read or change. Raises OSError."""
    flags = os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC
    with open(os.open(path, flags), "rb") as file:
        found = os.fstat(file.fileno())
        if found.st_uid != os.geteuid() or found.st_mode & 0o077:
            raise PermissionError(path)
        return file.read(_LARGEST)  # the checksum of a larger one is then wrong
