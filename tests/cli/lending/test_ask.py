"""`rolecall ask`: a sealed program gets one more profile once a user has approved it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from rolecall.domain.lending.lent import Lent, Loan, waiting
from tests.cli.conftest import PROFILE, CommandLine, check_schema, command
from tests.support.programs import aws_cli, require_seal
from tests.support.waiting import wait_until

LEND = ("lend", PROFILE, "--allow", "s3", "--")
ASK = ("ask", PROFILE, "--allow", "secretsmanager", "--minutes", "15", "--reason", "INC-4712")
NAME = f"{PROFILE}-1"  # next to the one that it has


@pytest.fixture
def desk(signed_in: CommandLine, monkeypatch: pytest.MonkeyPatch) -> CommandLine:
    require_seal()
    folder = signed_in.home / "src"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return signed_in


def request_of(desk: CommandLine) -> Lent:
    """Return the request once there is one."""
    found: list[Loan] = []

    def is_there() -> bool:
        found[:] = waiting(desk.services.lends.watched(), desk.services.clock())
        return bool(found)

    wait_until(is_there, "a request")
    return found[0].lent


def lent(desk: CommandLine, decide: Callable[[Lent], object], script: str) -> tuple[str, str]:
    """Run a shell script in a seal, and decide about what it asks for. Return its output."""
    with desk.start(*LEND, "sh", "-c", script) as process:
        decide(request_of(desk))
        out, errors = process.communicate(timeout=120)
    assert "Traceback" not in errors
    return out, errors


def words(*arguments: str) -> str:
    return subprocess.list2cmdline(command(*arguments))


@pytest.mark.quick
def test_the_aws_cli_uses_what_was_approved(desk: CommandLine) -> None:
    script = f"""
{words(*ASK, "--wait", "--json")}
{aws_cli()} secretsmanager list-secrets --profile {NAME} >/dev/null && echo may
{aws_cli()} s3 ls --profile {NAME} 2>&1 | grep -o AccessDenied
{aws_cli()} s3 ls | grep -o uploads
{words(*ASK)}
"""
    approve = lambda it: desk.services.lends.approve(it, it.rights, 5)  # noqa: E731
    out, _ = lent(desk, approve, script)
    *answer, may, denied, own, again = out.splitlines()
    found: dict[str, Any] = json.loads("\n".join(answer))
    check_schema("ask", found)
    assert (found["state"], found["profile"], found["minutes"]) == ("runs", NAME, 5)
    assert "token" not in found
    assert (may, denied, own) == ("may", "AccessDenied", "uploads")
    assert again.startswith("Approved until")
    log = json.loads(desk.output_of("log", "--json", "INC-4712"))
    assert [each["kind"] for each in log] == ["ask", "approve", "lease", "lease-end"]
    assert {each["lend"] for each in log} == {found["id"]}
    issued = desk.server.issued(log[2]["access_key_id"])
    assert log[2]["scoped_session"] == issued.scoped_session_id
    assert issued.description == "INC-4712"


def test_a_denial_says_why(desk: CommandLine) -> None:
    deny = lambda it: desk.services.lends.deny(it, "use staging")  # noqa: E731
    script = f"{words(*ASK, '--wait')}; echo $?; {aws_cli()} s3 ls --profile {NAME} 2>&1"
    out, _ = lent(desk, deny, script)
    assert out.startswith("Denied: use staging\n1\n")
    assert "This was denied. use staging" in out


def test_without_wait_it_says_that_nobody_has_decided(desk: CommandLine) -> None:
    out, errors = lent(desk, lambda _: None, f"{words(*ASK)}; echo $?; {words(*ASK, '--json')}")
    status, *answer = out.splitlines()
    assert (status, json.loads("\n".join(answer))["state"]) == ("75", "waits")
    assert "A user has to approve it" in errors


def test_outside_of_a_seal_nobody_can_ask(desk: CommandLine) -> None:
    script = words(*ASK)
    for result in (
        desk.rolecall(*ASK),
        desk.rolecall("serve", PROFILE, "--", "sh", "-c", script),
        desk.rolecall("lend", PROFILE, "--allow", "s3", "--no-seal", "--", "sh", "-c", script),
    ):
        assert (result.returncode, result.stdout) == (1, "")
        assert "Only a program that `rolecall lend` has sealed can ask" in result.stderr
    assert list(desk.services.lends.all()) == []


def test_the_program_cannot_decide_itself(desk: CommandLine) -> None:
    """It finds no records, and those that it makes are not those of the lend."""
    forge = f"""
import hashlib, json, os, pathlib, subprocess, sys
state = pathlib.Path({str(desk.services.locations.state)!r})
asked = json.loads(subprocess.run({command(*ASK, "--json")!r}, capture_output=True).stdout)
print(sum(1 for _ in state.rglob("*")) if state.exists() else 0)
folder = state / "lends" / asked["id"].split(".")[0]
decision = dict(digest="", is_approved=True, rights=asked["rights"], minutes=15, reason="", at="")
try:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "1.decision").write_text(json.dumps(decision))
except OSError:
    pass
for words in (["lend", "--list", "--json"], ["log"]):
    print(subprocess.run([*{command()!r}, *words], capture_output=True, text=True).stdout)
asked = json.loads(subprocess.run({command(*ASK, "--json")!r}, capture_output=True).stdout)
print(asked["state"])
"""
    Path("forge.py").write_text(forge)
    with desk.start(*LEND, sys.executable, "forge.py") as process:
        request = request_of(desk)
        out, errors = process.communicate(timeout=120)
    assert errors.count("Traceback") == 0
    lines = out.split()
    assert (lines[0], lines[-1]) == ("0", "waits")
    assert request.id not in out
    assert "[]" in lines


def test_it_needs_all_that_a_user_decides_by(desk: CommandLine) -> None:
    for missing in ("--allow", "--minutes", "--reason"):
        at = ASK.index(missing)
        result = desk.rolecall(*ASK[:at], *ASK[at + 2 :])
        assert (result.returncode, missing in result.stderr) == (2, True)
