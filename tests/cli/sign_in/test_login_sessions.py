"""Profiles with a login session, as `aws login` makes them, in the commands that read files."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from rolecall.files.caches.login_file import login_stem
from tests.cli.conftest import CommandLine, command
from tests.support.login_files import ALICE, PROFILE, fields, write
from tests.support.terminal import Terminal

SECOND = timedelta(seconds=30)


def log_in(desk: CommandLine, left: timedelta, of_session: timedelta, folder: str = "") -> Path:
    """Add a profile with a login session."""
    desk.add(PROFILE)
    content = fields(datetime.now(UTC), left=left, of_session=of_session)
    return write(Path(folder or desk.home / ".aws" / "login" / "cache"), content)


def line_of(desk: CommandLine, **environ: str) -> str:
    result = desk.rolecall("tokens", **environ)
    return next(line for line in result.stdout.splitlines() if "console" in line)


def test_tokens_shows_how_long_the_sign_in_lasts(signed_out: CommandLine) -> None:
    log_in(signed_out, timedelta(minutes=9), timedelta(hours=3) + SECOND)
    assert line_of(signed_out) == "● console  console sign-in, at most 3 h 0 min left"
    objects = json.loads(signed_out.rolecall("tokens", "--json").stdout)
    (found,) = [each for each in objects if each["kind"] == "login-session"]
    assert (found["profile"], found["login_session"]) == ("console", ALICE)
    assert (found["usable"], found["chosen"]) == (True, True)
    assert 8 * 60 <= found["seconds_left"] <= 9 * 60
    assert datetime.fromisoformat(found["renewable_until"]) > datetime.now(UTC)


def test_the_profile_of_the_shell_decides_the_exit_status(signed_in: CommandLine) -> None:
    path = log_in(signed_in, timedelta(minutes=9), timedelta(hours=3))
    assert signed_in.rolecall("tokens", AWS_PROFILE="console").returncode == 0
    path.unlink()
    assert signed_in.rolecall("tokens", AWS_PROFILE="console").returncode == 1
    assert signed_in.rolecall("tokens").returncode == 0
    assert line_of(signed_in) == "○ console  console sign-in, signed out"


def test_the_prompt_says_whether_the_sign_in_lasts(signed_out: CommandLine) -> None:
    prompt = "prompt", "--format", "{profile} {left}"
    path = log_in(signed_out, timedelta(minutes=9) + SECOND, timedelta(hours=3))
    assert signed_out.output_of(*prompt, AWS_PROFILE="console") == "console 9 min\n"
    write(path.parent, fields(datetime.now(UTC), left=-SECOND, of_session=timedelta(hours=3)))
    assert signed_out.output_of(*prompt, AWS_PROFILE="console") == "console renews\n"
    path.unlink()
    assert signed_out.output_of(*prompt, AWS_PROFILE="console") == "console signed out\n"


def test_keys_that_have_expired_renew_until_the_sign_in_ends(signed_out: CommandLine) -> None:
    path = log_in(signed_out, timedelta(minutes=-9), timedelta(hours=3) + SECOND)
    assert "● console  console sign-in, at most" in line_of(signed_out, AWS_PROFILE="console")
    write(path.parent, fields(datetime.now(UTC), left=-SECOND, of_session=-SECOND))
    result = signed_out.rolecall("tokens", AWS_PROFILE="console")
    assert "○ console  console sign-in, expired" in result.stdout
    assert result.returncode == 1


def test_the_cache_can_be_elsewhere(signed_out: CommandLine, tmp_path: Path) -> None:
    folder = str(tmp_path / "logins")
    log_in(signed_out, timedelta(minutes=9), timedelta(hours=3), folder)
    assert "signed out" in line_of(signed_out)
    assert "at most" in line_of(signed_out, AWS_LOGIN_CACHE_DIRECTORY=folder)


def test_doctor_finds_half_written_and_exposed_files(signed_out: CommandLine) -> None:
    path = log_in(signed_out, timedelta(minutes=9), timedelta(hours=3))
    assert "login" not in signed_out.rolecall("doctor").stdout
    path.chmod(0o644)
    assert f"{login_stem(ALICE)}.json: Others" in signed_out.rolecall("doctor").stdout
    path.write_text(path.read_text()[:99])
    path.chmod(0o600)
    assert f"{login_stem(ALICE)}.json: This file is broken" in signed_out.rolecall("doctor").stdout


def test_a_switch_shows_account_identity_and_time_left(signed_out: CommandLine) -> None:
    log_in(signed_out, timedelta(minutes=9) + SECOND, timedelta(hours=3))
    result = signed_out.rolecall("switch", "--shell=bash", "console")
    assert "AWS_PROFILE='console'" in result.stdout
    assert result.stderr.startswith("console · 038410265977 · user/alice · 9 min left, renews")


def test_a_switch_calls_expired_keys_by_their_name(signed_out: CommandLine) -> None:
    """They are no access token, and last 15 minutes only."""
    log_in(signed_out, -SECOND, timedelta(hours=3))
    shown = signed_out.rolecall("switch", "--shell=bash", "console").stderr
    assert "console keys expired, renewed by the next call" in shown
    assert "access token" not in shown


def paste(
    desk: CommandLine, *arguments: str, change: Callable[[str], str] = str
) -> tuple[int, str]:
    """Run `rolecall login`, allow the sign-in, and paste the code. Return status and messages."""
    with desk.start("login", *arguments, stdin=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stderr is not None
        shown = ""
        while "/v1/authorize" not in shown:
            shown += process.stderr.readline()
        code = desk.server.log_in(shown.split()[-1])
        process.stdin.write(change(code))
        process.stdin.close()
        shown += process.stderr.read()
        return process.wait(60), shown


@pytest.mark.parametrize(("term", "has_links"), [("xterm-256color", True), ("linux", False)])
def test_a_terminal_shows_the_link_as_text_that_it_can_open(
    signed_out: CommandLine, term: str, *, has_links: bool
) -> None:
    env = {**signed_out.environ, "TERM": term}
    with Terminal(command("login", "dev"), columns=100, lines=60, env=env) as terminal:
        terminal.wait_for("Paste the code here:")
        lines = iter(terminal.screen_lines())
        link = "".join([next(line for line in lines if "/v1/authorize" in line), *lines])
        link = link.split()[0]
        assert link.startswith("http")
        assert (f"\x1b]8;;{link}\x1b\\".encode() in terminal.received) is has_links
        terminal.send(f"{signed_out.server.log_in(link)}\r")
        assert terminal.wait_exit() == 0


def arn(desk: CommandLine) -> str:
    return f"arn:aws:iam::{desk.server.organisation.accounts[0].id}:user/alice"


@pytest.mark.quick
def test_a_sign_in_makes_a_profile_that_every_command_uses(signed_out: CommandLine) -> None:
    desk = signed_out
    before = desk.config.read_text()
    status, shown = paste(desk, "dev", "--region", "eu-west-1")
    assert (status, f"dev uses the console credentials of {arn(desk)}" in shown) == (0, True)
    assert "added to ~/.aws/config.\n" in shown
    assert f"+[profile dev]\n+login_session = {arn(desk)}\n+region = eu-west-1\n" in shown
    added = f"[profile dev]\nlogin_session = {arn(desk)}\nregion = eu-west-1\n"
    assert desk.config.read_text() == f"{before}\n{added}"
    assert "export AWS_ACCESS_KEY_ID='ASIA" in desk.output_of("export", "dev")
    assert json.loads(desk.output_of("credential-process", "dev"))["AccessKeyId"][:4] == "ASIA"
    identity = desk.output_of("exec", "dev", "--", "sh", "-c", "echo $AWS_SESSION_TOKEN")
    assert identity.startswith("IQoJ")
    assert arn(desk) in desk.output_of("whoami", "--profile", "dev")
    again = desk.rolecall("login", "dev")
    assert (again.returncode, "is signed in as" in again.stderr) == (0, True)


def test_another_identity_needs_a_yes_that_follows_the_difference(signed_out: CommandLine) -> None:
    desk = signed_out
    bob = "arn:aws:iam::111122223333:user/bob"
    desk.add(f"[profile dev]\nlogin_session = {bob}\nregion = eu-west-1")
    before = desk.config.read_bytes()
    status, shown = paste(desk, "dev")
    assert (status, desk.config.read_bytes()) == (1, before)
    assert shown.index(f"-login_session = {bob}") < shown.index(f"dev still uses {bob}. --yes")
    assert not list(desk.home.glob(".aws/login/cache/*.json"))
    status, shown = paste(desk, "dev", "--yes")
    assert (status, f"login_session = {arn(desk)}" in desk.config.read_text()) == (0, True)


def test_without_a_sign_in_the_error_names_the_command(signed_out: CommandLine) -> None:
    signed_out.add(PROFILE)
    result = signed_out.rolecall("export", "console")
    assert result.returncode == 1
    assert "`rolecall login console` signs in" in result.stderr
    result = signed_out.rolecall("whoami", "--profile", "console")
    assert "`rolecall login console` signs in" in result.stdout + result.stderr


class TestSignOut:
    def test_it_deletes_the_keys_and_the_roles_that_are_assumed_with_them(
        self, signed_out: CommandLine
    ) -> None:
        desk = signed_out
        assert paste(desk, "dev")[0] == 0
        account = desk.server.organisation.accounts[0].id
        role = f"arn:aws:iam::{account}:role/Deploy"
        desk.add(f"[profile deploy]\nrole_arn = {role}\nsource_profile = dev\nregion = eu-west-1")
        assert desk.rolecall("export", "deploy").returncode == 0
        result = desk.rolecall("sign-out", "dev", "--yes")
        assert result.returncode == 0
        assert f"sign-in of {arn(desk)} with its keys, which dev uses" in result.stderr
        assert "- role credentials in the AWS CLI's cache: deploy Deploy" in result.stderr
        assert result.stderr.endswith("dev is signed out.\n")
        for profile in ("dev", "deploy"):
            assert desk.rolecall("export", profile).returncode == 1
        assert "login_session" in desk.config.read_text()
        again = desk.rolecall("sign-out", "dev")
        assert (again.returncode, again.stderr) == (0, "Already signed out of dev.\n")

    def test_the_profile_of_the_shell_says_which(self, signed_in: CommandLine) -> None:
        path = log_in(signed_in, timedelta(minutes=9), timedelta(hours=3))
        result = signed_in.rolecall("sign-out", AWS_PROFILE="console")
        assert (result.returncode, path.exists()) == (1, True)
        assert "--yes does it without asking" in result.stderr
        assert signed_in.rolecall("sign-out", "--yes", AWS_PROFILE="console").returncode == 0
        assert not path.exists()
        assert signed_in.rolecall("sign-out", "--yes", AWS_PROFILE="audit-admin").returncode == 0
        assert signed_in.server.calls.count("Logout") == 1

    def test_it_asks_which_if_there_are_several(self, signed_in: CommandLine) -> None:
        log_in(signed_in, timedelta(minutes=9), timedelta(hours=3))
        result = signed_in.rolecall("sign-out", "--yes")
        assert result.returncode == 1
        assert "Name one of: corp console" in result.stderr
        assert signed_in.rolecall("sign-out", "corp", "--yes").returncode == 0

    def test_a_broken_file_is_deleted_too(self, signed_in: CommandLine) -> None:
        path = log_in(signed_in, timedelta(minutes=9), timedelta(hours=3))
        path.write_text(path.read_text()[:99])
        assert signed_in.rolecall("sign-out", "console", "--yes").returncode == 0
        assert not path.exists()

    def test_names_are_completed(self, signed_out: CommandLine) -> None:
        signed_out.add(PROFILE)
        offered = signed_out.output_of("complete", "rolecall", "fish", "sign-out", "")
        assert [line.split("\t")[0] for line in offered.splitlines()] == ["corp", "console"]


def test_sign_in_names_the_command_for_console_credentials(signed_out: CommandLine) -> None:
    signed_out.add(PROFILE)
    for arguments, environ in ((["console"], {}), ([], {"AWS_PROFILE": "console"})):
        result = signed_out.rolecall("sign-in", *arguments, **environ)
        assert result.returncode == 1
        assert "`rolecall login console` signs in" in result.stderr
