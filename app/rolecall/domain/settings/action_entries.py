"""The entries of `[actions]` in the settings: read and checked."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Mapping
from typing import Any, Final

from rolecall.domain.records import NamedTuple, replace
from rolecall.domain.settings.action import CHOICE, PLACEHOLDERS, Action, RunsIn, placeholders
from rolecall.domain.settings.settings import SettingProblem
from rolecall.domain.settings.shipped_actions import SHIPPED

_PROFILE: Final = "profile"
_ID: Final = re.compile(r"[a-z0-9_-]+")


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
    return bad
