"""Without a usable terminal: one sentence on stderr and status 2. Also --version and --help."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from rolecall import __version__
from tests.end_to_end.conftest import ROLECALL, TerminalDesk


def run(desk: TerminalDesk, *command: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(part) for part in command],
        env={"PATH": "/usr/bin:/bin", "TERM": "xterm-256color", **desk.environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


@pytest.mark.parametrize("options", [(), ("--demo",)])
def test_it_refuses_to_run_without_a_terminal(desk: TerminalDesk, options: tuple[str, ...]) -> None:
    result = run(desk, ROLECALL, *options)
    assert (result.returncode, result.stdout) == (2, "")
    assert re.fullmatch(r"rolecall: stdin and stderr must be a terminal[^\n]*\n", result.stderr)


@pytest.mark.parametrize(
    ("term", "columns", "lines", "said"),
    [
        ("dumb", 100, 30, "“dumb” cannot show a full screen"),
        ("", 100, 30, "cannot show a full screen"),
        ("xterm-256color", 39, 30, "the terminal is 39×30"),
        ("xterm-256color", 100, 9, "the terminal is 100×9"),
    ],
)
def test_an_unsupported_terminal_is_refused_with_its_reason(
    desk: TerminalDesk, term: str, columns: int, lines: int, said: str
) -> None:
    options = {"columns": columns, "lines": lines, "pipe_stdout": True}
    with desk.open(env={"TERM": term}, **options) as terminal:
        assert terminal.wait_exit() == 2
        assert terminal.stdout == b""
        text = bytes(terminal.received).decode()
        assert text.startswith("rolecall: ")
        assert said in text
        assert text.count("\n") == 1
        assert "\x1b" not in text


@pytest.mark.parametrize("command", [(ROLECALL,), (sys.executable, "-m", "rolecall")])
def test_the_version_is_printed(desk: TerminalDesk, command: tuple[object, ...]) -> None:
    result = run(desk, *command, "--version")
    assert (result.returncode, result.stdout, result.stderr) == (0, f"rolecall {__version__}\n", "")


def test_the_help_is_printed_whole(desk: TerminalDesk) -> None:
    result = run(desk, ROLECALL, "--help")
    assert (result.returncode, result.stderr) == (0, "")
    assert "--demo" in result.stdout
    assert "AWS_PROFILE=$(rolecall)" in result.stdout
    assert not re.search(r"\w\.\.\.$", result.stdout, re.MULTILINE)  # no text is cut at 80 columns


def test_an_unknown_option_is_refused(desk: TerminalDesk) -> None:
    result = run(desk, ROLECALL, "--nonsense")
    assert (result.returncode, result.stdout) == (2, "")
    assert "No such option" in result.stderr
