"""`rolecall import`: the AWS CLI uses the profiles of other programs without them."""

from __future__ import annotations

import pytest

from tests.cli.conftest import ACCOUNT, PERMISSION_SET, CommandLine, aws

OTHER = "https://other.awsapps.com/start"
GRANTED = f"""\
[profile granted-one]
# from granted
granted_sso_start_url = {{url}}
granted_sso_region = eu-west-1
granted_sso_account_id = {ACCOUNT}
granted_sso_role_name = {PERMISSION_SET}
credential_process = granted credential-process --profile granted-one
region = eu-central-1
"""
AWS_SSO_UTIL = f"""\
[profile util-one]
sso_start_url = {{url}}#/
sso_region = eu-west-1
sso_account_id = {ACCOUNT}
sso_role_name = {PERMISSION_SET}
credential_process = aws-sso-util credential-process --profile util-one
sso_auto_populated = true
region = eu-central-1
"""
ARN = f"arn:aws:iam::{ACCOUNT}:role/{PERMISSION_SET}"
AWS_SSO_CLI = f"""\
[profile {ACCOUNT}:{PERMISSION_SET}]
credential_process = /opt/bin/aws-sso -S "Default" process --arn {ARN}
region = eu-central-1
"""
NOT_OURS = """\
[profile own-program]
credential_process = /usr/local/bin/my-keys 'that does not end
[profile half]
granted_sso_start_url = https://acme.awsapps.com/start
credential_process = granted credential-process --profile half
"""


def add(desk: CommandLine, *sections: str) -> None:
    for each in sections:
        desk.add(each.replace("{url}", desk.session.start_url).rstrip("\n"))


@pytest.mark.quick
@pytest.mark.parametrize("section", [GRANTED, AWS_SSO_UTIL, AWS_SSO_CLI], ids=lambda it: it[9:16])
def test_the_aws_cli_uses_the_profile_without_the_other_program(
    signed_in: CommandLine, section: str
) -> None:
    add(signed_in, section, NOT_OURS)
    name = section.partition("]")[0].removeprefix("[profile ")
    before = signed_in.config.read_text()
    result = signed_in.rolecall("import", "--yes")
    assert result.returncode == 0, result.stderr
    assert "Converted 1 profile." in result.stdout
    who = aws(signed_in, "sts", "get-caller-identity", "--profile", name)
    assert PERMISSION_SET in who.stdout, who.stderr
    after = signed_in.config.read_text()
    assert "granted_sso_account_id" not in after
    assert NOT_OURS.rstrip("\n") in after
    assert "# from granted" in after or section is not GRANTED
    assert "region = eu-central-1" in after
    assert "has no profiles of granted" in signed_in.output_of("import")
    assert signed_in.rolecall("undo", "--yes").returncode == 0
    assert signed_in.config.read_text() == before


def test_a_session_that_is_not_there_is_named_and_the_others_are_converted(
    signed_in: CommandLine,
) -> None:
    add(signed_in, AWS_SSO_UTIL, GRANTED.replace("{url}", OTHER))
    result = signed_in.rolecall("import", "--yes")
    assert result.returncode == 1
    assert f"No session has the address {OTHER}." in result.stderr
    assert "Converted 1 profile." in result.stdout
    assert f"granted_sso_start_url = {OTHER}" in signed_in.config.read_text()


def test_without_a_terminal_nothing_is_written_without_yes(signed_in: CommandLine) -> None:
    add(signed_in, GRANTED)
    before = signed_in.config.read_bytes()
    shown = signed_in.rolecall("import", "--dry-run")
    assert (shown.returncode, "+sso_session = corp" in shown.stdout) == (0, True)
    assert signed_in.rolecall("import").returncode == 1
    assert signed_in.config.read_bytes() == before
