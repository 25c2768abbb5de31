"""Traits of the environment and colours of the terminal, and their texts."""

from __future__ import annotations

import io
import re
from base64 import b64decode

import pytest

from rolecall.domain.link import link_of
from rolecall.presentation.texts import program_strings
from rolecall.terminal import browser, capabilities
from rolecall.terminal.browser import OpenResult
from rolecall.terminal.capabilities import Glyphs
from rolecall.terminal.clipboard import ClipboardAccess, access, sequences
from rolecall.terminal.environment import Trait, traits
from rolecall.terminal.glyphs import REPLACEMENTS
from tests.support.for_each import for_each

TERM = {"TERM": "xterm-256color"}


@for_each(
    ("environ", "trait"),
    [
        ({"SSH_CONNECTION": "10.0.0.1 1 10.0.0.2 22"}, Trait.SSH),
        ({"SSH_TTY": "/dev/pts/1"}, Trait.SSH),
        ({"TMUX": "/tmp/tmux-0/default,1,0", "TERM": "screen"}, Trait.TMUX),
        ({"TERM": "tmux-256color"}, Trait.TMUX),
        ({"STY": "1.pts-0", "TERM": "screen"}, Trait.SCREEN),
        ({"STY": "1.pts-0", "TERM": "screen-256color"}, Trait.SCREEN),
        ({"TERM": "screen.xterm-256color"}, Trait.SCREEN),
        ({"WSL_DISTRO_NAME": "Debian"}, Trait.WSL),
        ({"TERM_PROGRAM": "vscode"}, Trait.VS_CODE),
        ({"TERMINAL_EMULATOR": "JetBrains-JediTerm"}, Trait.JETBRAINS),
        ({"AWS_EXECUTION_ENV": "CloudShell"}, Trait.CLOUDSHELL),
        ({"CODESPACES": "true"}, Trait.CODESPACES),
        ({"container": "podman"}, Trait.CONTAINER),
        ({"TERM": "linux"}, Trait.LINUX_CONSOLE),
        ({"TERM": "linux"}, Trait.NO_CLIPBOARD),
        ({"NO_COLOR": "1"}, Trait.NO_COLOUR),
        ({"ACCESSIBLE": "1"}, Trait.PLAIN),
        ({"TERM": "xterm"}, Trait.FEW_COLOURS),
        ({"LANG": "C"}, Trait.ASCII),
        ({"LC_ALL": "POSIX", "LANG": "de_DE.UTF-8"}, Trait.ASCII),
    ],
)
def test_each_trait_is_found_only_in_its_environment(environ: dict[str, str], trait: Trait) -> None:
    assert trait in traits({**TERM, **environ})
    assert trait not in traits(TERM)
    assert program_strings.TRAITS[trait]


def test_the_plain_mode_is_the_reason_why_there_are_no_colours() -> None:
    assert traits({**TERM, "ACCESSIBLE": "1"}) == [Trait.PLAIN]


def test_every_trait_has_a_text() -> None:
    assert set(program_strings.TRAITS) == set(Trait)


@for_each(
    ("environ", "count"),
    [
        ({"TERM": "xterm-256color"}, 256),
        ({"TERM": "xterm-256color", "COLORTERM": "truecolor"}, 2**24),
        ({"TERM": "xterm"}, 16),
        ({"TERM": "screen", "TMUX": "/tmp/tmux-0/default,1,0"}, 256),
        ({"TERM": "linux"}, 8),
        ({"TERM": "xterm-256color", "NO_COLOR": "1"}, 0),
    ],
)
def test_colours_are_counted(environ: dict[str, str], count: int) -> None:
    assert capabilities.colours(environ) == count
    assert program_strings.colours(count)


def test_replacements_are_ascii_and_as_wide_as_the_sign() -> None:
    for sign in REPLACEMENTS[Glyphs.ASCII].values():
        assert sign.isascii()
        assert len(sign) == 1
    assert "█▀".translate(REPLACEMENTS[Glyphs.CONSOLE]) == "█▀"
    assert "●▌…".translate(REPLACEMENTS[Glyphs.CONSOLE]) == "*▌~"


def test_the_first_command_in_browser_is_used_with_its_options() -> None:
    assert browser.opener({"BROWSER": "firefox -P 'my own' %s:w3m"}) == ["firefox", "-P", "my own"]
    over_ssh = {"BROWSER": "firefox", "SSH_CONNECTION": "1 2 3 4"}
    assert browser.opener(over_ssh) == ["firefox"]


def test_a_browser_with_an_open_quote_is_ignored() -> None:
    assert browser.opener({"BROWSER": "firefox -P 'my"}) is None


def test_over_ssh_only_the_browser_of_a_variable_opens_a_link() -> None:
    """VS Code sets it to a program that opens links on the machine of the user."""
    link = link_of("https://acme.awsapps.com/start", "https://acme.awsapps.com/start")
    over_ssh = {"BROWSER": "true", "SSH_CONNECTION": "1 2 3 4"}
    assert browser.open_link(over_ssh, link) is OpenResult.OPENED
    without = {"SSH_CONNECTION": "1 2 3 4", "DISPLAY": ":0"}
    assert browser.open_link(without, link) is OpenResult.OVER_SSH
    assert browser.is_elsewhere(over_ssh)
    assert browser.is_elsewhere({"VSCODE_IPC_HOOK_CLI": "/run/user/1/vscode-ipc.sock"})
    assert not browser.is_elsewhere({"BROWSER": "true"})
    assert browser.open_link({"BROWSER": "/no/such/program"}, link) is OpenResult.NO_BROWSER


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


class _Stream(io.StringIO):
    def __init__(self, is_terminal: bool) -> None:
        super().__init__()
        self._is_terminal = is_terminal

    def isatty(self) -> bool:
        return self._is_terminal


@for_each(
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
