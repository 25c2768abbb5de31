"""What rolecall creates belongs to its user alone."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from shutil import rmtree

import pytest

from tests.cli.conftest import PROFILE, CommandLine


@pytest.fixture
def open_umask() -> Iterator[None]:
    """Programs that the test starts inherit a umask of 0."""
    before = os.umask(0)
    yield
    os.umask(before)


@pytest.mark.usefixtures("open_umask")
@pytest.mark.parametrize(
    "command",
    [("switch", "--shell=bash", PROFILE), ("list",), ("export", PROFILE), ("tokens",)],
    ids=lambda command: command[0],
)
def test_new_files_and_folders_are_private(
    signed_in: CommandLine, command: tuple[str, ...]
) -> None:
    for folder in (".local", ".cache"):
        rmtree(signed_in.home / folder, ignore_errors=True)
    signed_in.output_of(*command)
    for path in signed_in.home.rglob("*"):
        if path.name != "config":
            assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path
