"""Which first screen is kept for the next start, when none is shown, and its file."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from rolecall.files.caches import launch_image
from tests.end_to_end.conftest import ROLECALL
from tests.end_to_end.starts import Starts, forge, wait_for_import
from tests.support.settings import write_settings


@pytest.mark.parametrize(
    "env", [{"TERM": "tmux-256color"}, {"ROLECALL_NO_LAUNCH_IMAGE": "1"}], ids=str
)
def test_there_is_no_image_of_another_kind_of_screen(starts: Starts, env: dict[str, str]) -> None:
    starts.leave_image()
    starts.count = ""
    assert not starts.shows_image(env=env, leaves_image="ROLECALL_NO_LAUNCH_IMAGE" not in env)
    assert starts.shows_image()


def test_the_setting_and_the_variable_turn_images_off(starts: Starts) -> None:
    starts.leave_image()
    settings = write_settings(starts.desk.home, "launch_image = false\n")
    assert not starts.shows_image(leaves_image=False)
    assert not starts.shows_image(leaves_image=False)
    settings.write_text("launch_image = true\n")
    assert not starts.shows_image()
    assert starts.shows_image()


def test_there_is_no_image_of_other_versions(starts: Starts) -> None:
    path = starts.leave_image()
    image = launch_image.read(str(path))
    assert image is not None
    older = image._replace(key=["0.0.1", *image.key[1:]])
    path.write_bytes(launch_image.content(older))
    assert not starts.shows_image()
    (packages,) = (each for each in image.stamps if each.endswith("site-packages"))
    path.write_bytes(launch_image.content(image._replace(stamps={**image.stamps, packages: "1 1"})))
    assert not starts.shows_image()


@pytest.mark.quick
def test_there_is_no_image_if_the_session_is_signed_out(starts: Starts) -> None:
    starts.leave_image()
    starts.desk.token_file.unlink()
    terminal = starts.open(gated=True)
    wait_for_import(terminal)
    assert not terminal.on_alternate_screen


def test_a_demo_and_a_debug_log_have_no_image(starts: Starts, tmp_path: Path) -> None:
    starts.leave_image()
    log = tmp_path / "log"
    for arguments in (["--demo"], ["--debug", str(log)]):
        terminal = starts.open(ROLECALL, *arguments, gated=True)
        wait_for_import(terminal)
        assert not terminal.on_alternate_screen
        terminal.close()


def test_the_file_is_private_and_has_no_secret(starts: Starts) -> None:
    path = starts.leave_image()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    data = path.read_bytes()
    assert b"audit" in data
    token = starts.desk.token()
    for name in ("accessToken", "refreshToken", "clientId", "clientSecret"):
        assert token[name].encode() not in data


def _changed(path: Path) -> None:
    path.write_bytes(path.read_bytes().replace(b"network", b"NETWORK"))


def _escape(path: Path) -> None:
    forge(path, lambda body: body.replace(b"network", b"\\u001b]0;x"))


def _pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path, 0o600)


@pytest.mark.parametrize("harm", [_changed, _escape, _pipe])
def test_a_file_that_rolecall_has_not_written_is_no_image(
    starts: Starts, harm: Callable[[Path], object]
) -> None:
    harm(starts.leave_image())
    assert not starts.shows_image(leaves_image=harm is not _pipe)  # which is not replaced
