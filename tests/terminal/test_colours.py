"""NO_COLOR, FORCE_COLOR, CLICOLOR and CLICOLOR_FORCE decide about colours."""

from __future__ import annotations

import io

import pytest

from rolecall.terminal import capabilities


class _Stream(io.StringIO):
    def __init__(self, is_terminal: bool) -> None:
        super().__init__()
        self._is_terminal = is_terminal

    def isatty(self) -> bool:
        return self._is_terminal


@pytest.mark.parametrize(
    ("environ", "in_terminal", "in_pipe"),
    [
        ({}, True, False),
        ({"TERM": "dumb"}, False, False),
        ({"NO_COLOR": "1"}, False, False),
        ({"NO_COLOR": ""}, True, False),
        ({"NO_COLOR": "1", "FORCE_COLOR": "1"}, False, False),
        ({"FORCE_COLOR": "1"}, True, True),
        ({"FORCE_COLOR": ""}, True, False),
        ({"FORCE_COLOR": "0"}, False, False),
        ({"CLICOLOR_FORCE": "1"}, True, True),
        ({"CLICOLOR_FORCE": "0"}, True, False),
        ({"CLICOLOR": "0"}, False, False),
        ({"CLICOLOR": "1"}, True, False),
        ({"CLICOLOR": "0", "CLICOLOR_FORCE": "1"}, True, True),
    ],
)
def test_variables_decide(environ: dict[str, str], in_terminal: bool, in_pipe: bool) -> None:
    assert capabilities.shows_colours(environ, _Stream(True)) is in_terminal
    assert capabilities.shows_colours(environ, _Stream(False)) is in_pipe


@pytest.mark.parametrize("name", ["CLICOLOR", "FORCE_COLOR"])
def test_the_full_screen_has_no_colours_either(name: str) -> None:
    environ = {"TERM": "xterm-256color", "COLORTERM": "truecolor"}
    assert capabilities.colours(environ) == 2**24
    assert capabilities.colours(environ | {name: "0"}) == 0
