"""`rolecall init SHELL --install`: in real shells, shown first, and undone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from rolecall.domain.shells import Shell
from tests.cli.switching.test_switch import CONFIG, ShellMachine
from tests.end_to_end.conftest import ROLECALL
from tests.support.programs import program
from tests.support.shells import RUN
from tests.support.terminal import Terminal

FILES = {
    Shell.BASH: ".bashrc",
    Shell.ZSH: ".zshrc",
    Shell.TCSH: ".tcshrc",
    Shell.FISH: ".config/fish/conf.d/rolecall.fish",
    Shell.NU: ".config/nushell/autoload/rolecall.nu",
}
shells = pytest.mark.parametrize("shell", FILES, ids=lambda shell: shell.value)
appended = pytest.mark.parametrize(
    "shell", [Shell.BASH, Shell.ZSH, Shell.TCSH], ids=lambda shell: shell.value
)


@pytest.fixture
def machine(tmp_path: Path) -> ShellMachine:
    return ShellMachine(tmp_path / "home")


def install(machine: ShellMachine, shell: Shell, *more: str) -> str:
    result = machine.rolecall("init", shell.value, "--install", *(more or ("--yes",)))
    assert result.returncode == 0, result.stderr
    return result.stdout


@shells
def test_a_new_shell_has_awsp(shell: Shell, machine: ShellMachine) -> None:
    file = machine.home / FILES[shell]
    said = install(machine, shell)
    assert f"added to ~/{FILES[shell]}." in said
    assert f"Written to ~/{FILES[shell]}. New shells have `awsp`" in said
    assert "rolecall init" in said or shell is Shell.NU
    environment = {**machine.environment, "PATH": "/usr/bin:/bin", "TERM": "xterm-256color"}
    with Terminal([program(shell.value)], env=environment, columns=120) as terminal:
        terminal.wait_for(r"\S")
        terminal.press("awsp billing\r", then=r"billing · no sso-session")
    written = file.read_bytes()
    assert "already" in install(machine, shell)
    assert file.read_bytes() == written
    undone = machine.rolecall("undo", "--yes")
    assert f"awsp set up in {shell.value}" in undone.stdout
    assert "removed from" in undone.stdout
    assert f"Undo deletes {file}, which did not exist before the change." in undone.stdout
    assert f"{file} is deleted." in undone.stdout
    assert not file.exists()


@shells
def test_an_open_shell_gets_awsp_with_the_line_that_is_printed(
    shell: Shell, machine: ShellMachine
) -> None:
    """Also if the path needs quotes."""
    folder = str(machine.home / "it's $HOME")
    odd = {"ZDOTDIR": folder, "XDG_CONFIG_HOME": folder, "PATH": "/usr/bin:/bin"}
    said = machine.rolecall("init", shell.value, "--install", "--yes", **odd).stdout
    line = re.search("already open gets it with `(.*)`\\.", said)
    assert line is not None, said
    environment = {**machine.environment, **odd, "TERM": "xterm-256color"}
    with Terminal(RUN[shell], env=environment, columns=250) as terminal:
        prompt = "[>#%$]( |$)"  # nushell loses what is typed before it
        terminal.wait_for(prompt)
        terminal.press(f"{line[1]}\r", then=rf"{re.escape(line[1])}(.*\n)+.*{prompt}")
        terminal.press("awsp billing\r", then=r"billing · no sso-session")
    again = machine.rolecall("init", shell.value, "--install", **odd).stdout
    assert line[0] in again


@appended
def test_other_lines_and_links_stay(shell: Shell, machine: ShellMachine) -> None:
    """A start-up file is often a link to a folder with dotfiles."""
    target = machine.home / "dotfiles" / "startup"
    target.parent.mkdir()
    target.write_bytes(b"# caf\xe9: rolecall init bash zsh tcsh\nsetup=1")
    target.chmod(0o644)
    link = machine.home / FILES[shell]
    link.symlink_to(target)
    before = target.read_bytes()
    assert "+" in install(machine, shell, "--dry-run")
    assert target.read_bytes() == before
    install(machine, shell)
    assert link.is_symlink()
    assert target.read_bytes().startswith(before + b"\n\nif ")
    assert target.stat().st_mode & 0o777 == 0o644
    assert machine.rolecall("undo", "--yes").returncode == 0
    assert target.read_bytes() == before


@appended
def test_no_other_line_is_shown(shell: Shell, machine: ShellMachine) -> None:
    """A start-up file may have a secret in any form."""
    (machine.home / FILES[shell]).write_text("alias db='mysql -u me -phunter2'")
    assert "hunter2" not in install(machine, shell)
    undone = machine.rolecall("undo", "--yes")
    assert undone.returncode == 0
    assert "init" in undone.stdout
    assert "hunter2" not in undone.stdout


def test_it_asks_and_writes_nothing_without_an_answer(machine: ShellMachine) -> None:
    result = machine.rolecall("init", "bash", "--install")
    assert result.returncode == 1
    assert not (machine.home / ".bashrc").exists()
    command = [str(ROLECALL), "init", "bash", "--install"]
    for answer, is_written in (("n", False), ("y", True)):
        with Terminal(command, env=machine.environment, columns=100) as terminal:
            terminal.wait_for(r"^\+  eval ")
            terminal.wait_for(r"Write this\? \[y/N\]:")
            terminal.press(f"{answer}\r")
            assert terminal.wait_exit() == (0 if is_written else 1)
        assert (machine.home / ".bashrc").exists() == is_written


@pytest.mark.quick
def test_a_line_that_is_there_already_is_named(machine: ShellMachine) -> None:
    (machine.home / ".zshrc").write_text('autoload -U compinit\neval "$(rolecall init zsh)"\n')
    assert install(machine, Shell.ZSH).startswith("~/.zshrc:2 already sets it up.")
    fish = machine.home / ".config" / "fish" / "config.fish"
    fish.parent.mkdir(parents=True)
    fish.write_text("rolecall init fish | source\n")
    assert "config.fish:1 already sets it up." in install(machine, Shell.FISH)


@pytest.mark.quick
def test_the_command_can_have_another_name(machine: ShellMachine) -> None:
    assert "New shells have `aw`" in install(machine, Shell.BASH, "--yes", "--cmd", "aw")
    assert "init bash --cmd aw)" in (machine.home / ".bashrc").read_text()


@pytest.mark.quick
def test_powershell_is_refused(machine: ShellMachine) -> None:
    result = machine.rolecall("init", "pwsh", "--install", "--yes")
    assert result.returncode == 2
    assert "Add this to $PROFILE: rolecall init pwsh" in result.stderr
    assert (machine.home / ".aws" / "config").read_text() == CONFIG


@shells
def test_uninstall_removes_what_rolecall_wrote_and_nothing_of_aws(
    shell: Shell, machine: ShellMachine
) -> None:
    file = machine.home / FILES[shell]
    file.parent.mkdir(parents=True, exist_ok=True)
    is_appended = shell in {Shell.BASH, Shell.ZSH, Shell.TCSH}
    before = b"alias db='mysql -u me -phunter2'\n"
    if is_appended:
        file.write_bytes(before)
    install(machine, shell)
    aws = {path: path.read_bytes() for path in (machine.home / ".aws").rglob("*") if path.is_file()}
    state = machine.home / ".local" / "state" / "rolecall"
    asked = machine.rolecall("uninstall")
    assert asked.returncode == 1
    assert "~/.local/state/rolecall: backups" in asked.stdout
    assert "~/.aws stays as it is" in asked.stdout
    assert "hunter2" not in asked.stdout
    assert state.exists()
    removed = machine.rolecall("uninstall", "--yes")
    assert removed.returncode == 0, removed.stderr
    assert not state.exists()
    assert file.read_bytes() == before if is_appended else not file.exists()
    assert {path: path.read_bytes() for path in aws} == aws
    again = machine.rolecall("uninstall", "--yes")
    assert (again.returncode, again.stdout) == (0, "rolecall has written nothing here.\n")


def test_uninstall_names_a_line_that_rolecall_did_not_write(machine: ShellMachine) -> None:
    (machine.home / ".zshrc").write_text('# mine\neval "$(rolecall init zsh)"\n')
    said = machine.rolecall("uninstall", "--yes")
    assert "~/.zshrc:2 loads rolecall. Remove that line yourself." in said.stderr
    assert "init zsh" in (machine.home / ".zshrc").read_text()
