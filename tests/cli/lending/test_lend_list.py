"""`rolecall lend --list`, and taking a lend back: the program ends, and gets no more keys."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from rolecall.services.lending.lends import Lends
from tests.cli.conftest import ACCOUNT, PERMISSION_SET, PROFILE, CommandLine, check_schema
from tests.support.programs import require_seal

ASKED = ("--allow", "s3", "--minutes", "30", "--reason", "INC-4711")
# Gets keys for each line that it reads, and prints the status of the answer.
PROGRAM = """
import os, signal, sys, urllib.error, urllib.request
signal.signal(signal.SIGTERM, lambda *_: print("TERM", flush=True))
print("runs", flush=True)
request = urllib.request.Request(os.environ["AWS_CONTAINER_CREDENTIALS_FULL_URI"])
request.add_header("Authorization", os.environ["AWS_CONTAINER_AUTHORIZATION_TOKEN"])
while sys.stdin.readline():
    try:
        print(urllib.request.urlopen(request).status, flush=True)
    except urllib.error.HTTPError as error:
        print(error.status, error.read().decode(), flush=True)
"""


@pytest.fixture
def lend(signed_in: CommandLine, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sealed]:
    require_seal()
    folder = signed_in.home / "src"
    folder.mkdir()
    monkeypatch.chdir(folder)
    words = ("lend", PROFILE, *ASKED, "--", sys.executable, "-c", PROGRAM)
    with signed_in.start(*words, stdin=subprocess.PIPE) as process:
        lend = Sealed(process)
        assert lend.read() == "runs"
        yield lend
        process.kill()


class Sealed:
    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process

    def read(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def get_keys(self) -> str:
        assert self.process.stdin is not None
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        return self.read()


def listed(desk: CommandLine) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(desk.output_of("lend", "--list", "--json"))
    check_schema("lend-list", found)
    return found


@pytest.mark.quick
def test_a_lend_is_listed_with_what_it_has_and_did(signed_in: CommandLine, lend: Sealed) -> None:
    assert lend.get_keys() == "200"
    assert lend.get_keys() == "200"
    (found,) = listed(signed_in)
    facts = ("profile", "account_id", "role", "rights", "minutes", "reason", "calls", "state")
    assert [found[each] for each in facts] == [
        *(PROFILE, ACCOUNT, PERMISSION_SET, "allow s3", 30, "INC-4711", 2, "runs"),
    ]
    assert found["folder"] == str(Path.cwd())
    assert found["used_at"] <= found["keys_until"] <= found["until"]
    begun = json.loads(signed_in.output_of("log", "--json", "INC-4711"))[0]
    assert (begun["lend"], begun["scoped_session"]) == (found["id"], found["scoped_session"])
    line = signed_in.output_of("lend", "--list").splitlines()[1]
    assert {PROFILE, "INC-4711", "2"} <= set(line.split())


def test_the_record_has_no_key_and_no_token(signed_in: CommandLine, lend: Sealed) -> None:
    assert lend.get_keys() == "200"
    folder = signed_in.services.locations.state / "lends"
    text = b"".join(each.read_bytes() for each in folder.rglob("*") if each.is_file())
    logged = json.loads(signed_in.output_of("log", "--json", "INC-4711"))[0]
    issued = signed_in.server.issued(logged["access_key_id"])
    for secret in (issued.secret_access_key, issued.session_token, logged["access_key_id"]):
        assert secret.encode() not in text


def test_what_was_taken_back_is_handed_out_no_more(signed_in: CommandLine, lend: Sealed) -> None:
    assert lend.get_keys() == "200"
    lends: Lends = signed_in.services.lends
    (loan,) = lends.all()
    lends.take_back(loan.lent)
    assert lend.read() == "TERM"
    assert lend.get_keys().startswith("500")
    assert [each["state"] for each in listed(signed_in)] == ["ended"]
    assert lend.process.stdin is not None
    lend.process.stdin.close()
    assert lend.process.wait() == 0
    assert listed(signed_in) == []


def test_a_killed_lend_is_not_listed(signed_in: CommandLine, lend: Sealed) -> None:
    assert len(listed(signed_in)) == 1
    os.kill(lend.process.pid, signal.SIGKILL)
    lend.process.wait()
    assert listed(signed_in) == []


def test_json_is_for_the_list(signed_in: CommandLine) -> None:
    assert signed_in.output_of("lend", "--json", "--list") == "[]\n"
    assert signed_in.rolecall("lend", "--list").stderr == "Nothing is lent now.\n"
    refused = signed_in.rolecall("lend", "--json", PROFILE)
    assert (refused.returncode, "--list" in refused.stderr) == (2, True)
