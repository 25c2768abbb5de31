"""The output of a command that runs with many roles: as lines with names, or as JSON."""

from __future__ import annotations

import codecs
import json
import sys
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from tempfile import SpooledTemporaryFile
from typing import IO, TYPE_CHECKING, Final

from rolecall.cli.support.display import shown_bar
from rolecall.cli.support.errors import error_text
from rolecall.cli.support.output import escape_json, write
from rolecall.domain.question import current
from rolecall.domain.text import safe
from rolecall.domain.text.program_output import shown_line
from rolecall.presentation.texts import run_strings
from rolecall.services.runs.run_events import Outcome, RunEnded, RunEvent, RunOutput, RunRow, Stream

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress as Bar

_LONGEST_LINE: Final = 2**20  # bytes; a longer one is printed as several lines
_IN_MEMORY: Final = 2**18  # bytes of output of one stream; more is kept in a temporary file
_CHUNK: Final = 65_536
_PREFIX_STYLE: Final = {Stream.OUT: "cyan", Stream.ERR: "red"}


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
    """Show a progress bar if standard error is a terminal; else there is none."""
    if not sys.stderr.isatty():
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
            data = self._rests.pop(key, b"") + event.data
            end = data.rfind(b"\n") + 1
            if not end and len(data) > _LONGEST_LINE:
                data, end = data + b"\n", len(data) + 1
            if end:
                self._print(event.row, event.stream, data[:end])
            if end < len(data):
                self._rests[key] = data[end:]
        elif isinstance(event, RunEnded):
            for stream in Stream:
                if rest := self._rests.pop((event.row, stream), b""):
                    self._print(event.row, stream, rest + b"\n")

    def _print(self, row: int, stream: Stream, lines: bytes) -> None:
        """Print whole lines."""
        name = self.rows[row].name
        target = sys.stdout if stream is Stream.OUT else sys.stderr
        if not target.isatty():
            prefix = f"{name}: ".encode()
            body = lines[:-1].replace(b"\n", b"\n" + prefix)
            target.flush()
            target.buffer.write(prefix + body + b"\n")
            target.buffer.flush()
            return
        shown = [shown_line(line) for line in lines[:-1].decode("utf-8", "replace").split("\n")]
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


class JsonOutput(RunOutputs):
    """An object on one line for each row that has ended. Output of any size is kept whole."""

    def __init__(self, rows: Sequence[RunRow]) -> None:
        super().__init__(rows)
        self._kept: dict[tuple[int, Stream], IO[bytes]] = {}

    def add(self, event: RunEvent) -> None:
        if isinstance(event, RunOutput):
            key = event.row, event.stream
            if key not in self._kept:
                self._kept[key] = SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115  # closed below
            self._kept[key].write(event.data)
        elif isinstance(event, RunEnded):
            self._print(event)

    def _print(self, ended: RunEnded) -> None:
        row = self.rows[ended.row]
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
        }
        write(escape_json(json.dumps(facts, ensure_ascii=False))[:-1])
        for stream in Stream:
            write(f', "{stream.value}": "')
            for text in self._pieces((ended.row, stream)):
                write(escape_json(json.dumps(text, ensure_ascii=False)[1:-1]))
            write('"')
        write("}\n")

    def _pieces(self, key: tuple[int, Stream]) -> Iterator[str]:
        if (file := self._kept.pop(key, None)) is None:
            return
        decoder = codecs.getincrementaldecoder("utf-8")("replace")
        with file:
            file.seek(0)
            while data := file.read(_CHUNK):
                yield decoder.decode(data)
            yield decoder.decode(b"", final=True)
