"""Words of shells that no command of the user's can have as its name.

They are the reserved words, for which the shell refuses a function or never runs it, and the
commands that the scripts of rolecall need there.

Sources: bash(1) RESERVED WORDS, zsh(1) RESERVED WORDS, fish `builtin -n`, tcsh(1) Builtin commands,
`help commands` of nushell and about_Reserved_Words of PowerShell.
"""

from __future__ import annotations

from typing import Final

from rolecall.domain.shells import Shell

_SH: Final = """
    case do done elif else esac fi for function if in select then time until while
    command complete eval export local read return unalias unset
"""
_WORDS: Final = {
    Shell.BASH: f"{_SH} coproc",
    Shell.ZSH: f"""{_SH}
        coproc declare end float foreach integer nocorrect readonly repeat typeset
        autoload compadd compdef""",
    Shell.FISH: """
        and argparse begin break builtin case command continue else end eval exec for function if
        not or read return set status string switch test time while _
        commandline complete contains count isatty source""",
    Shell.POWERSHELL: """
        assembly base begin break catch class command configuration continue data define do
        dynamicparam else elseif end enum exit filter finally for foreach from function hidden if
        in inlinescript interface module namespace parallel param private process public return
        sequence static switch throw trap try type until using var while workflow""",
    Shell.NU: """
        alias and as bit-and bit-or bit-shl bit-shr bit-xor break catch const continue def do else
        ends-with export export-env extern false finally for hide if in let loop match mod module
        mut not not-in null or overlay plugin return source source-env starts-with true try use
        where while xor
        default describe each from get hide-env is-empty length lines load-env skip split""",
    Shell.TCSH: """
        break breaksw case continue default else end endif endsw exit foreach goto if onintr repeat
        switch then time while
        alias complete eval set setenv source unalias unset unsetenv""",
}
_RESERVED: Final = {shell: frozenset(words.split()) for shell, words in _WORDS.items()}


def is_reserved(shell: Shell, name: str) -> bool:
    """Return whether no command can have this name in the shell."""
    if shell is Shell.POWERSHELL:
        name = name.lower()
    return name in _RESERVED.get(shell, ())
