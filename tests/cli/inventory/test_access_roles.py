"""Commands with roles of account access manager."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from tests.cli.conftest import ACCOUNT, CommandLine
from tests.cli.sign_in.test_sign_in import code_of
from tests.support.programs import aws_cli

TENANT: Final = "aa-tern-tide"
ADDRESS: Final = f"https://{TENANT}.account-access.eu-west-1.app.aws"
ROLE: Final = f"arn:aws:iam::{ACCOUNT}:role/Deployer"
ASSUMED: Final = f"arn:aws:sts::{ACCOUNT}:assumed-role/Deployer"
ROLECALL: Final = str(Path(sys.executable).with_name("rolecall"))

pytestmark = pytest.mark.parametrize("signed_out", [{"tenant": TENANT}], indirect=True, ids=[""])


@pytest.fixture
def machine(signed_out: CommandLine) -> CommandLine:
    """Signed in to a session with an account access portal, with the profile `deployer`."""
    text = signed_out.config.read_text()
    key = f"rolecall_account_access = {ADDRESS}"
    signed_out.config.write_text(
        text.replace("[sso-session corp]\n", f"[sso-session corp]\n{key}\n")
        + f"\n[profile deployer]\nregion = eu-west-1\ncredential_process = {ROLECALL}"
        f" credential-process --sso-session corp --role-arn {ROLE} --session-name kim\n"
    )
    (signed_out.session,) = signed_out.services.sign_in.sessions()
    signed_out.sign_in()
    return signed_out


def answer(machine: CommandLine, *arguments: str) -> dict[str, str]:
    """Return what the AWS CLI answers."""
    environ = {"PATH": "/usr/bin:/bin", **machine.environ}
    found: dict[str, str] = json.loads(
        subprocess.run([aws_cli(), *arguments], env=environ, capture_output=True, check=True).stdout
    )
    return found


def sign_in_with(machine: CommandLine, *arguments: str) -> str:
    """Run `rolecall sign-in` and approve its code. Return what it says."""
    with machine.start("sign-in", *arguments) as started:
        machine.server.approve(code_of(started))
        return started.communicate(timeout=60)[1]


def asked(machine: CommandLine) -> int:
    return machine.server.calls.count("GetAccessRoleCredentials")


def test_a_role_is_saved_and_the_aws_cli_uses_it(machine: CommandLine) -> None:
    machine.output_of(
        *("save", "--account", "audit", "--permission-set", "role/Deployer", "--name", "deploy2")
    )
    command = f"{ROLECALL} credential-process --sso-session corp --role-arn {ROLE}"
    assert f"credential_process = {command}\n" in machine.config.read_text()
    found = answer(machine, "sts", "get-caller-identity", "--profile", "deploy2")
    assert found["Arn"].startswith(f"{ASSUMED}/")


def test_only_the_name_of_a_program_on_the_path_is_saved(
    machine: CommandLine, tmp_path: Path
) -> None:
    found = tmp_path / "bin" / "rolecall"
    found.parent.mkdir()
    found.symlink_to(ROLECALL)
    machine.output_of(
        *("save", "--account", "audit", "--permission-set", "role/Deployer", "--name", "deploy2"),
        PATH=f"{found.parent}:{os.environ['PATH']}",
    )
    assert "credential_process = rolecall credential-process" in machine.config.read_text()


@pytest.mark.quick
def test_list_has_roles_with_their_profiles(machine: CommandLine) -> None:
    for _ in range(2):  # from AWS, and from the cache
        rows = json.loads(machine.output_of("list", "--json", ACCOUNT, "role"))
        assert [(each["permission_set"], each["profiles"]) for each in rows] == [
            ("role/Deployer", ["deployer"])
        ]


def test_credential_process_and_export_share_one_call(machine: CommandLine) -> None:
    given = "--sso-session", "corp", "--role-arn", ROLE, "--session-name", "kim"
    first = json.loads(machine.output_of("credential-process", *given))
    assert first["AccountId"] == ACCOUNT
    assert first["AccessKeyId"] in machine.output_of("export", "deployer")
    assert json.loads(machine.output_of("credential-process", "--profile", "deployer")) == first
    assert asked(machine) == 1


def test_exec_and_whoami_have_the_identity_of_the_role(machine: CommandLine) -> None:
    code = "import boto3; print(boto3.client('sts').get_caller_identity()['Arn'])"
    arn = machine.output_of("exec", "deployer", "--", sys.executable, "-c", code)
    assert arn.strip() == f"{ASSUMED}/kim"
    who = json.loads(machine.output_of("whoami", "--profile", "deployer", "--json"))
    assert who["arn"] == f"{ASSUMED}/kim"
    assert who["permission_set"] == "role/Deployer"
    assert asked(machine) == 1


@pytest.mark.quick
def test_a_shell_switches_to_it(machine: CommandLine) -> None:
    assert "AWS_PROFILE='deployer'" in machine.output_of("switch", "deployer", "--shell", "bash")


@pytest.mark.parametrize(
    ("name", "options", "text"),
    [
        ("role/Gone", (), "is not assigned to you"),
        ("role/Deployer", ("--duration", "7200"), "for 7200 seconds. Use no more than"),
    ],
)
def test_a_refused_role_is_one_sentence(
    machine: CommandLine, name: str, options: tuple[str, ...], text: str
) -> None:
    arn = f"arn:aws:iam::{ACCOUNT}:{name}"
    result = machine.rolecall("credential-process", "--role-arn", arn, *options)
    assert (result.returncode, result.stdout) == (1, "")
    assert text in result.stderr
    assert result.stderr.count("\n") == 1


def test_a_trust_policy_is_named(machine: CommandLine) -> None:
    role = next(each for each in machine.server.organisation.roles if not each.trusts)
    result = machine.rolecall("credential-process", "--role-arn", role.arn)
    assert "its trust policy does not let account access manager" in result.stderr


def test_a_token_without_the_scopes_names_the_command_that_signs_in(machine: CommandLine) -> None:
    machine.token_cache.save_token(machine.session, machine.server.sign_in())
    result = machine.rolecall("credential-process", "--role-arn", ROLE)
    assert "`rolecall sign-in --sso-session corp --force`" in result.stderr
    assert machine.rolecall("export", "audit-admin").returncode == 0
    result = machine.rolecall("list", "--csv")
    assert (result.returncode, ACCOUNT in result.stdout) == (3, True)
    assert "`rolecall sign-in --sso-session corp --force`" in result.stderr
    assert "The list may be old" not in result.stderr


@pytest.mark.parametrize(
    "options",
    [
        ("--role-arn", "Deployer"),
        ("--role-arn", ROLE, "--account", ACCOUNT),
        ("--role-arn", ROLE, "--session-name", "k"),
        ("--role-arn", ROLE, "--duration", "60"),
        ("--session-name", "kim", "--account", ACCOUNT, "--permission-set", "Admin"),
    ],
)
def test_bad_options_are_refused(machine: CommandLine, options: tuple[str, ...]) -> None:
    assert machine.rolecall("credential-process", *options).returncode == 2
    assert asked(machine) == 0


def test_the_address_of_the_portal_adds_the_roles_to_the_session(signed_out: CommandLine) -> None:
    signed_out.sign_in()
    address = f"{TENANT}.account-access.eu-west-1.app.aws/#/"
    assert "Signed in to corp" in sign_in_with(signed_out, address)
    assert f"rolecall_account_access = https://{TENANT}." in signed_out.config.read_text()
    assert "role/Deployer" in signed_out.output_of("list", "--csv", "--refresh")
    again = signed_out.rolecall("sign-in", address)
    assert (again.returncode, "Already signed in to corp" in again.stderr) == (0, True)


@pytest.mark.quick
def test_the_address_of_the_portal_needs_to_know_its_session(signed_out: CommandLine) -> None:
    signed_out.add(
        "[sso-session lab]\nsso_start_url = https://lab.awsapps.com/start\nsso_region = eu-west-1"
    )
    before = signed_out.config.read_text()
    result = signed_out.rolecall("sign-in", ADDRESS)
    assert (result.returncode, "one of: corp lab" in result.stderr) == (2, True)
    assert signed_out.config.read_text() == before


def test_without_a_session_the_address_of_the_portal_names_the_next_command(
    signed_out: CommandLine,
) -> None:
    signed_out.config.write_text("")
    result = signed_out.rolecall("sign-in", f"{ADDRESS}/#/")
    assert result.returncode == 2
    assert f"`rolecall sign-in {ADDRESS} --start-url URL`" in " ".join(result.stderr.split())
    assert not signed_out.config.read_text()


def test_the_start_url_makes_a_new_session_with_the_roles(signed_out: CommandLine) -> None:
    signed_out.config.write_text("")
    given = "--start-url", signed_out.server.start_url, "--region", "eu-west-1"
    assert "Signed in to new" in sign_in_with(signed_out, ADDRESS, *given, "--name", "new")
    (session,) = signed_out.services.sign_in.sessions()
    assert (session.name, session.start_url) == ("new", signed_out.server.start_url)
    assert session.tenant is not None
    assert session.tenant.address == ADDRESS
    assert "role/Deployer" in signed_out.output_of("list", "--csv")


def test_the_start_url_of_a_session_gives_it_the_roles(signed_out: CommandLine) -> None:
    lab = "[sso-session lab]\nsso_start_url = https://lab.awsapps.com/start\nsso_region = eu-west-1"
    signed_out.add(lab)
    given = "--start-url", signed_out.server.start_url
    assert "Signed in to corp" in sign_in_with(signed_out, ADDRESS, *given)
    corp, other = signed_out.services.sign_in.sessions()
    assert (corp.tenant is not None, other.tenant) == (True, None)


@pytest.mark.quick
def test_the_start_url_goes_with_an_account_access_portal(signed_out: CommandLine) -> None:
    before = signed_out.config.read_text()
    result = signed_out.rolecall("sign-in", "corp", "--start-url", signed_out.server.start_url)
    assert (result.returncode, "account access portal" in result.stderr) == (2, True)
    assert signed_out.config.read_text() == before


@pytest.mark.parametrize(
    ("change", "does"),
    [(("aa-tern-tide", "aa-wrong"), "corrects"), (("rolecall_account_access", "# "), "adds")],
    ids=["wrong", "missing"],
)
def test_the_next_command_sets_the_portal(
    machine: CommandLine, change: tuple[str, str], does: str
) -> None:
    machine.config.write_text(machine.config.read_text().replace(*change))
    for arguments in (("credential-process", "--role-arn", ROLE), ("export", "deployer")):
        result = machine.rolecall(*arguments)
        assert (result.returncode, result.stdout) == (1, "")
        assert f"`rolecall sign-in ADDRESS --name corp` {does}" in result.stderr


def test_the_region_moves_the_session_that_gets_the_roles(signed_out: CommandLine) -> None:
    text = signed_out.config.read_text()
    moved = text.replace("sso_region = eu-west-1", "sso_region = us-east-1")
    assert moved != text
    signed_out.config.write_text(moved)
    assert "Signed in to corp" in sign_in_with(signed_out, ADDRESS, "--region", "eu-west-1")
    (session,) = signed_out.services.sign_in.sessions()
    assert (session.region, session.tenant is not None) == ("eu-west-1", True)


def test_the_id_alone_of_the_portal_asks_for_its_address(signed_out: CommandLine) -> None:
    before = signed_out.config.read_text()
    for typed in (TENANT, TENANT.upper(), f"https://{TENANT}", f"{TENANT}.account-access"):
        result = signed_out.rolecall("sign-in", typed)
        said = " ".join(result.stderr.split())
        assert result.returncode == 2
        assert "part of the address of an account access portal" in said
        assert f"https://{TENANT}.account-access.REGION.app.aws" in said
        assert ("There is no sso-session named" in said) == ("." not in typed and "/" not in typed)
    assert signed_out.config.read_text() == before


def test_the_id_alone_is_that_of_the_session_that_has_it(machine: CommandLine) -> None:
    before = machine.config.read_text()
    result = machine.rolecall("sign-in", TENANT)
    assert (result.returncode, "Already signed in to corp" in result.stderr) == (0, True)
    machine.add(
        f"[sso-session lab]\nsso_start_url = {machine.server.start_url}\nsso_region = eu-west-1\n"
        f"rolecall_account_access = {ADDRESS}\n"
    )
    result = machine.rolecall("sign-in", TENANT)
    said = " ".join(result.stderr.split())
    assert (result.returncode, "--name NAME, one of: corp lab" in said) == (2, True)
    result = machine.rolecall("sign-in", TENANT, "--name", "corp")
    assert (result.returncode, "Already signed in to corp" in result.stderr) == (0, True)
    assert machine.config.read_text().startswith(before)


def test_a_session_with_the_name_of_a_portal_wins(machine: CommandLine) -> None:
    machine.add(
        f"[sso-session {TENANT}]\nsso_start_url = {machine.server.start_url}\n"
        "sso_region = eu-west-1\n"
    )
    before = machine.config.read_text()
    assert f"Signed in to {TENANT}" in sign_in_with(machine, TENANT)
    assert machine.config.read_text() == before


def test_a_login_profile_with_the_name_of_a_portal_is_named(machine: CommandLine) -> None:
    machine.add(
        f"[profile {TENANT}-2]\nlogin_session = arn:aws:iam::{ACCOUNT}:user/kim\n"
        "region = eu-west-1\n"
    )
    result = machine.rolecall("sign-in", f"{TENANT}-2")
    assert (result.returncode, "has console credentials" in result.stderr) == (2, True)
