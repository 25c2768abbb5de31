"""Text that was made safe to show, and what it was before."""

from __future__ import annotations

import pytest

from rolecall.domain.config.redaction import hide_secrets, safe_key
from rolecall.domain.text import SafeText, original, plain, safe, safe_lines, without_unsafe


@pytest.mark.parametrize("text", ["", "abc", "Zoë 東京", "👩\u200d🚀", "a b"])
def test_text_without_unsafe_characters_stays_the_same_object(text: str) -> None:
    assert safe(text) is text
    assert safe_lines(text) is text
    assert original(text) is text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[2J", "␛[2J"),
        ("\x00\x1f", "␀␟"),
        ("\x7f", "␡"),
        ("\x9b", "\ufffd"),
        ("a\u202eb", "a\ufffdb"),
        ("\ud800", "\ufffd"),
        ("a\nb", "a␊b"),
    ],
)
def test_each_unsafe_character_becomes_a_visible_one(text: str, shown: str) -> None:
    made = safe(text)
    assert (made, original(made)) == (shown, text)
    assert isinstance(made, SafeText)
    assert safe(made) is made


def test_of_many_marks_on_one_character_eight_are_kept() -> None:
    made = safe("e" + "\u0301" * 9)
    assert made == "e" + "\u0301" * 8 + "\ufffd"
    assert safe(made) is made


def test_a_laid_out_line_loses_what_takes_no_cells() -> None:
    assert without_unsafe("a\x1b\u202eé\u200b東") == "aé東"
    assert without_unsafe("e" + "\u0301" * 9) == "e" + "\u0301" * 8


def test_line_breaks_can_be_kept() -> None:
    assert safe_lines("a\x1b\nb") == "a␛\nb"


def test_plain_text_is_ascii() -> None:
    assert plain("é-東-ﬁ") == "e--fi"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("aws_secret_access_key = abc", "aws_secret_access_key = …"),
        ("AWS_SESSION_TOKEN: abc", "AWS_SESSION_TOKEN: …"),
        ("aws_security_token=", "aws_security_token="),
        ("aws_session_token =\n  abc\n\n  def\nk = v", "aws_session_token =\n  …\n\n  …\nk = v"),
        ("aws_secret_access_key = a\nk = v\n  w", "aws_secret_access_key = …\nk = v\n  w"),
        ("region = aws_session_token", "region = aws_session_token"),
    ],
)
def test_values_of_secret_keys_are_hidden(text: str, shown: str) -> None:
    assert hide_secrets(text) == shown
    lines = [f"+{line}" for line in text.split("\n")]
    assert hide_secrets("\n".join(lines), is_diff=True) == "\n".join(
        f"+{line}" for line in shown.split("\n")
    )


def test_a_key_that_may_be_a_secret_is_not_shown() -> None:
    assert safe_key("aws_session_token") == "aws_session_token"
    assert safe_key("a" * 36) == "a" * 36
    assert safe_key("a" * 37) == "…"
    assert safe_key("wJalr/XUtn") == "…"
