"""`rolecall team`: what a user sees of taking a file over."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.cli.conftest import CommandLine, command
from tests.support.terminal import Terminal

ID = "1" * 12
TEXT = f"""
production = "live"
[portals.acme]
start_url = "https://d-1234567890.awsapps.com/start"
region = "eu-west-1"
[accounts.{ID}]
alias = "pay"
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "rolecall-team.toml"
    path.write_text(TEXT)
    return path


def test_a_team_is_added_updated_exported_and_removed(signed_in: CommandLine, file: Path) -> None:
    desk = signed_in
    copy = desk.home / ".config" / "rolecall" / "team.toml"
    shown = desk.rolecall("team", "add", "--dry-run", str(file))
    assert (shown.returncode, copy.exists()) == (0, False)
    assert '+alias = "pay"' in shown.stdout
    assert "+[sso-session acme]" in shown.stdout
    asked = desk.rolecall("team", "add", str(file))
    assert (asked.returncode, copy.exists()) == (1, False)
    assert "--yes" in asked.stderr
    added = desk.rolecall("team", "add", "--yes", str(file))
    assert (added.returncode, copy.exists()) == (0, True)
    assert "is added" in added.stdout
    assert "nothing new" in desk.rolecall("team", "update").stdout
    assert 'alias = "pay"' in desk.rolecall("team", "export").stdout
    file.write_text(f"{TEXT}\ncommand = 'rm'\n")
    before = copy.read_bytes()
    refused = desk.rolecall("team", "update", "--yes")
    assert (refused.returncode, refused.stdout, copy.read_bytes()) == (1, "", before)
    assert f"{file}, line 9: accounts.{ID}.command is refused" in refused.stderr
    removed = desk.rolecall("team", "remove", "--yes")
    assert (removed.returncode, copy.exists()) == (0, False)
    again = desk.rolecall("team", "remove", "--yes")
    assert (again.returncode, "rolecall team add" in again.stderr) == (1, True)


@pytest.mark.quick
def test_a_terminal_is_asked_first(signed_in: CommandLine, file: Path) -> None:
    environ = {"PATH": os.environ["PATH"], **signed_in.environ}
    copy = signed_in.home / ".config" / "rolecall" / "team.toml"
    for answer, there in (("n", False), ("y", True)):
        with Terminal(command("team", "add", str(file)), env=environ) as terminal:
            terminal.wait_for("Add it?")
            terminal.send(f"{answer}\r")
            assert terminal.wait_exit() == (0 if there else 1)
        assert copy.exists() is there
