"""Runs that are stopped: by the user, by a failure, and when rolecall ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from typing import NoReturn

import pytest

from rolecall.services.runs import child
from rolecall.services.runs import runs as runs_module
from rolecall.services.runs.run_events import Outcome, RunEnded, RunEvent, RunOutput, RunRow
from rolecall.services.runs.runs import Runs
from rolecall.services.services import Services
from rolecall.terminal.ending_signals import ENDING
from tests.services.runs.test_runs import PYTHON, ends, events_of, roles, without_credentials
from tests.support.desk import Desk
from tests.support.programs import is_alive, wait_for_end

_SLEEP = "import os, time; os.write(1, b'%d' % os.getpid()); time.sleep(1000)"
_STUBBORN = (
    "import os, signal, time\n"
    "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
    "os.write(1, b'%d' % os.getpid())\n"
    "time.sleep(1000)"
)


def test_one_row_is_stopped_and_the_others_run() -> None:
    runs = without_credentials(("sh", "-c", "test -e / && exec sleep 0"), rows=3)
    runs.stop(1)
    outcomes = [end.outcome for end in ends(runs)]
    assert outcomes == [Outcome.EXITED, Outcome.SKIPPED, Outcome.EXITED]

    def stop(event: RunEvent) -> None:
        if isinstance(event, RunOutput):
            runs.stop(event.row)

    runs = without_credentials((*PYTHON, _SLEEP), rows=2)
    assert [end.outcome for end in ends(runs, stop)] == [Outcome.STOPPED] * 2


def test_after_a_kill_no_more_programs_start() -> None:
    runs = without_credentials((*PYTHON, _SLEEP), rows=2)

    def kill(event: RunEvent) -> None:
        if isinstance(event, RunOutput):
            runs.kill_all()

    killed, skipped = ends(runs, kill)
    assert (killed.outcome, killed.status) == (Outcome.STOPPED, 128 + signal.SIGKILL)
    assert skipped.outcome is Outcome.SKIPPED


@pytest.mark.thorough
@pytest.mark.parametrize("code", [_SLEEP, _STUBBORN], ids=["", "ignores SIGTERM"])
def test_ctrl_c_ends_all_programs_and_starts_no_more(code: str) -> None:
    runs = without_credentials((*PYTHON, code), rows=20, jobs=3)
    pids: list[int] = []

    def interrupt(event: RunEvent) -> None:
        if isinstance(event, RunOutput):
            pids.append(int(event.data))
            if len(pids) == 3:
                raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        runs.run(interrupt)
    assert len(pids) == 3
    assert not any(map(is_alive, pids))


def test_a_second_interrupt_kills_and_each_row_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child, "_GRACE", 1000.0)
    runs = without_credentials((*PYTHON, _STUBBORN), rows=2)

    def interrupt(event: RunEvent) -> None:
        if isinstance(event, RunOutput):
            runs.interrupt()
            runs.interrupt()

    killed, skipped = ends(runs, interrupt)
    assert (killed.outcome, killed.status) == (Outcome.STOPPED, 128 + signal.SIGKILL)
    assert skipped.outcome is Outcome.SKIPPED


def test_what_raises_gets_the_ends_of_all_rows() -> None:
    runs = without_credentials(("sh", "-c", "echo x; exec sleep 1000"), rows=2)
    ended: list[RunEvent] = []

    def fail(event: RunEvent) -> None:
        if isinstance(event, RunEnded):
            ended.append(event)
        raise BrokenPipeError

    with pytest.raises(BrokenPipeError):
        runs.run(fail)
    assert sorted(each.outcome.value for each in ended if isinstance(each, RunEnded)) == [
        *("skipped", "stopped")
    ]


_KILLED = """
import os
from rolecall.services.runs.run_events import RunRow
from rolecall.services.runs.runs import Runs
code = "sleep 1000 & echo $$ $!; wait; :"
rows = [RunRow("first"), RunRow("second")]
runs = Runs(rows, ("sh", "-c", code), os.environ, lambda *_: os.environ, jobs=2)
runs.run(lambda event: hasattr(event, "data") and os.write(1, event.data))
"""


def test_a_kill_of_rolecall_ends_programs_and_what_they_have_started() -> None:
    with subprocess.Popen([*PYTHON, _KILLED], stdout=subprocess.PIPE) as rolecall:
        assert rolecall.stdout
        pids = [int(pid) for _ in range(2) for pid in rolecall.stdout.readline().split()]
        assert len(pids) == 4
        rolecall.kill()
    wait_for_end(pids)


@pytest.mark.parametrize("number", ENDING)
def test_a_second_signal_kills_what_still_runs(
    monkeypatch: pytest.MonkeyPatch, number: signal.Signals
) -> None:
    """The program answers SIGTERM with a second signal, and runs on."""

    def end(*_: object) -> NoReturn:
        if number == signal.SIGINT:
            raise KeyboardInterrupt
        sys.exit(128 + number)

    monkeypatch.setattr(child, "_GRACE", 1000.0)
    before = signal.signal(number, end)
    code = (
        "import os, signal, time\n"
        f"def again(*_): os.kill(os.getppid(), {number})\n"
        "signal.signal(signal.SIGTERM, again)\n"
        "os.write(1, b'%d' % os.getpid())\n"
        "while True: time.sleep(1)"
    )
    runs = without_credentials((*PYTHON, code))
    pids: list[int] = []

    def interrupt(event: RunEvent) -> None:
        if isinstance(event, RunOutput):
            pids.append(int(event.data))
            end()

    try:
        with pytest.raises((KeyboardInterrupt, SystemExit)):
            runs.run(interrupt)
    finally:
        signal.signal(number, before)
    assert not is_alive(pids[0])


def test_what_a_stopped_program_has_started_ends_too() -> None:
    code = (
        "import os, subprocess, sys\n"
        f"subprocess.Popen([sys.executable, '-c', {_STUBBORN!r}]).wait()"
    )
    runs = without_credentials((*PYTHON, code))
    pids: list[int] = []

    def stop(event: RunEvent) -> None:
        if isinstance(event, RunOutput):
            pids.append(int(event.data))
            runs.stop_all()

    assert ends(runs, stop)[0].outcome is Outcome.STOPPED
    wait_for_end(pids)


def test_after_a_failure_no_more_rows_begin_if_that_is_wanted(desk: Desk) -> None:
    desk.sign_in()
    runs = desk.services.runs.runs(roles(desk), ("false",), jobs=1, fail_fast=True)
    first, *others = [end.outcome for end in ends(runs)]
    assert first is Outcome.EXITED
    assert set(others) == {Outcome.SKIPPED}
    assert desk.server.calls.count("GetRoleCredentials") == 1


def test_after_a_failure_a_row_that_gets_its_credentials_does_not_begin() -> None:
    has_failed = threading.Event()

    def environment(row: RunRow, _: threading.Event) -> dict[str, str]:
        if row.name == "slow":
            assert has_failed.wait(60)
        return dict(os.environ)

    def note(event: RunEvent) -> None:
        if isinstance(event, RunEnded):
            has_failed.set()

    rows = [RunRow("fails"), RunRow("slow")]
    runs = Runs(rows, ("false",), os.environ, environment, jobs=2, fail_fast=True)
    assert [end.outcome for end in ends(runs, note)] == [Outcome.EXITED, Outcome.SKIPPED]
    assert runs.again([1]) is False
    found: list[RunEvent] = []
    runs.run(found.append)
    assert isinstance(found[-1], RunEnded)
    assert found[-1].status == 1


def test_a_row_that_is_stopped_while_it_gets_its_credentials_does_not_begin() -> None:
    def environment(*_: object) -> dict[str, str]:
        runs.stop(0)
        return dict(os.environ)

    runs = Runs([RunRow("row")], ("true",), os.environ, environment, jobs=1)
    (ended,) = events_of(runs)
    assert ended == RunEnded(0, Outcome.SKIPPED, status=None, duration=0, error=None)


def test_stopping_ends_the_wait_for_the_rate(desk: Desk) -> None:
    desk.sign_in()
    services = Services(desk.environ, desk.clock)
    services.inventory.request_rate(desk.session).record_throttling(time.monotonic(), 3000)
    runs = services.runs.runs(roles(desk)[:3], ("true",))
    threading.Timer(0.1, runs.stop_all).start()
    assert {end.outcome for end in ends(runs)} == {Outcome.SKIPPED}
    assert desk.server.calls.count("GetRoleCredentials") == 0


def test_a_broken_pipe_ends_all_programs() -> None:
    runs = without_credentials((*PYTHON, _SLEEP))
    pids: list[int] = []

    def fail(event: RunEvent) -> None:
        if isinstance(event, RunOutput):
            pids.append(int(event.data))
            raise BrokenPipeError

    with pytest.raises(BrokenPipeError):
        runs.run(fail)
    assert not is_alive(pids[0])


@pytest.mark.parametrize("is_run", [False, True])
def test_the_end_of_rolecall_waits_for_no_run_that_is_over(
    monkeypatch: pytest.MonkeyPatch, is_run: bool
) -> None:
    monkeypatch.setattr(runs_module, "_UNTIL_KILL", 1000.0)
    runs = without_credentials(("true",))
    if is_run:
        assert ends(runs)[0].is_success
    ending = threading.Thread(target=runs.end, daemon=True)
    ending.start()
    ending.join(30)
    assert not ending.is_alive()


def test_the_end_of_rolecall_waits_until_its_programs_have_ended() -> None:
    runs = without_credentials((*PYTHON, _SLEEP), rows=2)
    pids: list[int] = []

    def end(event: RunEvent) -> None:
        if isinstance(event, RunOutput) and not pids:
            pids.append(int(event.data))
            ending.start()

    ending = threading.Thread(target=runs.end, daemon=True)
    stopped, skipped = ends(runs, end)
    assert (stopped.outcome, stopped.status) == (Outcome.STOPPED, 128 + signal.SIGTERM)
    assert skipped.outcome is Outcome.SKIPPED
    ending.join(30)
    assert not ending.is_alive()
    assert not is_alive(pids[0])


def test_a_program_that_ignores_the_end_of_rolecall_is_killed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(runs_module, "_UNTIL_KILL", 0.0)
    monkeypatch.setattr(runs_module, "_UNTIL_LEFT", 30.0)
    monkeypatch.setattr(child, "_GRACE", 1000.0)
    runs = without_credentials((*PYTHON, _STUBBORN))
    endings: list[threading.Thread] = []
    lives_on: list[bool] = []

    def end(event: RunEvent) -> None:
        if isinstance(event, RunOutput):
            endings.append(threading.Thread(target=end_all, args=(int(event.data),)))
            endings[0].start()

    def end_all(pid: int) -> None:
        runs.end()
        lives_on.append(is_alive(pid))

    (ended,) = ends(runs, end)
    assert (ended.outcome, ended.status) == (Outcome.STOPPED, 128 + signal.SIGKILL)
    endings[0].join(30)
    assert lives_on == [False]
