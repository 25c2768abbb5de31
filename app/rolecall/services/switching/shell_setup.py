"""Set up `awsp` in the start-up file of a shell."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryFile
from typing import Final

from rolecall.domain.config.file_change import Change
from rolecall.domain.errors import RolecallError
from rolecall.domain.records import dataclass
from rolecall.domain.shells import AWSP, Shell
from rolecall.domain.shells.record import CannotQuote, Question
from rolecall.domain.switching.variables import Switch
from rolecall.domain.text import safe
from rolecall.files.locations import Locations
from rolecall.files.own.startup_files import StartupFile, line_that_loads, startup_file
from rolecall.services.base.clock import utc_now

_TIMEOUT: Final = 30.0  # seconds for the files that a new shell reads


@dataclass(frozen=True, slots=True)
class ShellSetup:
    """The start-up file of a shell. `loaded_at` is the line that loads what is wanted, or 0.

    A file of rolecall's own (`is_ours`) has no such line: an older one is replaced.
    """

    shell: Shell
    path: Path
    is_ours: bool
    loaded_at: int
    _file: StartupFile

    @classmethod
    def of(
        cls,
        shell: Shell,
        environ: Mapping[str, str],
        command: str = AWSP,
        *,
        hook: bool = False,
        clock: Callable[[], datetime] = utc_now,
    ) -> ShellSetup:
        """Find, read and return the file. `command` and `hook` are what it should load.

        Raises HomeUnknown, FileUnreadable; KeyError without a file.
        """
        start_up = shell.record.start_up
        if isinstance(start_up, str):
            raise KeyError(start_up)
        locations = Locations.from_environment(environ)
        if start_up.asks is not None:
            environ = {**environ, start_up.asks.variable: _answer(start_up.asks, environ)}
        path, is_ours = startup_file(start_up, environ, locations.home), start_up.is_ours
        read = None if is_ours else path
        if start_up.users_file is not None:
            read = start_up.users_file(environ, locations.home)
        loaded_at = line_that_loads(shell, read, command, hook=hook) if read else 0
        if read and loaded_at:
            path, is_ours = read, False
        return cls(
            shell, path, is_ours, loaded_at, StartupFile(path, is_ours, locations.state, clock)
        )

    def plan(self, text: str) -> Change | None:
        """Return what adding the text would write; None if new shells load it already.

        Raises FileUnreadable.
        """
        change = None if self.loaded_at else self._file.plan(text, self.shell)
        return None if change is None or change.is_empty else change

    def plan_removal(self, texts: Iterable[str]) -> Change | None:
        """Return what removing one of these texts would write; None if the file has none.

        Raises FileUnreadable.
        """
        return self._file.plan_removal(texts, self.shell)

    def commit(self, change: Change) -> None:
        """Write the change. Raises FileBusy, FileChanged, FileUnwritable, StateRefused."""
        self._file.commit(change)


@dataclass(frozen=True, slots=True)
class BareShell:
    """The shell that started rolecall, if it has no `awsp`. `shell` is None if it is unknown.

    `text` returns what its start-up file needs.
    """

    shell: Shell | None
    environ: Mapping[str, str]
    text: Callable[[Shell], str]

    def plan(self) -> tuple[ShellSetup, Change | None] | None:
        """Return the set-up and what it would write; None if rolecall cannot set up this shell.

        The change is None if only this shell lacks `awsp`: it is older than the set-up.
        """
        if self.shell is None or isinstance(self.shell.record.start_up, str):
            return None
        with suppress(RolecallError):  # then the user may still use a profile
            setup = ShellSetup.of(self.shell, self.environ)
            return setup, setup.plan(self.text(self.shell))
        return None

    def typed(self, profile: str) -> list[str]:
        """Return the statements that switch this shell; none if it cannot read or show them."""
        with suppress(CannotQuote):
            lines = Switch.plan(profile, self.environ).typed(self.shell) if self.shell else []
            return lines if all(safe(each) == each for each in lines) else []
        return []


def _answer(asks: Question, environ: Mapping[str, str]) -> str:
    """Return the value that a new shell prints, or that of the environment if it cannot."""
    program = shutil.which(asks.command[0], path=environ.get("PATH", ""))
    if program is not None:
        # Not a pipe: what the files of the user leave in the background would keep it open.
        with suppress(OSError, subprocess.SubprocessError), TemporaryFile() as output:
            subprocess.run(
                [program, *asks.command[1:]],
                env=dict(environ),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.DEVNULL,
                timeout=_TIMEOUT,
                check=True,
            )
            output.seek(0)
            said = output.read().split(b"\0")
            if len(said) > 2:  # what the files of the user print is before it
                return os.fsdecode(said[-2])
    return environ.get(asks.variable, "")
