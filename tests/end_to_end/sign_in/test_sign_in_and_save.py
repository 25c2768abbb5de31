"""The main job: sign in, choose, save, and the real clients accept the profile."""

from __future__ import annotations

import difflib
from pathlib import Path

import pytest

from tests.end_to_end.conftest import (
    ACCOUNTS,
    AUDIT,
    AUDIT_ROLE,
    ROLECALL,
    WAITING,
    TerminalDesk,
    filter_for,
    save_audit_admin,
    wait_for_wrapped,
)
from tests.support.network.browser import chromium


@pytest.mark.quick
def test_the_link_leads_to_a_profile_that_the_real_clients_accept(desk: TerminalDesk) -> None:
    arn = desk.server.organisation.assumed_role_arn(AUDIT, AUDIT_ROLE)
    before = desk.config.read_text()
    with desk.open() as terminal:
        terminal.wait_for(WAITING)
        (code,) = desk.server.pending_codes()
        terminal.wait_for(rf"{desk.server.url}/device\?user_code={code} *│$")
        desk.approve(terminal)
        save_audit_admin(terminal)
        terminal.wait_for("aws sts get-caller-identity --profile audit-admin")
        terminal.press("v")
        wait_for_wrapped(terminal, arn)
        terminal.quit()

    changes = difflib.ndiff(before.splitlines(), desk.config.read_text().splitlines())
    assert not [line for line in changes if line.startswith("-")]
    identity = desk.answer("sts", "get-caller-identity", "--profile", "audit-admin")
    assert identity["Arn"] == arn
    assert desk.boto3_arn("audit-admin") == arn
    exported = desk.answer("configure", "export-credentials", "--profile", "audit-admin")
    assert exported["AccessKeyId"].startswith("ASIA")
    assert desk.sign_ins() == 1


@pytest.mark.quick
def test_the_demo_needs_only_the_keyboard(desk: TerminalDesk) -> None:
    """`rolecall --demo` does not change the user's home."""
    before = sorted(desk.home.rglob("*"))
    with desk.open(ROLECALL, "--demo") as terminal:
        terminal.wait_for(WAITING)
        terminal.wait_for("DEMO")
        terminal.press("enter", then=ACCOUNTS)
        save_audit_admin(terminal, accounts=42)  # one has only roles
        terminal.press("v", then="arn:aws:sts::")
        terminal.quit()
    assert sorted(desk.home.rglob("*")) == before
    assert desk.server.calls.count() == 0


def test_every_place_shows_its_table(desk: TerminalDesk) -> None:
    with desk.listed() as terminal:
        terminal.press("2", then=r"audit +AWSReadOnlyAccess")
        filter_for(terminal, "audit view")
        terminal.wait_for("1 of [0-9]+ permission sets")
        terminal.press("3", then=r"log-archive-readonly +.*log archive")
        terminal.wait_for(r"vault +us-east-1")
        terminal.press("4", then="access token")
        terminal.wait_for("[Ss]hort-term credentials")
        terminal.press("1", then=ACCOUNTS)


@pytest.mark.parametrize("decision", ["allow", "deny"])
def test_the_page_behind_the_link_allows_or_denies(
    desk: TerminalDesk, tmp_path: Path, decision: str
) -> None:
    with desk.open() as terminal, chromium(tmp_path / "browser") as page:
        terminal.wait_for(WAITING)
        link = terminal.wait_for(r"(http://127\.0\.0\.1:\d+/device\?user_code=(\S+)) *│$")
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
