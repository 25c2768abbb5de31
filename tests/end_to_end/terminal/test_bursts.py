"""Keys that arrive in one burst, as over a slow line, do the same as single keys."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.end_to_end.conftest import ACCOUNTS, AUDIT_ROLE, TerminalDesk, wait_for_field


def test_moving_opening_and_saving_work_in_one_burst(a_desk: Callable[..., TerminalDesk]) -> None:
    desk = a_desk()
    desk.create_home()
    desk.leave_token()
    with desk.open() as terminal:
        terminal.wait_for(r"41( accounts)? · seen")
        wanted = desk.server.organisation.named("BI reports")  # the third by name
        second = desk.server.organisation.permission_sets(wanted.id)[1]
        terminal.send("jj\rjs")
        terminal.wait_for(rf"Save as a profile · .*{wanted.id} · {second}")
        # Keys after the form's Enter are for the next screen, not for the row below, which `v`
        # would verify and `s` save again.
        wait_for_field(terminal, "Profile")
        terminal.send("\x15mine\rv")
        terminal.wait_for("mine is in ~/.aws/config")
        terminal.wait_for("It works")
        terminal.press("escape", then=second)
        terminal.send("Sn\x15mine")
        terminal.wait_for("Start URL +mine")
        terminal.press("escape", then="Access token +Start URL")
        terminal.send(",")
        terminal.wait_for("Template")
        terminal.send("\r3")  # also after a form that has nothing to write
        terminal.wait_for(r"· ~/\.aws/config")


def test_escape_and_a_key_in_one_packet_are_two_keys(desk: TerminalDesk) -> None:
    """A slow line sends them in one packet, as a terminal sends Alt and a key."""
    with desk.listed() as terminal:
        terminal.press("enter", then=f"▌ +{AUDIT_ROLE}")
        terminal.send("\x1b3")
        terminal.wait_for(r"· ~/\.aws/config")
        terminal.send("1\x1b2")
        terminal.wait_for(r"112 permission sets")
        assert "™" not in terminal.screen_text()


@pytest.mark.quick
def test_keys_typed_before_a_form_opens_go_into_the_form(
    a_desk: Callable[..., TerminalDesk],
) -> None:
    """They are no commands of the screen below: `x` would delete, `u` quit."""
    desk = a_desk()
    desk.create_home()
    desk.leave_token()
    before = desk.config.read_text()
    with desk.open() as terminal:
        terminal.wait_for(ACCOUNTS)
        terminal.press("3", then=r"· ~/\.aws/config")
        terminal.send("jex-u2\rjk")  # keys after Enter are not part of the name
        terminal.wait_for("profile renamed: log-archive-readonly → log-archive-readonlyx-u2")
        terminal.send("x\r")  # the deletion is shown first
        terminal.wait_for("Delete the profile log-archive-readonlyx-u2")
        terminal.press("escape", then=r"· ~/\.aws/config")
        terminal.send("nx\x1b")
        terminal.wait_for(r"· ~/\.aws/config")
        assert desk.config.read_text() == before.replace(
            "log-archive-readonly", "log-archive-readonlyx-u2"
        )


def test_a_field_is_filled_in_corrected_and_left_in_one_burst(
    a_desk: Callable[..., TerminalDesk],
) -> None:
    desk = a_desk()
    desk.create_home()
    with desk.listed() as terminal:
        terminal.send("/audit\x15lox\x7fg\r\rjs")
        terminal.wait_for(r"Save as a profile · log archive .* · AWSReadOnlyAccess")
        terminal.send("\x15mine\t\x15us-east-1\t\x15text")
        for line in (r"\[profile mine\]", "region = us-east-1", "output = text"):
            terminal.wait_for(rf" \+{line} ")
        terminal.send("\x1b3/vault\x1b2")
        terminal.wait_for("112 permission sets")
        assert "vault" not in terminal.screen_text()
