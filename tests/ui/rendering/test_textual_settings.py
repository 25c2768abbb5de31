"""Textual gets rolecall's settings, and the environment stays that of the user."""

from __future__ import annotations

import subprocess
import sys

import pytest

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


@pytest.mark.parametrize(
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
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT.format(start=start)],
        env=own,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout.strip(), done.stderr) == (expected, "")
