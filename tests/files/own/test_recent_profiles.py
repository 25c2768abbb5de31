"""The list of recent profiles stays short, also after a kill."""

from __future__ import annotations

import fcntl
import time
from pathlib import Path

import pytest

from rolecall.files.own import recent_profiles
from rolecall.files.own.recent_profiles import last_uses, note_use


def test_a_long_list_is_shortened_although_a_kill_has_left_a_new_one(tmp_path: Path) -> None:
    path = tmp_path / "recent-profiles"
    path.write_text("".join(f"{n} profile-{n % 700}\n" for n in range(5000)))
    (tmp_path / "recent-profiles.new").write_text("half")
    note_use(str(tmp_path), "last")
    assert path.stat().st_size < 20_000
    assert len(last_uses(str(tmp_path))) == 500
    assert {"last", "profile-99"} <= last_uses(str(tmp_path)).keys()
    assert [each.name for each in tmp_path.iterdir()] == ["recent-profiles"]


def test_a_list_that_another_process_shortens_is_left_to_it(tmp_path: Path) -> None:
    path = tmp_path / "recent-profiles"
    path.write_bytes(b"x" * recent_profiles._MAX_SIZE + b"\n")
    with path.open() as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        note_use(str(tmp_path), "last")
        assert path.stat().st_size > recent_profiles._MAX_SIZE
    note_use(str(tmp_path), "last")
    assert last_uses(str(tmp_path)).keys() == {"last"}
    assert path.stat().st_size < 100


def test_lines_that_are_no_uses_are_passed_over(tmp_path: Path) -> None:
    lines = [
        "5 dev",
        "6",
        "7 ",
        "soon dev",
        "-1 dev",
        "\u00b2 dev",
        "",
        "8 a b",
        "4 a b",
        "9 \udcff",
    ]
    text = "\n".join(lines).encode("utf-8", "surrogateescape")
    (tmp_path / "recent-profiles").write_bytes(text)
    assert last_uses(str(tmp_path)) == {"dev": 5, "a b": 4, "\udcff": 9}


@pytest.mark.parametrize(("more", "is_shortened"), [(0, False), (1, True)])
def test_a_list_is_shortened_when_it_is_too_large(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, more: int, is_shortened: bool
) -> None:
    monkeypatch.setattr(time, "time", lambda: 1.0)
    path = tmp_path / "recent-profiles"
    path.write_bytes(b"x" * (recent_profiles._MAX_SIZE - len("\n1 last\n") + more) + b"\n")
    note_use(str(tmp_path), "last")
    assert (path.read_text() == "1 last\n") is is_shortened
