"""The table of rows below their groups: lines, folding, filter, order, marks, cursor."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager

from hypothesis import given, settings
from hypothesis import strategies as st
from textual.app import App, ComposeResult
from textual.pilot import Pilot

from rolecall.presentation.texts.inventory_strings import ROWS_NOUN
from rolecall.ui.widgets.table.grouped_table import GroupedTable, Heading
from tests.support.screens.small_table import COLUMNS, Row

ROWS: list[Row] = [("1", "prod"), ("2", "audit"), ("3", "sandbox"), ("4", "prod-audit")]
GROUPS: Mapping[str, Sequence[str]] = {"1": ("pay", "eu"), "2": ("eu",), "4": ("pay",)}


class TableApp(App[None]):
    pilot: Pilot[None]

    def __init__(self, groups: Mapping[str, Sequence[str]]) -> None:
        super().__init__()
        self.table = GroupedTable[Row](
            COLUMNS, lambda row: row[0], lambda row: groups.get(row[0], ()), ROWS_NOUN
        )
        self.highlighted = 0

    def compose(self) -> ComposeResult:
        yield self.table

    def on_virtual_table_highlighted(self) -> None:
        self.highlighted += 1


@asynccontextmanager
async def grouped(
    groups: Mapping[str, Sequence[str]] = GROUPS, rows: Sequence[Row] = ROWS
) -> AsyncIterator[GroupedTable[Row]]:
    app = TableApp(groups)
    async with app.run_test(size=(50, 14)) as pilot:
        app.table.set_rows(rows)
        await pilot.pause()
        app.pilot = pilot
        app.table.show_groups(True)
        app.table.action_first()
        yield app.table


def lines(table: GroupedTable[Row]) -> list[str]:
    return [_line(item) for item in table.items]


def _line(item: Heading | Row) -> str:
    if not isinstance(item, Heading):
        return item[1]
    count = item.total if item.shown == item.total else f"{item.shown}/{item.total}"
    return f"{'+' if item.is_folded else '-'} {item.group} {count}"


def under_cursor(table: GroupedTable[Row]) -> str:
    return lines(table)[table.position]


def painted(table: GroupedTable[Row]) -> list[str]:
    shown = table.render_lines(table.size.region)
    return [line.text.rstrip() for line in shown if line.text.strip(" │╭╮╰╯─")]


async def test_a_row_is_below_each_of_its_groups_and_those_without_one_come_last() -> None:
    async with grouped() as table:
        expected = ["- eu 2", "prod", "audit", "- pay 2", "prod", "prod-audit", "-  1", "sandbox"]
        assert lines(table) == expected
        assert (len(table.shown), table.total) == (4, 4)
        text = painted(table)
        assert [line.split()[-4:] for line in text if "▼" in line] == [
            ["▼", "eu", "2", "rows"],
            ["▼", "pay", "2", "rows"],
            ["no", "group", "1", "row"],
        ]
        assert all("group:" not in line for line in text)
        table.show_groups(False)
        assert lines(table) == [name for _, name in ROWS]


async def test_one_group_folds_and_the_cursor_goes_to_its_heading() -> None:
    async with grouped() as table:
        table.action_move(2)
        assert under_cursor(table) == "audit"
        table.fold(True)
        assert lines(table)[:3] == ["+ eu 2", "- pay 2", "prod"]
        assert under_cursor(table) == "+ eu 2"
        assert table.current is None
        assert table.current_rows == ROWS[:2]
        assert "► eu  2 rows" in painted(table)[1]
        table.fold(False)
        assert under_cursor(table) == "- eu 2"
        assert table.items[1] == ROWS[0]


async def test_all_groups_fold_and_unfold_and_the_cursor_keeps_its_group() -> None:
    async with grouped() as table:
        table.action_last()
        assert under_cursor(table) == "sandbox"
        table.fold_all(True)
        assert lines(table) == ["+ eu 2", "+ pay 2", "+  1"]
        assert under_cursor(table) == "+  1"
        table.fold_all(False)
        assert under_cursor(table) == "-  1"
        assert len(table.items) == 8


async def test_the_cursor_stays_on_its_row_when_groups_are_shown_and_hidden() -> None:
    async with grouped() as table:
        table.show_groups(False)
        table.action_last()
        table.show_groups(True)
        assert under_cursor(table) == "prod-audit"
        table.action_move(-1)
        assert (under_cursor(table), table.position) == ("prod", 4)
        table.set_rows([*ROWS, ("5", "new")])
        assert (under_cursor(table), table.position) == ("prod", 4)
        table.action_move(-1)
        assert table.heading == Heading("pay", 2, 2, is_folded=False)
        table.show_groups(False)
        assert under_cursor(table) == "prod"


async def test_the_heading_of_the_row_is_in_view_when_groups_are_shown() -> None:
    rows = [(str(number), f"name {number}") for number in range(40)]
    async with grouped({row[0]: ("all",) for row in rows}, rows) as table:
        for move, has_heading in (5, True), (20, False):
            table.show_groups(False)
            table.action_first()
            table.action_move(move)
            table.show_groups(True)
            assert under_cursor(table) == f"name {move}"
            assert any("▼ all" in line for line in painted(table)) == has_heading


async def test_moving_between_two_lines_of_one_row_or_two_headings_is_reported() -> None:
    async with grouped({"1": ("a", "b")}, ROWS[:1]) as table:
        app = table.app
        assert isinstance(app, TableApp)
        table.action_first()
        for move in (1, 1, 1):
            await app.pilot.pause()
            before = app.highlighted
            table.action_move(move)
            await app.pilot.pause()
            assert app.highlighted == before + 1, under_cursor(table)
        table.fold_all(True)
        table.action_first()
        await app.pilot.pause()
        before = app.highlighted
        table.action_move(1)
        await app.pilot.pause()
        assert app.highlighted == before + 1


async def test_a_filter_counts_in_headings_and_the_group_with_the_best_row_comes_first() -> None:
    async with grouped() as table:
        table.query_text = "audit"
        assert lines(table) == ["- eu 1/2", "audit", "- pay 1/2", "prod-audit"]
        assert table.current == ("2", "audit")
        table.query_text = "sand"
        assert lines(table) == ["-  1", "sandbox"]
        assert table.current == ("3", "sandbox")
        table.query_text = "pa"
        assert lines(table)[0].startswith("- pay")
        table.query_text = "zzz"
        assert lines(table) == []
        assert table.current is None
        table.query_text = ""
        assert len(table.items) == 8


async def test_a_filter_finds_rows_of_folded_groups_which_are_folded_again_without_it() -> None:
    async with grouped() as table:
        table.fold_all(True)
        table.query_text = "aud"
        assert lines(table) == ["- eu 1/2", "audit", "- pay 1/2", "prod-audit"]
        table.fold(True)
        assert lines(table)[:2] == ["+ eu 1/2", "- pay 1/2"]
        table.query_text = "audi"
        assert lines(table)[0] == "- eu 1/2"
        table.query_text = ""
        assert lines(table) == ["+ eu 2", "+ pay 2", "+  1"]


async def test_rows_are_sorted_in_their_groups() -> None:
    async with grouped() as table:
        table.sort("name")
        assert lines(table)[:6] == ["- eu 2", "audit", "prod", "- pay 2", "prod", "prod-audit"]
        table.sort("name", reverse=True)
        assert lines(table)[:6] == ["- eu 2", "prod", "audit", "- pay 2", "prod-audit", "prod"]
        table.query_text = "pro"
        assert lines(table) == ["- eu 1/2", "prod", "- pay 2", "prod-audit", "prod"]


async def test_a_mark_is_on_all_lines_of_a_row_and_a_heading_marks_its_group() -> None:
    async with grouped() as table:
        assert under_cursor(table) == "- eu 2"
        table.toggle_mark()
        assert under_cursor(table) == "prod"
        assert table.marks.rows == ROWS[:2]
        text = painted(table)
        assert "◆ ▼ eu  2 rows · 2 marked" in text[1]
        assert "  ▼ pay  2 rows · 1 marked" in text[4]
        assert sum("◆ prod " in line for line in text) == 2
        table.action_first()
        table.toggle_mark()
        assert table.marks.count == 0
        table.fold_all(True)
        table.action_first()
        table.toggle_mark()
        assert table.marks.rows == ROWS[:2]
        table.query_text = "sand"
        table.marks.add(table.shown)
        assert table.marks.count == 3


async def test_the_groups_of_rows_are_read_again_with_new_rows_only() -> None:
    groups = dict(GROUPS)
    async with grouped(groups) as table:
        groups["3"] = ("new",)
        table.query_text = "sand"
        assert lines(table) == ["-  1", "sandbox"]
        table.query_text = ""
        table.set_rows(ROWS)
        assert lines(table)[2:5] == ["audit", "- new 1", "sandbox"]


async def test_the_cursor_follows_a_row_to_another_group() -> None:
    groups = dict(GROUPS)
    async with grouped(groups) as table:
        table.action_move(2)
        assert under_cursor(table) == "audit"
        groups["2"] = ("pay",)
        table.set_rows(ROWS)
        assert under_cursor(table) == "audit"
        assert table.place_in_group == (Heading("pay", 3, 3, is_folded=False), 2)


_groups = st.dictionaries(
    st.sampled_from("123456"), st.lists(st.sampled_from(["a", "B", "c"]), unique=True)
)
_STEPS = [
    *("fold", "unfold", "fold_all", "unfold_all"),
    *("down", "up", "mark", "query", "groups", "sort"),
]
_steps = st.lists(st.sampled_from(_STEPS), max_size=12)


@settings(max_examples=25, deadline=None)
@given(_groups, _steps)
async def test_after_any_keys_the_lines_are_the_rows_of_their_groups(
    groups: Mapping[str, Sequence[str]], steps: Sequence[str]
) -> None:
    rows = [(key, f"name {key}") for key in "123456"]
    async with grouped(groups, rows) as table:
        for step in steps:
            {
                "fold": lambda: table.fold(True),
                "unfold": lambda: table.fold(False),
                "fold_all": lambda: table.fold_all(True),
                "unfold_all": lambda: table.fold_all(False),
                "down": lambda: table.action_move(1),
                "up": lambda: table.action_move(-1),
                "mark": table.toggle_mark,
                "query": lambda: setattr(table, "query_text", "" if table.query_text else "1"),
                "groups": lambda: table.show_groups(not table.is_grouped),
                "sort": lambda: table.sort("name", reverse=not table.sorted_by[1]),
            }[step]()
            assert 0 <= table.position < len(table.items)
            painted(table)
            if not table.is_grouped:
                assert list(table.items) == list(table.shown)
                continue
            headings = [each for each in table.items if isinstance(each, Heading)]
            below = [each for each in table.items if not isinstance(each, Heading)]
            assert len(below) == sum(each.shown for each in headings if not each.is_folded)
            wanted = {name for row in table.shown for name in groups.get(row[0]) or [""]}
            assert {each.group for each in headings} == wanted
            assert (table.current is None) == (table.heading is not None)
