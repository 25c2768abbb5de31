"""`rolecall sign-in` at an address, and with another region."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from rolecall.demo.faults import OidcError
from tests.cli.conftest import CommandLine
from tests.support.network.aws_network import OWN_DOMAIN, AwsNetwork, aws_network, start_urls_sent
from tests.support.terminal import Terminal

PORTAL = "https://d-1234567890.awsapps.com/start"
OWN = f"https://{OWN_DOMAIN}/start"
AS_PASTED = f"{PORTAL}/#"  # as the AWS CLI writes it
REGIONAL = "https://ssoins-722363e45b5dd9cf.portal.eu-west-1.app.aws"
REPLICA = "https://ssoins-722363e45b5dd9cf.portal.us-east-2.app.aws"

NOTHING_WRITTEN = (
    "Nothing was written to ~/.aws/config: a session is written once the sign-in in it has"
    " succeeded."
)

pytestmark = pytest.mark.parametrize(
    "signed_out",
    [{"other_start_urls": (PORTAL, AS_PASTED, REGIONAL, REPLICA), "approve": True, "interval": 0}],
    indirect=True,
    ids=[""],
)


@pytest.fixture
def network(signed_out: CommandLine, tmp_path: Path) -> Iterator[AwsNetwork]:
    with aws_network(signed_out.server, tmp_path / "network") as network:
        yield network


@pytest.mark.quick
def test_an_address_becomes_a_session_and_is_signed_in_to(
    signed_out: CommandLine, network: AwsNetwork
) -> None:
    network.regions = ("ca-central-1",)
    typed = "d-1234567890.awsapps.com/start/#/"
    first = signed_out.rolecall("sign-in", typed, "--name", "acme", **network.environment)
    assert first.returncode == 0, first.stderr
    assert "Looking for the Identity Center in 34 regions" in first.stderr
    assert "Found in ca-central-1." in first.stderr
    assert "+sso_region = ca-central-1" in first.stdout
    written = "The session acme is in ~/.aws/config. `rolecall undo` undoes the change.\n"
    assert written in first.stderr
    assert "Signed in to acme." in first.stderr
    assert f"[sso-session acme]\nsso_start_url = {PORTAL}\n" in signed_out.config.read_text()

    again = signed_out.rolecall("sign-in", PORTAL, **network.environment)
    assert (again.returncode, again.stdout) == (0, "")
    assert "Already signed in to acme." in again.stderr


@pytest.mark.parametrize(
    "arguments",
    [(PORTAL,), (PORTAL, "--region", "eu-west-1"), (REGIONAL,), (OWN,)],
    ids=["found", "typed", "named by the host", "named by the domain"],
)
def test_a_session_is_written_only_after_the_sign_in(
    signed_out: CommandLine, network: AwsNetwork, arguments: tuple[str, ...]
) -> None:
    before = signed_out.config.read_bytes()
    network.regions = ("eu-west-1",)
    network.redirect(REGIONAL)
    signed_out.server.faults.add("CreateToken", 400)
    failed = signed_out.rolecall("sign-in", *arguments, **network.environment)
    assert failed.returncode == 1
    assert "Found in eu-west-1." in failed.stderr
    assert failed.stderr.endswith(f"{NOTHING_WRITTEN}\n")
    assert signed_out.config.read_bytes() == before


def test_a_session_is_changed_only_after_the_sign_in(
    signed_out: CommandLine, network: AwsNetwork
) -> None:
    """Its token of another region proves nothing."""
    network.regions, network.lenient = ("ca-central-1",), ("us-east-1",)
    text = f"[sso-session corp]\nsso_start_url = {PORTAL}\nsso_region = ca-central-1\n"
    signed_out.config.write_text(text)
    assert signed_out.rolecall("sign-in", **network.environment).returncode == 0
    command = [sys.executable, "-m", "rolecall", "sign-in", "corp", "--region", "us-east-1"]
    environ = signed_out.environ | network.environment
    with Terminal(command, env=environ, columns=100, lines=50) as terminal:
        terminal.wait_for("Waiting for your approval")
        terminal.press("\x03")
        terminal.wait_for("The sign-in was cancelled. Nothing was written to")
    assert signed_out.config.read_text() == text


def test_the_next_region_of_a_typed_one_is_found_while_the_code_is_shown(
    signed_out: CommandLine, network: AwsNetwork
) -> None:
    network.regions, network.lenient = ("ca-central-1",), ("us-east-1", "eu-west-1")
    command = [sys.executable, "-m", "rolecall", "sign-in", PORTAL, "--region", "eu-west-1"]
    environ = signed_out.environ | network.environment
    with Terminal([*command, "--name", "acme"], env=environ, columns=100, lines=50) as terminal:
        terminal.wait_for("If the page says invalid_grant, Enter looks for the next region")
        terminal.press("\r")
        terminal.wait_for("Looking for the Identity Center in 33 regions")
        terminal.wait_for("If the page says invalid_grant, Enter tries ca-central-1")
        terminal.press("\r")
        terminal.wait_for("The session acme is in")
    assert f"sso_start_url = {PORTAL}\nsso_region = ca-central-1" in signed_out.config.read_text()


def test_several_regions_that_give_a_code_are_not_chosen_from_without_a_terminal(
    signed_out: CommandLine, network: AwsNetwork
) -> None:
    before = signed_out.config.read_bytes()
    network.regions, network.lenient = ("ca-central-1",), ("us-east-1",)
    result = signed_out.rolecall("sign-in", PORTAL, **network.environment)
    assert result.returncode == 2
    assert "in one of these regions: us-east-1, ca-central-1." in result.stderr
    assert signed_out.config.read_bytes() == before
    network.page_names("d-1234567890.awsapps.com", "ca-central-1")
    named = signed_out.rolecall("sign-in", PORTAL, **network.environment)
    assert named.returncode == 0, named.stderr
    assert "Found in ca-central-1." in named.stderr


@pytest.mark.parametrize("options", [(), ("--region", "ca-central-1")], ids=["found", "typed"])
def test_an_address_becomes_a_session_where_device_codes_are_forbidden(
    signed_out: CommandLine, network: AwsNetwork, options: tuple[str, ...]
) -> None:
    network.regions = ("ca-central-1",)
    network.page_names("d-1234567890.awsapps.com", "ca-central-1")
    refused = OidcError("UnauthorizedClientException")
    signed_out.server.faults.add("StartDeviceAuthorization", refused)
    command = [sys.executable, "-m", "rolecall", "sign-in", PORTAL, "--name", "acme", *options]
    environ = signed_out.environ | network.environment
    with Terminal(command, env=environ, columns=500, lines=50) as terminal:
        terminal.wait_for("AWS gives no device codes here .* continues in the browser")
        link = terminal.wait_for(r"^https://oidc\.ca-central-1\..*$")[0]
        terminal.wait_for("^Paste the address here")
        terminal.press(signed_out.server.log_in(link), "enter")
        terminal.wait_for("The session acme is in")
    assert f"sso_start_url = {PORTAL}\nsso_region = ca-central-1" in signed_out.config.read_text()


def test_enter_tries_the_next_region_while_the_code_is_shown(
    signed_out: CommandLine, network: AwsNetwork
) -> None:
    network.regions, network.lenient = ("ca-central-1",), ("us-east-1", "eu-west-1")
    command = [sys.executable, "-m", "rolecall", "sign-in", PORTAL, "--name", "acme"]
    environ = signed_out.environ | network.environment
    with Terminal(command, env=environ, columns=100, lines=50) as terminal:
        terminal.wait_for("Which one is it")
        terminal.wait_for("2 +us-east-1")
        terminal.press("2\r")
        terminal.wait_for("If the page says invalid_grant, Enter tries eu-west-1")
        assert "acme" not in signed_out.config.read_text()
        terminal.press("\r")
        terminal.wait_for("Enter tries ca-central-1")
        terminal.press("\r")
        terminal.wait_for("Signed in to acme")
        terminal.wait_for("The session acme is in")
    assert f"sso_start_url = {PORTAL}\nsso_region = ca-central-1" in signed_out.config.read_text()


def test_without_a_terminal_the_command_for_the_next_region_knows_the_session(
    signed_out: CommandLine, network: AwsNetwork
) -> None:
    """A session that is not written yet has no name."""
    network.regions, network.lenient = ("ca-central-1",), ("eu-west-1",)
    process = signed_out.start(
        "sign-in", PORTAL, "--region", "eu-west-1", stdin=subprocess.DEVNULL, **network.environment
    )
    assert process.stderr
    pattern = re.compile(r"invalid_grant, `rolecall (.*?)` looks for")
    next_one = next(filter(None, map(pattern.search, process.stderr)))
    process.kill()
    process.communicate()
    found = signed_out.rolecall(*next_one[1].split(), "--name", "acme", **network.environment)
    assert found.returncode == 2  # both regions give a code
    network.lenient = ()
    found = signed_out.rolecall(*next_one[1].split(), "--name", "acme", **network.environment)
    assert found.returncode == 0, found.stderr
    assert "Signed in to acme." in found.stderr


@pytest.mark.parametrize("way", ["named", "picked", "plain"])
def test_awsp_tries_the_next_region_while_the_code_is_shown(
    signed_out: CommandLine, network: AwsNetwork, way: str
) -> None:
    network.regions, network.lenient = ("ca-central-1",), ("eu-west-1",)
    signed_out.config.write_text(
        f"[sso-session corp]\nsso_start_url = {PORTAL}\nsso_region = eu-west-1\n"
        "[profile dev]\nsso_session = corp\nsso_account_id = 111111111111\nsso_role_name = Dev\n"
    )
    command = [sys.executable, "-m", "rolecall", "switch", "--shell=bash", "--previous="]
    command += [] if way == "picked" else ["dev"]
    environ = signed_out.environ | network.environment
    environ |= {"ACCESSIBLE": "1"} if way == "plain" else {}
    key, shown = ("enter", "Enter") if way == "plain" else ("/", "/")
    with Terminal(command, env=environ, columns=100, lines=50) as terminal:
        if way == "picked":
            terminal.wait_for("dev +111111111111")
            terminal.press("enter")
        terminal.wait_for(f"If the page says invalid_grant, {shown} looks for the next region")
        terminal.press(key)
        terminal.wait_for(r"\+sso_region = ca-central-1")
        terminal.wait_for("The session corp is in")
        terminal.wait_for("AWS_PROFILE='dev'")
    assert "sso_region = ca-central-1\n" in signed_out.config.read_text()


@pytest.mark.parametrize("typed", [AS_PASTED, PORTAL])
def test_a_session_is_found_in_another_spelling_of_its_address(
    signed_out: CommandLine, network: AwsNetwork, typed: str
) -> None:
    network.regions = ("ca-central-1",)
    text = f"[sso-session corp]\nsso_start_url = {AS_PASTED}\nsso_region = ca-central-1\n"
    signed_out.config.write_text(text)
    result = signed_out.rolecall("sign-in", typed, **network.environment)
    assert result.returncode == 0, result.stderr
    assert "Signed in to corp." in result.stderr
    assert signed_out.config.read_text() == text


def test_a_typed_region_is_the_only_one_that_is_asked(
    signed_out: CommandLine, network: AwsNetwork
) -> None:
    before = signed_out.config.read_bytes()
    network.regions = ("ca-central-1",)
    wrong = signed_out.rolecall("sign-in", PORTAL, "--region", "us-east-1", **network.environment)
    assert wrong.returncode == 1
    assert "No Identity Center in us-east-1 has the start URL" in wrong.stderr
    assert signed_out.config.read_bytes() == before
    right = signed_out.rolecall(
        "sign-in", PORTAL, "--region", "ca-central-1", **network.environment
    )
    assert right.returncode == 0, right.stderr
    assert set(network.asked_regions()) == {"us-east-1", "ca-central-1"}


def test_a_region_that_moved_is_changed_by_the_command_that_the_error_names(
    signed_out: CommandLine, network: AwsNetwork
) -> None:
    signed_out.config.write_text(
        f"[sso-session own]\nsso_start_url = {OWN}\nsso_region = eu-west-1\n"
    )
    network.redirect(REPLICA)
    network.regions = ("us-east-2",)
    moved = signed_out.rolecall("sign-in", **network.environment)
    assert moved.returncode == 1
    assert f"{OWN} now leads to an Identity Center in us-east-2" in moved.stderr
    assert "`rolecall sign-in own --region us-east-2` changes it" in moved.stderr
    changed = signed_out.rolecall("sign-in", "own", "--region", "us-east-2", **network.environment)
    assert changed.returncode == 0, changed.stderr
    assert "+sso_region = us-east-2" in changed.stdout
    assert f"sso_start_url = {OWN}\nsso_region = us-east-2" in signed_out.config.read_text()
    assert set(start_urls_sent(network)) == {REPLICA}


def test_no_command_changes_the_region_that_profiles_have(
    signed_out: CommandLine, network: AwsNetwork
) -> None:
    """Without an sso-session, each profile has its own."""
    signed_out.config.write_text(
        f"[profile old]\nsso_start_url = {OWN}\nsso_region = eu-west-1\n"
        "sso_account_id = 111111111111\nsso_role_name = ReadOnly\n"
    )
    before = signed_out.config.read_bytes()
    network.redirect(REPLICA)
    network.regions = ("us-east-2",)
    moved = signed_out.rolecall("sign-in", OWN, "--region", "eu-west-1", **network.environment)
    assert moved.returncode == 1
    assert f"{OWN} now leads to an Identity Center in us-east-2" in moved.stderr
    assert "--region" not in moved.stderr
    for region in ("us-east-2", "find"):
        refused = signed_out.rolecall("sign-in", OWN, "--region", region, **network.environment)
        assert refused.returncode == 2
        assert "sso.acme.example is not one: its profiles in" in refused.stderr
    assert signed_out.config.read_bytes() == before
    assert network.asked_regions() == []


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("", f"{OWN} does not lead to an access portal"),
        (OWN, f"{OWN} leads back to itself"),
        ("http://acme.awsapps.com/start", "which is not encrypted"),
        ("https://evil.example/start", "which is not an AWS address"),
    ],
)
def test_a_domain_that_leads_elsewhere_is_not_written(
    signed_out: CommandLine, network: AwsNetwork, target: str, said: str
) -> None:
    before = signed_out.config.read_bytes()
    network.redirect(target)
    result = signed_out.rolecall("sign-in", OWN, **network.environment)
    assert result.returncode == 1
    assert said in result.stderr
    assert signed_out.config.read_bytes() == before


def test_a_false_address_and_an_unknown_name_are_told_apart(
    signed_out: CommandLine, network: AwsNetwork
) -> None:
    fake = signed_out.rolecall("sign-in", "https://acme.awsapps.com.evil.example/start")
    assert "That only looks like an AWS address." in fake.stderr
    # It may also be the domain of a company.
    unknown = signed_out.rolecall("sign-in", "acme.prod", **network.environment)
    assert unknown.returncode == 1
    assert "There is no sso-session named acme.prod. Existing: corp\nacme.prod" in unknown.stderr
    slip = signed_out.rolecall("sign-in", "corp.", **network.environment)
    assert "There is no sso-session named corp.. Existing: corp\n" in slip.stderr


@pytest.mark.quick
def test_a_company_s_own_domain_needs_no_https(
    signed_out: CommandLine, network: AwsNetwork
) -> None:
    signed_out.config.write_text("")
    network.redirect("")
    nowhere = signed_out.rolecall("sign-in", OWN_DOMAIN, **network.environment)
    assert (nowhere.returncode, "sso-session" in nowhere.stderr) == (1, False)
    assert f"https://{OWN_DOMAIN} does not lead to an access portal" in nowhere.stderr
    network.redirect(REPLICA)
    network.regions = ("us-east-2",)
    first = signed_out.rolecall("sign-in", OWN_DOMAIN, **network.environment)
    assert first.returncode == 0, first.stderr
    text = signed_out.config.read_text()
    assert f"[sso-session acme]\nsso_start_url = https://{OWN_DOMAIN}\n" in text
    again = signed_out.rolecall("sign-in", OWN_DOMAIN, **network.environment)
    assert "Already signed in to acme." in again.stderr
    assert signed_out.config.read_text() == text
