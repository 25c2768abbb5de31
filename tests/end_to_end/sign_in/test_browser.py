"""The verification link is opened and approved in a real browser."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.end_to_end.conftest import ACCOUNTS, WAITING, TerminalDesk, wait_for_wrapped
from tests.support.browser import chromium


@pytest.mark.parametrize("decision", ["allow", "deny"])
def test_the_page_behind_the_link_allows_or_denies(
    desk: TerminalDesk, tmp_path: Path, decision: str
) -> None:
    with desk.open() as terminal, chromium(tmp_path / "browser") as page:
        terminal.wait_for(WAITING)
        link = terminal.wait_for(r"^ *(http://127\.0\.0\.1:\d+/device\?user_code=(\S+))$")
        page.go(link[1])
        assert "Allow this sign-in?" in page.text
        assert page.value("document.querySelector('input').value") == link[2]
        page.click(f"button[value={decision}]")
        if decision == "allow":
            assert "Allowed" in page.text
            terminal.wait_for(ACCOUNTS)
        else:
            assert "Denied" in page.text
            wait_for_wrapped(terminal, "The sign-in was denied")
