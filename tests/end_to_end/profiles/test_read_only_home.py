"""The full screen in a home that cannot be written, with a valid token."""

from __future__ import annotations

import pytest

from tests.end_to_end.conftest import (
    ACCOUNTS,
    AUDIT_ROLE,
    TerminalDesk,
    open_save_form,
    wait_for_wrapped,
)
from tests.end_to_end.profiles.test_bad_input import quit_cleanly
from tests.support.obstacles.unwritable import read_only


@pytest.mark.quick
def test_everything_that_needs_no_write_works(desk: TerminalDesk) -> None:
    desk.leave_token()
    before = desk.config.read_bytes()
    with read_only(desk.home), desk.open(columns=160) as terminal:
        terminal.wait_for(ACCOUNTS)
        open_save_form(terminal)
        terminal.press("enter")
        wait_for_wrapped(terminal, "cannot be written (read-only file system)")
        terminal.press("escape", then=rf"▌ +{AUDIT_ROLE}")
        terminal.press("c", then="Access key ID")
        terminal.press("4", then="does not renew itself")
        quit_cleanly(terminal)
    assert desk.config.read_bytes() == before
