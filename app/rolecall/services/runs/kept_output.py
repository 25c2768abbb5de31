"""What the programs of many rows have written, as lines.

A little of each row is in memory, the rest in a temporary file without a name, which nobody else
can open and which is gone with the process. So output of any size is kept whole, as long as the
disk has room for it.
"""

from __future__ import annotations

import os
from array import array
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from contextlib import suppress
from tempfile import TemporaryFile
from threading import Event, Lock
from typing import IO, Final

from rolecall.domain.records import NamedTuple
from rolecall.domain.text.program_output import plain_line
from rolecall.services.runs.run_events import Stream

_BLOCK: Final = 65_536  # bytes of a row in memory; more goes to the file
_LONGEST_LINE: Final = 65_536  # bytes; a longer one becomes several lines
_LAST: Final = 4096  # bytes of the last line that are kept for a table
_TAGS: Final = {Stream.OUT: b"o", Stream.ERR: b"e"}  # before each line
_STREAMS: Final = {tag[0]: stream for stream, tag in _TAGS.items()}


class Line(NamedTuple):
    """A line without its end."""

    stream: Stream
    data: bytes

    @property
    def text(self) -> str:
        return self.data.decode("utf-8", "replace")

    def beginning(self, cells: int) -> str:
        """Return enough for so many cells, of the last state of a line that was overwritten.

        A line may have thousands of characters, which take long to make safe.
        """
        last = self.data.rstrip(b"\r\n").rpartition(b"\r")[2]
        return last[: 8 * cells + 1024].decode("utf-8", "replace")


class _Row:
    """`blocks` are the parts of the file with whole lines, and `firsts` their first lines."""

    __slots__ = ("blocks", "firsts", "is_cut", "last", "lines", "newest", "rests")

    def __init__(self) -> None:
        self.blocks: list[tuple[int, int]] = []
        self.firsts = array("Q")
        self.newest = bytearray()  # whole lines after those of the blocks
        self.lines = 0  # whole lines of all
        self.rests = dict.fromkeys(Stream, b"")  # the beginnings of the next lines
        self.last = b""
        self.is_cut = False


class KeptOutput:
    """The output of `rows` rows. All methods may be called from any thread."""

    def __init__(self, rows: int) -> None:
        self._rows = [_Row() for _ in range(rows)]
        self._lock = Lock()
        self._file: IO[bytes] | None = None
        self._size = 0

    def add(self, index: int, stream: Stream, data: bytes) -> None:
        with self._lock:
            row = self._rows[index]
            text = row.rests[stream] + data
            row.last = _last_of(text) or row.last
            end = text.rfind(b"\n") + 1
            while len(text) - end > _LONGEST_LINE:
                cut = end + _LONGEST_LINE
                text, end = text[:cut] + b"\n" + text[cut:], cut + 1
            row.rests[stream] = text[end:]
            if end:
                self._add_lines(row, stream, text[:end])

    def clear(self, index: int) -> None:
        """Forget the output of a row, which begins again."""
        with self._lock:
            self._rows[index] = _Row()

    def last_line(self, index: int) -> str:
        """Return the last line that is not blank, without its colours."""
        return plain_line(self._rows[index].last.decode("utf-8", "replace"))

    def is_cut(self, index: int) -> bool:
        """Return whether a part is missing, because the disk was full."""
        return self._rows[index].is_cut

    def count(self, index: int) -> int:
        """Return the number of lines, unfinished ones included."""
        with self._lock:
            return self._count(self._rows[index])

    def lines(self, index: int, start: int, stop: int) -> list[Line]:
        """Return some of the lines."""
        with self._lock:
            row = self._rows[index]
            start, stop = max(0, start), min(stop, self._count(row))
            found: list[Line] = []
            while start + len(found) < stop:
                at = start + len(found)
                first, lines = self._part(row, at)
                if not lines:  # the file cannot be read
                    break
                found += lines[at - first : stop - first]
            return found

    def find(self, index: int, words: str, start: int, step: int, stopped: Event) -> int | None:
        """Return the first line from `start` on, or before it, that has the words; or None.

        `step` is 1 or -1. Once the event is set, the search ends.
        """
        wanted = words.lower()
        for first, lines in self._parts(index, start, step):
            if stopped.is_set():
                return None
            numbered = list(enumerate(lines, first))
            for number, line in numbered if step == 1 else reversed(numbered):
                if wanted in plain_line(line.text).lower():
                    return number
        return None

    def _parts(self, index: int, start: int, step: int) -> Iterator[tuple[int, Sequence[Line]]]:
        """Yield the lines from `start` on, or before it, in parts: the number of the first line of
        each, and the lines.
        """
        at = start
        while True:
            with self._lock:
                row = self._rows[index]
                if not 0 <= at < self._count(row):
                    return
                first, lines = self._part(row, at)
            if not lines:
                return
            if step == 1:
                yield at, lines[at - first :]
                at = first + len(lines)
            else:
                yield first, lines[: at - first + 1]
                at = first - 1

    # --- with the lock

    def _count(self, row: _Row) -> int:
        return row.lines + sum(map(bool, row.rests.values()))

    def _add_lines(self, row: _Row, stream: Stream, lines: bytes) -> None:
        tag = _TAGS[stream]
        if row.is_cut:
            return
        row.newest += tag + lines[:-1].replace(b"\n", b"\n" + tag) + b"\n"
        row.lines += lines.count(b"\n")
        if len(row.newest) > _BLOCK:
            self._move_to_file(row)

    def _move_to_file(self, row: _Row) -> None:
        count = row.newest.count(b"\n")
        try:
            place = self._write(row.newest)
        except OSError:
            row.is_cut = True
            row.lines -= count
        else:
            row.firsts.append(row.lines - count)
            row.blocks.append((place, len(row.newest)))
        row.newest = bytearray()

    def _write(self, data: bytearray) -> int:
        """Return where it is in the file. Raises OSError."""
        if self._file is None:
            self._file = TemporaryFile(buffering=0)  # noqa: SIM115  # closed with this object
        view, place = memoryview(data), self._size
        while view:
            written = os.pwrite(self._file.fileno(), view, place)
            place, view = place + written, view[written:]
        start, self._size = self._size, place
        return start

    def _part(self, row: _Row, at: int) -> tuple[int, list[Line]]:
        """Return the lines of the part that has a line, and the number of its first."""
        end = row.lines - row.newest.count(b"\n")
        if at >= row.lines:
            rests = [Line(stream, rest) for stream, rest in row.rests.items() if rest]
            return row.lines, rests
        if at >= end:
            return end, _lines_of(bytes(row.newest))
        block = bisect_right(row.firsts, at) - 1
        place, size = row.blocks[block]
        data = b""
        with suppress(OSError):
            assert self._file is not None
            data = os.pread(self._file.fileno(), size, place)
        return row.firsts[block], _lines_of(data)


def _lines_of(data: bytes) -> list[Line]:
    return [Line(_STREAMS[line[0]], line[1:]) for line in data.split(b"\n")[:-1]]


def _last_of(text: bytes) -> bytes:
    """Return the last line that is not blank, or as much as there is of its end."""
    return text[-_LAST:].rstrip().rpartition(b"\n")[2]
