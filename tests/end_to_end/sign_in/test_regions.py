"""The region of a session is found in the full screen: by a search, or by an own domain."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from configparser import ConfigParser
from pathlib import Path

import pytest

from tests.end_to_end.conftest import TerminalDesk, fill_in, wait_for_field, wait_for_wrapped
from tests.support.network.aws_network import OWN_DOMAIN, AwsNetwork, aws_network
from tests.support.terminal import Terminal

PORTAL = "https://d-1234567890.awsapps.com/start"
OWN = f"https://{OWN_DOMAIN}/start"
REGIONAL = "https://ssoins-722363e45b5dd9cf.portal.eu-west-1.app.aws"
REPLICA = "https://ssoins-722363e45b5dd9cf.portal.us-east-2.app.aws"


@pytest.fixture
def home(a_desk: Callable[..., TerminalDesk]) -> TerminalDesk:
    return a_desk(other_start_urls=(PORTAL, REGIONAL, REPLICA))


@pytest.fixture
def network(home: TerminalDesk, tmp_path: Path) -> Iterator[AwsNetwork]:
    with aws_network(home.server, tmp_path / "network") as network:
        yield network


def approve(desk: TerminalDesk, terminal: Terminal) -> None:
    """Approve the code on the screen."""
    terminal.wait_for("Waiting for your approval")
    desk.server.approve(desk.server.pending_codes()[-1])
    terminal.wait_for("audit +038410265977")


def section(desk: TerminalDesk, name: str) -> dict[str, str]:
    config = ConfigParser()
    config.read(desk.config)
    return dict(config[f"sso-session {name}"])


def write_session(desk: TerminalDesk, start_url: str, region: str) -> None:
    desk.config.parent.mkdir(exist_ok=True)
    desk.config.write_text(
        f"[sso-session corp]\nsso_start_url = {start_url}\nsso_region = {region}\n"
        "sso_registration_scopes = sso:account:access\n"
    )


def test_a_region_that_moved_is_offered_as_a_change(
    home: TerminalDesk, network: AwsNetwork
) -> None:
    write_session(home, OWN, "eu-west-1")
    network.redirect(REPLICA)
    network.regions = ("us-east-2",)
    with home.open(env=network.environment) as terminal:
        wait_for_wrapped(terminal, f"{OWN} now leads to an Identity Center in us-east-2")
        wait_for_wrapped(terminal, "/ signs in there.")
        terminal.press("/", then="Waiting for your approval")
        home.server.approve(home.server.pending_codes()[-1])
        terminal.wait_for(r"\+sso_region = us-east-2")
        assert section(home, "corp")["sso_region"] == "eu-west-1"
        terminal.press("enter", then="audit +038410265977")
    assert section(home, "corp")["sso_region"] == "us-east-2"
    assert section(home, "corp")["sso_start_url"] == OWN


def test_a_replica_is_offered_when_the_region_does_not_answer(
    home: TerminalDesk, network: AwsNetwork
) -> None:
    write_session(home, REGIONAL, "eu-west-1")
    network.regions, network.down = ("us-east-2",), {"oidc.eu-west-1.amazonaws.com"}
    with home.open(env=network.environment) as terminal:
        wait_for_wrapped(terminal, "oidc.eu-west-1.amazonaws.com cannot be reached")
        terminal.press("/", then="Waiting for your approval")
        home.server.approve(home.server.pending_codes()[-1])
        terminal.wait_for(r"\+sso_\w+ = .*us-east-2")
        assert section(home, "corp")["sso_region"] == "eu-west-1"
        terminal.press("enter", then="audit +038410265977")
    assert section(home, "corp")["sso_start_url"] == REPLICA
    assert section(home, "corp")["sso_region"] == "us-east-2"


@pytest.mark.quick
def test_an_emptied_region_is_found_and_shown_before_it_is_written(
    home: TerminalDesk, network: AwsNetwork
) -> None:
    write_session(home, PORTAL, "eu-central-1")
    network.regions = ("us-west-2",)
    with home.open(env=network.environment) as terminal:
        wait_for_wrapped(terminal, "No Identity Center in eu-central-1 has the start URL")
        terminal.press("escape", then="Sessions found in")
        terminal.wait_for("▌ +corp")
        terminal.press("e")
        wait_for_field(terminal, "Start URL")
        terminal.press("tab")
        wait_for_field(terminal, "Region")
        terminal.press("ctrl+u", then=r"\+sso_region = …")
        terminal.press("enter")
        wait_for_wrapped(terminal, "The region of this Identity Center is us-west-2")
        terminal.wait_for(r"\+sso_region = us-west-2")
        terminal.press("enter", then="Waiting for your approval")
        assert section(home, "corp")["sso_region"] == "eu-central-1"
        approve(home, terminal)
    assert section(home, "corp")["sso_region"] == "us-west-2"
    assert not re.search("…", home.config.read_text())


@pytest.mark.parametrize("leads", [False, True], ids=["typed", "named by the domain"])
def test_a_region_that_was_not_searched_is_written_after_the_sign_in(
    home: TerminalDesk, network: AwsNetwork, leads: bool
) -> None:
    network.regions = ("us-east-2",)
    network.redirect(REPLICA)
    with home.open(env=network.environment, columns=120) as terminal:
        terminal.wait_for("Welcome to rolecall")
        fill_in(terminal, "Start URL", OWN if leads else PORTAL)
        terminal.press("tab")
        wait_for_field(terminal, "Region")
        fill_in(terminal, "Region", "us-east-2")
        terminal.press("enter", then="If the page says invalid_grant, / looks for the next region")
        assert not home.config.exists()
        terminal.press("escape")
        wait_for_wrapped(terminal, "Nothing was written to ~/.aws/config: a session is written")
        assert not home.config.exists()
        terminal.press("n")
        fill_in(terminal, "Start URL", OWN if leads else PORTAL)
        terminal.press("tab")
        wait_for_field(terminal, "Region")
        fill_in(terminal, "Region", "us-east-2")
        terminal.press("enter")
        approve(home, terminal)
    assert section(home, "acme" if leads else "sso")["sso_region"] == "us-east-2"


@pytest.mark.quick
def test_one_key_tries_the_next_region_of_a_typed_one(
    home: TerminalDesk, network: AwsNetwork
) -> None:
    network.regions, network.lenient = ("us-west-2",), ("us-east-1",)
    with home.open(env=network.environment, columns=120) as terminal:
        terminal.wait_for("Welcome to rolecall")
        fill_in(terminal, "Start URL", PORTAL)
        terminal.press("tab")
        wait_for_field(terminal, "Region")
        fill_in(terminal, "Region", "us-east-1")
        terminal.press("enter", then="If the page says invalid_grant, / looks for the next region")
        terminal.press("/", then="If the page says invalid_grant, / tries us-east-1")
        assert not home.config.exists()
        approve(home, terminal)
    assert section(home, "sso")["sso_region"] == "us-west-2"


@pytest.mark.quick
def test_several_regions_are_told_apart_before_one_is_written(
    home: TerminalDesk, network: AwsNetwork
) -> None:
    network.regions, network.lenient = ("us-west-2",), ("us-east-1",)
    with home.open(env=network.environment, columns=120) as terminal:
        terminal.wait_for("Welcome to rolecall")
        fill_in(terminal, "Start URL", PORTAL)
        terminal.wait_for(r"\+sso_region = …")
        terminal.press("enter")
        wait_for_wrapped(terminal, "is in one of these regions: us-east-1, us-west-2")
        terminal.press("enter", then="/ tries us-west-2")
        terminal.press("/", then="/ tries us-east-1")
        assert not home.config.exists()
        home.server.approve(home.server.pending_codes()[-1])
        terminal.wait_for("audit +038410265977")
    assert section(home, "sso")["sso_region"] == "us-west-2"


def test_a_link_of_the_portal_leads_to_its_row(home: TerminalDesk, network: AwsNetwork) -> None:
    link = f"{REGIONAL}/#/console?account_id=038410265977&role_name=AWSReadOnlyAccess"
    with home.open(env=network.environment, columns=120) as terminal:
        terminal.wait_for("Welcome to rolecall")
        fill_in(terminal, "Start URL", link)
        terminal.wait_for(r"\[sso-session sso\]")
        terminal.press("enter", then="Waiting for your approval")
        home.server.approve(home.server.pending_codes()[-1])
        terminal.wait_for(r"▌ +audit +AWSReadOnlyAccess")
        assert "AWSAdministratorAccess" not in terminal.screen_text()
