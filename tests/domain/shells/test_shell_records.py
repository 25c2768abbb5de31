"""A shell has one record, a record is complete, and no other module knows a shell by its name."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any, cast

import pytest

from rolecall.domain.records import fields
from rolecall.domain.shells import Shell
from rolecall.domain.shells.record import NUL, ShellRecord, StartUp
from tests.presentation.test_literals import docstrings
from tests.support.shells import RUN, environment_after

PACKAGE = Path(__file__).resolve().parents[3] / "app" / "rolecall"
OWNER = PACKAGE / "domain" / "shells"
shells = pytest.mark.parametrize("shell", Shell, ids=lambda shell: shell.value)


def parts(record: ShellRecord) -> list[Any]:
    """The record and those that it consists of."""
    found = [record, record.quoting, record.history, record.scripts, record.completion]
    return [*found, record.start_up] if isinstance(record.start_up, StartUp) else found


@shells
def test_a_record_cannot_lack_anything(shell: Shell) -> None:
    """For mypy too: a field without a default is needed."""
    for part in parts(shell.record):
        whole = {each.name: getattr(part, each.name) for each in fields(part)}
        assert type(part)(**whole) == part
        for name in whole:
            with pytest.raises(TypeError):
                type(part)(**{key: value for key, value in whole.items() if key != name})


def test_a_shell_without_a_record_has_none_of_another() -> None:
    """mypy refuses it before."""
    record = cast(Any, Shell.record)
    with pytest.raises(AssertionError):
        record.fget("xonsh")


def test_the_scripts_are_those_of_the_records() -> None:
    expected = set()
    for shell in Shell:
        scripts = shell.record.scripts
        for part in ["", "-completion", *(["-hook"] if scripts.has_hook else [])]:
            expected.add(f"{shell.value}{part}.{scripts.extension}")
    assert {path.name for path in (PACKAGE / "cli" / "integration").iterdir()} == expected


def test_every_shell_runs_in_the_tests_unless_it_cannot_be_installed() -> None:
    assert {*Shell} - {*RUN} == {Shell.POWERSHELL}


@pytest.mark.parametrize(
    ("table", "left_out"),
    [
        ("tests.cli.switching.test_switch.INIT", {Shell.POWERSHELL}),
        ("tests.cli.switching.test_init_install.FILES", {Shell.POWERSHELL}),
        ("tests.cli.switching.test_completion.LOAD", {Shell.POWERSHELL, Shell.NU}),
        ("tests.end_to_end.profiles.test_switching.START", {Shell.POWERSHELL, Shell.NU}),
    ],
)
def test_the_tables_of_other_tests_have_every_shell(table: str, left_out: set[Shell]) -> None:
    """No other test fails if a shell is missing there."""
    module, _, name = table.rpartition(".")
    assert {*Shell} - {*getattr(import_module(module), name)} == left_out


@shells
def test_a_shell_expresses_every_ordinary_text_and_no_nul(shell: Shell) -> None:
    unquotable = shell.record.quoting.unquotable
    assert unquotable.search("\0")
    assert not unquotable.search("a-Z0 '\"é$")
    assert unquotable is NUL or shell is Shell.TCSH


@pytest.mark.parametrize(
    "shell", [each for each in RUN if each.record.has_eval], ids=lambda shell: shell.value
)
def test_the_line_of_the_help_evaluates_what_a_command_prints(shell: Shell, tmp_path: Path) -> None:
    quoting = shell.record.quoting
    said = tmp_path / "said"
    statements = [quoting.set_variable("V_A", "a 'b'"), quoting.set_variable("V_B", "c")]
    said.write_text("\n".join(statements))
    line = shell.record.evaluating(f"cat {said}")
    assert environment_after(shell, [line], tmp_path) == {"V_A": "a 'b'", "V_B": "c"}


def names_in(source: str) -> Iterator[str]:
    """The shells that a module names, apart from its docstrings."""
    tree = ast.parse(source)
    skipped = docstrings(tree)
    titles = {name for shell in Shell for name in (shell.value, shell.record.title)}
    for node in ast.walk(tree):
        match node:
            case ast.Attribute(value=ast.Name(id="Shell"), attr=name) if name in Shell.__members__:
                yield f"Shell.{name}"
            case ast.Constant(value=str(text)) if id(node) not in skipped:
                yield from titles.intersection(re.findall(r"[\w-]+", text))


def test_the_search_for_names_finds_them() -> None:
    source = '"""Of bash."""\nA = {Shell.ZSH: 1}\nB = "for fish"'
    assert set(names_in(source)) == {"Shell.ZSH", "fish"}


@pytest.mark.thorough
def test_no_other_module_knows_a_shell_by_its_name() -> None:
    build = PACKAGE.parents[1] / "hatch_build.py"
    modules = [path for path in PACKAGE.rglob("*.py") if not path.is_relative_to(OWNER)]
    found = {path.name: [*names_in(path.read_text("utf-8"))] for path in [*modules, build]}
    assert {name: names for name, names in found.items() if names} == {}
