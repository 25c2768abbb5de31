"""What a screen shows of the runs of a command: where each row is, and what it has written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from enum import Enum
from threading import Lock

from rolecall.domain.errors.file_errors import FileError
from rolecall.domain.production import Production
from rolecall.services.runs.kept_output import KeptOutput
from rolecall.services.runs.run_events import (
    Outcome,
    RunEnded,
    RunEvent,
    RunOutput,
    RunRow,
    RunStarted,
)
from rolecall.services.runs.runs import Runs


class Stage(Enum):
    """Where a row is. The values are for texts."""

    WAITING = "waiting"
    RUNNING = "running"
    STOPPING = "stopping"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    STOPPED = "stopped"
    SKIPPED = "skipped"


_RUNNING = {Stage.RUNNING, Stage.STOPPING}
_UNDER_WAY = {Stage.WAITING, *_RUNNING}


class RunState:
    """A row and how far it has come. One thread changes it, and any may read it."""

    __slots__ = ("began_at", "ended", "index", "is_production", "row", "stage")

    def __init__(self, index: int, row: RunRow, *, is_production: bool) -> None:
        self.index = index
        self.row = row
        self.is_production = is_production
        self.stage = Stage.WAITING
        self.began_at = 0.0  # in seconds of the monotonic clock
        self.ended: RunEnded | None = None

    @property
    def is_under_way(self) -> bool:
        return self.stage in _UNDER_WAY


class RunBoard:
    """The rows of a command. `version` grows with every change.

    `run` blocks; everything else may be called from any thread.
    """

    def __init__(self, runs: Runs, production: Production, monotonic: Callable[[], float]) -> None:
        is_production = production.is_production
        self.states = [
            RunState(index, row, is_production=is_production(row.account_id, *row.names))
            for index, row in enumerate(runs.rows)
        ]
        self.command = runs.command
        self.output = KeptOutput(len(runs.rows))
        self.version = 0
        self._runs = runs
        self._monotonic = monotonic
        self._lock = Lock()  # for the stages and the version

    def run(self) -> None:
        """Run everything that waits."""
        self._runs.run(self._take)

    def run_again(self) -> bool:
        """Run the rows again that have not succeeded. Returns whether `run` has to be called."""
        with self._lock:
            failed = [each for each in self.states if self.is_failed(each)]
            for state in failed:
                self.output.clear(state.index)
                state.stage, state.ended = Stage.WAITING, None
            self.version += 1
        return not self._runs.again([state.index for state in failed])

    def stop(self, state: RunState) -> None:
        """Stop a row, or do not start it."""
        self._note_stopping([state])
        self._runs.stop(state.index)

    def stop_all(self) -> None:
        """Stop all rows, and start no more."""
        self._note_stopping(self.states)
        self._runs.stop_all()

    def kill_all(self) -> None:
        """Kill the programs that have been told to stop."""
        self._runs.kill_all()

    @property
    def record_problem(self) -> FileError | None:
        """Why there is no record of the runs."""
        return self._runs.record_problem

    @property
    def is_under_way(self) -> bool:
        return any(state.is_under_way for state in self.states)

    @property
    def is_stopping(self) -> bool:
        """Whether everything that has not ended is being stopped."""
        stages = {state.stage for state in self.states}
        return Stage.STOPPING in stages and not stages & {Stage.WAITING, Stage.RUNNING}

    @property
    def counts(self) -> Counter[Stage]:
        return Counter(state.stage for state in self.states)

    @staticmethod
    def is_failed(state: RunState) -> bool:
        """Return whether the row has ended without success."""
        return not state.is_under_way and state.stage is not Stage.SUCCEEDED

    def seconds(self, state: RunState) -> float | None:
        """Return how long the program of the row runs, or has run; None if it does not."""
        if state.stage in _RUNNING:
            return self._monotonic() - state.began_at
        if state.ended is None or state.ended.status is None:
            return None
        return state.ended.duration

    def _note_stopping(self, states: Iterable[RunState]) -> None:
        with self._lock:
            for state in states:
                if state.stage is Stage.RUNNING:
                    state.stage = Stage.STOPPING
            self.version += 1

    def _take(self, event: RunEvent) -> None:
        if isinstance(event, RunOutput):
            self.output.add(event.row, event.stream, event.data)
        with self._lock:
            state = self.states[event.row]
            if isinstance(event, RunStarted):
                state.began_at = self._monotonic()
                state.stage = Stage.RUNNING
            elif isinstance(event, RunEnded):
                state.ended = event
                state.stage = _stage_of(event)
            self.version += 1


def _stage_of(ended: RunEnded) -> Stage:
    if ended.outcome is Outcome.STOPPED:
        return Stage.STOPPED
    if ended.outcome is Outcome.SKIPPED:
        return Stage.SKIPPED
    return Stage.SUCCEEDED if ended.is_success else Stage.FAILED
