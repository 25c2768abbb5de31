"""What a user expects of every command: help, colours, JSON, a log."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from rolecall import __version__
from rolecall.cli.main import SUBCOMMANDS
from tests.cli.switching.test_switch import ShellMachine
from tests.support.programs import completed


@pytest.fixture
def machine(tmp_path: Path) -> ShellMachine:
    return ShellMachine(tmp_path / "home")


@pytest.mark.parametrize("name", [name for name in SUBCOMMANDS if name != "switch"])
def test_every_command_shows_its_help(name: str, machine: ShellMachine) -> None:
    shown = machine.rolecall(name, "--help").stdout
    assert shown.startswith(f"Usage: rolecall {name}")
    assert machine.rolecall(name, "-h").stdout == shown
    assert machine.rolecall("help", name).stdout == shown


def test_help_of_rolecall_and_of_no_command(machine: ShellMachine) -> None:
    shown = machine.rolecall("--help").stdout
    assert machine.rolecall("help").stdout == machine.rolecall("-h").stdout == shown
    assert (
        "Usage: rolecall credentials clean"
        in machine.rolecall("help", "credentials", "clean").stdout
    )
    for wrong in ("lst", "list all"):
        result = machine.rolecall("help", *wrong.split())
        assert (result.returncode, result.stdout) == (2, "")
    assert "Did you mean list?" in machine.rolecall("help", "lst").stderr


@pytest.mark.quick
def test_the_version(machine: ShellMachine) -> None:
    for option in ("--version", "-V"):
        assert machine.rolecall(option).stdout == f"rolecall {__version__}\n"


@pytest.mark.quick
def test_a_diff_is_coloured_if_a_variable_forces_it(machine: ShellMachine) -> None:
    command = ("init", "bash", "--install", "--dry-run")
    assert "\x1b[" not in machine.rolecall(*command).stdout
    forced = machine.rolecall(*command, FORCE_COLOR="1").stdout
    assert "\x1b[32m+" in forced
    assert "\x1b[" not in machine.rolecall(*command, FORCE_COLOR="1", NO_COLOR="1").stdout


def test_doctor_as_json(machine: ShellMachine) -> None:
    config = machine.home / ".aws" / "config"
    config.write_text(config.read_text() + "\n[profile broken]\nsso_session = nobody\n")
    result = machine.rolecall("doctor", "--json")
    answer = json.loads(result.stdout)
    assert result.returncode == 1
    assert (answer["clean"], answer["version"]) == (False, __version__)
    found = {each["kind"]: each for each in answer["problems"]}
    assert found["session-missing"]["file"] == str(config)
    assert found["session-missing"]["line"] > 1
    assert found["session-missing"]["text"] in machine.rolecall("doctor").stdout


def test_the_list_of_changes_as_json(machine: ShellMachine) -> None:
    assert json.loads(machine.rolecall("undo", "--list", "--json").stdout) == []
    assert machine.rolecall("undo", "--json").returncode == 2
    machine.rolecall("init", "bash", "--install", "--yes")
    (change,) = json.loads(machine.rolecall("undo", "--list", "--json").stdout)
    assert change["file"] == str(machine.home / ".bashrc")
    assert (change["undone"], change["is_undo"]) == (False, False)


@pytest.mark.quick
def test_a_log_that_cannot_be_opened_is_named(machine: ShellMachine) -> None:
    log = machine.home / "missing" / "log"
    result = machine.rolecall("--debug", str(log), "tokens")
    assert result.returncode == 2
    assert f"{log}: No such file or directory" in result.stderr


@pytest.mark.quick
def test_a_log_has_the_versions_and_the_errors_without_messages(machine: ShellMachine) -> None:
    log = machine.home / "log"
    result = machine.rolecall("--debug", str(log), "export", "nobody")
    assert result.returncode == 1
    text = log.read_text()
    assert f"rolecall {__version__}, Python" in text
    assert "command export" in text
    assert "error " in text
    assert "nobody" not in text


# Modules that Python on Windows does not have.
_WINDOWS = """
import sys
for name in ("fcntl", "grp", "pty", "pwd", "resource", "termios", "tty"):
    sys.modules[name] = None
sys.platform = "win32"
sys.argv[1:] = {arguments!r}
from rolecall.__main__ import main
main()
"""


@pytest.mark.parametrize("arguments", [[], ["list"], ["switch", "--shell=pwsh"], ["--help"]])
def test_it_asks_for_wsl(arguments: list[str]) -> None:
    program = _WINDOWS.format(arguments=arguments)
    result = completed([sys.executable, "-c", program], check=False)
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr == "rolecall needs WSL on Windows.\n"
