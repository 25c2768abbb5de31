"""The full screen shows secrets only when asked, and keeps none."""

from __future__ import annotations

import pytest

from tests.canaries.canaries import Kind
from tests.canaries.conftest import ACCOUNT, PASTED, PERMISSION_SET, Planted
from tests.canaries.test_commands import check_files, check_output
from tests.canaries.test_malformed import BROKEN, SECRET
from tests.end_to_end.conftest import ROLECALL, wait_for_wrapped
from tests.hostile.test_screens import go
from tests.support import fork_server
from tests.support.terminal import Terminal


@pytest.mark.quick
def test_screens_show_no_secret_until_asked(planted: Planted) -> None:
    log = planted.home / "textual.log"
    environ = planted.environ | {"TEXTUAL_LOG": str(log)}
    with Terminal([ROLECALL], env=environ, columns=130, lines=40) as terminal:
        terminal.wait_for("41 accounts")
        go(
            terminal,
            *[("3", "in-config"), ("d", "in-config"), ("d", "in-config")],
            *[("/", "Enter to the list"), ("in-config", "1 of "), ("enter", "!Enter to the")],
            *[("x", "Enter delete"), ("escape", "!Enter delete")],
            *[("e", "› Edit"), ("escape", "!› Edit"), ("escape", "chained")],
            *[("a", "marked"), ("v", "work · "), ("escape", "!work · "), ("A", "!marked")],
            *[("4", "access token"), ("2", "permission sets")],
            *[("!", "Run a command with"), ("echo done", "echo done"), ("enter", "exit 0")],
            *[("enter", "lines 1"), ("escape", "Last line"), ("escape", "!Last line")],
            *[("c", "Secret access key")],
        )
        terminal.wait_for("left")
        found = planted.canaries.find(bytes(terminal.received))
        assert not found
        terminal.press("d", then="ASIA")
        shown = bytes(terminal.screen_text(), "utf-8")
        assert planted.canaries.find(shown), "the search does not find what is shown"
        assert not planted.canaries.find(shown, allowed=[Kind.ROLE])
        go(terminal, ("escape", "!Secret access key"))
        terminal.quit()
    assert log.stat().st_size
    check_files(planted)


# What is said about the line with the secret, and which line that is.
NAMED = {
    "no delimiter": "line 2: “aws_secret_access_key” has no “=”",
    "wrapped": "line 3: it has no “=”, so neither the AWS CLI nor boto3 reads the file. "
    "Join it to “aws_secret_access_key” above",
}
FILES = pytest.mark.parametrize("file", ["config", "credentials"])
NAMES = pytest.mark.parametrize("name", NAMED)


def break_file(planted: Planted, file: str, name: str) -> None:
    planted.canaries.add(SECRET, Kind.FILE)
    path = planted.home / ".aws" / file
    path.write_bytes(BROKEN[name].encode("latin-1") + b"\n" + path.read_bytes())


def opened(planted: Planted) -> Terminal:
    """Open rolecall in a size at which messages have the whole width."""
    return Terminal([ROLECALL], env=planted.environ, columns=118, lines=30)


def wait_for_sentence(terminal: Terminal, file: str, name: str) -> None:
    """Wait for what is said about the malformed line, however it is wrapped."""
    wait_for_wrapped(terminal, f".aws/{file}, {NAMED[name]}")


def close_form(terminal: Terminal) -> None:
    """Press Esc again until the form is gone: while it does what Enter asks for, Esc is not for it.
    The sentence does not say that it has done that, because it was there before Enter.
    """
    for _ in range(100):
        if "› Save" not in terminal.screen_text():
            return
        terminal.press("escape")
        terminal.read(0.2)
    raise AssertionError(terminal.screen_text())


def check(planted: Planted, terminal: Terminal) -> None:
    """Check that no byte of a secret was ever shown."""
    assert not planted.canaries.find(bytes(terminal.received))
    terminal.quit()
    assert not planted.canaries.find(bytes(terminal.received))


@FILES
@NAMES
def test_a_file_that_breaks_while_it_is_shown(planted: Planted, file: str, name: str) -> None:
    with opened(planted) as terminal:
        terminal.wait_for("seen just now")
        go(terminal, ("3", "admin +SSO"), ("R", "admin +SSO"))
        break_file(planted, file, name)
        terminal.press("R")
        if file == "config":
            wait_for_sentence(terminal, file, name)
        terminal.press("4")
        wait_for_sentence(terminal, file, name)
        go(terminal, ("1", "41 accounts"), ("2", "permission sets"), ("S", "Sessions found"))
        go(terminal, ("escape", "!Sessions found"), ("c", "admin · audit · AWSAdmin"))
        if file == "config":
            wait_for_sentence(terminal, file, name)
        go(terminal, ("escape", "╭─ Permission sets"))
        check(planted, terminal)


@FILES
@NAMES
def test_a_file_that_is_broken_at_the_start(planted: Planted, file: str, name: str) -> None:
    break_file(planted, file, name)
    with opened(planted) as terminal:
        if file == "config":
            wait_for_sentence(terminal, file, name)
        go(terminal, ("3", "Profiles ·|Profiles ─"))
        if file == "config":
            wait_for_sentence(terminal, file, name)
        terminal.press("4")
        wait_for_sentence(terminal, file, name)
        check(planted, terminal)


@FILES
@NAMES
def test_messages_after_a_save(planted: Planted, file: str, name: str) -> None:
    with opened(planted) as terminal:
        terminal.wait_for("seen just now")
        go(terminal, ("2", "permission sets"), ("j", "2 of "), ("s", "› Save"))
        break_file(planted, file, name)
        terminal.press("x")
        if file == "config":
            wait_for_sentence(terminal, file, name)
            terminal.press("enter")
            wait_for_sentence(terminal, file, name)
            close_form(terminal)
        else:
            go(terminal, ("enter", "It works|✗ audit-rea"), ("escape", "audit-rea"))
        check(planted, terminal)


@FILES
@NAMES
def test_messages_after_a_sign_in(planted: Planted, file: str, name: str) -> None:
    with opened(planted) as terminal:
        terminal.wait_for("seen just now")
        go(terminal, ("4", "Tokens ·"))
        terminal.press("enter")
        code = terminal.wait_for("[A-Z]{4}-[A-Z]{4}")[0]
        break_file(planted, file, name)
        planted.server.approve(code)
        terminal.wait_for("Signed in|Tokens ·")
        terminal.press("4")
        wait_for_sentence(terminal, file, name)
        check(planted, terminal)


ROLE = ("--account", ACCOUNT, "--permission-set", PERMISSION_SET)
COMMANDS = (
    ("save", *ROLE, "--name", "saved", "--dry-run"),
    ("save", *ROLE, "--name", "saved"),
    ("save", "--all", "--dry-run"),
    ("undo", "--yes"),
    ("doctor",),
    ("list", "--json"),
)


@pytest.mark.parametrize("lines", [PASTED[at : at + 3] for at in range(0, len(PASTED), 3)])
def test_lines_next_to_a_change_are_hidden(planted: Planted, lines: tuple[str, ...]) -> None:
    config = planted.desk.config
    secrets = [planted.canaries.plant(Kind.FILE) for _ in lines]
    pasted = "\n".join(map(str.format, lines, secrets))
    config.write_text(f"{config.read_text()}\n[profile last]\n{pasted}\n")
    for command in COMMANDS:
        check_output(planted, fork_server.run([*command], planted.environ), (lines, command))
