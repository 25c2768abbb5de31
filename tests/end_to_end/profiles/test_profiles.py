"""Edits of profiles are shown before they are written, read by the AWS CLI, and undone."""

from __future__ import annotations

import pytest

from rolecall.demo.organisation import Organisation
from tests.end_to_end.conftest import (
    AUDIT,
    AUDIT_ROLE,
    TerminalDesk,
    fill_in,
    wait_for_field,
    wait_for_wrapped,
)

SOURCE = "log-archive-readonly"


def test_profiles_are_renamed_duplicated_chained_deleted_and_restored(desk: TerminalDesk) -> None:
    desk.leave_token()
    before = desk.config.read_text()
    with (desk.config.parent / "credentials").open("a") as file:
        file.write(f"\n[old]\nrole_arn = {AUDIT_ROLE}\nsource_profile = {SOURCE}\n")
    account = desk.answer("configure", "export-credentials", "--profile", SOURCE)
    with desk.open(env={"AWS_PROFILE": SOURCE}) as terminal:
        terminal.press("3", then=rf" +{SOURCE} +log archive")
        terminal.wait_for(r"└ deploy +log archive +Deployer via")
        terminal.press("j", "e")
        fill_in(terminal, "Profile", "archive")
        wait_for_wrapped(terminal, "old in ~/.aws/credentials will still use the old name")
        wait_for_wrapped(terminal, "AWS_PROFILE in your shell still names")
        terminal.wait_for(r" \+\[profile archive\]")
        terminal.press("pagedown", then=rf" -source_profile = {SOURCE} ")
        terminal.press("enter", then=r"Enter again saves it\.")
        terminal.press("enter", then=rf"profile renamed: {SOURCE} → archive")
        assert desk.answer("sts", "get-caller-identity", "--profile", "deploy")

        terminal.press(":", "duplicate", then="▌ duplicate")
        terminal.press("enter")
        wait_for_field(terminal, "Other region")
        terminal.press("us-east-1", then=r" \+\[profile archive-us-east-1\]")
        terminal.press("enter", then=r"▌ +archive-us-east-1 +\w")
        region = desk.aws("configure", "get", "region", "--profile", "archive-us-east-1")
        assert region.stdout == "us-east-1\n"

        terminal.press("n")
        wait_for_field(terminal, "Role ARN")
        terminal.press("enter", then="Role ARN is missing")
        terminal.press("arn:aws:iam::656444254726:role/Ops")
        terminal.wait_for(r" \+source_profile = archive-us-east-1 ")
        terminal.press("enter", then=r"▌ +└ archive-us-east-1-")
        terminal.press("v", then="assumed-role/Ops/")
        assert account
        identity = desk.answer("sts", "get-caller-identity", "--profile", "archive-us-east-1-ops")
        assert ":assumed-role/Ops/" in identity["Arn"]

        terminal.press("a", "space", "x", then="Delete .* profiles: ")
        terminal.press("escape", then="6 marked")
        terminal.press("A", "k", "x", then="Delete the profile archive-us-east-1-ops")
        terminal.press("enter", then="profile archive-us-east-1-ops deleted")
        for what in (
            "archive-us-east-1-ops deleted",
            "archive-us-east-1-ops written",
            "archive-us-east-1 written",
            "profile renamed",
        ):
            terminal.press("z", then=rf" Undo: .*{what}")
            terminal.press("enter", then=f"Undone: .*{what}")
        assert desk.config.read_text() == before

        terminal.press("e")
        wait_for_field(terminal, "Profile")
        desk.config.write_text(before.replace("[profile vault]", "[profile elsewhere]"))
        terminal.press("ctrl+u", then="Give the profile a name")
        terminal.press("archive")
        wait_for_wrapped(terminal, "“vault” is no longer in it")
        assert "Give the profile a name" not in terminal.screen_text()
        terminal.press("escape")
        terminal.wait_for(r"▌ +elsewhere  ")  # without a key press

        terminal.press("g", "j", "space", then="1 marked")
        row = terminal.wait_for(r"▌.*").group()
        with desk.config.open("a") as file:  # as another program does
            file.write("[profile el")
        wait_for_wrapped(terminal, "config, line")
        assert row in terminal.screen_text()
        desk.config.write_text(before)
        terminal.wait_for("config is readable again")
        assert " vault " in terminal.screen_text()
        assert row in terminal.screen_text()
        assert "1 marked" in terminal.screen_text()
        assert "config, line" not in terminal.screen_text()
        terminal.quit()


def test_several_profiles_are_verified_and_drift_is_shown(desk: TerminalDesk) -> None:
    desk.leave_token()
    with desk.config.open("a") as file:
        file.write(
            f"\n[profile gone]\nsso_session = demo\nsso_account_id = {AUDIT}\n"
            "sso_role_name = NotThere\nregion = eu-west-1\n"
            "[profile elsewhere]\nsso_session = closed\nsso_account_id = 1\nsso_role_name = A\n"
        )
    organisation = desk.server.organisation
    audit = organisation.named("audit")
    entries = [(a, organisation.permission_sets(a.id)) for a in organisation.accounts[:3]]
    desk.server.organisation = Organisation(entries)
    with desk.open() as terminal:
        terminal.wait_for("3 accounts")
        terminal.press("3", then=r"▌ +default")
        terminal.wait_for(r"! +elsewhere +\w")
        terminal.wait_for(r"! +gone +(SSO +)?audit +unassigned: NotThere")
        terminal.press("d", "tab", "right", "tab", "G", then=r"\d+ +\[profile elsewhere\]")
        wait_for_wrapped(terminal, "names an sso-session that does not exist")
        terminal.press("d", "a", "v", then=rf"✓ +{SOURCE} +arn:aws:sts::")
        terminal.wait_for(r"✓ +deploy +arn:aws:sts::\d+:assumed-role/Deployer/")
        terminal.wait_for(r"✗ +gone +Its permission set is not assigned to you")
        terminal.wait_for("2 work · 4 fail")
        terminal.press("escape", then="6 marked")
        terminal.press("w", then=r"unassigned +gone +audit +NotThere")
        terminal.wait_for(r"no session +elsewhere")
        terminal.wait_for("permission sets? ha.*no profile")
        terminal.press("x", then="Delete 1 unassigned profile: gone")
        terminal.wait_for(r" -\[profile gone\]")
        terminal.press("enter", then="profile gone deleted")
        terminal.wait_gone(r"unassigned +gone")
        assert "[profile gone]" not in desk.config.read_text()
        assert "[profile elsewhere]" in desk.config.read_text()
        terminal.press("s", then=r"audit-admin +audit")
        assert audit.id == AUDIT


def test_the_preview_is_visible_in_16_lines(desk: TerminalDesk) -> None:
    desk.leave_token()
    with desk.open(columns=60, lines=16) as terminal:
        terminal.wait_for("audit")
        terminal.press("enter", then=rf"▌ +{AUDIT_ROLE}")
        terminal.press("s")
        for line in ("profile audit-admin", "sso_session = demo", "region = eu-west-1"):
            terminal.wait_for(rf" \+\[?{line}")
        before = desk.config.read_text()
        wait_for_field(terminal, "Profile")
        terminal.press("ctrl+u")
        terminal.press("enter", then="Give the profile a name.")
        terminal.press("escape", then=rf"▌ +{AUDIT_ROLE}")
        assert desk.config.read_text() == before
        terminal.press("s")
        wait_for_field(terminal, "Profile")
        terminal.wait_for(r" \+\[profile audit-admin")
        terminal.press("enter", then="use it in this shell")
        terminal.press("v", then="✓ It works")
        desk.server.faults.add("GetRoleCredentials", 403)
        terminal.press("v")
        wait_for_wrapped(terminal, "its permission set is not assigned to you")
        assert "It works" not in terminal.screen_text()
        assert "Asking AWS" not in terminal.screen_text()


@pytest.mark.quick
def test_an_error_of_a_form_goes_once_the_value_is_corrected(desk: TerminalDesk) -> None:
    desk.leave_token()
    with desk.open() as terminal:
        terminal.press("3", then=rf" +{SOURCE} +log archive")
        terminal.press("j", "n")
        wait_for_field(terminal, "Role ARN")
        terminal.press("arn:aws:iam::656444254726", "enter")
        terminal.wait_until(
            lambda: terminal.screen_text().count("A role's ARN looks like") == 2,
            what="the note and the error",
        )
        terminal.press(":role/Ops", then=r" \+role_arn = arn:aws:iam::656444254726:role/Ops ")
        assert "A role's ARN looks like" not in terminal.screen_text()
