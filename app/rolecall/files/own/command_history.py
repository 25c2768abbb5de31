"""The commands that the user has run with many roles: lines of a file, the last one at the end."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from rolecall.files.safe import atomic

_MOST: Final = 500  # lines that are kept
_LONGEST: Final = 10_000  # letters of a line


class CommandHistory:
    """Reads and writes the file. Only its owner can read it: a command may have a secret in it."""

    def __init__(self, state: Path) -> None:
        self._path = state / "commands"
        self._state = state

    def read(self) -> list[str]:
        """Return the lines without duplicates. Raises FileUnreadable."""
        data = atomic.read(self._path) or b""
        lines = data.decode("utf-8", "surrogateescape").split("\n")
        return [line for line in lines if line.strip() and len(line) <= _LONGEST]

    def add(self, line: str) -> None:
        """Put the line at the end. One that begins with a blank is not kept, as in a shell.

        Raises FileError.
        """
        if line[:1].isspace() or "\n" in line or not line or len(line) > _LONGEST:
            return
        with atomic.lock(self._path, self._state):
            kept = [each for each in self.read() if each != line]
            text = "\n".join([*kept, line][-_MOST:]) + "\n"
            atomic.write(self._path, text.encode("utf-8", "surrogateescape"), private=True)
