"""A typed command is split as a shell does, and what only a shell understands is found."""

from __future__ import annotations

import pytest

from rolecall.domain.process import debug_log
from rolecall.domain.process.command_line import shell_sign, words_of
from tests.support.for_each import for_each


@for_each(
    ("line", "words"),
    [
        ("", []),
        ("  aws  s3 ls ", ["aws", "s3", "ls"]),
        ("sh -c 'a | b; $(c)'", ["sh", "-c", "a | b; $(c)"]),
        ('a "b c"d \\ e', ["a", "b cd", " e"]),
        ("a # b", ["a", "#", "b"]),
        ("a $HOME `b` * ~", ["a", "$HOME", "`b`", "*", "~"]),
    ],
)
def test_quotes_make_one_word(line: str, words: list[str]) -> None:
    assert words_of(line) == words


@pytest.mark.parametrize("line", ["a 'b", 'a "b', "a \\"])
def test_a_quotation_that_does_not_end_is_an_error(line: str) -> None:
    with pytest.raises(ValueError, match="No "):
        words_of(line)


@for_each(
    ("line", "sign"),
    [
        ("a | b", "|"),
        ("a && b", "&&"),
        ("a 2>x", ">"),
        ("a;b", ";"),
        ("sh -c 'a | b'", ""),
        ('aws --query "a[?b>c]"', ""),
        ("a \\| b", ""),
        ('a "\\" | b" c', ""),
        ("", ""),
    ],
)
def test_what_only_a_shell_understands_is_found_outside_quotes(line: str, sign: str) -> None:
    assert shell_sign(line) == sign


def test_a_note_is_written_only_while_there_is_a_log() -> None:
    lines: list[str] = []
    debug_log.note("before")
    debug_log.write_to(lines.append)
    debug_log.note("a")
    debug_log.write_to(None)
    debug_log.note("after")
    assert lines == ["a"]
