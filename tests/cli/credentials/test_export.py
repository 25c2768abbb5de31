"""`rolecall export` and `rolecall credential-process`."""

from __future__ import annotations

import json
import subprocess

import pytest

from tests.cli.conftest import ACCOUNT, PERMISSION_SET, PROFILE, CommandLine, command
from tests.support.programs import aws_cli, completed

slow = pytest.mark.parametrize("signed_out", [{"latency": 0.2}], indirect=True, ids=[""])
ROLE = ("--account", ACCOUNT, "--permission-set", PERMISSION_SET)


@pytest.mark.quick
def test_a_shell_that_evaluates_the_export_is_that_profile(signed_in: CommandLine) -> None:
    script = f'eval "$({" ".join(command("export", PROFILE))})"; env'
    environ = {"PATH": "/usr/bin:/bin", "AWS_PROFILE": "other", **signed_in.environ}
    output = completed(["sh", "-c", script], environ)
    variables = dict(line.split("=", 1) for line in output.stdout.splitlines())
    assert variables["AWS_ACCESS_KEY_ID"].startswith("ASIA")
    assert variables["AWS_REGION"] == "eu-central-1"
    assert "AWS_PROFILE" not in variables
    identity = completed([aws_cli(), "sts", "get-caller-identity"], variables)
    assert ACCOUNT in identity.stdout


def test_other_formats_have_the_same_keys(signed_in: CommandLine) -> None:
    key = json.loads(signed_in.output_of("export", PROFILE, "--format", "json"))["AccessKeyId"]
    for form in ("fish", "dotenv"):
        assert key in signed_in.output_of("export", "--format", form, AWS_PROFILE=PROFILE)
    assert signed_in.output_of("export", PROFILE, "--format", "ini").startswith(
        "[audit-admin-keys]\n"
    )
    assert signed_in.credential_calls() == 1


def test_a_signed_out_and_an_unknown_profile_fail(signed_out: CommandLine) -> None:
    result = signed_out.rolecall("export", PROFILE)
    assert (result.returncode, result.stdout) == (1, "")
    assert "Signed out of corp" in result.stderr
    result = signed_out.rolecall("export", "nobody\x1b[2J")
    assert (result.returncode, result.stdout) == (1, "")
    assert "no profile nobody␛[2J" in result.stderr
    result = signed_out.rolecall("export", "audit-amdin")
    assert "no profile audit-amdin in ~/.aws/config. Did you mean audit-admin?" in result.stderr


@pytest.mark.quick
def test_the_aws_cli_accepts_the_credential_process(signed_in: CommandLine) -> None:
    process = " ".join(command("credential-process", *ROLE, "--sso-session", "corp"))
    signed_in.add(f"[profile tool]\ncredential_process = {process}\nregion = eu-west-1")
    environ = {"PATH": "/usr/bin:/bin", **signed_in.environ}
    arguments = [aws_cli(), "sts", "get-caller-identity", "--profile", "tool"]
    output = subprocess.run(arguments, env=environ, capture_output=True, text=True, check=True)
    assert json.loads(output.stdout)["Account"] == ACCOUNT


@slow
def test_a_credential_process_that_calls_itself_is_stopped(signed_in: CommandLine) -> None:
    process = " ".join(command("credential-process", "--profile", "round"))
    signed_in.add(f"[profile round]\ncredential_process = {process}\nregion = eu-west-1")
    result = signed_in.rolecall("export", "round")
    assert (result.returncode, result.stdout) == (1, "")
    assert "asks rolecall for round again" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "status", "sentence"),
    [
        (("--profile", PROFILE), 1, "Signed out of corp"),
        (("--profile", "nobody"), 1, "There is no profile nobody"),
        ((*ROLE, "--sso-session", "other"), 1, "There is no sso-session other"),
        ((*ROLE, "--profile", PROFILE), 2, "Use either PROFILE, or"),
        (("--account", ACCOUNT), 2, "Use either PROFILE, or"),
        ((), 2, "Use either PROFILE, or"),
    ],
)
def test_a_failure_never_prompts_and_prints_one_sentence(
    signed_out: CommandLine, arguments: tuple[str, ...], status: int, sentence: str
) -> None:
    result = signed_out.rolecall("credential-process", *arguments)
    assert (result.returncode, result.stdout) == (status, "")
    assert sentence in result.stderr
    assert status == 2 or result.stderr.count("\n") == 1
    assert signed_out.server.pending_codes() == []


def test_several_sessions_need_a_name(signed_in: CommandLine) -> None:
    assert signed_in.rolecall("credential-process", *ROLE).returncode == 0
    signed_in.services.session_edits.add_session(
        "two", signed_in.server.start_url, signed_in.server.region
    )
    result = signed_in.rolecall("credential-process", *ROLE)
    assert result.returncode == 1
    assert "corp two" in result.stderr
