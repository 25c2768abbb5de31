"""The keys of all commands as tables, for the help and the documentation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from rolecall.presentation.commands import ACTIONS, COMMANDS, Command, Place
from rolecall.presentation.texts import command_strings

KeyRow = tuple[str, str, str, Command | None]
_GROUPS: Final = {Place.MARKS: "mark", Place.TABLES: "find", Place.EVERYWHERE: "go"}


def key_groups(commands: Iterable[Command], *, movement: bool) -> list[tuple[str, list[KeyRow]]]:
    """Return the keys of a screen by what they do: act on a row, mark, find, go.

    `movement`: it has a cursor.
    """
    groups: dict[str, list[KeyRow]] = {"act": [], "mark": [], "find": [], "go": []}
    if movement:
        groups["find"] = [(keys, text, text, None) for keys, text in command_strings.MOVEMENT]
    for command in commands:
        name = "go" if command.id == "back" else _group_of(command)
        groups[name].append((command.shown_keys, command.name, command.help, command))
    titles = command_strings.KEY_GROUPS
    return [(titles[name], rows) for name, rows in groups.items() if rows]


def _group_of(command: Command) -> str:
    return next((name for place, name in _GROUPS.items() if place in command.places), "act")


def key_table() -> Iterator[tuple[str, list[KeyRow]]]:
    """Yield each place with its rows of (keys, name, help, command), for help page and README.

    The command is None for the keys that move the cursor.
    """
    movement: list[KeyRow] = [(keys, "", text, None) for keys, text in command_strings.MOVEMENT]
    yield command_strings.PLACES["movement"], movement
    for place in Place:
        rows: list[KeyRow] = [
            (command.shown_keys, command.name, command.help, command)
            for command in (*COMMANDS, *ACTIONS.values())
            if place in command.places
        ]
        if rows:
            yield command_strings.PLACES[place.value], rows


def markdown_table() -> str:
    """Return the README's key table, with a row for each place."""
    lines = [command_strings.KEY_TABLE_HEAD, "|---|---|"]
    for place, rows in key_table():
        cells = [
            f"{_code(keys)} {name or text}" if keys else _code(f": {name}")
            for keys, name, text, _ in rows
        ]
        lines.append(f"| {place} | {' · '.join(cells)} |")
    return "\n".join(lines) + "\n"


def _code(keys: str) -> str:
    return " ".join(f"`{key}`" for key in keys.split(" "))
