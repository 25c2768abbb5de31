"""The widths of columns, and texts that fill them."""

from __future__ import annotations

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
    without_joiners,
)
from tests.support.small_table import COLUMNS, any_text


def column(minimum: int, maximum: int | None, weight: int, drop_order: int) -> Column[Any]:
    if maximum is not None:
        maximum = max(minimum, maximum)
    return Column("", "", str, None, minimum, maximum, weight, drop_order)


columns = st.lists(
    st.builds(
        column,
        st.integers(1, 20),
        st.none() | st.integers(1, 40),
        st.integers(0, 3),
        st.integers(0, 3),
    ),
    min_size=1,
    max_size=6,
)


@given(
    columns,
    st.lists(
        st.builds(ContentWidth, st.integers(0, 60), st.integers(0, 60)), min_size=6, max_size=6
    ),
    st.integers(0, 160),
)
def test_columns_fit_the_width_and_their_limits(
    columns: list[Column[Any]], content: list[ContentWidth], width: int
) -> None:
    widths = fit(columns, content[: len(columns)], width)
    shown = [(c, w) for c, w in zip(columns, widths, strict=True) if w]
    used = sum(w for _, w in shown) + GAP * max(0, len(shown) - 1)
    assert used <= max(width, 0)
    assert all(w <= (width if c.maximum is None else c.maximum) for c, w in shown)
    gone = [c.drop_order for c, w in zip(columns, widths, strict=True) if not w and c.drop_order]
    assert not gone or min(gone) >= max(c.drop_order for c, _ in shown) if shown else True
    if used < width and all(c.weight for c, _ in shown) and len(shown) == len(columns):
        assert all(w == c.maximum for c, w in shown)


def alike(*widths: int) -> list[ContentWidth]:
    return [ContentWidth(width, width) for width in widths]


def test_columns_are_left_out_in_their_order() -> None:
    four = [column(10, None, 1, drop_order) for drop_order in (0, 2, 1, 3)]
    for width, shown in [(46, 4), (45, 3), (33, 2), (21, 1), (9, 1)]:
        assert sum(w > 0 for w in fit(four, alike(10, 10, 10, 10), width)) == shown
    assert fit(four, alike(10, 10, 10, 10), 33) == [16, 0, 15, 0]


def test_spare_width_is_shared_by_weight_once_the_contents_fit() -> None:
    two = [column(4, None, 3, 0), column(4, None, 1, 0)]
    assert fit(two, alike(6, 12), 22) == [7, 13]
    assert fit(two, alike(6, 12), 28) == [12, 14]


def test_a_column_needs_the_width_of_its_longest_text() -> None:
    rows = [("1", "監査ログ"), ("22", "x")]
    assert content_widths(COLUMNS, rows) == alike(8, 5)
    rows += [(str(i), "x") for i in range(30)]
    assert content_widths(COLUMNS, rows)[0] == ContentWidth(6, 8)


def test_a_single_long_text_takes_no_room_from_other_columns() -> None:
    two = [column(4, None, 9, 0), column(4, None, 1, 0)]
    assert fit(two, [ContentWidth(8, 40), ContentWidth(12, 12)], 30) == [16, 12]


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
