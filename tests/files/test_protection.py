"""Folders in which other users of the machine can replace the AWS files."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from rolecall.files.fast.protection import unprotected
from tests.support.programs import require_root

FOLDERS = (
    ".aws", ".aws/sso", ".aws/sso/cache", ".aws/cli", ".aws/cli/cache",
    ".aws/login", ".aws/login/cache",
)  # fmt: skip
UNKNOWN = 54321  # a user and a group that the system does not know
CHANGEABLE = "changeable-folder"

Found = list[tuple[str, str]]


@contextmanager
def real_user(user: int) -> Iterator[None]:
    """Run as root for another user."""
    os.setresuid(user, -1, -1)
    yield
    os.setresuid(0, -1, -1)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    for folder in (".", *FOLDERS):
        (tmp_path / folder).mkdir(exist_ok=True)
        (tmp_path / folder).chmod(0o700)
    return tmp_path


@pytest.fixture
def found(home: Path) -> Callable[..., Found]:
    """Return what is found, with paths below the home."""

    def find(config: Path = home / ".aws" / "config") -> Found:
        aws = home / ".aws"
        all_found = unprotected(
            str(home), str(config), str(aws / "credentials"), str(aws / "login" / "cache")
        )
        return [(os.path.relpath(each.path, home), each.problem) for each in all_found]

    return find


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_folder_that_anyone_can_write_is_found(
    folder: str, home: Path, found: Callable[..., Found]
) -> None:
    (home / folder).chmod(0o755)
    assert found() == []
    (home / folder).chmod(0o757)
    assert found() == [(folder, CHANGEABLE)]


@pytest.mark.parametrize("group", [0, UNKNOWN])
@pytest.mark.parametrize("user", [0, UNKNOWN])
def test_a_group_that_has_only_the_user_can_write_a_folder(
    user: int, group: int, home: Path, found: Callable[..., Found]
) -> None:
    """A umask of 002 gives such folders. The group of the user alone has the name of the user."""
    require_root()
    for folder in FOLDERS:
        os.chown(home / folder, user, group)
        (home / folder).chmod(0o775)
    with real_user(user):
        assert found() == ([] if user == group else [(each, CHANGEABLE) for each in FOLDERS])


def test_in_a_sticky_folder_others_cannot_replace_a_file(
    home: Path, found: Callable[..., Found]
) -> None:
    """/tmp is one, and AWS_CONFIG_FILE may name a file in it."""
    elsewhere = home / "elsewhere"
    elsewhere.mkdir()
    elsewhere.chmod(0o1777)
    assert found(elsewhere / "config") == []
    elsewhere.chmod(0o777)
    assert found(elsewhere / "config") == [("elsewhere", CHANGEABLE)]


def test_the_folder_of_a_relative_path_is_the_current_one(
    home: Path, found: Callable[..., Found], monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = home / "elsewhere"
    elsewhere.mkdir()
    elsewhere.chmod(0o777)
    monkeypatch.chdir(elsewhere)
    assert found(Path("config")) == [("elsewhere", CHANGEABLE)]


def test_a_device_in_the_place_of_a_file_is_not_found(found: Callable[..., Found]) -> None:
    assert found(Path("/dev/null")) == []


def test_a_folder_of_another_user_is_found(home: Path, found: Callable[..., Found]) -> None:
    require_root()
    for folder in FOLDERS:
        os.chown(home / folder, UNKNOWN, -1)
    os.chown(home / ".aws" / "cli", 0, -1)  # root can write everything
    os.chown(home / ".aws" / "sso", UNKNOWN + 1, -1)
    with real_user(UNKNOWN):
        assert found() == [(".aws/sso", "foreign-folder")]
    assert found() == []  # a home that a container has mounted for its root
