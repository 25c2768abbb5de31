"""The main job inside tmux and GNU screen, and over SSH and mosh."""

from __future__ import annotations

import re
import shlex
from base64 import b64decode
from functools import partial
from pathlib import Path

import pytest

from tests.end_to_end.conftest import (
    ACCOUNTS,
    AUDIT_ROLE,
    BIN,
    ROLECALL,
    WAITING,
    TerminalDesk,
    save_audit_admin,
    wait_for_straight_columns,
)
from tests.support.network.ssh import ssh_server
from tests.support.programs import program
from tests.support.terminal import Terminal

PROFILE = "[profile audit-admin]"


@pytest.mark.quick
def test_it_works_inside_tmux(desk: TerminalDesk) -> None:
    """tmux sends the keys and returns its screen; a terminal shows it."""
    tmux = desk.tmux()
    ask = partial(desk.ask, tmux)

    with desk.open(*tmux, "new-session", str(ROLECALL)) as terminal:
        desk.approve(terminal)
        ask("send-keys", "Down", "Up")
        save_audit_admin(terminal)
        assert "audit-admin is in ~/.aws/config" in ask("capture-pane", "-p")
        ask("send-keys", "q")
        terminal.wait_for(r"\[exited\]|no server")
        assert terminal.wait_exit() == 0
    assert PROFILE in desk.config.read_text()


def test_it_works_inside_gnu_screen(desk: TerminalDesk, tmp_path: Path) -> None:
    """It has no alternate screen, erases without colour, and prints text that is too long."""
    desk.leave_token()
    env = {"SCREENDIR": str(tmp_path / "screens"), "PS1": "$ ", "PATH": f"{BIN}:/usr/bin:/bin"}
    screen = [program("screen"), "-c", "/dev/null", "bash", "--norc", "--noprofile"]
    with desk.open(*screen, env=env) as terminal:
        terminal.wait_for(r"^\$ *$")
        terminal.press("rolecall", "enter", then=ACCOUNTS)
        wait_for_straight_columns(terminal, 28)
        terminal.press("2", then=AUDIT_ROLE)
        terminal.press("c", then="Secret access key")
        terminal.press("y", then="Copied: bash")
        (copied,) = re.findall(rb"\x1b\]52;c;([^\x07\x1b]*)\x07", bytes(terminal.received))
        assert b"export AWS_SESSION_TOKEN='" in b64decode(copied)
        assert copied[-40:].decode() not in terminal.screen_text()
        terminal.press("q")
        wait_for_only_a_prompt(terminal)
        terminal.press("exit", "enter")
        assert terminal.wait_exit() == 0


def test_it_works_over_mosh(desk: TerminalDesk, tmp_path: Path) -> None:
    """It has no alternate screen either, and only its process shows that it is there."""
    desk.leave_token()
    variables = {**desk.environment, "PATH": f"{BIN}:/usr/bin:/bin", "PS1": "$ ", "LANG": "C.UTF-8"}
    far = ["env", *(f"{name}={value}" for name, value in variables.items())]
    with ssh_server(tmp_path / "ssh") as (*ssh, host):
        near = [
            program("mosh"),
            f"--ssh={shlex.join(ssh)}",
            "--experimental-remote-ip=remote",
            host,
            "--",
        ]
        with desk.open(*near, *far, "bash", "--norc", "--noprofile") as terminal:
            terminal.wait_for(r"^\$ *$")
            terminal.press("rolecall doctor", "enter", then="^mosh: ")
            terminal.press("clear; rolecall", "enter", then=ACCOUNTS)
            terminal.press("down", then="▌ +backup")
            terminal.press("q")
            wait_for_only_a_prompt(terminal)
            terminal.press("exit", "enter")
            assert terminal.wait_exit() == 0


def use_without_awsp(terminal: Terminal) -> None:
    """Use the saved profile in a shell that has no `awsp`, and do not set it up."""
    terminal.press("u", then="Set up awsp in")
    terminal.press("escape", then="^audit-admin$")


def wait_for_only_a_prompt(terminal: Terminal) -> None:
    """Keys that come before the shell has its prompt back are for the program that exits."""
    terminal.wait_until(lambda: terminal.screen_text().split() == ["$"], what="only a prompt")


@pytest.mark.quick
def test_it_works_over_ssh(desk: TerminalDesk, tmp_path: Path) -> None:
    """No browser opens on the remote machine, and a lost connection loses nothing."""
    variables = shlex.join(f"{name}={value}" for name, value in desk.environment.items())
    with ssh_server(tmp_path / "ssh") as ssh:
        with desk.open(*ssh, f"env {variables} {ROLECALL}") as terminal:
            terminal.wait_for(WAITING)
            terminal.press("o", then="This is an SSH session")
            desk.approve(terminal)
            save_audit_admin(terminal)
            use_without_awsp(terminal)
            assert terminal.wait_exit() == 0
        assert PROFILE in desk.config.read_text()
        with desk.open(*ssh, f"env {variables} {ROLECALL}") as terminal:
            terminal.wait_for(ACCOUNTS)
    assert desk.sign_ins() == 1


@pytest.mark.parametrize("term", ["xterm-256color", "screen-256color", "linux"])
def test_it_works_over_a_slow_line(desk: TerminalDesk, tmp_path: Path, term: str) -> None:
    """80 ms and 256 kbit/s, in one case in a remote tmux. No key is lost at any speed. Answers of
    the terminal are not typed into the shell.
    """
    variables = {**desk.environment, "PATH": f"{BIN}:/usr/bin:/bin", "PS1": "$ ", "LANG": "C.UTF-8"}
    variables["ROLECALL_THEME"] = "dark"
    tmux = program("tmux") if term == "screen-256color" else ""
    inside = f"{tmux} -S {desk.home}/tmux -f /dev/null new-session " * bool(tmux)
    far = shlex.join(["env", *(f"{name}={value}" for name, value in variables.items())])
    env = {"TERM": term, "COLORTERM": ""}
    with (
        ssh_server(tmp_path / "ssh", slow=True) as ssh,
        desk.open(*ssh, f"{far} {inside}bash --norc --noprofile", env=env) as terminal,
    ):
        terminal.wait_for(r"^\$ *$")
        terminal.press("rolecall", "enter")
        desk.approve(terminal)
        terminal.press(*["down"] * 40, *["up"] * 35)
        for columns in range(100, 60, -2) if not inside else ():
            terminal.resize(columns, 24)
        terminal.resize(100, 24)
        terminal.wait_for(r"[▌|] +checkout (production|staging) ")
        save_audit_admin(terminal)
        use_without_awsp(terminal)
        terminal.press("echo still here", "enter", then="^still here$")
        assert re.search(r"^\$ echo still here$", terminal.screen_text(), re.MULTILINE)
        terminal.press("exit", "enter")
        assert terminal.wait_exit() == 0
    assert PROFILE in desk.config.read_text()


def test_twelve_keys_from_the_login_to_a_saved_profile(desk: TerminalDesk, tmp_path: Path) -> None:
    """With a token and a list from an earlier run."""
    desk.leave_token()
    pressed: list[str] = []

    def press(*keys: str) -> None:
        pressed.extend(keys)
        terminal.press(*keys)

    variables = {**desk.environment, "PATH": f"{BIN}:/usr/bin:/bin", "PS1": "$ ", "LANG": "C.UTF-8"}
    far = shlex.join(["env", *(f"{name}={value}" for name, value in variables.items())])
    with ssh_server(tmp_path / "ssh") as ssh:
        with desk.open(*ssh, f"{far} {ROLECALL}") as terminal:
            terminal.wait_for(r"41( accounts)? · seen")
            terminal.quit()
        with desk.open(*ssh, f"{far} bash --norc --noprofile") as terminal:
            terminal.wait_for(r"^\$ *$")
            press(*"rolecall", "enter")
            terminal.wait_for("41 accounts")
            press("2")
            terminal.wait_for("▌ +audit +.*AWSAdministratorAccess")
            press("s")
            terminal.wait_for(r"\[profile audit-admin\]")
            press("enter")
            terminal.wait_for(r"audit-admin is in .*config")
    assert len(pressed) <= 12, pressed
    assert PROFILE in desk.config.read_text()
