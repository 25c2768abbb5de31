"""A style sheet is parsed again only if a variable has another value."""

from __future__ import annotations

from textual.color import Color

from rolecall.ui.rendering.kept_stylesheet import KeptStylesheet


def test_sources_are_parsed_again_only_for_other_variables() -> None:
    sheet = KeptStylesheet({"tint": "red"})
    sheet.add_source("Static { color: $tint; }", read_from=("a", ""))
    (first,) = sheet.rules
    sheet.set_variables({"tint": "red"})
    sheet.add_source("Input { color: $tint; }", read_from=("b", ""))
    sheet.reparse()
    again, added = sheet.rules
    assert again is first
    sheet.set_variables({"tint": "blue"})
    sheet.reparse()
    assert [rule.styles.color for rule in sheet.rules] == [Color.parse("blue")] * 2
    assert {rule.styles.color for rule in (first, added)} == {Color.parse("red")}
