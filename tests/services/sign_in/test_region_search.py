"""The search for a region: which regions it asks, and what ends it."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

import pytest

from rolecall.domain.errors import RegionNotFound, StartUrlUnknown, Unreachable
from rolecall.domain.model import ClientRegistration, Secret
from rolecall.services.sign_in import region_search
from rolecall.services.sign_in.region_search import MOST_AT_ONCE, Asked, RegionSearch
from tests.support.waiting import wait_for_threads

URL = "https://acme.awsapps.com/start"
CLIENT = ClientRegistration("id", Secret("x"), datetime(2099, 1, 1, tzinfo=UTC))
REGIONS = [f"eu-west-{number}" for number in range(20)]


@pytest.fixture
def one_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the regions answer in their order."""
    monkeypatch.setattr(region_search, "MOST_AT_ONCE", 1)


def test_a_defect_in_a_call_ends_the_search(monkeypatch: pytest.MonkeyPatch) -> None:
    noticed: list[object] = []
    monkeypatch.setattr(threading, "excepthook", lambda told: noticed.append(told.exc_type))

    def ask(region: str) -> ClientRegistration:
        raise ZeroDivisionError

    with pytest.raises(Unreachable):
        RegionSearch(URL, ["eu-west-1"], ask).run()
    wait_for_threads("region")
    assert noticed == [ZeroDivisionError]


def test_a_search_that_was_stopped_before_it_began_asks_no_region() -> None:
    asked: list[str] = []

    def ask(region: str) -> ClientRegistration:
        asked.append(region)
        raise StartUrlUnknown(URL, region)

    search = RegionSearch(URL, REGIONS, ask)
    search.stop()
    with pytest.raises(RegionNotFound):
        search.run()
    wait_for_threads("region")
    assert asked == []


def test_no_region_is_asked_after_one_has_answered() -> None:
    asked: list[str] = []
    has_ended = threading.Event()

    def ask(region: str) -> ClientRegistration:
        asked.append(region)
        if region == REGIONS[0]:
            return CLIENT
        has_ended.wait(30)
        raise StartUrlUnknown(URL, region)

    assert RegionSearch(URL, REGIONS, ask).run() == (REGIONS[0], CLIENT)
    has_ended.set()
    wait_for_threads("region")
    assert len(asked) <= MOST_AT_ONCE + 1


def test_a_region_that_is_down_does_not_end_the_search(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(region_search, "MOST_AT_ONCE", 2)
    down, knows, after = REGIONS[:3]
    has_failed = threading.Event()

    def ask(region: str) -> ClientRegistration:
        if region == down:
            raise Unreachable("RegisterClient", region, "closed")
        if region == after:
            has_failed.set()
            raise StartUrlUnknown(URL, region)
        has_failed.wait(30)
        return CLIENT

    assert RegionSearch(URL, (down, knows, after), ask).run().region == knows


@pytest.mark.usefixtures("one_at_once")
def test_failures_do_not_end_a_search_that_a_region_has_answered() -> None:
    def ask(region: str) -> ClientRegistration:
        if region == REGIONS[0]:
            raise StartUrlUnknown(URL, region)
        if region == REGIONS[-1]:
            return CLIENT
        raise Unreachable("RegisterClient", region, "closed")

    assert RegionSearch(URL, REGIONS, ask).run().region == REGIONS[-1]


@pytest.mark.usefixtures("one_at_once")
def test_the_search_tells_every_fourth_region_and_the_last() -> None:
    told: list[Asked] = []

    def ask(region: str) -> ClientRegistration:
        raise StartUrlUnknown(URL, region)

    with pytest.raises(RegionNotFound):
        RegionSearch(URL, REGIONS[:10], ask, told.append).run()
    expected = [(1, REGIONS[0]), (5, REGIONS[4]), (9, REGIONS[8]), (10, REGIONS[9])]
    assert [(each.done, each.region) for each in told] == expected
    assert {each.total for each in told} == {10}
