"""Commands that need no screen, no call and no table import no Textual, no boto3 and no Rich."""

from __future__ import annotations

import sys

import pytest

from tests.cli.conftest import PROFILE, CommandLine
from tests.support.programs import completed

_HEAVY = {"textual", "rich.console", "boto3", "botocore"}
_REPORT = (
    "import sys, atexit; atexit.register(lambda: print(*sys.modules, file=sys.stderr))\n"
    "sys.argv = ['rolecall', *{arguments!r}]; from rolecall.__main__ import main; main()"
)


@pytest.mark.parametrize(
    "arguments",
    [
        ["doctor"],
        ["save", "--all", "--dry-run", "audit"],
        ["export", PROFILE],
        ["credential-process", "--profile", PROFILE],
        ["whoami", "--help"],
        ["list"],
        ["log"],
        ["tokens"],
        ["init", "bash"],
    ],
    ids=" ".join,
)
def test_a_command_imports_what_it_needs(signed_in: CommandLine, arguments: list[str]) -> None:
    for each in (["list"], ["export", PROFILE]):
        signed_in.output_of(*each)  # from here on all is in the caches
    result = completed(
        [sys.executable, "-c", _REPORT.format(arguments=arguments)],
        {"PATH": "/usr/bin:/bin", **signed_in.environ},
        check=False,
    )
    assert result.stdout
    assert "rolecall.__main__" in result.stderr.split()
    heavy = _HEAVY - {"rich.console"} if arguments[0] == "save" else _HEAVY  # it prints a table
    assert not heavy.intersection(result.stderr.split())
