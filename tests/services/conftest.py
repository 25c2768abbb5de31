"""Fixtures: a demo Identity Center, and a separate home directory to sign in from."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from rolecall.aws import identity
from rolecall.demo.options import DemoOptions
from rolecall.demo.server import DemoServer
from rolecall.domain.model import AccessToken, Assignment, PermissionSet, SsoSession
from rolecall.services.base import retry
from tests.services.access_roles import TENANT, set_tenant
from tests.support.desk import Desk, FakeClock, save
from tests.support.fork_server import started
from tests.support.programs import require_root


@pytest.fixture(autouse=True)
def _forks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ask AWS in a fork who a profile is: a new process would import boto3 each time."""
    changed = SimpleNamespace(**{**vars(subprocess), "Popen": started})
    monkeypatch.setattr(identity, "subprocess", changed)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def options(request: pytest.FixtureRequest, clock: FakeClock) -> DemoOptions:
    """The server uses the clock of the test. Set other options with `@demo(…)`."""
    return DemoOptions(**{"clock": clock, **getattr(request, "param", {})})


@pytest.fixture
def desk(tmp_path: Path, clock: FakeClock, options: DemoOptions) -> Iterator[Desk]:
    with DemoServer(options) as server:
        session = SsoSession("corp", server.start_url, server.region)
        desk = Desk(server, tmp_path, clock, session)
        desk.services.session_edits.add_session("corp", server.start_url, server.region)
        yield desk


@pytest.fixture
def signed_in(desk: Desk) -> AccessToken:
    return desk.sign_in()


@pytest.fixture
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the pauses between the retries of a crawl short."""
    monkeypatch.setattr(retry, "PAUSES", (0.01, 0.01, 0.01))


@pytest.fixture
def audit(desk: Desk) -> Assignment:
    account = desk.server.organisation.named("audit")
    return Assignment(account, PermissionSet("AWSAdministratorAccess"))


@pytest.fixture
def audit_admin(desk: Desk, audit: Assignment) -> Assignment:
    """The assignment `audit`, saved as the profile audit-admin."""
    save(desk, "audit-admin", audit)
    return audit


@pytest.fixture
def unknown_user() -> Iterator[None]:
    """Run the test as a user that the system does not know: without HOME there is no home."""
    require_root()
    os.setresuid(54321, -1, -1)
    yield
    os.setresuid(0, -1, -1)


@pytest.fixture
def tenant(desk: Desk) -> None:
    """Add the account access portal to the desk's session."""
    set_tenant(desk, TENANT)


@pytest.fixture
def dead_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """AWS's own hosts are behind a proxy that is not there."""
    for name in ("HTTPS_PROXY", "https_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
