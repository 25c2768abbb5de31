"""Runs the command that needs an operation while there is a fault, and again after it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from urllib.parse import parse_qsl, urlsplit

from rolecall.demo.console_login import code_to_paste
from rolecall.demo.options import TENANT
from rolecall.demo.wire import Rejected
from rolecall.domain.access_role import Tenant
from tests.cli.conftest import ACCOUNT, PROFILE, CommandLine
from tests.faults.cells import Cell, Line, Operation
from tests.services.sign_in.test_browser_sign_in import decide
from tests.support.logins import expire, log_in

ROLE: Final = "ops"
_CODE: Final = re.compile(r"\b[A-Z]{4}-[A-Z]{4}\b")
_LINK: Final = re.compile(r"https?://\S+/authorize\?\S+")
LOGIN_PROFILE: Final = "console"
ACCESS_ROLE: Final = f"arn:aws:iam::{ACCOUNT}:role/Deployer"
# Small pages, so that few accounts have several.
_PROGRAM: Final = """
from rolecall.aws import portal
portal.PAGE_SIZE = 10
from rolecall.__main__ import main
main()
"""
# The command has been silent for as long as a user is left without words, and each call alone may
# take that long: it is the clock of the command by which it says what it waits for.
_SILENT_PROGRAM: Final = f"""
from rolecall.domain import question
question.SLOW_AFTER = 3600
question._started_at -= 3600
{_PROGRAM}"""
_COMMANDS: Final = {
    Operation.REGISTER: ("sign-in",),
    Operation.DEVICE_CODE: ("sign-in",),
    Operation.POLL: ("sign-in",),
    Operation.REDEEM: ("sign-in", "--browser"),
    Operation.RENEW: ("export", PROFILE),
    Operation.ACCOUNTS: ("list", "--json"),
    Operation.MORE_ACCOUNTS: ("list", "--json"),
    Operation.PERMISSION_SETS: ("list", "--json"),
    Operation.CREDENTIALS: ("export", PROFILE),
    Operation.SIGN_OUT: ("sign-out", "--yes"),
    Operation.ASSUME_ROLE: ("export", ROLE),
    Operation.NARROW: ("export", PROFILE, "--allow", "s3", "--minutes", "30"),
    Operation.IDENTITY: ("whoami", "--profile", PROFILE),
    Operation.LOGIN: ("login", LOGIN_PROFILE),
    Operation.RENEW_LOGIN: ("export", LOGIN_PROFILE),
    Operation.ROLES: ("list", "--json"),
    Operation.ROLE_CREDENTIALS: ("credential-process", "--role-arn", ACCESS_ROLE),
}
_SIGNED_OUT: Final = {
    *(Operation.REGISTER, Operation.DEVICE_CODE, Operation.POLL, Operation.REDEEM),
    Operation.LOGIN,
}
# Before these calls the command has said something.
_AFTER_WORDS: Final = {Operation.POLL, Operation.REDEEM, Operation.LOGIN, Operation.SIGN_OUT}
# Generous: a machine under load must not fail a test. A command has 30 seconds.
SAYS_WITHIN: Final = 30.0
ENDS_WITHIN: Final = 90.0


@dataclass(frozen=True)
class Run:
    """`said_after` is the time until the first output, in seconds."""

    status: int
    output: str
    errors: str
    said_after: float


class Session:
    """A running command, with what it has printed."""

    def __init__(
        self,
        desk: CommandLine,
        arguments: tuple[str, ...],
        *,
        program: str = _PROGRAM,
        **environ: str,
    ) -> None:
        self._lock = threading.Condition()
        self._texts = {"stdout": "", "stderr": ""}
        self._began_at = time.monotonic()
        self._said_after: float | None = None
        own = {name: value for name, value in desk.environ.items() if environ.get(name) != ""}
        self._process = subprocess.Popen(
            [sys.executable, "-c", program, *arguments],
            env={"PATH": os.environ["PATH"], **own, **environ},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self._readers = [
            threading.Thread(target=self._read, args=(name,), daemon=True) for name in self._texts
        ]
        for reader in self._readers:
            reader.start()

    def _read(self, name: str) -> None:
        stream = getattr(self._process, name)
        for line in stream:
            with self._lock:
                self._said_after = self._said_after or time.monotonic() - self._began_at
                self._texts[name] += line
                self._lock.notify_all()

    def wait_for(self, pattern: str, seconds: float = SAYS_WITHIN) -> str:
        """Wait until the command has printed this, or has ended. Return what matches, or ""."""

        def found() -> re.Match[str] | None:
            return re.search(pattern, self._texts["stderr"])

        end = time.monotonic() + seconds
        with self._lock:
            while not found() and self._process.poll() is None and time.monotonic() < end:
                self._lock.wait(0.2)
        match = found()
        return match[0] if match else ""

    def type(self, line: str) -> None:
        """Type a line, if the command still runs."""
        assert self._process.stdin is not None
        with suppress(BrokenPipeError):
            self._process.stdin.write(f"{line}\n")
            self._process.stdin.flush()

    def finish(self) -> Run:
        assert self._process.stdin is not None
        with suppress(BrokenPipeError):
            self._process.stdin.close()
        try:
            status = self._process.wait(ENDS_WITHIN)
        finally:
            with suppress(ProcessLookupError):
                self._process.kill()
            self._process.wait()
        for reader in self._readers:
            reader.join(10)
        after = self._said_after or time.monotonic() - self._began_at
        return Run(status, self._texts["stdout"], self._texts["stderr"], after)


def prepare(desk: CommandLine, cell: Cell) -> None:
    """Bring the machine into the state in which the command makes the call."""
    desk.add(
        f"[profile {ROLE}]\nrole_arn = arn:aws:iam::038410265977:role/Ops\n"
        f"source_profile = {PROFILE}\nregion = eu-west-1"
    )
    if cell.operation in _SIGNED_OUT:
        return
    if cell.operation.is_about_roles:
        edits, tenant = desk.services.session_edits, Tenant(TENANT, desk.server.region)
        with_roles = edits.with_roles(desk.session, tenant)
        edits.commit(edits.plan_edit(desk.session, with_roles))
        desk.session = with_roles
    token = desk.sign_in()
    if cell.operation is Operation.RENEW_LOGIN:
        expire(desk, log_in(desk, LOGIN_PROFILE).arn)
    if cell.operation is Operation.RENEW:
        path = desk.token_cache.token_path(desk.session)
        ended = datetime.now(UTC) - timedelta(minutes=1)
        text = path.read_text()
        stamp = f"{token.expires_at:%Y-%m-%dT%H:%M:%SZ}"
        assert stamp in text
        path.write_text(text.replace(stamp, f"{ended:%Y-%m-%dT%H:%M:%SZ}"))
    desk.server.calls.clear()


def sign_in_again(desk: CommandLine, cell: Cell) -> None:
    """Sign in after the session is lost."""
    if cell.operation is Operation.RENEW_LOGIN:
        log_in(desk, LOGIN_PROFILE)
    else:
        desk.sign_in()


def begin_fault(desk: CommandLine, cell: Cell, tls_url: str) -> dict[str, str]:
    """Let the fault begin. Return what it changes in the environment."""
    cause = cell.cause
    match cause.what:
        case Line.REFUSED:
            return {cell.operation.endpoint: "http://127.0.0.1:1"}
        case Line.NO_NAME:
            return {cell.operation.endpoint: "https://nowhere.invalid"}
        case Line.TLS:
            return {cell.operation.endpoint: tls_url}
        case Line.PROXY:
            proxy = "http://127.0.0.1:1"
            return {
                cell.operation.endpoint: "",
                "NO_PROXY": "127.0.0.1",
                "no_proxy": "127.0.0.1",
                "HTTPS_PROXY": proxy,
                "https_proxy": proxy,
            }
        case timedelta():
            return {}  # the clock of the server is that of its options
        case fault:
            desk.server.faults.add(
                cell.operation.demo_name, fault, times=cause.times, skip=cell.operation.skip
            )
    return {}


def run(desk: CommandLine, cell: Cell, environ: dict[str, str]) -> Run:
    """Run the command during the fault.

    The fault ends once a sign-in has printed what is wrong, because it waits for that.
    """
    is_silent = cell.cause_name in {"hang", "drip"} and cell.operation not in _AFTER_WORDS
    program = _SILENT_PROGRAM if is_silent else _PROGRAM
    command = _COMMANDS[cell.operation]
    session = Session(desk, command, program=program, BROWSER="/bin/true", **environ)
    _take_part(desk, cell, session, lambda: session.wait_for(cell.outcome.said))
    return session.finish()


def run_again(desk: CommandLine, cell: Cell) -> Run:
    """Run the command after the fault."""
    desk.server.faults.clear()
    session = Session(desk, _COMMANDS[cell.operation], BROWSER="/bin/true")
    _take_part(desk, cell, session, lambda: "")
    return session.finish()


def _take_part(
    desk: CommandLine, cell: Cell, session: Session, wait_for_trouble: Callable[[], str]
) -> None:
    """Do what the user does at a sign-in: allow it, in the browser or with the code."""
    if cell.operation not in _SIGNED_OUT:
        return
    if cell.operation is Operation.LOGIN:
        if link := session.wait_for(_LINK.pattern):
            session.type(_code_of(desk, link))
        return
    if cell.operation is Operation.REDEEM:
        link = session.wait_for(_LINK.pattern)
        if link:
            decide(link, "allow")
            wait_for_trouble()
            desk.server.faults.clear()
    if code := session.wait_for(_CODE.pattern):
        with suppress(KeyError):
            desk.server.approve(code)
        if cell.operation is Operation.POLL:
            wait_for_trouble()
            desk.server.faults.clear()


def _code_of(desk: CommandLine, link: str) -> str:
    """Allow the sign-in of the link. Return the code of the page, or one that is never sent."""
    try:
        return desk.server.log_in(link)
    except Rejected:  # of a link that leads elsewhere, because of the fault
        state = dict(parse_qsl(urlsplit(link).query))["state"]
        return code_to_paste({"state": state, "code": "unused"})
