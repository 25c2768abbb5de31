"""The terminal from the launch image to Textual."""

from __future__ import annotations

import os
import pty
import termios

import pytest

from rolecall.terminal.cell_style import PLAIN
from rolecall.terminal.launch import Launch
from rolecall.terminal.launch_image import Picture


def test_an_image_that_is_not_shown_leaves_the_screen_alone(
    capfd: pytest.CaptureFixture[str],
) -> None:
    outer, inner = pty.openpty()
    launch = Launch(Picture([[("a", PLAIN)]], False), inner)
    os.close(inner)
    os.close(outer)
    with pytest.raises(termios.error):
        launch.begin()
    launch.end()
    assert not capfd.readouterr().err
