"""The start-up files of shells: which of them there are, and what rolecall adds to them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Final

from rolecall.domain.config.file_change import SET_UP_SHELL, Change
from rolecall.domain.records import dataclass
from rolecall.domain.shells import AWSP, Shell
from rolecall.domain.shells.record import StartUp
from rolecall.files.safe import atomic
from rolecall.files.safe.backups import Backups

_INIT: Final = re.compile(
    r"""^[^#]*?(?P<program>'[^'\0]*rolecall'|[^\s"'`(=\0]*rolecall[^\s\0]*)"""
    r"""\s+init\s(?P<words>[^)`|;&<>#]*)"""
)
_QUOTES: Final = re.compile("[\"']")


@dataclass(frozen=True, slots=True)
class StartupFile:
    """`is_ours`: rolecall writes the whole file. `state` is rolecall's state folder."""

    path: Path
    is_ours: bool
    state: Path
    clock: Callable[[], datetime]

    def plan(self, text: str, shell: Shell) -> Change:
        """Return the plan to add the text, or to replace a file of rolecall's own.

        Raises FileUnreadable.
        """
        before = atomic.read(self.path)
        after = text.encode("utf-8", "surrogateescape")
        if not self.is_ours and before:
            after = before + (b"" if before.endswith(b"\n") else b"\n") + b"\n" + after
        return Change(self.path, before, after, f"{SET_UP_SHELL} {shell.value}")

    def plan_removal(self, texts: Iterable[str], shell: Shell) -> Change | None:
        """Return the plan to remove one of these texts, or a file of rolecall's own; None if it has
        none. Raises FileUnreadable.
        """
        before = atomic.read(self.path)
        if before is None:
            return None
        summary = f"{SET_UP_SHELL} {shell.value}"
        if self.is_ours:
            return Change(self.path, before, b"", summary, deletes=True)
        for added in (text.encode("utf-8", "surrogateescape") for text in texts):
            for each in (b"\n" + added, added):
                if each in before:
                    return Change(self.path, before, before.replace(each, b"", 1), summary)
        return None

    def commit(self, change: Change) -> None:
        """Write the change, and store the old bytes as a backup.

        Raises FileBusy, FileChanged, FileUnwritable, StateRefused.
        """
        with atomic.lock(self.path, self.state):
            Backups(self.state).write(change, self.clock())


def startup_file(start_up: StartUp, environ: Mapping[str, str], home: Path) -> Path:
    """Return the start-up file of a shell."""
    files = start_up.files(environ, home)
    return next((each for each in files if atomic.exists(each)), files[0])


def line_that_loads(shell: Shell, path: Path, command: str = AWSP, *, hook: bool = False) -> int:
    """Return the number of the line that runs `rolecall init` for this command, and with the hook
    if that is wanted; 0 if there is none. A rolecall that is gone loads nothing.

    Raises FileUnreadable.
    """
    lines = (atomic.read(path) or b"").decode("utf-8", "surrogateescape").split("\n")
    loads = (_loads(line, shell, command, hook=hook) for line in lines)
    return next((number for number, is_it in enumerate(loads, 1) if is_it), 0)


def _loads(line: str, shell: Shell, command: str, *, hook: bool) -> bool:
    found = _INIT.search(line) if "rolecall" in line else None  # the search is slow in long lines
    if found is None:
        return False
    program = Path(_QUOTES.sub("", found["program"]))
    if program.is_absolute() and not atomic.exists(program):
        return False
    words = iter(_QUOTES.sub("", found["words"]).replace("=", " ").split())
    name, shells, has_hook = AWSP, list[str](), False
    for word in words:
        if word == "--cmd":
            name = next(words, "")
        elif word == "--hook":
            has_hook = True
        else:
            shells.append(word)
    return shells[:1] == [shell.value] and name == command and (has_hook or not hook)
