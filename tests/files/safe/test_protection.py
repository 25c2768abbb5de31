"""Files of AWS that other users of the machine can change, add or replace."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from rolecall.files.paths import Paths, known_paths
from rolecall.files.safe import protection
from rolecall.files.safe.protection import unprotected
from tests.support.programs import require_root

FOLDERS = (
    ".aws", ".aws/sso", ".aws/sso/cache", ".aws/cli", ".aws/cli/cache",
    ".aws/login", ".aws/login/cache",
)  # fmt: skip
UNKNOWN = 54321  # a user and a group that the system does not know
CHANGEABLE = "changeable-folder"
FOREIGN = "foreign-file"

Found = list[tuple[str, str]]


@contextmanager
def real_user(user: int) -> Iterator[None]:
    """Run as root for another user."""
    os.setresuid(user, -1, -1)
    yield
    os.setresuid(0, -1, -1)


@pytest.fixture
def users(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the file with all users. Some systems have others with root's group."""
    path = tmp_path / "passwd"
    path.write_text("root:x:0:0:root:/root:/bin/sh\n")
    monkeypatch.setattr(protection, "_USERS", path)
    return path


def paths_in(home: Path, **others: str) -> Paths[str]:
    return known_paths({"HOME": str(home)})._replace(**others)


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
        all_found = unprotected(paths_in(home, config=str(config)))
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
    user: int, group: int, home: Path, users: Path, found: Callable[..., Found]
) -> None:
    """A umask of 002 gives such folders. The group of the user alone has the name of the user."""
    require_root()
    for folder in FOLDERS:
        os.chown(home / folder, user, group)
        (home / folder).chmod(0o775)
    with real_user(user):
        assert found() == ([] if user == group else [(each, CHANGEABLE) for each in FOLDERS])


@pytest.mark.parametrize("user", [0, UNKNOWN])
def test_a_group_that_is_the_primary_one_of_another_user_can_write_a_folder(
    user: int, home: Path, users: Path, found: Callable[..., Found]
) -> None:
    require_root()
    with users.open("a") as file:
        file.write(f"+\n:\nsame:x:{user}:{user}::/:/bin/sh\n")
    os.chown(home / ".aws", user, user)
    (home / ".aws").chmod(0o775)
    with real_user(user):
        assert found() == []
        with users.open("a") as file:
            file.write(f"eve:x:{UNKNOWN + 1}:{user}::/:/bin/sh\n")
        assert found() == [(".aws", CHANGEABLE)]


def test_in_a_sticky_folder_others_cannot_replace_a_file_but_add_one(
    home: Path, found: Callable[..., Found]
) -> None:
    """/tmp is one, and AWS_CONFIG_FILE may name a file in it."""
    elsewhere = home / "elsewhere"
    elsewhere.mkdir()
    elsewhere.chmod(0o1777)
    assert found(elsewhere / "config") == [("elsewhere", CHANGEABLE)]
    (elsewhere / "config").touch(0o600)
    assert found(elsewhere / "config") == []
    elsewhere.chmod(0o777)
    assert found(elsewhere / "config") == [("elsewhere", CHANGEABLE)]


def test_a_sticky_home_is_safe_once_the_aws_folder_is_there(
    home: Path, found: Callable[..., Found]
) -> None:
    home.chmod(0o1777)
    assert found() == []
    (home / ".aws").rename(home / "aws")
    assert found() == [(".", CHANGEABLE)]


def test_in_a_sticky_aws_folder_others_can_add_what_is_missing(
    home: Path, found: Callable[..., Found]
) -> None:
    """Such as a file with a credential_process."""
    (home / ".aws").chmod(0o1777)
    for name in ("config", "credentials"):
        assert found() == [(".aws", CHANGEABLE)]
        (home / ".aws" / name).touch(0o600)
    assert found() == []
    (home / ".aws" / "cli" / "cache").rmdir()
    (home / ".aws" / "cli").rmdir()
    assert found() == [(".aws", CHANGEABLE)]


def test_others_can_add_tokens_to_a_sticky_cache(home: Path, found: Callable[..., Found]) -> None:
    (home / ".aws" / "sso" / "cache").chmod(0o1777)
    assert found() == [(".aws/sso/cache", CHANGEABLE)]


def test_others_can_rename_the_aws_folder_in_a_home_that_they_can_write(
    home: Path, found: Callable[..., Found]
) -> None:
    home.chmod(0o777)
    assert found() == [(".", CHANGEABLE)]


@pytest.mark.parametrize("name", [".aws", ".aws/config", ".aws/sso/cache", ".aws/sso/cache/x.json"])
def test_the_folder_that_a_link_leads_to_is_found(
    name: str, home: Path, found: Callable[..., Found]
) -> None:
    """So is that of a link in between."""
    (home / ".aws" / "config").touch(0o600)
    (home / ".aws" / "sso" / "cache" / "x.json").touch(0o600)
    first, second = home / "first", home / "second"
    for folder in (first, second):
        folder.mkdir()
        folder.chmod(0o700)
    (home / name).rename(second / "target")
    (first / "link").symlink_to("../second/target")
    (home / name).symlink_to(first / "link")
    assert found() == []
    for folder in (first, second):
        folder.chmod(0o777)
        assert found() == [(folder.name, CHANGEABLE)]
        folder.chmod(0o700)


def test_links_in_a_circle_end(home: Path, found: Callable[..., Found]) -> None:
    (home / ".aws" / "config").symlink_to("config")
    assert found() == []


@pytest.mark.parametrize("name", ["config", "../elsewhere/config", "./config"])
def test_the_folder_of_a_relative_path_is_named_in_full(
    name: str, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = home / "elsewhere"
    elsewhere.mkdir()
    elsewhere.chmod(0o777)
    (elsewhere / "config").touch()
    (elsewhere / "config").chmod(0o602)
    monkeypatch.chdir(elsewhere)
    assert list(unprotected(paths_in(home, config=name, credentials=""))) == [
        (str(elsewhere / "config"), "changeable"),
        (str(elsewhere), CHANGEABLE),
    ]


def test_settings_that_others_can_change_are_found(home: Path) -> None:
    """Their actions are commands. They have no secrets."""
    settings = home / ".config" / "rolecall" / "settings.toml"

    def find() -> Found:
        paths = paths_in(home, config="", credentials="")
        return [(each.path, each.problem) for each in unprotected(paths, with_own=True)]

    assert find() == []
    settings.parent.mkdir(parents=True)
    for folder in (settings.parent, settings.parent.parent):
        folder.chmod(0o777)
        assert find() == [(str(folder), CHANGEABLE)]
        folder.chmod(0o755)
    settings.touch(mode=0o644)
    settings.chmod(0o644)
    assert find() == []
    settings.chmod(0o646)
    assert find() == [(str(settings), "changeable")]


def test_a_backup_or_another_file_of_the_state_that_others_can_read_is_found(home: Path) -> None:
    state = home / ".local" / "state" / "rolecall"
    backups = state / "backups"

    def find() -> Found:
        return [(each.path, each.problem) for each in unprotected(paths_in(home), with_own=True)]

    backups.mkdir(parents=True)
    for folder in (state.parent, state, backups):
        folder.chmod(0o755)
        assert find() == []
        folder.chmod(0o757)
        assert find() == [(str(folder), CHANGEABLE)]
        folder.chmod(0o700)
    for file in (state / "handed-out.log", backups / "20261130.old"):
        file.touch(0o600)
        assert find() == []
        file.chmod(0o640)
        assert find() == [(str(file), "exposed")]
        file.chmod(0o620)
        assert find() == [(str(file), "changeable")]
        file.chmod(0o600)


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


@pytest.mark.parametrize("name", ["config", "credentials", "sso/cache/x.json"])
def test_a_file_of_another_user_is_found(
    name: str, home: Path, found: Callable[..., Found]
) -> None:
    require_root()
    for folder in FOLDERS:
        os.chown(home / folder, UNKNOWN, -1)
    path = home / ".aws" / name
    path.touch(0o600)
    with real_user(UNKNOWN):
        assert found() == []  # root can change everything
        os.chown(path, UNKNOWN + 1, -1)
        assert found() == [(f".aws/{name}", FOREIGN)]
        os.chown(path, UNKNOWN, -1)
        assert found() == []
    assert found() == []


def test_the_owner_of_another_folder_is_trusted_but_nobody_else_in_it(
    home: Path, found: Callable[..., Found]
) -> None:
    """A variable or a link may name a file of the team; in /tmp anyone may have created it."""
    require_root()
    team = home / "team"
    team.mkdir()
    for path in (team / "config", team, *(home / each for each in FOLDERS)):
        path.touch()
        os.chown(path, UNKNOWN, -1)
    for path in (team / "config", team):
        os.chown(path, UNKNOWN + 1, -1)
    (home / ".aws" / "config").symlink_to(team / "config")
    with real_user(UNKNOWN):
        assert found() == found(team / "config") == []
        os.chown(team, 0, -1)
        team.chmod(0o1777)
        assert found() == [(".aws/config", FOREIGN), ("team", CHANGEABLE)]
        assert found(team / "config") == [("team/config", FOREIGN), ("team", CHANGEABLE)]
