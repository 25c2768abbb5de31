"""`.rolecall.toml` of a directory, and which of them the user trusts. Prompts wait for this import.

The user trusts a file with its path and content: the name of the note is made from both. The path
is where the file was found, so a link is refused: it would be the file of another place.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from typing import Final

from rolecall.domain.records import NamedTuple
from rolecall.domain.switching.pin import FILE_NAME, Pin, PinMistake, PinProblem, of_values
from rolecall.files.own.toml_text import NotToml, parsed
from rolecall.files.safe.folders import make_folder

_LARGEST: Final = 16_384  # bytes
_REPOSITORY: Final = ".git"
_FLAGS: Final = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOFOLLOW


class PinFile(NamedTuple):
    """A file that was found. It cannot be used if there is a problem; `reason` is the system's."""

    path: str
    data: bytes = b""
    problem: PinProblem | None = None
    reason: str = ""


def parse(text: str) -> Pin:
    """Return what the text of a file says. Raises PinMistake."""
    try:
        values = parsed(text)
    except NotToml as error:
        raise PinMistake(PinProblem.NOT_TOML, error.detail) from None
    return of_values(values)


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
    try:
        with open(os.open(path, _FLAGS), "rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                return PinFile(path, problem=PinProblem.UNREADABLE, reason="not a file")
            data = file.read(_LARGEST + 1)
    except OSError as error:
        if error.errno == errno.ELOOP:
            return PinFile(path, problem=PinProblem.LINK)
        return PinFile(path, problem=PinProblem.UNREADABLE, reason=error.strerror or "")
    return PinFile(path, data, PinProblem.TOO_LARGE if len(data) > _LARGEST else None)


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
    own = _note(state, file)
    for note in _notes(state):
        with contextlib.suppress(FileNotFoundError):  # another process was first
            if note == own or _path_in(note) == file.path:
                os.unlink(note)


def _notes(state: str) -> list[str]:
    with contextlib.suppress(FileNotFoundError):  # nothing was ever trusted
        return [entry.path for entry in os.scandir(f"{state}/trusted")]
    return []


def _path_in(note: str) -> str:
    """Return the path of the file that a note is about."""
    with open(os.open(note, _FLAGS), "rb") as opened:
        return os.fsdecode(opened.read())


def _note(state: str, file: PinFile) -> str:
    import hashlib

    digest = hashlib.sha256(os.fsencode(file.path) + b"\0" + file.data).hexdigest()
    return f"{state}/trusted/{digest}"
