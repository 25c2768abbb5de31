"""Runs a program inside a seal, on a pseudo-terminal that is opened there.

It is a script that needs only the standard library: rolecall starts it (`terminal/sealed.py`),
without its own modules, with a socket as standard input. Each packet is a letter and what belongs
to it. From outside: `d` typed bytes, `w` rows and columns, `s` a signal, `c` the program continues.
From inside: `r` the program runs, `d` its output, `z` it was stopped, `x` its exit status, `f` why
it was not started.

First it is `enter`: it takes the plan and the files, cuts off some addresses and later mounts, and
becomes bubblewrap. Bubblewrap starts it again, as `run`.
"""

from __future__ import annotations

import ctypes
import errno
import fcntl
import json
import os
import platform
import select
import signal
import socket
import struct
import sys
import termios
import time
from contextlib import suppress
from typing import Any, Final

_MOST_FILES: Final = 64
_CHUNK: Final = 16 * 1024  # bytes of a packet; a socket that can be written to has room for it
_MOST_TYPED: Final = 64 * 1024  # bytes that the program has not read yet
_SILENCE: Final = 50  # milliseconds after the program, for output that is still on its way
_LONGEST_REST: Final = 2.0  # seconds for the output of programs that it has left behind
_OF_KEYS: Final = {signal.SIGINT, signal.SIGQUIT, signal.SIGTSTP}
_SIOCSIFADDR: Final = 0x8916
_SIOCSIFNETMASK: Final = 0x891C
_NEW_MOUNTS: Final = 0x00020000  # CLONE_NEWNS
_PRIVATE: Final = 0x4000 | 0x40000  # MS_REC, MS_PRIVATE
# keyctl(2) has no function in the C library. A new session has none of the user's keys.
_KEYCTL: Final = {"x86_64": 250, "aarch64": 219, "riscv64": 219, "i686": 288, "armv7l": 311}
_JOIN_SESSION_KEYRING: Final = 1


def enter() -> None:
    """Become bubblewrap. The first descriptor that is sent has the plan."""
    with socket.socket(fileno=os.dup(0)) as link:
        _, received, _, _ = socket.recv_fds(link, 1, _MOST_FILES)
    plan = _plan(received[0])
    for number, address in enumerate(plan["addresses"]):
        if not _is_own(address):
            _claim(number, address)
    _keep_mounts_out()
    for descriptor in received:
        os.set_inheritable(descriptor, True)
    words = [str(received[each]) if isinstance(each, int) else each for each in plan["bwrap"]]
    os.execvp(words[0], words)


def _keep_mounts_out() -> None:
    """See nothing that is mounted outside from now on: the program could write there.

    Bubblewrap lets it in. Without pasta, only root has the right to keep it out.
    """
    library = ctypes.CDLL(None)
    if library.unshare(_NEW_MOUNTS) == 0:
        library.mount(None, b"/", None, _PRIVATE, None)


def _plan(descriptor: int) -> dict[str, Any]:
    with open(descriptor, "rb", closefd=False) as file:
        file.seek(0)
        found: dict[str, Any] = json.load(file)
        return found


def _is_own(address: str) -> bool:
    """Whether this network has the address: what is sent there comes from there."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with suppress(OSError), socket.socket(family, socket.SOCK_DGRAM) as client:
        client.connect((address, 9))
        return bool(client.getsockname()[0] == address)
    return False


def _claim(number: int, address: str) -> None:
    """Give an address to the loopback interface, so that nothing answers there."""
    if ":" in address:
        request = socket.inet_pton(socket.AF_INET6, address)
        request += struct.pack("Ii", 128, socket.if_nametoindex("lo"))
        requests, family = {_SIOCSIFADDR: request}, socket.AF_INET6
    else:  # until it has the mask, Linux assumes the network of the address's class
        values = {_SIOCSIFADDR: address, _SIOCSIFNETMASK: "255.255.255.255"}
        family = socket.AF_INET
        requests = {
            call: struct.pack("16sH2x4s8x", b"lo:%d" % number, family, socket.inet_aton(value))
            for call, value in values.items()
        }
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as control:
            for call, request in requests.items():
                fcntl.ioctl(control, call, request)
    except OSError as error:
        if family == socket.AF_INET or error.errno not in {errno.EAFNOSUPPORT, errno.EACCES}:
            raise  # a machine without IPv6 needs none


def run(plan_at: int, standard: list[int]) -> None:
    """Run the program of the plan. `standard` has the descriptors of the caller, in place of
    those that are the terminal -1.
    """
    plan = _plan(plan_at)
    os.close(plan_at)
    if call := _KEYCTL.get(platform.machine()):
        ctypes.CDLL(None).syscall(call, _JOIN_SESSION_KEYRING, None)
    link = socket.socket(fileno=os.dup(0))
    os.setsid()
    for number in (signal.SIGTTOU, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    master = slave = -1
    if -1 in standard:
        master, slave = os.openpty()
        fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
        _set_size(master, plan["size"])
        if mode := plan["mode"]:
            mode[6] = [
                each if isinstance(each, int) else each.encode("latin-1") for each in mode[6]
            ]
            termios.tcsetattr(slave, termios.TCSANOW, mode)
    told, tells = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(told)
        _become(plan, [slave if each == -1 else each for each in standard], slave, tells)
    os.close(tells)
    for each in {*standard} - {-1}:
        os.close(each)
    os.dup2(os.open(os.devnull, os.O_RDWR), 0)
    failed = os.read(told, 16)
    if failed:
        link.send(b"f" + failed)
        return
    link.send(b"r")
    _Relay(link, master, slave, pid).run()


def _become(plan: dict[str, Any], standard: list[int], terminal: int, tells: int) -> None:
    """Become the program, in a process group that has the terminal."""
    try:
        os.setpgid(0, 0)
        if terminal >= 0:
            os.tcsetpgrp(terminal, os.getpid())
    except OSError:
        os._exit(126)
    for number in (signal.SIGTTOU, signal.SIGHUP, signal.SIGPIPE, signal.SIGXFSZ):
        signal.signal(number, signal.SIG_IGN if number in plan["ignored"] else signal.SIG_DFL)
    copies = [fcntl.fcntl(each, fcntl.F_DUPFD, 16) for each in standard]
    for at, each in enumerate(copies):
        os.dup2(each, at)
    tells = fcntl.fcntl(tells, fcntl.F_DUPFD_CLOEXEC, 32)
    os.closerange(3, tells)
    os.closerange(tells + 1, 1024)
    words = plan["command"]
    try:
        try:
            os.execvp(words[0], words)
        except OSError as error:
            if error.errno != errno.ENOEXEC:
                raise
            from shutil import which

            os.execv("/bin/sh", ["/bin/sh", which(words[0]) or words[0], *words[1:]])
    except OSError as error:
        os.write(tells, str(error.errno).encode())
    os._exit(126)


def _set_size(terminal: int, size: list[int]) -> None:
    with suppress(OSError):
        fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", *size, 0, 0))


class _Relay:
    """Passes on what is typed and what the program writes, until the program has ended.

    The terminal stays open at both ends until then, so that a program may close it and continue to
    run. Without a terminal both are -1.
    """

    def __init__(self, link: socket.socket, master: int, slave: int, pid: int) -> None:
        self._link = link
        self._master = master
        self._slave = slave
        self._pid = pid
        self._typed = b""
        self._status: int | None = None
        self._woken, waker = os.pipe()
        os.set_blocking(waker, False)
        signal.set_wakeup_fd(waker, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        if master >= 0:
            os.set_blocking(master, False)

    def run(self) -> None:
        self._look()
        while self._status is None:
            self._step(None)
        if self._master >= 0:
            os.close(self._slave)
            ends_at = time.monotonic() + _LONGEST_REST
            while self._master >= 0 and self._step(_SILENCE) and time.monotonic() < ends_at:
                pass
        with suppress(OSError):
            self._link.send(b"x%d" % self._status)

    def _step(self, patience: int | None) -> bool:
        """Wait for something to do, and do it. Return False if nothing came in time.

        A packet is sent only if there is room for it, so that nobody waits for the other side.
        """
        poll = select.poll()
        poll.register(self._woken, select.POLLIN)
        has_room = bool(select.select([], [self._link], [], 0)[1])
        reads = len(self._typed) < _MOST_TYPED and self._status is None
        wanted = select.POLLIN if reads else 0
        if self._master >= 0:
            wanted |= 0 if has_room else select.POLLOUT
            typed = select.POLLOUT if self._typed and self._status is None else 0
            if has_room or typed:
                poll.register(self._master, (select.POLLIN if has_room else 0) | typed)
        poll.register(self._link, wanted)
        events = dict(poll.poll(patience if has_room else None))
        if self._woken in events:
            os.read(self._woken, 4096)
            self._look()
        if self._master in events:
            self._serve_terminal(events[self._master], has_room=has_room)
        found = events.get(self._link.fileno(), 0)
        if reads and found & (select.POLLIN | select.POLLHUP):
            self._receive()
        elif found & (select.POLLHUP | select.POLLERR):
            self._give_up()
        return bool(events)

    def _serve_terminal(self, events: int, *, has_room: bool) -> None:
        if events & select.POLLOUT and self._typed:
            with suppress(BlockingIOError):
                self._typed = self._typed[os.write(self._master, self._typed[:_CHUNK]) :]
        if not has_room or not events & (select.POLLIN | select.POLLHUP):
            return
        try:
            self._link.send(b"d" + os.read(self._master, _CHUNK))
        except BlockingIOError:
            pass
        except OSError:  # no process has the terminal open
            self._master = -1

    def _receive(self) -> None:
        try:
            packet = self._link.recv(_CHUNK + 1)
        except OSError:
            packet = b""
        kind, rest = packet[:1], packet[1:]
        if kind == b"d":
            self._typed += rest
        elif kind == b"w":
            _set_size(self._master, [int(each) for each in rest.split()])
        elif kind == b"s":
            self._signal(int(rest))
        elif kind == b"c":
            self._go_on()
        else:
            self._give_up()

    def _signal(self, number: int) -> None:
        """Signals of keys go to what has the terminal, others to the program."""
        with suppress(OSError):
            if number not in _OF_KEYS:
                os.kill(self._pid, number)
            elif self._master >= 0:
                os.killpg(os.tcgetpgrp(self._master), number)
            else:
                os.killpg(os.getpgid(self._pid), number)

    def _go_on(self) -> None:
        with suppress(OSError):
            group = os.getpgid(self._pid)
            if self._master >= 0:
                os.tcsetpgrp(self._master, group)
            os.killpg(group, signal.SIGCONT)

    def _look(self) -> None:
        """Look whether the program has ended or was stopped."""
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG | os.WUNTRACED)
            except ChildProcessError:
                return
            if pid == 0:
                return
            if pid != self._pid:
                continue
            if os.WIFSTOPPED(status):
                self._link.send(b"z")
            else:
                code = os.waitstatus_to_exitcode(status)
                self._status = code if code >= 0 else 128 - code

    def _give_up(self) -> None:
        """rolecall has ended: with this process, all that is sealed ends."""
        os._exit(1)


if __name__ == "__main__":
    if sys.argv[1] == "enter":
        enter()
    else:
        run(int(sys.argv[2]), [int(each) for each in sys.argv[3:]])
