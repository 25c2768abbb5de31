"""rolecall in a terminal, on a machine of its own: a fresh home, a demo Identity Center."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from rolecall.demo.home import SESSION, create_home
from rolecall.demo.options import DemoOptions
from rolecall.demo.server import DemoServer
from rolecall.presentation.sign_in_strings import START_URL_HINT
from tests.support.programs import aws_cli, program
from tests.support.terminal import Terminal

BIN = Path(sys.executable).parent
ROLECALL = BIN / "rolecall"
AUDIT = "038410265977"
AUDIT_ROLE = "AWSAdministratorAccess"
WAITING = "Waiting for your approval"
# The first row, with its permission sets counted.
ACCOUNTS = rf"audit +{AUDIT} +\S+ +3\b"

_BOTO3 = """
import sys, boto3
session = boto3.Session(profile_name=sys.argv[1])
print(session.client("sts").get_caller_identity()["Arn"])
"""


class Desk:
    """A person's machine. What is started here ends with the test."""

    def __init__(self, server: DemoServer, home: Path, stack: ExitStack) -> None:
        self.server = server
        self.home = home
        self.config = home / ".aws" / "config"
        self.sso_cache = home / ".aws" / "sso" / "cache"
        self._stack = stack
        home.mkdir()

    @property
    def environment(self) -> dict[str, str]:
        return self.server.environment(self.home)

    def create_home(self) -> None:
        """A ~/.aws whose one session is the demo's."""
        server = self.server
        create_home(self.home, server.start_url, server.region, server.organisation)

    def leave_token(self) -> str:
        """A sign-in of the past that still holds: its access token, as the AWS CLI keeps it."""
        token = self.server.sign_in()
        assert token.refresh_token is not None
        assert token.registration is not None
        content = {
            "startUrl": token.start_url,
            "region": token.region,
            "accessToken": token.value.reveal(),
            "expiresAt": _stamp(token.expires_at),
            "clientId": token.registration.client_id,
            "clientSecret": token.registration.client_secret.reveal(),
            "registrationExpiresAt": _stamp(token.registration.expires_at),
            "refreshToken": token.refresh_token.reveal(),
        }
        self.sso_cache.mkdir(parents=True, exist_ok=True)
        self.token_file.write_text(json.dumps(content))
        return token.value.reveal()

    @property
    def token_file(self) -> Path:
        return self.sso_cache / f"{hashlib.sha1(SESSION.encode()).hexdigest()}.json"

    def token(self) -> dict[str, str]:
        kept: dict[str, str] = json.loads(self.token_file.read_text())
        return kept

    def age_token(self) -> str:
        """Its last ten minutes have begun, in which every client renews it. The access token."""
        kept = self.token()
        kept["expiresAt"] = _stamp(datetime.now(UTC) + timedelta(minutes=10))
        self.token_file.write_text(json.dumps(kept))
        return kept["accessToken"]

    def open(
        self, *command: str | Path, env: dict[str, str] | None = None, **options: Any
    ) -> Terminal:
        """rolecall, or a command, in a terminal on this machine."""
        environment = {**self.environment, **(env or {})}
        terminal = Terminal(command or [ROLECALL], env=environment, **options)
        return self._stack.enter_context(terminal)

    def tmux(self) -> list[str]:
        """A tmux with a server of its own, which ends with the test."""
        command = [program("tmux"), "-S", str(self.home / "tmux"), "-f", "/dev/null"]
        end = [*command, "kill-server"]
        self._stack.callback(subprocess.run, end, capture_output=True, check=False)
        return command

    def ask(self, tmux: list[str], *command: str) -> str:
        """What the tmux says to a command, which has to succeed."""
        return subprocess.run(
            [*tmux, *command],
            env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", **self.environment},
            capture_output=True,
            text=True,
            check=True,
        ).stdout

    def approve(self, terminal: Terminal) -> None:
        """Allow the code that stands on the screen, once the list has come."""
        terminal.wait_for(WAITING)
        self.server.approve(self.server.pending_codes()[-1])
        terminal.wait_for(ACCOUNTS)

    def aws(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [aws_cli(), *arguments],
            env={"PATH": "/usr/bin:/bin", "AWS_PAGER": "", **self.environment},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def answer(self, *arguments: str) -> dict[str, Any]:
        """What the AWS CLI answers where it has to succeed."""
        result = self.aws(*arguments)
        assert result.returncode == 0, result.stderr
        answered: dict[str, Any] = json.loads(result.stdout)
        return answered

    def log_in_with_the_cli(self) -> None:
        login = subprocess.Popen(
            [
                aws_cli(),
                "sso",
                "login",
                "--sso-session",
                SESSION,
                "--use-device-code",
                "--no-browser",
            ],
            env={"PATH": "/usr/bin:/bin", **self.environment},
            stdout=subprocess.PIPE,
            text=True,
        )
        assert login.stdout is not None
        code = next(line for line in login.stdout if re.fullmatch(r"[A-Z]{4}-[A-Z]{4}\s*", line))
        self.server.approve(code.strip())
        said, _ = login.communicate(timeout=60)
        assert "Successfully logged into" in said

    def boto3_arn(self, profile: str) -> str:
        """Who a fresh process with boto3 is."""
        result = subprocess.run(
            [sys.executable, "-c", _BOTO3, profile],
            env={"PATH": "/usr/bin:/bin", **self.environment},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert result.returncode == 0, result.stderr
        return result.stdout.strip()

    def sign_ins(self) -> int:
        return self.server.calls.count("StartDeviceAuthorization")


def _stamp(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def wait_for_wrapped(terminal: Terminal, text: str) -> None:
    """A text that may stand on several lines."""
    wanted = "".join(text.split())
    terminal.wait_until(lambda: wanted in "".join(terminal.screen_text().split()), what=text)


def cursor_line(terminal: Terminal) -> str:
    """The line that the text cursor, a reversed cell, is on; empty where there is none."""
    screen = terminal.screen
    for y in range(screen.lines):
        if any(cell.reverse for cell in screen.buffer[y].values()):
            return terminal.screen_lines()[y]
    return ""


def wait_for_field(terminal: Terminal, beginning: str) -> None:
    """Until the field on this line can be typed in; for an empty text, until none can."""
    if beginning:
        terminal.wait_until(
            lambda: cursor_line(terminal).lstrip().startswith(beginning), what=f"{beginning}: …"
        )
    else:
        terminal.wait_until(lambda: not cursor_line(terminal), what="the field to be left")


def fill_in(terminal: Terminal, field: str, text: str) -> None:
    """Step by step, for Textual takes the letters of a burst before its other keys."""
    wait_for_field(terminal, field)
    empty = rf"^ *{field}( +{re.escape(START_URL_HINT)})?$"
    if not re.search(empty, terminal.screen_text(), re.MULTILINE):
        terminal.press("ctrl+u")
        terminal.wait_for(empty)
    terminal.press(text)


def filter_for(terminal: Terminal, words: str) -> None:
    """The filter, and back to the table."""
    terminal.press("/")
    wait_for_field(terminal, "/")
    terminal.press(words)
    terminal.wait_for(rf"^ / {words}")
    terminal.press("enter")
    wait_for_field(terminal, "")


def save_audit_admin(terminal: Terminal) -> None:
    """From the accounts to the screen after saving `audit-admin`."""
    filter_for(terminal, "audit")
    terminal.wait_for("1 of 41 accounts")
    terminal.press("enter")
    terminal.wait_for(rf"▌ +{AUDIT_ROLE}")
    terminal.press("s")
    terminal.wait_for(r"\[profile audit-admin\]")
    wait_for_field(terminal, "Profile")
    terminal.press("enter")
    terminal.wait_for(r"audit-admin is in .*config")


@pytest.fixture
def a_desk(tmp_path: Path) -> Iterator[Callable[..., Desk]]:
    """A machine with nothing on it, beside a demo with these options."""
    with ExitStack() as stack:

        def made(**options: Any) -> Desk:
            server = stack.enter_context(DemoServer(DemoOptions(**options)))
            return Desk(server, tmp_path / "home", stack)

        yield made


@pytest.fixture
def desk(a_desk: Callable[..., Desk]) -> Desk:
    """A machine that knows the demo's session and is signed out."""
    desk = a_desk()
    desk.create_home()
    return desk
