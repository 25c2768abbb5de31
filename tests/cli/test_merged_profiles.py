"""Profiles in both files: ~/.aws/credentials overrides ~/.aws/config, as in botocore."""

from __future__ import annotations

import json
import os
import subprocess

import pytest

from rolecall.domain.model import SsoSession
from rolecall.files.sso_cache import SsoCache
from tests.cli.conftest import ACCOUNT, PERMISSION_SET, PROFILE, CommandLine
from tests.support.programs import aws_cli

OTHER_ROLE = "AWSReadOnlyAccess"


def store(desk: CommandLine, text: str) -> None:
    desk.config.with_name("credentials").write_text(f"{text}\n")


def role_of(desk: CommandLine, *command: str) -> str:
    """Return the permission set that the AWS CLI has with rolecall's credentials."""
    said = desk.rolecall(*command)
    assert said.returncode == 0, said.stderr
    arn: str = json.loads(said.stdout)["Arn"]
    return arn.split("AWSReservedSSO_")[1].rsplit("_", 1)[0]


def test_sso_keys_in_credentials_override_the_config(here: CommandLine) -> None:
    """`botocore.session.Session.full_config` updates the profile with the credentials section."""
    store(here, f"[{PROFILE}]\nsso_role_name = {OTHER_ROLE}\nregion = us-east-2")
    by_cli = subprocess.run(
        [aws_cli(), "sts", "get-caller-identity", "--profile", PROFILE],
        env={"PATH": os.environ["PATH"], **here.environ},
        capture_output=True,
        text=True,
        check=True,
    )
    assert OTHER_ROLE in by_cli.stdout
    who = ("--", aws_cli(), "sts", "get-caller-identity")
    assert role_of(here, "exec", PROFILE, *who) == OTHER_ROLE
    exported = here.said("export", PROFILE)
    assert "us-east-2" in exported
    assert "eu-central-1" not in exported


def test_a_profile_with_all_its_sso_keys_in_credentials_works(here: CommandLine) -> None:
    keys = f"sso_session = corp\nsso_account_id = {ACCOUNT}\nsso_role_name = {PERMISSION_SET}"
    store(here, f"[only-there]\n{keys}\nregion = us-east-2")
    who = ("--", aws_cli(), "sts", "get-caller-identity")
    assert role_of(here, "exec", "only-there", *who) == PERMISSION_SET


def test_each_legacy_profile_has_its_own_region(here: CommandLine) -> None:
    url, region = here.server.start_url, here.server.region
    role = f"sso_account_id = {ACCOUNT}\nsso_role_name = {PERMISSION_SET}"
    here.add(
        f"[profile a]\nsso_start_url = {url}\n{role}\n\n"
        f"[profile t]\nsso_start_url = {url}\nsso_region = {region}\n{role}"
    )
    locations = here.services.locations
    session = SsoSession(None, url, region, ())
    SsoCache(locations.sso_cache, locations.state).save_token(session, here.server.sign_in())
    assert "AWS_ACCESS_KEY_ID" in here.said("export", "t")


@pytest.mark.parametrize(
    ("key", "value"),
    [("sso_region", "us-west-2"), ("sso_start_url", "https://x.awsapps.com/start")],
)
def test_a_profile_that_contradicts_its_session_is_refused(
    here: CommandLine, key: str, value: str
) -> None:
    """`botocore.configprovider.SSOTokenProvider` and the AWS CLI refuse it (InvalidConfigError)."""
    here.add(
        f"[profile odd]\nsso_session = corp\n{key} = {value}\n"
        f"sso_account_id = {ACCOUNT}\nsso_role_name = {PERMISSION_SET}"
    )
    said = here.rolecall("export", "odd")
    assert said.returncode == 1
    assert f"another {key} than its sso-session" in said.stderr
