"""`rolecall export` and `rolecall credential-process`."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests.cli.conftest import ACCOUNT, PERMISSION_SET, PROFILE, CommandLine, command
from tests.support.programs import aws_cli

slow = pytest.mark.parametrize("signed_out", [{"latency": 0.2}], indirect=True, ids=[""])
ROLE = ("--account", ACCOUNT, "--permission-set", PERMISSION_SET)


def test_a_shell_that_evaluates_it_is_that_profile(here: CommandLine) -> None:
    script = f'eval "$({" ".join(command("export", PROFILE))})"; env'
    environ = {"PATH": "/usr/bin:/bin", "AWS_PROFILE": "other", **here.environ}
    said = subprocess.run(
        ["sh", "-c", script], env=environ, capture_output=True, text=True, check=True
    )
    variables = dict(line.split("=", 1) for line in said.stdout.splitlines())
    assert variables["AWS_ACCESS_KEY_ID"].startswith("ASIA")
    assert variables["AWS_REGION"] == "eu-central-1"
    assert "AWS_PROFILE" not in variables
    identity = subprocess.run(
        [aws_cli(), "sts", "get-caller-identity"],
        env=variables,
        capture_output=True,
        text=True,
        check=True,
    )
    assert ACCOUNT in identity.stdout


def test_in_another_format(here: CommandLine) -> None:
    key = json.loads(here.said("export", PROFILE, "--format", "json"))["AccessKeyId"]
    for form in ("fish", "dotenv"):
        assert key in here.said("export", "--format", form, AWS_PROFILE=PROFILE)
    assert here.said("export", PROFILE, "--format", "ini").startswith("[audit-admin-keys]\n")
    assert here.asked() == 1


def test_with_what_the_cli_cache_holds_boto3_is_not_imported(here: CommandLine) -> None:
    here.said("export", PROFILE)
    code = (
        "import sys\nfrom rolecall.cli.main import rolecall\n"
        f"rolecall(['export', {PROFILE!r}], standalone_mode=False)\n"
        "sys.exit(bool({'boto3', 'botocore', 'textual', 'rich'} & sys.modules.keys()))"
    )
    subprocess.run([sys.executable, "-c", code], env=here.environ, check=True)


def test_signed_out_and_unknown(signed_out: CommandLine) -> None:
    result = signed_out.rolecall("export", PROFILE)
    assert (result.returncode, result.stdout) == (1, "")
    assert "Signed out of corp" in result.stderr
    result = signed_out.rolecall("export", "nobody\x1b[2J")
    assert (result.returncode, result.stdout) == (1, "")
    assert "no profile nobody␛[2J" in result.stderr
    result = signed_out.rolecall("export", "audit-amdin")
    assert "no profile audit-amdin in ~/.aws/config. Did you mean audit-admin?" in result.stderr


def test_the_cli_takes_a_credential_process(here: CommandLine) -> None:
    process = " ".join(command("credential-process", *ROLE, "--sso-session", "corp"))
    here.add(f"[profile tool]\ncredential_process = {process}\nregion = eu-west-1")
    environ = {"PATH": "/usr/bin:/bin", **here.environ}
    arguments = [aws_cli(), "sts", "get-caller-identity", "--profile", "tool"]
    said = subprocess.run(arguments, env=environ, capture_output=True, text=True, check=True)
    assert json.loads(said.stdout)["Account"] == ACCOUNT


@slow
def test_a_program_that_asks_rolecall_for_the_same_profile_again(here: CommandLine) -> None:
    process = " ".join(command("credential-process", "--profile", "round"))
    here.add(f"[profile round]\ncredential_process = {process}\nregion = eu-west-1")
    result = here.rolecall("export", "round")
    assert (result.returncode, result.stdout) == (1, "")
    assert "asks rolecall for round again" in result.stderr


def test_ten_at_once_make_one_call(here: CommandLine) -> None:
    forms = [("--profile", PROFILE), ROLE] * 5
    started = [here.start("credential-process", *form) for form in forms]
    said = {process.communicate(timeout=60)[0] for process in started}
    assert len(said) == 1
    assert json.loads(said.pop())["AccessKeyId"]
    assert here.asked() == 1


@pytest.mark.parametrize(
    ("arguments", "status", "sentence"),
    [
        (("--profile", PROFILE), 1, "Signed out of corp"),
        (("--profile", "nobody"), 1, "There is no profile nobody"),
        ((*ROLE, "--sso-session", "other"), 1, "There is no sso-session other"),
        ((*ROLE, "--profile", PROFILE), 2, "Use either --profile, or"),
        (("--account", ACCOUNT), 2, "Use either --profile, or"),
        ((), 2, "Use either --profile, or"),
    ],
)
def test_failing_it_asks_nobody_and_says_one_sentence(
    signed_out: CommandLine, arguments: tuple[str, ...], status: int, sentence: str
) -> None:
    result = signed_out.rolecall("credential-process", *arguments)
    assert (result.returncode, result.stdout) == (status, "")
    assert sentence in result.stderr
    assert status == 2 or result.stderr.count("\n") == 1
    assert signed_out.server.pending_codes() == []


def test_several_sessions(here: CommandLine) -> None:
    assert here.rolecall("credential-process", *ROLE).returncode == 0
    here.services.sign_in.add_session("two", here.server.start_url, here.server.region)
    result = here.rolecall("credential-process", *ROLE)
    assert result.returncode == 1
    assert "corp two" in result.stderr
