"""The plain mode: numbered questions in lines that are only appended."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.end_to_end.conftest import BIN, ROLECALL, TerminalDesk
from tests.support.settings import write_settings
from tests.support.terminal import Terminal

PLAIN = {"ACCESSIBLE": "1"}
# Anything but text: sequences, a return without a line feed, a step back, a tab, a bell.
NOT_APPENDED = re.compile(rb"[\x00-\x09\x0b\x0c\x0e-\x1f\x7f]|\r(?!\n)|\xc2[\x80-\x9f]")
PUNCTUATION = "“”‘’–、。「」・ー～🚀🧪"  # beyond ASCII; the last are in names of the demo
JAPANESE = {"LANG": "ja_JP.UTF-8"}
WHAT = "What do you want to do"


def check_lines(terminal: Terminal) -> None:
    """Fail if anything was written but lines. The line discipline writes \\r before each \\n."""
    found = NOT_APPENDED.search(bytes(terminal.received))
    assert found is None, terminal.received[max(0, found.start() - 80) : found.end() + 20]
    assert list(filter(has_sign, terminal.received.decode().splitlines())) == []


def has_sign(line: str) -> bool:
    """Whether a line has something that is neither a word nor punctuation."""
    return any(not (each.isascii() or each.isalnum() or each in PUNCTUATION) for each in line)


def answer(terminal: Terminal, text: str, then: str) -> None:
    """Type an answer, and wait for what follows it."""
    start = len(terminal.received)
    terminal.send(f"{text}\n")
    terminal.wait_until(
        lambda: bool(re.search(then.encode(), terminal.received[start:].replace(b"\r\n", b" "))),
        what=then,
    )


@pytest.fixture
def home(a_desk: Callable[..., TerminalDesk]) -> TerminalDesk:
    return a_desk(accounts=30, region="eu-west-1")


@pytest.mark.quick
def test_from_an_address_to_a_profile_that_is_used(home: TerminalDesk) -> None:
    terminal = home.open(env=PLAIN, lines=200)
    terminal.wait_for(WHAT)
    answer(terminal, "1", "Address of the access portal|Which session")
    answer(terminal, "1", "Address of the access portal")
    answer(terminal, home.server.start_url, "Waiting for your approval")
    home.server.approve(home.server.pending_codes()[-1])
    terminal.wait_for("Signed in to local")
    terminal.wait_for(WHAT)
    answer(terminal, "2", "Words of its name")
    answer(terminal, "audit admin", "Which account and permission set")
    answer(terminal, "1", "What do you want to do with audit 038410265977")
    answer(terminal, "1", r"Name of the profile \[audit-")
    answer(terminal, "my-audit", r"\[y/N\]")
    answer(terminal, "y", WHAT)
    assert "[profile my-audit]" in home.config.read_text()
    answer(terminal, "4", "local")
    answer(terminal, "3", "Words of its name")
    answer(terminal, "audit", "Which profile")
    answer(terminal, "1", "my-audit")
    assert terminal.wait_exit() == 0
    check_lines(terminal)


@pytest.mark.parametrize("how", ["variable", "setting", "option"])
def test_it_is_asked_for_in_three_ways(home: TerminalDesk, how: str) -> None:
    home.create_home()
    if how == "setting":
        write_settings(home.home, "plain = true\n")
    options = ["--plain"] * (how == "option")
    env = PLAIN if how == "variable" else {"TERM": "dumb"} if how == "setting" else {}
    terminal = home.open(ROLECALL, *options, env=env)
    terminal.wait_for(WHAT)
    answer(terminal, "9", "Number, 1 to 5")  # there is no such answer
    terminal.send("5\n")
    assert terminal.wait_exit() == 0
    check_lines(terminal)


def test_it_speaks_japanese(home: TerminalDesk) -> None:
    terminal = home.open(env={**PLAIN, **JAPANESE}, lines=200)
    terminal.wait_for("1 から 5")
    answer(terminal, "1", "1 から 1")
    answer(terminal, "1", "アクセスポータルの URL")
    answer(terminal, home.server.start_url, "承認を待っています、コードの残り時間")
    home.server.approve(home.server.pending_codes()[-1])
    terminal.wait_for("local にサインインしました")
    answer(terminal, "4", "更新")
    answer(terminal, "2", "Enter だけですべて")
    answer(terminal, "orders-prod", "orders-prod [0-9]+、[^ ]+、本番")
    terminal.press("ctrl+c")
    assert terminal.wait_exit() == 130
    check_lines(terminal)


def test_a_listing_says_now_and_then_how_far_it_is(a_desk: Callable[..., TerminalDesk]) -> None:
    desk = a_desk(accounts=500, latency=0.1)
    desk.create_home()
    desk.leave_token()
    terminal = desk.open(ROLECALL, "--plain", "list", columns=200)
    assert terminal.wait_exit() == 0
    check_lines(terminal)
    lines = re.findall(rb"\d+ of 500 accounts|[\d,]+/500", terminal.received)
    assert 0 < len(lines) < 10


@pytest.mark.parametrize(
    "command",
    [
        ("exec", "--all", "audit", "--yes", "--", "echo", "hello"),
        ("save", "--all", "audit", "--yes"),
        ("undo", "--yes"),
        ("tokens",),
        ("doctor",),
        ("sign-in",),
        ("list", "audit"),
        ("log",),
    ],
    ids=lambda each: each[0],
)
@pytest.mark.parametrize("language", [{}, JAPANESE], ids=["en", "ja"])
def test_commands_only_append_lines(
    home: TerminalDesk, command: tuple[str, ...], language: dict[str, str]
) -> None:
    home.create_home()
    home.leave_token()
    env = {"FORCE_COLOR": "1", "PAGER": "less", **language}
    terminal = home.open(ROLECALL, "--plain", *command, env=env)
    terminal.wait_exit()
    check_lines(terminal)


def test_watch_prints_a_line_when_something_changes(home: TerminalDesk) -> None:
    home.create_home()
    home.leave_token()
    terminal = home.open(ROLECALL, "--plain", "watch")
    terminal.wait_for("^demo, access token, (7 h 59|8 h 0) min, renews itself")
    home.token_file.unlink()
    terminal.wait_for("^demo, access token, signed out")
    terminal.press("ctrl+c")
    assert terminal.wait_exit() == 130
    check_lines(terminal)


@pytest.mark.quick
def test_awsp_asks_for_a_number_and_signs_in(home: TerminalDesk, tmp_path: Path) -> None:
    home.create_home()
    profile = "sso_session = demo\nsso_account_id = 038410265977\nsso_role_name = {role}\n"
    with home.config.open("a") as file:
        for name, role in (("audit-a", "AWSReadOnlyAccess"), ("audit-b", "ViewOnlyAccess")):
            file.write(f"[profile {name}]\n{profile.format(role=role)}")
    env = {**PLAIN, "PATH": f"{BIN}:/usr/bin:/bin", "PS1": "ready> ", "HISTFILE": "/dev/null"}
    env["INPUTRC"] = str(tmp_path / "inputrc")
    Path(env["INPUTRC"]).write_text("set enable-bracketed-paste off\n")
    terminal = home.open("bash", "--norc", "--noprofile", env=env, lines=100)
    terminal.wait_for("^ready>")
    terminal.send('eval "$(rolecall init bash)"; echo set\n')
    terminal.wait_for("^set")
    start = len(terminal.received)
    answer(terminal, "awsp audit", "Which profile")
    answer(terminal, "2", "Waiting for your approval")
    home.server.approve(home.server.pending_codes()[-1])
    terminal.wait_for("Signed in to demo")
    answer(terminal, "echo =$AWS_PROFILE=", "=audit-b=")
    shown = bytes(terminal.received[start:])
    assert NOT_APPENDED.search(shown[: shown.rfind(b"ready>")]) is None, shown
