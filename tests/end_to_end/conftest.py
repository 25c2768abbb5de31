"""rolecall in a terminal, with an empty home and a demo Identity Center for each test."""

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
from typing import TYPE_CHECKING, Any

import pytest

from rolecall.demo.home import SESSION, create_home
from rolecall.demo.options import DemoOptions
from rolecall.demo.server import DemoServer
from rolecall.presentation.texts.sign_in_strings import START_URL_HINT
from tests.support.fork_server import completed, started
from tests.support.programs import aws_cli, program
from tests.support.terminal import Terminal
from tests.support.waiting import without_waits

if TYPE_CHECKING:
    from tests.end_to_end.starts import Starts

BIN = Path(sys.executable).parent
ROLECALL = BIN / "rolecall"
AUDIT = "038410265977"
AUDIT_ROLE = "AWSAdministratorAccess"
WAITING = "Waiting for your approval"
# The first row, with its permission sets counted.
ACCOUNTS = rf"audit +{AUDIT} .* [34]\b"  # the demo has a role, too

_BOTO3 = """
import sys, boto3
session = boto3.Session(profile_name=sys.argv[1])
print(session.client("sts").get_caller_identity()["Arn"])
"""


class TerminalDesk:
    """The machine of a user. Programs that are started here end with the test."""

    forks = True  # start rolecall as a fork, where that does the same

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

    def open_bash(self, **options: Any) -> Terminal:
        """Start a shell that finds `rolecall`, and wait for its prompt, `ready> `."""
        env = {"PATH": f"{BIN}:/usr/bin:/bin", "PS1": "ready> ", "HISTFILE": "/dev/null"}
        terminal = self.open("bash", "--norc", "--noprofile", env=env, **options)
        terminal.wait_for("^ready>")
        return terminal

    def run(self, *arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
        """Run a command of rolecall without a terminal until it ends."""
        environ = {**self.environment, **environ}
        done = completed([ROLECALL, *arguments], environ, forks=self.forks)
        done.stderr = without_waits(done.stderr)
        return done

    def create_home(self) -> None:
        """Create a ~/.aws with one session, that of the demo."""
        server = self.server
        create_home(self.home, server.start_url, server.region, server.organisation)

    def leave_token(self) -> str:
        """Write a valid token to the AWS CLI's cache, and return the access token."""
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
        """Let the token expire in ten minutes: every client renews it. Return the access token."""
        kept = self.token()
        kept["expiresAt"] = _stamp(datetime.now(UTC) + timedelta(minutes=10))
        self.token_file.write_text(json.dumps(kept))
        return kept["accessToken"]

    def open(
        self, *command: str | Path, env: dict[str, str] | None = None, **options: Any
    ) -> Terminal:
        """Start rolecall or another command in a terminal."""
        environment = {**self.environment, **(env or {})}
        start = started if self.forks else subprocess.Popen
        terminal = Terminal(command or [ROLECALL], env=environment, start=start, **options)
        return self._stack.enter_context(terminal)

    def listed(self, **options: Any) -> Terminal:
        """Start rolecall with a valid token, and wait for its accounts."""
        self.leave_token()
        terminal = self.open(**options)
        terminal.wait_for(ACCOUNTS)
        return terminal

    def tmux(self) -> list[str]:
        """Return the command of a tmux with a separate server, which ends with the test."""
        command = [program("tmux"), "-S", str(self.home / "tmux"), "-f", "/dev/null"]
        end = [*command, "kill-server"]
        self._stack.callback(subprocess.run, end, capture_output=True, check=False)
        return command

    def ask(self, tmux: list[str], *command: str) -> str:
        """Return the output of a tmux command, which must succeed."""
        return subprocess.run(
            [*tmux, *command],
            env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", **self.environment},
            capture_output=True,
            text=True,
            check=True,
        ).stdout

    def approve(self, terminal: Terminal) -> None:
        """Approve the code on the screen, and wait for the list of accounts."""
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
        """Return the answer of an AWS CLI command, which must succeed."""
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
        """Return the ARN that boto3 gets with the profile in a new process."""
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
    """Wait for a text that may be wrapped, on the whole width of the screen or in a border."""
    wanted = "".join(text.split())

    def is_shown() -> bool:
        texts = [terminal.screen_text(), *texts_in_borders(terminal)]
        return any(wanted in "".join(each.split()) for each in texts)

    terminal.wait_until(is_shown, what=text)


def texts_in_borders(terminal: Terminal) -> Iterator[str]:
    """Yield what is inside each border on the screen, with what is written over its last line."""
    screen = terminal.screen
    rows = [[screen.buffer[y][x].data for x in range(screen.columns)] for y in range(screen.lines)]
    for y, row in enumerate(rows):
        for left in (x for x, cell in enumerate(row) if cell == "╭"):
            right = row.index("╮", left) if "╮" in row[left:] else len(row)
            below = rows[y + 1 :]
            end = next((at for at, cells in enumerate(below) if cells[left] == "╰"), len(below))
            inside = ("".join(cells[left + 1 : right]) for cells in below[: end + 1])
            yield "\n".join(line.strip("─") for line in inside)


def wait_for_straight_columns(terminal: Terminal, end: int) -> None:
    """Wait until the lines 3 to `end` have their account IDs below the heading, cell by cell.

    They move when the details are shown. A single name is so long that it covers its ID.
    """

    def are_straight() -> bool:
        column, _ = terminal.position_of("ID  ")
        lines = [
            "".join(terminal.cell(column + n, line).data for n in range(-1, 13))
            for line in range(3, end)
            if "Machine learning" not in terminal.screen_lines()[line]
        ]
        is_whole = len(lines) >= end - 4
        return is_whole and all(re.fullmatch(r" \d{12} ", each) for each in lines)

    terminal.wait_until(are_straight, what="straight columns")


def cursor_line(terminal: Terminal) -> str:
    """Return the line with the text cursor, which is a reversed cell, or "" without a cursor."""
    screen = terminal.screen
    for y in range(screen.lines):
        if any(cell.reverse for cell in screen.buffer[y].values()):
            return terminal.screen_lines()[y]
    return ""


def wait_for_field(terminal: Terminal, label: str) -> None:
    """Wait until the field with this label has the focus; with "", until no field has it."""
    if label:
        label_here = re.compile(rf"(^|[ │]){re.escape(label)}( |$)")
        terminal.wait_until(
            lambda: label_here.search(cursor_line(terminal)) is not None, what=f"{label}: …"
        )
    else:
        terminal.wait_until(lambda: not cursor_line(terminal), what="the field to be left")


def fill_in(terminal: Terminal, field: str, text: str) -> None:
    """Fill in a field step by step: of a burst, Textual takes the letters before other keys."""
    wait_for_field(terminal, field)
    empty = rf"^[ │]*{field}( +{re.escape(START_URL_HINT)})?[ │]*$"
    if not re.search(empty, terminal.screen_text(), re.MULTILINE):
        terminal.press("ctrl+u", then=empty)
    terminal.press(text)


def filter_for(terminal: Terminal, words: str) -> None:
    """Filter the table, and return the focus to it."""
    terminal.press("/")
    wait_for_field(terminal, "/")
    terminal.press(words, then=rf" / {words}")
    terminal.press("enter")
    wait_for_field(terminal, "")


def open_save_form(terminal: Terminal, accounts: int = 41) -> None:
    """Open the form that saves `audit-admin`, from so many accounts."""
    filter_for(terminal, "audit")
    terminal.wait_for(f"1 of {accounts} accounts")
    terminal.press("enter", then=rf"▌ +{AUDIT_ROLE}")
    terminal.press("s", then=r"\[profile audit-admin\]")
    wait_for_field(terminal, "Profile")


def save_audit_admin(terminal: Terminal, accounts: int = 41) -> None:
    """Save `audit-admin`, from so many accounts to the screen after saving."""
    open_save_form(terminal, accounts)
    terminal.press("enter", then=r"audit-admin is in .*config")


@pytest.fixture
def a_desk(tmp_path: Path) -> Iterator[Callable[..., TerminalDesk]]:
    """A function that returns an empty machine and starts a demo with these options."""
    with ExitStack() as stack:

        def made(**options: Any) -> TerminalDesk:
            server = stack.enter_context(DemoServer(DemoOptions(**options)))
            return TerminalDesk(server, tmp_path / "home", stack)

        yield made


@pytest.fixture
def desk(a_desk: Callable[..., TerminalDesk]) -> TerminalDesk:
    """A machine with the session of the demo, signed out."""
    desk = a_desk()
    desk.create_home()
    return desk


@pytest.fixture
def starts(desk: TerminalDesk, tmp_path: Path) -> Starts:
    from tests.end_to_end.starts import Starts  # late: it imports this file

    return Starts(desk, tmp_path)
