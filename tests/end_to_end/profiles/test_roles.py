"""Roles of account access manager in the full screen, next to permission sets."""

from __future__ import annotations

from collections.abc import Callable
from configparser import ConfigParser

import pytest

from rolecall.demo.options import TENANT
from tests.end_to_end.conftest import (
    ACCOUNTS,
    AUDIT,
    WAITING,
    TerminalDesk,
    fill_in,
    filter_for,
    wait_for_field,
    wait_for_wrapped,
)
from tests.support.terminal import Terminal

ADDRESS = f"https://{TENANT}.account-access.eu-west-1.app.aws"
ROLE = f"arn:aws:iam::{AUDIT}:role/Deployer"


@pytest.fixture
def desk(a_desk: Callable[..., TerminalDesk]) -> TerminalDesk:
    """Signed in without the scopes of account access manager, as the AWS CLI does."""
    desk = a_desk(tenant=TENANT)
    desk.create_home()
    desk.leave_token()
    return desk


def add_address(desk: TerminalDesk) -> None:
    text = desk.config.read_text()
    header = "[sso-session demo]\n"
    assert header in text
    desk.config.write_text(text.replace(header, f"{header}rolecall_account_access = {ADDRESS}\n"))


def add_lab(desk: TerminalDesk) -> None:
    """Add a second session."""
    with desk.config.open("a") as file:
        file.write(
            "[sso-session lab]\nsso_start_url = https://lab.awsapps.com/start\n"
            "sso_region = eu-west-1\n"
        )


def open_form(terminal: Terminal) -> None:
    terminal.press("S")
    terminal.wait_for("Sessions found in")
    terminal.press("n")


def edit_role_portal(terminal: Terminal) -> None:
    terminal.press("S")
    terminal.wait_for("▌ +demo")
    terminal.press("e")
    wait_for_wrapped(terminal, "Edit the session demo")
    terminal.wait_for("No changes to")
    terminal.press("tab", "tab")
    wait_for_field(terminal, "Role portal")


def sign_in_again(desk: TerminalDesk, terminal: Terminal) -> None:
    terminal.press("4")
    terminal.wait_for(r"▌ ● demo ")
    terminal.press("enter")
    terminal.wait_for(WAITING)
    desk.server.approve(desk.server.pending_codes()[-1])
    terminal.wait_for("Tokens · demo")


def test_the_address_of_the_portal_and_a_new_sign_in_add_the_roles(desk: TerminalDesk) -> None:
    with desk.open(columns=120, lines=32) as terminal:
        terminal.wait_for(ACCOUNTS)
        edit_role_portal(terminal)
        terminal.press(ADDRESS)
        terminal.wait_for("lines are added to")
        terminal.press("enter")
        desk.approve(terminal)
        terminal.press("2")
        terminal.wait_for("112 permission sets · 35 roles")
        filter_for(terminal, "audit")
        terminal.wait_for(r"audit +AWSAdministratorAccess")
        terminal.wait_for(r"audit +role/Deployer")


def test_a_token_of_before_needs_a_new_sign_in(desk: TerminalDesk) -> None:
    add_address(desk)
    with desk.open() as terminal:
        terminal.wait_for(ACCOUNTS)
        terminal.press("2")
        terminal.wait_for("roles not listed: 4, then Enter signs in again")
        sign_in_again(desk, terminal)
        terminal.press("2")
        terminal.wait_for("112 permission sets · 35 roles")


def test_the_form_of_a_new_session_takes_the_address_of_the_portal(desk: TerminalDesk) -> None:
    """It gives the roles to the only session, and signs in to it again."""
    before = desk.config.read_text()
    with desk.open() as terminal:
        terminal.wait_for(ACCOUNTS)
        open_form(terminal)
        fill_in(terminal, "Start URL", f" {ADDRESS}/#/ ".strip())
        terminal.wait_for(r"Session +‹ demo ›")
        terminal.wait_for("lines are added to")
        terminal.press("enter")
        desk.approve(terminal)
        terminal.press("2")
        terminal.wait_for("112 permission sets · 35 roles")
    after = desk.config.read_text()
    assert set(after.splitlines()) - set(before.splitlines()) == {
        f"rolecall_account_access = {ADDRESS}",
        "sso_registration_scopes ="
        " sso:account:access,account_access:read_only,account_access:assume",
    }


def test_the_form_asks_which_of_several_sessions_has_the_roles(desk: TerminalDesk) -> None:
    add_lab(desk)
    before = desk.config.read_text()
    with desk.open() as terminal:
        terminal.wait_for(ACCOUNTS)
        open_form(terminal)
        fill_in(terminal, "Start URL", ADDRESS)
        wait_for_wrapped(terminal, "Which session gets these roles?")
        terminal.press("enter")
        wait_for_field(terminal, "")  # the next field, which has no cursor
        assert desk.config.read_text() == before
        terminal.press("space")
        terminal.wait_for(r"Session +‹ demo ›")
        terminal.wait_gone("Which session gets these roles?")
        terminal.press("enter")
        desk.approve(terminal)
    text = desk.config.read_text()
    assert text.index(ADDRESS) < text.index("[sso-session lab]")


@pytest.mark.quick
def test_the_forms_say_what_the_id_alone_of_a_portal_lacks(desk: TerminalDesk) -> None:
    before = desk.config.read_text()
    with desk.open() as terminal:
        terminal.wait_for(ACCOUNTS)
        open_form(terminal)
        fill_in(terminal, "Start URL", TENANT)
        wait_for_wrapped(terminal, f"https://{TENANT}.account-access.REGION.app.aws")
        terminal.press("enter")
        wait_for_field(terminal, "Start URL")
        terminal.press("escape")
        terminal.wait_gone("New session")
        terminal.press("escape")
        terminal.wait_for(ACCOUNTS)
        edit_role_portal(terminal)
        terminal.press(TENANT)
        wait_for_wrapped(terminal, f"https://{TENANT}.account-access.REGION.app.aws")
        terminal.press("ctrl+u", "nonsense")
        wait_for_wrapped(terminal, "is not an account access portal")
    assert desk.config.read_text() == before


def test_without_a_session_the_form_asks_for_the_access_portal(
    a_desk: Callable[..., TerminalDesk],
) -> None:
    desk = a_desk(tenant=TENANT)
    with desk.open() as terminal:
        terminal.wait_for("Welcome to rolecall")
        fill_in(terminal, "Start URL", ADDRESS.removeprefix("https://"))
        wait_for_wrapped(terminal, "its roles belong to a session")
        terminal.press("enter")
        wait_for_field(terminal, "Access portal")
        wait_for_wrapped(terminal, "Access portal is missing.")
        fill_in(terminal, "Access portal", desk.server.start_url)
        terminal.wait_for(r"Session name +local")
        terminal.wait_for("lines are added to")
        terminal.press("enter")
        terminal.wait_for(WAITING)
        desk.server.approve(desk.server.pending_codes()[-1])
        terminal.press("2")
        terminal.wait_for("112 permission sets · 35 roles")
    config = ConfigParser()
    config.read(desk.config)
    assert dict(config["sso-session local"]) == {
        "sso_start_url": desk.server.start_url,
        "sso_region": "eu-west-1",
        "sso_registration_scopes": (
            "sso:account:access,account_access:read_only,account_access:assume"
        ),
        "rolecall_account_access": ADDRESS,
    }


def test_small_terminals_show_what_the_forms_with_five_fields_write(desk: TerminalDesk) -> None:
    add_address(desk)
    desk.token_file.unlink()
    with desk.open(columns=80, lines=24) as terminal:
        desk.approve(terminal)
        terminal.press("2")
        terminal.wait_for("112 permission sets · 35 roles")
        filter_for(terminal, "deployer")
        terminal.press("enter", "s")
        wait_for_field(terminal, "Profile")
        terminal.wait_for(r"\+credential_process = ")
        terminal.press("escape")
        open_form(terminal)
        fill_in(terminal, "Start URL", ADDRESS.replace(TENANT, "aa-other"))
        wait_for_wrapped(terminal, "Which session gets these roles?")
        terminal.press("tab", "space", "space")
        terminal.wait_for("‹ a new session ›")
        terminal.press("tab")
        fill_in(terminal, "Access portal", "acme.awsapps.com")
        terminal.wait_for(r"\+\[sso-session acme\]")


def test_a_role_is_saved_and_gives_credentials(desk: TerminalDesk) -> None:
    add_address(desk)
    desk.token_file.unlink()
    with desk.open(columns=120, lines=40) as terminal:
        desk.approve(terminal)
        terminal.press("2")
        terminal.wait_for("112 permission sets · 35 roles")
        filter_for(terminal, "audit deploy")
        terminal.wait_for(r"▌.*audit +role/Deployer")
        terminal.press("s")
        terminal.wait_for(r"\+credential_process = ")
        wait_for_wrapped(terminal, f"--role-arn {ROLE}")
        terminal.press("enter")
        wait_for_wrapped(terminal, "audit-deployer is in")
        assert f"credential-process --sso-session demo --role-arn {ROLE}" in desk.config.read_text()
        assert desk.boto3_arn("audit-deployer").split("/")[0].endswith("assumed-role")
        terminal.press("escape")
        terminal.press("c")
        terminal.wait_for(r"● \d+ min left")
