"""Progress in the tab: which terminals get it, and what clears it."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from rolecall.terminal import last_resort
from rolecall.terminal.tab_progress import TabProgress, is_taken
from tests.support.for_each import for_each

XTERM = {"TERM": "xterm-256color"}
WEZTERM = {**XTERM, "TERM_PROGRAM": "WezTerm"}
TMUX = {"TERM": "tmux-256color", "TMUX": "/x,1,0"}


@for_each(
    ("environ", "expected"),
    [
        (WEZTERM, True),
        ({**XTERM, "WT_SESSION": "5a-1"}, True),
        ({**XTERM, "ConEmuANSI": "ON"}, True),
        ({**XTERM, "ConEmuANSI": "OFF"}, False),
        ({"TERM": "xterm-ghostty"}, True),  # over SSH, only TERM is there
        ({**XTERM, "VTE_VERSION": "8000"}, True),
        ({**XTERM, "VTE_VERSION": "7600"}, False),
        ({**XTERM, "KONSOLE_VERSION": "260400"}, True),
        ({**XTERM, "KONSOLE_VERSION": "251203"}, False),
        ({**XTERM, "TERM_FEATURES": "T3CwLrMSc7UUw9Ts3BFGsSyHNoSxFP"}, True),
        ({**XTERM, "TERM_FEATURES": "T3CwLrMSc7UUw9Ts3BFGsSyHNoSxF"}, False),
        ({**XTERM, "TERM_PROGRAM": "iTerm.app"}, False),
        ({"TERM": "xterm-kitty"}, False),  # older ones show a notification
        ({"TERM": "foot"}, False),
        ({"TERM": "screen", "STY": "1.x", "WT_SESSION": "5a-1"}, False),
        ({"TERM": "tmux-256color", "WT_SESSION": "5a-1"}, False),  # tmux on the user's machine
        ({}, False),
    ],
)
def test_only_known_terminals_get_it(environ: Mapping[str, str], expected: bool) -> None:
    assert is_taken(environ) is expected


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("ghostty 1.2.0\non", True),
        ("WezTerm 20260101\nall", True),
        ("ghostty 1.2.0\noff", False),
        ("ghostty 1.2.0", False),
        ("xterm(390)\non", False),
        ("\non", False),
    ],
)
def test_in_tmux_the_terminal_around_it_counts(tmp_path: Path, answer: str, expected: bool) -> None:
    tmux = tmp_path / "tmux"
    tmux.write_text(f"#!{sys.executable}\nprint({answer!r})\n")
    tmux.chmod(0o755)
    assert is_taken({**TMUX, "PATH": str(tmp_path), "WT_SESSION": "5"}) is expected


def test_it_is_written_only_if_it_changes_and_cleared_once() -> None:
    written: list[str] = []
    tab = TabProgress(WEZTERM, written.append)
    tab.clear()
    tab.show(0, 0)
    for done in (0, 1, 1, 400):
        tab.show(done, 400)
    tab.clear()
    tab.clear()
    states = ["3;0", "1;0", "1;100", "0;0"]
    assert written == [f"\x1b]9;4;{each}\x1b\\" for each in states]


def test_what_was_cleared_for_another_program_is_shown_again() -> None:
    written: list[str] = []
    tab = TabProgress(WEZTERM, written.append)
    tab.show(1, 4)
    assert last_resort.undo() == "\x1b]9;4;0;0\x1b\\"
    tab.show(1, 4)
    assert written == ["\x1b]9;4;1;25\x1b\\"] * 2
    tab.clear()


def test_tmux_passes_it_on() -> None:
    written: list[str] = []
    tab = TabProgress(TMUX, written.append)
    tab.show(1, 2)
    tab.clear()
    states = ["1;50", "0;0"]
    assert written == [f"\x1bPtmux;\x1b\x1b]9;4;{each}\x1b\x1b\\\x1b\\" for each in states]
