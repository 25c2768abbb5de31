"""The search for a region that is stopped, or whose call has a defect."""

from __future__ import annotations

import threading

import pytest

from rolecall.domain.errors import RegionNotFound, StartUrlUnknown, Unreachable
from rolecall.domain.model import ClientRegistration
from rolecall.services.region_search import RegionSearch

URL = "https://acme.awsapps.com/start"


def test_a_defect_in_a_call_ends_the_search(monkeypatch: pytest.MonkeyPatch) -> None:
    noticed: list[object] = []
    monkeypatch.setattr(threading, "excepthook", lambda told: noticed.append(told.exc_type))

    def ask(region: str) -> ClientRegistration:
        raise ZeroDivisionError

    with pytest.raises(Unreachable):
        RegionSearch(URL, ["eu-west-1"], ask).run()
    wait_for_all()
    assert noticed == [ZeroDivisionError]


def test_a_search_that_was_stopped_before_it_began_asks_no_region() -> None:
    asked: list[str] = []

    def ask(region: str) -> ClientRegistration:
        asked.append(region)
        raise StartUrlUnknown(URL, region)

    search = RegionSearch(URL, [f"eu-west-{number}" for number in range(20)], ask)
    search.stop()
    with pytest.raises(RegionNotFound):
        search.run()
    wait_for_all()
    assert asked == []


def wait_for_all() -> None:
    """Wait for the calls that the search has left."""
    for each in threading.enumerate():
        if each.name == "region":
            each.join(30)
