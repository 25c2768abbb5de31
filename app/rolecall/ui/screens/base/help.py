"""`?`: one list of the keys: those of the screen below, then those of all other places."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from typing import Any

from rich.cells import cell_len

from rolecall.domain.records import dataclass
from rolecall.domain.search.folding import Prose
from rolecall.presentation import labels
from rolecall.presentation.commands import GROUPS, MOVING, Command, Place, key_of
from rolecall.presentation.key_tables import KeyRow, movement_rows, rows_of
from rolecall.presentation.texts import command_strings
from rolecall.ui.screens.base import leads
from rolecall.ui.screens.base.box import BoxTable
from rolecall.ui.screens.base.command import CommandScreen
from rolecall.ui.widgets.table.columns import Column


@dataclass(frozen=True)
class HelpRow:
    """`command` is None for the keys that move the cursor. `number` is the place in the list."""

    number: int
    where: str
    keys: str
    name: str
    text: str
    command: Command | None


def _keys(row: HelpRow) -> str:
    """Return the keys, or the way to a command without any."""
    return row.keys or (key_of(row.command.id) if row.command else "")


class HelpScreen(BoxTable[HelpRow]):
    """`chosen` is the command to run, or None after Esc. The rows with `words` are shown first."""

    place = Place.HELP
    noun = command_strings.KEYS_NOUN
    step = command_strings.PLACES["help"]

    def __init__(self, below: CommandScreen[Any], words: str = "") -> None:
        self._shown = below
        self._words = words
        self._rows: Sequence[HelpRow] = []
        self.chosen: Command | None = None
        super().__init__()

    def columns(self) -> Sequence[Column[HelpRow]]:
        return (
            Column("keys", command_strings.KEYS, _keys, "accent", 8, 0),
            Column("text", labels.WHAT, lambda row: Prose(row.text), None, 42, 0, is_name=True),
            Column("name", command_strings.COMMAND, lambda row: row.name, "strong", 14, 2),
            Column("where", command_strings.WHERE, lambda row: row.where, "muted", 8, 1),
        )  # fmt: skip

    def row_key(self, row: HelpRow) -> Hashable:
        return row.number

    def rows(self) -> Sequence[HelpRow]:
        if not self._rows:
            rows = enumerate((*self._own(), *self._others()))
            self._rows = [HelpRow(i, where, *row) for i, (where, row) in rows]
        return self._rows

    def _own(self) -> Iterator[tuple[str, KeyRow]]:
        """Yield what works on the screen below, with the place that has it."""
        place = self._shown.place
        for group in GROUPS[place]:
            name = command_strings.PLACES_SHORT[group.value]
            for row in rows_of(group, place):
                if row[3] is not None and leads.works_on(self._shown, row[3]):
                    yield name, row
        if MOVING.intersection(GROUPS[place]):
            yield from ((command_strings.PLACES["movement"], row) for row in movement_rows())

    def _others(self) -> Iterator[tuple[str, KeyRow]]:
        seen = set(GROUPS[self._shown.place])
        for place in (each for each in Place if each not in seen):
            for row in rows_of(place, place):
                yield command_strings.PLACES_SHORT[place.value], row

    def on_mount(self) -> None:
        if self._words:
            self.filter_for(self._words)

    def foot_text(self) -> str:
        row = self.current
        if row is None or row.command is None:
            return super().foot_text()
        named = command_strings.ID_IN_SETTINGS.format(id=row.command.id)
        return labels.SEPARATOR.join((row.where, named))

    def show_position(self) -> None:
        """Also show the whole sentence of the row if the table has no room for it."""
        super().show_position()
        row, shown = self.current, self.table.width_of("text")
        text = row.text if row and 0 < shown < cell_len(row.text) else ""
        if text or self.table.is_framed:
            self.status.set_text(text)

    def do_run_command(self) -> None:
        if row := self.current:
            self.chosen = row.command
            self.dismiss(None)

    def do_help(self) -> None:
        self.dismiss(None)
