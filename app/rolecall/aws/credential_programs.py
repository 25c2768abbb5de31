"""Programs that give credentials (`credential_process`) while the terminal is not theirs.

botocore starts them in its own session, so that they can ask on the terminal, and Ctrl+C ends them
with it. Over the full screen they would write into the picture and take the keys, and Ctrl+C is a
key.
"""

from __future__ import annotations

import os
import signal
import subprocess
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Final
from weakref import WeakSet

_NAMES_TERMINAL: Final = "GPG_TTY"  # on which gpg-agent asks, for `pass` and others
_started: Final = WeakSet[subprocess.Popen[bytes]]()
_lock: Final = threading.Lock()  # a program that runs is in the set: threads start them


def start(
    command: Sequence[str], *, env: Mapping[str, str], stdout: int, stderr: int
) -> subprocess.Popen[bytes]:
    """Start a program without a terminal: for it, there is no /dev/tty, and none is named."""
    with _lock:
        program = subprocess.Popen(
            command,
            env={name: value for name, value in env.items() if name != _NAMES_TERMINAL},
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=stderr,
            start_new_session=True,
        )
        _started.add(program)
    return program


def hang_up() -> None:
    """End what still runs, as a terminal does when it is closed."""
    with _lock:
        programs = list(_started)
    for program in programs:
        if program.poll() is None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(program.pid, signal.SIGHUP)
