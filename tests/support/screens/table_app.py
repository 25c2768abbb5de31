"""An app with only the table, and rows of every kind: `table_app.py 50000`.

`/` filters, `s` adds rows above, `o` sorts, `space` marks, `L` repaints everything, `q` quits.
`=` counts up in the last line after everything that was pressed before it is painted.
"""

from __future__ import annotations

import random
import sys
from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.widgets import Input, Static

from rolecall.ui.rendering.full_screen_driver import FullScreenDriver
from rolecall.ui.rendering.painting import BareScreen
from rolecall.ui.rendering.terminal_app import TerminalApp
from rolecall.ui.widgets.table.columns import Column
from rolecall.ui.widgets.table.virtual_table import VirtualTable

_NAMES = (
    "prod staging sandbox audit log archive network shared data platform team core billing "
    "security 監査ログ 本番 Événements [brackets] 👨‍👩‍👧 ❤️ 👍🏽 e\u0301a\u0308 ﾃｽﾄ"
)
_WORDS = _NAMES.split()
_SETS = ("AWSAdministratorAccess", "AWSReadOnlyAccess", "ViewOnlyAccess", "Billing")


@dataclass(frozen=True)
class Row:
    name: str
    id: str
    email: str
    count: int
    profile: str


COLUMNS: tuple[Column[Row], ...] = (
    Column("name", "Account", lambda row: row.name, minimum=14, is_name=True),
    Column("id", "Account ID", lambda row: row.id, lambda _: "muted", minimum=12),
    Column("email", "E-mail", lambda row: row.email, lambda _: "muted", 12, drop_order=4),
    Column(
        "count",
        "Sets",
        lambda row: str(row.count),
        minimum=5,
        drop_order=3,
        align="right",
        sort_key=lambda row: row.count,
        searched=False,
    ),
    Column("profile", "Profile", lambda row: row.profile, lambda _: "accent", 8, drop_order=2),
)


def rows(count: int, seed: int = 1) -> list[Row]:
    pick = random.Random(seed)
    return [
        Row(
            name=f"{pick.choice(_WORDS)}-{pick.choice(_WORDS)}-{i}",
            id=f"{pick.randrange(10**12):012}",
            email=f"aws+{pick.choice(_WORDS[:14])}{i}@example.com",
            count=pick.randrange(9),
            profile=pick.choice(["", "", f"p{i}-{pick.choice(_SETS).lower()}"]),
        )
        for i in range(count)
    ]


class TableApp(TerminalApp[None]):
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [
        ("q", "quit"),
        Binding("slash", "filter", priority=True),  # otherwise text typed right after it is lost
        ("s", "more"),
        ("L", "repaint"),
        ("space", "mark"),
        ("o", "sort"),
        ("equals_sign", "count"),
    ]
    CSS = """
    Static { dock: bottom; height: 1; }
    Input { height: 1; border: none; display: none; }
    VirtualTable {
        .virtual-table--header { color: $foreground-darken-2; }
        .virtual-table--cursor { background: $primary; color: $background; text-style: none; }
        .virtual-table--muted { color: $foreground-darken-2; }
        .virtual-table--accent { color: $accent; }
        .virtual-table--match { color: $warning; text-style: bold; }
        .virtual-table--marked { color: $success; }
    }
    """

    def __init__(self, count: int = 1000) -> None:
        super().__init__(FullScreenDriver)
        self.rows = rows(count)
        self.table = VirtualTable(COLUMNS, lambda row: row.id, placeholder="Nothing matches")
        self.field = Input(compact=True)
        self.field.cursor_blink = False
        self.status = Static("0")
        self.counted = 0

    def get_default_screen(self) -> Screen[None]:
        return BareScreen(id="_default")

    def compose(self) -> ComposeResult:
        yield self.field
        yield self.table
        yield self.status

    def on_mount(self) -> None:
        self.table.set_rows(self.rows)
        self.table.focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        self.table.query_text = event.value

    def on_input_submitted(self) -> None:
        self.table.focus()

    def action_filter(self) -> None:
        self.field.display = True
        self.screen.set_focus(self.field)  # immediately, unlike focus()

    def action_more(self) -> None:
        self.rows = rows(7, seed=len(self.rows)) + self.rows
        self.table.set_rows(self.rows)

    def action_repaint(self) -> None:
        self.redraw()

    def action_count(self) -> None:
        if self.table._repaint_required or self.table._show_is_due:
            self.set_timer(0.005, self.action_count)
            return
        self.counted += 1
        self.status.update(f"counted {self.counted}.", layout=False)

    def action_mark(self) -> None:
        self.table.toggle_mark()

    def action_sort(self) -> None:
        self.table.sort(None if self.table.sorted_by[0] else "name")


if __name__ == "__main__":
    TableApp(int(sys.argv[1])).run(mouse=False)
