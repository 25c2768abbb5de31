"""The debug log has what is noted while it is on."""

from __future__ import annotations

from rolecall.domain.process import debug_log


def test_a_note_is_written_only_while_there_is_a_log() -> None:
    lines: list[str] = []
    debug_log.note("before")
    debug_log.write_to(lines.append)
    debug_log.note("a")
    debug_log.write_to(None)
    debug_log.note("after")
    assert lines == ["a"]
