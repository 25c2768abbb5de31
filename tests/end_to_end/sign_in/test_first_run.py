"""The first visit, with an empty home, and the second: what they ask, and how many keys they take.

The pasted address and the words of a search are not counted.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.end_to_end.conftest import (
    ACCOUNTS,
    BIN,
    WAITING,
    TerminalDesk,
    wait_for_field,
    wait_for_wrapped,
)
from tests.support.network.aws_network import aws_network
from tests.support.terminal import Terminal

PORTAL = "https://d-1234567890.awsapps.com/start"
FIRST_VISIT = 20
FROM_NOTHING_TO_USED = 8
SECOND_VISIT = 10


class Keys:
    """Presses keys one by one, and counts them."""

    def __init__(self, terminal: Terminal) -> None:
        self.count = 0
        self._terminal = terminal

    def press(self, *keys: str) -> None:
        self._terminal.press(*keys)
        self.count += len(keys)


def save_and_verify(terminal: Terminal, keys: Keys, words: str, profile: str) -> None:
    """Find the account, save its first permission set, and ask AWS about the profile."""
    keys.press("/")
    wait_for_field(terminal, "/")
    terminal.press(words, then="1 of 41 accounts")
    keys.press("enter")
    wait_for_field(terminal, "")
    keys.press("enter")
    terminal.wait_for(r"▌ +AWS")
    keys.press("s")
    terminal.wait_for(rf"\[profile {profile}\]")
    wait_for_field(terminal, "Profile")
    keys.press("enter")
    terminal.wait_for(rf"{profile} is in .*config")
    keys.press("v")
    terminal.wait_for("It works")
    assert len(re.findall("awsp", terminal.screen_text())) == 1, "it is mentioned once"


def test_both_visits_take_few_keys(a_desk: Callable[..., TerminalDesk]) -> None:
    desk = a_desk()
    shell = {"SHELL": "/bin/bash"}
    with desk.open(env=shell) as terminal:
        keys = Keys(terminal)
        terminal.wait_for("access portal is the web page")
        wait_for_field(terminal, "Start URL")
        terminal.press(desk.server.start_url)  # pasted
        terminal.wait_for("Region")
        keys.press("tab")
        wait_for_field(terminal, "Region")
        keys.press(*"eu-w")
        terminal.wait_for("Region +eu-west-1")
        keys.press("tab")
        terminal.wait_for("sso_region = eu-west-1")
        keys.press("enter")
        desk.approve(terminal)
        save_and_verify(terminal, keys, "audit", "audit-admin")
        terminal.quit()
    assert keys.count <= FIRST_VISIT
    assert desk.boto3_arn("audit-admin")

    with desk.open(env=shell) as terminal:
        keys = Keys(terminal)
        terminal.wait_for(ACCOUNTS)
        save_and_verify(terminal, keys, "log archive", "log-archive-admin")
    assert keys.count <= SECOND_VISIT


def test_a_used_profile_takes_few_keys(a_desk: Callable[..., TerminalDesk], tmp_path: Path) -> None:
    """The address and the printed lines are pasted."""
    desk = a_desk(other_start_urls=(PORTAL,))
    with aws_network(desk.server, tmp_path / "network") as network:
        env = {**network.environment, "PATH": f"{BIN}:/usr/bin:/bin", "PS1": "ready> "}
        with desk.open("bash", "--norc", env=env, columns=120, lines=40) as terminal:
            keys = Keys(terminal)
            terminal.press("rolecall", "enter")
            wait_for_field(terminal, "Start URL")
            terminal.press(PORTAL)
            keys.press("enter")
            desk.approve(terminal)
            keys.press("enter")
            terminal.wait_for(r"▌ +AWS")
            keys.press("s")
            terminal.wait_for(r"\[profile audit-admin\]")
            keys.press("enter")
            terminal.wait_for(r"audit-admin is in .*config")
            keys.press("u")
            terminal.wait_for(r"\+  eval ")
            keys.press("enter")
            terminal.wait_for("Run this in it:")
            terminal.wait_for("^ready>$")
            lines = re.findall("^  (.*)$", terminal.screen_text(), re.MULTILINE)
            terminal.press("; ".join(lines))
            keys.press("enter")
            terminal.press("clear; rolecall prompt; type awsp | head -1", "enter")
            terminal.wait_for("^audit-admin .*")
            terminal.wait_for("^awsp is a function")
    assert keys.count <= FROM_NOTHING_TO_USED
    assert desk.boto3_arn("audit-admin")


def test_the_welcome_says_what_an_address_is_and_asks_for_nothing_else(
    a_desk: Callable[..., TerminalDesk],
) -> None:
    desk = a_desk()
    with desk.open(columns=80, lines=24) as terminal:
        terminal.wait_for("Welcome")
        wait_for_wrapped(terminal, "Find it in your invitation e-mail, or in IAM Identity Center")
        wait_for_field(terminal, "Start URL")
        assert not re.search(r"^│ Region", terminal.screen_text(), re.MULTILINE)
        assert "Session name" not in terminal.screen_text()
        terminal.press("acme.awsapps.com/start", then="Session name +acme")
        terminal.wait_gone("Find it in your invitation")
        terminal.press("tab")
        wait_for_field(terminal, "Region")
        terminal.press("us-esat-1")
        wait_for_wrapped(terminal, "Did you mean us-east-1?")
        terminal.wait_for("sso_start_url = https://acme.awsapps.com/start")
        assert not desk.config.exists()


@pytest.mark.quick
def test_the_region_is_not_asked_if_the_address_names_it(
    a_desk: Callable[..., TerminalDesk],
) -> None:
    desk = a_desk()
    with desk.open() as terminal:
        wait_for_field(terminal, "Start URL")
        terminal.press("https://ssoins-722384e1c0d6a1b2.us-east-2.portal.amazonaws.com")
        terminal.wait_for("sso_region = us-east-2")
        terminal.press("tab")
        wait_for_field(terminal, "Session name")


def test_a_tab_right_after_the_address_goes_to_the_region(
    a_desk: Callable[..., TerminalDesk],
) -> None:
    desk = a_desk()
    with desk.open() as terminal:
        wait_for_field(terminal, "Start URL")
        terminal.press(desk.server.start_url, "tab", "eu-west-1", "enter", then=WAITING)
        assert not desk.config.exists()
        desk.approve(terminal)
        assert "sso_region = eu-west-1" in desk.config.read_text()


def test_a_region_that_does_not_exist_is_marked_after_the_trial(
    a_desk: Callable[..., TerminalDesk],
) -> None:
    """The host of a region that does not exist has no address."""
    desk = a_desk()
    env = {"AWS_ENDPOINT_URL_SSO_OIDC": "http://oidc.us-esat-1.invalid"}
    with desk.open(env=env) as terminal:
        wait_for_field(terminal, "Start URL")
        terminal.press(desk.server.start_url, then="Region")
        terminal.press("tab")
        wait_for_field(terminal, "Region")
        terminal.press("us-esat-1")
        wait_for_wrapped(terminal, "rolecall does not know the region us-esat-1")
        terminal.press("enter")
        wait_for_wrapped(terminal, "Region us-esat-1 does not exist. Did you mean us-east-1?")
        wait_for_field(terminal, "Region")
        column, line = terminal.position_of("Region  ")
        _, other = terminal.position_of("Session name")
        assert terminal.cell(column, line).fg != terminal.cell(column, other).fg
        assert not desk.config.exists()
