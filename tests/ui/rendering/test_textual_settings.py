"""Textual gets rolecall's settings, and the environment stays that of the user."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import pytest
from textual.app import ComposeResult
from textual.color import Color
from textual.drivers.headless_driver import HeadlessDriver
from textual.screen import Screen
from textual.widgets import Static

from rolecall.ui.rendering.terminal_app import KeptStylesheet, TerminalApp
from tests.support.for_each import for_each
from tests.support.programs import completed

FULL_SCREEN = """
from rolecall.ui.rendering import textual_settings
textual_settings.use(chooses_colours=True)
"""
PICKER = "import rolecall.ui.picker.run"
SCRIPT = """
import os
before = dict(os.environ)
{start}
assert dict(os.environ) == before
from textual import constants
print(constants.MAX_FPS, constants.COLOR_SYSTEM)
"""


@pytest.mark.thorough
@for_each(
    ("start", "own", "expected"),
    [
        (FULL_SCREEN, {"TERM": "xterm-256color"}, "240 256"),
        (FULL_SCREEN, {"TERM": "xterm-256color", "COLORTERM": "truecolor"}, "240 auto"),
        (FULL_SCREEN, {"TERM": "xterm-256color", "TEXTUAL_FPS": "30"}, "30 256"),
        (FULL_SCREEN, {"TEXTUAL_COLOR_SYSTEM": "256"}, "240 256"),
        (PICKER, {"TERM": "xterm-256color"}, "240 auto"),
        (PICKER, {"TEXTUAL_FPS": "30"}, "30 auto"),
    ],
)
def test_what_the_user_has_set_comes_first(start: str, own: dict[str, str], expected: str) -> None:
    done = completed([sys.executable, "-c", SCRIPT.format(start=start)], own, check=False)
    assert (done.stdout.strip(), done.stderr) == (expected, "")


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


class Narrow(Screen[None]):
    """A screen with a separate style sheet."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.css_path = [path]
        self.styles_in_compose = False

    def compose(self) -> ComposeResult:
        self.styles_in_compose = self.app.stylesheet.has_source(str(self.css_path[0]))
        yield Static("narrow")


async def test_the_style_sheet_of_a_screen_is_there_before_its_widgets(tmp_path: Path) -> None:
    if sys.version_info >= (3, 12):  # as in Textual's run()
        asyncio.get_running_loop().set_task_factory(asyncio.eager_task_factory)
    path = tmp_path / "narrow.tcss"
    path.write_text("Narrow { align: center middle; } Narrow Static { width: 7; }")
    app = TerminalApp[None](HeadlessDriver)
    async with app.run_test():
        assert app.stylesheet.rules_map  # is kept, until the style sheets are parsed again
        await app.push_screen(screen := Narrow(path))
        assert screen.styles_in_compose
        assert screen.styles.align == ("center", "middle")
        assert screen.query_one(Static).size.width == 7
