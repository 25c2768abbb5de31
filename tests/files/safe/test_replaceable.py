"""What the check without a write says about a file is what a write meets."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from rolecall.domain.errors.file_error_reason import FileErrorReason
from rolecall.domain.errors.file_errors import FileUnwritable
from rolecall.files.safe import last_copy, replaceable
from rolecall.files.safe.replaceable import obstacle_to_replacing, refusal_of
from tests.support.obstacles.kills import in_child
from tests.support.obstacles.unwritable import OBSTACLES, unwritable
from tests.support.programs import require_root

_NOBODY = 65534


def met(path: Path) -> str:
    """Return the reason that a write meets, or ""."""
    try:
        with last_copy.replacing(path, path.parent / "state"):
            return ""
    except FileUnwritable as error:
        return error.reason


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "cache" / "token.json"
    path.parent.mkdir()
    path.write_bytes(b"{}")
    path.chmod(0o600)
    return path


def test_a_file_that_can_be_replaced_has_no_obstacle(file: Path) -> None:
    assert obstacle_to_replacing(str(file)) == met(file) == ""


def test_a_missing_file_has_no_obstacle(file: Path) -> None:
    file.unlink()
    assert obstacle_to_replacing(str(file)) == met(file) == ""


@pytest.mark.parametrize("obstacle", OBSTACLES)
def test_it_says_what_a_write_says(file: Path, obstacle: str) -> None:
    with unwritable(file, obstacle):
        assert obstacle_to_replacing(str(file)) == met(file) != ""
    assert obstacle_to_replacing(str(file)) == ""


def test_a_link_to_a_read_only_file_in_a_read_only_folder(file: Path) -> None:
    target = file.parent / "kept" / "real.json"
    target.parent.mkdir()
    file.rename(target)
    file.symlink_to(target)
    target.chmod(0o400)
    target.parent.chmod(0o500)
    assert obstacle_to_replacing(str(file)) == met(file) == FileErrorReason.READ_ONLY_FILE.value
    target.parent.chmod(0o700)


def test_a_folder_is_not_a_file(tmp_path: Path) -> None:
    assert obstacle_to_replacing(str(tmp_path)) == met(tmp_path) == FileErrorReason.NOT_A_FILE.value


def test_a_mount_point_is_found_by_its_escaped_path(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = file.rename(file.with_name("a token.json"))
    mounts = file.with_name("mountinfo")
    line = rf"1020 901 0:59 /b {path.parent}/a\040token.json rw - ext4 /dev/sda1 rw"
    mounts.write_text(f"901 1 0:58 / / rw - overlay overlay rw\n{line}\n")
    monkeypatch.setattr(replaceable, "_MOUNTS", str(mounts))
    assert obstacle_to_replacing(str(path)) == met(path) == FileErrorReason.MOUNT_POINT.value
    monkeypatch.setattr(replaceable, "_MOUNTS", str(mounts) + "-missing")
    assert obstacle_to_replacing(str(path)) == met(path) == ""


def test_root_replaces_the_files_of_others(file: Path) -> None:
    require_root()
    os.chown(file, _NOBODY, _NOBODY)
    assert obstacle_to_replacing(str(file)) == met(file) == ""


def _folder_mode(mode: int) -> Callable[[Path], None]:
    return lambda file: file.parent.chmod(mode)


def _owner(uid: int, gid: int, folder_mode: int) -> Callable[[Path], None]:
    def change(file: Path) -> None:
        os.chown(file, uid, gid)
        os.chown(file.parent, -1, 0)
        file.parent.chmod(folder_mode)

    return change


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (_folder_mode(0o500), FileErrorReason.PERMISSION),
        (_folder_mode(0o300), FileErrorReason.PERMISSION),
        (_folder_mode(0o700), None),
        (_owner(0, 0, 0o777), FileErrorReason.OTHER_OWNER),
        (_owner(_NOBODY, 0, 0o777), FileErrorReason.OTHER_GROUP),
        (_owner(_NOBODY, 0, 0o2777), None),  # new files get the group of the folder
        (_owner(_NOBODY, 1, 0o2777), FileErrorReason.OTHER_GROUP),
        (_owner(_NOBODY, 100, 0o777), None),  # one of the user's groups
    ],
)
def test_it_says_what_a_write_of_an_ordinary_user_says(
    file: Path, change: Callable[[Path], None], reason: FileErrorReason | None
) -> None:
    require_root()
    for each in (file, file.parent):
        os.chown(each, _NOBODY, _NOBODY)
    for each in file.parents[1:5]:
        each.chmod(each.stat().st_mode | 0o055)
    file.chmod(0o606)
    change(file)
    expected = "" if reason is None else reason.value

    def compare() -> None:
        os.setgroups([100])
        os.setgid(_NOBODY)
        os.setuid(_NOBODY)
        assert (obstacle_to_replacing(str(file)), met(file)) == (expected, expected)

    assert in_child(compare) == 0


def test_a_folder_that_is_gone_refuses_a_write(tmp_path: Path) -> None:
    assert refusal_of(str(tmp_path / "gone")) == FileErrorReason.PERMISSION.value
