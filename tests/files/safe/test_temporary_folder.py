"""The temporary folder of a run, and those that killed runs have left."""

from __future__ import annotations

import os
import stat
import tempfile
from pathlib import Path

import pytest

from rolecall.files.safe.temporary_folder import delete_left, left_behind, temporary_folder
from tests.support.open_files import open_files


@pytest.fixture(autouse=True)
def parent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_a_folder_is_private_and_goes_at_the_end(parent: Path) -> None:
    before = open_files()
    with temporary_folder("run") as folder:
        assert folder.parent == parent
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        (folder / "file").touch()
    assert list(parent.iterdir()) == []
    assert not open_files() - before


def test_a_folder_that_has_become_read_only_goes_too(parent: Path) -> None:
    left = parent / "rolecall-run-0000000000000000"
    left.mkdir()
    (left / "file").touch()
    left.chmod(0o500)
    with temporary_folder("run") as folder:
        assert list(parent.iterdir()) == [folder]
        (folder / "file").touch()
        folder.chmod(0o500)
    assert list(parent.iterdir()) == []


def test_only_folders_of_killed_runs_of_the_same_kind_are_deleted(parent: Path) -> None:
    left, other = (
        parent / "rolecall-run-0000000000000000",
        parent / "rolecall-watch-0000000000000000",
    )
    left.mkdir()
    other.mkdir()
    (left / "file").touch()
    with temporary_folder("run") as first, temporary_folder("run") as second:
        assert set(parent.iterdir()) == {first, second, other}


def test_folders_of_killed_runs_are_found_and_those_in_use_are_not(parent: Path) -> None:
    left = [parent / "rolecall-run-0000000000000000", parent / "rolecall-watch-0000000000000000"]
    for each in (*left, parent / "mine"):
        each.mkdir()
    with temporary_folder("window") as used:
        assert sorted(left_behind(parent)) == left
        assert left_behind(parent, "run") == left[:1]
        delete_left(used)
        delete_left(left[0])
        assert used.exists()
        assert left_behind(parent) == left[1:]


def test_what_is_no_folder_is_not_opened(parent: Path) -> None:
    elsewhere = parent / "elsewhere"
    elsewhere.mkdir()
    os.mkfifo(parent / "rolecall-run-0000000000000000")
    (parent / "rolecall-run-0000000000000001").symlink_to(elsewhere)
    with temporary_folder("run"):
        pass
    assert len(list(parent.iterdir())) == 3
