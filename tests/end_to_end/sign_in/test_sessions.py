"""Two sessions with the same accounts: one is shown, then both; each row uses its own session."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from tests.end_to_end.conftest import (
    AUDIT,
    AUDIT_ROLE,
    WAITING,
    TerminalDesk,
    filter_for,
    save_audit_admin,
    wait_for_field,
    wait_for_wrapped,
)
from tests.support.terminal import Terminal

OTHER = "https://other.awsapps.com/start"
SECTIONS = f"""
[sso-session other]
sso_start_url = {OTHER}
sso_region = eu-west-1
sso_registration_scopes = sso:account:access

[profile old]
sso_start_url = https://d-1234567890.awsapps.com/start
sso_account_id = {AUDIT}
sso_role_name = {AUDIT_ROLE}
"""
KEY_ID = "Access key ID"
CODE = re.compile(r"user_code=([A-Z]{4}-[A-Z]{4})")


def two_sessions(a_desk: Callable[..., TerminalDesk]) -> TerminalDesk:
    desk = a_desk(other_start_urls=(OTHER,))
    desk.create_home()
    desk.config.write_text(desk.config.read_text() + SECTIONS)
    return desk


def choose(terminal: Terminal, session: str) -> None:
    terminal.press("S", then="Sessions found in")
    terminal.wait_for(rf"[▌ ] {session}")
    names = [line.lstrip("│▌ ") for line in terminal.screen_lines()]
    heading = next(y for y, name in enumerate(names) if name.startswith("Session  "))
    row = next(y for y, name in enumerate(names) if name.startswith(session))
    terminal.press("g", *["j"] * (row - heading - 1), "enter")


def approve(desk: TerminalDesk, terminal: Terminal) -> None:
    terminal.wait_for(WAITING)
    desk.server.approve(desk.server.pending_codes()[-1])


def test_two_identity_centers_are_used_in_turn(a_desk: Callable[..., TerminalDesk]) -> None:
    desk = two_sessions(a_desk)
    desk.leave_token()
    with desk.open() as terminal:
        terminal.wait_for(rf"audit +{AUDIT}")
        save_audit_admin(terminal)
        terminal.press("enter")

        # Sign in to the second from Profiles, and return there; the first stays signed in.
        terminal.press("3", then=r"audit-admin +audit")
        choose(terminal, "other")
        terminal.wait_for("Sessions › Sign in · other")
        approve(desk, terminal)
        terminal.wait_for("Signed in to other")
        terminal.wait_for(r"rolecall .*Profiles .*other")
        terminal.press("1", then=rf"─ Accounts · other.*\n.*\n.* audit +{AUDIT}.*\n│ +│$")
        assert "audit-admin" not in terminal.screen_text(), "the other organisation's profile"

        # A favourite belongs to one session only.
        terminal.press("f", then=rf"★ +audit +{AUDIT}")

        # Switch to the first and back before the list is complete: no sign-in and no new listing.
        listed = desk.server.calls.count("ListAccounts")
        for session, keys in (("demo", "g"), ("other", "gj")):
            terminal.press("S", *keys, "enter", then=rf"Already signed in to {session}\.")
        assert desk.server.calls.count("ListAccounts") == listed

        # Show both, with a column for the session.
        choose(terminal, "All")
        terminal.wait_for(rf"★ +audit +other +{AUDIT}")
        terminal.wait_for(rf"[^★] +audit +demo +{AUDIT} .*audit-admin")
        terminal.press("escape", then="82 accounts")
        filter_for(terminal, "audit demo")
        terminal.wait_for("1 of 82 accounts")
        terminal.press("escape", then="82 accounts")

        # A profile uses the session of its row and gets a separate name.
        terminal.press("2", then=r"\d+ permission sets")
        filter_for(terminal, "audit other admin")
        terminal.wait_for(rf"audit +{AUDIT_ROLE} +other")
        terminal.press("s", then="sso_session = other")
        wait_for_field(terminal, "Profile")
        terminal.press("enter", then=r"audit-5977-admin is in .*config")
        terminal.press("enter", then=rf"audit +{AUDIT_ROLE} +other .*audit-5")

        # Sign out of one after a confirmation; the other token and the registration stay.
        terminal.press("4")
        filter_for(terminal, "access other")
        terminal.wait_for("● other ")
        terminal.press("x")
        wait_for_wrapped(terminal, "Sign out of other")
        wait_for_wrapped(terminal, "the access token of other (7 h 5")
        terminal.press("escape", gone="› Sign out")
        terminal.press("x")
        wait_for_wrapped(terminal, "Sign out of other")
        terminal.press("enter", then=r"Signed out of other\.")
        terminal.quit()
    assert desk.token()["accessToken"]
    assert desk.server.calls.count("Logout", status=200) == 1
    assert "[profile audit-5977-admin]\nsso_session = other" in desk.config.read_text()
    arn = desk.answer("sts", "get-caller-identity", "--profile", "audit-admin")["Arn"]
    assert AUDIT_ROLE in arn
    assert desk.sign_ins() == 1


@pytest.mark.quick
def test_the_list_of_sessions_shows_one_code_at_a_time(a_desk: Callable[..., TerminalDesk]) -> None:
    desk = two_sessions(a_desk)
    with desk.open(columns=80, lines=24) as terminal:
        terminal.wait_for("Sessions found in")
        choose(terminal, "demo")
        terminal.wait_for(WAITING)
        code = CODE.search(terminal.screen_text())
        terminal.press("1", then=r"Signed out\. S signs in")
        choose(terminal, "other")
        terminal.wait_for(WAITING)
        assert CODE.search(terminal.screen_text()) != code
        terminal.press("escape", then="Sessions found in")
        # The screen says that a session has no region.
        choose(terminal, "d-1234567890")
        wait_for_wrapped(terminal, "has no sso_region in ~/.aws/config")
        choose(terminal, "demo")
        approve(desk, terminal)
        terminal.wait_for(rf"audit +{AUDIT}")
        terminal.press("enter", then="Permission sets · demo › audit")
        # Help is closed when the user returns.
        terminal.press("c", then=KEY_ID)
        terminal.press("S", then="Sessions found in")
        terminal.press("escape", then=r"3 permission sets")
        assert KEY_ID not in terminal.screen_text()
