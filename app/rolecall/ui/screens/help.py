"""`?` and the palette: all keys and commands, with a filter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rolecall.presentation import command_strings, labels
from rolecall.presentation.commands import Command, Place, commands_of, key_table
from rolecall.ui.screens.base.command import CommandScreen
from rolecall.ui.screens.base.table import TableScreen
from rolecall.ui.widgets.filter_bar import FilterBar
from rolecall.ui.widgets.table.columns import Column


@dataclass(frozen=True)
class HelpRow:
    """`command` is None for the keys that move the cursor."""

    where: str
    keys: str
    name: str
    text: str
    command: Command | None = None


class HelpScreen(TableScreen[HelpRow]):
    place = Place.HELP
    noun = command_strings.KEYS_NOUN
    closes_when_left = True

    def columns(self) -> Sequence[Column[HelpRow]]:
        return (
            Column("where", command_strings.WHERE, lambda row: row.where, "muted", minimum=11),
            Column("keys", command_strings.KEYS, lambda row: row.keys, "accent", minimum=12),
            Column(
                "name", command_strings.COMMAND, lambda row: row.name,
                "strong", minimum=8, maximum=18, drop_order=1,
            ),
            Column("text", labels.WHAT, lambda row: row.text, None, minimum=20, weight=4),
        )  # fmt: skip

    def row_key(self, row: HelpRow) -> HelpRow:
        return row

    def rows(self) -> Sequence[HelpRow]:
        return [HelpRow(where, *row) for where, rows in key_table() for row in rows]

    def placeholder(self) -> str:
        return ""

    def position_text(self) -> str:
        row = self.current
        if row is None or row.command is None:
            return super().position_text()
        position = super().position_text()
        return command_strings.ID_IN_SETTINGS.format(position=position, id=row.command.id)

    def trail(self) -> tuple[str, ...]:
        return (command_strings.HELP_TITLE,)


class PaletteScreen(HelpScreen):
    """The commands of the screen below. `chosen` is the command to run, or None after Esc."""

    place = Place.PALETTE
    noun = command_strings.COMMANDS_NOUN

    def __init__(self, below: CommandScreen[Any]) -> None:
        self._below = below
        self.chosen: Command | None = None
        super().__init__()

    def columns(self) -> Sequence[Column[HelpRow]]:
        _, keys, name, text = super().columns()
        return name, keys, text

    def rows(self) -> Sequence[HelpRow]:
        return [
            HelpRow("", command.shown_keys, command.name, command.help, command)
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
