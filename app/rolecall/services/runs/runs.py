"""A command over many rows: a few at a time, each with its own credentials."""

from __future__ import annotations

import queue
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from contextvars import Context
from typing import Final

from rolecall.domain.errors import RolecallError, Throttled
from rolecall.domain.errors.file_errors import FileError
from rolecall.domain.question import Question, asking, current
from rolecall.files.own.run_records import RunRecord
from rolecall.services.base.retry import TRANSIENT_ERRORS, Cancelled
from rolecall.services.runs.child import Child, check
from rolecall.services.runs.run_events import (
    Outcome,
    Result,
    RunEnded,
    RunEvent,
    RunOutput,
    RunRow,
    RunStarted,
    Stream,
)
from rolecall.services.runs.watcher import Watcher

# Pieces of output that wait to be taken. The programs wait when there are more.
_WAITING: Final = 16
# When rolecall ends: the seconds until programs are killed, and until it ends without them.
_UNTIL_KILL: Final = 4.0
_UNTIL_LEFT: Final = 2.0

# Returns the environment for a row. Raises RolecallError, and Cancelled once the event is set.
MakeEnvironment = Callable[[RunRow, threading.Event], Mapping[str, str]]

_INTERRUPT: Final = "interrupt"

# Is called once the program of a row has started in its environment.
OnStart = Callable[[RunRow, Mapping[str, str]], None]


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
        on_start: OnStart | None = None,
        *,
        jobs: int,
        fail_fast: bool = False,
        record: RunRecord | None = None,
    ) -> None:
        self.rows = rows
        self.command = command
        self._environ = environ
        self._make_environment = make_environment
        self._on_start: OnStart = on_start or (lambda *_: None)
        self._jobs = max(1, min(jobs, len(rows)))
        self._fail_fast = fail_fast
        self._record = record
        self.record_problem: FileError | None = None  # why there is no record
        self._watcher = Watcher()
        self._lock = threading.Lock()
        self._waiting = deque(range(len(rows)))
        self._stopped = [threading.Event() for _ in rows]
        self._killed = [threading.Event() for _ in rows]
        self._is_halted = False
        self._is_interrupted = False
        self._workers = 0  # that take rows
        self._unended = 0  # workers whose end `run` has not seen
        self._is_over = threading.Event()
        self._is_over.set()
        # None: a worker has ended.
        self._events: queue.SimpleQueue[RunEvent | BaseException | str | None] = queue.SimpleQueue()
        self._room = threading.Semaphore(_WAITING)
        self._question = Question()

    def run(self, on_event: Callable[[RunEvent], None]) -> None:
        """Run everything. `on_event` is called on this thread only, once for the end of each row.

        If it raises, or a signal does, all programs are stopped, and it gets the other events,
        before the exception is passed on; a second signal kills them.
        """
        with self._lock:
            self._is_over.clear()
            self._start_workers()
        try:
            with self._recording(), self._watcher:
                self._deliver(on_event)
        finally:
            with self._lock:
                if not self._unended:
                    self._is_over.set()

    def interrupt(self) -> None:
        """Stop all programs; kill them if it is called again. For signal handlers: no lock is
        needed, and nothing is raised.
        """
        self._events.put(_INTERRUPT)

    def again(self, rows: Iterable[int]) -> bool:
        """Run rows that have ended again. Returns False if `run` has returned and does not see it:
        then it has to be called.
        """
        with self._lock:
            for row in rows:
                self._stopped[row], self._killed[row] = threading.Event(), threading.Event()
                self._waiting.append(row)
            self._is_halted = False
            if not self._unended:
                return False
            self._start_workers()
            return True

    def stop(self, row: int) -> None:
        """Stop the program of a row, or do not start it."""
        self._stopped[row].set()
        with self._lock:
            if row in self._waiting:
                self._waiting.remove(row)
                self._events.put(RunEnded(row, Outcome.SKIPPED))

    def stop_all(self) -> None:
        """Stop all programs, and start no more. `run` returns once they have ended."""
        for stopped in self._stopped:
            stopped.set()
        with self._lock:
            while self._waiting:
                self._events.put(RunEnded(self._waiting.popleft(), Outcome.SKIPPED))

    def kill_all(self) -> None:
        """Kill all programs at once."""
        for killed in self._killed:
            killed.set()
        self.stop_all()

    def end(self) -> None:
        """Stop all programs, and wait until they have ended; kill what does not end soon."""
        self.stop_all()
        if not self._is_over.wait(_UNTIL_KILL):
            self.kill_all()
            self._is_over.wait(_UNTIL_LEFT)

    @contextmanager
    def _recording(self) -> Iterator[None]:
        with ExitStack() as stack:
            if self._record is not None:
                try:
                    stack.enter_context(self._record.open())
                except FileError as error:
                    self.record_problem = error
            yield

    def _deliver(self, on_event: Callable[[RunEvent], None]) -> None:
        try:
            while not self._is_at_end():
                if event := self._next():
                    on_event(event)
        except BaseException:
            self.stop_all()
            self._drain(on_event)
            raise

    def _is_at_end(self) -> bool:
        with self._lock:
            return not self._unended and self._events.empty()

    def _next(self) -> RunEvent | None:
        """Return the next event. Raises what a worker has raised."""
        event = self._events.get()
        if isinstance(event, BaseException):
            raise event
        if isinstance(event, RunOutput):
            self._room.release()
        if event is None:
            with self._lock:
                self._unended -= 1
        if not isinstance(event, str):
            return event
        (self.kill_all if self._is_interrupted else self.stop_all)()
        self._is_interrupted = True
        return None

    def _drain(self, on_event: Callable[[RunEvent], None]) -> None:
        """Wait until the workers have ended. A signal kills what still runs."""
        while not self._is_at_end():
            try:
                with suppress(Exception):  # the first error is passed on
                    if event := self._next():
                        on_event(event)
            except (KeyboardInterrupt, SystemExit):
                self.kill_all()

    def _start_workers(self) -> None:
        """Start as many as there is work for. The caller has the lock.

        What they ask is one question: if AWS does not answer, all rows end with the first ones.
        """
        self._question = Context().run(current).part()  # that of the command, not of a screen
        for _ in range(min(self._jobs - self._workers, len(self._waiting))):
            self._workers += 1
            self._unended += 1
            threading.Thread(target=self._work, name="run", daemon=True).start()

    def _work(self) -> None:
        try:
            while (row := self._take()) is not None:
                try:
                    ended = self._ended(row)
                except BaseException:
                    self._tell_end(RunEnded(row, Outcome.NOT_RUN))
                    raise
                self._tell_end(ended)
        except BaseException as error:  # `run` raises it
            self._events.put(error)
        finally:
            self._events.put(None)

    def _tell_end(self, ended: RunEnded) -> None:
        self._note(ended.row, ended.result)
        self._events.put(ended)

    def _note(self, row: int, state: str) -> None:
        """Note the state on the thread of the worker: `run` may wait for a reader of the output."""
        if self._record is not None and state != Result.NOT_STARTED:
            self._record.note(row, state)

    def _take(self) -> int | None:
        """Return the next row, or None: then the worker ends, and another may be started."""
        with self._lock:
            if self._waiting:
                return self._waiting.popleft()
            self._workers -= 1
            return None

    def _ended(self, row: int) -> RunEnded:
        """Run the row. Returns how it ended."""
        stopped = self._stopped[row]
        if stopped.is_set() or self._is_halted:
            return RunEnded(row, Outcome.SKIPPED)
        try:
            # Without the program there is no need for credentials.
            check(self.command, self._environ)
            with asking(begun=self._question):
                environ = self._make_environment(self.rows[row], stopped)
                self._question.note_answer()
            if stopped.is_set() or self._is_halted:
                return RunEnded(row, Outcome.SKIPPED)
            ended = self._run_child(row, environ)
        except Cancelled:
            return RunEnded(row, Outcome.SKIPPED)
        except RolecallError as error:
            if not isinstance(error, (Throttled, *TRANSIENT_ERRORS)):
                self._question.note_answer()
            ended = RunEnded(row, Outcome.NOT_RUN, error=error)
        if self._fail_fast and not ended.is_success:
            self._is_halted = True
        return ended

    def _run_child(self, row: int, environ: Mapping[str, str]) -> RunEnded:
        """Run the program. Raises CommandNotRun."""
        began_at = time.monotonic()
        stopped = self._stopped[row]
        self._note(row, "running")
        child = Child(self.command, environ, self._watcher)
        self._on_start(self.rows[row], environ)
        self._events.put(RunStarted(row))

        def on_data(stream: Stream, data: bytes) -> None:
            self._room.acquire()
            self._events.put(RunOutput(row, stream, data))

        status = child.run(on_data, stopped, self._killed[row])
        self._question.begin_again()  # the wait until now was for the program
        outcome = Outcome.STOPPED if stopped.is_set() else Outcome.EXITED
        return RunEnded(row, outcome, status, time.monotonic() - began_at)
