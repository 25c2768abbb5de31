"""Records of what is lent: they end with their process, and each decision counts once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from rolecall.domain.lending.lent import (
    Decision,
    Lent,
    LoanState,
    Use,
    checked,
    digest_of,
    rows_of,
)
from rolecall.domain.timestamps import write_time
from rolecall.files.own.lends import LendRecord, LendRecords
from rolecall.files.own.processes import started

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)
LENT = Lent("0123abcd", os.getpid(), started(os.getpid()), "claude", profile="pay-ro", minutes=30)
ASKED = LENT._replace(id="0123abcd.1", profile="pay-admin", rights="allow s3:write,logs")
APPROVED = Decision(digest_of(ASKED), True, ASKED.rights, 15, at=write_time(NOW))


@pytest.fixture
def record(tmp_path: Path) -> Iterator[LendRecord]:
    record = LendRecord(tmp_path, LENT.id)
    with record.open(LENT):
        yield record


@pytest.fixture
def records(tmp_path: Path, record: LendRecord) -> LendRecords:
    return LendRecords(tmp_path)


def test_a_lend_is_seen_until_it_ends(tmp_path: Path) -> None:
    record, records = LendRecord(tmp_path, LENT.id), LendRecords(tmp_path)
    assert list(records.all()) == []
    with record.open(LENT):
        record.note(LENT.id, Use(2, "2026-12-01T10:00:00Z", "scoped"))
        record.note(LENT.id, Use(3, "", ""))
        (loan,) = records.all()
        assert (loan.lent, loan.use) == (LENT, Use(3, "", ""))
        assert loan.used_at is not None
    assert list(records.all()) == []
    assert list((tmp_path / "lends").iterdir()) == []


def test_the_record_of_a_killed_lend_is_deleted(tmp_path: Path) -> None:
    script = f"""
import sys
from pathlib import Path
from rolecall.domain.lending.lent import Lent
from rolecall.files.own.lends import LendRecord
with LendRecord(Path({str(tmp_path)!r}), {LENT.id!r}).open({LENT!r}):
    print("open", flush=True)
    sys.stdin.read()
"""
    command = [sys.executable, "-c", script]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"open\n"
        assert [each.lent for each in LendRecords(tmp_path).all()] == [LENT]
        process.kill()
        process.wait()
    assert list(LendRecords(tmp_path).all()) == []
    assert list((tmp_path / "lends").iterdir()) == []


def test_a_lend_that_is_taken_back_ends_its_program_and_no_other(tmp_path: Path) -> None:
    for is_same in (True, False):
        command = [sys.executable, "-c", "input()"]
        with subprocess.Popen(command, stdin=subprocess.PIPE) as process:
            since = started(process.pid) if is_same else "1"
            lent = LENT._replace(pid=process.pid, started=since)
            record = LendRecord(tmp_path, LENT.id)
            with record.open(lent):
                assert not record.loan(lent).is_taken_back
                LendRecords(tmp_path).take_back(lent)
                LendRecords(tmp_path).take_back(lent)  # again does no harm
                assert record.loan(lent).is_taken_back
            assert process.stdin is not None
            if not is_same:
                process.stdin.write(b"\n")
        assert process.returncode == (-signal.SIGTERM if is_same else 0)


def test_without_proc_the_start_of_a_process_is_unknown() -> None:
    assert started(os.getpid()) != ""
    assert started(0) == ""  # there is no /proc/0


def test_only_the_first_decision_counts(record: LendRecord, records: LendRecords) -> None:
    record.add(ASKED)
    assert record.loan(ASKED).state(NOW) is LoanState.WAITS
    assert records.decide(ASKED, APPROVED)
    assert not records.decide(ASKED, Decision(digest_of(ASKED), False, reason="no"))
    assert record.loan(ASKED).state(NOW) is LoanState.RUNS
    assert record.loan(ASKED).state(NOW + timedelta(minutes=15)) is LoanState.ENDED
    records.take_back(ASKED)
    assert record.loan(ASKED).state(NOW) is LoanState.ENDED
    assert record.loan(LENT).state(NOW) is LoanState.RUNS


def test_a_decision_about_a_lend_that_has_ended_is_refused(tmp_path: Path) -> None:
    assert not LendRecords(tmp_path).decide(ASKED, APPROVED)


@pytest.mark.parametrize(
    "decision",
    [
        APPROVED._replace(digest=digest_of(ASKED._replace(reason="another"))),
        APPROVED._replace(rights="allow s3:write,logs,iam:write"),
        APPROVED._replace(rights="allow s3:all"),
        APPROVED._replace(rights=""),
        APPROVED._replace(rights="allow nonsense"),
        APPROVED._replace(minutes=31),
        APPROVED._replace(minutes=0),
        APPROVED._replace(is_approved=False),
    ],
)
def test_nothing_is_approved_but_what_was_shown_or_less(decision: Decision) -> None:
    assert not checked(decision, ASKED).is_approved


@pytest.mark.parametrize("rights", ["allow s3:write", "allow logs:read", "allow s3:write,logs"])
def test_less_can_be_approved(rights: str) -> None:
    assert checked(APPROVED._replace(rights=rights, minutes=1), ASKED).is_approved


def test_a_lease_without_a_readable_time_is_over(record: LendRecord, records: LendRecords) -> None:
    record.add(ASKED)
    records.decide(ASKED, APPROVED._replace(at="soon"))
    assert record.loan(ASKED).state(NOW) is LoanState.ENDED


def test_many_requests_are_one_number(record: LendRecord, records: LendRecords) -> None:
    for number in range(1, 21):
        record.add(ASKED._replace(id=f"{LENT.id}.{number}"))
    records.decide(
        lent := ASKED._replace(id=f"{LENT.id}.2"), APPROVED._replace(digest=digest_of(lent))
    )
    lend, lease = rows_of(records.all(), NOW)
    assert [each.lent.id for each in lend.waiting][:2] == ["0123abcd.1", "0123abcd.3"]
    assert (len(lend.waiting), lease.loan.lent) == (19, lent)


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b'{"id": 1}', b"\xff", b"[" * 100_000])
def test_what_is_broken_is_left_out(
    tmp_path: Path, record: LendRecord, records: LendRecords, data: bytes
) -> None:
    (tmp_path / "lends" / LENT.id / "1").write_bytes(data)
    (tmp_path / "lends" / LENT.id / "lend.use").write_bytes(data)
    assert [(each.lent, each.use) for each in records.all()] == [(LENT, Use())]
