"""Headers that some SDK does not see, and what makes them visible."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rolecall.files.aws_config.glued_headers import is_glued, separated


@pytest.mark.parametrize(
    "rest", ["", " ", "\r\n", " # old", " #old", " ; old", "\t; a # b", " #; x"]
)
def test_a_header_that_every_sdk_sees_is_not_glued(rest: str) -> None:
    assert not is_glued(f"[profile dev]{rest}")
    assert not is_glued(f"  [profile dev]{rest}")


@pytest.mark.parametrize(
    ("rest", "apart"),
    [
        ("# old\n", " # old\n"),
        (";old", " ;old"),
        (" old\r\n", " # old\r\n"),
        (" #", ""),
        ("#\n", "\n"),
        (" # ; old", " #; old"),
        ("# \t; old", " # \t; old"),
        (" old # ; older", " # old # ; older"),
    ],
)
def test_what_follows_the_bracket_becomes_a_comment(rest: str, apart: str) -> None:
    assert is_glued(f"[profile dev]{rest}")
    assert separated(f"[profile dev]{rest}") == f"[profile dev]{apart}"


@given(st.text("#; \tab="))
def test_every_sdk_sees_a_header_that_is_apart_from_what_follows(rest: str) -> None:
    assert not is_glued(separated(f"[profile dev]{rest}\n"))


@pytest.mark.parametrize("name", ["a#b", "a;b", "a # b", "a[b", "a]b"])
def test_a_name_with_brackets_or_comment_signs_stays_unseen(name: str) -> None:
    head = f"[profile {name}]\n"
    assert is_glued(head)
    assert is_glued(separated(head))
