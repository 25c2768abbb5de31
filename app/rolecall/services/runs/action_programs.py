"""The programs of actions that need the terminal, or a window of tmux."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from rolecall.domain.errors.run_errors import ActionProblem, ActionRefused
from rolecall.domain.process import core_dumps
from rolecall.domain.text import safe
from rolecall.files.safe.temporary_folder import temporary_folder
from rolecall.services.runs import tmux_window
from rolecall.services.runs.child import started

_UNTIL_STARTED: Final = 10.0  # seconds for tmux, and for the window to begin


def in_terminal(
    command: Sequence[str],
    environ: Mapping[str, str],
    pause: Callable[[int], str],
) -> int:
    """Run the command in this terminal, and return its exit status.

    `pause` returns for an exit status what is printed before a wait for Enter, or "" for no wait.
    Raises CommandNotRun.
    """
    status = started(command, environ, _run)
    if text := pause(status):
        sys.stderr.write(f"\n{text}")
        with suppress(OSError), Path("/dev/tty").open("rb") as terminal:
            terminal.readline()
    return status


def _run(command: Sequence[str], environ: Mapping[str, str]) -> int:
    # Standard output may be a pipe, as in `$(rolecall)`; the screen is on standard error.
    with core_dumps.allowed():
        program = subprocess.Popen(command, env=environ, stdout=sys.stderr.fileno())
    status = program.wait()
    return status if status >= 0 else 128 - status


def in_tmux_window(
    name: str,
    command: Sequence[str],
    environ: Mapping[str, str],
    pause: str,
) -> None:
    """Run the command in a new window of tmux, which has this name.

    Secrets are neither in an argument nor in a file: the window gets its environment through a
    socket. It closes with the command. If that fails, it first prints `pause`, with the exit
    status in place of a NUL, and waits for Enter. Raises ActionRefused.
    """
    sent = json.dumps({"command": list(command), "environ": dict(environ), "pause": pause})
    try:
        with temporary_folder("window") as folder, socket.socket(socket.AF_UNIX) as listener:
            path = str(folder / "s")
            listener.bind(path)
            listener.listen()
            listener.settimeout(_UNTIL_STARTED)
            _open_window(name, path)
            connection, _ = listener.accept()
            with connection:
                connection.settimeout(_UNTIL_STARTED)
                connection.sendall(sent.encode())
    except subprocess.CalledProcessError as error:
        said = error.stderr.decode("utf-8", "replace").strip()
        raise ActionRefused(name, ActionProblem.TMUX_FAILED, safe(said)) from None
    except (OSError, subprocess.SubprocessError) as error:
        raise ActionRefused(name, ActionProblem.TMUX_FAILED, safe(str(error))) from None


def _open_window(name: str, path: str) -> None:
    helper = [sys.executable, "-I", tmux_window.__file__, path]
    title, folder = map(_literal, (name, str(Path.cwd())))
    subprocess.run(
        ["tmux", "new-window", "-n", title, "-c", folder, *helper],
        capture_output=True,
        check=True,
        timeout=_UNTIL_STARTED,
    )


def _literal(text: str) -> str:
    """Return the argument that tmux takes for the text: it expands formats, also those that run
    programs, and a `;` at the end begins another command.
    """
    text = text.replace("#", "##")
    return f"{text[:-1]}\\;" if text.endswith(";") else text
