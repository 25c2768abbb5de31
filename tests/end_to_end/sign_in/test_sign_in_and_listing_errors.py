"""Errors during a sign-in and a listing are shown, and both continue if possible."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from rolecall.demo.faults import Fault
from tests.end_to_end.conftest import ACCOUNTS, WAITING, TerminalDesk, filter_for, wait_for_wrapped
from tests.support.terminal import Terminal

LAST = "training"


def fresh_code(desk: TerminalDesk, terminal: Terminal) -> None:
    terminal.press("n")
    terminal.wait_for(WAITING)
    assert desk.sign_ins() == 2
    desk.approve(terminal)


def test_a_sign_in_continues_after_a_lost_connection(desk: TerminalDesk) -> None:
    with desk.open() as terminal:
        terminal.wait_for(WAITING)
        (code,) = desk.server.pending_codes()
        desk.server.stop()
        terminal.wait_for("There is no answer yet;")  # the rest is next to the QR code
        desk.server.start()
        terminal.wait_for(WAITING)
        assert desk.server.pending_codes() == [code]
        desk.approve(terminal)
    assert desk.sign_ins() == 1


def test_a_code_that_expired_is_followed_by_another(a_desk: Callable[..., TerminalDesk]) -> None:
    later = timedelta(0)
    desk = a_desk(clock=lambda: datetime.now(UTC) + later)
    desk.create_home()
    with desk.open() as terminal:
        terminal.wait_for(WAITING)
        later = timedelta(minutes=10)
        wait_for_wrapped(terminal, "The code expired")
        fresh_code(desk, terminal)


def test_a_token_that_is_revoked_during_a_listing(desk: TerminalDesk) -> None:
    """The sign-in opens automatically, and the listing continues where it stopped."""
    desk.leave_token()
    server = desk.server
    last = server.organisation.named(LAST).id
    server.faults.add("ListAccountRoles", Fault.HANG, account_id=last)
    with desk.open() as terminal:
        terminal.wait_for(ACCOUNTS)
        assert server.faults.hanging.acquire(timeout=30)
        server.forget_sign_ins()
        server.faults.clear()
        wait_for_wrapped(terminal, "AWS no longer accepts the access token")
        listed = server.calls.count("ListAccountRoles", status=200)
        desk.approve(terminal)
        filter_for(terminal, LAST)
        terminal.wait_for(rf"{LAST} +{last} +\S+ +1\b")
        again = server.calls.count("ListAccountRoles", status=200) - listed
        assert 1 <= again < listed
