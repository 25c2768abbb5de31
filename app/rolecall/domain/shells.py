"""Words and statements in shell languages, quoted so that no value can run as code.

The shell reads any value as exactly one word. `CannotQuote` is raised for what a shell cannot
express. `rolecall switch NAME` imports this module, so it imports nothing slow.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Final

AWSP: Final = "awsp"  # the command that switches, unless the user has another name for it


class Shell(StrEnum):
    """A shell that rolecall writes statements for."""

    BASH = "bash"
    ZSH = "zsh"
    FISH = "fish"
    POWERSHELL = "pwsh"
    NU = "nu"
    TCSH = "tcsh"
    CMD = "cmd"


class CannotQuote(ValueError):
    """The text has a character that the shell cannot express in a value."""

    def __init__(self, shell: Shell) -> None:
        super().__init__(f"no spelling in {shell.value}")  # not the text itself: it may be a secret


_NUL = re.compile("\0")
_CONTROLS = re.compile("[\0-\x1f\x7f]")
# cmd expands % inside quotes and, with delayed expansion, ! and ^; a quote cannot be escaped.
_CMD_UNQUOTABLE = re.compile('[\0-\x1f\x7f"%!^]')
_UNQUOTABLE = {Shell.TCSH: _CONTROLS, Shell.CMD: _CMD_UNQUOTABLE}
_NAME = re.compile("[A-Za-z_][A-Za-z0-9_]*")

# PowerShell treats typographic quotes as straight ones:
# https://learn.microsoft.com/powershell/module/microsoft.powershell.core/about/about_quoting_rules
_POWERSHELL_QUOTES = re.compile("['‘’‚‛]")
_FISH_SPECIAL = re.compile(r"[\\']")
# tcsh: in quotes a backslash is literal or, with $backslash_quote, an escape; ! is history even in
# quotes. Outside quotes both are unambiguous.
_TCSH_SPECIAL = re.compile(r"['\\!]")
_NU_SPECIAL = re.compile('[\\\\"\x01-\x1f\x7f]')

_SET = {
    Shell.BASH: "export {name}={value}",
    Shell.ZSH: "export {name}={value}",
    Shell.FISH: "set -gx {name} {value}",
    Shell.POWERSHELL: "$env:{name} = {value}",
    Shell.NU: "$env.{name} = {value}",
    Shell.TCSH: "setenv {name} {value}",
    Shell.CMD: 'set "{name}={value}"',
}
_UNSET = {
    Shell.BASH: "unset {name}",
    Shell.ZSH: "unset {name}",
    Shell.FISH: "while set -e {name}; end",  # one scope at a time: a universal one would show
    Shell.POWERSHELL: "Remove-Item -LiteralPath Env:{name} -ErrorAction Ignore",
    Shell.NU: "hide-env --ignore-errors {name}",
    Shell.TCSH: "unsetenv {name}",
    Shell.CMD: 'set "{name}="',
}


def quote(shell: Shell, text: str) -> str:
    """Return the text as one word of the shell. Raises CannotQuote.

    For cmd it is the part between the quotes of `set "NAME=…"`.
    """
    if _UNQUOTABLE.get(shell, _NUL).search(text):
        raise CannotQuote(shell)
    match shell:
        case Shell.BASH | Shell.ZSH:
            return "'" + text.replace("'", r"'\''") + "'"
        case Shell.FISH:
            return "'" + _FISH_SPECIAL.sub(r"\\\g<0>", text) + "'"
        case Shell.POWERSHELL:
            return "'" + _POWERSHELL_QUOTES.sub(r"\g<0>\g<0>", text) + "'"
        case Shell.TCSH:
            return "'" + _TCSH_SPECIAL.sub(r"'\\\g<0>'", text) + "'"
        case Shell.NU:
            return '"' + _NU_SPECIAL.sub(_nu_escape, text) + '"'
        case Shell.CMD:
            return text


def set_variable(shell: Shell, name: str, value: str) -> str:
    """Return the statement that sets an environment variable. Raises CannotQuote."""
    return _SET[shell].format(name=_checked(name), value=quote(shell, value))


def unset_variable(shell: Shell, name: str) -> str:
    """Return the statement that unsets an environment variable; it is no error if it is not set."""
    return _UNSET[shell].format(name=_checked(name))


def _checked(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise ValueError("no name of a variable")
    return name


def _nu_escape(match: re.Match[str]) -> str:
    character = match.group()
    return f"\\{character}" if character in '\\"' else f"\\u{{{ord(character):x}}}"
