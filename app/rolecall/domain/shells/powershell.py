"""PowerShell on Linux, macOS and in WSL: about_Quoting_Rules and about_Reserved_Words in
https://learn.microsoft.com/powershell/module/microsoft.powershell.core/about/.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from rolecall.domain.shells.completion import described
from rolecall.domain.shells.record import (
    NUL,
    Completion,
    Quoting,
    Scripts,
    ShellRecord,
    kept_as_word,
    reserved,
)

_QUOTES: Final = re.compile("['‘’‚‛]")  # it treats typographic quotes as straight ones
_QUOTING: Final = Quoting(
    unquotable=NUL,
    escape=lambda text: "'" + _QUOTES.sub(r"\g<0>\g<0>", text) + "'",
    set_statement="$env:{name} = {value}",
    unset_statement="Remove-Item -LiteralPath Env:{name} -ErrorAction Ignore",
    end="",
)
_is_reserved: Final = reserved(
    """
    assembly base begin break catch class command configuration continue data define do
    dynamicparam else elseif end enum exit filter finally for foreach from function hidden if
    in inlinescript interface module namespace parallel param private process public return
    sequence static switch throw trap try type until using var while workflow"""
)


def _words(typed: Sequence[str], _: Mapping[str, str]) -> list[str]:
    """It does not pass an empty argument."""
    return [*typed[:-1], typed[-1].removeprefix("=")]


RECORD: Final = ShellRecord(
    title="PowerShell",
    format="powershell",
    is_posix=False,
    evaluates="{command} | Out-String | Invoke-Expression",
    is_reserved=lambda name: _is_reserved(name.lower()),
    quoting=_QUOTING,
    history=kept_as_word(_QUOTING, "$global:RolecallPrevious = {}"),
    scripts=Scripts(extension="ps1", has_hook=False, completion_end="", packaged=None),
    start_up="$PROFILE",  # not written, because it is not tested there
    completion=Completion(words=_words, lines=described),
    private=(".local/share/powershell/PSReadLine",),
)
