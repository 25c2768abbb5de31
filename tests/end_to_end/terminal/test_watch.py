"""`rolecall watch` in a pane of forty columns and five lines."""

from __future__ import annotations

import json
import subprocess
from datetime import UTC, datetime, timedelta

import pytest

from tests.end_to_end.conftest import ROLECALL, TerminalDesk, filter_for, wait_for_wrapped
from tests.support.obstacles.unwritable import unwritable
from tests.support.settings import write_settings


@pytest.mark.quick
def test_a_small_pane_shows_what_expires_first(desk: TerminalDesk) -> None:
    """The first row expires first. An expired token is renewed meanwhile."""
    old = desk.leave_token()
    ended = {**desk.token(), "expiresAt": "2026-01-01T00:00:00Z"}
    desk.token_file.write_text(json.dumps(ended))
    with desk.open(ROLECALL, "watch", columns=40, lines=5) as terminal:
        terminal.wait_for(r"pasted-sandb.* keys +● 41 min")
        terminal.wait_for(r"demo +token +● 7 h 5\d min")
        assert desk.token()["accessToken"] != old
        terminal.press("1", "S", "4")  # there are no other places
        filter_for(terminal, "demo access")
        terminal.wait_for(r"1 of \d+ entries")
        terminal.resize(80, 16)
        terminal.wait_for(r"expires \d{4}-\d\d-\d\d .* demo · access token")
        terminal.quit()


@pytest.mark.parametrize("key", ["q", "ctrl+c"])
def test_it_ends_and_changes_its_theme_without_a_row(desk: TerminalDesk, key: str) -> None:
    for name in ("config", "credentials"):
        (desk.home / ".aws" / name).unlink()
    with desk.open(ROLECALL, "watch", columns=60, lines=8) as terminal:
        terminal.wait_for("Nothing here expires")
        terminal.press("t", then="Colours: ")
        terminal.press(key)
        assert terminal.wait_exit() == 0


def test_it_names_only_keys_that_it_has(desk: TerminalDesk) -> None:
    """It warns about a token that cannot be renewed, and names a command to sign in."""
    desk.leave_token()
    soon = f"{datetime.now(UTC) + timedelta(minutes=4):%Y-%m-%dT%H:%M:%SZ}"
    token = {**desk.token(), "expiresAt": soon}
    del token["refreshToken"]
    desk.token_file.write_text(json.dumps(token))
    with desk.open(ROLECALL, "watch", columns=60, lines=18) as terminal:
        wait_for_wrapped(terminal, "does not renew itself. `rolecall sign-in demo` signs in again.")
        terminal.press("r")
        wait_for_wrapped(terminal, "cannot be renewed. `rolecall sign-in demo` signs in.")


def test_a_small_pane_says_why_a_token_cannot_be_renewed(desk: TerminalDesk) -> None:
    desk.leave_token()
    with (
        unwritable(desk.token_file, "read-only"),
        desk.open(ROLECALL, "watch", columns=40, lines=5) as terminal,
    ):
        terminal.wait_for(r"pasted-sandb.* keys +● 41 min")
        terminal.press("g", "j", "r")
        reason = "Its file cannot be written (read-only file). Run chmod u+w on it."
        wait_for_wrapped(terminal, reason)


@pytest.mark.quick
def test_watch_refuses_a_terminal_that_is_too_small(desk: TerminalDesk) -> None:
    with desk.open(ROLECALL, "watch", columns=50, lines=2) as terminal:
        assert terminal.wait_exit() == 2
        assert b"at least 30" in terminal.received


def test_a_session_that_is_signed_out_is_listed_and_its_registration_is_no_clock(
    desk: TerminalDesk,
) -> None:
    """A registration stays after a sign-out, and is valid for 90 days."""
    with desk.open(ROLECALL, "sign-in", "--force") as terminal:
        terminal.wait_for("user_code=")
        desk.server.approve(desk.server.pending_codes()[-1])
        assert terminal.wait_exit() == 0
    with desk.open(ROLECALL, "sign-out", "--yes") as terminal:
        assert terminal.wait_exit() == 0
    with desk.open(ROLECALL, "watch", columns=40, lines=8) as terminal:
        terminal.wait_for(r"demo +token +○ signed out")
        terminal.wait_for(r"demo +client +89 days")
        assert "●" not in next(each for each in terminal.screen_lines() if "89 days" in each)
        terminal.press("j", then=r"▌ demo +token")
        terminal.resize(100, 20)
        wait_for_wrapped(terminal, "Signed out. `rolecall sign-in demo` signs in.")
        terminal.wait_for(r"client registration +89\Wdays")
    with desk.open() as terminal:
        terminal.press("4", then=r"○ demo +signed out")
        terminal.press("g", "x", then="Already signed out of demo")


def leave_dying_token(desk: TerminalDesk) -> None:
    """Leave a token that expires in four minutes and cannot be renewed."""
    desk.leave_token()
    soon = f"{datetime.now(UTC) + timedelta(minutes=4):%Y-%m-%dT%H:%M:%SZ}"
    token = {**desk.token(), "expiresAt": soon}
    del token["refreshToken"]
    desk.token_file.write_text(json.dumps(token))


_DYING = "The access token of demo expires within 5 min and does not renew itself."


def test_of_several_watchers_one_notifies_and_only_if_it_is_asked_to(desk: TerminalDesk) -> None:
    leave_dying_token(desk)
    noted = desk.home / "noted"
    mine = desk.home / "mine"
    mine.write_text(f'#!/bin/sh\necho "$2" >> {noted}\n')
    mine.chmod(0o755)
    write_settings(desk.home, f'notify_command = "{mine} --to"\n')
    with desk.open(ROLECALL, "watch", columns=60, lines=18) as terminal:
        wait_for_wrapped(terminal, "does not renew itself.")
    assert not noted.exists()
    watchers = [desk.open(ROLECALL, "watch", "--notify", columns=60, lines=18) for _ in range(3)]
    for each in watchers:
        wait_for_wrapped(each, "does not renew itself.")
    watchers[0].wait_until(noted.exists, what="the notification")
    for each in watchers:
        each.quit()
    assert noted.read_text().startswith(_DYING)
    assert len(noted.read_text().splitlines()) == 1


def test_the_terminal_is_told_and_a_command_that_fails_is_named(desk: TerminalDesk) -> None:
    leave_dying_token(desk)
    write_settings(desk.home, 'notify_command = "/no/such/program"\n')
    with desk.open(ROLECALL, "watch", "--notify", columns=60, lines=18) as terminal:
        wait_for_wrapped(terminal, "The notification failed: /no/such/program: No such file")
        terminal.wait_until(
            lambda: f"\x1b]9;rolecall: {_DYING}".encode() in terminal.received, what="the sequence"
        )


def test_a_client_of_tmux_shows_the_warning_in_its_status_line(desk: TerminalDesk) -> None:
    leave_dying_token(desk)
    tmux = desk.tmux()
    with desk.open(*tmux, "new-session", "sh", columns=150, lines=20) as terminal:
        terminal.wait_for(r"\[0\] 0:sh")
        watch = [*tmux, "new-window", "-d", ROLECALL, "watch", "--notify"]
        subprocess.run([*map(str, watch)], env=desk.environment, check=True)
        terminal.wait_for(f"^rolecall: {_DYING}")
