"""A line of the log of what was handed out, whole, cut off or odd."""

from __future__ import annotations

import pytest

from rolecall.domain.log.hand_out import HandOut
from tests.support.for_each import for_each

ENTRY = HandOut("2026-11-27T09:00:00Z", "use", "é", reason="a\nb")


@pytest.mark.parametrize("entry", [ENTRY, HandOut("2026-11-27T09:00:00Z", "use")])
def test_what_is_written_is_read(entry: HandOut) -> None:
    line = entry.line()
    assert line.isascii()
    assert line.count(b"\n") == 1
    assert HandOut.read(line) == entry
    assert HandOut.read(b'{"time": "2026-11' + line) == entry  # behind one that was cut off


@for_each(
    "line",
    [
        b"",
        b"[1]",
        b"3",
        b'{"time": "x"}',
        b'{"kind": "use"}',
        b'{"time": "x", "kind": 3}',
        b'{"time": "x", "kind": "use"',
        b"[" * 100_000,
    ],
)
def test_an_odd_line_is_no_entry(line: bytes) -> None:
    assert HandOut.read(line) is None


def test_members_of_later_versions_are_ignored() -> None:
    found = HandOut.read(b'{"time": "x", "kind": "use", "later": [1]}')
    assert found == HandOut("x", "use")
