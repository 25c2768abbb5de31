"""A write happens as a whole or not at all, whatever goes wrong."""

from __future__ import annotations

import errno
import fcntl
import os
import resource
import signal
import stat
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from rolecall.domain import question
from rolecall.domain.config.file_change import Change
from rolecall.domain.errors.file_error_reason import FileErrorReason
from rolecall.domain.errors.file_errors import (
    FileBusy,
    FileChanged,
    FileError,
    FileUnreadable,
    FileUnwritable,
    LocksMissing,
    StateUnwritable,
)
from rolecall.domain.question import asking
from rolecall.files.aws_config import editor
from rolecall.files.aws_config.config_edits import SetProfile
from rolecall.files.aws_config.config_file import ConfigFile
from rolecall.files.read import read_or_nothing
from rolecall.files.safe import atomic, last_copy
from rolecall.files.safe.folders import make_folder
from rolecall.files.safe.temporary import delete_stale, temporary
from tests.support.obstacles.full_disk import small_disk
from tests.support.obstacles.kills import die_at, in_child
from tests.support.obstacles.locks import stopped_with_lock
from tests.support.programs import require_root

OLD = b"[profile old]\nregion = eu-west-1\n"


@contextmanager
def umask(mask: int) -> Iterator[None]:
    before = os.umask(mask)
    try:
        yield
    finally:
        os.umask(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def folder_with(path: Path) -> list[str]:
    return sorted(entry.name for entry in path.parent.iterdir())


@pytest.mark.parametrize("mask", [0o000, 0o022, 0o077, 0o277, 0o777])
def test_new_files_and_folders_are_private_under_any_umask(tmp_path: Path, mask: int) -> None:
    path = tmp_path / "a" / "b" / "config"
    with umask(mask):
        atomic.write(path, b"x")
    assert (mode(path), mode(path.parent), mode(path.parent.parent)) == (0o600, 0o700, 0o700)


def write_later(path: Path, data: bytes) -> None:
    with last_copy.replacing(path, path.parent / "state") as replace:
        replace(data)


@pytest.mark.parametrize("wanted", [0o600, 0o640, 0o664, 0o644])
def test_mode_and_owner_are_kept(tmp_path: Path, wanted: int) -> None:
    path = tmp_path / "config"
    path.write_bytes(OLD)
    path.chmod(wanted)
    owner = (65534, 65534) if os.getuid() == 0 else (os.getuid(), os.getgid())
    os.chown(path, *owner)
    with umask(0o077):
        atomic.write(path, b"x")
    found = path.stat()
    assert (mode(path), (found.st_uid, found.st_gid)) == (wanted, owner)
    assert path.read_bytes() == b"x"


def open_descriptors() -> set[str]:
    return {each.name for each in Path("/dev/fd").iterdir()}


def test_no_file_or_folder_stays_open(tmp_path: Path) -> None:
    path = tmp_path / "config"
    before = open_descriptors()
    atomic.write(path, b"x")
    write_later(path, b"y")
    assert atomic.read(path) == b"y"
    with atomic.lock(path, tmp_path / "state"):
        pass
    assert open_descriptors() == before


def test_no_parent_of_a_folder_with_a_path_that_is_too_long_is_created(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="too long"):
        make_folder(str(tmp_path) + "/xxxx" * 2000)
    assert list(tmp_path.iterdir()) == []


def test_links_are_written_through(tmp_path: Path) -> None:
    (tmp_path / "dotfiles").mkdir()
    (tmp_path / "aws").mkdir()
    real, middle, path = (tmp_path / p for p in ("dotfiles/config", "middle", "aws/config"))
    real.write_bytes(OLD)
    middle.symlink_to("dotfiles/config")
    path.symlink_to("../middle")
    atomic.write(path, b"new", expected=OLD)
    assert path.is_symlink()
    assert middle.is_symlink()
    assert real.read_bytes() == b"new"
    assert folder_with(path) == ["config"]
    assert folder_with(real) == ["config"]


def test_a_link_into_another_file_system_is_written_through(tmp_path: Path) -> None:
    shared = Path("/dev/shm")
    if not shared.is_dir() or shared.stat().st_dev == tmp_path.stat().st_dev:
        pytest.skip("needs a second file system")
    real = shared / f"rolecall-test-{os.getpid()}"
    real.write_bytes(OLD)
    path = tmp_path / "config"
    path.symlink_to(real)
    try:
        atomic.write(path, b"new")
        assert path.is_symlink()
        assert real.read_bytes() == b"new"
    finally:
        real.unlink()


def assert_refused(path: Path, reason: FileErrorReason) -> None:
    with pytest.raises(FileUnwritable) as caught:
        atomic.write(path, b"new")
    assert (caught.value.path, caught.value.reason) == (path, reason.value)


def test_an_obstacle_is_named_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "config"
    path.symlink_to("nowhere")
    assert_refused(path, FileErrorReason.DANGLING_LINK)
    assert not (tmp_path / "nowhere").exists()
    path.unlink()
    path.symlink_to("config")
    assert_refused(path, FileErrorReason.LINK_LOOP)
    path.unlink()
    path.mkdir()
    assert_refused(path, FileErrorReason.NOT_A_FILE)
    path.rmdir()
    os.mkfifo(path)
    assert_refused(path, FileErrorReason.NOT_A_FILE)
    path.unlink()
    path.write_bytes(OLD)
    path.chmod(0o400)
    assert_refused(path, FileErrorReason.READ_ONLY_FILE)
    path.chmod(0o600)
    os.link(path, tmp_path / "twin")
    assert_refused(path, FileErrorReason.HARD_LINKED)
    assert path.read_bytes() == OLD
    assert_refused(path / "below", FileErrorReason.NOT_A_FOLDER)
    assert_refused(Path(), FileErrorReason.NO_PATH)
    assert folder_with(path) == ["config", "twin"]


def test_a_path_that_is_not_a_file_reads_as_none_or_is_refused(tmp_path: Path) -> None:
    assert atomic.read(tmp_path / "missing") is None
    assert atomic.read(Path()) is None
    assert atomic.read(Path("/dev/null")) is None
    for make in (Path.mkdir, os.mkfifo):
        path = tmp_path / make.__name__
        make(path)
        with pytest.raises(FileUnreadable) as caught:
            atomic.read(path)
        assert caught.value.reason == FileErrorReason.NOT_A_FILE.value
        assert read_or_nothing(str(path)) == b""


def assert_refused_in_child(
    path: Path, reason: FileErrorReason, prepare: Callable[[], None]
) -> None:
    def write() -> None:
        prepare()
        try:
            atomic.write(path, b"x" * 20_000)
        except FileUnwritable as error:
            os._exit(0 if error.reason == reason.value else 3)
        os._exit(4)

    assert in_child(write) == 0
    assert path.read_bytes() == OLD
    assert folder_with(path) == ["config"]


def test_a_folder_without_write_permission_is_refused(tmp_path: Path) -> None:
    """It is written by an ordinary user, because root may write everywhere."""
    path = tmp_path / "aws" / "config"
    path.parent.mkdir()
    path.write_bytes(OLD)
    path.chmod(0o644)
    for folder in (tmp_path, *tmp_path.parents[:2]):
        folder.chmod(folder.stat().st_mode | 0o055)
    path.parent.chmod(0o555)

    def become_nobody() -> None:
        if os.getuid() == 0:
            os.setgid(65534)
            os.setuid(65534)

    assert_refused_in_child(path, FileErrorReason.PERMISSION, become_nobody)
    path.parent.chmod(0o755)


def test_a_file_of_another_user_keeps_its_owner_or_is_not_written(tmp_path: Path) -> None:
    require_root()
    folder = tmp_path / "shared"
    folder.mkdir()
    for each in (folder, tmp_path, *tmp_path.parents[:3]):
        each.chmod(each.stat().st_mode | 0o055)
    folder.chmod(0o777)
    path = folder / "config"
    path.write_bytes(OLD)
    path.chmod(0o666)

    def become_nobody() -> None:
        os.setgid(65534)
        os.setuid(65534)

    assert_refused_in_child(path, FileErrorReason.OTHER_OWNER, become_nobody)


def test_a_full_disk_leaves_the_old_bytes(tmp_path: Path) -> None:
    path = tmp_path / "config"
    path.write_bytes(OLD)

    def limit_files() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000))

    assert_refused_in_child(path, FileErrorReason.TOO_LARGE, limit_files)


@pytest.fixture
def tiny_disk(tmp_path: Path) -> Iterator[Path]:
    disk = tmp_path / "disk"
    disk.mkdir()
    with small_disk(disk, "64k"):
        yield disk


def test_a_disk_without_free_space_keeps_the_old_file(tiny_disk: Path) -> None:
    path = tiny_disk / "config"
    path.write_bytes(OLD)
    with pytest.raises(FileUnwritable) as caught:
        atomic.write(path, b"x" * 100_000)
    assert caught.value.reason == FileErrorReason.DISK_FULL.value
    assert path.read_bytes() == OLD
    assert folder_with(path) == ["config"]


def test_a_read_only_disk_is_refused(tiny_disk: Path) -> None:
    path = tiny_disk / "config"
    path.write_bytes(OLD)
    subprocess.run(["mount", "-o", "remount,ro", str(tiny_disk)], check=True)
    assert_refused(path, FileErrorReason.READ_ONLY_DISK)
    assert path.read_bytes() == OLD


def test_unexpected_content_is_not_replaced(tmp_path: Path) -> None:
    path = tmp_path / "config"
    path.write_bytes(OLD)
    for expected in (None, b"something else"):
        with pytest.raises(FileChanged):
            atomic.write(path, b"new", expected=expected)
    assert path.read_bytes() == OLD
    assert folder_with(path) == ["config"]


def test_temporary_files_of_dead_writers_are_deleted_and_of_live_ones_are_not(
    tmp_path: Path,
) -> None:
    """Whether a writer is alive is seen by its lock, because it may have another PID namespace."""
    (tmp_path / ".config.rolecall-notes").write_bytes(b"the user's own")
    ready, end = os.pipe(), os.pipe()

    def write() -> None:
        with temporary(tmp_path / "config"):
            os.write(ready[1], b".")
            os.read(end[0], 1)
            os.kill(os.getpid(), signal.SIGKILL)

    writer = threading.Thread(target=in_child, args=(write,))
    writer.start()
    os.read(ready[0], 1)
    atomic.write(tmp_path / "config", b"new")
    assert len(folder_with(tmp_path / "config")) == 3
    os.write(end[1], b".")
    writer.join()
    assert len(folder_with(tmp_path / "config")) == 3
    atomic.write(tmp_path / "config", b"new")
    assert folder_with(tmp_path / "config") == [".config.rolecall-notes", "config"]


def test_a_temporary_file_that_is_deleted_before_it_is_locked_is_created_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock = fcntl.flock

    def late(descriptor: int, operation: int) -> None:
        monkeypatch.undo()
        delete_stale(tmp_path)
        lock(descriptor, operation)

    monkeypatch.setattr(fcntl, "flock", late)
    atomic.write(tmp_path / "config", b"new")
    assert (tmp_path / "config").read_bytes() == b"new"
    assert folder_with(tmp_path / "config") == ["config"]


def test_locks_are_private(tmp_path: Path) -> None:
    state = tmp_path / "state"
    with umask(0), atomic.lock(tmp_path / "config", state):
        (lock,) = (state / "locks").iterdir()
        assert [mode(each) for each in (lock, lock.parent, state)] == [0o600, 0o700, 0o700]


def test_a_lock_that_the_system_does_not_unlock_is_free_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on a network file system that fails."""
    flock = fcntl.flock

    def fail(descriptor: int, operation: int) -> None:
        if operation == fcntl.LOCK_UN:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        flock(descriptor, operation)

    monkeypatch.setattr(fcntl, "flock", fail)
    for _ in range(2):
        with atomic.lock(tmp_path / "config", tmp_path / "state", timeout=0):
            pass


def no_flock(monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    """Let every lock fail with this errno."""

    def fail(*_: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(fcntl, "flock", fail)


@pytest.mark.parametrize("number", [errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOSYS])
def test_a_file_system_without_locks_refuses_unless_it_is_permitted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    no_flock(monkeypatch, number)
    path, state = tmp_path / "config", tmp_path / "state"
    with pytest.raises(LocksMissing) as refused, atomic.lock(path, state):
        pass
    assert (refused.value.path, refused.value.folder) == (path, state / "locks")
    with atomic.without_locks(), atomic.lock(path, state):
        atomic.write(path, OLD)
    assert path.read_bytes() == OLD
    with pytest.raises(LocksMissing), atomic.lock(path, state):
        pass


def test_a_write_without_a_lock_is_permitted_only_if_there_are_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, state = tmp_path / "config", tmp_path / "state"
    with atomic.without_locks():
        with atomic.lock(path, state), pytest.raises(FileBusy), atomic.lock(path, state, timeout=0):
            pass
        no_flock(monkeypatch, errno.EIO)
        with pytest.raises(StateUnwritable), atomic.lock(path, state):
            pass


def test_a_lock_excludes_others_and_is_released_when_its_holder_dies(tmp_path: Path) -> None:
    path, state = tmp_path / "config", tmp_path / "state"
    ready, release = os.pipe(), os.pipe()

    def hold() -> None:
        with atomic.lock(path, state):
            os.write(ready[1], b".")
            os.read(release[0], 1)
            os.kill(os.getpid(), signal.SIGKILL)

    holder = threading.Thread(target=in_child, args=(hold,))
    holder.start()
    os.read(ready[0], 1)
    with pytest.raises(FileBusy), atomic.lock(path, state, timeout=0.05):
        pass
    os.write(release[1], b".")
    holder.join()
    with atomic.lock(path, state, timeout=5):
        pass
    assert folder_with(path) == ["state"]


@pytest.mark.parametrize(("slow_after", "reports"), [(0.05, [("", "", False)]), (3600, [])])
def test_a_slow_wait_for_a_lock_is_reported_once(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    slow_after: float,
    reports: list[tuple[str, str, bool]],
) -> None:
    reported: list[tuple[str, str, bool]] = []
    monkeypatch.setattr(question, "SLOW_AFTER", slow_after)
    path, state = tmp_path / "config", tmp_path / "state"
    # A lock of this process is not that of another rolecall.
    for had, expected in (
        (atomic.lock(path, state), []),
        (stopped_with_lock(path, state), reports),
    ):
        with (
            had,
            asking(lambda *slow: reported.append(slow)),
            pytest.raises(FileBusy),
            atomic.lock(path, state, timeout=0.3),
        ):
            pass
        assert reported == expected
    with atomic.lock(path, state):  # it is free
        pass
    assert reported == reports


def test_a_lock_that_is_released_after_a_slow_wait_is_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, state = tmp_path / "config", tmp_path / "state"
    monkeypatch.setattr(question, "SLOW_AFTER", 0.05)
    with stopped_with_lock(path, state) as process:
        with asking(lambda *_: process.kill()), atomic.lock(path, state):
            pass
        assert process.wait() == -signal.SIGKILL


def delete(path: Path) -> None:
    atomic.apply(Change(path, b"x", b"", "", deletes=True))


@pytest.mark.parametrize(
    ("change", "flushed"),
    [
        (lambda path: atomic.write(path, b"y"), ["file", "folder"]),
        (lambda path: write_later(path, b"y"), ["file", "file", "folder"]),  # first, its room
        (delete, ["folder"]),
    ],
)
def test_the_new_bytes_are_flushed_before_the_folder_that_has_them(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    change: Callable[[Path], None],
    flushed: list[str],
) -> None:
    path = tmp_path / "config"
    atomic.write(path, b"x")
    fsync, found = os.fsync, []

    def noted(descriptor: int) -> None:
        found.append("folder" if stat.S_ISDIR(os.fstat(descriptor).st_mode) else "file")
        assert ((path.exists() and path.read_bytes()) != b"x") is (found[-1] == "folder")
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", noted)
    change(path)
    assert found == flushed


def test_a_private_file_loses_the_rights_of_all_others(tmp_path: Path) -> None:
    path = tmp_path / "token.json"
    path.write_bytes(OLD)
    path.chmod(0o755)
    atomic.write(path, b"x", private=True)
    assert mode(path) == 0o700


def test_a_missing_file_can_be_removed(tmp_path: Path) -> None:
    atomic.remove(tmp_path / "missing")
    (tmp_path / "link").symlink_to("missing")
    atomic.remove(tmp_path / "link")
    assert list(tmp_path.iterdir()) == []


def test_why_a_folder_cannot_be_written_is_that_of_the_one_above_it_that_exists(
    tmp_path: Path, tiny_disk: Path
) -> None:
    assert atomic.why_unwritable(tmp_path / "missing" / "too") == ""
    assert sorted(tmp_path.iterdir()) == [tiny_disk]
    (tmp_path / "file").touch()
    reason = FileErrorReason.NOT_A_FOLDER.value
    assert atomic.why_unwritable(tmp_path / "file" / "below") == reason
    with suppress(OSError):
        (tiny_disk / "full").write_bytes(bytes(100_000))
    assert atomic.why_unwritable(tiny_disk) == FileErrorReason.DISK_FULL.value


def commit(path: Path, state: Path, region: str) -> None:
    file = ConfigFile(path, state)
    file.commit(file.plan([SetProfile("old", {"region": region})]))


def test_a_kill_at_any_system_call_leaves_the_old_or_the_new_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(editor, "SETTLED", 0)
    monkeypatch.setattr(editor, "_SETTLED_IF_BUSY", 0)
    path, state = tmp_path / "aws" / "config", tmp_path / "state"
    path.parent.mkdir()
    seen, number = set(), 0
    while True:
        number += 1
        path.write_bytes(OLD)

        def write(number: int = number) -> None:
            die_at(number)
            commit(path, state, "us-east-1")

        status = in_child(write)
        assert status in {0, -signal.SIGKILL}
        found = path.read_bytes()
        assert found in {OLD, OLD.replace(b"eu-west-1", b"us-east-1")}
        seen.add((status, found == OLD))
        if status == 0:
            break
    assert number > 30
    assert seen == {(-signal.SIGKILL, True), (-signal.SIGKILL, False), (0, False)}
    assert folder_with(path) == ["config"]
    assert len(list((state / "locks").iterdir())) == 1
    left = [each.name for each in (state / "backups").iterdir() if each.name.startswith(".")]
    assert left == []


def test_every_system_error_becomes_a_file_error(tmp_path: Path) -> None:
    """The system refuses the file name for a reason without a value in `FileErrorReason`."""
    path = tmp_path / ("x" * 300)
    for action in (lambda: atomic.read(path), lambda: atomic.write(path, b"")):
        with pytest.raises(FileError) as caught:
            action()
        assert "long" in str(caught.value)
