"""Texts about `awsp` in the user's shell: setting it up, and what is missing without it."""

from __future__ import annotations

from typing import Final

from rolecall.domain.shells import Shell
from rolecall.presentation.translation import _

INIT: Final = "rolecall init {shell}"
CONFIRM: Final = _("Write this?")
INSTALLED: Final = _(
    "Written to {path}. New shells have `{command}`, and `rolecall undo` undoes the change."
)
ALREADY: Final = _("{place} already sets it up. New shells have it.")
NOT_WRITTEN: Final = _(
    "rolecall does not write the start-up file of {shell}, because it is not tested there. Add this to {file}: {line}"
)
COMMAND_NAME_RESERVED: Final = _(
    "“{name}” is a word of {shell} itself, so the command needs another name."
)
NO_HOOK: Final = _("--hook is for these shells: {shells}")
ONLY_PRINTED: Final = _("{name} was only printed; this shell still uses its old profile. {set_up}")
SET_UP: Final = _(
    "`rolecall init {shell} --install` sets up awsp, so that `u` and `awsp` change the profile of this shell."
)
SET_UP_BY_HAND: Final = _(
    "`{line}` in {file} sets up awsp, so that `u` and `awsp` change the profile of this shell."
)
# Translators: stands for the name of the user's shell, which is unknown.
ANY_SHELL: Final = _("SHELL")


def already(path: str, line: int) -> str:
    """`~/.bashrc:12 sets it up already. New shells have it.`"""
    return ALREADY.format(place=f"{path}:{line}" if line else path)


def set_up(shell: Shell | None) -> str:
    """What sets up `awsp`. `shell` is None if it is unknown."""
    if shell is not None and isinstance(shell.record.start_up, str):
        return _by_hand(SET_UP_BY_HAND, shell)
    return SET_UP.format(shell=ANY_SHELL if shell is None else shell.value)


def not_written(shell: Shell) -> str:
    """Why `rolecall init SHELL --install` writes nothing, and what to do."""
    return _by_hand(NOT_WRITTEN, shell)


def no_hook() -> str:
    """Which shells have a hook."""
    return NO_HOOK.format(shells=", ".join(each for each in Shell if each.record.scripts.has_hook))


def _by_hand(text: str, shell: Shell) -> str:
    record = shell.record
    line = record.evaluating(INIT.format(shell=shell.value))
    return text.format(shell=record.title, file=record.start_up, line=line)


def only_printed(name: str, set_up: str) -> str:
    """What happened after `u` if the shell did not get the profile, and what sets that up."""
    return ONLY_PRINTED.format(name=name, set_up=set_up)
