"""The widths of columns, and texts that fill them."""

from __future__ import annotations

from operator import itemgetter
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from rolecall.domain.text import safe
from rolecall.ui.widgets.table.columns import (
    GAP,
    Column,
    ContentWidth,
    content_widths,
    fit,
    fit_text,
    row_widths,
    without_joiners,
)
from tests.support.screens.small_table import COLUMNS, any_text


def column(minimum: int, drop_order: int, *, is_name: bool = False) -> Column[Any]:
    return Column("", "", str, None, minimum, drop_order, is_name=is_name)


columns = st.lists(
    st.builds(column, st.integers(1, 20), st.integers(0, 3), is_name=st.booleans()),
    min_size=1,
    max_size=6,
)


@given(
    columns,
    st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), min_size=6, max_size=6),
    st.integers(0, 160),
)
def test_columns_fit_the_width(
    columns: list[Column[Any]], lengths: list[tuple[int, int]], width: int
) -> None:
    content = [ContentWidth(min(each), max(each)) for each in lengths[: len(columns)]]
    widths = fit(columns, content, width)
    shown = [(c, w, n) for c, w, n in zip(columns, widths, content, strict=True) if w]
    assert sum(w for _, w, _ in shown) + GAP * max(0, len(shown) - 1) <= width
    assert all(w <= max(c.minimum, n.all) for c, w, n in shown)
    assert all(w >= c.minimum for c, w, _ in shown if c.drop_order and not c.is_name)
    cut = [w < n.most for c, w, n in zip(columns, widths, content, strict=True) if c.is_name]
    assert not any(cut) or not any(w for c, w, _ in shown if c.drop_order and not c.is_name)


def alike(*widths: int) -> list[ContentWidth]:
    return [ContentWidth(width, width) for width in widths]


def test_columns_are_left_out_before_a_name_is_cut() -> None:
    name, kind, id_ = column(4, 1, is_name=True), column(7, 1), column(12, 2)
    for width, widths in [
        *((90, [64, 8, 12]), (88, [64, 8, 12]), (87, [64, 8, 0]), (73, [64, 7, 0])),
        *((72, [64, 0, 0]), (64, [64, 0, 0]), (40, [40, 0, 0])),
    ]:
        assert fit([name, kind, id_], alike(64, 8, 12), width) == widths


def test_a_few_very_long_names_take_no_room_from_other_columns() -> None:
    name = ContentWidth(20, 80, frozenset({12, 20, 26, 80}))
    two = [column(4, 1, is_name=True), column(12, 1)]
    assert fit(two, [name, *alike(20)], 50) == [26, 20]
    assert fit(two, [name, ContentWidth(16, 20)], 47) == [26, 19]
    assert fit(two, [name, *alike(20)], 82) == [26, 20]
    assert fit(two, [name, *alike(20)], 102) == [80, 20]
    assert fit(two, [ContentWidth(60, 80, name.steps), *alike(20)], 50) == [50, 0]


def test_a_long_name_takes_the_cells_after_it_in_its_row() -> None:
    name, id_, verdict = column(4, 1, is_name=True), column(12, 1), column(4, 0)
    shown = [(name, 20), (id_, 12), (id_, 4)]
    for length, widths in [
        *((20, [20, 12, 4]), (21, [34, 0, 4]), (34, [34, 0, 4]), (35, [40, 0, 0])),
        *((41, [43, 0, 0]), (90, [43, 0, 0])),
    ]:
        assert row_widths(shown, [length, 12, 4], 3) == widths
    assert row_widths([(name, 20), (id_, 12), (verdict, 4)], [90, 12, 4], 3) == [34, 0, 4]
    two = [(name, 20), (name, 12), (id_, 12)]
    for lengths, widths in [
        *(([20, 20, 12], [20, 26, 0]), ([28, 10, 12], [28, 18, 0]), ([21, 11, 12], [21, 11, 12])),
        *(([30, 19, 12], [30, 19, 0]), ([90, 10, 12], [39, 10, 0]), ([90, 90, 9], [20, 29, 0])),
    ]:
        assert row_widths(two, lengths, 3) == widths


words = st.text("ab ", min_size=0, max_size=90)


@given(columns, st.lists(st.lists(words, min_size=6, max_size=6), min_size=1), st.integers(0, 180))
def test_a_name_is_cut_only_if_no_other_cell_could_give_way(
    columns: list[Column[Any]], rows: list[list[str]], width: int
) -> None:
    columns = [each._replace(text=itemgetter(i)) for i, each in enumerate(columns)]
    widths = fit(columns, content_widths(columns, rows), width)
    shown = [(column, cells) for column, cells in zip(columns, widths, strict=True) if cells]
    spare = width - sum(cells + GAP for _, cells in shown) + GAP if shown else width
    for column, cells in shown:
        if not column.stays:
            assert len({column.text(row) for row in rows}) > 1 or len(rows) == 1
            assert cells >= column.minimum
    for row in rows:
        lengths = [column.length(row) for column, _ in shown]
        in_row = row_widths(shown, lengths, spare)
        assert sum(cells + GAP for cells in in_row if cells) - GAP <= width
        for i, (column, _) in enumerate(shown):
            if column.is_name and in_row[i] < lengths[i]:
                after = zip(shown[i + 1 :], in_row[i + 1 :], strict=True)
                kept = (column for (column, _), cells in after if cells)
                assert next((not each.drop_order for each in kept if not each.is_name), True)


def test_of_several_names_the_widest_is_cut_first() -> None:
    names = [column(4, 1, is_name=True)] * 2
    assert fit(names, alike(40, 12), 46) == [32, 12]
    assert fit(names, alike(40, 30), 46) == [22, 22]


def test_an_important_column_takes_its_room_before_others() -> None:
    three = [column(4, 1, is_name=True), column(12, 2), column(12, 1)]
    assert fit(three, alike(20, 20, 30), 60) == [20, 0, 30]
    assert fit(three, alike(20, 20, 30), 68) == [20, 14, 30]
    assert fit(three, alike(20, 20, 30), 90) == [20, 20, 30]


def test_a_column_that_is_always_there_keeps_its_minimum_beside_a_name() -> None:
    two = [column(4, 1, is_name=True), column(10, 0)]
    assert fit(two, alike(40, 20), 40) == [28, 10]
    assert fit(two, alike(40, 20), 56) == [40, 14]


def test_a_column_that_says_the_same_about_all_rows_is_not_shown() -> None:
    name = Column[str]("name", "Name", lambda row: row, is_name=True)
    kind = Column[str]("kind", "Kind", lambda row: "SSO" if row else "role")
    assert fit([name, kind], content_widths([name, kind], ["a", "b"]), 40) == [6, 0]
    assert fit([name, kind], content_widths([name, kind], ["a", ""]), 40) == [6, 6]
    assert fit([name, kind], content_widths([name, kind], ["a"]), 40) == [6, 6]
    assert fit([name, kind], content_widths([name, kind], []), 40) == [6, 0]
    keys = kind._replace(drop_order=0)
    assert fit([name, keys], content_widths([name, keys], ["a", "b"]), 40) == [6, 6]
    keys = keys._replace(text=lambda _: "")
    assert fit([name, keys], content_widths([name, keys], ["a", "b"]), 40) == [6, 0]
    live = kind._replace(is_live=True)
    assert fit([name, live], content_widths([name, live], ["a", "b"]), 40) == [6, 6]


def test_a_column_needs_the_width_of_its_longest_text() -> None:
    rows = [("1", "監査ログ"), ("22", "x")]
    assert content_widths(COLUMNS, rows) == alike(8, 3)
    rows += [(str(i), "x") for i in range(30)]
    assert content_widths(COLUMNS, rows)[0] == ContentWidth(6, 8)
    names = [COLUMNS[0]._replace(is_name=True)]
    for length, most in ((7, 7), (8, 6), (60, 6)):
        assert content_widths(names, [*rows[2:], ("x", "x" * length)])[0].most == most


def test_a_single_long_text_takes_no_room_from_other_columns() -> None:
    two = [column(4, 1), column(4, 2)]
    assert fit(two, [ContentWidth(8, 40), ContentWidth(12, 12)], 30) == [16, 12]


def test_the_longest_name_counts_wherever_it_is() -> None:
    name = Column[str]("name", "Name", lambda row: row, is_name=True)
    rows = ["x"] * 70 + ["監査ログ" * 4] + ["x"] * 900
    assert content_widths([name], rows)[0].all == 32


@given(any_text, st.integers(0, 24), st.sampled_from(["left", "right"]))
def test_a_text_fills_its_cells_exactly(text: str, width: int, align: Any) -> None:
    text = without_joiners(safe(text))
    fitted = fit_text(text, width, align)
    assert cell_len(fitted.text) == width
    assert fitted.text[fitted.start : fitted.start + fitted.kept] == text[: fitted.kept]


def test_a_wide_character_is_not_halved() -> None:
    assert fit_text("監査ログ", 6).text == "監査… "
    assert fit_text("監査ログ", 7).text == "監査ロ…"
    assert fit_text("監査ログ", 8).text == "監査ログ"
    assert fit_text("監査ログ", 0).text == ""
    assert fit_text("e\u0301e\u0301e\u0301", 2).text == "e\u0301…"
