"""Files that are no files, and paths that no file system takes: commands neither hang nor crash."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from shutil import rmtree

import pytest

from tests.cli.conftest import PROFILE, CommandLine

COMMANDS = [
    ("tokens",),
    ("list",),
    ("doctor",),
    ("whoami",),
    ("export", PROFILE),
    ("switch", "--shell=bash", PROFILE),
    ("complete", "switch", ""),
    ("undo", "--list"),
    ("sign-out", "--yes"),
]
every_command = pytest.mark.parametrize("words", COMMANDS, ids=lambda words: words[0])


@every_command
def test_a_named_pipe_in_the_place_of_a_file_blocks_nothing(
    signed_in: CommandLine, words: tuple[str, ...]
) -> None:
    home = signed_in.home
    token = signed_in.token_cache.token_path(signed_in.session)
    paths = [
        ".aws/credentials",
        ".config/rolecall/settings.toml",
        ".cache/rolecall/inventory.sqlite",
    ]
    paths += [
        ".local/state/rolecall/recent-profiles",
        f".local/state/rolecall/refused/{token.name}",
    ]
    for path in [home / each for each in paths] + [token]:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        os.mkfifo(path)
    result = signed_in.rolecall(*words)
    assert "internal error" not in result.stderr


@pytest.mark.parametrize("words", [("list",), ("doctor",), ("export", PROFILE), ("undo", "--list")])
@pytest.mark.parametrize(
    "variable",
    [
        "AWS_CONFIG_FILE",
        "AWS_SHARED_CREDENTIALS_FILE",
        "XDG_STATE_HOME",
        "XDG_CACHE_HOME",
        "XDG_CONFIG_HOME",
        "HOME",
    ],
)
def test_a_path_that_is_too_long(
    signed_in: CommandLine, words: tuple[str, ...], variable: str
) -> None:
    result = signed_in.rolecall(*words, **{variable: "/" + "x" * 300})
    assert "internal error" not in result.stderr


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
