"""Keys that arrive in one burst, as over a slow line, mean what they mean singly."""

from __future__ import annotations

from collections.abc import Callable

from tests.terminal.conftest import ACCOUNTS, Desk


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
