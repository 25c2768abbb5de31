"""Texts about `awsp` in the user's shell: setting it up, and what is missing without it."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from rolecall.domain.shells import Shell
from rolecall.domain.shells.record import CannotQuote
from rolecall.presentation.commands import with_keys
from rolecall.presentation.paths import as_written
from rolecall.presentation.translation import _, join_sentences

if TYPE_CHECKING:
    from rolecall.services.switching.shell_setup import BareShell, ShellSetup

INIT: Final = "rolecall init {shell}"
CONFIRM: Final = _("Write this?")
INSTALLED: Final = _("Written to {path}. New shells have `{command}`.")
# Translators: a command follows in the user's shell, such as `source ~/.bashrc`.
IN_OPEN_SHELL: Final = _("A shell that is already open gets it with `{line}`.")
CAN_BE_UNDONE: Final = _("`rolecall undo` undoes the change.")
ALREADY: Final = _("{place} already sets it up. New shells have it.")
NOT_WRITTEN: Final = _(
    "rolecall does not write the start-up file of {shell}, because it is not tested there. Add this to {file}: {line}"
)
COMMAND_NAME_RESERVED: Final = _(
    "“{name}” is a word of {shell} itself, so the command needs another name."
)
NO_HOOK: Final = _("--hook is for these shells: {shells}")
ONLY_PRINTED: Final = _("{name} was only printed; this shell still uses its old profile. {set_up}")
# Translators: the commands follow, each on a line.
TO_TYPE: Final = _("This shell does not use {name} yet. Run this in it:")
# Translators: the box with the lines that set up `awsp`. `use` is a key.
SET_UP_TITLE: Final = _("Set up awsp in {path}")
SET_UP_INTRO: Final = _(
    "With awsp, {use} changes the profile of your shell. rolecall then ends, and prints what to run in this one."
)
OFFERED: Final = _(
    "awsp is missing in this shell: {use} offers to set it up, and prints what to run here."
)
SET_UP: Final = _(
    "`rolecall init {shell} --install` sets up awsp, so that `u` and `awsp` change the profile of this shell."
)
SET_UP_BY_HAND: Final = _(
    "`{line}` in {file} sets up awsp, so that `u` and `awsp` change the profile of this shell."
)
# Translators: stands for the name of the user's shell, which is unknown.
ANY_SHELL: Final = _("SHELL")


NOTHING_TO_UNINSTALL: Final = _("rolecall has written nothing here.")
UNINSTALLS: Final = _("These folders are deleted, with all that is in them:")
_FOLDERS: Final = {
    "settings": _("settings, aliases and notes, the copy of a team file"),
    "state": _("backups, the log and other records"),
    "cache": _("the list of accounts"),
}
STAYS: Final = _("~/.aws stays as it is, with its profiles, sessions and tokens.")
CONFIRM_UNINSTALL: Final = _("Remove this?")
UNINSTALLED: Final = _("Removed. Now remove the program, such as with: pipx uninstall rolecall")
REMOVE_BY_HAND: Final = _("{place} loads rolecall. Remove that line yourself.")


def uninstalls(folders: Mapping[str, Path]) -> str:
    """Return which folders are deleted, by what they are for, and what stays."""
    lines = [f"  {as_written(folder)}: {_FOLDERS[name]}" for name, folder in folders.items()]
    return "\n".join([*([UNINSTALLS, *lines] if lines else []), STAYS])


def remove_by_hand(setup: ShellSetup) -> str:
    """`~/.bashrc:12 loads rolecall. Remove that line yourself.`"""
    return REMOVE_BY_HAND.format(place=f"{as_written(setup.path)}:{setup.loaded_at}")


def installed(setup: ShellSetup, command: str) -> str:
    """`Written to ~/.bashrc. New shells have `awsp`.`, with what an open shell needs."""
    said = INSTALLED.format(path=as_written(setup.path), command=command)
    return join_sentences(said, _in_open_shell(setup), CAN_BE_UNDONE)


def already(setup: ShellSetup) -> str:
    """`~/.bashrc:12 already sets it up. New shells have it.`, with what an open shell needs."""
    path, line = as_written(setup.path), setup.loaded_at
    said = ALREADY.format(place=f"{path}:{line}" if line else path)
    return join_sentences(said, _in_open_shell(setup))


def _in_open_shell(setup: ShellSetup) -> str:
    line = sourcing(setup)
    return IN_OPEN_SHELL.format(line=line) if line else ""


def sourcing(setup: ShellSetup) -> str:
    """Return the line that reads the start-up file in an open shell; "" if none can be shown."""
    with suppress(CannotQuote):
        return setup.shell.record.sourcing(as_written(setup.path), str(setup.path))
    return ""


def offered(bare: BareShell) -> str:
    """Where `awsp` comes from for a shell that lacks it, in the box after saving."""
    if bare.shell is None or isinstance(bare.shell.record.start_up, str):
        return set_up(bare.shell)
    return with_keys(OFFERED)


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


def only_printed(name: str, bare: BareShell) -> str:
    """What to run after `u` in a shell without `awsp`, and what sets `awsp` up."""
    found = bare.plan()
    setup = found[0] if found and found[1] is None else None
    lines = bare.typed(name)
    if not lines:
        return ONLY_PRINTED.format(name=name, set_up=set_up(bare.shell))
    if setup is not None and (line := sourcing(setup)):
        lines.insert(0, line)
    said = [TO_TYPE.format(name=name), *(f"  {line}" for line in lines)]
    return "\n".join(said if setup else [*said, set_up(bare.shell)])
