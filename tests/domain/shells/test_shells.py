"""Every shell reads every value as itself and runs nothing."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
import tree_sitter
import tree_sitter_powershell
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rolecall.domain.shells import AWSP, Shell
from rolecall.domain.shells.record import CannotQuote
from tests.support.for_each import for_each
from tests.support.programs import program
from tests.support.shells import RUN, environment_after

HOSTILE = [
    "",
    " ",
    "it's",
    "''",
    "'\\''",
    "\\",
    "\\\\",
    "\\'",
    '"',
    '""',
    "`touch ran`",
    "$(touch ran)",
    "(touch ran)",
    "$HOME ${HOME} %HOME% $env:HOME {HOME}",
    "!! !$ !touch",
    "; touch ran",
    "& touch ran &",
    "| touch ran",
    "> ran",
    "* ? [a-z] ~ ~root {a,b}",
    "# no comment",
    "-n",
    "=x",
    "‘touch ran’ ‚ ‛ “x” „",
    "Zoë 東京 🚀",
    "\u2028\u2029\u00a0",
    "a\\nb\\x41\\u{41}",
    "'; touch ran; '",
    "r#'x'#",
    "%d %s %%",
    "^caret^",
]
# No NUL, which an environment cannot contain, and no surrogates, which are not text.
characters = st.characters(exclude_characters="\0", exclude_categories=["Cs"])
special = st.sampled_from("'\"\\`$!;&|<>(){}[]*?~#%^=-\n\r\t ‘’‚‛\x1b\x7fa")
texts = st.text(st.one_of(special, characters), max_size=30)
shells = pytest.mark.parametrize("shell", RUN, ids=lambda shell: shell.value)


def check(shell: Shell, values: list[str], folder: Path) -> None:
    """Pass many values to one shell process."""
    expected: dict[str, str] = {}
    statements: list[str] = []
    for i, value in enumerate(values):
        try:
            statements.append(shell.record.quoting.set_variable(f"V_{i}", value))
        except CannotQuote:
            assert shell is Shell.TCSH
            continue
        expected[f"V_{i}"] = value
    before = sorted(folder.iterdir())
    assert environment_after(shell, statements, folder) == expected
    assert {path.name for path in folder.iterdir()} - {path.name for path in before} <= {
        "show.py",
        f"script.{shell.value}",
        ".config",
        ".local",
        ".cache",
    }


@shells
def test_hostile_values_arrive_unchanged(shell: Shell, tmp_path: Path) -> None:
    check(shell, HOSTILE, tmp_path)


@pytest.mark.thorough
@shells
@settings(
    max_examples=6,
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
        HealthCheck.large_base_example,
    ],
)
@given(values=st.lists(texts, min_size=60, max_size=120))
def test_any_value_arrives_unchanged(shell: Shell, values: list[str], tmp_path: Path) -> None:
    check(shell, values, tmp_path)


@pytest.mark.parametrize(
    ("shell", "option"),
    [
        (Shell.ZSH, "setopt rc_quotes ksh_arrays sh_word_split"),
        (Shell.TCSH, "set backslash_quote"),
        (Shell.BASH, "set -o posix"),
    ],
    ids=["zsh", "tcsh", "bash"],
)
def test_options_that_change_what_quotes_mean(shell: Shell, option: str, tmp_path: Path) -> None:
    values = {f"V_{i}": value for i, value in enumerate(HOSTILE)}
    statements = [shell.record.quoting.set_variable(name, value) for name, value in values.items()]
    assert environment_after(shell, [option, *statements], tmp_path) == values


@shells
def test_variables_are_unset(shell: Shell, tmp_path: Path) -> None:
    statements = [
        shell.record.quoting.set_variable("V_A", "1"),
        shell.record.quoting.set_variable("V_B", "2"),
        shell.record.quoting.unset_variable("V_A"),
        shell.record.quoting.unset_variable("V_NEVER"),
    ]
    assert environment_after(shell, statements, tmp_path) == {"V_B": "2"}


def test_a_variable_is_unset_in_every_scope_of_fish(tmp_path: Path) -> None:
    statements = [
        "set -Ux V_A universal",
        Shell.FISH.record.quoting.set_variable("V_A", "1"),
        Shell.FISH.record.quoting.unset_variable("V_A"),
        "set -q V_A; and echo left",
    ]
    found = environment_after(Shell.FISH, statements, tmp_path, command=("fish",))
    assert found == {}


@given(text=texts)
def test_powershell_reads_one_literal_string(text: str) -> None:
    """Checked with its grammar, because PowerShell cannot be installed here."""
    language = tree_sitter.Language(tree_sitter_powershell.language())
    source = Shell.POWERSHELL.record.quoting.set_variable(
        "V_A", text.replace("‘", "").replace("’", "")
    )
    tree = tree_sitter.Parser(language).parse(source.encode())
    assert not tree.root_node.has_error
    literals = _nodes(tree.root_node, "string_literal")
    assert [literal.text for literal in literals] == [source.partition(" = ")[2].encode()]
    assert not _nodes(tree.root_node, "command")


def _nodes(node: tree_sitter.Node, kind: str) -> list[tree_sitter.Node]:
    found = [node] if node.type == kind else []
    return found + [each for child in node.children for each in _nodes(child, kind)]


def test_powershell_doubles_every_quote_it_knows() -> None:
    assert Shell.POWERSHELL.record.quoting.word("a'b‘c’d‚e‛f") == "'a''b‘‘c’’d‚‚e‛‛f'"


@for_each(("shell", "text"), [*((shell, "a\0b") for shell in Shell), (Shell.TCSH, "a\nb")])
def test_text_that_a_shell_cannot_express_raises(shell: Shell, text: str) -> None:
    with pytest.raises(CannotQuote) as refusal:
        shell.record.quoting.word(text)
    assert text not in str(refusal.value)


@for_each("name", ["", "1A", "A B", "A;id", "A=", "A\n"])
def test_a_variable_name_cannot_run_code(name: str) -> None:
    for shell in Shell:
        with pytest.raises(ValueError, match="no name"):
            shell.record.quoting.set_variable(name, "x")
        with pytest.raises(ValueError, match="no name"):
            shell.record.quoting.unset_variable(name)


WORDS = {
    Shell.BASH: "compgen -k",
    Shell.ZSH: "print -l ${(k)reswords}",
    Shell.NU: "help commands | where command_type == keyword | get name | to text",
}


@pytest.mark.parametrize("shell", WORDS, ids=lambda shell: shell.value)
def test_every_reserved_word_is_known(shell: Shell) -> None:
    command = [program(RUN[shell][0]), *RUN[shell][1:], "-c", WORDS[shell]]
    said = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stdout
    words = re.findall("^[A-Za-z_][A-Za-z0-9_-]*", said, re.MULTILINE)
    assert "if" in words
    assert [word for word in words if not shell.record.is_reserved(word)] == []


def test_a_word_of_one_shell_is_a_name_in_another() -> None:
    assert Shell.FISH.record.is_reserved("end")
    assert not Shell.BASH.record.is_reserved("end")
    assert Shell.POWERSHELL.record.is_reserved("ForEach")
    for shell in Shell:
        assert not any(map(shell.record.is_reserved, (AWSP, "aw", "use-aws")))
