"""`rolecall completion SHELL`: completion without `awsp`, with descriptions."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest
import tree_sitter
import tree_sitter_powershell

from rolecall.cli.main import SUBCOMMANDS, rolecall
from rolecall.domain.shells import Shell
from rolecall.presentation.texts.command_line import command_help
from tests.cli.conftest import ACCOUNT, PERMISSION_SET, CommandLine
from tests.cli.switching.test_switch import ShellMachine
from tests.end_to_end.conftest import ROLECALL
from tests.support.for_each import for_each
from tests.support.programs import program
from tests.support.shells import RUN
from tests.support.terminal import Terminal

LOAD = {
    Shell.BASH: f"PS1='$ '; bind 'set bell-style none'; eval \"$({ROLECALL} completion bash)\"\r",
    Shell.ZSH: (
        "PS1='$ '; unsetopt zle_bracketed_paste; autoload -U compinit; compinit -u -D;"
        f' eval "$({ROLECALL} completion zsh)"\r'
    ),
    Shell.FISH: (
        "function fish_prompt; echo '$ '; end; set -g fish_autosuggestion_enabled 0;"
        f" {ROLECALL} completion fish | source\r"
    ),
    Shell.TCSH: f"set prompt='$ '; eval \"`{ROLECALL} completion tcsh`\"\r",
}


@pytest.fixture
def machine(tmp_path: Path) -> ShellMachine:
    return ShellMachine(tmp_path / "home")


@pytest.mark.parametrize("shell", LOAD, ids=lambda shell: shell.value)
def test_it_completes_and_defines_no_command(shell: Shell, machine: ShellMachine) -> None:
    program(RUN[shell][0])
    environment = {**machine.environment, "TERM": "xterm-256color"}
    with Terminal(RUN[shell], env=environment, columns=150, lines=50) as terminal:
        terminal.wait_for(r"\S")
        terminal.press(LOAD[shell])
        terminal.press("clear\r")
        terminal.wait_until(
            lambda: [line for line in terminal.screen_lines() if line] == ["$"], what="a prompt"
        )
        terminal.press("rolecall doc\t", then=r"^\$ rolecall doctor")
        terminal.press("ctrl+u", "rolecall export bil\t", then=r"^\$ rolecall export billing")
        terminal.press("ctrl+u")
        if shell in {Shell.ZSH, Shell.FISH}:
            terminal.press("rolecall sign-\t")
            terminal.wait_for("sign-out .*Sign out of a session, or of a console sign-in")
            terminal.press("ctrl+u")
            terminal.press("rolecall list --\t")
            terminal.wait_for("--refresh .*Ask AWS even if the cache is recent")
            terminal.press("ctrl+u")
        terminal.press("awsp billing\r", then="(not found|Unknown command)")


@pytest.mark.quick
def test_bash_completes_names_that_readline_splits(machine: ShellMachine) -> None:
    """Also those of `exec`, where what follows the name belongs to another command."""
    names = ("team:admin", "me@team", '"a b"')
    config = "".join(f"[profile {name}]\nregion = x\n" for name in names)
    (machine.home / ".aws" / "config").write_text(config)
    (machine.home / "meeting").touch()
    environment = {**machine.environment, "TERM": "xterm-256color"}
    script = f'cd "$HOME"; {LOAD[Shell.BASH]}'
    with Terminal(RUN[Shell.BASH], env=environment, columns=150, lines=50) as terminal:
        terminal.wait_for(r"\S")
        terminal.press(script, "clear\r")
        terminal.wait_until(
            lambda: [line for line in terminal.screen_lines() if line] == ["$"], what="a prompt"
        )
        for typed, completed in (
            ("exec team:ad", "exec team:admin"),
            ("exec --profile team:ad", "exec --profile team:admin"),
            ("serve me@te", "serve me@team"),
            ("export me@", "export me@team"),
            (r"exec a\ b -- mee", r"exec a\ b -- meeting"),
            ("exec team:admin mee", "exec team:admin meeting"),
            ('exec "a', 'exec "a b"'),
        ):
            terminal.press(f"rolecall {typed}\t", then=f"^\\$ rolecall {re.escape(completed)}")
            terminal.press("ctrl+u")


def test_nushell_completes_without_awsp_too(machine: ShellMachine) -> None:
    program("nu")
    (machine.home / "completion.nu").write_text(machine.rolecall("completion", "nu").stdout)
    assert machine.offered_by_nu("completion.nu", "rolecall export bil") == ["billing"]


def test_powershell_registers_both_commands(machine: ShellMachine) -> None:
    """It is not run, only parsed."""
    script = machine.rolecall("completion", "pwsh").stdout
    language = tree_sitter.Language(tree_sitter_powershell.language())
    assert not tree_sitter.Parser(language).parse(script.encode()).root_node.has_error
    assert "@('awsp', 'switch'), @('rolecall', 'rolecall')" in script
    # For PowerShell, typographic quotes are quotes, too (`domain.shells`).
    assert """-replace "['\\u2018-\\u201B]", '$0$0'""" in script
    offered = machine.rolecall("complete", "rolecall", "pwsh", "export", "=bil").stdout
    assert "billing" in offered


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("", {"help", "list", "save"}),
        ("--d", {"--debug", "--demo"}),
        ("export x --format ", {"fish", "json"}),
        ("export x --format=", {"--format=fish"}),
        ("save --output ", {"json", "yaml-stream"}),
        ("credentials ", {"clean"}),
        ("credentials clean --", {"--dry-run", "--yes"}),
        ("help ex", {"exec", "export"}),
        ("init ", {"bash", "pwsh"}),
        ("whoami ", {"audit-admin", "billing"}),
        ("serve --profile ", {"billing"}),
        ("serve billing --", set()),
        ("exec billing ls --", set()),
        ("save --region ", {"eu-central-1"}),
        ("sign-in ", {"corp"}),
    ],
)
def test_options_and_their_values(line: str, offered: set[str], machine: ShellMachine) -> None:
    """All words are offered; the shell selects. click answers with the same, without a prefix."""
    words = line.split(" ")
    output = machine.rolecall("complete", "rolecall", "fish", *words).stdout
    found = {each.partition("\t")[0] for each in output.splitlines()}
    assert found >= offered
    assert found or not offered
    variables = {"_ROLECALL_COMPLETE": "fish_complete", "COMP_WORDS": f"rolecall {line}"}
    answer = machine.rolecall(**variables, COMP_CWORD=words[-1]).stdout
    answered = {each.rpartition("=")[2] for each in re.findall(r"^plain,([^\t\n]*)", answer, re.M)}
    assert answered >= {each.rpartition("=")[2] for each in offered}


def test_accounts_and_permission_sets_are_completed_from_the_stored_list(
    signed_in: CommandLine,
) -> None:
    signed_in.output_of("list")
    accounts = signed_in.output_of("complete", "rolecall", "zsh", "save", "--account", "")
    assert f"{ACCOUNT}\taudit\n" in accounts
    for account in (ACCOUNT, "Audit", f"{ACCOUNT[:4]}-{ACCOUNT[4:8]}-{ACCOUNT[8:]}"):
        words = ("save", "--account", account, "--permission-set", "")
        assert PERMISSION_SET in signed_in.output_of("complete", "rolecall", "zsh", *words)


@pytest.mark.quick
@for_each("name", SUBCOMMANDS)
def test_the_descriptions_are_those_of_the_help(name: str) -> None:
    command = rolecall.get_command(click.Context(rolecall), name)
    assert command is not None
    assert command.get_short_help_str(200).removesuffix(".") == command_help.summary(name)
