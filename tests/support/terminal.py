"""Runs a program in a pseudo-terminal, and reads its screen.

Waits are for events, never for time: `wait_for` returns with the chunk of output that completes
the match. The terminal answers queries as an xterm with synchronized output does. It has a main
and an alternate screen, so that tests see what a program leaves on the main one.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyte

from tests.support.programs import program
from tests.support.screens.screen import NOT_FOR_PYTE, Screen, Stream

_KEYS = {
    "up": "\x1b[A",
    "down": "\x1b[B",
    "right": "\x1b[C",
    "left": "\x1b[D",
    "home": "\x1b[H",
    "end": "\x1b[F",
    "pageup": "\x1b[5~",
    "pagedown": "\x1b[6~",
    "delete": "\x1b[3~",
    "enter": "\r",
    "tab": "\t",
    "shift+tab": "\x1b[Z",
    "escape": "\x1b",
    "space": " ",
    "backspace": "\x7f",
    **{f"ctrl+{chr(code)}": chr(code - 96) for code in range(97, 123)},
}

_UNFINISHED = re.compile(rb"\x1b(?:[\[][0-9;:?<>=$ '\"]*|[\]P_^X][^\x07\x1b]*\x1b?)?$")
_SCREENS = re.compile(rb"\x1b\[\?1049([hl])")
_QUERIES = (
    (re.compile(rb"\x1b\[c"), b"\x1b[?62;22c"),
    (re.compile(rb"\x1b\[>c"), b"\x1b[>1;4000;0c"),
    (re.compile(rb"\x1b\[6n"), b""),  # where the cursor is
    (re.compile(rb"\x1b\[\?2026\$p"), b"\x1b[?2026;2$y"),
    (re.compile(rb"\x1b\[\?2048\$p"), b"\x1b[?2048;0$y"),
    (re.compile(rb"\x1b\]10;\?(?:\x07|\x1b\\)"), b"\x1b]10;rgb:d0d0/d0d0/d0d0\x1b\\"),
    (re.compile(rb"\x1b\]11;\?(?:\x07|\x1b\\)"), b"\x1b]11;rgb:1212/1212/1212\x1b\\"),
)
_CHECK = 0.1  # seconds between checks of a condition
_FRAME_BEGIN = b"\x1b[?2026h"
_FRAME_END = b"\x1b[?2026l"


class Terminal:
    """A context manager: at the end it hangs up the terminal, and kills a program that still runs.

    The program gets PATH, LANG, TERM, COLORTERM and `env`, which should have HOME. With
    `pipe_stdout` its standard output is a pipe, as in `$(…)`: `wait_exit` puts it in `stdout`.
    `start` is like Popen. Skips the test if the program is missing.
    """

    read_size = 65_536  # bytes

    def __init__(
        self,
        command: Sequence[str | Path],
        *,
        columns: int = 100,
        lines: int = 30,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        pipe_stdout: bool = False,
        start: Callable[..., subprocess.Popen[Any]] = subprocess.Popen,
    ) -> None:
        program(str(command[0]))
        self.received = bytearray()
        self.answers = True  # False: the terminal answers no queries
        self.last_output = time.monotonic()
        self.stdout = b""
        self._parsed = 0
        self._answered = 0
        self._main = Screen(columns, lines)
        self._alternate = Screen(columns, lines)
        self._screen = self._main
        self._stream = Stream(self._screen)
        self._terminal, inner = pty.openpty()
        self._set_size(columns, lines)
        self.attributes_at_start = self.attributes()
        self.started = time.monotonic()
        self._home = Path((env or {}).get("HOME", "/"))
        self.process = start(
            [str(part) for part in command],
            stdin=inner,
            stdout=subprocess.PIPE if pipe_stdout else inner,
            stderr=inner,
            env={
                "PATH": os.environ["PATH"],
                "LANG": "C.UTF-8",
                "TERM": "xterm-256color",
                "COLORTERM": "truecolor",
                **(env or {}),
            },
            cwd=cwd,
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
        )
        os.close(inner)

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Hang up, as when a connection is lost. It can be called again."""
        if self._terminal >= 0:
            os.close(self._terminal)
            self._terminal = -1
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        if self.process.stdout is not None:
            self.process.stdout.close()

    # Input

    def send(self, text: str | bytes) -> None:
        data = text.encode() if isinstance(text, str) else text
        while data:
            data = data[os.write(self._terminal, data) :]

    def press(self, *keys: str, then: str = "", gone: str = "") -> None:
        """Press keys by their Textual names. Other text is typed.

        Wait `then` for a pattern on the screen, or until the one that is `gone` is.
        """
        for key in keys:
            self.send(_KEYS.get(key, key))
        if then:
            self.wait_for(then)
        if gone:
            self.wait_gone(gone)

    def quit(self) -> None:
        """Press `q`, which ends the program with success."""
        self.press("q")
        assert self.wait_exit() == 0

    def resize(self, columns: int, lines: int) -> None:
        self._parse()
        self._main.resize(lines, columns)
        self._alternate.resize(lines, columns)
        self._set_size(columns, lines)
        self.process.send_signal(signal.SIGWINCH)

    # Output

    @property
    def bytes_received(self) -> int:
        return len(self.received)

    @property
    def frames(self) -> int:
        """The number of completed synchronized updates."""
        return self.received.count(_FRAME_END)

    def texts_of_frames(self, start: int) -> list[str]:
        """Return the text of the alternate screen after each frame since `start` bytes came."""
        begin = self.received.rfind(b"\x1b[?1049h", 0, start)
        screen = Screen(self._alternate.columns, self._alternate.lines)
        stream = Stream(screen)
        frames = bytes(self.received[begin:]).split(_FRAME_END)[:-1]
        texts, at = [], begin
        for frame in frames:
            stream.feed(NOT_FOR_PYTE.sub(b"", frame))
            at += len(frame) + len(_FRAME_END)
            if at > start:
                texts.append("\n".join(line.rstrip() for line in screen.display))
        return texts

    @property
    def screen(self) -> pyte.Screen:
        """The visible screen, after the last complete frame."""
        self._parse()
        return self._screen

    @property
    def on_alternate_screen(self) -> bool:
        return self.screen is self._alternate

    def screen_lines(self) -> list[str]:
        """Return the lines of the screen without trailing blanks. Wide characters count as one."""
        return [line.rstrip() for line in self.screen.display]

    def screen_text(self) -> str:
        return "\n".join(self.screen_lines())

    def cell(self, column: int, line: int) -> pyte.screens.Char:
        return self.screen.buffer[line][column]

    def position_of(self, text: str) -> tuple[int, int]:
        """Return the column and line of a text on the screen, in cells from 0."""
        for y in range(self.screen.lines):
            cells = [self.cell(x, y).data for x in range(self.screen.columns)]
            if (at := "".join(cells).find(text)) >= 0:
                x = 0
                while at > 0:
                    at -= len(cells[x])
                    x += 1
                return x, y
        raise AssertionError(f"{text!r} is not on the screen:\n{self.screen_text()}")

    def attributes(self) -> list[Any]:
        """Return the settings of the line discipline, as `stty` shows them."""
        return termios.tcgetattr(self._terminal)

    @property
    def is_echoing(self) -> bool:
        """Whether the line discipline shows typed characters. Programs hide secrets without it."""
        return bool(self.attributes()[3] & termios.ECHO)

    @property
    def foreground_group(self) -> int:
        """The process group that has the terminal."""
        return os.tcgetpgrp(self._terminal)

    def foreground_command(self) -> list[str]:
        """The command line of the process group in the foreground; empty if it has just ended."""
        try:
            command = Path(f"/proc/{self.foreground_group}/cmdline").read_text()
        except OSError:
            return []
        return command.split("\0")[:-1]

    def changed_modes(self) -> set[int]:
        """Return the private modes that differ from a new terminal, which has ?7 and ?25 on."""
        modes = {7, 25}
        for mode, switch in re.findall(rb"\x1b\[\?(\d+)([hl])", self.received):
            (modes.add if switch == b"h" else modes.discard)(int(mode))
        return modes ^ {7, 25}

    # Waits

    def wait_for(self, pattern: str, timeout: float = 30) -> re.Match[str]:
        """Wait for a pattern (multi-line) on the screen. Returns its first match."""
        found: list[re.Match[str]] = []

        def is_found() -> bool:
            found.extend(re.finditer(pattern, self.screen_text(), re.MULTILINE))
            return bool(found)

        self.wait_until(is_found, timeout, f"/{pattern}/")
        return found[0]

    def wait_gone(self, pattern: str, timeout: float = 30) -> None:
        self.wait_until(
            lambda: re.search(pattern, self.screen_text(), re.MULTILINE) is None,
            timeout,
            f"/{pattern}/ to disappear",
        )

    def wait_until(
        self, condition: Callable[[], bool], timeout: float = 30, what: str = "a condition"
    ) -> None:
        """Wait until a condition is true. It is checked after each output and ten times a second.

        Raises AssertionError after `timeout` seconds without output. They are counted by checks,
        so that time in which the machine was suspended does not count.
        """
        quiet = 0.0
        while not condition():
            if self.read(_CHECK):
                continue
            quiet += _CHECK
            status = self.process.poll()
            if status is None and quiet < timeout:
                continue
            if self.read(0):  # written just before the program exited
                continue
            if condition():
                return
            state = "running" if status is None else f"has exited with status {status}"
            with contextlib.suppress(OSError):
                state += f" ({(self._home / '.local/state/rolecall/crash.txt').read_text()})"
            raise AssertionError(
                f"waited for {what}; the program is {state}, on screen:\n{self.screen_text()}"
            )

    def wait_exit(self, timeout: float = 30) -> int:
        """Read until the program has exited. Returns its exit status, negative for a signal."""
        deadline = time.monotonic() + timeout
        while self.read(max(0.0, deadline - time.monotonic())):
            pass
        status = self.process.wait(max(0.1, deadline - time.monotonic()))
        if self.process.stdout is not None:
            self.stdout = self.process.stdout.read()
        return status

    def read(self, timeout: float) -> bool:
        """Wait for output and keep it unparsed. Returns False at the end and after the timeout."""
        ready, _, _ = select.select([self._terminal], [], [], timeout)
        if not ready:
            return False
        data = b""
        with contextlib.suppress(OSError):  # EIO: no process has the other end open
            data = os.read(self._terminal, self.read_size)
        if not data:
            return False
        self.last_output = time.monotonic()
        self.received += data
        self._answer()
        return True

    def settle(self, quiet: float = 0.1, timeout: float = 10) -> None:
        """Read until no output comes for `quiet` seconds. For benchmarks: tests wait for text."""
        deadline = time.monotonic() + timeout
        while self.read(quiet) and time.monotonic() < deadline:
            pass

    def _answer(self) -> None:
        answers = [
            (match.end(), answer)
            for query, answer in _QUERIES
            for match in query.finditer(self.received, self._answered)
        ]
        for end, answer in sorted(answers):
            self._answered = end
            if self.answers:
                self.send(answer or self._cursor_report())

    def _cursor_report(self) -> bytes:
        """Shells paint their prompt at this place. rolecall only waits for an answer."""
        x = y = 0
        if self.received.rfind(b"\x1b[?1049h") <= self.received.rfind(b"\x1b[?1049l"):
            cursor = self.screen.cursor
            x, y = min(cursor.x, self.screen.columns - 1), cursor.y
        return b"\x1b[%d;%dR" % (y + 1, x + 1)

    def _set_size(self, columns: int, lines: int) -> None:
        size = struct.pack("HHHH", lines, columns, 0, 0)
        fcntl.ioctl(self._terminal, termios.TIOCSWINSZ, size)

    def _parse(self) -> None:
        data = bytes(self.received[self._parsed :])
        if (frame := data.find(_FRAME_BEGIN, data.rfind(_FRAME_END) + 1)) >= 0:
            if self.process.poll() is None:
                data = data[:frame]
        elif unfinished := _UNFINISHED.search(data):
            data = data[: unfinished.start()]
        self._parsed += len(data)
        parts = _SCREENS.split(NOT_FOR_PYTE.sub(b"", data))
        self._stream.feed(parts[0])
        for switch, text in zip(parts[1::2], parts[2::2], strict=True):
            self._screen = self._alternate if switch == b"h" else self._main
            if switch == b"h":
                self._screen.reset()
            self._stream = Stream(self._screen)
            self._stream.feed(text)
