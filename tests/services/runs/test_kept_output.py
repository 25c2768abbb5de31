"""The output of programs is kept by lines: whole, in order, and outside the memory."""

from __future__ import annotations

import os
import resource
import sys
from pathlib import Path
from threading import Event

import pytest

from rolecall.services.runs.kept_output import KeptOutput
from rolecall.services.runs.run_events import Stream
from tests.support.for_each import for_each
from tests.support.programs import completed

_FULL_DISK = """
import resource
from rolecall.services.runs.run_events import Stream
from rolecall.services.runs.kept_output import KeptOutput
resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))
output = KeptOutput(1)
for number in range(10_000):
    output.add(0, Stream.OUT, b"%099d\\n" % number)
lines = output.lines(0, 0, 10_000)
assert lines[500].text.endswith("0500")
assert len(lines) == output.count(0)
print(output.is_cut(0), output.last_line(0).lstrip("0"), 1000 < len(lines) < 2000)
"""


def texts(output: KeptOutput, start: int = 0, stop: int = 10**9, row: int = 0) -> list[str]:
    return [line.text for line in output.lines(row, start, stop)]


def test_lines_of_both_streams_are_in_the_order_in_which_they_came() -> None:
    output = KeptOutput(2)
    output.add(0, Stream.OUT, b"one\ntw")
    output.add(0, Stream.ERR, b"careful\n")
    output.add(1, Stream.OUT, b"other\n")
    output.add(0, Stream.OUT, b"o\n\nthr")
    assert texts(output) == ["one", "careful", "two", "", "thr"]
    assert [line.stream for line in output.lines(0, 1, 3)] == [Stream.ERR, Stream.OUT]
    output.add(0, Stream.ERR, b"end")
    assert output.count(0) == 6
    assert texts(output)[4:] == ["thr", "end"]
    assert texts(output, row=1) == ["other"]
    output.add(1, Stream.ERR, b"only begun")
    assert texts(output, row=1) == ["other", "only begun"]


def test_the_last_line_is_the_last_that_is_not_blank() -> None:
    output = KeptOutput(1)
    assert output.last_line(0) == ""
    for data, last in (
        (b"first\n\n  \n", "first"),
        (b"\x1b[31mred\x1b[0m\n", "red"),
        (b"\n", "red"),
        (b"10 %\r20 %", "20 %"),
        (b"\r30 %", "30 %"),
        (b"\n\x1b]0;evil\x07x\x1b[2Jy\n", "xy"),
    ):
        output.add(0, Stream.OUT, data)
        assert output.last_line(0) == last


def test_the_beginning_of_a_line_is_enough_for_its_cells_and_not_the_whole() -> None:
    output = KeptOutput(1)
    output.add(0, Stream.OUT, b"old\r" + b"x" * 50_000 + b"\r\nshort\n")
    long, short = output.lines(0, 0, 2)
    assert long.beginning(100) == "x" * (100 * 8 + 1024)
    assert short.beginning(100) == "short"


def test_long_output_is_read_from_any_place() -> None:
    output, count = KeptOutput(2), 100_000
    for row in range(2):
        for start in range(0, count, 1000):
            lines = "".join(f"{row} line {n}\n" for n in range(start, start + 1000))
            output.add(row, Stream.OUT, lines.encode())
    for row in range(2):
        assert output.count(row) == count
        assert texts(output, 0, 2, row) == [f"{row} line 0", f"{row} line 1"]
        assert texts(output, 70_000, 80_000, row) == [
            f"{row} line {number}" for number in range(70_000, 80_000)
        ]
        assert texts(output, count - 1, count + 9, row) == [f"{row} line 99999"]
    assert texts(output, -5, 0) == texts(output, count, count + 5) == []


@for_each("size", [1000, 50_000, 65_536, 200_000, 500_000])
def test_a_line_without_an_end_becomes_the_same_ones_however_it_arrives(size: int) -> None:
    output = KeptOutput(1)
    for start in range(0, 500_000, size):
        output.add(0, Stream.OUT, b"x" * min(size, 500_000 - start))
    assert list(map(len, texts(output))) == [65_536] * 7 + [41_248]


def test_a_line_of_the_longest_length_is_one_line() -> None:
    output = KeptOutput(1)
    output.add(0, Stream.OUT, b"x" * 65_536)
    output.add(0, Stream.OUT, b"\n")
    assert list(map(len, texts(output))) == [65_536]


def test_the_last_line_is_as_much_as_a_table_can_show() -> None:
    output = KeptOutput(1)
    output.add(0, Stream.OUT, b"begin" + b"x" * 5000 + b"end\n")
    assert output.last_line(0) == "x" * (4096 - 4) + "end"


def test_a_file_that_cannot_be_read_ends_the_lines_and_the_search() -> None:
    output = KeptOutput(1)
    others = _deleted_files()
    output.add(0, Stream.OUT, b"x\n" * 40_000)
    (path,) = _deleted_files() - others
    assert texts(output, 0, 2) == ["x", "x"]
    os.truncate(path, 0)
    assert texts(output, 0, 2) == []
    assert output.find(0, "x", 0, 1, Event()) is None
    output.add(0, Stream.OUT, b"y\n")
    assert texts(output, 40_000) == ["y"]


def _deleted_files() -> set[Path]:
    """Return the open files of this process that have no name."""
    files = Path("/proc/self/fd").iterdir()
    return {each for each in files if os.path.realpath(each).endswith("(deleted)")}


@pytest.mark.thorough
def test_words_are_found_in_both_directions_through_colours() -> None:
    output, stopped = KeptOutput(1), Event()
    for number in range(50_000):
        output.add(0, Stream.OUT, b"line %d\n" % number)
    output.add(0, Stream.OUT, b"\x1b[1mBo\x1b[0mld \xc3\x84rger\nagain bold")

    def find(words: str, start: int, step: int) -> int | None:
        return output.find(0, words, start, step, stopped)

    assert find("line 7", 0, 1) == 7
    assert find("line 7", 7, 1) == find("line 7", 7, -1) == 7
    assert find("line 7", 8, 1) == 70
    assert find("line 49999", 0, 1) == 49_999
    assert find("line 7", 49_999, -1) == 7999
    assert find("line 7", 6, -1) is None
    assert find("bold ärger", 0, 1) == 50_000
    assert find("BOLD", 50_001, 1) == 50_001
    assert find("bold", 50_002, 1) is None
    stopped.set()
    assert find("line 7", 0, 1) is None


def test_each_line_is_found_wherever_it_is_kept() -> None:
    output = KeptOutput(1)
    for number in range(100):
        output.add(0, Stream.OUT, b"<%d>".ljust(3000) % number + b"\n")
    for number in range(100):
        for start, step in ((0, 1), (number, 1), (number, -1), (99, -1)):
            assert output.find(0, f"<{number}>", start, step, Event()) == number
        assert output.find(0, f"<{number}>", number + 1, 1, Event()) is None
        assert output.find(0, f"<{number}>", number - 1, -1, Event()) is None


def test_a_row_begins_again_without_its_output() -> None:
    output = KeptOutput(2)
    for row in range(2):
        output.add(row, Stream.OUT, b"x\n" * 100_000)
    output.clear(0)
    assert (output.count(0), output.last_line(0)) == (0, "")
    output.add(0, Stream.OUT, b"new\n")
    assert texts(output) == ["new"]
    assert output.count(1) == 100_000


def test_a_full_disk_loses_the_rest_of_the_output_and_nothing_else() -> None:
    ran = completed([sys.executable, "-c", _FULL_DISK], check=False)
    assert (ran.stdout, ran.stderr) == ("True 9999 True\n", "")


@pytest.mark.thorough
def test_a_gigabyte_is_kept_whole_and_not_in_memory() -> None:
    output = KeptOutput(1)
    piece = b"".join(b"%0127d\n" % number for number in range(512))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    pieces = 10**9 // len(piece) + 1
    for _ in range(pieces):
        output.add(0, Stream.OUT, piece)
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown < 50_000  # kilobytes
    assert output.count(0) == pieces * 512
    assert texts(output, output.count(0) - 2) == [f"{510:0127}", f"{511:0127}"]


@for_each("data", [b"\xff\xfe\x00\x01", b"\x1b[", b"\r", b"\r\n", b"\xe2\x82"])
def test_any_bytes_are_shown(data: bytes) -> None:
    output = KeptOutput(1)
    output.add(0, Stream.OUT, data)
    assert output.count(0) == len(texts(output)) == 1
    assert output.last_line(0).isprintable()
