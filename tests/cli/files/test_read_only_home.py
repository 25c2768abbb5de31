"""The home folder of a container is often read-only. What can be read there is used."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from rolecall.domain.records import replace
from tests.cli.conftest import ACCOUNT, PERMISSION_SET, PROFILE, CommandLine, aws
from tests.support.obstacles.unwritable import read_only

ACCOUNT_NAME = "audit"


@pytest.fixture
def contained(signed_in: CommandLine) -> Iterator[CommandLine]:
    """The machine with a valid token and a read-only home."""
    with read_only(signed_in.home):
        yield signed_in


def test_credentials_are_exported(contained: CommandLine) -> None:
    exported = json.loads(contained.output_of("export", "--format", "json", PROFILE))
    assert exported["AccessKeyId"].startswith("ASIA")


def test_a_command_is_run(contained: CommandLine) -> None:
    output = contained.output_of("exec", PROFILE, "--", "sh", "-c", "echo $AWS_ACCESS_KEY_ID")
    assert output.startswith("ASIA")


def test_other_programs_get_credentials(contained: CommandLine) -> None:
    output = contained.output_of(
        "credential-process", "--account", ACCOUNT, "--permission-set", PERMISSION_SET
    )
    assert json.loads(output)["AccessKeyId"].startswith("ASIA")


@pytest.fixture
def expired(signed_in: CommandLine) -> CommandLine:
    """The machine with an expired token that can be renewed, and no role credentials."""
    session = signed_in.services.sign_in.session_named("corp")
    assert session is not None
    token = signed_in.token_cache.token(session)
    assert token is not None
    ended = datetime.now(UTC) - timedelta(minutes=5)
    signed_in.token_cache.save_token(session, replace(token, expires_at=ended))
    for path in signed_in.role_cache.files():
        path.unlink()
    return signed_in


def test_an_expired_token_is_not_renewed(expired: CommandLine) -> None:
    """Its refresh token works only once, and the new one could not be saved."""
    before = expired.server.calls.count("CreateToken")
    with read_only(expired.home):
        for words in (("export", PROFILE), ("exec", PROFILE, "--", "true")):
            result = expired.rolecall(*words)
            assert result.returncode != 0
            assert "The sign-in of corp is not renewed, because" in result.stderr
            assert "(read-only file system) and the new token would be lost" in result.stderr
        assert expired.server.calls.count("CreateToken") == before
    assert expired.rolecall("export", PROFILE).returncode == 0


def test_the_aws_cli_loses_the_refresh_token_and_fails(expired: CommandLine) -> None:
    before = expired.server.calls.count("CreateToken", status=200)
    with read_only(expired.home):
        failed = aws(expired, "sts", "get-caller-identity", "--profile", PROFILE)
        assert failed.returncode != 0
        assert "Read-only file system" in failed.stderr
    assert expired.server.calls.count("CreateToken", status=200) == before + 1


@pytest.mark.parametrize("command", ["export", "exec", "credential-process"])
def test_an_expired_token_is_renewed_if_only_the_state_folder_is_read_only(
    expired: CommandLine, command: str
) -> None:
    words = {
        "export": ("export", PROFILE),
        "exec": ("exec", PROFILE, "--", "true"),
        "credential-process": ("credential-process", "--profile", PROFILE),
    }
    state = expired.home / ".local"
    state.mkdir(exist_ok=True)
    with read_only(state):
        result = expired.rolecall(*words[command])
        assert result.returncode == 0, result.stderr


@pytest.mark.parametrize("command", ["tokens", "whoami", "list"])
def test_a_command_answers(contained: CommandLine, command: str) -> None:
    result = contained.rolecall(command, AWS_PROFILE=PROFILE)
    assert result.returncode == 0, result.stderr


def test_doctor_says_that_nothing_can_be_saved(contained: CommandLine) -> None:
    result = contained.rolecall("doctor")
    assert result.returncode == 1
    assert result.stdout.count("Nothing can be saved in this folder") == 1


def test_the_stored_list_is_used(signed_in: CommandLine) -> None:
    before = signed_in.output_of("list")
    calls = signed_in.server.calls.count()
    with read_only(signed_in.home):
        assert signed_in.output_of("list") == before
        assert signed_in.server.calls.count() == calls
        result = signed_in.rolecall("switch", "--shell=bash", PROFILE)
        assert ACCOUNT_NAME in result.stderr


@pytest.mark.quick
def test_a_shell_is_switched(contained: CommandLine) -> None:
    assert f"AWS_PROFILE='{PROFILE}'" in contained.output_of("switch", "--shell=bash", PROFILE)
