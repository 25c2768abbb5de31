"""What AWS gives only once is saved: on full disks, after errors, and after kills."""

from __future__ import annotations

import errno
import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from rolecall.domain.errors.file_error_reason import FileErrorReason
from rolecall.domain.errors.file_errors import FileKept, FileUnwritable
from rolecall.files.safe import atomic, last_copy
from tests.support.obstacles.full_disk import BALLAST, fill_up, no_write_works, small_disk
from tests.support.obstacles.kills import die_at, in_child
from tests.support.programs import require_root

OLD = b'{"accessToken": "old"}'
NEW = b'{"accessToken": "' + b"n" * 6000 + b'"}'


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "cache" / "token.json"
    path.parent.mkdir()
    path.write_bytes(OLD)
    return path


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "state"


def names(folder: Path) -> list[str]:
    return sorted(each.name for each in folder.iterdir())


def kept(state: Path) -> list[Path]:
    return [each for each in (state / "unsaved").rglob("*") if each.is_file()]


def replace(path: Path, state: Path, before: Callable[[], object] = lambda: None) -> None:
    """Save, with an action between the call to AWS and the write."""
    with last_copy.replacing(path, state) as save:
        before()
        save(NEW)


def fails(monkeypatch: pytest.MonkeyPatch, owner: Any, name: str) -> None:
    """Let the next call of a function fail, and only that."""
    function, failed = getattr(owner, name), list[bool]()

    def once(*arguments: Any) -> Any:
        if not failed:
            failed.append(True)
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return function(*arguments)

    monkeypatch.setattr(owner, name, once)


@pytest.mark.parametrize(
    "kind",
    [
        "tmpfs",
        pytest.param("ext4", marks=pytest.mark.thorough),
        pytest.param("btrfs", marks=pytest.mark.thorough),
    ],
)
def test_a_disk_that_fills_up_meanwhile_has_the_room_that_was_reserved(
    tmp_path: Path, kind: str
) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    with small_disk(disk, kind=kind):
        path = disk / "token.json"
        path.write_bytes(OLD)
        replace(path, disk / "state", lambda: fill_up(disk / BALLAST))
        assert path.read_bytes() == NEW
        assert {*names(disk)} - {"lost+found"} == {BALLAST, "token.json"}


def test_a_full_disk_is_noticed_before_the_call(tmp_path: Path) -> None:
    with small_disk(tmp_path, "64k"):
        path = tmp_path / "token.json"
        path.write_bytes(OLD)
        fill_up(tmp_path / BALLAST)
        with pytest.raises(FileUnwritable) as caught:
            replace(path, tmp_path / "state", pytest.fail)
        assert caught.value.reason == FileErrorReason.DISK_FULL.value
        assert path.read_bytes() == OLD
        last_copy.write(path, tmp_path / "state", NEW[:90])  # in its place there is room
        assert path.read_bytes() == NEW[:90]


@pytest.mark.parametrize(
    ("owner", "name"), [(os, "write"), (os, "ftruncate"), (os, "fsync"), (Path, "rename")]
)
def test_after_an_error_the_old_file_is_overwritten(
    file: Path, state: Path, monkeypatch: pytest.MonkeyPatch, owner: object, name: str
) -> None:
    file.chmod(0o644)
    number = atomic.inode(file)
    replace(file, state, lambda: fails(monkeypatch, owner, name))
    assert (file.read_bytes(), atomic.inode(file)) == (NEW, number)
    assert file.stat().st_mode & 0o777 == 0o600
    assert names(file.parent) == ["token.json"]
    assert not state.exists()


def test_without_room_for_it_there_is_no_mixture_of_old_and_new_bytes(
    file: Path, state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = os.write

    def half(descriptor: int, data: bytes) -> int:
        if os.fstat(descriptor).st_ino != atomic.inode(file):
            return write(descriptor, data)
        if len(data) < len(NEW):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return write(descriptor, data[:10])

    def from_now_on() -> None:
        monkeypatch.setattr(os, "write", half)
        fails(monkeypatch, Path, "rename")

    with pytest.raises(FileKept):
        replace(file, state, from_now_on)
    assert file.read_bytes() == b""
    monkeypatch.undo()
    last_copy.recover(file.parent, state)
    assert file.read_bytes() == NEW


def test_a_disk_that_cannot_be_written_leaves_it_to_the_state_folder(
    file: Path, state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(FileKept) as caught:
        replace(file, state, lambda: no_write_works(monkeypatch, file.parent))
    (copy,) = kept(state)
    assert (caught.value.path, caught.value.kept) == (file, copy)
    assert (copy.read_bytes(), copy.stat().st_mode & 0o777) == (NEW, 0o600)
    assert file.read_bytes() == OLD
    last_copy.recover(file.parent, state)  # that fails, too
    assert kept(state) == [copy]
    monkeypatch.undo()
    last_copy.recover(file.parent, state)
    assert file.read_bytes() == NEW
    assert kept(state) == []


def test_what_was_saved_for_the_first_time_is_moved_back(
    file: Path, state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = file.with_name("first.json")
    no_write_works(monkeypatch, file.parent)
    with pytest.raises(FileKept):
        last_copy.write(first, state, NEW)
    monkeypatch.undo()
    last_copy.recover(file.parent, state)
    assert first.read_bytes() == NEW


def sign_in_elsewhere(file: Path, _state: Path) -> bytes | None:
    file.write_bytes(b'{"accessToken": "of another program"}')
    return file.read_bytes()


def delete_elsewhere(file: Path, _state: Path) -> bytes | None:
    file.unlink()
    return None


def remove(file: Path, state: Path) -> bytes | None:
    last_copy.remove(file, state)
    assert kept(state) == []
    return None


@pytest.mark.parametrize("change", [sign_in_elsewhere, delete_elsewhere, remove])
def test_what_is_out_of_date_is_deleted(
    file: Path,
    state: Path,
    monkeypatch: pytest.MonkeyPatch,
    change: Callable[[Path, Path], bytes | None],
) -> None:
    with pytest.raises(FileKept):
        replace(file, state, lambda: no_write_works(monkeypatch, file.parent))
    monkeypatch.undo()
    after = change(file, state)
    last_copy.recover(file.parent, state)
    assert atomic.read(file) == after
    assert kept(state) == []


def fail_but(other: Path, variable: str, monkeypatch: pytest.MonkeyPatch, file: Path) -> None:
    """Let each write below the home fail; the variable names a folder on another disk."""
    no_write_works(monkeypatch, file.parent.parent)
    monkeypatch.setenv(variable, str(other))


@pytest.mark.parametrize("variable", ["TMPDIR", "XDG_RUNTIME_DIR"])
def test_another_disk_keeps_it_if_the_one_of_the_home_fails(
    file: Path,
    state: Path,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
    variable: str,
) -> None:
    other = tmp_path_factory.mktemp("other")
    with pytest.raises(FileKept) as caught:
        replace(file, state, lambda: fail_but(other, variable, monkeypatch, file))
    folder = caught.value.kept.parent
    assert (folder.parent, folder.stat().st_mode & 0o777) == (other, 0o700)
    monkeypatch.undo()
    monkeypatch.setenv(variable, str(other))
    last_copy.recover(file.parent, state)
    assert file.read_bytes() == NEW
    assert names(folder) == []


def test_what_others_may_have_put_there_is_not_moved_into_its_place(
    file: Path,
    state: Path,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    require_root()
    other = tmp_path_factory.mktemp("other")
    with pytest.raises(FileKept) as caught:
        replace(file, state, lambda: fail_but(other, "TMPDIR", monkeypatch, file))
    monkeypatch.undo()
    monkeypatch.setenv("TMPDIR", str(other))
    folder = caught.value.kept.parent
    folder.chmod(0o770)
    last_copy.recover(file.parent, state)
    folder.chmod(0o700)
    os.chown(folder, 65534, 65534)
    last_copy.recover(file.parent, state)
    os.chown(folder, 0, 0)
    folder.rename(other / "away")
    folder.symlink_to(other / "away")
    last_copy.recover(file.parent, state)
    assert file.read_bytes() == OLD
    folder.unlink()
    folder.mkdir(mode=0o770)  # nothing is saved there either
    folder.chmod(0o770)
    with pytest.raises(FileUnwritable):
        replace(file, state, lambda: fail_but(other, "TMPDIR", monkeypatch, file))
    assert names(folder) == []


def test_if_nothing_can_be_written_that_is_an_error(
    file: Path, state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(FileUnwritable):
        replace(file, state, lambda: no_write_works(monkeypatch, file.parent.parent))
    assert file.read_bytes() == OLD
    assert names(file.parent) == ["token.json"]


def test_ctrl_c_waits_for_the_last_steps(
    file: Path, state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sync, interrupted = os.fsync, list[bool]()

    def interrupt(descriptor: int) -> None:
        if not interrupted:
            interrupted.append(True)
            raise KeyboardInterrupt
        sync(descriptor)

    with pytest.raises(KeyboardInterrupt):
        replace(file, state, lambda: monkeypatch.setattr(os, "fsync", interrupt))
    assert file.read_bytes() == NEW
    assert names(file.parent) == ["token.json"]


@pytest.mark.parametrize(
    ("number", "found"), [(1, OLD), (2, NEW), (3, NEW), (4, NEW), (5, NEW)]
)  # write, ftruncate, fsync, rename, and the flush of the folder
def test_after_a_kill_the_new_bytes_are_found_if_they_were_written(
    file: Path, state: Path, number: int, found: bytes
) -> None:
    killed = in_child(
        lambda: replace(
            file, state, lambda: die_at(number, ("write", "ftruncate", "fsync", "rename"))
        )
    )
    assert killed == -signal.SIGKILL
    last_copy.recover(file.parent, state)
    assert file.read_bytes() == found
    assert names(file.parent) == ["token.json"]


def test_what_a_process_has_reserved_is_left_to_it(file: Path, state: Path) -> None:
    with last_copy.replacing(file, state) as save:
        last_copy.recover(file.parent, state)
        assert len(names(file.parent)) == 2
        save(NEW)
    assert file.read_bytes() == NEW
