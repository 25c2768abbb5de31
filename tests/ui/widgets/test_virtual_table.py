"""The table through its API: rows, cursor, filter, order, marks, and the width of its lines."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any, Self

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from textual.app import App, ComposeResult
from textual.geometry import Region
from textual.pilot import Pilot
from textual.strip import Strip

from rolecall.domain.text import safe
from rolecall.ui.widgets.table.columns import Column
from rolecall.ui.widgets.table.virtual_table import VirtualTable
from tests.support.screens.small_table import COLUMNS, NAMES, ROWS, Row, any_text
from tests.support.waiting import pause_until


class Table(VirtualTable[Row]):
    """Records which lines are painted again."""

    def refresh(self, *regions: Region, **options: bool) -> Self:
        self.lines_asked += [y for region in regions for y in region.line_range]
        return super().refresh(*regions, **options)

    lines_asked: list[int]


class TableApp(App[None]):
    def __init__(self, columns: Sequence[Column[Any]] = COLUMNS) -> None:
        super().__init__()
        Table.lines_asked = []
        self.table = Table(columns, lambda row: row[0])
        self.messages: list[str] = []

    def compose(self) -> ComposeResult:
        yield self.table

    def on_virtual_table_highlighted(self) -> None:
        self.messages.append("highlighted")

    def on_virtual_table_filtered(self) -> None:
        self.messages.append("filtered")


@asynccontextmanager
async def table(
    rows: Sequence[Row] = ROWS, height: int = 6, columns: Sequence[Column[Any]] = COLUMNS
) -> AsyncIterator[tuple[Table, Pilot[None]]]:
    app = TableApp(columns)
    async with app.run_test(size=(40, height)) as pilot:
        app.table.set_rows(rows)
        await pilot.pause()
        app.table.lines_asked = []
        yield app.table, pilot


def lines(widget: VirtualTable[Any]) -> list[Strip]:
    return widget.render_lines(widget.size.region)


def painted(widget: VirtualTable[Any]) -> list[str]:
    return [line.text.rstrip() for line in lines(widget)]


def names(widget: VirtualTable[Row]) -> list[str]:
    return [name for _, name in widget.shown]


def line_of_cursor(widget: VirtualTable[Any]) -> int:
    (line,) = [y for y, text in enumerate(painted(widget)) if text.startswith("▌")]
    return line


# --- painting


async def test_it_paints_a_header_rows_and_a_pointer() -> None:
    async with table() as (widget, _):
        assert painted(widget)[:3] == [
            "  Name         Key",
            "▌ audit          0",
            "  prod           1",
        ]


async def test_an_empty_table_shows_its_placeholder() -> None:
    async with table(rows=[]) as (widget, _):
        widget.placeholder = "Nothing matches “foo”"
        assert "  Nothing matches “foo”" in painted(widget)
        assert widget.current is None


async def test_the_sorted_column_has_an_arrow() -> None:
    async with table() as (widget, _):
        widget.sort("name")
        assert painted(widget)[0].startswith("  Name ▲ ")
        widget.sort("name", reverse=True)
        assert painted(widget)[0].startswith("  Name ▼ ")
        widget.sort(None)
        assert names(widget) == NAMES


async def test_a_sorted_column_without_a_title_has_only_the_arrow() -> None:
    sign = Column[Row]("sign", "", lambda row: "*", minimum=1, drop_order=0)
    async with table(columns=(sign, *COLUMNS)) as (widget, _):
        widget.sort("sign")
        assert painted(widget)[0].startswith("  ▲  Name")


async def test_the_column_that_sorts_is_named_if_it_has_no_room() -> None:
    """Only a column that has room is in the header."""
    wide = Column[Row]("far", "Far", lambda row: row[1], minimum=70, drop_order=1)
    async with table(columns=(*COLUMNS, wide)) as (widget, _):
        painted(widget)
        assert wide not in widget.shown_columns
        widget.sort("name")
        assert widget.hidden_sort == ""
        widget.sort("far", reverse=True)
        assert widget.hidden_sort == "Far ▼"


async def test_a_column_is_shown_only_while_it_is_wanted() -> None:
    """Its rows are the same, and none is wider than before."""
    wanted = False
    column = Column[Row]("of", "Of", lambda _: "it", drop_order=0, wanted=lambda: wanted)
    async with table(columns=(*COLUMNS, column)) as (widget, _):
        assert "Of" not in painted(widget)[0]
        wanted = True
        widget.set_rows(ROWS)
        assert painted(widget)[0].endswith("Of")
        assert painted(widget)[1].endswith("it")
        wanted = False
        widget.set_rows(ROWS)
        assert "Of" not in painted(widget)[0]


async def test_columns_do_not_move_for_one_or_two_letters() -> None:
    """While rows stream in. For a longer text, or if most texts would be cut, they move."""
    key = Column[Row]("key", "Key", lambda row: row[0])
    few = [(letter * 18, letter) for letter in "abcdefghijkl"]
    async with table(few, 30, (COLUMNS[0], key)) as (widget, _):
        widget.set_rows([*few, ("m" * 20, "m")])
        assert any("m" * 17 + "…" in line for line in painted(widget))
        widget.set_rows([*few, ("m" * 21, "m")])
        assert any("m" * 21 in line for line in painted(widget))
        widget.set_rows(few)
        widget.set_rows([*few, *((letter * 19, letter) for letter in "mnopqrst")])
        assert any("m" * 19 in line for line in painted(widget))


async def test_a_match_in_a_hidden_text_is_shown_at_the_end_of_its_row() -> None:
    """It takes what is blank, or the place of other texts, but not of a name."""
    email = Column[Row]("email", "", lambda row: f"{row[1]}@example.com", wanted=lambda: False)
    name = Column[Row]("name", "Name", lambda row: row[1], is_name=True)
    kind = Column[Row]("kind", "Kind", lambda row: row[0] * 5)
    rows = [("a", "audit"), ("b", "log-archive-of-the-whole-company")]
    async with table(rows, 6, (name, kind, email)) as (widget, _):
        assert painted(widget)[1] == "▌ audit                             aaa…"
        widget.query_text = "x"
        assert painted(widget)[1:3] == [
            "▌ audit                audit@example.com",
            "  log-archive-of-the-whole-company  …xa…",
        ]
        assert [segment.text for segment in lines(widget)[1] if "x" in segment.text] == ["x"]
        widget.query_text = "audit"
        assert painted(widget)[1] == "▌ audit                             aaa…"


async def test_only_changed_rows_are_painted_again() -> None:
    said = {"0": "12 min"}
    columns = (Column[Row]("left", "Left", lambda row: said.get(row[0], row[1])),)
    async with table(columns=columns) as (widget, pilot):
        widget.refresh_texts()
        await pilot.pause()
        assert widget.lines_asked == []
        said["0"] = "11 min"
        widget.refresh_texts()
        await pilot.pause()
        assert widget.lines_asked == [1]


async def test_matches_are_highlighted() -> None:
    async with table() as (widget, _):
        widget.query_text = "監査"
        match = widget.get_component_rich_style("virtual-table--match", partial=True)
        pieces = [s.text for s in lines(widget)[1] if s.style and s.style.underline]
        assert match.underline
        assert pieces == ["監査"]


# --- the cursor


async def test_keys_move_the_cursor() -> None:
    rows = [(str(i), f"row {i}") for i in range(100)]
    async with table(rows, height=11) as (widget, pilot):
        for keys, place in [
            ("j", 1), ("down", 2), ("k", 1), ("up", 0), ("k", 0), ("pagedown", 10),
            ("ctrl+d", 15), ("ctrl+u", 10), ("pageup", 0), ("G", 99), ("j", 99), ("g", 0),
            ("end", 99), ("home", 0),
        ]:  # fmt: skip
            await pilot.press(keys)
            assert widget.position == place, keys
            assert widget.current == rows[place]
            assert painted(widget)[line_of_cursor(widget)].split()[1:3] == ["row", str(place)]


async def test_the_cursor_row_keeps_its_line_when_rows_are_added_above() -> None:
    rows = [(str(i), f"row {i}") for i in range(50)]
    async with table(rows, height=11) as (widget, _):
        assert widget.move_to("30")
        line = line_of_cursor(widget)
        widget.set_rows([(f"new {i}", "new") for i in range(7)] + rows)
        assert widget.current == rows[30]
        assert line_of_cursor(widget) == line
        widget.set_rows(rows[5:])
        assert widget.current == rows[30]
        assert line_of_cursor(widget) == line


async def test_a_cursor_that_was_not_moved_stays_at_the_top() -> None:
    async with table() as (widget, _):
        widget.set_rows([("a", "above"), *ROWS])
        assert widget.current == ("a", "above")


async def test_a_cursor_whose_row_is_gone_keeps_its_index() -> None:
    async with table() as (widget, _):
        widget.move_to("3")
        widget.set_rows([row for row in ROWS if row[0] != "3"])
        assert widget.current == ROWS[4]
        widget.set_rows(ROWS[:3])
        assert widget.current == ROWS[2]
        assert not widget.move_to("3")


async def test_the_cursor_stays_valid_with_fewer_rows_and_another_size() -> None:
    rows = [(str(i), f"row {i}") for i in range(50)]
    async with table(rows, height=11) as (widget, pilot):
        await pilot.press("G")
        await pilot.resize_terminal(40, 5)
        await pause_until(lambda: widget.size.height == 5)
        assert widget.current == rows[-1]
        assert line_of_cursor(widget) == 4
        widget.set_rows([])
        assert widget.current is None
        widget.set_rows(rows[:3])
        assert widget.current in rows[:3]


async def test_the_cursor_is_where_it_was_when_the_rows_come_back() -> None:
    rows = [(str(i), f"row {i}") for i in range(50)]
    async with table(rows, height=11) as (widget, pilot):
        await pilot.press("pagedown", "pagedown", "k", "k")
        row, line = widget.current, line_of_cursor(widget)
        widget.set_rows([])
        await pilot.press("j")
        widget.set_rows([])
        widget.set_rows([("new", "new"), *rows])
        assert widget.current == row
        assert line_of_cursor(widget) == line


# --- filter


async def test_a_filter_keeps_the_cursor_on_its_row_if_it_is_shown() -> None:
    async with table() as (widget, _):
        widget.move_to("2")
        widget.query_text = "audit"
        assert names(widget) == ["audit", "prod-audit"]
        assert widget.current == ROWS[2]
        widget.query_text = "stag"
        assert widget.current == ROWS[3]
        widget.query_text = ""
        assert widget.current == ROWS[3]


async def test_a_filter_moves_a_cursor_that_was_not_moved_to_the_best_row() -> None:
    async with table([ROWS[6], ROWS[0]]) as (widget, _):
        widget.query_text = "aud"
        assert widget.current == ROWS[0]
        widget.query_text = ""
        widget.set_rows([ROWS[1], ROWS[6], ROWS[0]])
        assert widget.current == ROWS[0]


async def test_a_sort_counts_more_than_ranks() -> None:
    async with table() as (widget, _):
        widget.query_text = "aud"
        assert names(widget) == ["audit", "prod-audit", "claudia"]
        widget.sort("name", reverse=True)
        assert names(widget) == ["prod-audit", "claudia", "audit"]


async def test_rows_that_stream_in_are_filtered() -> None:
    async with table(ROWS[:2]) as (widget, _):
        widget.query_text = "audit"
        widget.set_rows(ROWS)
        assert names(widget) == ["audit", "prod-audit"]
        assert (len(widget.shown), widget.total) == (2, 7)


async def test_each_change_sends_one_message() -> None:
    async with table() as (widget, pilot):
        app = pilot.app
        assert isinstance(app, TableApp)
        assert app.messages == ["highlighted", "filtered"]
        app.messages.clear()
        widget.query_text = "prod"
        widget.query_text = "prod "
        widget.set_rows(ROWS)
        widget.move_to("2")
        await pilot.pause()
        assert app.messages == ["highlighted", "filtered", "highlighted"]


# --- marks


async def test_marks_are_kept_and_shown() -> None:
    async with table() as (widget, _):
        widget.toggle_mark()
        assert widget.current == ROWS[1]
        assert painted(widget)[1].startswith("  ◆ audit")
        widget.query_text = "stag"
        assert widget.marks.rows == [ROWS[0]]
        widget.query_text = ""
        widget.marks.clear()
        assert not widget.marks.rows
        assert "◆" not in "".join(painted(widget))


async def test_mark_shown_marks_all_rows_of_the_filter_and_they_stay_marked() -> None:
    async with table() as (widget, _):
        widget.query_text = "sandbox"
        widget.toggle_mark()
        widget.query_text = "prod"
        widget.marks.add(widget.shown)
        widget.marks.add(widget.shown)
        widget.query_text = ""
        widget.sort("name", reverse=True)
        assert [name for _, name in widget.marks.rows] == ["prod", "prod-audit", "sandbox"]
        assert widget.marks.count == 3
        widget.query_text = "staging"
        widget.marks.clear()
        assert widget.marks.count == 0


async def test_a_mark_outlasts_the_absence_of_its_row() -> None:
    async with table() as (widget, pilot):
        widget.marks.add(widget.shown)
        widget.move_to("1")
        widget.toggle_mark()
        widget.set_rows(ROWS[:3])
        assert (widget.marks.count, widget.marks.rows) == (2, [ROWS[0], ROWS[2]])
        widget.set_rows([])
        assert widget.marks.count == 0
        await pilot.pause()
        widget.set_rows([("1", "other"), *ROWS])
        assert widget.marks.count == 6
        assert any("◆" in line for line in painted(widget))


@given(texts=st.lists(st.tuples(any_text, any_text), min_size=1, max_size=4), query=any_text)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_every_line_is_as_wide_as_the_table(
    bare_table: VirtualTable[Row], texts: list[Row], query: str
) -> None:
    rows = [(str(i), safe(a + b)) for i, (a, b) in enumerate(texts)]
    bare_table.set_rows(rows)
    for query_text in ("", query):
        bare_table.query_text = query_text
        bare_table.toggle_mark()
        for line in lines(bare_table):
            assert line.cell_length == bare_table.size.width
            assert cell_len(line.text) == bare_table.size.width


@pytest.fixture
async def bare_table() -> AsyncIterator[VirtualTable[Row]]:
    async with table(height=8) as (widget, _):
        yield widget


async def test_a_click_on_the_border_moves_nothing() -> None:
    app = TableApp()
    app.table.wants_frame = True
    async with app.run_test(size=(80, 14)) as pilot:
        widget = app.table
        widget.set_rows([(str(i), f"row {i}") for i in range(40)])
        await pilot.pause()
        bottom = widget.size.height - 1
        await pilot.click(widget, offset=(10, bottom - 1))
        assert widget.position == len(widget.visible_items) - 1
        for border in (bottom, 0):
            await pilot.click(widget, offset=(10, border))
            assert (widget.position, widget.top) == (len(widget.visible_items) - 1, 0)
