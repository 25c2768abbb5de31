"""Set up `awsp` in the start-up file of a shell."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryFile
from typing import Final

from rolecall.domain.file_change import Change
from rolecall.domain.records import dataclass
from rolecall.domain.shells import AWSP, Shell
from rolecall.files.locations import Locations
from rolecall.files.startup_files import StartupFile, line_that_loads, startup_file
from rolecall.services.clock import utc_now

_TIMEOUT: Final = 30.0  # seconds for the files that a new zsh reads


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
        locations = Locations.from_environment(environ)
        if shell is Shell.ZSH:
            environ = {**environ, "ZDOTDIR": _folder_of_zsh(environ)}
        path, is_ours = startup_file(shell, environ, locations.home)
        loaded_at = 0
        if not is_ours:
            loaded_at = line_that_loads(shell, path, command, hook=hook)
        elif shell is Shell.FISH:
            own = _config_of_fish(path)
            if line := line_that_loads(shell, own, command, hook=hook):
                path, is_ours, loaded_at = own, False, line
        return cls(
            shell, path, is_ours, loaded_at, StartupFile(path, is_ours, locations.state, clock)
        )

    def plan(self, text: str) -> Change:
        """Return what adding the text would write. Raises FileUnreadable."""
        return self._file.plan(text, self.shell)

    def commit(self, change: Change) -> None:
        """Write the change. Raises FileBusy, FileChanged, FileUnwritable, StateUnwritable."""
        self._file.commit(change)


def _folder_of_zsh(environ: Mapping[str, str]) -> str:
    """Return ZDOTDIR as a new zsh has it, or that of the environment if zsh cannot say it.

    It is often set in ~/.zshenv or /etc/zshenv and not exported, so zsh is asked.
    """
    zsh = shutil.which("zsh", path=environ.get("PATH", ""))
    if zsh is not None:
        command = [zsh, "-c", r"""print -rn -- $'\0'"${ZDOTDIR-}"$'\0'"""]
        # Not a pipe: what the files of the user leave in the background would keep it open.
        with suppress(OSError, subprocess.SubprocessError), TemporaryFile() as output:
            subprocess.run(
                command,
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
    return environ.get("ZDOTDIR", "")


def _config_of_fish(path: Path) -> Path:
    return path.parent.parent / "config.fish"
