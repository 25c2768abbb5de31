"""Keys that arrive in one burst, as over a slow line, mean what they mean singly."""

from __future__ import annotations

from collections.abc import Callable

from tests.terminal.conftest import ACCOUNTS, AUDIT_ROLE, Desk


def test_moving_opening_and_saving_in_one_burst(a_desk: Callable[..., Desk]) -> None:
    desk = a_desk()
    desk.furnish()
    desk.leave_token()
    with desk.open() as terminal:
        terminal.wait_for(ACCOUNTS)
        wanted = desk.server.organisation.accounts[2]
        second = desk.server.organisation.permission_sets(wanted.id)[1]
        terminal.send("jj\rjs")
        terminal.wait_for(rf"Save as a profile · .*{wanted.id} · {second}")


def test_a_place_and_a_filter_in_one_burst(a_desk: Callable[..., Desk]) -> None:
    desk = a_desk()
    desk.furnish()
    desk.leave_token()
    with desk.open() as terminal:
        terminal.wait_for(ACCOUNTS)
        terminal.send("/audit")
        terminal.wait_for(r"/ audit")
        terminal.wait_for(r"1 of \d+ accounts")


def test_escape_and_a_key_in_one_packet_are_two_keys(desk: Desk) -> None:
    """A stalled line glues them together, as a terminal does that sends Alt as Esc."""
    desk.leave_token()
    with desk.open() as terminal:
        terminal.wait_for(ACCOUNTS)
        terminal.press("enter")
        terminal.wait_for(f"▌ +{AUDIT_ROLE}")
        terminal.send("\x1b3")
        terminal.wait_for("profiles · ~/.aws/config")
        terminal.send("1\x1b2")
        terminal.wait_for(r"112 permission sets")
        assert "™" not in terminal.screen_text()
