"""A command ends in time when AWS does not answer; a listing keeps what it has."""

from __future__ import annotations

import json
import sys
import time
from os import environ
from subprocess import CompletedProcess

import pytest

from rolecall.demo.faults import AnyFault, Fault
from rolecall.domain.model import SsoSession
from tests.cli.conftest import PROFILE, CommandLine
from tests.support.programs import completed

# Shorter times, in the same proportion. A listing begins with the clients of boto3.
_PROGRAM = """
from rolecall.aws import call
from rolecall.domain import question
question.SECONDS, question.TRY_SECONDS, question.SLOW_AFTER = {seconds}, {seconds} / 2, 0.5
call.TRY_SECONDS = {seconds} / 2
from rolecall.__main__ import main
main()
"""


def run(
    desk: CommandLine, *arguments: str, seconds: float = 4.0
) -> tuple[CompletedProcess[str], float]:
    """Run a command whose question lasts this long. Return how long it took, too."""
    began_at = time.monotonic()
    result = completed(
        [sys.executable, "-c", _PROGRAM.format(seconds=seconds), *arguments],
        {"PATH": environ["PATH"], **desk.environ},
        check=False,
    )
    return result, time.monotonic() - began_at


def test_an_answer_that_drips_does_not_hold_whoami(signed_in: CommandLine) -> None:
    signed_in.server.faults.add("GetCallerIdentity", Fault.DRIP)
    result, seconds = run(signed_in, "whoami", "--profile", PROFILE)
    assert result.returncode == 1
    assert result.stderr.startswith("Waiting for GetCallerIdentity at AWS…\n")
    assert "no answer in time" in result.stderr
    assert seconds < 30


@pytest.mark.parametrize("fault", [429, Fault.HANG, Fault.DRIP], ids=str)
def test_a_listing_without_answers_keeps_what_it_has_and_ends_with_status_3(
    signed_in: CommandLine, fault: AnyFault
) -> None:
    signed_in.server.faults.add("ListAccountRoles", fault, skip=3)
    result, seconds = run(signed_in, "list", "--json")
    assert result.returncode == 3
    assert "Waiting" in result.stderr.splitlines()[0]
    assert "accounts may be missing" in result.stderr
    assert len({each["account_id"] for each in json.loads(result.stdout)}) == 3
    assert seconds < 40


@pytest.mark.quick
def test_a_listing_of_accounts_under_a_rate_limit_ends_too(signed_in: CommandLine) -> None:
    signed_in.server.faults.add("ListAccounts", 429)
    result, seconds = run(signed_in, "list", "--csv")
    assert result.returncode == 3
    assert "limits the rate of ListAccounts" in result.stderr
    assert seconds < 40


def test_sessions_that_do_not_answer_are_waited_for_together(signed_in: CommandLine) -> None:
    server = signed_in.server
    for name in ("other", "third"):
        session = SsoSession(name, server.start_url, server.region)
        keys = f"sso_start_url = {session.start_url}\nsso_region = {session.region}"
        signed_in.add(f"[sso-session {name}]\n{keys}")
        signed_in.token_cache.save_token(session, server.sign_in())
    server.faults.add("ListAccounts", Fault.DRIP)
    result, seconds = run(signed_in, "list", "--json", seconds=6)
    assert (result.returncode, result.stdout) == (3, "[]\n")
    assert result.stderr.count("The accounts could not be listed.") == 3
    assert seconds < 15  # one after the other, they take 18


@pytest.mark.parametrize("signed_out", [{"accounts": 160, "latency": 0.5}], indirect=True, ids=[""])
def test_a_listing_that_makes_progress_takes_as_long_as_it_needs(signed_in: CommandLine) -> None:
    """Eight calls at once, of half a second each, for many accounts."""
    result, seconds = run(signed_in, "list", "--json", seconds=8)
    assert (result.returncode, result.stderr.count("missing")) == (0, 0), result.stderr
    assert seconds > 10
