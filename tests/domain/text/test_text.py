"""Text that was made safe to show, and what it was before."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from rolecall.domain.config.redaction import hide_secrets, safe_key
from rolecall.domain.text import SafeText, original, plain, safe, safe_lines, without_unsafe
from rolecall.domain.text.closest_match import close_matches, closest_match
from rolecall.domain.text.program_output import shown_line
from rolecall.domain.text.wide_text import cells, pad, words, wrap
from tests.support.for_each import for_each


@for_each("text", ["", "abc", "Zoë 東京", "👩\u200d🚀", "a b"])
def test_text_without_unsafe_characters_stays_the_same_object(text: str) -> None:
    assert safe(text) is text
    assert safe_lines(text) is text
    assert original(text) is text


@for_each(
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


@for_each(
    ("text", "shown"),
    [
        ("https://me:pass@acme.awsapps.com/start", "https://…@acme.awsapps.com/start"),
        ("https://me:pa/ss@w@acme.awsapps.com", "https://…@acme.awsapps.com"),
        ("https://me:pa ss@acme.awsapps.com", "https://…@acme.awsapps.com"),
        ("https://token@acme.awsapps.com", "https://…@acme.awsapps.com"),
        ("https://blog.example/@me", "https://blog.example/@me"),
        ("https://a.example/x?password=pw", "https://a.example/x?password=…"),
        ("https://a.example/x?a=1&id_token=pw&b=2#c", "https://a.example/x?a=1&id_token=…&b=2#c"),
        ("see https://a.example?pw=x or ask", "see https://a.example?pw=… or ask"),
        (
            "https://a.example/device?user_code=ABCD-EFGH",
            "https://a.example/device?user_code=ABCD-EFGH",
        ),
        ("see https://a.example, ask: me@a.example", "see https://a.example, ask: me@a.example"),
        ("arn:aws:sts::1:assumed-role/x/me@a", "arn:aws:sts::1:assumed-role/x/me@a"),
    ],
)
def test_an_address_is_shown_without_user_and_password(text: str, shown: str) -> None:
    assert safe(text) == shown
    assert original(safe(text)) == text


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


@for_each(
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


REGIONS = ["eu-west-1", "us-east-1", "us-east-2", "us-west-1", "us-west-2"]


@for_each(
    ("typed", "meant"),
    [
        ("us-esat-1", "us-east-1"),
        ("us-eats-2", "us-east-2"),
        ("us-east1", "us-east-1"),
        ("eu-wst-1", "eu-west-1"),
        ("moon", ""),
    ],
)
def test_the_name_with_one_slip_of_a_finger_comes_first(typed: str, meant: str) -> None:
    assert closest_match(typed, REGIONS) == meant


def test_there_are_at_most_three() -> None:
    assert len(close_matches("us-east-9", [f"us-east-{n}" for n in range(1, 6)])) == 3


@for_each(
    ("line", "shown"),
    [
        ("plain", "plain"),
        ("a\tb", "a       b"),
        ("dos\r\n", "dos"),
        (" 10 %\r 99 %\r100 %", "100 %"),
        ("\x1b[1;31mred\x1b[m", "\x1b[1;31mred\x1b[m\x1b[0m"),
        ("\x1b[38;5;200mpink", "\x1b[38;5;200mpink\x1b[0m"),
        ("\x1b[2J\x1b[Hclean", "clean"),
        ("\x1b]0;title\x07text\x1b]8;;http://x\x1b\\link", "textlink"),
        ("\x1b]0;unfinished", ""),
        ("\x1bPq#0~\x1b\\sixel", "sixel"),
        ("\x1bcreset\x1b(0", "reset"),
        ("bell\x07 \x9b31m", "bell\u2407 \ufffd31m"),
        ("\u202eabc", "\ufffdabc"),
    ],
)
def test_a_line_keeps_its_colours_and_nothing_else(line: str, shown: str) -> None:
    assert shown_line(line) == shown


JAPANESE = "「許可セット」を選び、プロファイルとして保存します。AWS CLI で使えます。"


@for_each(
    ("text", "width"), [("", 0), ("abc", 3), ("許可セット", 10), ("ﾌﾟ…×", 4), ("7時間12分", 9)]
)
def test_a_wide_character_needs_two_cells(text: str, width: int) -> None:
    assert cells(text) == width
    assert cells(pad(text, 12)) == 12


def test_lines_break_between_wide_characters_but_not_before_a_full_stop() -> None:
    assert wrap(JAPANESE, 26) == [
        "「許可セット」を選び、",
        "プロファイルとして保存しま",
        "す。AWS CLI で使えます。",
    ]
    for width in range(16, 80):
        lines = wrap(JAPANESE, width)
        assert all(cells(line) <= width for line in lines)
        assert not any(line[0] in "、。」" or line[-1] == "「" for line in lines)


def test_lines_do_not_break_inside_a_bracket_or_quotation_mark() -> None:
    text = "サインアウトします (ブラウザも)。“削除”は AWS(検証)です。"
    for width in range(14, 60):
        lines = wrap(text, width)
        assert not any(line[-1] in "(“" or line[0] in ")”。" for line in lines), lines


def test_english_breaks_at_spaces_only() -> None:
    text = "`awsp -` returns to the (previous) profile."
    assert [word.strip() for _, _, word in words(text)] == text.split()


@given(st.text(st.sampled_from("ab 許可「」。、ーセッ（）()“”\n…· "), max_size=40))
def test_the_words_are_the_whole_text(text: str) -> None:
    if text.strip():
        assert "".join(word for _, _, word in words(text)) == text
        assert all(text[start:end] == word for start, end, word in words(text))
