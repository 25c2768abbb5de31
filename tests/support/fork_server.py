"""Runs many commands of rolecall in forks of one process that has imported everything.

A separate process takes a second of imports for each command. A fork has the same file
descriptors, environment and exit as that, but shares the imports. The process has no threads, so
that no fork inherits a lock that nobody releases.
"""

from __future__ import annotations

import base64
import fcntl
import importlib
import io
import json
import os
import pkgutil
import pty
import select
import signal
import struct
import subprocess
import sys
import tempfile
import termios
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import partial, reduce
from typing import NamedTuple, NoReturn

from rolecall.domain.model import Secret

TIMEOUT = 60  # seconds for one command


class Output(NamedTuple):
    """What a command has written, and its exit status; minus the signal that ended it."""

    status: int
    stdout: bytes
    stderr: bytes

    @property
    def text(self) -> str:
        """Everything that it has written."""
        return (self.stdout + self.stderr).decode("utf-8", "surrogateescape")


class ForkServer:
    """Runs commands; to be got from `fork_server`."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def run(
        self,
        arguments: list[str],
        environ: Mapping[str, str],
        *,
        terminal: bool = False,
        crash_at: str = "",
    ) -> Output:
        """Run `rolecall` with these arguments.

        With a terminal, everything that it writes is in `stdout`. The terminal answers no queries,
        and nobody types. The function `crash_at`, as `module:function` or `module:Class.method`,
        fails with all that it is given in the message.
        """
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps([arguments, dict(environ), terminal, crash_at]) + "\n")
        self._process.stdin.flush()
        status, stdout, stderr = json.loads(self._process.stdout.readline())
        return Output(status, base64.b64decode(stdout), base64.b64decode(stderr))


@contextmanager
def fork_server() -> Iterator[ForkServer]:
    """Start the process, and end it afterwards."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.support.fork_server"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield ForkServer(process)
    finally:
        process.kill()
        process.communicate()


def _serve() -> None:
    _import_everything()
    requests, answers = os.fdopen(os.dup(0)), os.fdopen(os.dup(1), "w")
    for line in requests:
        arguments, environ, terminal, crash_at = json.loads(line)
        rolecall = partial(_be_rolecall, (arguments, environ, crash_at))
        output = (_run_in_terminal if terminal else _run)(rolecall)
        parts = [base64.b64encode(part).decode() for part in output[1:]]
        answers.write(json.dumps([output.status, *parts]) + "\n")
        answers.flush()


def _import_everything() -> None:

    for package in ("rolecall.cli", "rolecall.services", "rolecall.aws", "rolecall.presentation"):
        found = importlib.import_module(package)
        for module in pkgutil.walk_packages(found.__path__, f"{package}."):
            importlib.import_module(module.name)
    for name in ("boto3", "botocore.httpsession", "rich.console", "rich.progress", "rich.table"):
        importlib.import_module(name)


def _run(rolecall: Callable[[int, int, int], None]) -> Output:
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        child = os.fork()
        if child == 0:
            os.setsid()
            rolecall(os.open(os.devnull, 0), out.fileno(), err.fileno())
        descriptor = os.pidfd_open(child)
        if not select.select([descriptor], [], [], TIMEOUT)[0]:
            os.kill(child, signal.SIGKILL)
        os.close(descriptor)
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        out.seek(0)
        err.seek(0)
        return Output(status, out.read(), err.read())


def _run_in_terminal(rolecall: Callable[[int, int, int], None]) -> Output:
    outer, inner = pty.openpty()
    fcntl.ioctl(outer, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 160, 0, 0))
    child = os.fork()
    if child == 0:
        os.setsid()
        fcntl.ioctl(inner, termios.TIOCSCTTY, 0)
        rolecall(inner, inner, inner)
    os.close(inner)
    received = bytearray()
    with suppress(OSError):  # EIO: the command has ended
        while select.select([outer], [], [], TIMEOUT)[0] and (data := os.read(outer, 1 << 16)):
            received += data
    os.close(outer)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    return Output(status, bytes(received), b"")


def _be_rolecall(
    request: tuple[list[str], dict[str, str], str], stdin: int, out: int, err: int
) -> None:
    """Run the command in this process, and exit."""
    arguments, environ, crash_at = request
    status = 1
    try:
        os.dup2(stdin, 0)
        os.dup2(out, 1)
        os.dup2(err, 2)
        os.environ.clear()
        os.environ.update(environ)
        encoding, _, errors = environ.get("PYTHONIOENCODING", "utf-8").partition(":")
        sys.stdin = io.TextIOWrapper(io.FileIO(0, closefd=False), encoding)
        sys.stdout = _stream(1, encoding, errors or "strict")
        sys.stderr = _stream(2, encoding, "backslashreplace")
        sys.argv = ["rolecall", *arguments]
        if crash_at:
            _break(crash_at)
        from rolecall.__main__ import main

        main()
        status = 0
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else int(end.code is not None)
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def _break(place: str) -> None:
    module_name, _, path = place.partition(":")
    *classes, name = path.split(".")
    module = importlib.import_module(module_name)
    owner = reduce(getattr, classes, module)

    def crash(*given: object, **named: object) -> NoReturn:
        texts = [repr(each) + repr(getattr(each, "__dict__", "")) for each in given]
        raise RuntimeError(*texts, *map(_revealed, given), named)

    found = getattr(owner, name)
    setattr(owner, name, crash)
    for imported in [*sys.modules.values()]:
        if getattr(imported, name, None) is found:
            setattr(imported, name, crash)


def _revealed(value: object) -> str:
    """Return the secrets of a value, which its `repr` hides."""
    if isinstance(value, Secret):
        return value.reveal()
    names = getattr(value, "__dataclass_fields__", {})
    return " ".join(_revealed(getattr(value, name)) for name in names)


def _stream(descriptor: int, encoding: str, errors: str) -> io.TextIOWrapper:
    raw = io.BufferedWriter(io.FileIO(descriptor, "w", closefd=False))
    return io.TextIOWrapper(raw, encoding, errors, write_through=True)


if __name__ == "__main__":
    _serve()
