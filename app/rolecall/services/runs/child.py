"""One program that runs without a terminal, with its output, until it ends or is stopped."""

from __future__ import annotations

import errno
import fcntl
import os
import selectors
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from shutil import which
from threading import Event
from typing import IO, Final, TypeVar

from rolecall.domain.errors import CommandNotRun
from rolecall.domain.process import core_dumps
from rolecall.domain.text import safe
from rolecall.services.runs.run_events import Stream
from rolecall.services.runs.watcher import Watcher

_CHUNK: Final = 2**20  # bytes that are read at once, and that a pipe has room for
# Seconds after a read, in which the pipe may fill up: many small pieces cost far more than few.
_UNTIL_FULL: Final = 0.0005
_CHECK_EVERY: Final = 0.1  # seconds
# From SIGTERM to SIGKILL, in seconds.
_GRACE: Final = 3.0
# A program that the command leaves in the background may keep the output open: after the command
# has exited, the rest is read until nothing comes for this long, or this much has come.
_SILENCE: Final = 0.5
_MOST_AFTER_EXIT: Final = 2**21  # bytes; more than fits into a pipe

T = TypeVar("T")


class Child:
    """A program in a separate session and process group, with an empty standard input.

    So it cannot ask on the terminal, and a signal reaches all that it has started. If rolecall is
    killed, the watcher ends it. Raises CommandNotRun.
    """

    def __init__(
        self, command: Sequence[str], environ: Mapping[str, str], watcher: Watcher
    ) -> None:
        self._process = started(command, environ, _popen)
        self._watcher = watcher
        watcher.add(self._process.pid)
        self._exited_at: float | None = None

    def run(self, on_data: Callable[[Stream, bytes], None], stopped: Event, killed: Event) -> int:
        """Read until the program ends. Return its exit status, or 128 plus its signal.

        `on_data` may block: the program then waits. Once `stopped` is set, the program gets
        SIGTERM, and soon SIGKILL; once `killed` is set, SIGKILL at once.
        """
        reader = _Reader(self._process, on_data)
        stopped_at: float | None = None
        try:
            while not self._is_over(reader):
                reader.read()
                if killed.is_set():
                    self._signal(signal.SIGKILL)
                elif stopped.is_set() and stopped_at is None:
                    stopped_at = time.monotonic()
                    self._signal(signal.SIGTERM)
                elif stopped_at and time.monotonic() - stopped_at > _GRACE:
                    self._signal(signal.SIGKILL)
        finally:
            reader.close()
            if stopped_at or killed.is_set():
                self._signal(signal.SIGKILL)  # what it has started, and what ignores SIGTERM
        self._watcher.remove(self._process.pid)
        status = self._process.wait()
        return status if status >= 0 else 128 - status

    def _is_over(self, reader: _Reader) -> bool:
        if self._exited_at is None and self._has_exited():
            self._exited_at = time.monotonic()
            reader.is_last = True
        if self._exited_at is None:
            return False
        silent_since = max(self._exited_at, reader.read_at)
        is_silent = time.monotonic() - silent_since > _SILENCE
        return not reader.is_open or is_silent or reader.read_last > _MOST_AFTER_EXIT

    def _has_exited(self) -> bool:
        """Whether the program has exited. It is not reaped: its ID stays that of its group."""
        if not hasattr(os, "waitid"):  # Python before 3.13 on macOS
            return self._process.poll() is not None
        flags = os.WEXITED | os.WNOHANG | os.WNOWAIT
        return os.waitid(os.P_PID, self._process.pid, flags) is not None

    def _signal(self, number: signal.Signals) -> None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, number)


class _Reader:
    """Reads both streams as they come. `read_at` is when something came last."""

    def __init__(
        self, process: subprocess.Popen[bytes], on_data: Callable[[Stream, bytes], None]
    ) -> None:
        self._on_data = on_data
        self._selector = selectors.DefaultSelector()
        self._files: list[IO[bytes]] = []
        self.read_at = time.monotonic()
        self.is_last = False
        self.read_last = 0
        for stream, file in (Stream.OUT, process.stdout), (Stream.ERR, process.stderr):
            assert file is not None
            self._files.append(file)
            if hasattr(fcntl, "F_SETPIPE_SZ"):
                with suppress(OSError):  # a user may have so much in pipes only
                    fcntl.fcntl(file, fcntl.F_SETPIPE_SZ, _CHUNK)
            self._selector.register(file, selectors.EVENT_READ, stream)

    @property
    def is_open(self) -> bool:
        return bool(self._selector.get_map())

    def read(self) -> None:
        """Read what is there, or wait a moment."""
        if not self.is_open:
            time.sleep(_CHECK_EVERY / 10)  # the program has closed its output, and runs on
            return
        for key, _ in self._selector.select(_CHECK_EVERY):
            data = os.read(key.fd, _CHUNK)
            if data:
                self._take(key.data, data)
            else:
                self._selector.unregister(key.fileobj)
        time.sleep(_UNTIL_FULL)

    def _take(self, stream: Stream, data: bytes) -> None:
        self._on_data(stream, data)
        self.read_at = time.monotonic()
        if self.is_last:
            self.read_last += len(data)

    def close(self) -> None:
        self._selector.close()
        for file in self._files:
            file.close()


def check(command: Sequence[str], environ: Mapping[str, str]) -> None:
    """Raise CommandNotRun if there is no such program."""
    program = command[0]
    if which(program, path=environ.get("PATH")) is None:
        is_there = os.sep in program and os.path.exists(program)  # noqa: PTH110  # "" is not a path
        number = errno.EACCES if is_there else errno.ENOENT
        raise CommandNotRun(_named(program), os.strerror(number), is_missing=not is_there)


def started(
    command: Sequence[str],
    environ: Mapping[str, str],
    start: Callable[[Sequence[str], Mapping[str, str]], T],
) -> T:
    """Return what `start` returns for a program, also for a script without `#!`.

    Raises CommandNotRun if it raises OSError or ValueError, or if the name is empty.
    """
    try:
        if not command[0]:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
        try:
            return start(command, environ)
        except OSError as error:
            return start(by_shell(command, error, environ), environ)
    except (OSError, ValueError) as error:
        reason = (error.strerror if isinstance(error, OSError) else None) or str(error)
        is_missing = isinstance(error, FileNotFoundError)
        raise CommandNotRun(_named(command[0]), reason, is_missing) from None


def _named(program: str) -> str:
    return safe(program) or "''"


def _popen(command: Sequence[str], environ: Mapping[str, str]) -> subprocess.Popen[bytes]:
    with core_dumps.allowed():
        return subprocess.Popen(
            command,
            env=environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )


def by_shell(command: Sequence[str], error: OSError, environ: Mapping[str, str]) -> list[str]:
    """Return the command that runs a script without `#!`, as execvp(3) does.

    Raises the error if it has another reason.
    """
    path = which(command[0], path=environ.get("PATH"))
    if error.errno != errno.ENOEXEC or path is None:
        raise error
    return ["/bin/sh", path, *command[1:]]
