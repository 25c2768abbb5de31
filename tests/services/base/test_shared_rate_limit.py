"""All rolecalls on the machine share one request rate; sign-in does not use it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from email.utils import format_datetime
from itertools import pairwise
from threading import Event, Thread

import pytest

from rolecall.aws.portal import Portal
from rolecall.aws.session import Clients
from rolecall.demo.faults import ThrottledFault
from rolecall.demo.options import utc_now
from rolecall.domain import question
from rolecall.domain.errors import Throttled
from rolecall.services.base.rate_limit import PRIORITY_DEBT
from rolecall.services.inventory.crawl_events import CallsWaiting
from tests.support.desk import Desk, demo
from tests.support.waiting import wait_until


def seconds_to_wait(desk: Desk) -> float:
    """Return the seconds that a call of a new rolecall has to wait."""
    return desk.another().inventory.request_rate(desk.session).take(PRIORITY_DEBT)


@contextmanager
def listing(desk: Desk) -> Iterator[None]:
    """Run a crawl in another process."""
    command = [sys.executable, "-m", "rolecall", "list", "--csv"]
    process = subprocess.Popen(command, env=desk.environ, stdout=subprocess.PIPE)
    try:
        yield
    finally:
        process.kill()
        process.communicate()


@demo(accounts=24, clock=utc_now)
def test_retry_after_is_respected(desk: Desk) -> None:
    desk.server.faults.add("ListAccountRoles", ThrottledFault("2"), times=1)
    desk.services.inventory.crawl(desk.session, desk.server.sign_in()).run(lambda event: None)
    calls = desk.server.calls.all("ListAccountRoles")
    assert sum(call.status == 200 for call in calls) == 24
    pauses = [later.at - earlier.at for earlier, later in pairwise(calls)]
    # It counts from the arrival of the answer. The server records the call before, and on a slow
    # machine calls that were on their way after it.
    assert max(pauses) > timedelta(seconds=1)


@pytest.mark.parametrize("form", ["seconds", "date"])
@demo(accounts=3)
def test_retry_after_counts_for_every_rolecall(desk: Desk, form: str) -> None:
    date = format_datetime(desk.clock.now + timedelta(seconds=3000), usegmt=True)
    fault = ThrottledFault("3000" if form == "seconds" else date)
    desk.server.faults.add("ListAccountRoles", fault)
    crawl = desk.services.inventory.crawl(desk.session, desk.server.sign_in())
    is_told = Event()

    def run() -> None:
        with pytest.raises(Throttled):
            crawl.run(lambda event: is_told.set() if event == CallsWaiting(1) else None)

    running = Thread(target=run)
    running.start()
    assert is_told.wait(30)
    assert 2900 < seconds_to_wait(desk) <= 3000
    crawl.cancel()
    running.join()


@demo(accounts=3)
def test_a_pause_ends_when_a_call_within_it_is_answered(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(question, "SECONDS", question.TRY_SECONDS + 0.5)
    token = desk.server.sign_in()
    desk.server.faults.add("ListAccounts", ThrottledFault("3000"), times=1)
    with pytest.raises(Throttled):
        desk.services.inventory.crawl(desk.session, token).run(lambda _: None)
    assert seconds_to_wait(desk) > 2900
    desk.another().inventory.crawl(desk.session, token).run(lambda _: None)
    assert seconds_to_wait(desk) < 10


@demo(accounts=60)
def test_sign_in_and_credentials_do_not_wait_behind_a_crawl(desk: Desk) -> None:
    """The crawl of another process has to wait for an hour, and all calls share its bucket."""
    desk.sign_in()
    desk.server.faults.add("ListAccountRoles", ThrottledFault("3000"))
    with listing(desk):
        calls = desk.server.calls
        wait_until(lambda: calls.count("ListAccountRoles", status=429), "the crawl to be throttled")
        wait_until(lambda: seconds_to_wait(desk) >= 2900, "the others to hear of it")
        token = desk.sign_in()
        portal = Portal(Clients(desk.environ).portal(desk.session.region), desk.session)
        account = desk.server.organisation.accounts[0].id
        permission_set = desk.server.organisation.permission_sets(account)[0]
        assert portal.role_credentials(token, account, permission_set)
        desk.services.tokens.renew(desk.session)
        assert desk.server.calls.count("GetRoleCredentials", status=200) == 1
        assert seconds_to_wait(desk) > 2900
