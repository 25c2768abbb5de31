"""Credentials are hidden, copied, written and forgotten; console links are whole."""

from __future__ import annotations

import base64
import json
import re
import sys
from pathlib import Path

import pytest

from tests.end_to_end.conftest import (
    ACCOUNTS,
    AUDIT,
    AUDIT_ROLE,
    ROLECALL,
    TerminalDesk,
    filter_for,
)
from tests.support.programs import is_alive
from tests.support.terminal import Terminal
from tests.support.waiting import wait_until

PROFILE = "log-archive-readonly"


def clipboard(terminal: Terminal) -> list[str]:
    """Return all texts that were copied (OSC 52)."""
    found = re.findall(rb"\x1b\]52;c;([^\x07\x1b]*)[\x07\x1b]", bytes(terminal.received))
    return [base64.b64decode(each).decode() for each in found]


def copy(terminal: Terminal, key: str, row: str = "") -> str:
    """Press the key, on the row of the menu that the text finds; return what is copied."""
    if row:
        filter_for(terminal, row)
    before = len(clipboard(terminal))
    terminal.press(key)
    terminal.wait_until(lambda: len(clipboard(terminal)) > before, what=f"{key} to copy")
    return clipboard(terminal)[-1]


def test_credentials_are_hidden_copied_written_and_forgotten(desk: TerminalDesk) -> None:
    desk.leave_token()
    with desk.open() as terminal:
        terminal.wait_for(ACCOUNTS)
        terminal.press("2")
        terminal.wait_for(AUDIT_ROLE)
        assert desk.server.calls.count("GetRoleCredentials") == 0
        terminal.press("c")
        terminal.wait_for(r"(59 min|1 h 0 min) left · expires \d\d:\d\d:\d\d (\S+ · .*)?UTC")
        terminal.wait_for("Secret access key +•")
        secret = copy(terminal, "enter", "secret")
        assert json.loads(copy(terminal, "y", "json"))["SecretAccessKey"] == secret
        terminal.press("escape", "home")
        terminal.wait_for("▌ bash, zsh")
        assert f"export AWS_SECRET_ACCESS_KEY='{secret}'\n" in copy(terminal, "enter")
        assert secret.encode() not in terminal.received
        terminal.press("d")
        terminal.wait_for(rf"Secret access key +{re.escape(secret)}")
        terminal.press("s")
        terminal.wait_for(r"\+\[audit-admin-keys\]")
        assert secret not in terminal.screen_text()
        terminal.press("enter")
        terminal.wait_for("Keys written as audit-admin-keys")
        terminal.wait_for("Secret access key +•")  # hidden again, after the screen was closed
        terminal.press("3")
        terminal.wait_for(PROFILE)
        terminal.press("2")
        terminal.wait_for(AUDIT_ROLE)
        assert "Secret access key" not in terminal.screen_text()
        assert desk.server.calls.count("GetRoleCredentials") == 1
    identity = desk.answer("sts", "get-caller-identity", "--profile", "audit-admin-keys")
    assert identity["Account"] == AUDIT
    assert desk.server.calls.count("GetRoleCredentials") == 1


def test_console_links_are_shown_and_can_be_followed(desk: TerminalDesk) -> None:
    desk.leave_token()
    link = f"{desk.server.start_url}/#/console?account_id={AUDIT}&role_name={AUDIT_ROLE}"
    with desk.open(columns=120, lines=45) as terminal:
        terminal.wait_for(ACCOUNTS)
        terminal.press("2")
        terminal.wait_for(AUDIT_ROLE)
        terminal.press("o")
        terminal.wait_for(re.escape(link))
        assert link.encode() in bytes(terminal.received).split(b"\x1b]8;", 1)[1]
        terminal.wait_for("[▀▄█]{8}")
        assert copy(terminal, "y") == link
        terminal.press("o")
        terminal.wait_for("no browser|No browser")
        terminal.press("O")
        terminal.wait_for("CloudShell in the AWS console, in eu-west-1")
        shell = copy(terminal, "y")
        assert shell.startswith(f"{link}&destination=https%3A%2F%2Feu-west-1.console")
        terminal.press("escape")
        terminal.wait_gone("CloudShell in")
        terminal.press("3")
        terminal.wait_for("vault")
        filter_for(terminal, "deploy")
        terminal.press("o")
        terminal.wait_for("deploy does not point to a permission set")
        terminal.press("c")
        terminal.wait_for("left · expires")
        assert desk.server.calls.count("AssumeRole") == 1
        assert "AWS_REGION='eu-central-1'" in copy(terminal, "y")


ASKING = f"""#!{sys.executable}
import json, sys
try:
    terminal = open("/dev/tty", "r+b", buffering=0)
except OSError:
    sys.exit("no terminal")
with terminal:
    terminal.write(b"the code of the vault: ")
    key = terminal.readline().decode().strip()
print(json.dumps({{"Version": 1, "AccessKeyId": key, "SecretAccessKey": "s"}}))
"""


def add_asking(desk: TerminalDesk, folder: Path, text: str) -> None:
    program = folder / "asking"
    program.write_text(text)
    program.chmod(0o700)
    with desk.config.open("a") as file:
        file.write(f"\n[profile asking]\nregion = eu-west-1\ncredential_process = {program}\n")


def test_a_credential_process_asks_on_the_terminal_but_not_over_the_full_screen(
    desk: TerminalDesk, tmp_path: Path
) -> None:
    desk.leave_token()
    add_asking(desk, tmp_path, ASKING)
    with desk.open() as terminal:
        terminal.press("3")
        terminal.wait_for(" asking ")
        filter_for(terminal, "asking")
        terminal.press("c")
        assert terminal.wait_for("no terminal|the code of the vault")[0] == "no terminal"
    with desk.open(ROLECALL, "export", "asking", "--format", "json") as terminal:
        terminal.wait_for("the code of the vault:")
        terminal.press(*"AKIATYPED", "enter")
        terminal.wait_for('"AccessKeyId": ?"AKIATYPED"')
        assert terminal.wait_exit() == 0
    with desk.open(ROLECALL, "export", "asking") as terminal:
        terminal.wait_for("the code of the vault:")
        terminal.press("ctrl+c")
        assert terminal.wait_exit() == 130


@pytest.mark.quick
def test_a_credential_process_ends_with_the_full_screen(desk: TerminalDesk, tmp_path: Path) -> None:
    desk.leave_token()
    add_asking(desk, tmp_path, f"#!/bin/sh\necho $$ >{tmp_path}/pid\nsleep 1000 & wait\n")
    with desk.open() as terminal:
        terminal.press("3")
        terminal.wait_for(" asking ")
        filter_for(terminal, "asking")
        terminal.press("c")
        terminal.wait_until((tmp_path / "pid").exists, what="the program")
        terminal.wait_until(lambda: (tmp_path / "pid").read_text() != "", what="its ID")
        pid = int((tmp_path / "pid").read_text())
        terminal.press("q")
        terminal.wait_exit()
    wait_until(lambda: not is_alive(pid), "the program to end")
