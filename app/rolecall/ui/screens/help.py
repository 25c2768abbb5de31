"""`?` and the palette: every key and command, searchable, from the one declaration."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rolecall.presentation import command_strings, labels
from rolecall.presentation.commands import Command, Place, commands_of, key_table
from rolecall.ui.screens.base.command import CommandScreen
from rolecall.ui.screens.base.table import TableScreen
from rolecall.ui.widgets.filter_bar import FilterBar
from rolecall.ui.widgets.table.virtual_table import Column


@dataclass(frozen=True)
class Row:
    """`command` is None for the keys that move the cursor."""

    where: str
    keys: str
    name: str
    text: str
    command: Command | None = None


class HelpScreen(TableScreen[Row]):
    place = Place.HELP
    noun = command_strings.KEYS_NOUN
    is_passing = True

    def columns(self) -> Sequence[Column[Row]]:
        return (
            Column("where", command_strings.WHERE, lambda row: row.where, "muted", minimum=11),
            Column("keys", command_strings.KEYS, lambda row: row.keys, "accent", minimum=12),
            Column(
                "name", command_strings.COMMAND, lambda row: row.name,
                "strong", minimum=8, maximum=18, gives_way=1,
            ),
            Column("text", labels.WHAT, lambda row: row.text, None, minimum=20, weight=4),
        )  # fmt: skip

    def row_key(self, row: Row) -> Row:
        return row

    def rows(self) -> Sequence[Row]:
        return [Row(where, *row) for where, rows in key_table() for row in rows]

    def placeholder(self) -> str:
        return ""

    def standing(self) -> str:
        row = self.current
        if row is None or row.command is None:
            return super().standing()
        return command_strings.ID_IN_SETTINGS.format(position=super().standing(), id=row.command.id)

    def trail(self) -> tuple[str, ...]:
        return (command_strings.HELP_TITLE,)


class PaletteScreen(HelpScreen):
    """The commands of the screen below. `chosen` is the one that Enter was pressed on."""

    place = Place.PALETTE
    noun = command_strings.COMMANDS_NOUN

    def __init__(self, below: CommandScreen[Any]) -> None:
        self._below = below
        self.chosen: Command | None = None
        super().__init__()

    def columns(self) -> Sequence[Column[Row]]:
        _, keys, name, text = super().columns()
        return name, keys, text

    def rows(self) -> Sequence[Row]:
        return [
            Row("", command.shown_keys, command.name, command.help, command)
            for command in commands_of(self._below.place)
            if self._below.offers(command) and command.id != "palette"
        ]

    def trail(self) -> tuple[str, ...]:
        return (command_strings.COMMANDS_TITLE,)

    def on_mount(self) -> None:
        self.filter_bar.open()

    def on_filter_bar_left(self, event: FilterBar.Left) -> None:
        if event.submitted:
            self.do_run_command()
        else:
            self.table.focus()

    def do_run_command(self) -> None:
        if row := self.current:
            self.chosen = row.command
            self.dismiss(None)

    def do_back(self) -> None:
        self.dismiss(None)
