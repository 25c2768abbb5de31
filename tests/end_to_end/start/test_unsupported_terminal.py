"""Without a usable terminal: one sentence on stderr and status 2. Also --version and --help."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from rolecall import __version__
from rolecall.terminal.ending_signals import ENDING
from tests.end_to_end.conftest import (
    ACCOUNTS,
    AUDIT,
    AUDIT_ROLE,
    ROLECALL,
    TerminalDesk,
    filter_for,
    wait_for_wrapped,
)
from tests.end_to_end.start.test_quitting import assert_restored
from tests.end_to_end.starts import HELD, Starts
from tests.support.programs import completed
from tests.support.terminal import Terminal


def run(desk: TerminalDesk, *command: object) -> subprocess.CompletedProcess[str]:
    return completed(
        [str(part) for part in command],
        {"PATH": "/usr/bin:/bin", "TERM": "xterm-256color", **desk.environment},
        check=False,
    )


@pytest.mark.parametrize("options", [(), ("--demo",)])
def test_it_refuses_to_run_without_a_terminal(desk: TerminalDesk, options: tuple[str, ...]) -> None:
    result = run(desk, ROLECALL, *options)
    assert (result.returncode, result.stdout) == (2, "")
    assert re.fullmatch(r"rolecall: stdin and stderr must be a terminal[^\n]*\n", result.stderr)


@pytest.mark.quick
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


SECRET = "hunter2"
# The import of the help fails, with the config in the message and in a local variable.
_HOOK = """
import sys
class Hook:
    def find_spec(self, name, path=None, target=None):
        if name == "rolecall.ui.screens.base.help":
            held = open("{config}").read()
            raise RuntimeError(held) from ValueError(held)
sys.meta_path.insert(0, Hook())
"""


def test_a_crash_shows_no_secret(desk: TerminalDesk, tmp_path: Path) -> None:
    token = desk.leave_token()
    with desk.config.open("a") as file:
        file.write(f"\n[profile tool]\ncredential_process = tool --password {SECRET}\n")
    folder = tmp_path / "modules"
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(_HOOK.replace("{config}", str(desk.config)))
    with desk.open(env={"PYTHONPATH": str(folder)}, columns=160) as terminal:
        terminal.wait_for(ACCOUNTS)
        terminal.press("3")
        filter_for(terminal, "tool")
        terminal.press("tab", "right", then="credential_process = tool …")
        terminal.press("tab")
        shown = len(terminal.received)
        terminal.press("?")
        assert terminal.wait_exit() == 1
        after = bytes(terminal.received[shown:])
    report = (desk.home / ".local/state/rolecall/crash.txt").read_text()
    assert "RuntimeError" in report
    assert "ValueError" in report
    for text in (report, after.decode()):
        assert SECRET not in text
        assert token not in text
        assert "password" not in text


# Files that a start opens; ROLECALL_FAULTS=all holds it at each of them.
_ALL: Final = os.environ.get("ROLECALL_FAULTS") == "all"
FIRST, LAST, COUNT = 30, 700, 13
STEPS = range(FIRST, LAST, 1 if _ALL else (LAST - FIRST) // COUNT)
SIZE: Final = {"columns": 120, "lines": 36}  # it has the pane
KEYS = [("2",), ("enter",), ("2", "s"), ("down", "enter", "c"), ("o",), ("3", "v"), ("s",), ("/",)]


def held_at(starts: Starts, step: int) -> Terminal:
    """Start, with an image. Return the terminal of a start that waits, or has no such step."""
    starts.leave_image(**SIZE)
    terminal = starts.open(gated=True, env={"HELD_AT": str(step)}, **SIZE)
    terminal.wait_until(
        lambda: HELD in terminal.received or starts.count in terminal.screen_text(), what="a step"
    )
    return terminal


@pytest.mark.parametrize("step", STEPS)
def test_a_signal_ends_a_start_in_order(starts: Starts, step: int) -> None:
    number = ENDING[step % len(ENDING)]
    terminal = held_at(starts, step)
    terminal.process.send_signal(number)
    starts.go()
    assert terminal.wait_exit() in {128 + number, -number}
    assert_restored(terminal)
    assert "internal error" not in terminal.screen_text()


@pytest.mark.parametrize("step", STEPS)
def test_keys_do_not_end_a_start(starts: Starts, step: int) -> None:
    terminal = held_at(starts, step)
    terminal.press(*KEYS[step % len(KEYS)])
    starts.go()
    terminal.press("escape", "escape", "escape", "4", then="renews itself")
    terminal.quit()
    assert_restored(terminal)


SAID = "cannot load its module sqlite3"
NOT_BUILT = "ModuleNotFoundError(\"No module named '_sqlite3'\", name='_sqlite3')"
NO_LIBRARY = "ImportError('libsqlite3.so.0: cannot open shared object file', name='_sqlite3')"


@pytest.fixture(params=[NOT_BUILT, NO_LIBRARY], ids=["not built", "no library"])
def without_sqlite(
    desk: TerminalDesk, tmp_path: Path, request: pytest.FixtureRequest
) -> dict[str, str]:
    """The variables for a Python without sqlite3, on a machine that is signed in, with a cache."""
    desk.leave_token()
    desk.run("list")
    folder = tmp_path / "modules"
    folder.mkdir()
    (folder / "sqlite3.py").write_text(f"raise {request.param}")
    return {"PYTHONPATH": str(folder)}


def test_the_full_screen_works_and_says_that_nothing_is_kept(
    desk: TerminalDesk, without_sqlite: dict[str, str]
) -> None:
    with desk.open(env=without_sqlite, columns=160) as terminal:
        terminal.wait_for(ACCOUNTS)
        wait_for_wrapped(terminal, SAID)
        filter_for(terminal, "audit")
        terminal.press("enter", then=rf"▌ +{AUDIT_ROLE}")


@pytest.mark.parametrize(
    ("words", "is_said"),
    [
        (("list",), True),
        (("doctor",), True),
        (("sign-in",), False),
        (("tokens",), False),
        (("prompt",), False),
        (("whoami",), False),
        (("switch", "--shell=bash", "nobody"), False),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else "",
)
def test_commands_work_and_those_that_list_say_that_nothing_is_kept(
    desk: TerminalDesk, without_sqlite: dict[str, str], words: tuple[str, ...], is_said: bool
) -> None:
    result = desk.run(*words, **without_sqlite)
    assert "internal error" not in result.stderr
    assert (SAID in result.stdout + result.stderr) == is_said
    if words == ("list",):
        assert result.returncode == 0
        assert AUDIT in result.stdout
