"""Names of roles. tests/cli/profiles/test_role_words.py tests what words mean, in all commands."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import rolecall
from rolecall.domain.search.folding import SearchIndex
from rolecall.domain.search.role_search import named
from rolecall.domain.search.scattered_letters import rows_with
from tests.support.for_each import for_each

NAMES = ["ReadOnly", "role/ReadOnly", "role/Ops", "role/a/Deploy", "role/b/Deploy", "role/x/Ops2"]


@for_each(
    ("name", "found"),
    [
        ("ReadOnly", ["ReadOnly"]),  # a permission set comes before a role with that short name
        ("role/ReadOnly", ["role/ReadOnly"]),
        ("Ops", ["role/Ops"]),
        ("x/Ops2", ["role/x/Ops2"]),
        ("Deploy", ["role/a/Deploy", "role/b/Deploy"]),
        ("b/Deploy", ["role/b/Deploy"]),
        ("ops", []),
        ("Op", []),
        ("", []),
    ],
)
def test_a_role_is_named_in_full_or_without_its_path(name: str, found: list[str]) -> None:
    assert named(name, NAMES) == found


def test_only_this_module_searches_roles() -> None:
    """The log searches its own entries, and a table those that it shows."""
    package = Path(rolecall.__file__).parent
    users = {
        path.relative_to(package).as_posix()
        for path in package.rglob("*.py")
        if "domain/search/query.py" not in path.as_posix() and "SearchIndex" in path.read_text()
    }
    assert users == {
        *(
            "domain/search/folding.py",
            "domain/search/scattered_letters.py",
            "domain/search/query_word.py",
        ),
        *("domain/search/role_search.py", "services/log/hand_outs.py", "ui/widgets/table/rows.py"),
    }


LONG = "x" * 700
LETTERS = "ab.*\\^é日\ud800"
fields = st.text(f"{LETTERS}\2\3", max_size=6) | st.just(LONG)
rows = st.lists(st.lists(fields, min_size=1, max_size=3).map("\n".join), max_size=6)
forms = st.text(f"{LETTERS}\2", min_size=1, max_size=4)


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
    index = SearchIndex(rows)
    assert rows_with(index, None, form) == expected
    some = list(range(0, len(rows), 2))
    assert rows_with(index, some, form) == [i for i in some if i in expected]


@pytest.mark.parametrize("between", ["x", LONG])
def test_no_letter_counts_twice(between: str) -> None:
    without = SearchIndex([f"a{between}b", f"a{between}a\nb{between}a"])
    assert rows_with(without, None, "aba") == []
    second = SearchIndex([f"a{between}b\nb", f"a{between}b{between}a"])
    assert rows_with(second, None, "aba") == [1]


def test_a_changed_row_is_searched_as_it_is_now() -> None:
    index = SearchIndex(["a-b", "c-d"], [" a b ", " c d "])
    assert rows_with(index, None, "cd") == [1]
    index.replace(1, "c", " c ")
    index.replace(0, "c--d", " c d ")
    assert rows_with(index, None, "cd") == [0]


def test_letters_that_no_row_can_have_join_no_rows() -> None:
    assert rows_with(SearchIndex(["a", "b"]), None, "a\2b") == []


def test_letters_of_other_scripts_are_not_taken_apart() -> None:
    index = SearchIndex(["aÃ©", "añé", "日b本"])  # Ã© has the bytes of é, with others between
    assert rows_with(index, None, "aé") == [1]
    assert rows_with(index, None, "日本") == [2]


def test_a_row_with_control_characters_is_one_row() -> None:
    assert rows_with(SearchIndex(["a\2\3b", "cd"]), None, "cd") == [1]
