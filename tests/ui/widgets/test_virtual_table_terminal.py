"""The table in a real terminal: what the screen shows, cell by cell, and how much is sent."""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from pyte.screens import Char

from tests.support.screens import table_app
from tests.support.terminal import Terminal

KEYS = ["down", "up", "down", "j", "k", "pagedown", "pageup", "ctrl+d", "ctrl+u", "g", "G"]
CHANGES = ["s", "o", "space"]


class Table:
    def __init__(self, terminal: Terminal) -> None:
        self.terminal = terminal
        self.counted = 0
        terminal.wait_for("Account ID")
        self.done()

    def done(self, *keys: str) -> None:
        """Press keys, and return when their effect has been painted."""
        self.counted += 1
        self.terminal.press(*keys, "=")
        self.terminal.wait_for(rf"^counted {self.counted}\.")

    def cells(self) -> list[list[Char]]:
        screen = self.terminal.screen
        return [
            [as_seen(self.terminal.cell(x, y)) for x in range(screen.columns)]
            for y in range(screen.lines - 1)
        ]


def as_seen(cell: Char) -> Char:
    """Return the cell as it looks: colour and weight do not show on a blank without a line."""
    if cell.data != " " or cell.reverse or cell.underscore or cell.strikethrough:
        return cell
    return cell._replace(fg="default", bold=False, italics=False, blink=False)


@pytest.fixture
def table(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Table]:
    colours = getattr(request, "param", {})
    command = [sys.executable, table_app.__file__, "300"]
    with Terminal(command, columns=110, lines=20, env={"HOME": str(tmp_path), **colours}) as term:
        yield Table(term)
        term.press("ctrl+q")
        assert term.wait_exit() == 0
        assert not term.on_alternate_screen


def test_columns_are_straight_for_every_text(table: Table) -> None:
    for _ in range(12):
        column, _ = table.terminal.position_of("Account ID")
        for line in range(1, 19):
            cells = "".join(table.terminal.cell(column + i, line).data for i in range(-2, 14))
            assert cells[:2] == cells[-2:] == "  "
            assert cells[2:14].isdecimal()
        table.done("pagedown")


def test_the_screen_after_scrolling_equals_a_full_repaint(table: Table) -> None:
    pick = random.Random(7)
    for _ in range(40):
        keys = pick.choices(KEYS, k=pick.randint(1, 8))
        if pick.random() < 0.3:
            keys.insert(pick.randrange(len(keys)), pick.choice(CHANGES))
        table.done(*keys)
        before = table.cells()
        table.done("L")
        assert table.cells() == before, keys


def test_a_cursor_key_sends_little_with_and_without_scrolling(table: Table) -> None:
    table.done("down")
    costs = []
    for _ in range(40):
        before = table.terminal.bytes_received
        table.done("down")
        costs.append(table.terminal.bytes_received - before)
    assert max(costs) < 1000


def test_a_filter_shows_matches_and_highlights_them(table: Table) -> None:
    table.terminal.press("/", *"本番")

    def rows() -> list[str]:
        return [line for line in table.terminal.screen_lines()[2:-1] if line]

    table.terminal.wait_until(lambda: bool(rows()) and all("本番" in row for row in rows()))
    column, line = table.terminal.position_of("本番-")
    assert table.terminal.cell(column, line).bold


@pytest.mark.parametrize("table", [{"NO_COLOR": "1"}, {"COLORTERM": ""}], indirect=True)
def test_the_cursor_is_visible_without_colour(table: Table) -> None:
    table.done("down", "down")
    assert [y for y, line in enumerate(table.terminal.screen_lines()) if line[:1] == "▌"] == [3]


def test_a_resized_terminal_is_painted_again(table: Table) -> None:
    table.done("G")
    table.terminal.resize(70, 12)
    table.terminal.wait_for("^  Account ")
    assert "▌" in table.terminal.screen_lines()[10]
    table.terminal.resize(110, 20)
    table.terminal.wait_for("Profile$")
    table.done("up", "up")
    before = table.cells()
    table.done("L")
    assert table.cells() == before
