"""One program without a terminal: what it leaves open, how it is stopped, why it does not start."""

from __future__ import annotations

import errno
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from threading import Event

import pytest

from rolecall.domain.errors import CommandNotRun
from rolecall.services.runs import child
from rolecall.services.runs.child import Child, check
from rolecall.services.runs.run_events import Stream
from rolecall.services.runs.watcher import Watcher
from tests.support.open_files import open_files

_PYTHON = sys.executable, "-c"
# Takes a moment to end after SIGTERM.
_TIDIES = """
import os, signal, time
def tidy(*_):
    os.write(1, b"ending ")
    time.sleep(0.3)
    os.write(1, b"ended")
    os._exit(7)
signal.signal(signal.SIGTERM, tidy)
os.write(1, b"began ")
time.sleep(1000)
"""


def run(
    command: tuple[str, ...],
    on_data: Callable[[bytes], None] = lambda _: None,
    stopped: Event | None = None,
    killed: Event | None = None,
) -> tuple[int, bytes]:
    """Return the exit status, and all output."""
    found: list[bytes] = []

    def add(_: Stream, data: bytes) -> None:
        found.append(data)
        on_data(data)

    with Watcher() as watcher:
        status = Child(command, os.environ, watcher).run(add, stopped or Event(), killed or Event())
    return status, b"".join(found)


def test_a_program_has_time_to_end_after_sigterm() -> None:
    stopped = Event()
    found = run((*_PYTHON, _TIDIES), lambda _: stopped.set(), stopped)
    assert found == (7, b"began ending ended")


def test_killing_does_not_wait() -> None:
    killed = Event()
    found = run((*_PYTHON, _TIDIES), lambda _: killed.set(), killed=killed)
    assert found == (128 + 9, b"began ")


def test_a_program_that_closed_its_output_ends_without_silence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(child, "_SILENCE", 20)
    began_at = time.monotonic()
    assert run(("sh", "-c", "echo all; exit 3")) == (3, b"all\n")
    assert time.monotonic() - began_at < 20


def test_a_program_that_closes_its_output_early_runs_on() -> None:
    assert run(("sh", "-c", "echo all; exec >&- 2>&-; sleep 0.2; exit 3")) == (3, b"all\n")


def test_silence_is_counted_from_the_exit(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the program left in the background writes soon after it, if not at once."""
    monkeypatch.setattr(child, "_SILENCE", 2)
    script = "sleep 2.2; (sleep 0.1; echo late) & exit 3"
    assert run(("sh", "-c", script)) == (3, b"late\n")


def test_a_system_without_waitid_is_asked_by_poll(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "waitid")
    monkeypatch.setattr(child, "_SILENCE", 0.1)
    assert run(("sh", "-c", "sleep 0.5; echo all; exit 3")) == (3, b"all\n")


def test_no_file_stays_open() -> None:
    before = open_files()
    with Watcher() as watcher:
        kept = [Child(("true",), os.environ, watcher) for _ in range(2)]
        assert [each.run(lambda *_: None, Event(), Event()) for each in kept] == [0, 0]
    assert not open_files() - before


# --- programs that cannot be started


def refused(command: tuple[str, ...], start: bool = True) -> tuple[str, bool]:
    """Return why the command is refused, and whether that is because it is missing."""
    with pytest.raises(CommandNotRun) as caught:
        Child(command, os.environ, Watcher()) if start else check(command, os.environ)
    return caught.value.reason, caught.value.is_missing


_MISSING = os.strerror(errno.ENOENT), True
_FORBIDDEN = os.strerror(errno.EACCES), False


def test_a_program_that_is_no_program_is_told_from_one_that_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "tool").touch(mode=0o644)
    for program in ("no-such-program", "/no/such", "", "tool"):
        assert refused((program,), start=False) == _MISSING
    for program in ("./tool", str(tmp_path)):
        assert refused((program,), start=False) == _FORBIDDEN


def test_a_program_that_is_gone_before_it_starts_is_missing() -> None:
    assert refused(("/no/such",)) == _MISSING


def test_a_file_without_permission_cannot_be_started(tmp_path: Path) -> None:
    assert refused((str(tmp_path),)) == _FORBIDDEN


def test_an_argument_that_no_program_can_have_is_an_error() -> None:
    assert refused(("echo", "a\0b")) == ("embedded null byte", False)


def test_too_many_arguments_are_an_error() -> None:
    assert refused(("echo", "x" * 10**7)) == (os.strerror(errno.E2BIG), False)


def test_a_script_without_an_interpreter_is_run_by_sh(tmp_path: Path) -> None:
    script = tmp_path / "script"
    script.write_text('echo "$0 $1"; exit 4\n')
    script.chmod(0o755)
    assert run((str(script), "one")) == (4, f"{script} one\n".encode())
