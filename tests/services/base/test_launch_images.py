"""A launch image is used only if the start that it was saved by would look the same again."""

from __future__ import annotations

import json
import os
import pty
import stat
import subprocess
import sys
import termios
from pathlib import Path

import pytest

from rolecall.domain.records import replace
from rolecall.files.caches import launch_image
from rolecall.files.paths import known_paths
from rolecall.services.base.launch_images import LaunchImages
from tests.support.desk import Desk

BODY = b"picture"
# Prints for each of some environments whether there are images.
_HAS_IMAGES = """
import json, os, sys
from rolecall.services.base.launch_images import LaunchImages
changes = json.loads(sys.argv[1])
found = [LaunchImages.from_environment({**os.environ, **each}) for each in changes]
print(json.dumps([each and each.size for each in found]))
"""


def images(desk: Desk, size: tuple[int, int] = (80, 24), **environ: str) -> LaunchImages:
    environ = desk.environ | environ
    return LaunchImages(environ, known_paths(environ), size)


def cache(desk: Desk) -> Path:
    return desk.home / ".cache" / "rolecall"


@pytest.fixture
def packages(tmp_path: Path) -> Path:
    folder = tmp_path / "packages"
    folder.mkdir()
    return folder


@pytest.fixture
def saved(desk: Desk, packages: Path) -> Desk:
    """A desk with a token and an image for it."""
    desk.sign_in()
    save(desk, packages)
    return desk


def save(desk: Desk, packages: Path, size: tuple[int, int] = (80, 24)) -> None:
    images(desk, size).save(BODY, [("corp", desk.session.start_url)], str(packages))


def test_the_image_is_for_one_terminal(saved: Desk) -> None:
    assert images(saved).find() == BODY
    assert images(saved, SHELL="other").find() == BODY
    assert images(saved, (81, 24)).find() is None
    assert images(saved, (80, 25)).find() is None
    for name in ("TERM", "LANG", "NO_COLOR", "ROLECALL_THEME", "TMUX", "STY"):
        assert images(saved, (80, 24), **{name: "other"}).find() is None


def test_no_one_else_can_read_an_image(saved: Desk, packages: Path) -> None:
    (path,) = cache(saved).glob("launch-*.image")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.chmod(0o644)
    save(saved, packages)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_the_pane_of_a_multiplexer_does_not_matter(saved: Desk, packages: Path) -> None:
    sessions = [("corp", saved.session.start_url)]
    images(saved, TMUX="/tmp/tmux,1,0").save(BODY, sessions, str(packages))
    assert images(saved, TMUX="/tmp/tmux,1,7").find() == BODY


@pytest.mark.parametrize(
    "path",
    [
        ".aws/config",
        ".aws/credentials",
        ".config/rolecall/settings.toml",
        ".config/rolecall/team.toml",
        ".cache/rolecall/inventory.sqlite",
        ".cache/rolecall/inventory.sqlite-wal",
        "packages/new",
    ],
)
def test_the_image_is_for_what_the_files_said(saved: Desk, path: str) -> None:
    changed = saved.home / path
    changed.parent.mkdir(parents=True, exist_ok=True)
    with changed.open("a") as file:
        file.write("# changed\n")
    assert images(saved).find() is None


def test_an_image_that_does_not_know_one_of_the_files_is_not_used(saved: Desk) -> None:
    (path,) = cache(saved).glob("launch-*.image")
    image = launch_image.read(str(path))
    assert image is not None
    stamps = dict(image.stamps)
    del stamps[str(saved.home / ".config/rolecall/team.toml")]
    for new, body in ((image.stamps, BODY), (stamps, None)):
        path.write_bytes(launch_image.content(image._replace(stamps=dict(new))))
        assert images(saved).find() == body


def test_what_changed_after_the_start_is_not_in_the_image(desk: Desk, packages: Path) -> None:
    desk.sign_in()
    at_start = images(desk)
    desk.add("[profile new]")
    at_start.save(BODY, [("corp", desk.session.start_url)], str(packages))
    assert images(desk).find() is None


def test_the_image_is_for_the_first_session_with_a_token(desk: Desk, packages: Path) -> None:
    url = desk.session.start_url
    images(desk).save(BODY, [("other", url), ("corp", url)], str(packages))
    assert images(desk).find() is None
    desk.sign_in()
    assert images(desk).find() == BODY
    images(desk).save(BODY, [("corp", url), ("other", url)], str(packages))
    assert images(desk).find() is None
    desk.session = replace(desk.session, name="other")
    desk.sign_in()
    assert images(desk).find() is None  # corp is signed in, too, and comes first


def test_only_the_eight_newest_images_are_kept(desk: Desk, packages: Path) -> None:
    desk.sign_in()
    cache(desk).mkdir(parents=True)
    others = [cache(desk) / name for name in ("launch-x.txt", "other.image")]
    for other in others:
        other.touch()
    for number in range(10):
        save(desk, packages, (80 + number, 24))
        for path in cache(desk).glob("launch-*.image"):
            age = path.stat().st_mtime - 60
            os.utime(path, (age, age))
    assert all(other.exists() for other in others)
    found = [images(desk, (80 + number, 24)).find() for number in range(10)]
    assert found == [None] * 2 + [BODY] * 8


def test_a_folder_that_cannot_be_written_has_no_images(desk: Desk, packages: Path) -> None:
    desk.sign_in()
    cache(desk).parent.mkdir(parents=True)
    cache(desk).touch()
    save(desk, packages)
    assert images(desk).find() is None


def test_there_are_images_for_a_terminal_that_is_known(tmp_path: Path) -> None:
    names = ("ROLECALL_NO_LAUNCH_IMAGE", "TEXTUAL_ALLOW_SIGNALS", "TMUX", "STY")
    environ = {name: value for name, value in os.environ.items() if name not in names}
    environ["HOME"] = str(tmp_path)
    changes: list[dict[str, str]] = [
        {},
        *({name: "1"} for name in names),
        {"TMUX": "1", "STY": "1"},
    ]

    def found(columns: int, lines: int) -> object:
        ours, theirs = pty.openpty()
        termios.tcsetwinsize(theirs, (lines, columns))
        command = [sys.executable, "-c", _HAS_IMAGES, json.dumps(changes)]
        try:
            out = subprocess.run(
                command,
                stdin=theirs,
                stdout=subprocess.PIPE,
                stderr=theirs,
                env=environ,
                check=True,
            ).stdout
        finally:
            os.close(ours)
            os.close(theirs)
        return json.loads(out)

    size = [90, 30]
    assert found(90, 30) == [size, None, None, size, size, None]
    assert found(0, 30) == found(90, 0) == [None] * 6
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (30, 90))
    for stdin, stderr in ((subprocess.DEVNULL, theirs), (theirs, subprocess.DEVNULL)):
        out = subprocess.run(
            [sys.executable, "-c", _HAS_IMAGES, "[{}]"],
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=stderr,
            env=environ,
            check=True,
        ).stdout
        assert json.loads(out) == [None]
    os.close(ours)
    os.close(theirs)
