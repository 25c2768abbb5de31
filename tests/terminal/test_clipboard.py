"""What arrives at the clipboard, through tmux and GNU screen."""

from __future__ import annotations

import re
from base64 import b64decode

import pytest

from rolecall.terminal import capabilities
from rolecall.terminal.clipboard import ClipboardAccess, access, sequences

TEXT = "export AWS_SESSION_TOKEN='" + "x" * 900 + "'"
TMUX = {"TERM": "tmux-256color", "TMUX": "/tmp/tmux-0/default,1,0"}
SCREEN = {"TERM": "screen.xterm-256color", "STY": "1.pts-0"}


def through_screen(sent: str) -> str:
    """Return what GNU screen 4.0 passes on. It has room for strings of 256 bytes."""
    passed = re.findall(r"\x1bP([^\x1b]*(?:\x1b[^\\][^\x1b]*)*)\x1b\\", sent)
    assert all(len(piece) <= 256 for piece in passed)
    return "".join(passed)


def through_tmux(sent: str) -> str:
    """Return what tmux passes on with `allow-passthrough on` and without `set-clipboard on`."""
    passed = re.findall(r"\x1bPtmux;((?:[^\x1b]|\x1b\x1b)*)\x1b\\", sent)
    return "".join(passed).replace("\x1b\x1b", "\x1b")


def copied(sequence: str) -> set[str]:
    return {
        b64decode(text).decode() for text in re.findall(r"\x1b\]52;c;([^\x07\x1b]*)\x07", sequence)
    }


def test_a_text_arrives_through_tmux_and_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    assert copied(sequences(TEXT, {"TERM": "xterm"})) == {TEXT}
    assert copied(through_tmux(sequences(TEXT, TMUX))) == {TEXT}
    assert copied(through_tmux(through_tmux(sequences(TEXT, TMUX)))) == {TEXT}
    assert copied(through_screen(sequences(TEXT, SCREEN))) == {TEXT}
    both = {**TMUX, **SCREEN}
    monkeypatch.setattr(capabilities, "ancestors", lambda: ["bash", "screen", "tmux: server"])
    assert access(both) is ClipboardAccess.SCREEN
    assert copied(through_screen(sequences(TEXT, both))) == {TEXT}
    monkeypatch.setattr(capabilities, "ancestors", lambda: ["bash", "tmux: server", "screen"])
    assert access(both) is ClipboardAccess.TMUX
    assert copied(through_screen(through_tmux(sequences(TEXT, both)))) == {TEXT}
