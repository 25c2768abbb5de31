"""The rows that a filter shows, without a widget."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from rolecall.ui.widgets.table.columns import Column
from rolecall.ui.widgets.table.rows import TableRows
from tests.support.screens.small_table import COLUMNS, ROWS, Row


def test_texts_that_change_without_their_row_are_found_again() -> None:
    profiles = {"0": "old-name"}
    by_profile = Column[Row]("profile", "", lambda row: profiles.get(row[0], ""))
    model = TableRows([by_profile], lambda row: row[0])
    model.set_rows(ROWS)
    model.set_query("name")
    assert model.shown == [ROWS[0]]
    profiles.clear()
    profiles["4"] = "new-name"
    model.set_rows(ROWS)
    while model.fold_some(2)[0]:
        pass
    model.select_again()
    assert model.shown == [ROWS[4]]


def test_a_match_in_a_name_comes_before_one_in_another_column() -> None:
    id_ = Column[Row]("id", "ID", lambda row: row[0])
    name = Column[Row]("name", "Name", lambda row: row[1], is_name=True)
    model = TableRows([id_, name], lambda row: row[0])
    model.set_rows([("prod-1", "audit"), ("a", "reproduction"), ("b", "x-prod"), ("c", "prod-x")])
    model.set_query("prod")
    assert [name for _, name in model.shown] == ["prod-x", "x-prod", "reproduction", "audit"]


@given(st.lists(st.sampled_from(ROWS), max_size=9), st.sampled_from(["", "audit", "a", "x"]))
def test_rows_that_come_and_go_are_filtered_like_new_rows(rows: list[Row], query: str) -> None:
    model = TableRows(COLUMNS, lambda row: row[0])
    model.set_query(query)
    model.set_rows(ROWS)
    model.set_rows(rows)
    fresh = TableRows(COLUMNS, lambda row: row[0])
    fresh.set_rows([(key, name) for key, name in rows])
    fresh.set_query(query)
    assert list(model.shown) == list(fresh.shown)


@given(st.lists(st.sampled_from(["", "a", "au", "aud", "audit", "ax", "x", "pd"]), max_size=9))
def test_a_text_typed_after_others_finds_what_it_finds_at_once(texts: list[str]) -> None:
    model = TableRows(COLUMNS, lambda row: row[0])
    model.set_rows(ROWS)
    for text in texts:
        model.set_query(text)
        model.fold_some(2)
        fresh = TableRows(COLUMNS, lambda row: row[0])
        fresh.set_rows(ROWS)
        fresh.set_query(text)
        assert list(model.shown) == list(fresh.shown)
        assert model.scattered is fresh.scattered


def test_a_text_found_before_finds_rows_that_have_come_since() -> None:
    model = TableRows(COLUMNS, lambda row: row[0])
    model.set_rows(ROWS[:2])
    for text in ("a", "au", "a"):
        model.set_query(text)
    model.set_rows(ROWS)
    fresh = TableRows(COLUMNS, lambda row: row[0])
    fresh.set_rows(ROWS)
    fresh.set_query("a")
    assert list(model.shown) == list(fresh.shown)
    model.set_query("au")
    assert set(model.shown) <= set(fresh.shown)


def test_the_same_rows_are_not_prepared_again() -> None:
    model = TableRows(COLUMNS, lambda row: row[0])
    for rows, is_known in ((ROWS, False), (list(ROWS), True), (ROWS[::-1], False)):
        model.set_rows(rows)
        assert model.all_folded is is_known
        while model.fold_some(2)[0]:
            pass
        assert model.all_folded
