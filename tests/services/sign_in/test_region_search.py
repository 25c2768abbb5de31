"""The search for a region: which regions it asks, and what ends it."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

import pytest

from rolecall.domain.errors import RegionNotFound, StartUrlUnknown, Unreachable
from rolecall.domain.model import ClientRegistration, Secret
from rolecall.services.sign_in import region_search
from rolecall.services.sign_in.region_search import MOST_AT_ONCE, Asked, Found, RegionSearch
from tests.support.for_each import for_each
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

    def ask(region: str) -> Found:
        raise ZeroDivisionError

    with pytest.raises(Unreachable):
        RegionSearch(URL, ["eu-west-1"], ask).run()
    wait_for_threads("region")
    assert noticed == [ZeroDivisionError]


def test_a_search_that_was_stopped_before_it_began_asks_no_region() -> None:
    asked: list[str] = []

    def ask(region: str) -> Found:
        asked.append(region)
        raise StartUrlUnknown(URL, region)

    search = RegionSearch(URL, REGIONS, ask)
    search.stop()
    with pytest.raises(RegionNotFound):
        search.run()
    wait_for_threads("region")
    assert asked == []


@for_each(
    ("link", "page", "expected"),
    [
        ("", "", [REGIONS[0], REGIONS[2]]),
        (REGIONS[0], "", [REGIONS[0], REGIONS[2]]),  # each region has links with its own name
        (REGIONS[2], "", [REGIONS[2]]),
        (REGIONS[3], "", [REGIONS[0], REGIONS[2]]),  # it refuses the start URL
        ("", REGIONS[2], [REGIONS[2]]),
        ("", REGIONS[3], [REGIONS[0], REGIONS[2]]),
        ("", "no-region", [REGIONS[0], REGIONS[2]]),
    ],
)
def test_a_page_of_aws_tells_regions_apart_that_give_a_code(
    link: str, page: str, expected: list[str]
) -> None:
    """As in aws-cli#5058 and granted#385, where us-east-1 gave a code for another region."""

    def ask(region: str) -> Found:
        if region not in (REGIONS[0], REGIONS[2]):
            raise StartUrlUnknown(URL, region)
        return Found(region, CLIENT, link if region == REGIONS[0] else "")

    search = RegionSearch(URL, REGIONS, ask, read_page=lambda: page)
    assert [each.region for each in search.run()] == expected


def test_no_region_is_asked_after_a_page_has_named_one() -> None:
    asked: list[str] = []
    has_ended = threading.Event()

    def ask(region: str) -> Found:
        asked.append(region)
        if region == REGIONS[0]:
            return Found(region, CLIENT)
        has_ended.wait(30)
        raise StartUrlUnknown(URL, region)

    search = RegionSearch(URL, REGIONS, ask, read_page=lambda: REGIONS[0])
    assert search.run() == [Found(REGIONS[0], CLIENT)]
    has_ended.set()
    wait_for_threads("region")
    assert len(asked) <= MOST_AT_ONCE + 1


def test_a_region_that_does_not_answer_is_waited_for_only_a_few_seconds(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(region_search, "_PATIENCE", 0.01)
    has_ended = threading.Event()

    def ask(region: str) -> Found:
        if region == REGIONS[1]:
            has_ended.wait(30)
        if region == REGIONS[0]:
            return Found(region, CLIENT)
        raise StartUrlUnknown(URL, region)

    assert [each.region for each in RegionSearch(URL, REGIONS[:4], ask).run()] == [REGIONS[0]]
    has_ended.set()
    wait_for_threads("region")


def test_a_region_that_is_down_does_not_end_the_search(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(region_search, "MOST_AT_ONCE", 2)
    down, knows, after = REGIONS[:3]
    has_failed = threading.Event()

    def ask(region: str) -> Found:
        if region == down:
            raise Unreachable("RegisterClient", region, "closed")
        if region == after:
            has_failed.set()
            raise StartUrlUnknown(URL, region)
        has_failed.wait(30)
        return Found(region, CLIENT)

    assert RegionSearch(URL, (down, knows, after), ask).run()[0].region == knows


@pytest.mark.usefixtures("one_at_once")
def test_failures_do_not_end_a_search_that_a_region_has_answered() -> None:
    def ask(region: str) -> Found:
        if region == REGIONS[0]:
            raise StartUrlUnknown(URL, region)
        if region == REGIONS[-1]:
            return Found(region, CLIENT)
        raise Unreachable("RegisterClient", region, "closed")

    assert RegionSearch(URL, REGIONS, ask).run()[0].region == REGIONS[-1]


@pytest.mark.usefixtures("one_at_once")
def test_the_search_tells_every_fourth_region_and_the_last() -> None:
    told: list[Asked] = []

    def ask(region: str) -> Found:
        raise StartUrlUnknown(URL, region)

    with pytest.raises(RegionNotFound):
        RegionSearch(URL, REGIONS[:10], ask, told.append).run()
    expected = [(1, REGIONS[0]), (5, REGIONS[4]), (9, REGIONS[8]), (10, REGIONS[9])]
    assert [(each.done, each.region) for each in told] == expected
    assert {each.total for each in told} == {10}
