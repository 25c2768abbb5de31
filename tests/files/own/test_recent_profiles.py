"""The list of recent profiles stays short, also after a kill."""

from __future__ import annotations

import fcntl
import stat
import time
from pathlib import Path

import pytest

from rolecall.domain.errors.file_errors import FileError
from rolecall.files.own import recent_profiles
from rolecall.files.own.command_history import CommandHistory
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
        *("5 dev", "6", "7 ", "soon dev", "-1 dev", "\u00b2 dev", "", "8 a b", "4 a b", "9 \udcff"),
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


def test_the_list_and_its_folder_are_private(tmp_path: Path) -> None:
    folder = tmp_path / "state"
    note_use(str(folder), "billing")
    assert folder.stat().st_mode & 0o777 == 0o700
    assert (folder / "recent-profiles").stat().st_mode & 0o777 == 0o600


def test_lines_are_kept_once_and_the_last_one_is_at_the_end(tmp_path: Path) -> None:
    history = CommandHistory(tmp_path / "state")
    assert history.read() == []
    for line in ("aws s3 ls", "true", "aws s3 ls", "é"):
        history.add(line)
    assert history.read() == ["true", "aws s3 ls", "é"]
    assert CommandHistory(tmp_path / "state").read() == history.read()
    assert stat.S_IMODE((tmp_path / "state" / "commands").stat().st_mode) == 0o600


def test_only_the_last_500_lines_are_kept(tmp_path: Path) -> None:
    (tmp_path / "commands").write_text("".join(f"{n}\n" for n in range(600)))
    history = CommandHistory(tmp_path)
    history.add("new")
    assert history.read() == [*(str(n) for n in range(101, 600)), "new"]


@pytest.mark.parametrize("line", [" secret", "\tsecret", "", "two\nlines", "x" * 10_001])
def test_some_lines_are_not_kept(tmp_path: Path, line: str) -> None:
    history = CommandHistory(tmp_path)
    history.add(line)
    assert history.read() == []
    assert list(tmp_path.iterdir()) == []


def test_a_line_of_10_000_letters_is_kept(tmp_path: Path) -> None:
    history = CommandHistory(tmp_path)
    history.add("é" * 10_000)
    assert history.read() == ["é" * 10_000]


def test_any_file_can_be_read(tmp_path: Path) -> None:
    (tmp_path / "commands").write_bytes(b"\xff\x00a\n\n  \n" + b"x" * 20_000 + b"\nlast")
    history = CommandHistory(tmp_path)
    assert history.read() == ["\udcff\x00a", "last"]
    history.add("new")
    assert (tmp_path / "commands").read_bytes() == b"\xff\x00a\nlast\nnew\n"


def test_a_folder_in_its_place_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "commands").mkdir()
    with pytest.raises(FileError):
        CommandHistory(tmp_path).read()
    with pytest.raises(FileError):
        CommandHistory(tmp_path).add("x")
