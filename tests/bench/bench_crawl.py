"""The crawl, compared with the rate limit and, if it is installed, with aws-sso-util."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

from rolecall.aws import pages
from rolecall.aws.portal import Portal
from rolecall.demo.home import create_home
from rolecall.demo.options import TENANT, RateLimit
from rolecall.demo.organisation import Organisation, Role, organisation_of
from rolecall.domain.model import (
    AccessToken,
    Account,
    PermissionSet,
    SsoSession,
    with_tenant_scopes,
)
from rolecall.domain.records import replace
from rolecall.files.caches.sso_cache import SsoCache
from rolecall.files.inventory.inventory import InventoryCache
from rolecall.services.base.rate_limit import RequestRate
from rolecall.services.inventory.crawl import Crawl
from rolecall.services.inventory.crawl_events import (
    AccountsListed,
    CatalogueBuilder,
    CrawlEvent,
    PermissionSetsListed,
)
from rolecall.services.inventory.inventory import InventoryService
from rolecall.services.services import Services
from tests.bench import peers
from tests.bench.measure import (
    PYTHON,
    TRIP,
    Reference,
    Report,
    in_homes,
    percentile,
    python,
    run,
    wall_times,
)
from tests.support.network.far_server import FarServer

LATENCY = 0.04
ACCOUNTS = 600
CALLS = ACCOUNTS + ACCOUNTS // 100
LIMIT = RateLimit(per_second=20, burst=40)
FLOOR = (CALLS - LIMIT.burst) / LIMIT.per_second
LARGE = 10_000
PEER_ACCOUNTS = 300  # fewer, because it takes as long as the limit allows
WORKERS = 8
ROLES = 20_000
ALLOWED = Reference("what the rate limit allows")
SHARED = Reference(f"all calls, shared by {WORKERS} workers")
CALLS_OF_ROLES = Reference("its calls, one after the other")
ROLE_NAMES = ("role/Auditor", "role/ops/Deployer", "role/ops/Operator", "role/data/Analyst")


class LocalPortal:
    """Answers from an organisation, without a call: what a benchmark needs in the cache."""

    def __init__(self, organisation: Organisation) -> None:
        self._organisation = organisation

    def accounts(self, *_: object) -> Iterator[list[Account]]:
        yield list(self._organisation.accounts)

    def permission_sets(self, _token: object, account_id: str, *_: object) -> list[PermissionSet]:
        return [PermissionSet(name) for name in self._organisation.permission_sets(account_id)]


class NoLimit(RequestRate):
    def take(self, debt: float = 0.0) -> float:
        return 0.0


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

    def fill(self, accounts: int) -> CatalogueBuilder:
        """Put a demo of that many accounts into the cache, which is what a crawl would do."""
        portal, rate = LocalPortal(organisation_of(accounts)), NoLimit(time.monotonic)
        with (
            patch.object(InventoryService, "_portal", lambda *_: portal),
            patch.object(InventoryService, "request_rate", lambda *_: rate),
        ):
            return self.crawl()


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
        report.refer(ALLOWED, FLOOR)
        report.line(f"{name}: done", seconds, "s", 1.05, ALLOWED)
        report.line(f"{name}: answered 429", 100 * counts.throttled / counts.calls, "%", 2)
        report.line(f"{name}: lost", everything - found.catalogue.assignment_count, "sets", 0)
        # On a busy machine a call takes longer than LATENCY, so the measured time counts.
        report.refer(TRIP, percentile(calls, 50))
        waited = percentile(highlighter.seconds, 95)
        report.line("highlighted to listed, p95", waited * 1000, "ms", 2, TRIP)


def crawl_without_limit(report: Report, home: Path) -> None:
    with FarServer(accounts=ACCOUNTS, latency=LATENCY) as server:
        desk = SignedInHome(server, home)
        desk.crawl(lambda crawl, event: crawl.cancel())  # imports boto3 and creates the client
        server.counts()
        start = time.monotonic()
        with timed_calls(Portal, "permission_sets") as calls:
            desk.crawl()
        seconds = time.monotonic() - start
        report.line("without a limit", server.counts().calls / seconds, "calls/s")
        # 150 calls a second, where eight workers with 40 ms for a call could make 200.
        report.refer(SHARED, CALLS * percentile(calls, 50) / WORKERS)
        report.line("without a limit: done", seconds, "s", 1.33, SHARED)


def crawl_roles(report: Report, home: Path) -> None:
    """ListRoles gives a page after the other: the list cannot be there before pages × latency."""
    accounts = [Account(f"{i:012}", f"team-{i:05}", "") for i in range(ROLES // len(ROLE_NAMES))]
    roles = [Role(account, name) for account in accounts for name in ROLE_NAMES]
    organisation = Organisation([(accounts[0], ("AWSReadOnlyAccess",))], roles)
    name = f"{ROLES:,} roles of account access manager"
    with FarServer(organisation=organisation, tenant=TENANT, latency=LATENCY) as server:
        desk = SignedInHome(server, home)
        start = time.monotonic()
        with timed_calls(pages, "call") as calls:
            found = desk.crawl()
        seconds = time.monotonic() - start
        # On a busy machine a call takes longer than LATENCY, so the measured time counts.
        report.refer(CALLS_OF_ROLES, sum(calls))
        report.line(f"{name}: done", seconds, "s", 1.1, CALLS_OF_ROLES)
        report.line(f"{name}: lost", ROLES + 1 - found.catalogue.assignment_count, "roles", 0)


def cancel_crawl(report: Report, home: Path) -> None:
    with FarServer(accounts=ACCOUNTS, latency=LATENCY) as server:
        at: list[float] = []

        def cancel(crawl: Crawl, event: CrawlEvent) -> None:
            if not at and crawl.progress().listed >= ACCOUNTS // 10:
                at.append(time.monotonic())
                crawl.cancel()

        with timed_calls(Portal, "permission_sets") as calls:
            SignedInHome(server, home).crawl(cancel)
        taken = time.monotonic() - at[0]
        report.refer(TRIP, percentile(calls, 50))
        report.line("cancel: until the crawl has stopped", taken * 1000, "ms", 2.5, TRIP)


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
        desk.fill(LARGE)
        start = time.perf_counter()
        cached = desk.services.inventory.cached(desk.session)
        milliseconds = (time.perf_counter() - start) * 1000
        (bare,) = wall_times([python("-c", "pass")], desk.environ, 5)
        report.refer(PYTHON, bare)
        name = f"{len(cached.catalogue):,} accounts from the cache"
        report.line(name, milliseconds, "ms", 12, PYTHON)


def compare_with_peer(report: Report, home: Path) -> None:
    peer = peers.find("aws-sso-util")
    if peer is None:
        report.lack("aws-sso-util is not installed: make bench-peers")
        return
    with FarServer(accounts=PEER_ACCOUNTS, latency=LATENCY, rate_limit=LIMIT) as server:
        desk = SignedInHome(server, home)
        named = ["--sso-start-url", server.start_url, "--sso-region", "eu-west-1"]
        start = time.monotonic()
        result = subprocess.run(
            [peer, "roles", *named], env=desk.environ, capture_output=True, check=False
        )
        seconds = time.monotonic() - start
        calls = PEER_ACCOUNTS + PEER_ACCOUNTS // 100
        report.refer(ALLOWED, (calls - LIMIT.burst) / LIMIT.per_second)
        name = f"aws-sso-util roles, {PEER_ACCOUNTS} accounts (status {result.returncode})"
        report.line(name, seconds, "s", of=ALLOWED)
        counts = server.counts()
        report.line("answered 429", 100 * counts.throttled / counts.calls, "%")
        report.line("lines", result.stdout.count(b"\n"), "lines")


measure = in_homes(
    *(crawl_with_limit, crawl_without_limit, crawl_roles, cancel_crawl),
    *(kill_half_way, crawl_twice_at_once, read_cache, compare_with_peer),
)

if __name__ == "__main__":
    run(measure, "Crawl")
