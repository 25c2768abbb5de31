"""Notifications: on the desktop, in tmux, by the terminal, or by the user's own command."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from rolecall.terminal import notification
from rolecall.terminal.notification import CommandFailed, notify, sequence
from tests.support.for_each import for_each

TEXT = "The token of a;b #{x} 5% expires."


@pytest.fixture
def programs(tmp_path: Path) -> Path:
    """A folder for programs."""
    folder = tmp_path / "bin"
    folder.mkdir()
    return folder


def stand_in(programs: Path, name: str, status: int = 0, output: str = "") -> Path:
    """Make a program that notes its arguments, prints the output and exits with the status."""
    noted, path = programs / f"{name}.noted", programs / name
    path.write_text(
        f"#!{sys.executable}\nimport json, sys\n"
        f"open({str(noted)!r}, 'a').write(json.dumps(sys.argv[1:]) + '\\n')\n"
        f"print({output!r})\nsys.exit({status})\n"
    )
    path.chmod(0o755)
    return noted


def arguments(noted: Path) -> list[list[str]]:
    return [json.loads(line) for line in noted.read_text().splitlines()]


@for_each(
    ("environ", "begin", "end"),
    [
        ({"TERM": "xterm-256color"}, "\x1b]9;rolecall: The", "\x07"),
        ({"TERM": "xterm-kitty"}, "\x1b]9;rolecall: The", "\x07"),
        ({"TERM": "rxvt-unicode-256color"}, "\x1b]777;notify;rolecall;The", "\x07"),
        ({"TERM": "xterm-256color", "VTE_VERSION": "7600"}, "\x1b]777;notify;", "\x07"),
        (
            {"TERM": "tmux-256color", "TMUX": "/x,1,0"},
            "\x1bPtmux;\x1b\x1b]9;rolecall",
            "\x07\x1b\\",
        ),
        ({"TERM": "screen", "STY": "1.x"}, "\x1bP\x1b]9;rolecall", "\x07\x1b\\"),
        ({"TERM": "linux"}, "", ""),
        ({"TERM": "vt220"}, "", ""),
    ],
)
def test_the_terminal_gets_what_it_knows(environ: dict[str, str], begin: str, end: str) -> None:
    found = sequence(TEXT, environ)
    assert found.startswith(begin)
    assert found.endswith(end)
    assert bool(found) == bool(begin)


def test_the_pieces_for_screen_fit_in_bytes() -> None:
    """GNU screen 4.0 has room for 256 bytes of a string, and prints a longer one."""
    sent = sequence("認証の期限が切れます。" * 30, {"TERM": "screen", "STY": "1.x"})
    pieces = [each.removeprefix("\x1bP") for each in sent.split("\x1b\\")]
    assert max(len(each.encode()) for each in pieces) < 256
    assert "".join(pieces) == f"\x1b]9;rolecall: {'認証の期限が切れます。' * 30}\x07"


def test_a_hostile_name_does_not_end_the_sequence(programs: Path) -> None:
    environ = {"TERM": "xterm", "PATH": str(programs)}
    for show in (notify, sequence):
        assert show("a\x07\x1b]0;x\x9c", environ) == "\x1b]9;rolecall: a␇␛]0;x\ufffd\x07"


@pytest.mark.parametrize("variable", ["DISPLAY", "WAYLAND_DISPLAY"])
def test_a_desktop_of_this_machine_shows_it(programs: Path, variable: str) -> None:
    noted = stand_in(programs, "notify-send")
    environ = {"TERM": "xterm", "PATH": str(programs), variable: ":0"}
    assert notify(TEXT, environ) == ""
    assert arguments(noted) == [["--app-name=rolecall", "--", TEXT]]
    assert notify(TEXT, {**environ, "SSH_CONNECTION": "x"}) == sequence(TEXT, environ)
    assert notify(TEXT, {**environ, variable: ""}) == sequence(TEXT, environ)
    assert len(arguments(noted)) == 1


def test_a_desktop_that_does_not_answer_leaves_it_to_the_terminal(programs: Path) -> None:
    noted = stand_in(programs, "notify-send", status=1)
    environ = {"TERM": "xterm", "PATH": str(programs), "DISPLAY": ":0"}
    assert notify(TEXT, environ) == sequence(TEXT, environ)
    assert len(arguments(noted)) == 1


def test_every_client_of_tmux_shows_it_literally(programs: Path) -> None:
    noted = stand_in(programs, "tmux", output="/dev/pts/1\n/dev/pts/2")
    environ = {"TERM": "tmux-256color", "PATH": str(programs), "TMUX": "/x,1,0"}
    assert notify(TEXT, environ) == sequence(TEXT, environ)
    listed, *shown = arguments(noted)
    assert listed[0] == "list-clients"
    assert [each[:3] for each in shown] == [
        ["display-message", "-c", f"/dev/pts/{number}"] for number in (1, 2)
    ]
    assert {each[-1] for each in shown} == {"rolecall: The token of a;b ##{x} 5%% expires."}


def test_without_a_tmux_program_only_the_terminal_shows_it(programs: Path) -> None:
    environ = {"TERM": "tmux-256color", "PATH": str(programs), "TMUX": "/x,1,0"}
    assert notify(TEXT, environ) == sequence(TEXT, environ)


def test_the_command_of_the_user_gets_the_text_as_one_argument(programs: Path) -> None:
    noted = stand_in(programs, "mine")
    stand_in(programs, "notify-send")
    environ = {"TERM": "xterm", "PATH": str(programs), "DISPLAY": ":0"}
    assert notify(TEXT, environ, f"{programs}/mine --to 'the phone'") == ""
    assert arguments(noted) == [["--to", "the phone", TEXT]]
    assert not (programs / "notify-send.noted").exists()


def test_a_command_that_fails_says_why(programs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in(programs, "mine", status=3)
    environ = {"TERM": "xterm", "PATH": str(programs)}
    with pytest.raises(CommandFailed, match=r"^3$"):
        notify(TEXT, environ, f"{programs}/mine")
    with pytest.raises(CommandFailed, match="No such file or directory"):
        notify(TEXT, environ, f"{programs}/nobody")
    monkeypatch.setattr(notification, "_TIMEOUT", 0.01)
    with pytest.raises(CommandFailed, match=r"^$"):
        notify(TEXT, environ, f"{sys.executable} -c 'import time; time.sleep(60)'")
