"""The shells that rolecall writes for. What it knows about each is a record in a module.

`rolecall switch NAME` imports this package, so it imports nothing slow.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final, assert_never

if TYPE_CHECKING:
    from rolecall.domain.shells.record import ShellRecord

AWSP: Final = "awsp"  # the command that switches, unless the user has another name for it


class Shell(StrEnum):
    """A shell, with the name of its program."""

    BASH = "bash"
    ZSH = "zsh"
    FISH = "fish"
    NU = "nu"
    TCSH = "tcsh"
    POWERSHELL = "pwsh"

    @property
    def record(self) -> ShellRecord:
        """What rolecall knows about it; imported on demand, because a switch needs a single one.

        mypy refuses a shell without a record.
        """
        match self:
            case Shell.BASH:
                from rolecall.domain.shells.bash import RECORD
            case Shell.ZSH:
                from rolecall.domain.shells.zsh import RECORD
            case Shell.FISH:
                from rolecall.domain.shells.fish import RECORD
            case Shell.NU:
                from rolecall.domain.shells.nu import RECORD
            case Shell.TCSH:
                from rolecall.domain.shells.tcsh import RECORD
            case Shell.POWERSHELL:
                from rolecall.domain.shells.powershell import RECORD
            case _:
                assert_never(self)
        return RECORD
