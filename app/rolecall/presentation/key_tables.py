"""The keys of all commands as tables, for the help and the documentation."""

from __future__ import annotations

from collections.abc import Iterator

from rolecall.presentation.commands import ACTIONS, COMMANDS, Command, Place, keys_at
from rolecall.presentation.key_names import show_key
from rolecall.presentation.texts import command_strings

KeyRow = tuple[str, str, str, Command | None]  # keys, name, help, command


def movement_rows() -> list[KeyRow]:
    """Return the keys that move the cursor, which are no commands."""
    return [(keys, text, text, None) for keys, text in command_strings.MOVEMENT]


def rows_of(group: Place, place: Place) -> list[KeyRow]:
    """Return the commands of a group, with the keys that they have on the screen of `place`."""
    return [
        (" ".join(map(show_key, keys_at(place, each))), each.name, each.help, each)
        for each in (*COMMANDS, *ACTIONS.values())
        if group in each.places
    ]


def key_table() -> Iterator[tuple[str, list[KeyRow]]]:
    """Yield each place with its rows."""
    yield command_strings.PLACES["movement"], movement_rows()
    for place in Place:
        if rows := rows_of(place, place):
            yield command_strings.PLACES[place.value], rows


def markdown_table() -> str:
    """Return the README's key table, with a row for each place."""
    lines = [command_strings.KEY_TABLE_HEAD, "|---|---|"]
    for place, rows in key_table():
        cells = [
            f"{_code(keys)} {name}" if keys else _code(f": {name}") for keys, name, _, _ in rows
        ]
        lines.append(f"| {place} | {' · '.join(cells)} |")
    return "\n".join(lines) + "\n"


def letters() -> str:
    """Return the letters that mean the same on all screens, with what they do."""
    return " · ".join(f"`{key}` {word}" for key, (word, _) in command_strings.LETTERS.items())


def _code(keys: str) -> str:
    return " ".join(f"`{key}`" for key in keys.split(" "))
