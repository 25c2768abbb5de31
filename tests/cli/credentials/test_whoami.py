"""`rolecall whoami`: the identity, its source, and what overrides what."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from rolecall.demo.home import SESSION, create_home
from rolecall.demo.server import DemoServer
from rolecall.domain.model import SsoSession
from rolecall.files.caches.sso_cache import SsoCache
from rolecall.files.locations import Locations
from tests.cli.conftest import PROFILE, CommandLine
from tests.support.programs import aws_cli, completed
from tests.support.waiting import without_waits

ROLECALL = Path(sys.executable).parent / "rolecall"
AUDIT = "038410265977"
CONFIG = f"""
# Saved last week.
[profile audit-admin]
sso_session = {SESSION}
sso_account_id = {AUDIT}
sso_role_name = AWSAdministratorAccess
region = eu-west-1

[profile audit-view]
sso_session = {SESSION}
sso_account_id = {AUDIT}
sso_role_name = ViewOnlyAccess
region = eu-west-1
"""
KEYS = {"AWS_ACCESS_KEY_ID": "AKIAX", "AWS_SECRET_ACCESS_KEY": "x"}

IDENTITY = b"""<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
<GetCallerIdentityResult><Arn>arn:aws:iam::111111111111:user/x</Arn>
<UserId>AIDAX</UserId><Account>111111111111</Account></GetCallerIdentityResult>
</GetCallerIdentityResponse>"""


class WhoamiMachine:
    def __init__(self, server: DemoServer, home: Path) -> None:
        self.environment = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", **server.environment(home)}
        create_home(home, server.start_url, server.region, server.organisation)
        self.config = home / ".aws" / "config"
        with self.config.open("a") as config:
            config.write(CONFIG)
        self.line = self.config.read_text().splitlines().index("[profile audit-admin]") + 1

    def whoami(self, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        environ = {**self.environment, **variables}
        done = completed([ROLECALL, "whoami", *arguments], environ, check=False)
        done.stderr = without_waits(done.stderr)
        return done


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WhoamiMachine]:
    with DemoServer() as server:
        made = WhoamiMachine(server, tmp_path_factory.mktemp("whoami") / "home")
        places = Locations.from_environment(made.environment)
        cache = SsoCache(places.sso_cache, places.state)
        cache.save_token(SsoSession(SESSION, server.start_url, server.region), server.sign_in())
        yield made


@pytest.mark.quick
def test_a_profile_named_by_the_environment_is_found(machine: WhoamiMachine) -> None:
    result = machine.whoami(AWS_PROFILE="audit-admin")
    arn, who, origin = result.stdout.splitlines()
    assert result.returncode == 0
    assert arn.startswith(
        f"arn:aws:sts::{AUDIT}:assumed-role/AWSReservedSSO_AWSAdministratorAccess_"
    )
    assert who.startswith(f"{AUDIT} · AWSAdministratorAccess · ")
    assert who.endswith("left, renews itself")
    place = f"{machine.config}:{machine.line}"
    assert origin == f"from the profile audit-admin ({place}), named by AWS_PROFILE"


def test_the_order_of_sources_is_that_of_the_aws_cli(machine: WhoamiMachine) -> None:
    """The AWS CLI 2 is asked too. An option overrides both variables."""
    variables = {"AWS_PROFILE": "audit-view", "AWS_DEFAULT_PROFILE": "audit-admin"}
    result = machine.whoami("--json", AWS_REGION="us-west-1", **variables)
    found = json.loads(result.stdout)
    assert (found["permission_set"], found["profile"]) == ("ViewOnlyAccess", "audit-view")
    assert (found["from"], found["profile_named_by"]) == ("profile", "AWS_PROFILE")
    assert [(each["what"], each["by"]) for each in found["overruled"]] == [
        ("AWS_DEFAULT_PROFILE=audit-admin", "AWS_PROFILE=audit-view"),
        ("eu-west-1", "AWS_REGION=us-west-1"),
    ]
    command = [aws_cli(), "sts", "get-caller-identity", "--output", "json"]
    asked = completed(command, {**machine.environment, **variables})
    assert json.loads(asked.stdout)["Arn"] == found["arn"]
    found = json.loads(
        machine.whoami("--json", "--profile", "audit-admin", **variables, **KEYS).stdout
    )
    assert found["permission_set"] == "AWSAdministratorAccess"
    assert [each["what"] for each in found["overruled"]] == [
        "AWS_ACCESS_KEY_ID",
        "AWS_PROFILE=audit-view",  # AWS_DEFAULT_PROFILE names the same profile as the option
    ]


def test_a_signed_out_profile_names_the_command_that_signs_in(
    machine: WhoamiMachine, tmp_path: Path
) -> None:
    found = machine.whoami(AWS_PROFILE="audit-admin", HOME=str(tmp_path))
    assert found.returncode == 1
    way_in = f"Sign in with `rolecall sign-in {SESSION}`, then try again."
    assert found.stderr == f"audit-admin: Signed out of {SESSION}. {way_in}\n"


def test_a_name_with_a_space_is_one_word_of_the_command(
    machine: WhoamiMachine, tmp_path: Path
) -> None:
    config = tmp_path / "config"
    config.write_text(
        "[profile 'my audit']\nsso_session = my corp\nsso_account_id = 111122223333\n"
        "sso_role_name = Audit\n[sso-session 'my corp']\n"
        "sso_start_url = https://d-1234567890.awsapps.com/start\nsso_region = eu-west-1\n"
    )
    found = machine.whoami(AWS_PROFILE="my audit", HOME=str(tmp_path), AWS_CONFIG_FILE=str(config))
    assert "`rolecall sign-in 'my corp'`, then try again." in found.stderr


def test_a_log_says_that_a_profile_is_signed_out(signed_out: CommandLine) -> None:
    log = signed_out.home / "log"
    result = signed_out.rolecall("--debug", str(log), "whoami", "--profile", PROFILE)
    assert (result.returncode, "rolecall sign-in" in result.stderr) == (1, True)
    assert "error VerifyFailed" in log.read_text()
