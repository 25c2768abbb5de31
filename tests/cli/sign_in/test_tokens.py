"""`rolecall tokens`: the time left of each access token, for prompts and scripts."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, get_args

import pytest

from rolecall.cli.tokens import _UNPROTECTED
from rolecall.demo.wire import Request, Response
from rolecall.files.safe.protection import Problem
from rolecall.services.config.doctor import _PROTECTION
from tests.cli.conftest import PROFILE, CommandLine, aws, command
from tests.support.obstacles.full_disk import BALLAST, fill_up, small_disk
from tests.support.obstacles.unwritable import read_only, unwritable
from tests.support.programs import completed, require_root
from tests.support.settings import write_settings

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


def token_objects(desk: CommandLine, *arguments: str, **environ: str) -> list[dict[str, Any]]:
    objects: list[dict[str, Any]] = json.loads(
        desk.output_of("tokens", "--json", *arguments, **environ)
    )
    return objects


def token_file(desk: CommandLine) -> Path:
    (file,) = [each for each in desk.sso_cache.glob("*.json") if "accessToken" in each.read_text()]
    return file


def change(desk: CommandLine, **fields: object) -> None:
    """Change fields of the token's file; None deletes a field."""
    file = token_file(desk)
    kept = {**json.loads(file.read_text()), **fields}
    file.write_text(json.dumps({name: value for name, value in kept.items() if value is not None}))


def ago(**since: int) -> str:
    return (datetime.now(UTC) - timedelta(**since)).strftime("%Y-%m-%dT%H:%M:%SZ")


@pytest.mark.quick
def test_a_valid_token_shows_its_time_left(signed_in: CommandLine) -> None:
    signed_in.add(OTHERS)
    change(signed_in, expiresAt=ago(hours=-8, seconds=30))  # 30 s away from 8 h 0 min
    assert signed_in.output_of("tokens").splitlines() == [
        f"● {'corp':{len(LEGACY)}}  7 h 59 min left, renews itself",
        f"○ {'other':{len(LEGACY)}}  signed out",
        f"○ {LEGACY}  signed out",
    ]
    corp, other, legacy = token_objects(signed_in)
    assert corp["usable"]
    assert 7 * 3600 < corp["seconds_left"] <= 8 * 3600
    assert datetime.fromisoformat(corp["expires_at"]) > datetime.now(UTC)
    assert datetime.fromisoformat(corp["renewable_until"]) > datetime.now(UTC)
    assert [other["sso_session"], legacy["sso_session"]] == ["other", LEGACY]
    assert [other["usable"], other["expires_at"], other["seconds_left"]] == [False, None, None]


# The fast reader gives up on the second file, which is then read in full.
@pytest.mark.parametrize("odd", ["", "Region = eu-west-1\n"])
def test_short_term_keys_are_listed_with_or_without_an_expiry(
    signed_in: CommandLine, odd: str
) -> None:
    (signed_in.config.parent / "credentials").write_text(
        "[opaque]\naws_access_key_id = ASIA1\naws_secret_access_key = s\naws_session_token = t\n"
        "[forever]\naws_access_key_id = AKIA1\naws_secret_access_key = s\n"
        "[pasted]\naws_access_key_id = ASIA2\naws_session_token = t\n"
        f"expiration = {ago(minutes=3)}\n{odd}"
    )
    assert signed_in.output_of("tokens").splitlines()[1:] == [
        "○ pasted  short-term credentials, expired 3 min ago",
        "? opaque  short-term credentials, expiry unknown",
    ]
    corp, pasted, opaque = token_objects(signed_in)
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
    assert len(token_objects(signed_in, "--sso-session", "corp")) == 1


def test_the_exit_status_is_that_of_the_chosen_session(signed_in: CommandLine) -> None:
    signed_in.add(OTHERS)

    def asked(*name: str, **environ: str) -> int:
        return signed_in.rolecall("tokens", *name, **environ).returncode

    assert asked() == 0
    assert asked("--sso-session", "corp") == 0
    assert asked("--sso-session", "other") == 1
    assert asked("--sso-session", LEGACY) == 1
    assert asked(AWS_PROFILE=PROFILE) == 0
    assert asked(AWS_PROFILE="old") == 1
    assert asked("--sso-session", "corp", AWS_PROFILE="old") == 0
    missing = signed_in.rolecall("tokens", "--sso-session", "nope")
    assert (missing.returncode, missing.stdout) == (2, "")
    assert "There is no sso-session named nope" in missing.stderr


def test_a_token_whose_file_cannot_be_replaced_does_not_renew_itself(
    signed_in: CommandLine,
) -> None:
    file = token_file(signed_in)
    with unwritable(file, "hard link"):
        change(signed_in, expiresAt=ago(hours=-2, seconds=30))
        valid = signed_in.rolecall("tokens")
        assert (valid.returncode, valid.stdout) == (0, "● corp  1 h 59 min left\n")
        (found,) = token_objects(signed_in)
        assert found["renewable_until"] is None
        assert found["not_renewed"] == {"path": str(file), "reason": "hard-linked"}
        change(signed_in, expiresAt=ago(minutes=3))
        expired = signed_in.rolecall("tokens")
        assert (expired.returncode, expired.stdout) == (1, "○ corp  sign-in expired 3 min ago\n")
        refused = signed_in.rolecall("export", PROFILE)
        assert "corp is not renewed" in refused.stderr
        assert valid.stderr == expired.stderr == refused.stderr
        change(signed_in, registrationExpiresAt=ago(minutes=3))
        assert signed_in.rolecall("tokens").stderr == ""
    change(signed_in, registrationExpiresAt=ago(days=-3))
    assert "renews itself" in signed_in.output_of("tokens")
    assert token_objects(signed_in)[0]["not_renewed"] is None


def test_a_broken_config_fails_and_a_missing_one_is_empty(signed_in: CommandLine) -> None:
    signed_in.config.write_text("[profile x\n")
    broken = signed_in.rolecall("tokens")
    assert (broken.returncode, broken.stdout) == (1, "")
    assert "config" in broken.stderr
    signed_in.config.unlink()
    nothing = signed_in.rolecall("tokens", "--json")
    assert (nothing.returncode, nothing.stdout) == (1, "[]\n")


def in_a_shell(desk: CommandLine, script: str) -> str:
    """Run the script in sh. Returns its standard error."""
    environ = {"PATH": os.environ["PATH"], **desk.environ}
    return completed(["/bin/sh", "-c", script], environ).stderr


def test_a_closed_pipe_does_not_change_the_exit_status(signed_in: CommandLine) -> None:
    tokens = " ".join(command("tokens"))
    assert in_a_shell(signed_in, f"{{ {tokens}; echo $? >&2; }} | true") == "0\n"
    assert in_a_shell(signed_in, f"{tokens} >&-; echo $? >&2") == "0\n"


@pytest.mark.parametrize("asked", ["tokens", "list", "--help"])
def test_a_full_disk_is_reported_in_one_sentence(signed_in: CommandLine, asked: str) -> None:
    output = in_a_shell(signed_in, f"{' '.join(command(asked))} >/dev/full; echo $? >&2")
    assert output.startswith("rolecall: standard output cannot be written (No space left")
    assert output.endswith(".\n1\n")
    assert not list(signed_in.home.rglob("crash*"))


def test_aws_is_not_asked(signed_in: CommandLine) -> None:
    change(signed_in, expiresAt=ago(minutes=3))
    signed_in.server.calls.clear()
    signed_in.output_of("tokens")
    assert not signed_in.server.calls.count("CreateToken")


def test_tokens_has_a_help_and_refuses_a_bad_option(signed_out: CommandLine) -> None:
    assert "Exit status 0 if" in signed_out.output_of("tokens", "--help")
    assert signed_out.rolecall("tokens", "--what").returncode == 2


def test_a_token_file_that_others_can_read_is_reported(signed_in: CommandLine) -> None:
    assert signed_in.rolecall("tokens").stderr == ""
    file = token_file(signed_in)
    file.chmod(0o644)
    result = signed_in.rolecall("tokens")
    assert result.returncode == 0
    assert f"can read or change {file}" in result.stderr


def test_each_problem_of_files_has_a_sentence() -> None:
    assert set(get_args(Problem)) == _UNPROTECTED.keys() == _PROTECTION.keys()


@contextmanager
def after_the_renewal(desk: CommandLine, act: Callable[[], object]) -> Iterator[None]:
    """Let the token have expired, and act after AWS has renewed it, before the answer arrives."""
    change(desk, expiresAt=ago(minutes=3))
    http = desk.server._http
    assert http is not None
    answer = http.answer

    def acted(request: Request) -> Response | None:
        response = answer(request)
        if request.path == "/token":
            act()
        return response

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(http, "answer", acted)
        yield
    assert desk.server.calls.count("CreateToken", status=200)


def test_a_disk_that_fills_up_during_a_renewal_costs_no_session(signed_in: CommandLine) -> None:
    cache = signed_in.sso_cache
    files = {path.name: path.read_bytes() for path in cache.iterdir()}
    with small_disk(cache, "600k"):
        for name, data in files.items():
            (cache / name).write_bytes(data)
        with after_the_renewal(signed_in, lambda: fill_up(cache / BALLAST)):
            result = signed_in.rolecall("whoami", "--profile", PROFILE)
        assert (result.returncode, result.stderr) == (0, "")
        assert signed_in.rolecall("whoami", "--profile", PROFILE).returncode == 0
        assert aws(signed_in, "sts", "get-caller-identity", "--profile", PROFILE).returncode == 0
    assert signed_in.server.calls.count("CreateToken", status=200) == 2  # with the sign-in


def test_a_token_that_cannot_be_saved_in_its_file_is_said_once_and_moved_back(
    signed_in: CommandLine,
) -> None:
    require_root()  # here: a skip in the server's thread is a broken answer
    with ExitStack() as stack:

        def protect() -> None:
            stack.enter_context(read_only(signed_in.sso_cache))

        with after_the_renewal(signed_in, protect):
            result = signed_in.rolecall("whoami", "--profile", PROFILE)
        assert result.returncode == 1
        assert result.stderr.count("The new token of corp is kept in ") == 1
        assert "rolecall runs again and moves it back." in result.stderr
        assert "igned out" not in result.stderr
    assert signed_in.rolecall("whoami", "--profile", PROFILE).returncode == 0
    assert aws(signed_in, "sts", "get-caller-identity", "--profile", PROFILE).returncode == 0
    assert signed_in.server.calls.count("CreateToken", status=200) == 2  # with the sign-in


def test_the_plain_mode_has_no_signs(signed_in: CommandLine) -> None:
    assert signed_in.output_of("tokens").startswith("● corp")
    write_settings(signed_in.home, "plain = true\n")
    assert signed_in.output_of("tokens").startswith("corp")
