"""The file of a launch image: only one that rolecall has written for this user is read."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from rolecall.files.caches.launch_image import LaunchFile, content, read
from tests.support.programs import require_root

IMAGE = LaunchFile(["1.0"], {"/etc": "1 1"}, [["corp", "2026-11-24T14:00:00Z"]], b"body")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "image"
    path.write_bytes(content(IMAGE))
    path.chmod(0o600)
    return path


def test_what_is_written_is_read(path: Path) -> None:
    assert read(str(path)) == IMAGE


def test_a_file_that_others_can_read_is_not_read(path: Path) -> None:
    path.chmod(0o640)
    assert read(str(path)) is None


def test_a_file_of_another_user_is_not_read(path: Path) -> None:
    require_root()
    os.chown(path, 65534, -1)
    assert read(str(path)) is None


def test_a_link_is_not_read(path: Path) -> None:
    link = path.with_name("link")
    link.symlink_to(path)
    assert read(str(link)) is None
    assert read(str(path.parent)) is None


def test_a_pipe_without_a_writer_is_not_waited_for(path: Path) -> None:
    path.unlink()
    os.mkfifo(path, 0o600)
    assert read(str(path)) is None


def test_a_file_of_a_megabyte_is_read_and_a_larger_one_is_not(path: Path) -> None:
    most = 1024 * 1024
    image = IMAGE._replace(body=IMAGE.body + bytes(most - path.stat().st_size))
    path.write_bytes(content(image))
    assert path.stat().st_size == most
    assert read(str(path)) == image
    path.write_bytes(content(image._replace(body=image.body + b"x")))
    assert read(str(path)) is None


@pytest.mark.parametrize(
    "change",
    [
        {"key": ["1.0", 1]},
        {"stamps": {"/etc": "1 1", "/": 1}},
        {"sessions": []},
        {"sessions": [*IMAGE.sessions, ["corp"]]},
        {"sessions": [*IMAGE.sessions, ["corp", 1]]},
    ],
)
def test_other_content_is_not_read(path: Path, change: dict[str, Any]) -> None:
    path.write_bytes(content(IMAGE._replace(**change)))
    assert read(str(path)) is None
