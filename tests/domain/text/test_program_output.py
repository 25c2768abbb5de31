"""What a program has written is shown with its colours, and controls nothing else."""

from __future__ import annotations

import pytest

from rolecall.domain.text.program_output import shown_line


@pytest.mark.parametrize(
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
