"""Listings of the access portal that never end."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from rolecall.aws.portal import Portal
from rolecall.aws.session import Clients
from rolecall.aws.translate import AnswerProblem
from rolecall.demo.faults import Fault
from rolecall.demo.options import DemoOptions
from rolecall.demo.server import DemoServer
from rolecall.domain.errors import UnexpectedAnswer
from rolecall.domain.model import Account, SsoSession


@pytest.fixture
def server() -> Iterator[DemoServer]:
    with DemoServer(DemoOptions()) as server:
        yield server


def accounts(server: DemoServer, home: Path) -> list[Account]:
    session = SsoSession("corp", server.start_url, server.region)
    portal = Portal(Clients(server.environment(home)).portal(server.region), session)
    return [account for page in portal.accounts(server.sign_in()) for account in page]


@pytest.mark.parametrize(("fault", "calls"), [(Fault.EMPTY_PAGE, 51), (Fault.REPEATED_TOKEN, 2)])
def test_a_listing_that_never_ends_is_an_error(
    server: DemoServer, tmp_path: Path, fault: Fault, calls: int
) -> None:
    server.faults.add("ListAccounts", fault, times=60)
    with pytest.raises(UnexpectedAnswer) as caught:
        accounts(server, tmp_path)
    assert caught.value.detail == AnswerProblem.ENDLESS
    assert server.calls.count("ListAccounts") == calls
