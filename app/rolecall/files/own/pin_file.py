"""`.rolecall.toml` of a directory, and which of them the user trusts. Prompts wait for this import.

The user trusts a file with its path and content: the name of the note is made from both.
"""

from __future__ import annotations

import contextlib
import os
from typing import Final, NamedTuple

from rolecall.domain.switching.pin import FILE_NAME
from rolecall.files.safe.folders import make_folder

_LARGEST: Final = 16_384  # bytes
_REPOSITORY: Final = ".git"
_FLAGS: Final = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC


class PinFile(NamedTuple):
    """A file that was found. `data` is None if it cannot be read, empty if it is too large."""

    path: str
    data: bytes | None
    reason: str = ""
    is_too_large: bool = False


def find(folder: str) -> PinFile | None:
    """Return the file of the directory, or of the next parent that has one.

    The search ends at the root of the repository, or of the file system.
    """
    while True:
        path = os.path.join(folder, FILE_NAME)
        if os.path.lexists(path):
            return _read(path)
        parent = os.path.dirname(folder)
        if parent == folder or os.path.lexists(os.path.join(folder, _REPOSITORY)):
            return None
        folder = parent


def _read(path: str) -> PinFile:
    import stat

    try:
        with open(os.open(path, _FLAGS), "rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                return PinFile(path, None, "not a file")
            data = file.read(_LARGEST + 1)
    except OSError as error:
        return PinFile(path, None, error.strerror or "")
    return PinFile(path, data, is_too_large=len(data) > _LARGEST)


def is_trusted(state: str, file: PinFile) -> bool:
    """Return whether the user trusts this content in this place."""
    return os.path.exists(_note(state, file))


def trust(state: str, file: PinFile) -> None:
    """Note that the user trusts it. Raises OSError."""
    path = _note(state, file)
    make_folder(os.path.dirname(path))
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC | os.O_NOFOLLOW
    with open(os.open(path, flags, 0o600), "wb") as note:
        note.write(os.fsencode(file.path))


def distrust(state: str, file: PinFile) -> None:
    """Forget that the user trusts the file, whatever content it had. Raises OSError."""
    place = os.path.realpath(file.path)
    own = _note(state, file)
    for note in _notes(state):
        with contextlib.suppress(FileNotFoundError):  # another process was first
            if note == own or os.path.realpath(_path_in(note)) == place:
                os.unlink(note)


def _notes(state: str) -> list[str]:
    with contextlib.suppress(FileNotFoundError):  # nothing was ever trusted
        return [entry.path for entry in os.scandir(f"{state}/trusted")]
    return []


def _path_in(note: str) -> str:
    """Return the path of the file that a note is about."""
    with open(os.open(note, _FLAGS | os.O_NOFOLLOW), "rb") as opened:
        return os.fsdecode(opened.read())


def _note(state: str, file: PinFile) -> str:
    import hashlib

    place = os.fsencode(os.path.realpath(file.path))
    digest = hashlib.sha256(place + b"\0" + (file.data or b"")).hexdigest()
    return f"{state}/trusted/{digest}"
