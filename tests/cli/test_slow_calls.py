"""A command says what it waits for."""

from __future__ import annotations

import time

import pytest

from rolecall.demo.faults import Fault
from tests.cli.conftest import PROFILE, CommandLine


@pytest.mark.parametrize(
    "command",
    [("export", PROFILE), ("credential-process", "--profile", PROFILE)],
    ids=lambda each: each[0],
)
def test_a_command_without_an_answer_says_what_it_waits_for(
    signed_in: CommandLine, command: tuple[str, ...]
) -> None:
    signed_in.server.faults.add("GetRoleCredentials", Fault.HANG)
    began_at = time.monotonic()
    with signed_in.start(*command) as process:
        assert process.stderr and process.stdout
        host = signed_in.server.url.removeprefix("http://")
        assert process.stderr.readline() == f"Waiting for GetRoleCredentials at {host}…\n"
        assert time.monotonic() - began_at < 15
        signed_in.server.faults.clear()
        output, errors = process.communicate(timeout=60)
    assert process.returncode == 0
    assert output
    assert errors == ""


def test_a_list_says_once_what_it_waits_for(signed_in: CommandLine) -> None:
    signed_in.server.faults.add("ListAccountRoles", Fault.HANG)
    with signed_in.start("list") as process:
        assert process.stderr
        assert process.stderr.readline().startswith("Waiting for ListAccountRoles at ")
        signed_in.server.faults.clear()
        errors = process.communicate(timeout=60)[1]
    assert "Waiting" not in errors
