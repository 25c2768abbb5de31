"""Secrets that users paste next to a change are hidden in what is shown of the change."""

from __future__ import annotations

import pytest

from tests.canaries.canaries import Kind
from tests.canaries.conftest import ACCOUNT, PASTED, PERMISSION_SET, Planted
from tests.canaries.test_commands import check_output
from tests.support.fork_server import ForkServer

ROLE = ("--account", ACCOUNT, "--permission-set", PERMISSION_SET)
COMMANDS = (
    ("save", *ROLE, "--name", "saved", "--dry-run"),
    ("save", *ROLE, "--name", "saved"),
    ("save", "--all", "--dry-run"),
    ("undo", "--yes"),
    ("doctor",),
    ("list", "--json"),
)


@pytest.mark.parametrize("lines", [PASTED[at : at + 3] for at in range(0, len(PASTED), 3)])
def test_lines_next_to_a_change_are_hidden(
    planted: Planted, forks: ForkServer, lines: tuple[str, ...]
) -> None:
    config = planted.desk.config
    secrets = [planted.canaries.plant(Kind.FILE) for _ in lines]
    pasted = "\n".join(map(str.format, lines, secrets))
    config.write_text(f"{config.read_text()}\n[profile last]\n{pasted}\n")
    for command in COMMANDS:
        check_output(planted, forks.run([*command], planted.environ), (lines, command))
