"""What a command reports about its calls to AWS."""

from __future__ import annotations

import os
import sys
import time
from datetime import UTC, datetime

import pytest

from rolecall.demo.faults import Fault, ThrottledFault
from rolecall.domain.records import replace
from rolecall.files.caches.cli_cache import credentials_stem
from tests.cli.conftest import ACCOUNT, PERMISSION_SET, PROFILE, CommandLine
from tests.support.obstacles.locks import stopped_with_lock
from tests.support.programs import completed


@pytest.mark.parametrize(
    "command",
    [
        ("export", PROFILE),
        ("credential-process", "--profile", PROFILE),
        ("serve", PROFILE, "--", "echo", "served"),
        ("exec", PROFILE, "--", "echo", "run"),
    ],
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


@pytest.mark.parametrize("lock", ["asking", "renewal"])
def test_a_command_says_that_it_waits_for_another_rolecall(
    signed_in: CommandLine, lock: str
) -> None:
    token = signed_in.token_cache.token(signed_in.session)
    assert token is not None
    expired = replace(token, expires_at=datetime.now(UTC))
    signed_in.token_cache.save_token(signed_in.session, expired)
    stem = credentials_stem(signed_in.session, ACCOUNT, PERMISSION_SET)
    paths = {
        "asking": signed_in.role_cache.folder / f"{stem}.json",
        "renewal": signed_in.token_cache.token_path(signed_in.session),
    }
    with stopped_with_lock(paths[lock], signed_in.role_cache.state, lock) as other:
        began_at = time.monotonic()
        with signed_in.start("export", PROFILE) as process:
            assert process.stderr
            assert process.stderr.readline() == "Waiting for another rolecall…\n"
            assert time.monotonic() - began_at < 15
            other.kill()
            output, errors = process.communicate(timeout=60)
    assert process.returncode == 0
    assert output
    assert errors == ""


def test_a_listing_at_a_slow_rate_says_what_it_waits_for(signed_in: CommandLine) -> None:
    """After the 429s of an earlier command, each try of a call waits seconds for its turn."""
    rate = signed_in.services.inventory.request_rate(signed_in.session)
    while rate.rate > 1:
        rate.record_throttling(time.monotonic() + 60, None)
    signed_in.server.faults.add("ListAccountRoles", 503)
    with signed_in.start("list", "--csv") as process:
        assert process.stderr
        assert process.stderr.readline().startswith("Waiting")
        process.communicate(timeout=90)
    assert process.returncode == 3


_SOON = """
from rolecall.domain import question
question.SLOW_AFTER = 0.05
from rolecall.__main__ import main
main()
"""


@pytest.mark.parametrize(
    "signed_out", [{"role_credentials_lifetime": 600, "latency": 0.3}], indirect=True, ids=[""]
)
def test_nothing_is_reported_while_the_command_of_serve_runs(signed_in: CommandLine) -> None:
    """It may draw a screen."""
    ask = "import boto3; print(boto3.Session().get_credentials().access_key)"
    serving = "serve", PROFILE, "--", sys.executable, "-c", ask
    signed_in.server.calls.clear()
    # The token is renewed then, which would be reported as another slow call.
    signed_in.server.faults.add("GetRoleCredentials", 401, times=1, skip=1)
    result = completed(
        [sys.executable, "-c", _SOON, *serving], {"PATH": os.environ["PATH"], **signed_in.environ}
    )
    assert result.stdout.startswith("ASIA")
    assert signed_in.server.calls.count("CreateToken") == 1
    assert result.stderr.count("Waiting for GetRoleCredentials") == 1
    assert "CreateToken" not in result.stderr


def test_a_list_says_once_what_it_waits_for(signed_in: CommandLine) -> None:
    signed_in.server.faults.add("ListAccountRoles", Fault.HANG)
    with signed_in.start("list") as process:
        assert process.stderr
        assert process.stderr.readline().startswith("Waiting for ListAccountRoles at ")
        signed_in.server.faults.clear()
        errors = process.communicate(timeout=60)[1]
    assert "Waiting" not in errors


def test_a_rate_limit_is_reported_as_one(signed_in: CommandLine) -> None:
    signed_in.server.faults.add("ListAccounts", ThrottledFault("8"), times=1)
    with signed_in.start("list") as process:
        assert process.stderr
        line = process.stderr.readline()
        assert line.startswith("Waiting for ListAccounts: 127.0.0.1:")
        assert "limits the rate of calls" in line
        process.kill()


def test_a_pause_that_another_command_was_asked_for_is_reported(signed_in: CommandLine) -> None:
    signed_in.server.faults.add("ListAccounts", ThrottledFault("90"))
    assert signed_in.rolecall("list").returncode == 3
    with signed_in.start("list") as process:
        assert process.stderr
        assert process.stderr.readline() == "Waiting: AWS limits the rate of calls…\n"
        process.kill()


def test_an_outage_is_reported_once(signed_in: CommandLine) -> None:
    signed_in.server.faults.add("ListAccountRoles", 503)
    result = signed_in.rolecall("list")
    assert result.returncode == 3
    assert result.stderr.count("ListAccountRoles failed at ") <= 8
    assert len(result.stderr.splitlines()) < 25


@pytest.mark.quick
def test_whoami_says_what_it_waits_for(signed_in: CommandLine) -> None:
    signed_in.server.faults.add("GetCallerIdentity", Fault.HANG)
    with signed_in.start("whoami", "--profile", PROFILE) as process:
        assert process.stderr
        assert process.stderr.readline() == "Waiting for GetCallerIdentity at AWS…\n"
        signed_in.server.faults.clear()
        process.communicate(timeout=60)
    assert process.returncode == 0
