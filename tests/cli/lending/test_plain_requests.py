"""What a program asks for, in the plain mode: lines that say it, and a typed line that answers."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from rolecall.cli.plain import requests
from rolecall.cli.plain.requests import Requests
from rolecall.demo.options import DemoOptions
from rolecall.demo.server import DemoServer
from rolecall.domain.lending.lent import Lent, LoanState
from rolecall.domain.model import SsoSession
from rolecall.files.own.lends import LendRecord
from rolecall.files.own.processes import started
from tests.support.desk import Desk, FakeClock

LENT = Lent("0123abcd", os.getpid(), started(os.getpid()), "claude", "/src/pay", "pay-ro")
ASKED = LENT._replace(
    id="0123abcd.1", profile="pay-admin", account="payments", rights="allow s3:write,logs",
    minutes=15, reason="fix the upload",
)  # fmt: skip


class Pane:
    def __init__(self, desk: Desk, record: LendRecord) -> None:
        self.desk = desk
        self.record = record
        self.lines: list[str] = []
        self.requests = Requests(desk.services, self.lines.append)

    def state(self, request: Lent = ASKED) -> LoanState:
        return self.record.loan(request).state(self.desk.clock())

    def shown(self, request: Lent) -> str:
        self.record.add(request)
        self.requests.look()
        return "\n".join(self.lines)


@pytest.fixture
def pane(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Pane]:
    monkeypatch.setattr(requests, "_READABLE", 0.0)
    clock = FakeClock()
    with DemoServer(DemoOptions(clock=clock)) as server:
        session = SsoSession("corp", server.start_url, server.region)
        desk = Desk(server, tmp_path, clock, session)
        record = LendRecord(desk.services.locations.state, LENT.id)
        with record.open(LENT):
            yield Pane(desk, record)


def test_all_that_matters_is_said_and_a_word_approves_it(pane: Pane) -> None:
    shown = pane.shown(ASKED)
    for each in ("claude", "/src/pay", "payments", "s3: write; logs: list, read", "15 min"):
        assert each in shown
    assert "“fix the upload”" in shown
    for line in ("yes", "y", "APPROVE", "approve it"):
        pane.requests.take(line)
        assert pane.state() is LoanState.WAITS
    pane.requests.take("approve")
    assert pane.state() is LoanState.RUNS


def test_production_needs_the_name_of_its_account(pane: Pane) -> None:
    pane.shown(ASKED._replace(production=True))
    pane.requests.take("approve")
    pane.requests.take("payment")
    assert pane.state(ASKED._replace(production=True)) is LoanState.WAITS
    pane.requests.take("payments")
    assert pane.state(ASKED._replace(production=True)) is LoanState.RUNS


def test_what_was_typed_before_it_could_be_read_does_not_count(
    pane: Pane, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(requests, "_READABLE", 3600.0)
    pane.shown(ASKED)
    pane.requests.take("approve")
    assert pane.state() is LoanState.WAITS


def test_less_a_denial_and_later(pane: Pane) -> None:
    pane.shown(ASKED)
    pane.requests.take("--allow s3:all")
    pane.requests.take("--allow logs --minutes 5")
    pane.requests.take("approve")
    decision = pane.record.loan(ASKED).decision
    assert decision is not None
    assert (decision.rights, decision.minutes) == ("allow logs", 5)
    second, third = (ASKED._replace(id=f"{LENT.id}.{number}") for number in (2, 3))
    pane.shown(second)
    pane.requests.take("deny")
    assert pane.state(second) is LoanState.WAITS
    pane.requests.take("deny not now")
    assert pane.state(second) is LoanState.DENIED
    pane.shown(third)
    pane.requests.take("")
    pane.lines.clear()
    pane.requests.look()
    assert pane.lines == []
    assert pane.state(third) is LoanState.WAITS
