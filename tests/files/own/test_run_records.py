"""The records of runs: which rows are left, after any end."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from rolecall.domain.errors.file_errors import FileUnreadable, FileUnwritable
from rolecall.domain.errors.run_errors import NoRun, RunGoesOn
from rolecall.files.own.run_records import RunRecords

_NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)
_ROWS = [{"name": f"row {number}é"} for number in range(4)]


def run(records: RunRecords, states: Sequence[str], when: datetime = _NOON) -> None:
    with records.new(when, _ROWS).open():
        pass
    record = records.new(when + timedelta(seconds=1), _ROWS)
    with record.open():
        for row, state in enumerate(states):
            record.note(row, state)
    record.note(0, "done")  # too late


def test_rows_that_are_not_done_are_left(tmp_path: Path) -> None:
    records = RunRecords(tmp_path)
    run(records, ["failed", "done", "running"])
    last = records.last()
    assert (last.total, last.left) == (4, [_ROWS[0], *_ROWS[2:]])
    assert last.began_at == _NOON + timedelta(seconds=1)
    (path, _) = sorted((tmp_path / "runs").iterdir())
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_row_that_runs_again_has_its_last_state(tmp_path: Path) -> None:
    record = RunRecords(tmp_path).new(_NOON, _ROWS)
    with record.open():
        record.note(0, "failed")
    with record.open():
        record.note(0, "done")
    assert RunRecords(tmp_path).last().left == _ROWS[1:]


def test_a_run_that_goes_on_is_not_resumed(tmp_path: Path) -> None:
    records = RunRecords(tmp_path)
    with records.new(_NOON, _ROWS).open(), pytest.raises(RunGoesOn):
        records.last()
    assert records.last().left == _ROWS


@pytest.mark.parametrize("size", [0, 20, -1])
def test_a_record_that_was_not_written_to_its_end_is_of_a_run_that_did_not_begin(
    tmp_path: Path, size: int
) -> None:
    records = RunRecords(tmp_path)
    run(records, ["done"])
    old, new = sorted((tmp_path / "runs").iterdir())
    new.write_bytes(new.read_bytes()[:size])
    assert records.last().left == _ROWS
    old.unlink()
    with pytest.raises(NoRun):
        records.last()


def test_the_oldest_records_are_deleted(tmp_path: Path) -> None:
    records = RunRecords(tmp_path)
    for number in range(60):
        run(records, ["done"], _NOON + timedelta(minutes=number))
    paths = sorted((tmp_path / "runs").iterdir())
    assert len(paths) == 100
    assert paths[0].name.startswith("20261130T121000")


def test_folders_and_files_that_cannot_be_used_are_named(tmp_path: Path) -> None:
    records = RunRecords(tmp_path)
    (tmp_path / "runs" / "x").mkdir(parents=True)
    with pytest.raises(FileUnreadable):
        records.last()
    records = RunRecords(tmp_path / "file" / "below")
    (tmp_path / "file").touch()
    with pytest.raises(FileUnwritable), records.new(_NOON, _ROWS).open():
        pass
    with pytest.raises(NoRun):
        records.last()
