"""`?`: the keys of the screen below, or of all screens. `:`: its commands, with a filter."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from textual.app import ComposeResult

from rolecall.domain.records import dataclass
from rolecall.presentation import labels
from rolecall.presentation.commands import (
    BY_ID,
    GROUPS,
    MOVING,
    Command,
    Place,
    commands_of,
)
from rolecall.presentation.key_tables import key_groups, key_table
from rolecall.presentation.texts import command_strings, profile_strings
from rolecall.ui.rendering.styles import stylesheets
from rolecall.ui.screens.base.box import BoxScreen, BoxTable
from rolecall.ui.screens.base.command import CommandScreen
from rolecall.ui.widgets.fields.filter_bar import FilterBar
from rolecall.ui.widgets.key_groups import KeyGroups
from rolecall.ui.widgets.key_line import KeyHint
from rolecall.ui.widgets.table.columns import Column

_WIDE: Final = 100  # minimum columns for whole sentences


class HelpScreen(BoxScreen[None]):
    place = Place.HELP
    CSS_PATH = stylesheets("box", "help")
    closes_when_left = True

    def __init__(self, below: CommandScreen[Any]) -> None:
        super().__init__()
        self._shown = below

    def compose(self) -> ComposeResult:
        below = self._shown
        commands = [each for each in commands_of(below.place) if below.offers(each) and each.keys]
        movement = bool(MOVING.intersection(GROUPS[below.place]))
        with self.box(command_strings.PLACES[self.place.value]):
            yield KeyGroups(key_groups(commands, movement=movement))
        yield self.status
        yield self.key_line()

    def on_resize(self) -> None:
        self.set_class(self.app.size.width >= _WIDE, "-wide")
        self.call_after_refresh(self._show_rest)

    def _show_rest(self) -> None:
        box = self.query_one("#box")
        below = round(box.max_scroll_y - box.scroll_y)
        box.border_subtitle = profile_strings.more_below(below) if below else ""

    def do_page_down(self) -> None:
        self._scroll(1)

    def do_page_up(self) -> None:
        self._scroll(-1)

    def _scroll(self, pages: int) -> None:
        box = self.query_one("#box")
        box.scroll_to(y=box.scroll_y + pages * box.size.height, animate=False, immediate=True)
        self._show_rest()

    def do_help(self) -> None:
        self.dismiss(None)

    def do_all_keys(self) -> None:
        self.dismiss(None)
        self.app.push_screen(AllKeysScreen())


@dataclass(frozen=True)
class HelpRow:
    """`command` is None for the keys that move the cursor."""

    where: str
    keys: str
    name: str
    text: str
    command: Command | None = None


def _foot_of(row: HelpRow | None) -> str:
    if row is None or row.command is None:
        return ""
    return command_strings.ID_IN_SETTINGS.format(id=row.command.id)


class AllKeysScreen(BoxTable[HelpRow]):
    place = Place.ALL_KEYS
    noun = command_strings.KEYS_NOUN
    step = command_strings.ALL_KEYS_STEP

    def columns(self) -> Sequence[Column[HelpRow]]:
        return (
            Column("where", command_strings.WHERE, lambda row: row.where, "muted", minimum=11),
            Column("keys", command_strings.KEYS, lambda row: row.keys, "accent", minimum=12),
            Column(
                "name", command_strings.COMMAND, lambda row: row.name,
                "strong", minimum=15, maximum=18, drop_order=1,
            ),
            Column("text", labels.WHAT, lambda row: row.text, None, minimum=20, weight=4),
        )  # fmt: skip

    def rows(self) -> Sequence[HelpRow]:
        return [HelpRow(where, *row) for where, rows in key_table() for row in rows]

    def foot_text(self) -> str:
        return _foot_of(self.current) or super().foot_text()

    def do_help(self) -> None:
        self.dismiss(None)


class PaletteScreen(BoxTable[HelpRow]):
    """The commands of the screen below. `chosen` is the command to run, or None after Esc."""

    place = Place.PALETTE
    noun = command_strings.COMMANDS_NOUN
    step = command_strings.COMMANDS_STEP
    filter_hint = command_strings.COMMAND_HINT

    def __init__(self, below: CommandScreen[Any]) -> None:
        self._shown = below
        self.chosen: Command | None = None
        super().__init__()

    def columns(self) -> Sequence[Column[HelpRow]]:
        return (
            Column(
                "name", command_strings.COMMAND, lambda row: row.name,
                "strong", minimum=15, maximum=18,
            ),
            Column(
                "keys", command_strings.KEYS, lambda row: row.keys,
                "accent", minimum=8, maximum=16, drop_order=1,
            ),
            Column("text", labels.WHAT, lambda row: row.text, None, minimum=20, weight=4),
            # Only searched: it is the same in every language, and typed without an input method.
            Column(
                "id", "", lambda row: row.command.id if row.command else "", wanted=lambda: False
            ),
        )  # fmt: skip

    def rows(self) -> Sequence[HelpRow]:
        return [
            HelpRow("", command.shown_keys, command.name, command.help, command)
            for command in commands_of(self._shown.place)
            if self._shown.offers(command) and command.id != "palette"
        ]

    def foot_text(self) -> str:
        return _foot_of(self.current) or super().foot_text()

    def on_mount(self) -> None:
        self.filter_bar.open()

    def on_filter_bar_left(self, event: FilterBar.Left) -> None:
        if event.submitted:
            self.do_run_command()
        elif event.cleared:
            self.dismiss(None)

    def key_hints(self) -> list[KeyHint]:
        return [self.key_hint(BY_ID[each]) for each in ("run_command", "back")]

    def do_run_command(self) -> None:
        if row := self.current:
            self.chosen = row.command
            self.dismiss(None)

    def do_back(self) -> None:
        self.dismiss(None)
