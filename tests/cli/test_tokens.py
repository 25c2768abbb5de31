"""`rolecall tokens`: the time left of each token, for prompts and scripts."""

from __future__ import annotations

import json
import os
import subprocess
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.cli.conftest import PROFILE, CommandLine, command

LEGACY = "https://d-1234567890.awsapps.com/start"
OTHERS = f"""
[sso-session other]
sso_start_url = {LEGACY}
sso_region = eu-west-1

[profile old]
sso_start_url = {LEGACY}
sso_region = eu-west-1
sso_account_id = 111122223333
sso_role_name = Admin
"""


def told(desk: CommandLine, *arguments: str, **environ: str) -> list[dict[str, Any]]:
    objects: list[dict[str, Any]] = json.loads(desk.said("tokens", "--json", *arguments, **environ))
    return objects


def change(desk: CommandLine, **fields: object) -> None:
    """Of the token's file; None takes a field away."""
    (file,) = [each for each in desk.sso_cache.iterdir() if "accessToken" in each.read_text()]
    kept = {**json.loads(file.read_text()), **fields}
    file.write_text(json.dumps({name: value for name, value in kept.items() if value is not None}))


def ago(**since: int) -> str:
    return (datetime.now(UTC) - timedelta(**since)).strftime("%Y-%m-%dT%H:%M:%SZ")


def test_a_token_that_holds(here: CommandLine) -> None:
    here.add(OTHERS)
    change(here, expiresAt=ago(hours=-8, seconds=30))  # clear of the second that says 8 h 0 min
    assert here.said("tokens").splitlines() == [
        f"● {'corp':{len(LEGACY)}}  7 h 59 min left, renews itself",
        f"○ {'other':{len(LEGACY)}}  signed out",
        f"○ {LEGACY}  signed out",
    ]
    corp, other, legacy = told(here)
    assert corp["usable"]
    assert 7 * 3600 < corp["seconds_left"] <= 8 * 3600
    assert datetime.fromisoformat(corp["expires_at"]) > datetime.now(UTC)
    assert datetime.fromisoformat(corp["renewable_until"]) > datetime.now(UTC)
    assert [other["session"], legacy["session"]] == ["other", LEGACY]
    assert [other["usable"], other["expires_at"], other["seconds_left"]] == [False, None, None]


@pytest.mark.parametrize("odd", ["", "Region = eu-west-1\n"])  # read the quick way, and in full
def test_short_term_keys_and_those_that_do_not_tell_their_end(here: CommandLine, odd: str) -> None:
    (here.config.parent / "credentials").write_text(
        "[opaque]\naws_access_key_id = ASIA1\naws_secret_access_key = s\naws_session_token = t\n"
        "[forever]\naws_access_key_id = AKIA1\naws_secret_access_key = s\n"
        "[pasted]\naws_access_key_id = ASIA2\naws_session_token = t\n"
        f"expiration = {ago(minutes=3)}\n{odd}"
    )
    assert here.said("tokens").splitlines()[1:] == [
        "○ pasted  short-term keys, expired 3 min ago",
        "? opaque  short-term keys, expiry unknown",
    ]
    corp, pasted, opaque = told(here)
    assert corp["kind"] == "access-token"
    assert [pasted["profile"], pasted["usable"]] == ["pasted", False]
    assert pasted["seconds_left"] < 0
    assert opaque == {
        "kind": "short-term-credentials",
        "profile": "opaque",
        "usable": None,
        "expires_at": None,
        "seconds_left": None,
    }
    assert len(told(here, "--sso-session", "corp")) == 1


def test_the_exit_status_is_that_of_the_chosen_session(here: CommandLine) -> None:
    here.add(OTHERS)

    def asked(*name: str, **environ: str) -> int:
        return here.rolecall("tokens", *name, **environ).returncode

    assert asked() == 0
    assert asked("--sso-session", "corp") == 0
    assert asked("--sso-session", "other") == 1
    assert asked("--sso-session", LEGACY) == 1
    assert asked(AWS_PROFILE=PROFILE) == 0
    assert asked(AWS_PROFILE="old") == 1
    assert asked("--sso-session", "corp", AWS_PROFILE="old") == 0
    missing = here.rolecall("tokens", "--sso-session", "nope")
    assert (missing.returncode, missing.stdout) == (2, "")
    assert "There is no sso-session named nope" in missing.stderr


def test_an_ended_token_is_usable_while_it_renews_itself(here: CommandLine) -> None:
    change(here, expiresAt=ago(minutes=3))
    assert "renews itself at the next call" in here.said("tokens")
    assert told(here)[0]["seconds_left"] < 0
    change(here, registrationExpiresAt=ago(minutes=3))
    assert here.rolecall("tokens").returncode == 1
    change(here, refreshToken=None)
    ended = here.rolecall("tokens")
    assert (ended.returncode, "expired 3 min ago" in ended.stdout) == (1, True)


@pytest.mark.parametrize("spoilt", ["", "{", "[]", '{"accessToken": 5}'])
def test_what_no_client_can_read_is_no_token(here: CommandLine, spoilt: str) -> None:
    for file in here.sso_cache.iterdir():
        file.write_text(spoilt)
    assert here.rolecall("tokens").returncode == 1


def test_without_a_config_and_with_a_broken_one(here: CommandLine) -> None:
    here.config.write_text("[profile x\n")
    broken = here.rolecall("tokens")
    assert (broken.returncode, broken.stdout) == (1, "")
    assert "config" in broken.stderr
    here.config.unlink()
    nothing = here.rolecall("tokens", "--json")
    assert (nothing.returncode, nothing.stdout) == (1, "[]\n")


def in_a_shell(desk: CommandLine, script: str) -> str:
    """Run a script. Returns its standard error."""
    environ = {"PATH": os.environ["PATH"], **desk.environ}
    return subprocess.run(
        ["/bin/sh", "-c", script], env=environ, capture_output=True, text=True, check=True
    ).stderr


def test_whoever_reads_may_leave(here: CommandLine) -> None:
    tokens = " ".join(command("tokens"))
    assert in_a_shell(here, f"{{ {tokens}; echo $? >&2; }} | true") == "0\n"
    assert in_a_shell(here, f"{tokens} >&-; echo $? >&2") == "0\n"


@pytest.mark.parametrize("asked", ["tokens", "list", "--help"])
def test_what_cannot_be_written_is_said_in_a_sentence(here: CommandLine, asked: str) -> None:
    said = in_a_shell(here, f"{' '.join(command(asked))} >/dev/full; echo $? >&2")
    assert said.startswith("rolecall: standard output cannot be written (No space left")
    assert said.endswith(".\n1\n")
    assert not list(here.home.rglob("crash*"))


def test_aws_is_not_asked(here: CommandLine) -> None:
    change(here, expiresAt=ago(minutes=3))
    here.server.calls.clear()
    here.said("tokens")
    assert not here.server.calls.count("CreateToken")


def test_it_says_what_it_does(signed_out: CommandLine) -> None:
    assert "Exit status 0 if" in signed_out.said("tokens", "--help")
    assert signed_out.rolecall("tokens", "--what").returncode == 2
