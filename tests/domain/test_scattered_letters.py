"""Letters of a word with others between."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rolecall.domain.scattered_letters import rows_with

LONG = "x" * 700
fields = st.text("ab.*\\^", max_size=6) | st.just(LONG)
rows = st.lists(st.lists(fields, min_size=1, max_size=3).map("\n".join), max_size=6)
forms = st.text("ab.*\\^", min_size=1, max_size=4)


def has_letters(row: str, form: str) -> bool:
    """The rule in its simplest form."""
    for field in row.split("\n"):
        letters = iter(field)
        if all(letter in letters for letter in form):
            return True
    return False


@given(rows, forms)
def test_a_row_has_the_letters_in_one_of_its_fields_in_order(rows: list[str], form: str) -> None:
    expected = [i for i, row in enumerate(rows) if has_letters(row, form)]
    assert rows_with(rows, None, form) == expected
    some = list(range(0, len(rows), 2))
    assert rows_with(rows, some, form) == [i for i in some if i in expected]


@pytest.mark.parametrize("between", ["x", LONG])
def test_no_letter_counts_twice(between: str) -> None:
    assert rows_with([f"a{between}b", f"a{between}a\nb{between}a"], None, "aba") == []
    assert rows_with([f"a{between}b\nb", f"a{between}b{between}a"], None, "aba") == [1]
