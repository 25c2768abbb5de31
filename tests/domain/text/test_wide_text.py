"""Wide characters: their cells, and where lines break."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rolecall.domain.text.wide_text import cells, pad, words, wrap

JAPANESE = "「許可セット」を選び、プロファイルとして保存します。AWS CLI で使えます。"


@pytest.mark.parametrize(
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
