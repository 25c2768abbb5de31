"""`rolecall sign-in` and `rolecall sign-out`, without a terminal and in one."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
from collections.abc import Iterator

import pytest

from rolecall.demo.faults import Fault
from tests.cli.conftest import ACCOUNT, PERMISSION_SET, PROFILE, CommandLine, command
from tests.services.sign_in.test_browser_sign_in import decide, query
from tests.support.obstacles.unwritable import read_only
from tests.support.programs import aws_cli, completed
from tests.support.terminal import Terminal

WHO = "sts", "get-caller-identity", "--profile", PROFILE
CODE = re.compile(r"[A-Z]{4}-[A-Z]{4}")


def aws(desk: CommandLine, *arguments: str) -> subprocess.CompletedProcess[str]:
    return completed(
        [aws_cli(), *arguments],
        {"PATH": "/usr/bin:/bin", "AWS_PAGER": "", **desk.environ},
        check=False,
    )


def code_of(started: subprocess.Popen[str]) -> str:
    """Wait for the code on standard error and return it. Raises AssertionError without one."""
    assert started.stderr is not None
    for line in started.stderr:
        if found := re.fullmatch(rf"\s+({CODE.pattern})\s*", line):
            return found[1]
    raise AssertionError("no code")


@pytest.fixture
def started(signed_out: CommandLine) -> Iterator[subprocess.Popen[str]]:
    started = signed_out.start("sign-in")
    yield started
    started.kill()
    started.communicate()


class TestSignIn:
    @pytest.mark.quick
    def test_the_aws_cli_uses_the_token(
        self, signed_out: CommandLine, started: subprocess.Popen[str]
    ) -> None:
        signed_out.server.approve(code_of(started))
        out, err = started.communicate(timeout=30)
        assert (started.returncode, out) == (0, "")
        assert "Signed in to corp. The access token is valid until" in err
        who = aws(signed_out, *WHO)
        assert PERMISSION_SET in who.stdout, who.stderr

    def test_a_valid_token_is_used_unless_forced(self, signed_in: CommandLine) -> None:
        asked = signed_in.server.calls.count("StartDeviceAuthorization")
        again = signed_in.rolecall("sign-in", "corp")
        assert again.returncode == 0
        assert "Already signed in to corp" in again.stderr
        assert signed_in.server.calls.count("StartDeviceAuthorization") == asked
        forced = signed_in.start("sign-in", "--force")
        signed_in.server.approve(code_of(forced))
        assert forced.wait(30) == 0

    def test_an_approval_in_another_process_is_enough(
        self, signed_out: CommandLine, started: subprocess.Popen[str]
    ) -> None:
        """Many panes may find an expired token in the same minute."""
        code_of(started)
        signed_out.sign_in()
        _, err = started.communicate(timeout=30)
        assert (started.returncode, "Signed in to corp." in err) == (0, True)

    def test_a_denied_sign_in_fails(
        self, signed_out: CommandLine, started: subprocess.Popen[str]
    ) -> None:
        signed_out.server.deny(code_of(started))
        _, err = started.communicate(timeout=30)
        assert started.returncode == 1
        assert "denied. `rolecall sign-in corp` asks for a new code." in err

    def test_ctrl_c_cancels_without_a_traceback(self, started: subprocess.Popen[str]) -> None:
        code_of(started)
        assert started.stderr is not None
        while "Ctrl+C cancels" not in started.stderr.readline():
            pass
        started.send_signal(signal.SIGINT)
        _, err = started.communicate(timeout=30)
        assert (started.returncode, err.strip()) == (130, "The sign-in was cancelled.")

    def test_the_session_to_sign_in_to_is_named_or_the_only_one(
        self, signed_out: CommandLine
    ) -> None:
        signed_out.add(f"[sso-session other]\nsso_start_url = {signed_out.server.start_url}\n")
        which = signed_out.rolecall("sign-in")
        assert which.returncode == 1
        assert "Name one of: corp other" in which.stderr
        legacy = "https://acme.awsapps.com/start"
        signed_out.add(f"[profile old]\nsso_start_url = {legacy}\nsso_region = eu-west-1\n")
        assert f"Existing: corp other {legacy}" in signed_out.rolecall("sign-in", "no").stderr
        out = signed_out.rolecall("sign-out", legacy)
        assert out.stderr == f"Already signed out of {legacy}.\n"
        missing = signed_out.rolecall("sign-in", "other")
        assert (missing.returncode, "no sso_region" in missing.stderr) == (1, True)
        started = subprocess.Popen(
            command("sign-in"),
            env={"PATH": os.environ["PATH"], **signed_out.environ, "AWS_PROFILE": PROFILE},
            stderr=subprocess.PIPE,
            text=True,
        )
        signed_out.server.approve(code_of(started))
        assert started.wait(30) == 0

    def test_a_terminal_shows_a_qr_code(self, signed_out: CommandLine) -> None:
        with Terminal(
            command("sign-in"), columns=100, lines=40, env=signed_out.environ
        ) as terminal:
            terminal.wait_for("Ctrl\\+C cancels")
            assert "▀▀▀▀" in terminal.screen_text()
            terminal.press("ctrl+c", then="The sign-in was cancelled")
            assert terminal.wait_exit() == 130

    @pytest.mark.quick
    def test_sign_in_with_the_browser(self, signed_out: CommandLine) -> None:
        started = signed_out.start("sign-in", "--browser", BROWSER="/bin/true")
        assert started.stderr is not None
        link = next(line.strip() for line in started.stderr if line.startswith("http"))
        callback = r"http://127\.0\.0\.1:\d+/oauth/callback"
        assert re.fullmatch(callback, query(link)["redirect_uri"])
        decide(link, "allow")
        _, err = started.communicate(timeout=30)
        assert (started.returncode, "Signed in to corp." in err) == (0, True)

    def test_a_sign_in_that_is_denied_in_the_browser_ends(self, signed_out: CommandLine) -> None:
        started = signed_out.start("sign-in", "--browser", BROWSER="/bin/true")
        assert started.stderr is not None
        decide(next(line.strip() for line in started.stderr if line.startswith("http")), "deny")
        _, err = started.communicate(timeout=30)
        assert started.returncode == 1
        assert "denied. `rolecall sign-in corp` starts it again." in err


class TestSignOut:
    def test_only_this_session_is_signed_out(self, signed_in: CommandLine) -> None:
        assert PERMISSION_SET in aws(signed_in, *WHO).stdout
        out = signed_in.rolecall("sign-out", "--yes")
        assert (out.returncode, out.stdout) == (0, "")
        assert re.search(r"- the access token of corp \((7 h 5\d|8 h 0) min\)", out.stderr)
        assert (
            f"- role credentials in the AWS CLI's cache: {ACCOUNT} {PERMISSION_SET} (" in out.stderr
        )
        assert "Signed out of corp." in out.stderr
        assert signed_in.server.calls.count("Logout", status=200) == 1
        assert signed_in.rolecall("tokens").returncode == 1
        assert aws(signed_in, *WHO).returncode != 0
        registrations = [
            json.loads(each.read_text()) for each in signed_in.sso_cache.glob("*.json")
        ]
        assert ["clientSecret" in each for each in registrations] == [True]
        again = signed_in.rolecall("sign-out", "--yes")
        assert (again.returncode, "Already" in again.stderr) == (0, True)

    def test_sign_out_asks_for_confirmation(self, signed_in: CommandLine) -> None:
        unasked = signed_in.rolecall("sign-out")
        assert (unasked.returncode, "--yes" in unasked.stderr) == (1, True)
        with Terminal(command("sign-out"), env=signed_in.environ) as terminal:
            terminal.wait_for(r"Sign out\? \[y/N\]")
            terminal.press("n", "enter")
            assert terminal.wait_exit() == 1
        assert signed_in.rolecall("tokens").returncode == 0

    @pytest.mark.parametrize("fault", [500, Fault.RESET])
    def test_what_can_still_be_done_is_said_if_the_portal_stays_signed_in(
        self, signed_in: CommandLine, fault: Fault | int
    ) -> None:
        """Not to try again: the token, which a sign-out needs, is deleted."""
        signed_in.server.faults.add("Logout", fault)
        out = signed_in.rolecall("sign-out", "--yes")
        assert (out.returncode, "the portal did not sign you out" in out.stderr) == (1, True)
        assert re.search(r"valid there until .*\d\d:\d\d at the latest", out.stderr)
        assert "An administrator can end the session sooner" in out.stderr
        assert "again" not in out.stderr
        again = signed_in.rolecall("sign-out", "--yes")
        assert (again.returncode, "Already" in again.stderr) == (0, True)

    def test_an_expired_token_leaves_the_portal_signed_in_and_says_so(
        self, signed_in: CommandLine
    ) -> None:
        """The token is not renewed for the sign-out. `aws sso logout` does not renew it either."""
        (file,) = [
            each for each in signed_in.sso_cache.iterdir() if "accessToken" in each.read_text()
        ]
        expired = {**json.loads(file.read_text()), "expiresAt": "2026-01-01T00:00:00Z"}
        file.write_text(json.dumps(expired))
        signed_in.server.calls.clear()
        out = signed_in.rolecall("sign-out", "--yes")
        assert (out.returncode, "a browser stays signed in there" in out.stderr) == (0, True)
        assert not signed_in.server.calls.counts()
        assert not file.exists()

    @pytest.mark.parametrize("is_valid", [True, False], ids=["valid", "expired"])
    def test_a_token_that_cannot_be_deleted_is_called_so(
        self, signed_in: CommandLine, is_valid: bool
    ) -> None:
        file = signed_in.token_cache.token_path(signed_in.session)
        if not is_valid:
            expired = {**json.loads(file.read_text()), "expiresAt": "2026-01-01T00:00:00Z"}
            file.write_text(json.dumps(expired))
        with read_only(signed_in.sso_cache):
            out = signed_in.rolecall("sign-out", "--yes")
        assert (out.returncode, file.exists()) == (1, True)
        assert f"{file} cannot be deleted (read-only file system)." in out.stderr
        assert ("session at the access portal has ended" in out.stderr) == is_valid
        if is_valid:
            tokens = signed_in.rolecall("tokens")
            assert (tokens.returncode, "signed out" in tokens.stdout) == (1, True)


def test_the_advice_after_a_revocation_works(signed_in: CommandLine) -> None:
    signed_in.server.forget_sign_ins()
    result = signed_in.rolecall("export", PROFILE)
    assert result.returncode == 1
    told = "AWS has revoked the sign-in of corp. Sign in with `rolecall sign-in corp`"
    assert told in result.stderr
    assert f"{PROFILE}: {told}" in signed_in.rolecall("whoami", "--profile", PROFILE).stderr
    assert "revoked by AWS" in signed_in.rolecall("tokens").stdout
    with signed_in.start("sign-in", "corp") as process:
        signed_in.server.approve(code_of(process))
        process.communicate(timeout=60)
    assert process.returncode == 0
    assert signed_in.output_of("export", PROFILE)
