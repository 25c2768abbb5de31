"""Profiles in both files: ~/.aws/credentials overrides ~/.aws/config, as in botocore."""

from __future__ import annotations

import json
import os
import re

import pytest

from rolecall.domain.model import SsoSession
from rolecall.files.caches.sso_cache import SsoCache
from tests.cli.conftest import ACCOUNT, PERMISSION_SET, PROFILE, CommandLine
from tests.cli.sign_in.test_sign_in import code_of
from tests.support.programs import aws_cli, completed

OTHER_ROLE = "AWSReadOnlyAccess"


def store(desk: CommandLine, text: str) -> None:
    desk.config.with_name("credentials").write_text(f"{text}\n")


def role_of(desk: CommandLine, *command: str) -> str:
    """Return the permission set that the AWS CLI has with rolecall's credentials."""
    result = desk.rolecall(*command)
    assert result.returncode == 0, result.stderr
    arn: str = json.loads(result.stdout)["Arn"]
    return arn.split("AWSReservedSSO_")[1].rsplit("_", 1)[0]


def test_sso_keys_in_credentials_override_the_config(signed_in: CommandLine) -> None:
    """`botocore.session.Session.full_config` updates the profile with the credentials section."""
    store(signed_in, f"[{PROFILE}]\nsso_role_name = {OTHER_ROLE}\nregion = us-east-2")
    by_cli = completed(
        [aws_cli(), "sts", "get-caller-identity", "--profile", PROFILE],
        {"PATH": os.environ["PATH"], **signed_in.environ},
    )
    assert OTHER_ROLE in by_cli.stdout
    who = ("--", aws_cli(), "sts", "get-caller-identity")
    assert role_of(signed_in, "exec", PROFILE, *who) == OTHER_ROLE
    exported = signed_in.output_of("export", PROFILE)
    assert "us-east-2" in exported
    assert "eu-central-1" not in exported


def test_a_profile_with_all_its_sso_keys_in_credentials_works(signed_in: CommandLine) -> None:
    keys = f"sso_session = corp\nsso_account_id = {ACCOUNT}\nsso_role_name = {PERMISSION_SET}"
    store(signed_in, f"[only-there]\n{keys}\nregion = us-east-2")
    who = ("--", aws_cli(), "sts", "get-caller-identity")
    assert role_of(signed_in, "exec", "only-there", *who) == PERMISSION_SET


@pytest.mark.quick
def test_a_shell_switches_to_the_role_that_other_clients_use(signed_in: CommandLine) -> None:
    keys = f"sso_account_id = {ACCOUNT}\nsso_role_name = {OTHER_ROLE}"
    signed_in.add(f"[profile both]\nsso_session = corp\nsso_account_id = {'1' * 12}\nregion = x-1")
    store(signed_in, f"[both]\n{keys}\n[only-there]\nsso_session = corp\n{keys}")
    for name in ("both", "only-there"):
        result = signed_in.rolecall("switch", "--shell=bash", name)
        assert f"{name} · {ACCOUNT} · {OTHER_ROLE} · " in result.stderr


def test_a_sign_in_is_for_the_session_that_credentials_name(signed_in: CommandLine) -> None:
    url = "https://a.awsapps.com/start"
    signed_in.add(f"[sso-session a]\nsso_start_url = {url}\nsso_region = eu-west-1")
    signed_in.add("[profile both]\nsso_session = a")
    store(
        signed_in,
        "[both]\nsso_session = corp\n[only-there]\nsso_session = corp\n"
        f"[role]\nrole_arn = arn:aws:iam::{ACCOUNT}:role/x\nsource_profile = only-there\n"
        "[round]\nrole_arn = r\nsource_profile = round",
    )
    sign_in = signed_in.services.sign_in
    for name in ("both", "only-there", "role"):
        assert sign_in.session_of(name) == signed_in.session
    assert sign_in.session_of("round") is None
    assert "Already signed in to corp" in signed_in.rolecall("sign-in", AWS_PROFILE="role").stderr
    signed_in.config.with_name("credentials").write_text("[broken")
    assert sign_in.session_of(PROFILE) == signed_in.session


LEGACY = "https://legacy.awsapps.com/start"


@pytest.mark.parametrize(
    "command",
    [
        ("list", PERMISSION_SET),
        ("list", "--json", "nothing-like-it"),
        ("tokens",),
        ("tokens", "--json"),
    ],
    ids=" ".join,
)
def test_a_malformed_file_is_named_and_the_config_is_used(
    signed_in: CommandLine, command: tuple[str, ...]
) -> None:
    signed_in.add(f"[profile legacy]\nsso_start_url = {LEGACY}\nsso_region = eu-west-1")
    session = () if command[0] == "tokens" else ("--sso-session", "corp")
    arguments = command[0], *session, *command[1:]
    signed_in.rolecall("list", "--sso-session", "corp")
    before = signed_in.rolecall(*arguments)
    assert ".aws/credentials" not in before.stderr
    store(signed_in, "[y]\n[x")
    result = signed_in.rolecall(*arguments)
    assert result.stderr.count("/.aws/credentials, line 2: ") == 1
    assert result.returncode == before.returncode
    assert without_numbers(result.stdout) == without_numbers(before.stdout)


def without_numbers(text: str) -> str:
    """The time that is left changes from one command to the next."""
    return re.sub(r"\d+", "0", text)


SAVE = ("save", "--account", ACCOUNT, "--permission-set")


def test_save_names_a_profile_that_only_credentials_have(signed_in: CommandLine) -> None:
    keys = f"sso_session = corp\nsso_account_id = {ACCOUNT}\nsso_role_name = {OTHER_ROLE}"
    store(signed_in, f"[only-there]\n{keys}")
    says = "credentials has a profile for this permission set, only-there; use that one"
    for arguments in ((*SAVE, OTHER_ROLE), ("save", "--all", ACCOUNT)):
        assert signed_in.rolecall(*arguments, "--dry-run").stderr.count(says) == 1
    assert says not in signed_in.rolecall(*SAVE, PERMISSION_SET).stderr
    assert signed_in.rolecall(*SAVE, OTHER_ROLE, "--name", "new").returncode == 0
    assert says not in signed_in.rolecall(*SAVE, OTHER_ROLE).stderr
    store(signed_in, f"[{PROFILE}]\n{keys}")
    assert says not in signed_in.rolecall(*SAVE, PERMISSION_SET).stderr


def test_a_pruned_profile_keeps_its_section_in_credentials(signed_in: CommandLine) -> None:
    signed_in.add(
        f"[profile gone]\nsso_session = corp\nsso_account_id = {ACCOUNT}\nsso_role_name = Gone"
    )
    store(signed_in, "[gone]\nregion = us-east-2")
    result = signed_in.rolecall("save", "--all", "--prune", "--dry-run", "gone")
    assert "/.aws/credentials keeps what it has for gone." in result.stderr


@pytest.mark.quick
def test_each_legacy_profile_has_its_own_region(signed_in: CommandLine) -> None:
    url, region = signed_in.server.start_url, signed_in.server.region
    role = f"sso_account_id = {ACCOUNT}\nsso_role_name = {PERMISSION_SET}"
    signed_in.add(
        f"[profile a]\nsso_start_url = {url}\n{role}\n\n"
        f"[profile t]\nsso_start_url = {url}\nsso_region = {region}\n{role}"
    )
    locations = signed_in.services.locations
    session = SsoSession(None, url, region, ())
    SsoCache(locations.sso_cache, locations.state).save_token(session, signed_in.server.sign_in())
    assert "AWS_ACCESS_KEY_ID" in signed_in.output_of("export", "t")


def test_a_sign_in_asks_the_region_of_the_legacy_profile(signed_out: CommandLine) -> None:
    url, region = signed_out.server.start_url, signed_out.server.region
    signed_out.add(
        f"[profile a]\nsso_start_url = {url}\nsso_region = us-west-2\n\n"
        f"[profile t]\nsso_start_url = {url}\nsso_region = {region}\n\n"
        f"[profile role]\nrole_arn = arn:aws:iam::{ACCOUNT}:role/x\nsource_profile = t"
    )
    sign_in = signed_out.services.sign_in
    asked = SsoSession(None, url, region, None)
    assert [sign_in.session_of(name) for name in ("t", "role", "gone", "")] == [
        *(asked, asked, None, None)
    ]
    started = signed_out.start("sign-in", AWS_PROFILE="t")
    signed_out.server.approve(code_of(started))
    started.communicate(timeout=30)
    token = signed_out.token_cache.token(asked)
    assert token is not None
    assert token.region == region
