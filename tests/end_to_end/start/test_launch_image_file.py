"""Which first screen is kept for the next start, when none is shown, and its file."""

from __future__ import annotations

import hashlib
import json
import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from rolecall.files.caches import launch_image
from rolecall.files.caches.launch_image import LaunchFile
from tests.end_to_end.conftest import ROLECALL
from tests.end_to_end.starts import Starts, forge, wait_for_import
from tests.support.read_only import read_only


def test_each_size_has_its_own_image(starts: Starts) -> None:
    starts.leave_image()
    assert not starts.shows_image(columns=90)
    assert starts.shows_image(columns=90)
    assert starts.shows_image()


@pytest.mark.parametrize(
    "env",
    [
        {"ROLECALL_THEME": "light"},
        {"TERM": "tmux-256color"},
        {"COLORTERM": ""},
        {"LANG": "ja_JP.UTF-8"},
        {"NO_COLOR": "1"},
        {"ROLECALL_NO_LAUNCH_IMAGE": "1"},
    ],
    ids=str,
)
def test_there_is_no_image_of_another_kind_of_screen(starts: Starts, env: dict[str, str]) -> None:
    starts.leave_image()
    starts.count = ""
    assert not starts.shows_image(env=env, leaves_image="ROLECALL_NO_LAUNCH_IMAGE" not in env)
    assert starts.shows_image()


def test_the_setting_and_the_variable_turn_images_off(starts: Starts) -> None:
    starts.leave_image()
    settings = starts.desk.home / ".config" / "rolecall" / "settings.toml"
    settings.parent.mkdir(parents=True, exist_ok=True)
    settings.write_text("launch_image = false\n")
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


def test_there_is_no_image_after_a_change_of_the_config_or_the_settings(starts: Starts) -> None:
    starts.leave_image()
    with starts.desk.config.open("a") as file:
        file.write("\n[profile new]\nregion = eu-west-1\n")
    assert not starts.shows_image()
    assert starts.shows_image()
    settings = starts.desk.home / ".config" / "rolecall" / "settings.toml"
    settings.parent.mkdir(parents=True, exist_ok=True)
    settings.write_text('theme = "light"\n')
    assert not starts.shows_image()


def test_there_is_no_image_if_the_session_is_signed_out(starts: Starts) -> None:
    starts.leave_image()
    starts.desk.token_file.unlink()
    terminal = starts.open(gated=True)
    wait_for_import(terminal)
    assert not terminal.on_alternate_screen


def test_there_is_no_image_if_another_session_comes_first(starts: Starts) -> None:
    starts.leave_image()
    token = starts.desk.token()
    other = "https://other.awsapps.com/start"
    text = starts.desk.config.read_text()
    session = f"[sso-session other]\nsso_start_url = {other}\nsso_region = eu-west-1\n"
    starts.desk.config.write_text(f"{session}\n{text}")
    starts.leave_image()
    assert starts.shows_image()
    name = f"{hashlib.sha1(b'other').hexdigest()}.json"
    (starts.desk.sso_cache / name).write_text(json.dumps({**token, "startUrl": other}))
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


def _escape(path: Path) -> None:
    forge(path, lambda body: body.replace(b"network", b"\\u001b]0;x"))


def _style(path: Path) -> None:
    forge(path, lambda body: body.replace(b'"38;2;', b'"0m\\u001b[5;38;2;'))


def _open_to_others(path: Path) -> None:
    path.chmod(0o644)


def _link(path: Path) -> None:
    moved = path.rename(path.with_name("elsewhere"))
    path.symlink_to(moved)


def _pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path, 0o600)


HARMS: list[Callable[[Path], object]] = [
    lambda path: path.write_bytes(b""),
    lambda path: path.write_bytes(path.read_bytes()[:-1]),
    lambda path: path.write_bytes(path.read_bytes().replace(b"network", b"NETWORK")),
    lambda path: path.write_bytes(path.read_bytes() + bytes(1 << 21)),
    lambda path: forge(path, lambda body: b"[" * 100_000),
    lambda path: forge(path, lambda body: b"[true, [], [null]]"),
    lambda path: forge(path, lambda body: body.replace(b'[20, "?"]', b'[20, "??"]', 1)),
    lambda path: path.write_bytes(launch_image.content(LaunchFile([], {}, [], b""))),
    *(_escape, _style, _open_to_others, _link, _pipe),
]


@pytest.mark.parametrize("harm", range(len(HARMS)))
def test_a_file_that_rolecall_has_not_written_is_no_image(starts: Starts, harm: int) -> None:
    path = starts.leave_image()
    HARMS[harm](path)
    leaves_image = HARMS[harm] is not _pipe  # which is not replaced
    assert not starts.shows_image(leaves_image=leaves_image)


def test_a_folder_that_cannot_be_written_has_no_image(starts: Starts) -> None:
    with read_only(starts.desk.home):
        for _ in range(2):
            assert not starts.shows_image(leaves_image=False)
    assert not starts.files()


def test_the_newest_images_are_kept(starts: Starts) -> None:
    first = starts.leave_image(columns=80)
    folder = first.parent
    for number in range(10):
        (folder / f"launch-{number:08x}.image").write_text("old")
        os.utime(folder / f"launch-{number:08x}.image", (number, number))
    newest = starts.leave_image(columns=90)
    assert len(starts.files()) == 8
    assert {first, newest} <= set(starts.files())
