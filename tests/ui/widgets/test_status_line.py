"""The messages above the line of keys: none is lost before it can be read."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from textual.app import App, ComposeResult

from rolecall.ui.widgets.status_line import ERROR_SECONDS, StatusLine


class _StatusApp(App[None]):
    def compose(self) -> ComposeResult:
        yield StatusLine()


@pytest.fixture
async def line() -> AsyncIterator[StatusLine]:
    app = _StatusApp()
    async with app.run_test():
        yield app.query_one(StatusLine)


def warn(line: StatusLine, text: str) -> None:
    line.flash(text, "bold $warning", ERROR_SECONDS, asked=False)


def all_of(line: StatusLine) -> list[str]:
    """The messages, each read."""
    shown = []
    while line.text:
        shown.append(line.text)
        line.clear()
    return shown


async def test_an_answer_to_a_key_comes_at_once_and_a_warning_comes_back_after_it(
    line: StatusLine,
) -> None:
    warn(line, "The token expires soon.")
    line.flash("Copied.")
    assert all_of(line) == ["Copied.", "The token expires soon."]


async def test_a_warning_waits_until_the_message_before_can_be_read(line: StatusLine) -> None:
    line.flash("Saved.")
    warn(line, "One expires soon.")
    warn(line, "Another expires soon.")
    assert all_of(line) == ["Saved.", "One expires soon.", "Another expires soon."]


async def test_a_message_replaces_those_about_the_same(line: StatusLine) -> None:
    line.flash("Saved.")
    for text, about in (("No config.", "config"), ("Not renewed.", "token"), ("Ready.", "config")):
        line.flash(text, asked=False, about=about)
    assert all_of(line) == ["Saved.", "Not renewed.", "Ready."]


async def test_an_answer_about_the_same_replaces_a_warning_that_was_not_read(
    line: StatusLine,
) -> None:
    line.flash("No config.", asked=False, about="config")
    line.flash("Ready.", about="config")
    assert all_of(line) == ["Ready."]


async def test_an_answer_does_not_come_back(line: StatusLine) -> None:
    line.flash("Copied.")
    line.flash("Saved.")
    assert all_of(line) == ["Saved."]


async def test_the_same_warning_is_shown_once(line: StatusLine) -> None:
    warn(line, "The token expires soon.")
    warn(line, "The token expires soon.")
    assert all_of(line) == ["The token expires soon."]


async def test_a_message_that_is_longer_than_the_screen_says_so(line: StatusLine) -> None:
    line.flash("word " * 2_000)
    assert line.styles.height is not None
    assert line.styles.height.value == line.app.size.height - 2
    assert line.render().plain.endswith("word …")
