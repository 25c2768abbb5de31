"""The history of commands: each line once, the last one at the end, for its owner only."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from rolecall.domain.errors.file_errors import FileError
from rolecall.files.own.command_history import CommandHistory


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
