"""Temporary files of killed rolecalls, which may have secrets, are deleted wherever it writes."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest

from rolecall.services.base.leftovers import delete_leftovers, demo_home, left_folders
from tests.support.desk import Desk

_LEFTOVER = ".file.rolecall-0123456789abcdef"


@pytest.mark.parametrize(
    "folder",
    [
        *(".aws", ".aws/sso/cache", ".aws/cli/cache", ".aws/login/cache"),
        *(".config/rolecall", ".cache/rolecall"),
        *(f".local/state/rolecall/{name}" for name in ("", "backups", "refused", "renewing")),
    ],
)
def test_leftovers_are_deleted_and_other_files_stay(desk: Desk, folder: str) -> None:
    path = desk.home / folder
    path.mkdir(parents=True, exist_ok=True)
    for name in (_LEFTOVER, "mine"):
        (path / name).touch()
    delete_leftovers(desk.services.locations)
    assert not (path / _LEFTOVER).exists()
    assert (path / "mine").exists()


def test_folders_in_the_temporary_one_are_deleted_and_drafts_stay(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    draft = desk.services.locations.state / "rolecall-edit-0000000000000000"
    draft.mkdir(parents=True)
    for name in (
        "rolecall-serve-0000000000000000",
        "rolecall-edit-0000000000000000",
        "rolecall-team",
    ):
        (tmp_path / name).mkdir()
    assert len(left_folders(desk.services.locations)) == 3
    delete_leftovers(desk.services.locations)
    assert left_folders(desk.services.locations) == [draft]
    assert (tmp_path / "rolecall-team").exists()


def test_a_link_to_the_config_leads_to_its_leftovers(desk: Desk, tmp_path: Path) -> None:
    folder = tmp_path / "dotfiles"
    folder.mkdir()
    desk.config.rename(folder / "config")
    desk.config.symlink_to(folder / "config")
    (folder / _LEFTOVER).touch()
    delete_leftovers(desk.services.locations)
    assert [each.name for each in folder.iterdir()] == ["config"]


def test_a_variable_that_names_no_file_leads_nowhere(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "work" / "here"
    folder.mkdir(parents=True)
    monkeypatch.chdir(folder)
    leftover = folder.parent / _LEFTOVER
    leftover.touch()
    delete_leftovers(desk.another(AWS_CONFIG_FILE=".").locations)
    assert leftover.exists()


def test_the_home_of_the_demo_is_gone_after_it() -> None:
    with demo_home() as home:
        assert home.is_dir()
    assert not home.exists()
