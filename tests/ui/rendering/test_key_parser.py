"""Keys arrive as they were typed, however the line splits or joins them."""

from __future__ import annotations

from textual import events

from rolecall.ui.rendering.key_parser import KeyParser
from tests.support.for_each import for_each


def keys(*packets: str) -> list[str]:
    """Return the keys in these packets; `""` means that nothing came for a while."""
    parser = KeyParser()
    found: list[str] = []
    for packet in packets:
        if not packet:
            parser._parser._timeout_time = parser._parser._timeout_time and 0.0
        for message in parser.read(packet):
            assert isinstance(message, (events.Key, events.Paste, events.CursorPosition))
            match message:
                case events.Key():
                    found.append(message.key)
                case events.Paste():
                    found.append(f"paste {message.text}")
                case _:
                    found.append("answer")
    return found


@for_each(
    ("packets", "expected"),
    [
        (["\x1b", ""], ["escape"]),
        (["\x1b3"], ["escape", "3"]),
        (["\x1b", "3"], ["escape", "3"]),
        (["j\x1b", "\x1b", "q"], ["j", "escape", "escape", "q"]),
        (["\x1bO", ""], ["escape", "O"]),
        (["\x1b", "O", ""], ["escape", "O"]),
        (["\x1bO", "A"], ["up"]),
        (["\x1b", "[A"], ["up"]),
        (["\x1b[", "A"], ["up"]),
        (["\x1b", "\x1b[1;1R", ""], ["escape", "answer"]),
        (["\x1b[1;1R\x1b", ""], ["answer", "escape"]),
        (["\x1b[200~a b\x1b[201~", ""], ["paste a b"]),
        (["\x1b[200~ab\x1b", "[201~x"], ["paste ab", "x"]),
    ],
)
def test_an_escape_and_the_start_of_a_sequence_are_told_apart(
    packets: list[str], expected: list[str]
) -> None:
    assert keys(*packets) == expected


def test_an_answer_in_pieces_is_not_taken_for_an_escape() -> None:
    assert "escape" not in keys("\x1b[", "", "1;1R")
