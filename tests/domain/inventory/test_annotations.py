"""What a user and a team say about accounts."""

from __future__ import annotations

from typing import Any

import pytest

from rolecall.domain.inventory.annotations import (
    MOST_GROUPS,
    Annotation,
    TomlMistake,
    TomlProblem,
    annotations_of,
    merged,
)
from rolecall.domain.search.folding import Prose, SearchIndex
from rolecall.domain.search.query import Query
from tests.support.for_each import for_each

ID = "111122223333"


def test_what_the_user_says_comes_before_what_the_team_says() -> None:
    own = {ID: Annotation("mine", "", ("a",)), "2" * 12: Annotation("two")}
    shared = {ID: Annotation("theirs", "their note", ("b", "a")), "3" * 12: Annotation("three")}
    assert merged(own, shared) == {
        ID: Annotation("mine", "their note", ("a", "b")),
        "2" * 12: Annotation("two"),
        "3" * 12: Annotation("three"),
    }
    assert merged(own, {}) == own
    assert merged({}, shared) == shared


@for_each(
    ("value", "problem", "keys"),
    [
        ([], TomlProblem.NO_TABLE, ()),
        ({"12": {}}, TomlProblem.NO_ACCOUNT, ("12",)),
        ({"1111-2222-3333": {}}, TomlProblem.NO_ACCOUNT, ("1111-2222-3333",)),
        ({"１" * 12: {}}, TomlProblem.NO_ACCOUNT, ("１" * 12,)),
        ({ID: "x"}, TomlProblem.NO_TABLE, (ID,)),
        ({ID: {"alias": 3}}, TomlProblem.NO_STRING, (ID, "alias")),
        ({ID: {"alias": "x" * 65}}, TomlProblem.TOO_LONG, (ID, "alias")),
        ({ID: {"note": "x" * 1001}}, TomlProblem.TOO_LONG, (ID, "note")),
        ({ID: {"groups": "a"}}, TomlProblem.NO_LIST, (ID, "groups")),
        ({ID: {"groups": ["a b"]}}, TomlProblem.BAD_GROUP, (ID, "groups")),
        ({ID: {"groups": ["a\x1b"]}}, TomlProblem.BAD_GROUP, (ID, "groups")),
        ({ID: {"groups": [1]}}, TomlProblem.NO_STRING, (ID, "groups")),
        ({ID: {"groups": ["a"] * 33}}, TomlProblem.TOO_LONG, (ID, "groups")),
        ({ID: {"colour": "red"}}, TomlProblem.UNKNOWN_KEY, (ID, "colour")),
        ({ID: {"credential_process": "x"}}, TomlProblem.RUNS, (ID, "credential_process")),
    ],
)
def test_what_is_wrong_is_refused(value: Any, problem: TomlProblem, keys: tuple[str, ...]) -> None:
    with pytest.raises(TomlMistake) as caught:
        annotations_of(value)
    assert (caught.value.problem, caught.value.keys) == (problem, ("accounts", *keys))


def test_a_note_becomes_one_line_that_is_safe_to_show() -> None:
    said = annotations_of({ID: {"alias": " a\x1b[31m ", "note": "one\n\ntwo\u202e"}})[ID]
    assert said.alias == "a␛[31m"
    assert said.note == "one two\N{REPLACEMENT CHARACTER}"
    assert said.values() == {"alias": "a\x1b[31m", "note": "one two\u202e"}


ROWS = [
    ("one", "", "group:pay"),
    ("two", "", "group:eu group:payments"),
    ("three", Prose("not in group:pay"), "group:other"),
    ("four", "", ""),
    ("group", "", ""),
]
INDEX = SearchIndex.of(ROWS)


@for_each(
    ("query", "names"),
    [
        ("group:pay", ["one"]),
        ("GROUP:PAY", ["one"]),
        ("group:paym", ["two"]),
        ("group:payments", ["two"]),
        ("group:payments two", ["two"]),
        ("two group:pay", []),
        ("group:ay", []),
        ("group:xyz", []),
        ("group:eu group:payments", ["two"]),
        ("payments", ["two"]),
    ],
)
def test_a_group_is_found_by_its_whole_name_or_while_it_is_typed(
    query: str, names: list[str]
) -> None:
    assert [ROWS[i][0] for i in Query.parse(query).select(INDEX).rows] == names


def test_typing_a_group_on_finds_what_its_beginning_hid() -> None:
    selection = None
    for typed in ("group:", "group:p", "group:pay", "group:paym"):
        selection = Query.parse(typed).select(INDEX, selection)
    assert selection is not None
    assert [ROWS[i][0] for i in selection.rows] == ["two"]


def test_scattered_letters_are_not_found_in_notes() -> None:
    index = SearchIndex.of([("prod", Prose("ask before you deploy")), ("other", "abcd")])
    assert Query.parse("abd").select(index).rows == [1]
    assert Query.parse("prd").select(index).rows == [0]
    assert Query.parse("befor deploy").select(index).rows == [0]


def test_an_account_may_have_as_many_groups_as_are_allowed() -> None:
    groups = [f"g{number}" for number in range(MOST_GROUPS)]
    (found,) = annotations_of({"1" * 12: {"groups": groups}}).values()
    assert found.groups == tuple(groups)
    with pytest.raises(TomlMistake):
        annotations_of({"1" * 12: {"groups": [*groups, "more"]}})
