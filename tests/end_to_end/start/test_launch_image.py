"""The first screen of the last start, shown before Textual is imported."""

from __future__ import annotations

import re
import shlex
from itertools import chain
from pathlib import Path

import pytest

from tests.end_to_end.conftest import BIN
from tests.end_to_end.start.test_quitting import assert_restored
from tests.end_to_end.starts import (
    COUNT,
    FIRST_ROW,
    Starts,
    assert_painted_right,
    cells,
    forge,
    until_settled,
    wait_for_import,
)
from tests.support.network.ssh import ssh_server
from tests.support.programs import program
from tests.support.screens import later_textual

MOST = 600  # bytes of the first frame over an image of the same


def test_the_screen_is_shown_before_textual_is_imported_and_little_is_sent_then(
    starts: Starts,
) -> None:
    starts.leave_image()
    terminal = starts.open(gated=True)
    wait_for_import(terminal)
    assert terminal.on_alternate_screen
    assert terminal.screen.cursor.hidden
    assert not terminal.is_echoing
    assert len(re.findall(r"\b\d{12}\b", terminal.screen_text())) > 10
    assert not re.search(r"\d (h|min)\b", terminal.screen_text())  # the place of the clock is empty
    at = len(terminal.received)
    starts.go()
    terminal.wait_for(COUNT)
    sent = bytes(terminal.received[at:])
    assert len(sent) <= MOST
    assert b"\x1b[2J" not in sent
    assert b"\x1b[?1049h" not in sent
    until_settled(terminal)
    terminal.quit()
    assert_restored(terminal)


@pytest.mark.parametrize(
    "env",
    [
        {},
        {"COLORTERM": ""},
        {"NO_COLOR": "1"},
        {"TERM": "xterm", "COLORTERM": ""},
        {"TERM": "linux", "COLORTERM": ""},
        {"TERM": "screen", "COLORTERM": ""},
        {"ROLECALL_THEME": "light"},
        {"LANG": "ja_JP.UTF-8"},
        {"LANG": "C", "LC_ALL": "C"},
    ],
    ids=str,
)
def test_the_image_is_the_first_frame_with_all_colours_and_languages(
    starts: Starts, env: dict[str, str]
) -> None:
    starts.count = ""
    starts.leave_image(env=env)
    terminal = starts.open(gated=True, env=env)
    wait_for_import(terminal)
    assert FIRST_ROW in terminal.screen_text()
    before = cells(terminal)
    at = len(terminal.received)
    starts.go()
    terminal.wait_until(lambda: b"\x1b[?2048$p" in terminal.received[at:], what="Textual")
    terminal.wait_until(lambda: b"\x1b[6n" in terminal.received[at:], what="the first frame")
    assert b"\x1b[2J" not in terminal.received[at:]
    until_settled(terminal)
    after = cells(terminal)
    pairs = zip(chain.from_iterable(before), chain.from_iterable(after), strict=True)
    changed = sum(one != other for one, other in pairs)
    assert changed < 140  # the clock, the counts, and the message
    assert_painted_right(terminal)


@pytest.mark.quick
def test_rows_that_have_changed_are_corrected(starts: Starts) -> None:
    path = starts.leave_image()
    forge(path, lambda body: body.replace(b"network", b"NETWORK"))
    terminal = starts.open(gated=True)
    wait_for_import(terminal)
    assert "NETWORK" in terminal.screen_text()
    starts.go()
    terminal.wait_for(COUNT)
    assert "NETWORK" not in terminal.screen_text()
    assert "network" in terminal.screen_text()


def test_an_image_stays_right_if_the_same_rolecall_has_listed_the_same_again(
    starts: Starts,
) -> None:
    starts.leave_image()
    terminal = starts.open()
    until_settled(terminal)
    starts.desk.server.calls.clear()
    terminal.press("R")
    terminal.wait_until(lambda: starts.desk.server.calls.count("ListAccountRoles") >= 41)
    terminal.wait_for(r"1 of 41 · seen just now")
    terminal.quit()
    assert starts.shows_image()


def test_there_is_no_image_of_rows_that_have_changed_since(starts: Starts) -> None:
    starts.leave_image()
    terminal = starts.open()
    until_settled(terminal)
    terminal.press("down", "down", then=r"3 of 41")
    name = terminal.wait_for(r"▌ +(\S+)")[1]
    terminal.press("f", then=rf"★ +{name}")
    terminal.quit()
    assert not starts.shows_image()
    assert starts.shows_image()


def test_an_image_is_not_saved_again_if_another_rolecall_has_changed_the_cache(
    starts: Starts,
) -> None:
    starts.leave_image()
    terminal = starts.open()
    until_settled(terminal)
    starts.note_use()
    terminal.quit()
    assert not starts.shows_image()


def test_a_resize_before_textual_is_there_paints_the_whole_screen(starts: Starts) -> None:
    starts.leave_image()
    terminal = starts.open(gated=True)
    wait_for_import(terminal)
    terminal.resize(90, 20)
    starts.go()
    until_settled(terminal)
    assert_painted_right(terminal)


def test_another_version_of_textual_shows_the_image_too_and_restores_the_terminal(
    starts: Starts, tmp_path: Path
) -> None:
    """Its drivers have other private names, and the terminal's own settings come back."""
    starts.leave_image()
    env = later_textual.environment(tmp_path / "later", {"_compositor_refresh"})
    terminal = starts.open(env=env)
    terminal.wait_for(COUNT)
    assert terminal.received.count(b"\x1b[?1049h") == 2
    terminal.quit()
    assert_restored(terminal)


def test_it_is_shown_over_ssh(starts: Starts, tmp_path: Path) -> None:
    gate = {"PYTHONPATH": str(starts.site), "GATE": str(starts.gate)}
    variables = {**starts.desk.environment, "PATH": f"{BIN}:/usr/bin:/bin"}
    with ssh_server(tmp_path / "ssh") as ssh:

        def far(more: dict[str, str]) -> list[str]:
            return [
                *ssh,
                shlex.join(["env", *map("=".join, (variables | more).items()), "rolecall"]),
            ]

        starts.leave_image(*far({}))
        terminal = starts.desk.open(*far(gate))
        wait_for_import(terminal)
        assert FIRST_ROW in terminal.screen_text()
        terminal.press("down", "down")
        at = len(terminal.received)
        starts.go()
        terminal.wait_for(r"3 of 41")
        assert b"\x1b[2J" not in terminal.received[at:]
        terminal.quit()
        assert not terminal.on_alternate_screen
        assert not terminal.screen.cursor.hidden


def test_it_is_shown_in_gnu_screen(starts: Starts, tmp_path: Path) -> None:
    """It has no alternate screen: the image is wiped at the end."""
    variables = {
        "SCREENDIR": str(tmp_path / "screens"),
        "PS1": "$ ",
        "PATH": f"{BIN}:/usr/bin:/bin",
    }
    screen = [program("screen"), "-c", "/dev/null", "bash", "--norc", "--noprofile"]
    terminal = starts.desk.open(*screen, env=variables)
    terminal.wait_for(r"^\$ *$")
    terminal.press("rolecall", "enter")
    until_settled(terminal)
    terminal.press("q")
    terminal.wait_until(lambda: terminal.screen_text().split() == ["$"])
    terminal.press(f"PYTHONPATH={starts.site} GATE={starts.gate} rolecall", "enter")
    terminal.wait_for(rf"▌ +{FIRST_ROW}")
    terminal.press("down")
    starts.go()
    terminal.wait_for("2 of 41")
    terminal.press("q")
    terminal.wait_until(lambda: terminal.screen_text().split() == ["$"])
    terminal.press("exit", "enter")
    assert terminal.wait_exit() == 0
