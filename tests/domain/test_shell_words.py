"""A shell's own words cannot be the name of the command."""

from __future__ import annotations

import re
import subprocess

import pytest

from rolecall.domain.shell_words import is_reserved
from rolecall.domain.shells import AWSP, Shell
from tests.support.programs import program
from tests.support.shells import RUN

RESERVED = {
    Shell.BASH: "compgen -k",
    Shell.ZSH: "print -l ${(k)reswords}",
    Shell.NU: "help commands | where command_type == keyword | get name | to text",
}


@pytest.mark.parametrize("shell", RESERVED, ids=lambda shell: shell.value)
def test_every_reserved_word_is_known(shell: Shell) -> None:
    command = [program(RUN[shell][0]), *RUN[shell][1:], "-c", RESERVED[shell]]
    said = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stdout
    words = re.findall("^[A-Za-z_][A-Za-z0-9_-]*", said, re.MULTILINE)
    assert "if" in words
    assert [word for word in words if not is_reserved(shell, word)] == []


def test_a_word_of_one_shell_is_a_name_in_another() -> None:
    assert is_reserved(Shell.FISH, "end")
    assert not is_reserved(Shell.BASH, "end")
    assert is_reserved(Shell.POWERSHELL, "ForEach")
    assert not any(is_reserved(shell, name) for shell in Shell for name in (AWSP, "aw", "use-aws"))
