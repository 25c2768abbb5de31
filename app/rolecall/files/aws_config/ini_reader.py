"""Read an INI file, and wait for a program that is writing it. Prompts wait for this import.

The AWS CLI does not use locks and writes in place, so that a reader can see a file that is empty,
or that ends too early.
"""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, Final

from rolecall.files.aws_config.ini_sections import Ini, SectionValues, parse
from rolecall.files.read import read

if TYPE_CHECKING:
    from rolecall.domain.errors.file_errors import FileError

    Path = str | os.PathLike[str]

SETTLED: Final = 0.02  # seconds; the CLI reads, changes and writes a file in less
MAX_WAITS: Final = 50  # times `SETTLED`
_BUSY: Final = 2.0  # seconds; a file that was written more recently is busy


def read_ini(path: Path, *, waits: bool = True) -> Ini:
    """Return what botocore reads in a file; nothing in a missing one.

    `waits`: wait for a program that is writing the file, a second at most. Raises
    FileUnreadable, FileMalformed.
    """
    data = read(path)
    return parse((complete(path, data) if waits else data) or b"", path)


def read_stored(
    path: Path, *, waits: bool = True
) -> tuple[dict[str, SectionValues], FileError | None]:
    """Return the sections of ~/.aws/credentials by name. If it cannot be read, there are none, as
    for the clients, and the second item says why.
    """
    try:
        return read_ini(path, waits=waits).by_header(), None
    except Exception as error:
        from rolecall.domain.errors.file_errors import FileError  # late: few files have errors

        if isinstance(error, FileError):
            return {}, error
        raise


def complete(path: Path, data: bytes | None, before: bytes = b"") -> bytes | None:
    """Return the file's content. If `data` is only the start of what it was before, or became empty
    or malformed a moment ago, wait for the rest, a second at most. Raises FileUnreadable.
    """
    for _ in range(MAX_WAITS):
        if not is_cut_off(data, before) and not _is_half_written(path, data):
            break
        time.sleep(SETTLED)
        data = read(path)
    return data


def is_cut_off(data: bytes | None, before: bytes | None) -> bool:
    """Return whether another program is in the middle of a write: only the start is there."""
    return before not in {None, b""} and before.startswith(data or b"")


def is_busy(path: Path) -> bool:
    """Return whether the file was written a moment ago."""
    try:
        return abs(time.time() - os.stat(path).st_mtime) < _BUSY
    except OSError:
        return False


def _is_half_written(path: Path, data: bytes | None) -> bool:
    """Whether another program may still be writing what it has written so far."""
    if data is None or not is_busy(path):
        return False
    return not data or _is_malformed(path, data)


def _is_malformed(path: Path, data: bytes) -> bool:
    from rolecall.domain.errors.file_errors import FileMalformed  # late: few files are busy

    try:
        parse(data, path)
    except FileMalformed:
        return True
    return False
