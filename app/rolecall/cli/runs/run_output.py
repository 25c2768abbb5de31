"""The output of a command that runs with many roles: as lines with names, or as JSON."""

from __future__ import annotations

import codecs
import json
import os
import sys
from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from tempfile import TemporaryFile
from typing import IO, TYPE_CHECKING, Final

from rolecall.cli.support.display import shown_bar
from rolecall.cli.support.errors import error_text
from rolecall.cli.support.output import echo_notice, escape_json, write, write_bytes
from rolecall.domain.question import current
from rolecall.domain.text import safe
from rolecall.domain.text.program_output import shown_line
from rolecall.presentation.texts import run_strings
from rolecall.services.runs.run_events import Outcome, RunEnded, RunEvent, RunOutput, RunRow, Stream
from rolecall.terminal import capabilities

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress as Bar

_LONGEST_LINE: Final = 2**20  # bytes; a longer one is printed as several lines
_IN_MEMORY: Final = 2**18  # bytes of output of one stream; more is kept in a temporary file
_CHUNK: Final = 2**18
_PIECE: Final = 2**16  # bytes that are escaped at once; if there is no room, a few are lost
_ESCAPES: Final = {b"\\": rb"\\", b'"': rb"\"", b"\n": rb"\n", b"\r": rb"\r", b"\t": rb"\t"}
_CONTROLS: Final = [bytes([code]) for code in (*range(0x20), 0x7F) if bytes([code]) not in _ESCAPES]
_PREFIX_STYLE: Final = {Stream.OUT: "cyan", Stream.ERR: "magenta"}


class Progress:
    """A progress bar on standard error. Lines are printed above it."""

    def __init__(self, bar: Bar, total: int) -> None:
        self.console = bar.console
        self._bar = bar
        self._total = total
        self._task = bar.add_task(run_strings.progress(0, total, 0), total=total)

    def show(self, done: int, failed: int) -> None:
        text = run_strings.progress(done, self._total, failed)
        self._bar.update(self._task, description=text, completed=done)
        current().note_words()


@contextmanager
def progress_bar(total: int) -> Iterator[Progress | None]:
    """Show a progress bar if standard error is a terminal; else, and in the plain mode, there is
    none.
    """
    if not sys.stderr.isatty() or capabilities.is_plain(os.environ):
        yield None
        return
    with shown_bar(redirects=False) as bar:
        yield Progress(bar, total)


class RunOutputs(ABC):
    """Takes the events of the runs in order."""

    def __init__(self, rows: Sequence[RunRow]) -> None:
        self.rows = rows

    @abstractmethod
    def add(self, event: RunEvent) -> None: ...


class LineOutput(RunOutputs):
    """Whole lines, each after the name of its row, to the stream that the program has written to.

    A pipe gets the bytes of the program. On a terminal, they cannot control it.
    """

    def __init__(self, rows: Sequence[RunRow], progress: Progress | None) -> None:
        super().__init__(rows)
        self._progress = progress
        self._rests: dict[tuple[int, Stream], bytes] = {}

    def add(self, event: RunEvent) -> None:
        if isinstance(event, RunOutput):
            key = event.row, event.stream
            rest, data = self._rests.pop(key, b""), event.data
            end = data.rfind(b"\n") + 1
            if not end and len(rest) + len(data) > _LONGEST_LINE:
                data, end = data + b"\n", len(data) + 1
            if end:
                self._print(event.row, event.stream, rest, data, end)
                rest = b""
            if end < len(data):
                self._rests[key] = rest + data[end:]
        elif isinstance(event, RunEnded):
            for stream in Stream:
                if rest := self._rests.pop((event.row, stream), b""):
                    self._print(event.row, stream, rest, b"\n", 1)

    def _print(self, row: int, stream: Stream, rest: bytes, data: bytes, end: int) -> None:
        """Print whole lines: the rest, and the data up to its last line end, copied once."""
        name = self.rows[row].name
        target = sys.stdout if stream is Stream.OUT else sys.stderr
        if not target.isatty():
            prefix = f"{name}: ".encode()
            lines = memoryview(data.replace(b"\n", b"\n" + prefix))
            beyond = len(prefix) + len(data) - end
            whole = lines[: len(lines) - beyond]
            write_bytes(prefix + rest, whole, err=stream is Stream.ERR)
            return
        text = (rest + data[: end - 1]).decode("utf-8", "replace")
        shown = [shown_line(line) for line in text.split("\n")]
        if self._progress is None:
            write("".join(f"{name}: {line}\n" for line in shown), err=stream is Stream.ERR)
        else:
            self._print_above_bar(self._progress.console, stream, name, shown)

    def _print_above_bar(
        self, console: Console, stream: Stream, name: str, lines: Sequence[str]
    ) -> None:
        from rich.text import Text

        texts = [
            Text.assemble((f"{name}: ", _PREFIX_STYLE[stream]), Text.from_ansi(line))
            for line in lines
        ]
        console.print(*texts, sep="\n", soft_wrap=True)


class _KeptText:
    """What a program has written to a stream, as the inside of a JSON string: of any size, as long
    as the disk has room. If it has none, the rest is cut.
    """

    def __init__(self) -> None:
        self.is_cut = False
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._newest = b""
        self._file: IO[bytes] | None = None
        self._size = 0  # bytes of the file

    def add(self, data: bytes, *, final: bool = False) -> None:
        for at in range(0, len(data) or 1, _PIECE):
            if not self.is_cut:
                self._newest += self._escaped(data[at : at + _PIECE], final=final)
                if len(self._newest) > _IN_MEMORY:
                    self._move_to_file()

    def write(self) -> None:
        """Write all of it to standard output, once, and forget it."""
        if self._file is not None:
            with self._file as file:
                file.seek(0)
                left = self._size
                while left and (data := file.read(min(_CHUNK, left))):
                    write_bytes(data)
                    left -= len(data)
        write_bytes(self._newest)

    def _escaped(self, data: bytes, *, final: bool) -> bytes:
        is_plain = data.isascii() and not any(map(data.__contains__, _CONTROLS))
        if is_plain and not self._decoder.getstate()[0]:  # fast: without decoding
            for plain, escaped in _ESCAPES.items():
                data = data.replace(plain, escaped)
            return data
        text = self._decoder.decode(data, final=final)
        return escape_json(json.dumps(text, ensure_ascii=False)[1:-1]).encode()

    def _move_to_file(self) -> None:
        try:
            if self._file is None:
                self._file = TemporaryFile(buffering=0)  # noqa: SIM115  # `write` closes it
            view = memoryview(self._newest)
            while view:
                view = view[self._file.write(view) :]
            self._size += len(self._newest)
        except OSError:
            self.is_cut = True
        self._newest = b""


class JsonOutput(RunOutputs):
    """An object on one line for each row that has ended."""

    def __init__(self, rows: Sequence[RunRow]) -> None:
        super().__init__(rows)
        self._kept: dict[tuple[int, Stream], _KeptText] = defaultdict(_KeptText)

    def add(self, event: RunEvent) -> None:
        if isinstance(event, RunOutput):
            self._kept[event.row, event.stream].add(event.data)
        elif isinstance(event, RunEnded):
            self._print(event)

    def _print(self, ended: RunEnded) -> None:
        row = self.rows[ended.row]
        kept = {stream: self._kept.pop((ended.row, stream), _KeptText()) for stream in Stream}
        for each in kept.values():
            each.add(b"", final=True)
        if is_cut := any(each.is_cut for each in kept.values()):
            echo_notice(f"{safe(row.name)}: {run_strings.OUTPUT_CUT}.")
        error = None if ended.outcome is Outcome.EXITED else run_strings.failure(ended, error_text)
        facts = {
            "name": row.name,
            "profile": safe(row.profile) or None,
            "account": row.account or None,
            "account_id": row.account_id or None,
            "permission_set": row.permission_set or None,
            "sso_session": row.session.cache_key if row.session else None,
            "result": ended.result.value,
            "exit_status": ended.status,
            "duration": round(ended.duration, 3),
            "error": error,
            "truncated": is_cut,
        }
        write(escape_json(json.dumps(facts, ensure_ascii=False))[:-1])
        for stream, each in kept.items():
            write(f', "{stream.value}": "')
            each.write()
            write('"')
        write("}\n")
