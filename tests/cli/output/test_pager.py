"""PAGER shows output that is longer than the terminal, and nothing else."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import CommandLine
from tests.end_to_end.conftest import ROLECALL
from tests.support.terminal import Terminal


def shown(desk: CommandLine, tmp_path: Path, *arguments: str, lines: int, pager: str) -> bytes:
    """What the terminal received. The pager, if it starts, puts `<` before each line."""
    environment = {
        "PATH": "/usr/bin:/bin", "TERM": "xterm-256color", "PAGER": pager, **desk.environ
    }  # fmt: skip
    command: list[str | Path] = [ROLECALL, *arguments]
    with Terminal(command, env=environment, cwd=tmp_path, columns=120, lines=lines) as terminal:
        assert terminal.wait_exit(60) == 0
        return bytes(terminal.received)


def test_a_long_list_is_paged(signed_in: CommandLine, tmp_path: Path) -> None:
    signed_in.output_of("list")
    assert b"<Account " in shown(signed_in, tmp_path, "list", lines=24, pager="sed 's/^/</'")
    short = shown(signed_in, tmp_path, "list", "audit", lines=24, pager="sed 's/^/</'")
    assert b"audit" in short
    assert b"<" not in short


def test_a_pager_that_fails_or_is_left_early_loses_nothing(
    signed_in: CommandLine, tmp_path: Path
) -> None:
    signed_in.output_of("list")
    assert b"Account " in shown(signed_in, tmp_path, "list", lines=24, pager="cat")
    assert b"Account " in shown(signed_in, tmp_path, "list", lines=24, pager="head -1")
    for pager in ("no-such-pager -R", "/etc/passwd"):
        assert b"Account " in shown(signed_in, tmp_path, "list", lines=24, pager=pager)
    assert b"<" in shown(signed_in, tmp_path, "help", "save", lines=10, pager="sed 's/^/</'")


def test_a_pipe_is_never_paged(signed_in: CommandLine) -> None:
    signed_in.output_of("list")
    assert "<" not in signed_in.output_of("list", PAGER="sed 's/^/</'")
