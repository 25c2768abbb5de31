"""A command over many rows: a few at a time, each with its own credentials."""

from __future__ import annotations

import queue
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from rolecall.domain.errors import RolecallError
from rolecall.services.inventory.retry import Cancelled
from rolecall.services.runs.child import Child, check
from rolecall.services.runs.events import (
    Outcome,
    RunEnded,
    RunEvent,
    RunOutput,
    RunRow,
    RunStarted,
    Stream,
)

# Pieces of output that wait to be taken. The programs wait when there are more.
_WAITING: Final = 64

# Returns the environment for a row. Raises RolecallError, and Cancelled once the event is set.
MakeEnvironment = Callable[[RunRow, threading.Event], Mapping[str, str]]


class Runs:
    """`run` blocks; the other methods may be called from any thread.

    `fail_fast`: after a failure no more rows begin; those that run end by themselves.
    """

    def __init__(
        self,
        rows: Sequence[RunRow],
        command: Sequence[str],
        environ: Mapping[str, str],
        make_environment: MakeEnvironment,
        *,
        jobs: int,
        fail_fast: bool = False,
    ) -> None:
        self.rows = rows
        self.command = command
        self._environ = environ
        self._make_environment = make_environment
        self._jobs = max(1, min(jobs, len(rows)))
        self._fail_fast = fail_fast
        self._lock = threading.Lock()
        self._waiting = deque(range(len(rows)))
        self._stopped = [threading.Event() for _ in rows]
        self._killed = threading.Event()
        self._is_halted = False
        # None: a worker has ended.
        self._events: queue.Queue[RunEvent | BaseException | None] = queue.Queue(_WAITING)

    def run(self, on_event: Callable[[RunEvent], None]) -> None:
        """Run everything. `on_event` is called on this thread only, once for the end of each row.

        If it raises, or Ctrl+C comes, all programs are stopped before the exception is passed on; a
        second one kills them.
        """
        for _ in range(self._jobs):
            threading.Thread(target=self._work, name="run", daemon=True).start()
        left = self._jobs
        try:
            while left:
                event = self._events.get()
                if isinstance(event, BaseException):
                    raise event
                if event is None:
                    left -= 1
                else:
                    on_event(event)
        except BaseException:
            self.stop_all()
            self._drain(left)
            raise

    def stop(self, row: int) -> None:
        """Stop the program of a row, or do not start it."""
        self._stopped[row].set()

    def stop_all(self) -> None:
        """Stop all programs, and start no more. `run` returns once they have ended."""
        for stopped in self._stopped:
            stopped.set()

    def kill_all(self) -> None:
        """Kill all programs at once."""
        self._killed.set()
        self.stop_all()

    def _drain(self, left: int) -> None:
        """Wait until the workers have ended. Ctrl+C kills what still runs."""
        while left:
            try:
                if self._events.get() is None:
                    left -= 1
            except KeyboardInterrupt:
                self.kill_all()

    def _work(self) -> None:
        try:
            while (row := self._take()) is not None:
                self._events.put(self._ended(row))
        except BaseException as error:  # `run` raises it
            self._events.put(error)
        finally:
            self._events.put(None)

    def _take(self) -> int | None:
        with self._lock:
            return self._waiting.popleft() if self._waiting else None

    def _ended(self, row: int) -> RunEnded:
        """Run the row. Returns how it ended."""
        stopped = self._stopped[row]
        if stopped.is_set() or self._is_halted:
            return RunEnded(row, Outcome.SKIPPED)
        try:
            # Without the program there is no need for credentials.
            check(self.command, self._environ)
            environ = self._make_environment(self.rows[row], stopped)
            if stopped.is_set() or self._is_halted:
                return RunEnded(row, Outcome.SKIPPED)
            ended = self._run_child(row, environ)
        except Cancelled:
            return RunEnded(row, Outcome.SKIPPED)
        except RolecallError as error:
            ended = RunEnded(row, Outcome.NOT_RUN, error=error)
        if self._fail_fast and not ended.is_success:
            self._is_halted = True
        return ended

    def _run_child(self, row: int, environ: Mapping[str, str]) -> RunEnded:
        """Run the program. Raises CommandNotRun."""
        began_at = time.monotonic()
        stopped = self._stopped[row]
        child = Child(self.command, environ)
        self._events.put(RunStarted(row))

        def on_data(stream: Stream, data: bytes) -> None:
            self._events.put(RunOutput(row, stream, data))

        status = child.run(on_data, stopped, self._killed)
        outcome = Outcome.STOPPED if stopped.is_set() else Outcome.EXITED
        return RunEnded(row, outcome, status, time.monotonic() - began_at)
