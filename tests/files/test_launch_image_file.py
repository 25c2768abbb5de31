"""The file of a launch image: only one that rolecall has written for this user is read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from rolecall.files.fast.launch_image import LaunchFile, content, read

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


def test_a_link_is_not_read(path: Path) -> None:
    link = path.with_name("link")
    link.symlink_to(path)
    assert read(str(link)) is None
    assert read(str(path.parent)) is None


@pytest.mark.parametrize(
    "change",
    [
        {"key": [1]},
        {"stamps": {"/etc": 1}},
        {"sessions": []},
        {"sessions": [["corp"]]},
        {"sessions": [["corp", 1]]},
    ],
)
def test_other_content_is_not_read(path: Path, change: dict[str, Any]) -> None:
    path.write_bytes(content(IMAGE._replace(**change)))
    assert read(str(path)) is None
