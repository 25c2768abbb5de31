"""Differences as people read them."""

from __future__ import annotations

from pathlib import Path

from rolecall.domain.config.file_change import Change
from rolecall.presentation.differences import difference
from tests.support.for_each import for_each


def of(before: str | None, after: str, *, deletes: bool = False) -> str:
    old = None if before is None else before.encode()
    return difference(Change(Path("~/.aws/config"), old, after.encode(), "", deletes=deletes))


@for_each(
    ("before", "after", "shown"),
    [
        (None, "a\nb\nc\n", "3 lines are added to ~/.aws/config.\n+a\n+b\n+c"),
        ("a\n", "a\nb\n", "1 line is added to ~/.aws/config.\n a\n+b"),
        ("a\nb\n", "a\n", "1 line is removed from ~/.aws/config.\n a\n-b"),
        ("a\nb\n", "a\nc\n", "1 line of ~/.aws/config changes.\n a\n-b\n+c"),
        (
            "a\nb\n",
            "a\nc\nd\n",
            "2 lines are added to ~/.aws/config. 1 line is removed.\n a\n-b\n+c\n+d",
        ),
        ("a\n", "a\n", ""),
    ],
)
def test_a_sentence_says_how_many_lines_change(before: str | None, after: str, shown: str) -> None:
    assert of(before, after) == shown


def test_a_file_that_is_deleted_loses_its_lines() -> None:
    assert of("a\n", "", deletes=True) == "1 line is removed from ~/.aws/config.\n-a"


def test_parts_that_are_apart_have_a_gap_between_them_and_no_positions() -> None:
    lines = [str(number) for number in range(12)]
    shown = of("\n".join(lines), "\n".join(["x", *lines, "y"]))
    assert shown.splitlines()[:6] == [
        *("2 lines are added to ~/.aws/config.", "+x", " 0", " 1", " 2", " ···")
    ]
    assert "@@" not in shown


def test_each_file_has_its_own_sentence() -> None:
    changes = [Change(Path(name), None, b"a\n", "") for name in ("one", "two")]
    wanted = "1 line is added to one.\n+a\n1 line is added to two.\n+a"
    assert difference(*changes) == wanted
