"""Files that are no files, and paths that no file system takes: commands neither hang nor crash."""

from __future__ import annotations

import os

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
