"""The home folder of a container is often read-only. What can be read there is used."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from tests.cli.conftest import ACCOUNT, PERMISSION_SET, PROFILE, CommandLine
from tests.support.read_only import read_only

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


@pytest.mark.parametrize("command", ["tokens", "whoami", "list", "doctor"])
def test_a_command_answers(contained: CommandLine, command: str) -> None:
    result = contained.rolecall(command, AWS_PROFILE=PROFILE)
    assert result.returncode == 0, result.stderr


def test_the_stored_list_is_used(signed_in: CommandLine) -> None:
    before = signed_in.output_of("list")
    calls = signed_in.server.calls.count()
    with read_only(signed_in.home):
        assert signed_in.output_of("list") == before
        assert signed_in.server.calls.count() == calls
        result = signed_in.rolecall("switch", "--shell=bash", PROFILE)
        assert ACCOUNT_NAME in result.stderr


def test_a_shell_is_switched(contained: CommandLine) -> None:
    assert f"AWS_PROFILE='{PROFILE}'" in contained.output_of("switch", "--shell=bash", PROFILE)
