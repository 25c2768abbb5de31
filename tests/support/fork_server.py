"""Runs rolecall in forks of one process that has imported everything.

Starting Python and importing Textual and boto3 takes most of the time of a command. A fork has its
own process ID, streams, environment, folder and exit, as if it had been started, but shares the
imports. The process that is forked has no threads, so that no fork inherits a lock that nobody
releases. What a start itself does is tested with programs: see `is_forkable`.
"""

from __future__ import annotations

import atexit
import ctypes
import fcntl
import gc
import importlib
import json
import os
import pkgutil
import pty
import runpy
import select
import signal
import socket
import struct
import subprocess
import sys
import termios
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import cache, reduce
from pathlib import Path
from typing import Any, Final, NamedTuple, NoReturn

from rolecall.domain.model import Secret
from rolecall.domain.process.own_module import command_of
from rolecall.files.paths import paths_of
from rolecall.files.read import read_or_nothing
from rolecall.presentation import translation

TIMEOUT = 60  # seconds for one command
ROLECALL: Final = Path(sys.executable).parent / "rolecall"
_SUBREAPER: Final = 36  # PR_SET_CHILD_SUBREAPER: this process gets its orphaned descendants
_LENGTH: Final = struct.Struct("!I")


class Output(NamedTuple):
    """What a command has written, and its exit status; minus the signal that ended it."""

    status: int
    stdout: bytes
    stderr: bytes

    @property
    def text(self) -> str:
        """Everything that it has written."""
        return (self.stdout + self.stderr).decode("utf-8", "surrogateescape")


def is_forkable(command: Sequence[str | Path], environ: Mapping[str, str]) -> bool:
    """Return whether a fork does the same as this program: rolecall, in English.

    Texts are translated and keys are bound when they are imported, and variables of Python need a
    new interpreter. With ROLECALL_NO_FORKS nothing is forked.
    """
    if "ROLECALL_NO_FORKS" in os.environ:
        return False
    of_python = {each for each in environ if each.startswith("PYTHON")} - {"PYTHONIOENCODING"}
    has_own_keys = (paths := paths_of(environ)) and b"keys" in read_or_nothing(paths.settings)
    is_english = translation._catalogue(environ) is None
    is_default = is_english and not of_python and not has_own_keys
    return is_default and _arguments(command) is not None


def started(
    command: Sequence[str | Path], env: Mapping[str, str], **options: Any
) -> subprocess.Popen[Any]:
    """Start a program, as a fork if that does the same."""
    kind = Forked if is_forkable(command, env) else subprocess.Popen
    return kind(command, env=env, **options)


def completed(
    command: Sequence[str | Path],
    env: Mapping[str, str],
    cwd: str | Path | None = None,
    *,
    forks: bool = True,
) -> subprocess.CompletedProcess[str]:
    """Run a program until it ends, as a fork if that does the same. Its input is empty."""
    start: Callable[..., subprocess.Popen[Any]] = started if forks else subprocess.Popen
    pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with start(command, env=env, cwd=cwd, text=True, **pipes) as process:
        try:
            written = process.communicate(timeout=2 * TIMEOUT)
        except BaseException:
            process.kill()
            raise
    return subprocess.CompletedProcess(command, process.returncode, *written)


def _arguments(command: Sequence[str | Path]) -> list[str] | None:
    """Return the module and its arguments; None if it is not one of rolecall."""
    words = list(map(str, command))
    for start in ([str(ROLECALL)], [sys.executable, "-m", "rolecall"]):
        if words[: len(start)] == start:
            return ["", *words[len(start) :]]
    start = command_of("")[:4]
    return words[4:5] if words[:4] == start and words[4].startswith("rolecall.") else None


class Forked(subprocess.Popen[Any]):
    """Popen for a command that `is_forkable`. Its terminal, in a new session, controls it.

    It knows `cwd`, `start_new_session` and the streams, and what is done with them.
    """

    def __init__(
        self, command: Sequence[str | Path], *, crash_at: str = "", **options: Any
    ) -> None:
        self._crash_at = crash_at
        super().__init__(command, **options)

    def _execute_child(
        self, args: Sequence[str], _program: Any, _hook: Any, _close: Any, _fds: Any, cwd: Any,
        env: Mapping[str, str], *more: Any,
    ) -> None:  # fmt: skip
        # startupinfo, creationflags, shell; the pipes; then what nobody sets except the session
        pipes, start_new_session = more[3:9], more[-2]
        streams = [
            given if given >= 0 else number
            for number, given in enumerate((pipes[0], pipes[3], pipes[5]))
        ]
        place = os.fspath(cwd or Path.cwd()), _umask(), start_new_session
        request = (_arguments(args), dict(env), *place, self._crash_at)
        self.pid = _server().fork(request, streams)
        self._child_created = True
        getattr(self, "_close_pipe_fds")(*pipes)  # noqa: B009  typeshed lacks it


def run(
    arguments: list[str],
    environ: Mapping[str, str],
    *,
    terminal: bool = False,
    crash_at: str = "",
) -> Output:
    """Run `rolecall` with these arguments until it ends.

    With a terminal, everything that it writes is in `stdout`. The terminal answers no queries, and
    nobody types. The function `crash_at`, as `module:function` or `module:Class.method`, fails with
    all that it is given in the message.
    """
    options: dict[str, Any] = {"env": environ, "crash_at": crash_at, "start_new_session": True}
    if terminal:
        return _run_in_terminal([ROLECALL, *arguments], options)
    options |= {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with Forked([ROLECALL, *arguments], **options) as process:
        try:
            written = process.communicate(timeout=TIMEOUT)
        except subprocess.TimeoutExpired:
            process.kill()
            written = process.communicate()
    return Output(process.returncode, *written)


def _run_in_terminal(command: Sequence[str | Path], options: dict[str, Any]) -> Output:
    outer, inner = pty.openpty()
    fcntl.ioctl(outer, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 160, 0, 0))
    with Forked(command, stdin=inner, stdout=inner, stderr=inner, **options) as process:
        os.close(inner)
        received = bytearray()
        with suppress(OSError):  # EIO: the command has ended
            while select.select([outer], [], [], TIMEOUT)[0] and (data := os.read(outer, 1 << 16)):
                received += data
        os.close(outer)
    return Output(process.returncode, bytes(received), b"")


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


class _Server:
    """The process that is forked, as its parent sees it. It ends with its parent."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._control, other = socket.socketpair()
        with other:
            own = ("AWS_", "LANG", "LC_", "ROLECALL_")  # of the test that comes first
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.support.fork_server", str(other.fileno())],
                cwd=Path(__file__).parents[2],
                env={name: it for name, it in os.environ.items() if not name.startswith(own)},
                pass_fds=[other.fileno()],
            )
        atexit.register(self._process.kill)

    def fork(self, request: object, streams: Sequence[int]) -> int:
        """Return the process ID of a fork, which is a child of this process."""
        body = json.dumps(request).encode()
        with self._lock:
            _set_subreaper(1)
            try:
                socket.send_fds(self._control, [_LENGTH.pack(len(body))], streams)
                self._control.sendall(body)
                return int.from_bytes(self._control.recv(4, socket.MSG_WAITALL), "big")
            finally:
                _set_subreaper(0)


@cache
def _server() -> _Server:
    return _Server()


def _set_subreaper(on: int) -> None:
    ctypes.CDLL(None).prctl(_SUBREAPER, on, 0, 0, 0)


# --- in the other process


def _serve(control: socket.socket) -> None:
    _import_everything()
    gc.collect()
    gc.freeze()
    while True:
        head, streams, *_ = socket.recv_fds(control, _LENGTH.size, 3)
        if not head:
            return
        (length,) = _LENGTH.unpack(head)
        body = control.recv(length, socket.MSG_WAITALL)
        control.sendall(_fork(json.loads(body), streams).to_bytes(4, "big"))
        for each in streams:
            os.close(each)


def _fork(request: list[Any], streams: Sequence[int]) -> int:
    """Return the process ID of a fork whose parent has ended, so that our parent gets it."""
    reading, writing = os.pipe()
    between = os.fork()
    if between == 0:
        child = os.fork()
        if child == 0:
            _be_rolecall(request, streams)
        os.write(writing, child.to_bytes(4, "big"))
        os._exit(0)
    os.waitpid(between, 0)
    child = int.from_bytes(os.read(reading, 4), "big")
    os.close(reading)
    os.close(writing)
    return child


def _import_everything() -> None:
    package = importlib.import_module("rolecall")
    for module in pkgutil.walk_packages(package.__path__, "rolecall."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    for name in ("boto3", "botocore.httpsession", "rich.console", "rich.progress", "rich.table"):
        importlib.import_module(name)


def _be_rolecall(request: list[Any], streams: Sequence[int]) -> NoReturn:
    """Run the command in this process, and exit as Python does."""
    (module, *arguments), environ, folder, umask, is_session, crash_at = request
    status = 1
    try:
        _take_over(streams, is_session=is_session)
        os.chdir(folder)
        os.umask(umask)
        os.environ.clear()
        os.environ.update(environ)
        time.tzset()
        _open_streams(environ.get("PYTHONIOENCODING", ""))
        _move_caches(os.path.expanduser("~"))  # noqa: PTH111  without a home it stays ~
        signal.signal(signal.SIGINT, signal.default_int_handler)
        sys.argv = [str(ROLECALL), *arguments]
        if crash_at:
            _break(crash_at)
        if module:
            runpy.run_module(module, run_name="__main__")
        else:
            importlib.import_module("rolecall.__main__").main()
        status = 0
    except SystemExit as end:
        status = _status_of(end)
    finally:
        getattr(threading, "_shutdown")()  # noqa: B009  waits for threads
        getattr(atexit, "_run_exitfuncs")()  # noqa: B009
        gc.collect()  # databases are closed
        for stream in (sys.stdout, sys.stderr):
            with suppress(OSError, ValueError):
                stream.flush()
        os._exit(status)


def _take_over(streams: Sequence[int], *, is_session: bool) -> None:
    """Make these the standard streams, and nothing else open."""
    if is_session:
        os.setsid()
    for number, each in enumerate(streams):
        os.dup2(each, number)
    os.closerange(3, 1024)
    if is_session and os.isatty(0):
        fcntl.ioctl(0, termios.TIOCSCTTY, 0)


def _open_streams(encoding: str) -> None:
    name, _, errors = encoding.partition(":")
    errors = errors or "surrogateescape"
    kept: dict[str, Any] = {"encoding": name or "utf-8", "closefd": False}
    sys.stdin = open(0, errors=errors, **kept)  # noqa: SIM115
    sys.stdout = open(1, "w", errors=errors, **kept)  # noqa: SIM115
    errors = "backslashreplace"
    sys.stderr = open(2, "w", 1, errors=errors, **kept)  # noqa: SIM115
    for each in ("stdin", "stdout", "stderr"):
        setattr(sys, f"__{each}__", getattr(sys, each))


def _move_caches(home: str) -> None:
    """Let botocore look for tokens in this home: it fixes the folder when it is imported."""
    from botocore.credentials import SSOProvider
    from botocore.tokens import SSOTokenProvider

    folder = str(Path(home, ".aws", "sso", "cache"))
    for each in (SSOProvider, SSOTokenProvider):
        setattr(each, "_SSO_TOKEN_CACHE_DIR", folder)  # noqa: B010  no name of typeshed


def _status_of(end: SystemExit) -> int:
    if end.code is None or isinstance(end.code, int):
        return end.code or 0
    print(end.code, file=sys.stderr)
    return 1


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


if __name__ == "__main__":
    _serve(socket.socket(fileno=int(sys.argv[1])))
