"""A demo Identity Center, and a home to sign in from."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from rolecall.aws.portal import Portal
from rolecall.demo.server import DemoServer
from rolecall.domain.model import AccessToken, Assignment, SsoSession
from rolecall.files.caches.cli_cache import CliCache
from rolecall.files.caches.sso_cache import SsoCache
from rolecall.services.profiles.profiles import ProfileDraft
from rolecall.services.services import Services
from tests.support.obstacles.full_disk import no_write_works


@dataclass
class FakeClock:
    """A wall clock that moves only when a test moves it. Monotonic time runs on."""

    now: datetime = field(default_factory=lambda: datetime.now(UTC).replace(microsecond=0))
    moved: float = 0.0
    slept: float = 0.0  # seconds of sleep of the machine, which monotonic time does not count

    def __call__(self) -> datetime:
        return self.now

    def monotonic(self) -> float:
        return time.monotonic() + self.moved

    def uptime(self) -> float:
        return self.monotonic() + self.slept

    def sleep(self, seconds: float) -> None:
        """Return at once: what a test waits for has happened already."""

    def forward(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)
        self.moved += seconds

    def suspend(self, seconds: float) -> None:
        """Let the machine sleep."""
        self.now += timedelta(seconds=seconds)
        self.slept += seconds


@dataclass
class Desk:
    """A user's machine: the services of rolecall, the server they call, and the home folder."""

    server: DemoServer
    home: Path
    clock: FakeClock
    session: SsoSession

    def __post_init__(self) -> None:
        self.environ = self.server.environment(self.home)
        self.services = self.another()

    def another(self, **environ: str) -> Services:
        """Return the services of another rolecall on this machine."""
        clock = self.clock
        return Services(
            self.environ | environ, clock, clock.monotonic, clock.sleep, uptime=clock.uptime
        )

    def sign_in(self) -> AccessToken:
        waiting = self.services.sign_in.begin(self.session)
        self.server.approve(waiting.code.user_code)
        token = waiting.poll()
        assert token is not None
        return token

    def add(self, text: str) -> None:
        """Add text to ~/.aws/config."""
        with self.config.open("a") as file:
            file.write(f"\n{text}\n")

    @property
    def token_cache(self) -> SsoCache:
        return SsoCache(self.sso_cache, self.services.locations.state)

    @property
    def role_cache(self) -> CliCache:
        return CliCache(self.home / ".aws" / "cli" / "cache", self.services.locations.state)

    def cache_role(self, assignment: Assignment, session: SsoSession | None = None) -> None:
        """Save role credentials in the cache of the AWS CLI."""
        portal = Portal(self.services.tokens.clients.portal(self.server.region), self.session)
        credentials = portal.role_credentials(self.server.sign_in(), *assignment.key)
        self.role_cache.save(session or self.session, *assignment.key, credentials)

    @property
    def config(self) -> Path:
        return self.home / ".aws" / "config"

    @property
    def sso_cache(self) -> Path:
        return self.home / ".aws" / "sso" / "cache"


def demo(**options: object) -> pytest.MarkDecorator:
    """Set the options of the test's demo server."""
    return pytest.mark.parametrize("options", [options], indirect=True, ids=[""])


def save(desk: Desk, name: str, assignment: Assignment, region: str = "eu-west-1") -> None:
    """Save a profile of the desk's session."""
    service = desk.services.profiles
    service.commit(service.plan_save(ProfileDraft(name, desk.session, assignment, region, "json")))


def approved_with_a_broken_disk(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> AccessToken:
    """Sign in; from the approval on, no file can be written. Return the token, in memory only."""
    waiting = desk.services.sign_in.begin(desk.session)
    desk.server.approve(waiting.code.user_code)
    no_write_works(monkeypatch, desk.home)
    token = waiting.poll()
    assert token is not None
    return token
