"""Times in a terminal, on a machine whose clock the test moves."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from rolecall.demo.faults import Fault
from tests.end_to_end.conftest import TerminalDesk, wait_for_wrapped
from tests.support.obstacles.unwritable import unwritable
from tests.support.settings import write_settings
from tests.support.terminal import Terminal

# Monotonic time does not jump, as on a machine that was suspended or whose clock was set.
MOVABLE = """
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from rolecall.cli import full_screen
moved = Path(sys.argv[1])
full_screen.utc_now = lambda: datetime.now(UTC) + timedelta(minutes=float(moved.read_text()))
full_screen.full_screen(demo=False, demo_accounts=None)
"""
NOTICED = 3.0  # seconds: two, and the time that a busy machine takes to paint
TITLE = b"\x1b]2;demo expires at "


class ClockFile:
    def __init__(self, path: Path) -> None:
        self.path = path
        self.move(0)

    def move(self, minutes: float) -> None:
        """Move the clock by so many minutes from the real time."""
        new = self.path.with_suffix(".new")
        new.write_text(str(minutes))
        new.rename(self.path)


@pytest.fixture
def clock(tmp_path: Path) -> ClockFile:
    return ClockFile(tmp_path / "moved")


def opened(desk: TerminalDesk, clock: ClockFile) -> Terminal:
    command = [sys.executable, "-c", MOVABLE, str(clock.path)]
    terminal = desk.open(*command, columns=80, lines=24)
    terminal.wait_for(r"41( accounts)? · seen")
    return terminal


def without_refresh_token(desk: TerminalDesk) -> None:
    kept = desk.token()
    del kept["refreshToken"]
    desk.token_file.write_text(json.dumps(kept))


def test_80_columns_have_room_and_an_unreadable_file_is_named(
    desk: TerminalDesk, clock: ClockFile
) -> None:
    desk.leave_token()
    terminal = opened(desk, clock)
    terminal.press("4", then=r"● demo +7\Wh\W5\d\Wmin · .+ · renews itself")
    terminal.wait_for(r"● pasted-sandbox +━+╌+ +4[12]\Wmin · \S")
    terminal.press("G")
    terminal.wait_for(
        r" expires \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC · pasted-sandbox · short-term credentials"
    )
    wait_for_wrapped(terminal, "x_security_token_expires (saml2aws, okta-aws-cli)")
    assert re.search(r"● 7 h 5\d min$", terminal.screen_lines()[0])
    whole = desk.config.read_text()
    desk.config.write_text(f"{whole}[profile broken\n")
    wait_for_wrapped(terminal, f"config, line {whole.count(chr(10)) + 1}:")
    wait_for_wrapped(terminal, "Fix it, then r reads it again.")
    terminal.wait_for("● demo ")
    desk.config.write_text(whole)
    terminal.press("r", then=" expires ")
    with (desk.config.parent / "credentials").open("a") as file:
        file.write(
            "\n[shop-prod]\naws_access_key_id = ASIA0000000000000000\naws_secret_access_key = s\n"
        )
        file.write("aws_session_token = t\n")
    terminal.wait_for("shop-prod PROD ")


def test_a_token_that_cannot_be_renewed_is_warned_about_after_a_jump_of_the_clock(
    a_desk: Callable[..., TerminalDesk], clock: ClockFile
) -> None:
    desk = a_desk()
    desk.create_home()
    desk.leave_token()
    without_refresh_token(desk)
    write_settings(desk.home, "bell = true\n")
    terminal = opened(desk, clock)
    terminal.press("4", then=r"demo .* does not renew itself")
    bells = terminal.received.count(b"\x07")

    clock.move(7 * 60 + 46)
    terminal.wait_for(r"access token of demo expires within 15 min", NOTICED)
    assert terminal.screen_lines()[0].endswith("◐ 13 min")
    terminal.wait_for(r"◐ demo +13\Wmin")
    assert terminal.received.count(b"\x07") >= bells + 1
    assert TITLE in terminal.received

    terminal.press("2")
    terminal.wait_for("112 permission sets")  # the warning is for the screen that is shown then
    clock.move(7 * 60 + 56)
    terminal.wait_for(r"access token of demo expires within 5 min", NOTICED)
    terminal.wait_for(r"◔ 3:\d\d$")

    clock.move(7 * 60 + 64)
    terminal.wait_for(r"○ expired 4 min ago$", NOTICED)
    terminal.press("4", then=r"○ demo +expired 4\Wmin ago")

    clock.move(0)
    terminal.wait_for(r"● 7 h 5\d min$", NOTICED)
    terminal.quit()
    pushed, popped = (terminal.received.count(b"\x1b[%d;2t" % which) for which in (22, 23))
    assert pushed == popped >= 1


def test_a_token_whose_file_cannot_be_replaced_is_not_said_to_renew(
    desk: TerminalDesk, clock: ClockFile
) -> None:
    desk.leave_token()
    old = desk.token()["accessToken"]
    with unwritable(desk.token_file, "read-only"):
        terminal = opened(desk, clock)
        terminal.press("4", then=r"● demo .* does not renew itself")
        wait_for_wrapped(terminal, "cannot be written (read-only file)")
        wait_for_wrapped(terminal, "Run chmod u+w on it.")
        clock.move(7 * 60 + 55)
        wait_for_wrapped(terminal, "demo was not renewed:")
        terminal.wait_for(r"demo .* does not renew itself")  # and not that it does later
    assert desk.token()["accessToken"] == old
    clock.move(0)
    terminal.press("r", then=r"demo .* renews itself")
    terminal.wait_until(lambda: desk.token()["accessToken"] != old, what="another token")


def test_a_failed_renewal_is_shown_and_keeps_the_token(
    desk: TerminalDesk, clock: ClockFile
) -> None:
    desk.leave_token()
    old = desk.token()["accessToken"]
    terminal = opened(desk, clock)
    desk.server.faults.add("CreateToken", Fault.HANG)
    clock.move(7 * 60 + 55)
    assert desk.server.faults.hanging.acquire(timeout=30)
    terminal.press("4")
    whole = desk.config.read_text()
    desk.config.write_text(f"{whole}[profile broken\n")
    wait_for_wrapped(
        terminal, "is not a complete header"
    )  # changes by other programs are noticed meanwhile
    desk.config.write_text(whole)
    terminal.wait_for(" expires ")
    desk.server.faults.clear()  # the attempts after the one that hangs fail, too
    desk.server.faults.add("CreateToken", 500)
    wait_for_wrapped(terminal, "demo was not renewed:")
    wait_for_wrapped(terminal, "The next try is at")
    assert desk.token()["accessToken"] == old
    desk.server.faults.clear()
    terminal.wait_for(r"demo .* failed; next try at")
    terminal.press("G", "g", "r", then=r"● 7 h 5\d min$")
    terminal.wait_for(r"demo .* renews itself")
    assert desk.token()["accessToken"] != old


def test_an_automatic_listing_opens_no_sign_in(desk: TerminalDesk, clock: ClockFile) -> None:
    token = desk.leave_token()
    later = {**desk.token(), "expiresAt": "2099-01-01T00:00:00Z"}
    desk.token_file.write_text(json.dumps(later))
    terminal = opened(desk, clock)
    desk.server.revoke(token)
    desk.server.forget_sign_ins()
    clock.move(25 * 60)  # the list is old enough to be refreshed
    wait_for_wrapped(terminal, "AWS has revoked the sign-in of demo. S signs in again.")
    terminal.wait_for(r"○ revoked by AWS$")
    terminal.wait_for(r"audit +\d{12}")
    assert not desk.sign_ins()
