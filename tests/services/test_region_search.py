"""The search for a region when a call has a defect."""

from __future__ import annotations

import threading

import pytest

from rolecall.domain.errors import Unreachable
from rolecall.domain.model import ClientRegistration
from rolecall.services.region_search import RegionSearch


def test_a_defect_in_a_call_ends_the_search(monkeypatch: pytest.MonkeyPatch) -> None:
    noticed: list[object] = []
    monkeypatch.setattr(threading, "excepthook", lambda told: noticed.append(told.exc_type))

    def ask(region: str) -> ClientRegistration:
        raise ZeroDivisionError

    with pytest.raises(Unreachable):
        RegionSearch("https://acme.awsapps.com/start", ["eu-west-1"], ask).run()
    for each in threading.enumerate():
        if each.name == "region":
            each.join(30)
    assert noticed == [ZeroDivisionError]
