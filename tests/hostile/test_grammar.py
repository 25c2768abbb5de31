"""The grammar accepts what rolecall paints, and finds each hostile text."""

from __future__ import annotations

from tests.hostile.grammar import violations
from tests.hostile.texts import PIECES, Texts
from tests.support.for_each import for_each

HARMLESS = {"emoji", "flags", "wide", "markup", "quotes", "private", "long"}


@for_each("name", PIECES)
@for_each("is_terminal", [True, False])
def test_every_hostile_text_is_found(name: str, is_terminal: bool) -> None:
    data = PIECES[name].encode("utf-8", "surrogatepass")
    found = list(violations(data, is_terminal=is_terminal))
    assert bool(found) is (name not in HARMLESS)


def test_painting_is_accepted() -> None:
    painted = b"\x1b[?1049h\x1b[1;1H\x1b[38;5;250;1mname\x1b[m\x1b7\x1b8\r\n\x1b[2J\x1b[3;9r\x1bM"
    assert not list(violations(painted))
    assert list(violations(painted, is_terminal=False))


def test_only_expected_links_are_accepted() -> None:
    link = b"\x1b]8;id=1f;https://device.example/\x1b\\x\x1b]8;;\x1b\\"
    assert not list(violations(link, {"https://device.example/"}))
    assert list(violations(link, {"https://other.example/"}))


def test_texts_are_the_same_for_a_seed() -> None:
    assert Texts(1).next("name") == Texts(1).next("name") != Texts(2).next("name")
