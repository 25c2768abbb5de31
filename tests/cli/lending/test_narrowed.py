"""`--allow`, `--deny`, `--policy` and `--minutes` of the commands that hand out credentials."""

from __future__ import annotations

import json
import os
import sys
from datetime import UTC, datetime, timedelta
from subprocess import CompletedProcess

import pytest

from rolecall.demo.faults import Fault
from tests.cli.conftest import ACCOUNT, PERMISSION_SET, PROFILE, CommandLine, command
from tests.files.clients import javascript
from tests.support.programs import aws_cli, completed
from tests.support.settings import write_settings

_BOTO3 = """
import boto3, botocore.exceptions
print([each["Name"] for each in boto3.client("s3").list_buckets()["Buckets"]])
try:
    boto3.client("secretsmanager").list_secrets()
except botocore.exceptions.ClientError as error:
    print(error)
"""


def aws(desk: CommandLine, *arguments: str, **environ: str) -> CompletedProcess[str]:
    environ = {"PATH": os.environ["PATH"], **desk.environ, **environ}
    return completed([aws_cli(), *arguments], environ, check=False)


@pytest.mark.quick
def test_exec_gives_the_aws_cli_only_what_was_allowed(signed_in: CommandLine) -> None:
    ran = ("exec", PROFILE, "--allow", "s3", "--minutes", "20", "--", aws_cli())
    assert "uploads" in signed_in.output_of(*ran, "s3", "ls")
    refused = signed_in.rolecall(*ran, "secretsmanager", "list-secrets")
    assert "AccessDeniedException" in refused.stderr
    shown = "import os; print(os.environ['AWS_CREDENTIAL_EXPIRATION'])"
    end = signed_in.output_of(*ran[:-1], sys.executable, "-c", shown).strip()
    left = datetime.fromisoformat(end) - datetime.now(UTC)
    assert timedelta(minutes=19) < left <= timedelta(minutes=20)


@pytest.mark.quick
def test_serve_gives_boto3_only_what_was_allowed(signed_in: CommandLine) -> None:
    output = signed_in.output_of(
        "serve", PROFILE, "--allow", "s3", "--", sys.executable, "-c", _BOTO3
    )
    assert output.startswith("['uploads']\n")
    assert "not authorized to perform: secretsmanager:ListSecrets" in output


@pytest.mark.parametrize("name", ["exec", "serve"])
def test_the_javascript_sdk_takes_narrowed_keys(signed_in: CommandLine, name: str) -> None:
    found = json.loads(
        signed_in.output_of(name, PROFILE, "--allow", "s3", "--", *javascript("who.js"))
    )
    assert len(signed_in.server.issued(found["accessKeyId"]).layers) == 1


@pytest.mark.quick
def test_the_aws_cli_accepts_a_narrowed_credential_process(signed_in: CommandLine) -> None:
    role = "--account", ACCOUNT, "--permission-set", PERMISSION_SET, "--sso-session", "corp"
    for name, arguments in (("role", role), ("profile", ("--profile", PROFILE))):
        process = " ".join(command("credential-process", *arguments, "--deny", "s3"))
        signed_in.add(f"[profile {name}]\ncredential_process = {process}\nregion = eu-west-1")
        listed = aws(signed_in, "secretsmanager", "list-secrets", "--profile", name)
        assert listed.returncode == 0, listed.stderr
        assert "AccessDenied" in aws(signed_in, "s3", "ls", "--profile", name).stderr


def test_export_prints_narrowed_keys_and_the_log_has_their_rights(signed_in: CommandLine) -> None:
    asked = ("--allow", "s3:read,logs", "--minutes", "15", "--reason", "調査")
    text = signed_in.output_of("export", PROFILE, *asked, "--format", "json")
    key_id = json.loads(text)["AccessKeyId"]
    issued = signed_in.server.issued(key_id)
    (entry,) = json.loads(signed_in.output_of("log", "--json", key_id))
    assert entry["rights"] == "allow s3:read,logs"
    assert (entry["minutes"], entry["reason"]) == (15, "調査")
    assert entry["scoped_session"] == issued.scoped_session_id
    assert issued.description == f"rolecall lend {entry['lend']}"
    assert "allow s3:read,logs" in signed_in.output_of("log")


def test_a_policy_of_a_file_narrows(signed_in: CommandLine) -> None:
    policy = signed_in.home / "policy.json"
    statement = {"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*"}
    policy.write_text(json.dumps({"Version": "2012-10-17", "Statement": [statement]}, indent=4))
    ran = ("exec", PROFILE, "--policy", str(policy), "--", aws_cli(), "s3", "ls")
    assert "uploads" in signed_in.output_of(*ran)
    assert signed_in.rolecall(*ran, "s3://uploads").returncode != 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("exec", PROFILE, "--allow", "s33", "--", "env"), "Did you mean s3?"),
        (("exec", "--all", "--allow", "s33", "--", "env"), "Did you mean s3?"),
        (("export", PROFILE, "--allow", "s3:reed"), "Use read after the colon."),
        (("export", PROFILE, "--allow", "ec2:write"), "It fits without ec2:write."),
        (("export", PROFILE, "--policy", "none.json"), "There is no policy none.json."),
        (("export", PROFILE, "--policy", ""), 'There is no policy "".'),
        (("export", PROFILE, "--policy", "p", "--deny", "s3"), "--policy says it all"),
        (("export", PROFILE, "--minutes", "0"), "0 is not in the range"),
    ],
)
def test_what_cannot_be_asked_for_is_refused_before_aws_is_asked(
    signed_in: CommandLine, arguments: tuple[str, ...], said: str
) -> None:
    result = signed_in.rolecall(*arguments)
    assert result.returncode != 0
    assert result.stdout == ""
    assert said in " ".join(result.stderr.split())
    assert signed_in.server.calls.count("ListAccounts") == signed_in.credential_calls() == 0


def test_presets_are_those_of_the_settings_too(signed_in: CommandLine) -> None:
    write_settings(signed_in.home, '[presets]\nbuckets = "s3:list"\n')
    ran = ("exec", PROFILE, "--allow", "buckets", "--", aws_cli(), "s3", "ls")
    assert "uploads" in signed_in.output_of(*ran)


def test_exec_narrows_the_keys_of_each_of_many_roles(signed_in: CommandLine) -> None:
    shown = "import os; print(os.environ['AWS_ACCESS_KEY_ID'])"
    asked = ("--allow", "s3", "--minutes", "20", "--reason", "count", "--yes")
    output = signed_in.output_of(
        "exec", "--all", *asked, "audit", "--", sys.executable, "-c", shown
    )
    keys = [line.split()[-1] for line in output.splitlines()]
    assert len(keys) > 1
    assert {len(signed_in.server.issued(key).layers) for key in keys} == {1}
    entries = json.loads(signed_in.output_of("log", "--json", "count"))
    assert {each["rights"] for each in entries} == {"allow s3"}
    assert len({each["lend"] for each in entries}) == 1
    assert len({each["scoped_session"] for each in entries}) == len(keys)


def test_a_narrowed_run_is_resumed_only_with_narrowed_roles(signed_in: CommandLine) -> None:
    asked = ("--allow", "s3,logs:read", "--minutes", "20")
    ran = signed_in.rolecall("exec", "--all", *asked, "audit", "--", "false")
    assert ran.returncode == 1
    refused = signed_in.rolecall("exec", "--resume", "--", "true")
    assert (refused.returncode, refused.stdout) == (1, "")
    again = f"rolecall exec --resume {' '.join(asked)} -- COMMAND"
    assert again in " ".join(refused.stderr.split())
    assert signed_in.rolecall("exec", "--resume", *asked, "--", "true").returncode == 0


HANDS_OUT = ["export", "exec", "serve", "credential-process", "exec --jobs 1"]


@pytest.mark.parametrize("name", HANDS_OUT)
def test_a_team_may_want_fewer_rights_for_production(signed_in: CommandLine, name: str) -> None:
    folder = signed_in.home / ".config" / "rolecall"
    write_settings(signed_in.home, 'must_narrow = ""\n')
    team = folder / "team.toml"
    team.write_text('must_narrow = "production"\nproduction = "audit"\n')
    program = ["--", "true"] if name.startswith(("exec", "serve")) else []
    for asked in ((), ("--minutes", "15")):
        refused = signed_in.rolecall(*name.split(), "--profile", PROFILE, *asked, *program)
        assert refused.returncode != 0
        assert refused.stdout == ""
        assert "wants fewer rights" in " ".join(refused.stderr.split())
    signed_in.output_of(*name.split(), "--profile", PROFILE, "--allow", "s3", *program)
    team.write_text('must_narrow = "production"\n')
    signed_in.output_of(*name.split(), "--profile", PROFILE, *program)


@pytest.mark.parametrize("name", ["export", "exec", "serve", "credential-process"])
def test_if_narrowing_fails_nothing_is_handed_out(signed_in: CommandLine, name: str) -> None:
    signed_in.server.faults.add("GetScopedCredentials", Fault.TRUNCATED)
    program = ["--", "env"] if name in {"exec", "serve"} else []
    result = signed_in.rolecall(name, "--profile", PROFILE, "--allow", "s3", *program)
    assert result.returncode != 0
    assert result.stdout == ""
    assert "GetScopedCredentials" in result.stderr
    assert not (signed_in.home / ".aws" / "cli").exists()
