"""The entries of `[actions]` in the settings: read and checked."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Mapping, Sequence, Set
from itertools import pairwise
from typing import Any, Final, NamedTuple

from rolecall.domain.records import replace
from rolecall.domain.settings.action import CHOICE, PLACEHOLDERS, Action, RunsIn, placeholders
from rolecall.domain.settings.settings import SettingProblem
from rolecall.domain.settings.shipped_actions import SHIPPED
from rolecall.domain.shells import Shell

_PROFILE: Final = "profile"
_ID: Final = re.compile(r"[a-z0-9_-]+")
# Programs that read an argument as a script: no value may be in it. The last ones give it to a
# shell.
_SHELLS: Final = frozenset(
    {*Shell, "sh", "dash", "ksh", "csh", "ash", "su", "runuser", "script", "flock"}
)
# Options with a value: of watch, and of ssh.
_WATCH_VALUES: Final = frozenset({"-n", "--interval", "-q", "--equexit"})
_SSH_VALUES: Final = frozenset(f"-{letter}" for letter in "BbcDEeFIiJLlmOopPQRSWw")
# The commands of tmux that run a command, each with the letters of its options with a value.
_TMUX_RUNS: Final = {
    name: letters
    for names, letters in (
        ("new-window neww", "ceFnt"),
        ("split-window splitw", "ceFlpt"),
        ("new-session new", "ceFfnstxy"),
        ("respawn-window respawnw respawn-pane respawnp", "cet"),
        ("display-popup popup", "bBcdehsStTwxy"),
    )
    for name in names.split()
}
_TMUX_VALUES: Final = frozenset({"-c", "-f", "-L", "-S", "-T"})  # before its command
_SSH_SCRIPT: Final = re.compile(r"(?:-o)?\s*\w+command[\s=].*", re.IGNORECASE | re.DOTALL)
_SCRIPT_OPTION: Final = re.compile(r"-\w*c|-Command|--command", re.ASCII)


class BadKey(NamedTuple):
    """What is wrong with a key of an action; `key` is empty if it is the action itself."""

    key: str
    problem: SettingProblem
    detail: str = ""


class _Refused(Exception):
    """A value cannot be used; the arguments are those of BadKey without its key."""


def read(action_id: str, value: object) -> Action | list[BadKey] | None:
    """Return the action that an entry of `[actions]` describes, or what is wrong with it.

    One that rolecall brings is on or off; a table switches it on and changes it. None: it is off.
    """
    shipped = SHIPPED.get(action_id)
    if not _ID.fullmatch(action_id):
        return [BadKey("", SettingProblem.ACTION_NAME, action_id)]
    if shipped and isinstance(value, bool):
        return shipped if value else None
    if not isinstance(value, dict):
        return [BadKey("", SettingProblem.NOT_AN_ACTION, ", ".join(SHIPPED))]
    needed = () if shipped else _NEEDED
    bad = [BadKey(key, SettingProblem.MISSING) for key in needed if key not in value]
    found: dict[str, Any] = {}
    for key, each in value.items():
        if key not in _READERS:
            bad.append(BadKey(key, SettingProblem.UNKNOWN, ", ".join(_READERS)))
            continue
        field, reader = _READERS[key]
        try:
            found[field] = reader(each)
        except _Refused as refused:
            bad.append(BadKey(key, *refused.args))
    if bad:
        return bad
    action = replace(shipped, **found) if shipped else Action(**found)
    return _misplaced(action) or action


def _text(value: object) -> str:
    if isinstance(value, str) and value.strip():
        return value
    raise _Refused(SettingProblem.NOT_TEXT, str(value))


def _arguments(value: object) -> tuple[str, ...]:
    try:
        words = shlex.split(value) if isinstance(value, str) else value
    except ValueError:
        raise _Refused(SettingProblem.NOT_A_COMMAND, str(value)) from None
    if isinstance(words, list) and words and all(isinstance(word, str) for word in words):
        return tuple(words)
    raise _Refused(SettingProblem.NOT_ARGUMENTS, str(value))


def _runs_in(value: object) -> RunsIn:
    if isinstance(value, str) and value in tuple(RunsIn):
        return RunsIn(value)
    raise _Refused(SettingProblem.CHOICE, ", ".join(RunsIn))


def _needs_profile(value: object) -> bool:
    if value == _PROFILE:
        return True
    raise _Refused(SettingProblem.CHOICE, _PROFILE)


def _waits(value: object) -> bool:
    if isinstance(value, bool):
        return value
    raise _Refused(SettingProblem.NOT_YES_OR_NO, str(value))


_READERS: Final[Mapping[str, tuple[str, Callable[[object], Any]]]] = {
    "key": ("key", _text),
    "name": ("name", _text),
    "command": ("command", _arguments),
    "in": ("runs_in", _runs_in),
    "needs": ("needs_profile", _needs_profile),
    "wait": ("waits", _waits),
    "choose": ("choose", _arguments),
}
_NEEDED: Final = ("key", "name", "command")


def _misplaced(action: Action) -> list[BadKey]:
    """Return what is wrong with the placeholders."""
    bad = []
    for key, arguments in ("command", action.command), ("choose", action.choose):
        known = {*PLACEHOLDERS, CHOICE} if key == "command" and action.choose else {*PLACEHOLDERS}
        names = [name for each in arguments for name in placeholders(each)]
        unknown = [name for name in names if name.partition(".")[0] not in known]
        unknown += [name for name in names if "." in name and not name.startswith(f"{CHOICE}.")]
        if unknown:
            bad.append(BadKey(key, SettingProblem.PLACEHOLDER, f"{{{unknown[0]}}}"))
        elif arguments and placeholders(arguments[0]):
            bad.append(BadKey(key, SettingProblem.PROGRAM, arguments[0]))
        elif script := next((each for each in _scripts(arguments) if placeholders(each)), ""):
            bad.append(BadKey(key, SettingProblem.IN_SCRIPT, script))
    return bad


def _scripts(arguments: Sequence[str]) -> list[str]:
    """Return the arguments that a shell would read as a script."""
    has_shell = False
    found = []
    for i, argument in enumerate(arguments):
        if scripts := _JOINING.get(argument.rpartition("/")[2]):
            found += scripts(arguments[i + 1 :])
    for argument, following in pairwise(arguments):
        has_shell = has_shell or argument.rpartition("/")[2] in _SHELLS
        if has_shell and _SCRIPT_OPTION.fullmatch(argument):
            found.append(following)
    return found


def _split(arguments: Sequence[str], with_value: Set[str]) -> tuple[list[str], list[str]]:
    """Return the options at the beginning with their values, and the rest."""
    at = 0
    while at < len(arguments) and arguments[at].startswith("-"):
        at += 2 if arguments[at] in with_value else 1
    return list(arguments[:at]), list(arguments[at:])


def _scripts_of_watch(arguments: Sequence[str]) -> list[str]:
    options, command = _split(arguments, _WATCH_VALUES)
    return [] if {"-x", "--exec"}.intersection(options) else command


def _scripts_of_ssh(arguments: Sequence[str]) -> list[str]:
    options, host_and_command = _split(arguments, _SSH_VALUES)
    return [*filter(_SSH_SCRIPT.fullmatch, options), *host_and_command[1:]]


def _scripts_of_tmux(arguments: Sequence[str]) -> list[str]:
    """tmux runs a command of several words without a shell. It expands formats in options, and
    those can run programs.
    """
    options, words = _split(arguments, _TMUX_VALUES)
    letters = _TMUX_RUNS.get(words[0]) if words else None
    if letters is None:
        return [*options, *words]
    value_follows = re.compile(rf"-[^{letters}]*[{letters}]")
    at = 1
    while at < len(words) and words[at].startswith("-"):
        at += 2 if value_follows.fullmatch(words[at]) else 1
    is_words = len(words) - at > 1
    return [*options, *words[: at if is_words else None]]


# Programs that join their arguments to a script.
_JOINING: Final = {"watch": _scripts_of_watch, "ssh": _scripts_of_ssh, "tmux": _scripts_of_tmux}
