"""A commit after another program has changed the file, or while it changes it."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from rolecall.domain.errors.file_errors import FileChanged
from rolecall.domain.process import debug_log
from rolecall.files.aws_config.config_edits import CopyProfile, SetProfile, SetSsoSession
from rolecall.files.aws_config.config_file import ConfigFile
from rolecall.files.safe.backups import Backups

DEV = b"[profile dev]\nregion = eu-west-1\n"
OTHER = b"[profile other]\nregion = eu-west-1\n"
THIRD = b"[profile third]\nregion = eu-west-1\n"
WRITTEN = DEV.replace(b"eu-west-1", b"us-east-1")
TO_US = SetProfile("dev", {"region": "us-east-1"})
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.fixture
def file(tmp_path: Path) -> ConfigFile:
    (tmp_path / "config").write_bytes(DEV)
    return ConfigFile(tmp_path / "config", tmp_path / "state")


def writes(file: ConfigFile, contents: Sequence[bytes]) -> Callable[[object], None]:
    """Return a pause that another program uses to write: each time the next content, if any."""
    left = list(contents)

    def pause(_: object) -> None:
        if left:
            file.path.write_bytes(left.pop(0))

    return pause


def test_a_change_of_another_section_is_kept(file: ConfigFile) -> None:
    change = file.plan([TO_US])
    file.path.write_bytes(OTHER + DEV)
    file.commit(change)
    assert file.path.read_bytes() == OTHER + WRITTEN


def test_a_change_of_the_same_key_is_not_overwritten(file: ConfigFile) -> None:
    change = file.plan([TO_US])
    file.path.write_bytes(theirs := DEV.replace(b"eu-west-1", b"ap-south-1"))
    with pytest.raises(FileChanged):
        file.commit(change)
    assert file.path.read_bytes() == theirs
    assert Backups(file.state).list() == []


def test_a_change_that_another_program_has_made_already_is_done(file: ConfigFile) -> None:
    change = file.plan([TO_US])
    file.path.write_bytes(WRITTEN)
    file.commit(change)
    assert file.path.read_bytes() == WRITTEN
    assert Backups(file.state).list() == []


def test_the_debug_log_says_which_file_is_written_and_not_what(file: ConfigFile) -> None:
    lines: list[str] = []
    debug_log.write_to(lines.append)
    try:
        file.commit(file.plan([TO_US]))
    finally:
        debug_log.write_to(None)
    assert lines == [f"write {file.path}: 1 edits, {len(WRITTEN)} bytes"]


@pytest.mark.parametrize(
    "pieces",
    [
        pytest.param([OTHER[:9], OTHER[:20], OTHER[:25], OTHER + DEV], id="which grow"),
        pytest.param([OTHER, OTHER + THIRD, OTHER + THIRD + DEV], id="well-formed ones"),
        pytest.param([b"", b"", b"", DEV[:9], DEV[:9], DEV + OTHER], id="with pauses"),
    ],
)
def test_a_commit_waits_until_another_program_has_written_all_pieces(
    file: ConfigFile, monkeypatch: pytest.MonkeyPatch, pieces: list[bytes]
) -> None:
    change = file.plan([TO_US])
    file.path.write_bytes(pieces[0])
    monkeypatch.setattr(time, "sleep", writes(file, pieces[1:]))
    file.commit(change)
    assert file.path.read_bytes() == pieces[-1].replace(DEV, WRITTEN)


def test_a_commit_goes_on_as_soon_as_the_other_program_is_done(
    file: ConfigFile, waits: list[float]
) -> None:
    change = file.plan([TO_US])
    file.path.write_bytes(OTHER + DEV)
    file.commit(change)
    assert len(waits) == 2  # to read it again, and to look for a write that came in between


@pytest.mark.parametrize(("age", "pause"), [(0.0, 0.1), (3.0, 0.02), (-3.0, 0.02)])
def test_a_commit_looks_longer_for_another_write_of_a_busy_file(
    file: ConfigFile, waits: list[float], age: float, pause: float
) -> None:
    now = time.time()
    os.utime(file.path, (now - age, now - age))
    file.commit(file.plan([TO_US]))
    assert waits == [pause]


def test_a_file_that_is_not_there_is_not_busy(file: ConfigFile, waits: list[float]) -> None:
    file.path.unlink()
    file.commit(file.plan([TO_US]))
    assert waits == [0.02]


def test_a_write_that_is_overwritten_again_and_again_is_an_error(
    file: ConfigFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    contents = [DEV] * 20 + [OTHER]
    monkeypatch.setattr(time, "sleep", writes(file, contents))
    with pytest.raises(FileChanged):
        file.commit(file.plan([TO_US]))
    assert file.path.read_bytes() == DEV


def test_a_file_that_another_program_has_created_meanwhile_is_kept(file: ConfigFile) -> None:
    file.path.unlink()
    change = file.plan([TO_US])
    file.path.write_bytes(OTHER)
    file.commit(change)
    assert file.path.read_bytes() == OTHER + b"\n" + WRITTEN


def test_none_of_the_edits_is_written_if_one_of_their_subjects_was_changed(
    file: ConfigFile,
) -> None:
    change = file.plan([TO_US, SetProfile("new", {"region": "us-east-1"})])
    file.path.write_bytes(theirs := DEV.replace(b"eu-west-1", b"ap-south-1"))
    with pytest.raises(FileChanged):
        file.commit(change)
    assert file.path.read_bytes() == theirs


def test_a_file_that_was_deleted_meanwhile_is_not_written(
    file: ConfigFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(time, "sleep", lambda _: None)
    change = file.plan([TO_US])
    file.path.unlink()
    with pytest.raises(FileChanged):
        file.commit(change)
    assert not file.path.exists()


def test_a_write_that_another_program_precedes_leaves_no_backup(tmp_path: Path) -> None:
    """The program writes at the last moment: after the commit has read the file."""

    def clock() -> datetime:
        if foreign:
            file.path.write_bytes(foreign.pop())
        return NOW

    file = ConfigFile(tmp_path / "config", tmp_path / "state", clock)
    file.path.write_bytes(DEV)
    foreign = [OTHER + DEV]
    file.commit(file.plan([TO_US]))
    assert file.path.read_bytes() == OTHER + WRITTEN
    (backup,) = Backups(file.state).list()
    assert len(list((file.state / "backups").iterdir())) == 2
    assert Backups(file.state).undo(backup).after == OTHER + DEV


def test_a_copy_of_a_profile_that_was_changed_meanwhile_is_not_written(file: ConfigFile) -> None:
    change = file.plan([CopyProfile("dev", "copy", {"region": "us-east-1"})])
    file.path.write_bytes(theirs := DEV + b"output = text\n")
    with pytest.raises(FileChanged):
        file.commit(change)
    assert file.path.read_bytes() == theirs


def test_a_session_named_default_is_no_profile(file: ConfigFile) -> None:
    file.commit(file.plan([SetSsoSession("default", {"sso_region": "eu-west-1"})]))
    file.commit(file.plan([SetProfile("default", {"region": "us-east-1"})]))
    text = file.path.read_text()
    assert "[sso-session default]\nsso_region = eu-west-1\n" in text
    assert "[default]\nregion = us-east-1\n" in text
