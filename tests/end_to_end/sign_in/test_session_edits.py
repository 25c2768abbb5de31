"""Changing and deleting a session in the list of sessions, and undoing it."""

from __future__ import annotations

import re

import pytest

from tests.end_to_end.conftest import (
    ACCOUNTS,
    TerminalDesk,
    fill_in,
    wait_for_field,
    wait_for_wrapped,
)
from tests.support.terminal import Terminal

LEGACY = """
[profile old]
sso_start_url = https://d-1234567890.awsapps.com/start
sso_region = eu-west-1
sso_account_id = 123456789012
sso_role_name = Admin
"""


def open_sessions(desk: TerminalDesk, terminal: Terminal) -> None:
    terminal.wait_for(ACCOUNTS)
    terminal.press("S")
    terminal.wait_for("Sessions found in")
    terminal.wait_for("▌ +demo")


def test_a_session_is_changed_after_a_trial(desk: TerminalDesk) -> None:
    desk.leave_token()
    before = desk.config.read_text()
    url = desk.server.start_url
    with desk.open() as terminal:
        open_sessions(desk, terminal)
        terminal.press("e")
        wait_for_wrapped(terminal, "Edit the session demo")
        terminal.wait_for("No changes to")
        fill_in(terminal, "Start URL", url.replace("/start", "/other/start"))
        terminal.wait_for(r"\+sso_start_url = .*/other/start")
        terminal.press("enter")
        wait_for_wrapped(terminal, "No Identity Center in eu-west-1 has the start URL")
        assert desk.config.read_text() == before
        fill_in(terminal, "Start URL", url)
        terminal.press("tab")
        fill_in(terminal, "Region", "us-west-2")
        terminal.wait_for(r"\+sso_region = us-west-2")
        terminal.press("enter", then="Waiting for your approval")
        assert desk.config.read_text() == before
        desk.approve(terminal)
        assert desk.config.read_text() == before.replace(
            "sso_region = eu-west-1", "sso_region = us-west-2"
        )
        terminal.press("S")
        terminal.wait_for("demo .* us-west-2")
        terminal.press("z")
        terminal.wait_for(r"\+sso_region = eu-west-1")
        terminal.press("enter")
        wait_for_wrapped(terminal, "Undone: sso-session demo written")
        terminal.wait_for("demo .* eu-west-1")
    assert desk.config.read_text() == before


def test_a_session_is_deleted_after_a_question_and_restored(desk: TerminalDesk) -> None:
    desk.leave_token()
    before = desk.config.read_text()
    with desk.open() as terminal:
        open_sessions(desk, terminal)
        terminal.press("x")
        terminal.wait_for(r"-\[sso-session demo\]")
        wait_for_wrapped(terminal, "These profiles lose their session")
        wait_for_wrapped(terminal, "stop working: log-archive-readonly, deploy.")
        wait_for_wrapped(terminal, "and cannot sign out once the session is deleted.")
        wait_for_wrapped(terminal, "x on the Tokens screen signs out first.")
        terminal.press("escape")
        terminal.wait_gone(r"-\[sso-session demo\]")
        assert desk.config.read_text() == before
        terminal.press("x")
        terminal.wait_for(r"-\[sso-session demo\]")
        terminal.press("enter")
        terminal.wait_for("No session yet")
        assert "sso-session demo]" not in desk.config.read_text()
        terminal.press("4")
        terminal.wait_for("expires .* access token")
        terminal.press("x")
        terminal.wait_for("This row belongs to no session in ~/.aws/config")
        terminal.press("S")
        terminal.wait_for("No session yet")
        terminal.press("z")
        terminal.wait_for(r"\+\[sso-session demo\]")
        terminal.press("enter")
        terminal.wait_for("demo +")
        terminal.wait_for("▌ +demo")
        terminal.press("enter")
        terminal.wait_for("demo .* renews itself")  # back to where the list was opened
        terminal.press("1")
        terminal.wait_for(ACCOUNTS)
    assert desk.config.read_text() == before


@pytest.mark.quick
def test_only_a_session_with_a_section_can_be_changed(desk: TerminalDesk) -> None:
    desk.leave_token()
    with desk.config.open("a") as file:
        file.write(LEGACY)
    with desk.open() as terminal:
        open_sessions(desk, terminal)
        terminal.press("down", "e")
        wait_for_wrapped(terminal, "is not an sso-session in the file")
        terminal.press("G", "x")
        wait_for_wrapped(terminal, "This row is for all sessions")
        terminal.press("k", "x")
        wait_for_wrapped(terminal, "is not an sso-session in the file")
        assert re.search("Delete the session", terminal.screen_text()) is None
        wait_for_field(terminal, "")
