"""The board knows where each row is, runs the failed ones again, and stops what runs."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from rolecall.domain.model import Account, Assignment, PermissionSet
from rolecall.domain.production import NO_PRODUCTION, PRODUCTION, Production, production_rule
from rolecall.services.runs.board import RunBoard, RunState, Stage
from rolecall.services.runs.run_events import RunRow
from rolecall.services.runs.runs import Runs
from tests.support.desk import Desk, demo
from tests.support.programs import is_alive
from tests.support.waiting import wait_until

_STUBBORN = (
    "import os, signal, time\n"
    "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
    "os.write(1, b'%d\\n' % os.getpid())\n"
    "time.sleep(1000)"
)


def board_of(
    command: tuple[str, ...],
    rows: int = 1,
    jobs: int = 8,
    monotonic: Callable[[], float] = time.monotonic,
) -> RunBoard:
    """Rows that need no credentials. The variable ROW has the number of the row."""

    def environment(row: RunRow, _: threading.Event) -> dict[str, str]:
        return {**os.environ, "ROW": row.name}

    named = [RunRow(str(number)) for number in range(rows)]
    runs = Runs(named, command, os.environ, environment, jobs=jobs)
    return RunBoard(runs, NO_PRODUCTION, monotonic)


@contextmanager
def running(board: RunBoard) -> Iterator[threading.Thread]:
    thread = threading.Thread(target=board.run)
    thread.start()
    try:
        yield thread
    finally:
        board.kill_all()
        thread.join(60)
    assert not thread.is_alive()


def stages(board: RunBoard) -> list[Stage]:
    return [state.stage for state in board.states]


def test_each_row_has_its_stage_its_time_and_its_output() -> None:
    board = board_of(("sh", "-c", 'echo "row $ROW"; exit $ROW'), rows=3)
    assert stages(board) == [Stage.WAITING] * 3
    assert board.seconds(board.states[0]) is None
    version = board.version
    board.run()
    assert stages(board) == [Stage.SUCCEEDED, Stage.FAILED, Stage.FAILED]
    assert [board.output.last_line(number) for number in range(3)] == ["row 0", "row 1", "row 2"]
    assert all((board.seconds(state) or 0) > 0 for state in board.states)
    assert board.version >= version + 9  # each began, wrote and ended
    assert not board.is_under_way


def test_a_row_has_a_time_while_its_program_runs_or_if_it_has_run() -> None:
    board = board_of(("sleep", "1000"), rows=2, jobs=1, monotonic=lambda: next(times))
    times = iter([100.0, 107.0])
    first, second = board.states
    with running(board):
        wait_until(lambda: first.stage is Stage.RUNNING)
        assert board.seconds(first) == 7
        version = board.version
        board.stop_all()
        assert board.version > version
        wait_until(lambda: not board.is_under_way)
    assert first.ended is not None
    assert board.seconds(first) == first.ended.duration
    assert board.seconds(second) is None


def test_the_board_is_stopping_once_nothing_else_runs_or_waits() -> None:
    board = board_of((sys.executable, "-c", _STUBBORN), rows=3, jobs=2)
    with running(board):
        wait_until(lambda: board.output.last_line(0) and board.output.last_line(1))
        assert not board.is_stopping
        board.stop(board.states[0])
        assert board.states[0].stage is Stage.STOPPING
        assert board.seconds(board.states[0]) is not None
        board.stop(board.states[1])
        assert not board.is_stopping  # one waits
        board.stop_all()
        wait_until(lambda: board.is_stopping)
    assert not board.is_stopping


def test_only_what_has_failed_runs_again(tmp_path: Path) -> None:
    """Each run of a row leaves a line in its file; row 1 succeeds the second time."""
    path = f"{tmp_path}/$ROW"
    script = f'echo $ROW; echo x >> {path}; test $ROW = 0 || test "$(echo $(cat {path}))" = "x x"'
    board = board_of(("sh", "-c", script), rows=2)
    board.run()
    assert stages(board) == [Stage.SUCCEEDED, Stage.FAILED]
    version = board.version
    assert board.run_again()
    assert board.version > version
    assert stages(board) == [Stage.SUCCEEDED, Stage.WAITING]
    # The output of the run before is gone.
    assert [board.output.last_line(number) for number in (0, 1)] == ["0", ""]
    assert board.states[1].ended is None
    board.run()
    assert stages(board) == [Stage.SUCCEEDED] * 2
    assert [board.output.last_line(number) for number in (0, 1)] == ["0", "1"]
    assert [len((tmp_path / name).read_text().split()) for name in "01"] == [1, 2]


def test_failed_rows_run_again_while_others_still_run(tmp_path: Path) -> None:
    goes_on = tmp_path / "go"
    script = f"test $ROW = 1 && test -e {goes_on} && exit 0; test $ROW = 1 && exit 3; sleep 1000"
    board = board_of(("sh", "-c", script), rows=2)
    with running(board):
        wait_until(lambda: stages(board) == [Stage.RUNNING, Stage.FAILED])
        goes_on.touch()
        assert board.is_under_way
        assert not board.run_again()  # the call of `run` that blocks takes them
        wait_until(lambda: stages(board) == [Stage.RUNNING, Stage.SUCCEEDED])


def test_rows_that_run_again_wait_for_their_turn() -> None:
    def workers() -> set[threading.Thread]:
        return {each for each in threading.enumerate() if each.name == "run"}

    others = workers()
    board = board_of(("sleep", "1000"), rows=4, jobs=2)
    with running(board):
        wait_until(lambda: stages(board).count(Stage.RUNNING) == 2)
        for state in board.states[2:]:
            board.stop(state)
        wait_until(lambda: stages(board).count(Stage.SKIPPED) == 2)
        assert not board.run_again()
        assert stages(board).count(Stage.WAITING) == 2
        assert len(workers() - others) == 2


def test_a_row_that_waits_is_not_started_and_ends_at_once() -> None:
    board = board_of(("sleep", "1000"), rows=2, jobs=1)
    with running(board):
        wait_until(lambda: board.states[0].stage is Stage.RUNNING)
        board.stop(board.states[1])
        wait_until(lambda: board.states[1].stage is Stage.SKIPPED)
        assert board.states[0].stage is Stage.RUNNING
        board.stop(board.states[0])
        wait_until(lambda: not board.is_under_way)
    assert stages(board) == [Stage.STOPPED, Stage.SKIPPED]


def test_what_was_stopped_can_run_again() -> None:
    board = board_of(("sh", "-c", "sleep 1000"), rows=3, jobs=2)
    for _ in range(2):
        with running(board):
            wait_until(lambda: stages(board).count(Stage.RUNNING) == 2)
            board.stop_all()
            wait_until(lambda: not board.is_under_way)
        assert sorted(stages(board), key=str) == [Stage.SKIPPED, Stage.STOPPED, Stage.STOPPED]
        assert board.run_again()


def test_a_program_that_ignores_sigterm_is_killed_at_once_if_that_is_wanted() -> None:
    board = board_of((sys.executable, "-c", _STUBBORN))
    with running(board):
        wait_until(lambda: board.output.last_line(0))
        board.stop_all()
        assert board.is_stopping
        board.kill_all()
        wait_until(lambda: not board.is_under_way)
    assert board.states[0].ended is not None
    assert board.states[0].ended.status == 137
    assert board.states[0].ended.duration < 3


@pytest.mark.thorough
@demo(accounts=500)
def test_of_500_rows_the_refused_ones_say_why_and_nothing_is_lost(desk: Desk) -> None:
    desk.sign_in()
    accounts = desk.server.organisation.accounts[:500]
    names = [
        "NotMine" if number % 10 < 3 else _first(desk, account)
        for number, account in enumerate(accounts)
    ]
    rows = desk.services.runs.of_roles(
        (desk.session, Assignment(account, PermissionSet(name)))
        for account, name in zip(accounts, names, strict=True)
    )
    board = desk.services.runs.board(rows, ("echo", "hello"), NO_PRODUCTION)
    board.run()
    assert len(rows) == 500
    assert board.counts == {Stage.SUCCEEDED: 350, Stage.FAILED: 150}
    assert all(map(_is_explained, board.states))


def _first(desk: Desk, account: Account) -> str:
    return next(iter(desk.server.organisation.permission_sets(account.id)))


def _is_explained(state: RunState) -> bool:
    is_refused = state.row.permission_set == "NotMine"
    assert state.ended is not None
    return (state.ended.error is not None) == is_refused == (state.stage is Stage.FAILED)


def test_a_row_is_of_production_by_its_profile_or_its_account(desk: Desk) -> None:
    """Its name may contain that of a permission set, which means nothing."""
    rows = [RunRow("x", "prod-x"), RunRow("x", account="prod"), RunRow("dev/prod", account="dev")]
    rows.append(RunRow("y", account_id="1"))
    production = Production(production_rule(PRODUCTION), {"1": ["prod"]}.__getitem__)
    board = desk.services.runs.board(rows, ("true",), production)
    assert [each.is_production for each in board.states] == [True, True, False, True]


def test_a_row_whose_environment_is_given_needs_no_credentials(desk: Desk) -> None:
    given = {**os.environ, "GIVEN": "yes"}
    command = ("sh", "-c", "echo $GIVEN")
    board = desk.services.runs.board([RunRow("x")], command, NO_PRODUCTION, lambda *_: given)
    board.run()
    assert stages(board) == [Stage.SUCCEEDED]
    assert board.output.last_line(0) == "yes"


def test_the_row_of_a_profile_with_keys_names_no_account(desk: Desk) -> None:
    desk.services.locations.credentials.write_text("[keys]\naws_access_key_id = AKIAX\n")
    (row,) = desk.services.runs.of_profiles(["keys"])
    assert (row.name, row.account_id, row.permission_set, row.account) == ("keys", "", "", "")


@pytest.mark.thorough
def test_everything_ends_with_rolecall(desk: Desk) -> None:
    runs = desk.services.runs
    row = RunRow("static", profile="static")
    (desk.home / ".aws").mkdir(exist_ok=True)
    (desk.home / ".aws" / "credentials").write_text(
        "[static]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = x\n"
    )
    board = runs.board([row], (sys.executable, "-c", _STUBBORN), NO_PRODUCTION)
    with running(board):
        wait_until(lambda: board.output.last_line(0))
        pid = int(board.output.last_line(0))
        runs.end_all()
        assert not is_alive(pid)
        wait_until(lambda: not board.is_under_way)
