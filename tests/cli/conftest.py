"""A machine with one profile, `audit-admin`, for an account of the demo."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from rolecall.demo.options import DemoOptions
from rolecall.demo.server import DemoServer
from rolecall.domain.model import SsoSession
from tests.support import fork_server
from tests.support.desk import Desk, FakeClock
from tests.support.programs import aws_cli, completed
from tests.support.waiting import without_waits

ACCOUNT = "038410265977"
PERMISSION_SET = "AWSAdministratorAccess"
PROFILE = "audit-admin"
SCHEMAS = Path(__file__).resolve().parents[2] / "docs" / "schemas"
_MODULE = ("-m", "rolecall")  # as arguments of Python


class CommandLine(Desk):
    """Runs commands as a shell starts them."""

    forks = True  # in a fork, if that does the same

    def rolecall(self, *arguments: str, at: str = "", **environ: str) -> CompletedProcess[str]:
        """Run a command until it ends, in the folder `at` or that of the test."""
        environ = {"PATH": os.environ["PATH"], **self.environ, **environ}
        words = command(*arguments)
        result = fork_server.completed(words, environ, at or None, forks=self.forks)
        assert "Traceback" not in result.stderr
        result.stderr = without_waits(result.stderr)
        return result

    def output_of(self, *arguments: str, at: str = "", **environ: str) -> str:
        """Standard output of a command, which must succeed."""
        result = self.rolecall(*arguments, at=at, **environ)
        assert result.returncode == 0, result.stderr
        return result.stdout

    def start(
        self,
        *arguments: str,
        program: Sequence[str] = _MODULE,
        under: Sequence[str] = (),
        stdin: int = subprocess.DEVNULL,
        **environ: str,
    ) -> subprocess.Popen[str]:
        """Start rolecall, or another `program` of Python, as an argument of `under`."""
        return fork_server.started(
            [*under, sys.executable, *program, *arguments],
            {"PATH": os.environ["PATH"], **self.environ, **environ},
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def credential_calls(self) -> int:
        return self.server.calls.count("GetRoleCredentials")


def check_schema(name: str, found: object) -> None:
    """Check JSON against the documented schema of a command."""
    import jsonschema  # late: few tests need it

    schema = json.loads((SCHEMAS / f"{name}.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(schema).validate(found)


def command(*arguments: str) -> list[str]:
    return [sys.executable, *_MODULE, *arguments]


def aws(desk: CommandLine, *arguments: str) -> CompletedProcess[str]:
    """Run the AWS CLI on this machine, or skip the test."""
    environ = {"PATH": os.environ["PATH"], **desk.environ}
    return completed([aws_cli(), *arguments], environ, check=False)


@contextmanager
def machine(home: Path, options: DemoOptions) -> Iterator[CommandLine]:
    """Yield a machine that is signed out, with a demo that has these options."""
    with DemoServer(options) as server:
        session = SsoSession("corp", server.start_url, server.region)
        desk = CommandLine(server, home, FakeClock(datetime.now(UTC)), session)
        desk.services.session_edits.add_session("corp", server.start_url, server.region)
        desk.add(
            f"[profile {PROFILE}]\nsso_session = corp\nsso_account_id = {ACCOUNT}\n"
            f"sso_role_name = {PERMISSION_SET}\nregion = eu-central-1"
        )
        yield desk


@pytest.fixture
def signed_out(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[CommandLine]:
    with machine(tmp_path / "home", DemoOptions(**getattr(request, "param", {}))) as desk:
        yield desk


@pytest.fixture
def signed_in(signed_out: CommandLine) -> CommandLine:
    """The machine, signed in."""
    signed_out.sign_in()
    return signed_out
