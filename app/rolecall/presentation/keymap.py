"""The keys of the user's settings: checks them, and gives them to the commands."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from rolecall.domain.settings.settings import ACTIONS, BadSetting, SettingProblem, Settings
from rolecall.domain.text import safe
from rolecall.presentation import commands
from rolecall.presentation.commands import BY_ID, GROUPS, MOVES, Command, Place
from rolecall.presentation.key_names import show_key
from rolecall.presentation.texts import action_strings, command_strings

_NAMED: Final = {
    *("enter", "escape", "tab", "space", "backspace", "delete", "insert", "home", "end"),
    *("up", "down", "left", "right", "pageup", "pagedown", *(f"f{n}" for n in range(1, 13))),
}
_OTHER_NAMES: Final = {"esc": "escape", "pgup": "pageup", "pgdn": "pagedown", "return": "enter"}
# Keys whose Unicode name is not the name that Textual has for them.
_TEXTUAL_NAMES: Final = {
    "solidus": "slash",
    "reverse_solidus": "backslash",
    "commercial_at": "at",
    "hyphen_minus": "minus",
    "plus_sign": "plus",
    "low_line": "underscore",
}
# Old names of commands: each kind of sign-in had its own commands.
_OLD_COMMANDS: Final = {
    **dict.fromkeys(("start_again", "new_link"), "new_code"),
    **dict.fromkeys(("browser_sign_in", "use_device_code", "console_browser"), "other_way"),
}
_ACTION_RANK: Final = 3  # in the footer
_MODIFIERS: Final = re.compile(r"\A(?:(?:ctrl|alt|shift)\+)+", re.IGNORECASE)


def parse_key(text: str) -> str | None:
    """Return the name that Textual has for a key, or None if it is not a key.

    `/` → `slash`, `Ctrl+P` → `ctrl+p`.
    """
    key = _MODIFIERS.sub("", text)
    modifiers = text.removesuffix(key).lower()
    if len(key) == 1 and key.isprintable():
        if modifiers:
            key = key.lower()
        named = key if key.isalnum() else unicodedata.name(key, "").lower()
        named = re.sub("[ -]", "_", named)
        return modifiers + _TEXTUAL_NAMES.get(named, named) if named else None
    key = _OTHER_NAMES.get(key.lower(), key.lower())
    punctuation = re.fullmatch("[a-z]+(_[a-z]+)+|slash|comma|colon|minus", key)
    return modifiers + key if key in _NAMED or punctuation else None


def use(wanted: Mapping[str, Sequence[str]], line_of: Callable[[str], int]) -> list[BadSetting]:
    """Give the commands these keys. Return the entries that cannot be used.

    Call it before a screen is created, because each screen binds its keys. `line_of` returns
    the line of an entry in the file, by its dotted name.
    """
    bad: list[BadSetting] = []

    def skip(command_id: str, problem: SettingProblem, detail: str = "") -> None:
        name = f"keys.{command_id}"
        bad.append(BadSetting(name, problem, detail, line_of(name)))

    changed: dict[str, tuple[str, ...]] = {}
    for name, texts in wanted.items():
        command_id = _OLD_COMMANDS.get(name, name)
        keys = {text: parse_key(text) for text in texts}
        wrong = next((text for text, key in keys.items() if key is None), None)
        if command_id not in BY_ID:
            skip(command_id, SettingProblem.UNKNOWN_COMMAND)
        elif wrong is not None:
            skip(command_id, SettingProblem.UNKNOWN_KEY, wrong)
        else:
            changed[command_id] = tuple(key for key in keys.values() if key)
    while clash := next(_clashes(changed), None):
        command_id, key = clash
        skip(command_id, SettingProblem.KEY_TWICE, show_key(key))
        del changed[command_id]
    commands.USER_KEYS.clear()
    commands.USER_KEYS.update(changed)
    return bad


def use_actions(settings: Settings, line_of: Callable[[str], int]) -> list[BadSetting]:
    """Make commands of the actions. Return those whose keys cannot be used.

    Call it after `use`: it refuses keys that other commands have.
    """
    commands.ACTIONS.clear()
    bad: list[BadSetting] = []

    def skip(action: str, problem: SettingProblem, detail: str) -> None:
        name = f"{action}.key"
        bad.append(BadSetting(name, problem, detail, line_of(name)))

    for action_id, action in settings.actions.items():
        name, key = f"{ACTIONS}.{action_id}", parse_key(action.key)
        if key is None:
            skip(name, SettingProblem.UNKNOWN_KEY, safe(action.key))
        elif other := _command_with(key):
            skip(name, SettingProblem.KEY_TAKEN, other)
        else:
            texts = action_strings.texts_of(action_id, action)
            commands.ACTIONS[name] = Command(
                name, (key,), commands.ACTION_PLACES, footer=_ACTION_RANK, texts=texts
            )
    return bad


def _command_with(key: str) -> str:
    """Return the command that has the key where actions work, or ""."""
    for place in commands.ACTION_PLACES:
        for command in commands.commands_of(place):
            if key in command.keys and key not in _later(command, commands.USER_KEYS):
                return command.name
        if any(key in keys for keys in MOVES.values()):
            return command_strings.PLACES["movement"]
    return ""


def _clashes(changed: dict[str, tuple[str, ...]]) -> Iterator[tuple[str, str]]:
    """Yield commands whose new key belongs to another command of a shared screen, newest first."""
    keys = {each.id: changed.get(each.id, each.default_keys) for each in commands.COMMANDS}
    for command_id in reversed(changed):
        for screen in _screens_of(command_id):
            groups = set(GROUPS[screen])
            taken = {key for moves in MOVES.values() for key in moves if Place.TABLES in groups}
            for other in commands.COMMANDS:
                if other.id != command_id and groups.intersection(other.places):
                    taken.update(set(keys[other.id]) - _later(other, changed))
            for key in changed[command_id]:
                # A default key may still shadow another one, as it does without settings.
                if key in taken and key not in BY_ID[command_id].default_keys:
                    yield command_id, key


def _later(command: Command, changed: Mapping[str, object]) -> frozenset[str]:
    """Return the keys of the command that give way to the user's."""
    return frozenset() if command.id in changed else commands.LATER.get(command.id, frozenset())


def _screens_of(command_id: str) -> list[Place]:
    places = BY_ID[command_id].places
    return [screen for screen, groups in GROUPS.items() if set(groups).intersection(places)]
