"""Runs a program in a seal, and is its terminal: what is typed goes in, what it writes comes out.

What runs inside, and the packets between both, are in `terminal/inside_seal.py`. No descriptor of
this terminal gets in, so that the program can neither type into it nor read from it later.
"""

from __future__ import annotations

import errno
import json
import os
import select
import signal
import socket
import stat
import subprocess
import sys
import termios
import tty
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any, Final

from rolecall.domain.errors import CommandNotRun
from rolecall.domain.errors.lending_errors import SealImpossible
from rolecall.domain.lending.seal import Argument
from rolecall.domain.records import NamedTuple
from rolecall.domain.text import safe
from rolecall.terminal.shell import ignored_signals

ESCAPES: Final = str(Path(__file__).with_name("escapes.py"))  # a script for the inside
_INSIDE: Final = str(Path(__file__).with_name("inside_seal.py"))
_CHUNK: Final = 16 * 1024  # bytes of a packet
_PLAN: Final = 0  # the index of the first descriptor that is sent
_PASSED_ON: Final = (
    *(signal.SIGINT, signal.SIGQUIT, signal.SIGTSTP),
    *(signal.SIGTERM, signal.SIGHUP, signal.SIGUSR1, signal.SIGUSR2),
)


class SealedProgram(NamedTuple):
    """A command, its environment, and the arguments of bubblewrap: numbers in these stand for
    `files`, the contents of files.

    `network` is the command that gives it a separate network, or nothing; `addresses` are those
    that are cut off there.
    """

    command: Sequence[str]
    environ: Mapping[str, str]
    arguments: Sequence[Argument]
    files: Sequence[bytes] = ()
    network: Sequence[str] = ()
    addresses: Sequence[str] = ()

    def run(self, on_start: Callable[[int], None], on_end: Callable[[int], None]) -> int:
        """Run it until it ends. Return its exit status, or 128 plus the signal that killed it.

        Both functions get the ID of the process group of the seal. Raises SealImpossible,
        CommandNotRun.
        """
        with ExitStack() as stack:
            link, inner = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            stack.enter_context(link)
            errors = stack.enter_context(_in_memory(b""))
            with inner:
                process = self._started(inner, errors)
            stack.callback(process.wait)
            stack.callback(_end, process.pid)
            stack.callback(on_end, process.pid)
            on_start(process.pid)
            outside = _Outside(link, process.pid)
            self._send(link, outside)
            status = outside.run()
            if status is None:
                said = os.pread(errors, 4096, 0).decode(errors="replace").strip()
                raise SealImpossible("failed", safe(said.rpartition("\n")[2]))
            if status < 0:
                self._raise(-status)
            return status

    def _started(self, inner: socket.socket, errors: int) -> subprocess.Popen[bytes]:
        command = [*self.network, sys.executable, "-IS", _INSIDE, "enter"]
        try:
            return subprocess.Popen(
                command,
                env=self.environ,
                stdin=inner.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=errors,
                start_new_session=True,
            )
        except OSError as error:
            raise SealImpossible("failed", safe(f"{command[0]}: {error.strerror}")) from None

    def _send(self, link: socket.socket, outside: _Outside) -> None:
        """Send the plan, the standard files that are no terminal, and the other files."""
        passed = [each for each in range(3) if not outside.is_terminal[each]]
        at = {each: _PLAN + 1 + number for number, each in enumerate(passed)}
        first = _PLAN + 1 + len(passed)
        arguments = [each + first if isinstance(each, int) else each for each in self.arguments]
        standard = [at.get(each, "-1") for each in range(3)]
        run = [sys.executable, "-IS", _INSIDE, "run", _PLAN, *standard]
        plan = {
            "bwrap": ["bwrap", *arguments, "--", *run],
            "addresses": self.addresses,
            "command": self.command,
            "ignored": [*ignored_signals(), *filter(_is_ignored, _PASSED_ON)],
            "size": outside.size(),
            "mode": outside.mode(),
        }
        with ExitStack() as stack:
            data = [json.dumps(plan).encode(), *self.files]
            planned, *files = [stack.enter_context(_in_memory(each)) for each in data]
            with suppress(OSError):  # it has ended, and the next packet says so
                socket.send_fds(link, [b"p"], [planned, *passed, *files])

    def _raise(self, number: int) -> None:
        reason, is_missing = os.strerror(number), number == errno.ENOENT
        raise CommandNotRun(safe(self.command[0]), reason, is_missing)


def _end(group: int) -> None:
    """End the rest of a seal: pasta leaves a process behind when it fails."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGKILL)


@contextmanager
def _in_memory(data: bytes) -> Iterator[int]:
    """Yield a descriptor of a file without a name."""
    descriptor = os.memfd_create("rolecall")
    try:
        with open(descriptor, "wb", closefd=False) as file:
            file.write(data)
        os.lseek(descriptor, 0, os.SEEK_SET)
        yield descriptor
    finally:
        os.close(descriptor)


def _is_ignored(number: signal.Signals) -> bool:
    return signal.getsignal(number) is signal.SIG_IGN


class _Outside:
    """This side of the link. `is_terminal` says it for each standard file.

    If standard output is a pipe, as in `rolecall | less`, the reader may read the keys.
    """

    def __init__(self, link: socket.socket, pid: int) -> None:
        self._link = link
        self._pid = pid
        self.is_terminal = [os.isatty(each) for each in range(3)]
        self._terminal = self._opened() if any(self.is_terminal) else None
        self._keys = self._terminal if not stat.S_ISFIFO(os.fstat(1).st_mode) else None
        self._before: list[Any] | None = None
        self._status: int | None = None

    def _opened(self) -> int:
        with suppress(OSError):
            return os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY)
        return os.dup(self.is_terminal.index(True))

    def size(self) -> list[int]:
        if self._terminal is None:
            return [0, 0]
        with suppress(OSError):
            columns, lines = os.get_terminal_size(self._terminal)
            return [lines, columns]
        return [0, 0]

    def mode(self) -> list[Any] | None:
        if self._terminal is None:
            return None
        found = termios.tcgetattr(self._terminal)
        found[6] = [
            each.decode("latin-1") if isinstance(each, bytes) else each for each in found[6]
        ]
        return found

    def run(self) -> int | None:
        """Return the exit status; None if it was never started, and an error number below 0 if its
        command cannot be.
        """
        woken, waker = os.pipe()
        for each in (woken, waker):
            os.set_blocking(each, False)
        before = signal.set_wakeup_fd(waker, warn_on_full_buffer=False)
        handlers = {
            each: signal.signal(each, lambda *_: None)
            for each in (*_PASSED_ON, signal.SIGWINCH, signal.SIGCONT, signal.SIGCHLD)
            if not _is_ignored(each)
        }
        try:
            self._take_terminal()
            while self._step(woken):
                pass
        finally:
            self._give_terminal_back()
            for number, handler in handlers.items():
                signal.signal(number, handler)
            signal.set_wakeup_fd(before)
            for each in (woken, waker, *filter(None, [self._terminal])):
                os.close(each)
        return self._status

    def _step(self, woken: int) -> bool:
        """Wait for something to do, and do it. Return False at the end.

        What is inside may outlive bubblewrap or pasta, and keep the link open.
        """
        can_send = select.select([], [self._link], [], 0)[1]
        keys = [self._keys] if self._keys is not None and self._before and can_send else []
        waited: list[Any] = [self._link, woken, *keys]
        has_ended = os.waitid(os.P_PID, self._pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        ready, _, _ = select.select(waited, [], [], 0 if has_ended else None)
        if woken in ready:
            for number in os.read(woken, 4096):
                self._on_signal(number)
        if keys and self._keys in ready:
            self._type()
        return self._receive() if self._link in ready else not has_ended

    def _type(self) -> None:
        assert self._keys is not None
        try:
            typed = os.read(self._keys, _CHUNK)
        except OSError:
            typed = b""
        if typed:
            self._tell(b"d" + typed)
        else:
            self._keys = None  # the terminal is gone

    def _receive(self) -> bool:
        try:
            packet = self._link.recv(_CHUNK + 1)
        except OSError:
            packet = b""
        kind, rest = packet[:1], packet[1:]
        if kind == b"d":
            self._show(rest)
        elif kind == b"z":
            self._stop()
        elif kind in {b"x", b"f"}:
            with suppress(ValueError):  # the program can write anything here, too
                number = int(rest[:4])
                self._status = number & 255 if kind == b"x" else -abs(number)
        elif kind == b"r":
            self._status = 128 + signal.SIGKILL  # if it ends without a word
        return bool(packet)

    def _show(self, data: bytes) -> None:
        if self._terminal is None:
            return
        with suppress(OSError):  # the terminal is gone
            while data:
                data = data[os.write(self._terminal, data) :]

    def _on_signal(self, number: int) -> None:
        if number in {signal.SIGWINCH, signal.SIGCONT}:
            self._take_terminal()
            self._tell(b"w%d %d" % tuple(self.size()))
        elif number in _PASSED_ON:
            self._tell(b"s%d" % number)

    def _tell(self, packet: bytes) -> None:
        with suppress(OSError):  # it ends, or has not read what was typed
            self._link.send(packet, socket.MSG_DONTWAIT)

    def _stop(self) -> None:
        """The program was stopped, so stop this process group, and let the program continue
        later."""
        self._give_terminal_back()
        handler = signal.signal(signal.SIGTSTP, signal.SIG_DFL)
        os.kill(0, signal.SIGTSTP)
        signal.signal(signal.SIGTSTP, handler)
        self._take_terminal()
        self._tell(b"w%d %d" % tuple(self.size()))
        self._tell(b"c")

    def _take_terminal(self) -> None:
        """Read each key, if this process is in the foreground of its terminal."""
        if self._keys is None or self._before is not None:
            return
        with suppress(OSError, termios.error):
            if os.tcgetpgrp(self._keys) == os.getpgrp():
                self._before = termios.tcgetattr(self._keys)
                tty.setraw(self._keys, termios.TCSADRAIN)

    def _give_terminal_back(self) -> None:
        """Restore the mode, and forget answers of the terminal, which a shell would run."""
        if self._before is not None and self._terminal is not None:
            with suppress(OSError, termios.error):
                termios.tcsetattr(self._terminal, termios.TCSAFLUSH, self._before)
        self._before = None
