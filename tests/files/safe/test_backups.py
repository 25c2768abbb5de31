"""The bytes that a write replaced are kept. The write can be undone until the file changes."""

from __future__ import annotations

import errno
import json
import os
import shutil
import signal
import stat
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from rolecall.domain.config.file_change import Backup
from rolecall.domain.errors.file_error_reason import FileErrorReason
from rolecall.domain.errors.file_errors import (
    BackupChanged,
    FileChanged,
    FileUnreadable,
    FileUnwritable,
    StateUnwritable,
    UndoRefused,
)
from rolecall.files.aws_config import editor
from rolecall.files.aws_config.config_edits import DeleteProfile, SetProfile
from rolecall.files.aws_config.config_file import ConfigFile
from rolecall.files.safe import atomic, backups
from rolecall.files.safe.backups import Backups
from rolecall.presentation.errors import explain
from tests.support.obstacles.full_disk import full_disk
from tests.support.obstacles.kills import CHANGES, die_at, in_child

OLD = b"# mine\n[profile dev]\nregion = eu-west-1\n"
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


class BackedUpFile:
    def __init__(self, folder: Path, name: str = "config") -> None:
        self.path, self.state, self.now = folder / name, folder / "state", NOW
        self.file = ConfigFile(self.path, self.state, lambda: self.now)
        self.backups = Backups(self.state)

    def write(self, region: str) -> None:
        self.now += timedelta(seconds=1)
        self.file.commit(self.file.plan([SetProfile("dev", {"region": region})]))

    def last(self) -> Backup:
        backup = self.backups.last()
        assert backup is not None
        return backup

    def undo(self) -> None:
        backup = self.backups.last(self.path)
        assert backup is not None
        self.now += timedelta(seconds=1)
        self.backups.write_undo(backup, self.backups.undo(backup), self.now)


@pytest.fixture
def desk(tmp_path: Path) -> BackedUpFile:
    (tmp_path / "config").write_bytes(OLD)
    return BackedUpFile(tmp_path)


def test_writes_are_undone_one_by_one_the_last_first(desk: BackedUpFile) -> None:
    for region in ("a-1", "b-1", "c-1"):
        desk.write(region)
    for region in ("b-1", "a-1", "eu-west-1"):
        desk.undo()
        assert desk.path.read_bytes() == OLD.replace(b"eu-west-1", region.encode())
    assert desk.backups.last(desk.path) is None
    assert len(desk.backups.list()) == 6


def test_writes_are_undone_in_their_order_though_the_clock_was_set_back(desk: BackedUpFile) -> None:
    desk.now = NOW + timedelta(hours=9)
    desk.write("us-east-1")
    between = desk.path.read_bytes()
    desk.now = NOW
    desk.write("us-west-2")
    desk.write("ca-west-1")
    assert [each.when for each in desk.backups.list()] == [
        NOW + timedelta(seconds=2),
        NOW + timedelta(seconds=1),
        NOW + timedelta(hours=9, seconds=1),
    ]
    desk.undo()
    desk.undo()
    assert desk.path.read_bytes() == between
    desk.undo()
    assert desk.path.read_bytes() == OLD


def test_an_undone_write_stays_undone_if_the_file_changes(desk: BackedUpFile) -> None:
    desk.write("a-1")
    desk.undo()
    desk.path.write_bytes(b"another program")
    assert desk.backups.last() is None


def test_the_last_write_is_that_of_the_file(desk: BackedUpFile) -> None:
    other = BackedUpFile(desk.path.parent, "other")
    desk.write("a-1")
    other.now += timedelta(hours=1)
    other.write("b-1")
    found = [desk.backups.last(path) for path in (desk.path, other.path, None)]
    assert [each and each.path for each in found] == [desk.path, other.path, other.path]


def test_a_write_after_an_undo_can_be_undone_too(desk: BackedUpFile) -> None:
    desk.write("a-1")
    desk.undo()
    desk.write("b-1")
    desk.undo()
    assert desk.path.read_bytes() == OLD


def test_an_undo_can_be_shown_before_it_is_written(desk: BackedUpFile) -> None:
    desk.write("a-1")
    backup = desk.last()
    assert (backup.summary, backup.when) == ("set-profile dev", NOW + timedelta(seconds=1))
    assert "-region = a-1\n+region = eu-west-1" in desk.backups.undo(backup).diff()


def test_an_undo_is_refused_if_the_file_has_changed_since(desk: BackedUpFile) -> None:
    desk.write("a-1")
    backup = desk.last()
    change = desk.backups.undo(backup)
    desk.path.write_bytes(b"another program")
    with pytest.raises(UndoRefused) as refused:
        desk.backups.undo(backup)
    assert b"region = eu-west-1" in refused.value.kept.read_bytes()
    with pytest.raises(FileChanged):
        desk.backups.write_undo(backup, change, NOW)
    assert desk.path.read_bytes() == b"another program"
    assert desk.backups.last() == backup


def test_an_undo_is_refused_if_the_file_was_deleted(desk: BackedUpFile) -> None:
    desk.write("a-1")
    backup = desk.last()
    desk.path.unlink()
    with pytest.raises(UndoRefused):
        desk.backups.undo(backup)


def test_a_file_that_is_gone_with_its_folder_does_not_block_older_writes(
    desk: BackedUpFile, tmp_path: Path
) -> None:
    desk.write("us-east-1")
    folder = tmp_path / "temporary"
    folder.mkdir()
    (folder / "config").write_bytes(OLD)
    other = BackedUpFile(folder)
    other.file = ConfigFile(other.path, desk.state, lambda: desk.now + timedelta(minutes=1))
    other.write("us-east-2")
    assert desk.last().path == other.path
    shutil.rmtree(folder)
    assert desk.last().path == desk.path
    desk.undo()
    # It is still the last one if there is no other: the refusal says where the old bytes are.
    last = desk.last()
    with pytest.raises(UndoRefused) as caught:
        desk.backups.undo(last)
    assert caught.value.kept.read_bytes() == OLD


def test_an_undo_needs_the_old_bytes(desk: BackedUpFile) -> None:
    desk.write("a-1")
    backup = desk.last()
    (old,) = (desk.state / "backups").glob("*.old")
    old.unlink()
    with pytest.raises(FileUnreadable) as missing:
        desk.backups.undo(backup)
    assert (missing.value.path, missing.value.reason) == (old, "missing")


def test_undoing_the_creation_of_a_file_deletes_it(desk: BackedUpFile) -> None:
    desk.path.unlink()
    for _ in range(2):  # it can be created again
        desk.write("a-1")
        desk.write("b-1")
        backup = desk.last()
        assert not desk.backups.undo(backup).deletes
        desk.undo()
        backup = desk.last()
        assert "--- config\n+++ /dev/null\n@@" in desk.backups.undo(backup).diff()
        desk.undo()
        assert not desk.path.exists()
        assert desk.backups.last() is None
    assert [each.is_undo for each in desk.backups.list()] == [True, True, False, False] * 2


def test_undoing_the_creation_deletes_what_a_link_leads_to(desk: BackedUpFile) -> None:
    desk.path.unlink()
    desk.write("a-1")
    target = desk.path.rename(desk.path.with_name("target"))
    desk.path.symlink_to(target)
    desk.undo()
    assert not desk.path.is_symlink()
    assert not target.exists()
    desk.write("b-1")
    assert desk.path.read_bytes() == b"[profile dev]\nregion = b-1\n"


@pytest.mark.parametrize("is_new", [False, True])
def test_an_undo_that_another_process_has_written_first_is_not_recorded(
    desk: BackedUpFile, *, is_new: bool
) -> None:
    """The file is then as both would write it."""
    if is_new:
        desk.path.unlink()
    desk.write("a-1")
    backup = desk.last()
    change = desk.backups.undo(backup)
    desk.undo()
    after, undone = desk.path.exists() and desk.path.read_bytes(), desk.backups.list()
    with pytest.raises(FileChanged):
        desk.backups.write_undo(backup, change, desk.now + timedelta(seconds=1))
    assert desk.backups.list() == undone
    assert (desk.path.exists() and desk.path.read_bytes()) == after
    assert len(list((desk.state / "backups").iterdir())) == 4


def test_a_created_file_that_has_changed_since_the_plan_is_not_deleted(desk: BackedUpFile) -> None:
    desk.path.unlink()
    desk.write("a-1")
    backup = desk.last()
    change = desk.backups.undo(backup)
    desk.path.write_bytes(OLD)
    with pytest.raises(FileChanged):
        desk.backups.write_undo(backup, change, NOW)
    assert desk.path.read_bytes() == OLD
    assert desk.backups.list() == [backup]


def test_a_created_file_that_could_not_be_replaced_is_not_deleted(desk: BackedUpFile) -> None:
    desk.path.unlink()
    desk.write("a-1")
    desk.path.with_name("other").hardlink_to(desk.path)
    with pytest.raises(FileUnwritable) as refused:
        desk.undo()
    assert refused.value.reason == FileErrorReason.HARD_LINKED.value
    assert desk.path.exists()


def test_the_file_of_a_record_that_does_not_say_so_is_not_deleted(desk: BackedUpFile) -> None:
    desk.write("a-1")
    (record,) = (desk.state / "backups").glob("*.json")
    record.write_text(record.read_text().replace('"existed": true, ', ""))
    desk.undo()
    assert desk.path.read_bytes() == OLD


def test_a_deleted_profile_comes_back_with_its_comments(desk: BackedUpFile) -> None:
    desk.file.commit(desk.file.plan([DeleteProfile("dev")]))
    assert b"region" not in desk.path.read_bytes()
    desk.undo()
    assert desk.path.read_bytes() == OLD


def test_a_write_that_changes_nothing_makes_no_backup(desk: BackedUpFile) -> None:
    desk.write("eu-west-1")
    assert desk.backups.list() == []
    assert desk.path.stat().st_nlink == 1


def test_backups_are_private_and_old_ones_are_deleted(
    desk: BackedUpFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backups, "MAX_NUMBER", 3)
    for number in range(5):
        desk.write(f"r-{number}")
    folder = desk.state / "backups"
    assert [backup.summary for backup in desk.backups.list()] == ["set-profile dev"] * 3
    assert len(list(folder.iterdir())) == 6
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    desk.now += backups.MAX_AGE
    desk.write("last")
    assert len(desk.backups.list()) == 1


def test_a_hundred_writes_of_ninety_days_are_kept(desk: BackedUpFile) -> None:
    folder = desk.state / "backups"
    folder.mkdir(parents=True)

    def names(age: timedelta, suffix: str = "") -> list[Path]:
        stem = f"{desk.now - age:%Y%m%dT%H%M%S%f}{suffix}"
        return [folder / f"{stem}{ending}" for ending in (".json", ".old")]

    kept, old = names(timedelta(days=89, hours=23)), names(timedelta(days=90, hours=1))
    foreign = folder / ".mine.json"
    for path in (*kept, *old, foreign):
        path.touch()
    desk.write("a-1")
    assert all(path.exists() for path in (*kept, foreign))
    assert not any(path.exists() for path in old)
    for number in range(110):
        for path in names(timedelta(days=1), f"-{number:03}"):
            path.touch()
    desk.write("b-1")
    assert len(list(folder.glob("2*.json"))) == len(list(folder.glob("2*.old"))) == 100
    assert len(desk.backups.list()) == 2


def test_old_bytes_that_another_process_is_about_to_record_are_kept(desk: BackedUpFile) -> None:
    desk.write("a-1")
    recent, old = (
        desk.state / "backups" / f"{desk.now - timedelta(minutes=age):%Y%m%dT%H%M%S%f}-x.old"
        for age in (59, 61)
    )
    recent.touch()
    old.touch()
    desk.write("b-1")
    assert (recent.exists(), old.exists()) == (True, False)


def test_broken_records_are_ignored(desk: BackedUpFile) -> None:
    desk.write("a-1")
    for name in ("20990101.json", "20990102.json"):
        (desk.state / "backups" / name).write_bytes(b"{" if "1" in name[-6:] else b"{}")
    (desk.state / "backups" / "20990103.json").symlink_to("deleted-meanwhile")
    assert len(desk.backups.list()) == 1


@pytest.mark.parametrize("key", ["path", "when", "after"])
def test_a_record_without_what_an_undo_needs_is_ignored(desk: BackedUpFile, key: str) -> None:
    desk.write("a-1")
    (record,) = (desk.state / "backups").glob("*.json")
    fields = json.loads(record.read_text())
    record.write_text(json.dumps({name: fields[name] for name in fields if name != "summary"}))
    assert [each.summary for each in desk.backups.list()] == [""]
    del fields[key]
    record.write_text(json.dumps(fields))
    assert desk.backups.list() == []


def test_the_last_write_of_a_file_that_cannot_be_read_now_stays_the_last(
    desk: BackedUpFile,
) -> None:
    desk.write("a-1")
    desk.write("b-1")
    backup = desk.backups.last(desk.path)
    assert backup is not None
    desk.path.unlink()
    desk.path.mkdir()
    assert desk.backups.last(desk.path) == backup
    with pytest.raises(FileUnreadable):
        desk.backups.undo(backup)


@pytest.mark.parametrize("created", [False, True])
def test_a_backup_that_has_changed_is_not_written_back(
    desk: BackedUpFile, *, created: bool
) -> None:
    if created:
        desk.path.unlink()
    desk.write("a-1")
    written = desk.path.read_bytes()
    (kept,) = (desk.state / "backups").glob("*.old")
    with kept.open("ab") as file:
        file.write(b"[profile evil]\ncredential_process = evil\n")
    with pytest.raises(BackupChanged) as refused:
        desk.undo()
    assert (refused.value.path, refused.value.kept) == (desk.path, kept)
    assert desk.path.read_bytes() == written


def test_the_backup_of_a_record_without_its_digest_is_not_written_back(desk: BackedUpFile) -> None:
    desk.write("a-1")
    (record,) = (desk.state / "backups").glob("*.json")
    fields = json.loads(record.read_text())
    record.write_text(json.dumps({name: fields[name] for name in fields if name != "before"}))
    with pytest.raises(BackupChanged):
        desk.undo()


def test_without_a_backup_nothing_is_written(desk: BackedUpFile) -> None:
    desk.state.mkdir()
    (desk.state / "backups").write_text("in the way")
    with pytest.raises(StateUnwritable) as refused:
        desk.write("a-1")
    assert (refused.value.path, refused.value.folder) == (desk.path, desk.state / "backups")
    assert desk.path.read_bytes() == OLD


def test_without_room_for_a_backup_the_message_is_about_the_file_to_change(
    desk: BackedUpFile,
) -> None:
    desk.state.mkdir()
    with full_disk(desk.state), pytest.raises(StateUnwritable) as refused:
        desk.write("a-1")
    said = explain(refused.value)
    assert said.startswith(f"{desk.path} is unchanged, because {desk.state / 'backups'} cannot be")
    assert "(disk full)" in said
    assert desk.path.read_bytes() == OLD


def test_without_a_lock_the_message_is_about_the_file_to_change(desk: BackedUpFile) -> None:
    desk.state.write_text("in the way")
    with pytest.raises(StateUnwritable) as refused:
        desk.write("a-1")
    assert (refused.value.path, refused.value.folder) == (desk.path, desk.state / "locks")


def test_a_write_whose_backup_cannot_be_recorded_does_not_happen(
    desk: BackedUpFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk has room for the old bytes, but not for the record."""
    write = atomic.write

    def full(path: Path, data: bytes, **options: Any) -> None:
        if path.suffix == ".json":
            raise FileUnwritable(path, FileErrorReason.DISK_FULL.value)
        write(path, data, **options)

    monkeypatch.setattr(atomic, "write", full)
    with pytest.raises(StateUnwritable):
        desk.write("a-1")
    assert desk.path.read_bytes() == OLD
    assert list((desk.state / "backups").iterdir()) == []


def test_a_folder_that_cannot_be_flushed_after_the_write_is_no_failure(
    desk: BackedUpFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file has changed already, so the write is a success and can be undone."""
    fsync = os.fsync

    def broken(descriptor: int) -> None:
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", broken)
    desk.write("a-1")
    assert desk.path.read_bytes() == OLD.replace(b"eu-west-1", b"a-1")
    desk.undo()
    assert desk.path.read_bytes() == OLD


def interrupt_after_the_change(desk: BackedUpFile, monkeypatch: pytest.MonkeyPatch) -> None:
    flush = atomic.flush_folder

    def interrupted(target: Path) -> None:
        if target.name == desk.path.name:
            raise KeyboardInterrupt
        flush(target)

    monkeypatch.setattr(atomic, "flush_folder", interrupted)


def test_a_write_that_ctrl_c_ends_can_be_undone_if_the_file_has_changed(
    desk: BackedUpFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    interrupt_after_the_change(desk, monkeypatch)
    with pytest.raises(KeyboardInterrupt):
        desk.write("a-1")
    assert desk.path.read_bytes() != OLD
    monkeypatch.undo()
    desk.undo()
    assert desk.path.read_bytes() == OLD


def test_an_undo_that_ctrl_c_ends_after_it_has_deleted_the_file_is_recorded(
    desk: BackedUpFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.path.unlink()
    desk.write("a-1")
    interrupt_after_the_change(desk, monkeypatch)
    with pytest.raises(KeyboardInterrupt):
        desk.undo()
    assert not desk.path.exists()
    assert [each.is_undo for each in desk.backups.list()] == [True, False]
    assert desk.backups.last() is None


@pytest.mark.parametrize("ending", ["config", ".old", ".json"])
def test_a_write_that_ctrl_c_ends_before_the_file_has_changed_leaves_no_backup(
    desk: BackedUpFile, monkeypatch: pytest.MonkeyPatch, ending: str
) -> None:
    rename = Path.rename

    def interrupted(self: Path, target: Path) -> Path:
        if target.name.endswith(ending):
            raise KeyboardInterrupt
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", interrupted)
    with pytest.raises(KeyboardInterrupt):
        desk.write("a-1")
    assert desk.path.read_bytes() == OLD
    assert list((desk.state / "backups").iterdir()) == []


def kill_at_rename(step: Callable[[], None], path: Path, *, before: bool) -> None:
    """Run the step in a child that is killed just before or after it replaces the file."""
    pid = os.fork()
    if pid == 0:
        rename = Path.rename

        def kill(self: Path, target: Path) -> Path:
            if target == path and before:
                os.kill(os.getpid(), signal.SIGKILL)
            found = rename(self, target)
            if target == path:
                os.kill(os.getpid(), signal.SIGKILL)
            return found

        Path.rename = kill  # type: ignore[method-assign, assignment]
        step()
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == -signal.SIGKILL


def test_a_kill_before_the_write_does_not_block_older_writes(desk: BackedUpFile) -> None:
    desk.write("a-1")
    kill_at_rename(lambda: desk.write("b-1"), desk.path, before=True)
    desk.undo()
    assert desk.path.read_bytes() == OLD


def test_the_backup_of_a_killed_write_is_deleted_though_that_of_another_file_is_newer(
    desk: BackedUpFile,
) -> None:
    other = BackedUpFile(desk.path.parent, "other")
    kill_at_rename(lambda: desk.write("a-1"), desk.path, before=True)
    other.write("b-1")
    assert len(desk.backups.list()) == 2
    desk.now += timedelta(minutes=1)
    desk.write("c-1")
    assert [each.path for each in desk.backups.list()] == [desk.path, other.path]


def test_a_kill_between_an_undo_and_its_record_does_not_block_older_writes(
    desk: BackedUpFile,
) -> None:
    desk.write("a-1")
    desk.write("b-1")
    kill_at_rename(desk.undo, desk.path, before=False)
    desk.undo()
    assert desk.path.read_bytes() == OLD


@pytest.mark.thorough
def test_after_a_kill_at_any_system_call_undo_finds_every_write_and_nothing_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(editor, "SETTLED", 0)
    monkeypatch.setattr(editor, "_SETTLED_IF_BUSY", 0)
    number, was_killed = 0, True
    while was_killed:
        number += 1
        folder = tmp_path / str(number)
        folder.mkdir()
        (folder / "config").write_bytes(OLD)
        desk = BackedUpFile(folder)

        def write(number: int = number, desk: BackedUpFile = desk) -> None:
            die_at(number, CHANGES)
            desk.write("a-1")

        was_killed = in_child(write) != 0
        found = desk.path.read_bytes()
        desk.now += timedelta(hours=2)
        desk.write("b-1")
        backups = sorted(path.name for path in (desk.state / "backups").iterdir())
        stems = [backup.stem for backup in reversed(desk.backups.list())]
        assert backups == [f"{stem}{ending}" for stem in stems for ending in (".json", ".old")]
        assert len(stems) == (1 if found == OLD else 2)
        desk.undo()
        assert desk.path.read_bytes() == found
        if found != OLD:
            desk.undo()
        assert desk.path.read_bytes() == OLD
    assert number > 15


@pytest.mark.thorough
def test_after_a_kill_in_an_undo_that_deletes_the_file_is_there_or_undone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(editor, "SETTLED", 0)
    monkeypatch.setattr(editor, "_SETTLED_IF_BUSY", 0)
    number, was_killed, results = 0, True, set()
    while was_killed:
        number += 1
        desk = BackedUpFile(tmp_path / str(number))
        desk.write("a-1")
        written = desk.path.read_bytes()

        def undo(number: int = number, desk: BackedUpFile = desk) -> None:
            die_at(number, CHANGES)
            desk.undo()

        was_killed = in_child(undo) != 0
        results.add((was_killed, desk.path.exists()))
        if desk.path.exists():
            assert desk.path.read_bytes() == written
            desk.undo()
        assert desk.backups.last() is None
        desk.write("a-1")
        desk.undo()
        assert not desk.path.exists()
    assert results == {(True, True), (True, False), (False, False)}
