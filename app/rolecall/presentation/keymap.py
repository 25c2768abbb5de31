"""Keys as the user has set them: which of them will do, and which stay as usual."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from rolecall.domain.settings import BadSetting, SettingProblem
from rolecall.presentation import commands
from rolecall.presentation.commands import BY_ID, GROUPS, MOVES, WITH_TABLES, Place

_NAMED: Final = {
    *("enter", "escape", "tab", "space", "backspace", "delete", "insert", "home", "end"),
    *("up", "down", "left", "right", "pageup", "pagedown", *(f"f{n}" for n in range(1, 13))),
}
_OTHERS: Final = {"esc": "escape", "pgup": "pageup", "pgdn": "pagedown", "return": "enter"}
# What Textual calls otherwise than Unicode does.
_CALLED: Final = {
    "solidus": "slash",
    "reverse_solidus": "backslash",
    "commercial_at": "at",
    "hyphen_minus": "minus",
    "plus_sign": "plus",
    "low_line": "underscore",
}
_MODIFIERS: Final = re.compile(r"\A(?:(?:ctrl|alt|shift)\+)+", re.IGNORECASE)


def key_named(text: str) -> str | None:
    """The name that Textual has for a key: `/` → `slash`, `Ctrl+P` → `ctrl+p`; None for no key."""
    key = _MODIFIERS.sub("", text)
    modifiers = text.removesuffix(key).lower()
    if len(key) == 1 and key.isprintable():
        if modifiers:
            key = key.lower()
        named = key if key.isalnum() else unicodedata.name(key, "").lower()
        named = re.sub("[ -]", "_", named)
        return modifiers + _CALLED.get(named, named) if named else None
    key = _OTHERS.get(key.lower(), key.lower())
    punctuation = re.fullmatch("[a-z]+(_[a-z]+)+|slash|comma|colon|minus", key)
    return modifiers + key if key in _NAMED or punctuation else None


def use(wanted: Mapping[str, Sequence[str]], lines: Mapping[str, int]) -> list[BadSetting]:
    """From here on commands have these keys; before any screen is made, for each binds its own.
    What cannot be is passed over, and said. `lines`: where each entry stands, by its dotted name.
    """
    bad: list[BadSetting] = []

    def pass_over(command_id: str, problem: SettingProblem, detail: str = "") -> None:
        name = f"keys.{command_id}"
        bad.append(BadSetting(name, problem, detail, lines.get(name, 0)))

    changed: dict[str, tuple[str, ...]] = {}
    for command_id, texts in wanted.items():
        keys = {text: key_named(text) for text in texts}
        wrong = next((text for text, key in keys.items() if key is None), None)
        if command_id not in BY_ID:
            pass_over(command_id, SettingProblem.UNKNOWN_COMMAND)
        elif wrong is not None:
            pass_over(command_id, SettingProblem.UNKNOWN_KEY, wrong)
        else:
            changed[command_id] = tuple(key for key in keys.values() if key)
    while clash := next(_clashes(changed), None):
        command_id, key = clash
        pass_over(command_id, SettingProblem.KEY_TWICE, commands.show_key(key))
        del changed[command_id]
    commands.CHANGED.clear()
    commands.CHANGED.update(changed)
    return bad


def _clashes(changed: dict[str, tuple[str, ...]]) -> Iterator[tuple[str, str]]:
    """Commands whose new key is another's on a screen where both work, the last set first."""
    keys = {each.id: changed.get(each.id, each.usual) for each in commands.COMMANDS}
    for command_id in reversed(changed):
        for screen in _screens_of(command_id):
            groups = set(GROUPS[screen])
            taken = {key for moved in MOVES.values() for key in moved if groups & WITH_TABLES}
            for other in commands.COMMANDS:
                if other.id != command_id and groups.intersection(other.places):
                    taken.update(keys[other.id])
            for key in changed[command_id]:
                # What was shadowed as usual may go on being so.
                if key in taken and key not in BY_ID[command_id].usual:
                    yield command_id, key


def _screens_of(command_id: str) -> list[Place]:
    places = BY_ID[command_id].places
    return [screen for screen, groups in GROUPS.items() if set(groups).intersection(places)]
