"""The crawl, compared with the rate limit and, if it is installed, with aws-sso-util."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rolecall.aws import account_access
from rolecall.aws.portal import Portal
from rolecall.demo.home import create_home
from rolecall.demo.options import TENANT, RateLimit
from rolecall.demo.organisation import Organisation, Role, organisation_of
from rolecall.domain.model import AccessToken, Account, SsoSession, with_tenant_scopes
from rolecall.domain.records import replace
from rolecall.files.caches.sso_cache import SsoCache
from rolecall.files.inventory.inventory import InventoryCache
from rolecall.services.inventory.crawl import Crawl
from rolecall.services.inventory.crawl_events import (
    AccountsListed,
    CatalogueBuilder,
    CrawlEvent,
    PermissionSetsListed,
)
from rolecall.services.services import Services
from tests.bench import peers
from tests.bench.measure import Report, percentile, python, run
from tests.support.far_server import FarServer

LATENCY = 0.04
ACCOUNTS = 1_000
CALLS = ACCOUNTS + ACCOUNTS // 100
LIMIT = RateLimit(per_second=20, burst=40)
FLOOR = (CALLS - LIMIT.burst) / LIMIT.per_second
LARGE = 10_000
WORKERS = 8
ROLES = 40_000
ROLE_NAMES = ("role/Auditor", "role/ops/Deployer", "role/ops/Operator", "role/data/Analyst")


class SignedInHome:
    """A home that is signed in to the server."""

    def __init__(self, server: FarServer, home: Path) -> None:
        tenant = server.tenant
        create_home(home, server.start_url, server.region, organisation_of(2), tenant=tenant)
        self.environ = {"PATH": os.environ["PATH"], "HOME": str(home), **server.endpoints}
        self.session = SsoSession("demo", server.start_url, server.region, tenant=tenant)
        if tenant is not None:
            self.session = replace(self.session, scopes=with_tenant_scopes(None))
        self.token: AccessToken = server.sign_in()
        self.services = Services(self.environ)
        places = self.services.locations
        tokens = SsoCache(places.sso_cache, places.state)
        tokens.save_token(self.session, self.token)
        # aws-sso-util does not use sso-sessions: its token is named after the start URL.
        tokens.save_token(replace(self.session, name=None), self.token)

    def crawl(
        self, watch: Callable[[Crawl, CrawlEvent], None] = lambda crawl, event: None
    ) -> CatalogueBuilder:
        builder = CatalogueBuilder()
        crawl = self.services.inventory.crawl(self.session, self.token)

        def on_event(event: CrawlEvent) -> None:
            builder.add(event)
            watch(crawl, event)

        crawl.run(on_event)
        return builder


class Highlighter:
    """Highlights an account every second, and measures the time until it is listed."""

    def __init__(self) -> None:
        self.seconds: list[float] = []
        self._unlisted: dict[str, None] = {}
        self._wanted = ""
        self._since = self._next = 0.0

    def __call__(self, crawl: Crawl, event: CrawlEvent) -> None:
        now = time.monotonic()
        if isinstance(event, AccountsListed):
            self._unlisted |= dict.fromkeys(account.id for account in event.accounts)
        elif isinstance(event, PermissionSetsListed):
            self._unlisted.pop(event.account_id, None)
            if event.account_id == self._wanted:
                self.seconds.append(now - self._since)
                self._wanted = ""
        if not self._wanted and now >= self._next and len(self._unlisted) > 100:
            self._wanted = random.choice(list(self._unlisted))
            self._since, self._next = time.monotonic(), now + 1
            crawl.prioritise([self._wanted])


@contextmanager
def timed_calls(owner: Any, name: str) -> Iterator[list[float]]:
    """Measure the seconds of each call of a function that calls AWS."""
    ask: Callable[..., Any] = getattr(owner, name)
    seconds: list[float] = []

    def timed(*arguments: Any, **named: Any) -> Any:
        start = time.monotonic()
        try:
            return ask(*arguments, **named)
        finally:
            seconds.append(time.monotonic() - start)

    setattr(owner, name, timed)
    try:
        yield seconds
    finally:
        setattr(owner, name, ask)


def crawl_with_limit(report: Report, home: Path) -> None:
    name = f"{ACCOUNTS:,} accounts, 20 calls/s"
    with FarServer(accounts=ACCOUNTS, latency=LATENCY, rate_limit=LIMIT) as server:
        desk, highlighter = SignedInHome(server, home), Highlighter()
        start = time.monotonic()
        with timed_calls(Portal, "permission_sets") as calls:
            found = desk.crawl(highlighter)
        seconds = time.monotonic() - start
        counts = server.counts()
        everything = sum(1 for _ in organisation_of(ACCOUNTS).assignments())
        report.line(f"{name}: the limit allows", FLOOR, "s")
        report.line(f"{name}: done", seconds, "s")
        report.line("ratio", seconds / FLOOR, "×", 1.05)
        report.line(f"{name}: answered 429", 100 * counts.throttled / counts.calls, "%", 2)
        report.line(f"{name}: lost", everything - found.catalogue.assignment_count, "sets", 0)
        # On a busy machine a call takes longer than LATENCY, so the measured time counts.
        report.line("a call, p50", percentile(calls, 50) * 1000, "ms")
        trips = percentile(highlighter.seconds, 95) / percentile(calls, 50)
        report.line("highlighted to listed, p95", trips, "trips", 2)


def crawl_without_limit(report: Report, home: Path) -> None:
    with FarServer(accounts=ACCOUNTS, latency=LATENCY) as server:
        desk = SignedInHome(server, home)
        desk.crawl(lambda crawl, event: crawl.cancel())  # imports boto3 and creates the client
        server.counts()
        start = time.monotonic()
        desk.crawl()
        seconds = time.monotonic() - start
        report.line("without a limit", server.counts().calls / seconds, "calls/s")
        report.line("150 calls/s / that", 150 * seconds / CALLS, "×", 1.0)


def crawl_roles(report: Report, home: Path) -> None:
    """ListRoles gives a page after the other: the list cannot be there before pages × latency."""
    accounts = [Account(f"{i:012}", f"team-{i:05}", "") for i in range(ROLES // len(ROLE_NAMES))]
    roles = [Role(account, name) for account in accounts for name in ROLE_NAMES]
    organisation = Organisation([(accounts[0], ("AWSReadOnlyAccess",))], roles)
    name = f"{ROLES:,} roles of account access manager"
    with FarServer(organisation=organisation, tenant=TENANT, latency=LATENCY) as server:
        desk = SignedInHome(server, home)
        start = time.monotonic()
        with timed_calls(account_access, "call") as calls:
            found = desk.crawl()
        seconds = time.monotonic() - start
        report.line(f"{name}: done", seconds, "s")
        # On a busy machine a call takes longer than LATENCY, so the measured time counts.
        report.line(f"{name}: done / (pages × latency)", seconds / sum(calls), "×", 1.1)
        report.line(f"{name}: lost", ROLES + 1 - found.catalogue.assignment_count, "roles", 0)


def cancel_crawl(report: Report, home: Path) -> None:
    with FarServer(accounts=ACCOUNTS, latency=LATENCY) as server:
        at: list[float] = []

        def cancel(crawl: Crawl, event: CrawlEvent) -> None:
            if not at and crawl.progress().listed >= ACCOUNTS // 10:
                at.append(time.monotonic())
                crawl.cancel()

        SignedInHome(server, home).crawl(cancel)
        report.line(
            "cancel: until the crawl has stopped", (time.monotonic() - at[0]) * 1000, "ms", 100
        )


def kill_half_way(report: Report, home: Path) -> None:
    with FarServer(accounts=ACCOUNTS, latency=LATENCY) as server:
        desk = SignedInHome(server, home)
        command = python("-m", "rolecall", "list", "--csv")
        process = subprocess.Popen(command, env=desk.environ, stdout=subprocess.DEVNULL)
        cache = InventoryCache(desk.services.locations.cache, desk.services.locations.state)
        while len(cache.known(desk.session)) < ACCOUNTS / 2:
            time.sleep(0.01)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        first = server.counts().listed
        found = desk.crawl()
        second = server.counts().listed
        report.line("killed at", len(first), "asked")
        report.line("asked again after", (first & second).total(), "calls", WORKERS)
        report.line("lost", ACCOUNTS - found.catalogue.listed, "accounts", 0)


def crawl_twice_at_once(report: Report, home: Path) -> None:
    with FarServer(accounts=ACCOUNTS, latency=LATENCY) as server:
        desk = SignedInHome(server, home)
        command = python("-m", "rolecall", "list", "--csv")
        both = [
            subprocess.Popen(command, env=desk.environ, stdout=subprocess.PIPE) for _ in range(2)
        ]
        lines = [process.communicate()[0].count(b"\n") for process in both]
        everything = sum(1 for _ in organisation_of(ACCOUNTS).assignments()) + 1
        report.line("two at once: lines missing", 2 * everything - sum(lines), "lines", 0)
        extra = 100 * (server.counts().listed.total() / ACCOUNTS - 1)
        report.line("two at once: asked twice", extra, "%", 10)


def read_cache(report: Report, home: Path) -> None:
    with FarServer(accounts=LARGE) as server:
        desk = SignedInHome(server, home)
        desk.crawl()
        start = time.perf_counter()
        cached = desk.services.inventory.cached(desk.session)
        milliseconds = (time.perf_counter() - start) * 1000
        report.line(f"{len(cached.catalogue):,} accounts from the cache", milliseconds, "ms", 120)
        rounds = []
        for command in (
            python("-c", "import click"),
            python("-m", "rolecall", "list", "tern 4321"),
        ):
            start = time.perf_counter()
            for _ in range(3):
                subprocess.run(command, env=desk.environ, stdout=subprocess.DEVNULL, check=True)
            rounds.append((time.perf_counter() - start) / 3 * 1000)
        report.line("python, importing click", rounds[0], "ms")
        report.line("rolecall list QUERY, from the cache", rounds[1], "ms")


def compare_with_peer(report: Report, home: Path) -> None:
    peer = peers.find("aws-sso-util")
    if peer is None:
        report.lack("aws-sso-util is not installed: make bench-peers")
        return
    with FarServer(accounts=ACCOUNTS, latency=LATENCY, rate_limit=LIMIT) as server:
        desk = SignedInHome(server, home)
        command: list[str | Path] = [
            peer,
            "roles",
            "--sso-start-url",
            server.start_url,
            "--sso-region",
            "eu-west-1",
        ]
        start = time.monotonic()
        result = subprocess.run(command, env=desk.environ, capture_output=True, check=False)
        seconds = time.monotonic() - start
        report.line(f"aws-sso-util roles (status {result.returncode})", seconds, "s")
        report.line("ratio", seconds / FLOOR, "×")
        counts = server.counts()
        report.line("answered 429", 100 * counts.throttled / counts.calls, "%")
        report.line("lines", result.stdout.count(b"\n"), "lines")


def measure(report: Report) -> None:
    for each in (
        *(
            crawl_with_limit,
            crawl_without_limit,
            crawl_roles,
            cancel_crawl,
            kill_half_way,
            crawl_twice_at_once,
            read_cache,
        ),
        compare_with_peer,
    ):
        with tempfile.TemporaryDirectory() as folder:
            each(report, Path(folder) / "home")


if __name__ == "__main__":
    run(measure, "Crawl")
