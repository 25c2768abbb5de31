"""The man page has every command and option, and the tools for such pages accept it."""

from __future__ import annotations

from pathlib import Path

import click
import pytest

from rolecall.cli.main import SUBCOMMANDS, rolecall
from rolecall.cli.man_page import man_page
from tests.cli.switching.test_switch import ShellMachine
from tests.end_to_end.conftest import ROLECALL
from tests.support.programs import completed, program
from tests.support.terminal import Terminal


@pytest.mark.quick
def test_it_has_every_command_and_option() -> None:
    page = man_page().replace("\\-", "-")
    context = click.Context(rolecall)
    for name in SUBCOMMANDS:
        command = rolecall.get_command(context, name)
        assert command is not None
        assert f".SS rolecall {name}\n" in page
        start = page.index(f".SS rolecall {name}\n")
        section = page[start : page.index("\n.S", start)]
        for each in command.get_params(context):
            if isinstance(each, click.Option) and not each.hidden:
                assert each.opts[0] in section, (name, each.opts)
    assert ".SS rolecall credentials clean\n" in page


@pytest.mark.quick
def test_groff_has_no_complaint() -> None:
    render = [program("groff"), "-man", "-Tutf8", "-ww", "-k", "-P-bcou"]
    result = completed(render, input=man_page())
    assert result.stderr == ""
    assert "`rolecall undo` undoes the change." in " ".join(result.stdout.split())
    assert "rolecall exec audit-admin -- terraform plan\n" in result.stdout
    assert "AWS_PROFILE=$(rolecall)" in result.stdout


@pytest.mark.quick
def test_a_terminal_shows_it_with_man(tmp_path: Path) -> None:
    program("man")
    machine = ShellMachine(tmp_path / "home")
    environment = {**machine.environment, "TERM": "xterm-256color", "MANPAGER": "cat"}
    with Terminal([ROLECALL, "man"], env=environment, columns=100, lines=50) as terminal:
        assert terminal.wait_exit(30) == 0
        assert b"SYNOPSIS" in terminal.received
    environment["PATH"] = str(tmp_path)
    with Terminal([ROLECALL, "man"], env=environment, columns=120) as terminal:
        terminal.wait_for("The program man is not installed here")
        assert terminal.wait_exit() == 1


@pytest.mark.quick
def test_ctrl_c_is_for_man(tmp_path: Path) -> None:
    """In less it ends a search. Without its parent, less would stay on the terminal."""
    own = tmp_path / "man"
    own.write_text(
        "#!/bin/sh\ntrap 'echo left it' INT\necho shown\n"
        "until read line; do :; done\necho got $line\n"
    )
    own.chmod(0o755)
    environment = {**ShellMachine(tmp_path / "home").environment, "TERM": "xterm-256color"}
    environment["PATH"] = f"{tmp_path}:{environment['PATH']}"
    with Terminal([ROLECALL, "man"], env=environment, columns=100) as terminal:
        terminal.wait_for("^shown")
        terminal.press("ctrl+c", then="left it")
        terminal.press("more\r", then="^got more")
        assert terminal.wait_exit(30) == 0
