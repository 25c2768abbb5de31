"""The log of what was handed out: many writers, and disks that accept no writes."""

from __future__ import annotations

import multiprocessing
import os
import stat
from pathlib import Path

import pytest

from rolecall.domain.log.hand_out import HandOut
from rolecall.files.own import hand_outs
from tests.support.obstacles.full_disk import BALLAST, full_disk
from tests.support.obstacles.kills import in_child
from tests.support.obstacles.unwritable import read_only
from tests.support.open_files import open_files
from tests.support.programs import require_root

_PROCESSES, _LINES = 8, 200


def entry(number: int, process: int = 0) -> HandOut:
    return HandOut("2026-11-26T18:00:00Z", "export", f"p{process}", reason=f"{number}")


def read(state: Path) -> list[HandOut | None]:
    return [HandOut.read(line) for line in hand_outs.lines(str(state))]


def test_a_log_that_can_be_kept_has_no_problem(tmp_path: Path) -> None:
    state = tmp_path / "new" / "state"
    assert hand_outs.problem(str(state)) is None
    assert not state.parent.exists()
    hand_outs.append(str(state), entry(0).line())
    assert hand_outs.problem(str(state)) is None


def test_a_state_folder_that_is_a_dangling_link_has_a_problem(tmp_path: Path) -> None:
    state = tmp_path / "state"
    state.symlink_to("missing")
    assert hand_outs.problem(str(state)) == (f"{state}/handed-out.log", "not a folder", True)
    hand_outs.append(str(state), entry(0).line())
    assert not (tmp_path / "missing").exists()


def test_the_folders_of_an_ordinary_user_decide(tmp_path: Path) -> None:
    require_root()
    state = tmp_path / "state"
    hand_outs.append(str(state), entry(0).line())
    path = str(state / "handed-out.log")
    for each in (*tmp_path.parents[:3], tmp_path):
        each.chmod(each.stat().st_mode | 0o055)

    def check() -> None:
        os.setgroups([])
        os.setgid(65534)
        os.setuid(65534)
        assert hand_outs.problem(str(state)) == (path, "permission denied", False)
        new = tmp_path / "not" / "there"
        assert hand_outs.problem(str(new)) == (
            *(f"{new}/handed-out.log", "permission denied", True),
        )

    assert in_child(check) == 0
    state.chmod(0o755)
    Path(path).chmod(0o644)

    def check_again() -> None:
        os.setgroups([])
        os.setgid(65534)
        os.setuid(65534)
        assert hand_outs.problem(str(state)) == (path, "permission denied", True)

    assert in_child(check_again) == 0


def test_a_log_without_room_has_a_problem(tmp_path: Path) -> None:
    log = tmp_path / "handed-out.log"
    with full_disk(tmp_path):
        assert hand_outs.problem(str(tmp_path)) == (str(log), "disk full", True)
        hand_outs.append(str(tmp_path), entry(0).line())
        assert read(tmp_path) == []
        assert log.exists()
        assert hand_outs.problem(str(tmp_path)) == (str(log), "disk full", True)
        assert sorted(path.name for path in tmp_path.iterdir()) == [BALLAST, log.name]
        (tmp_path / BALLAST).unlink()
        assert hand_outs.problem(str(tmp_path)) is None


def append_many(state: str, process: int) -> None:
    for number in range(_LINES):
        hand_outs.append(state, entry(number, process).line())


def test_lines_are_read_in_the_order_in_which_they_were_written(tmp_path: Path) -> None:
    state = tmp_path / "new" / "state"
    assert read(state) == []
    for number in range(3):
        hand_outs.append(str(state), entry(number).line())
    assert read(state) == [entry(0), entry(1), entry(2)]
    (path,) = state.iterdir()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(state.stat().st_mode) == 0o700


def test_a_file_that_others_can_read_is_closed_to_them(tmp_path: Path) -> None:
    path = tmp_path / "handed-out.log"
    path.touch(0o644)
    hand_outs.append(str(tmp_path), entry(1).line())
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_large_files_are_renamed_and_the_oldest_is_dropped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hand_outs, "MAX_SIZE", 300)
    for number in range(42):
        hand_outs.append(str(tmp_path), entry(number).line())
    kept = read(tmp_path)
    assert kept[-1] == entry(41)
    first = 42 - len(kept)
    assert first > 0
    assert kept == [entry(number) for number in range(first, 42)]
    logs = [path for path in tmp_path.iterdir() if path.suffix != ".lock"]
    assert len(logs) == hand_outs.KEPT
    assert all(path.stat().st_size < 400 for path in logs)


def test_many_processes_lose_no_line_while_files_are_renamed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    size = len(entry(0).line()) * _PROCESSES * _LINES
    monkeypatch.setattr(hand_outs, "MAX_SIZE", size // 2)  # so that no file is dropped
    context = multiprocessing.get_context("fork")
    started = [
        context.Process(target=append_many, args=(str(tmp_path), number))
        for number in range(_PROCESSES)
    ]
    for each in started:
        each.start()
    for each in started:
        each.join()
    assert (tmp_path / "handed-out.log.1").exists()
    found = read(tmp_path)
    assert len(found) == _PROCESSES * _LINES
    for process in range(_PROCESSES):
        own = [each for each in found if each and each.profile == f"p{process}"]
        assert own == [entry(number, process) for number in range(_LINES)]


def test_a_line_after_one_that_a_full_disk_has_cut_off_is_read(tmp_path: Path) -> None:
    hand_outs.append(str(tmp_path), entry(0).line()[:20])
    hand_outs.append(str(tmp_path), entry(1).line())
    hand_outs.append(str(tmp_path), b'{"time":\n[]\n{"time": 1, "kind": []}\n\xff\n')
    hand_outs.append(str(tmp_path), entry(2).line())
    assert [each for each in read(tmp_path) if each] == [entry(1), entry(2)]


def test_a_log_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    state = tmp_path / "state"
    state.mkdir()
    with read_only(state):
        hand_outs.append(str(state), entry(0).line())
    assert read(state) == []
    path = state / "handed-out.log"
    for make, reason in (
        (path.mkdir, "not a file"),
        (lambda: os.mkfifo(path), "not a file"),
        (lambda: path.symlink_to(tmp_path / "else"), "link loop"),
    ):
        make()
        hand_outs.append(str(state), entry(0).line())
        assert hand_outs.lines(str(state)) == []
        assert hand_outs.problem(str(state)) == (str(path), reason, False)
        path.rmdir() if path.is_dir() else path.unlink()
    assert not (tmp_path / "else").exists()


def test_a_file_that_is_renamed_while_it_is_read_is_read_once(tmp_path: Path) -> None:
    hand_outs.append(str(tmp_path), entry(0).line())
    (tmp_path / "handed-out.log.1").hardlink_to(tmp_path / "handed-out.log")
    assert read(tmp_path) == [entry(0)]


def test_no_file_stays_open(tmp_path: Path) -> None:
    before = open_files()
    hand_outs.append(str(tmp_path), entry(0).line())
    assert hand_outs.problem(str(tmp_path)) is None
    assert not open_files() - before
