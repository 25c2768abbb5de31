"""Calls are repeated where that is safe, and end in time."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import pytest

from rolecall.aws import call
from rolecall.aws.download import download
from rolecall.aws.portal import Portal
from rolecall.aws.session import Clients
from rolecall.aws.translate import AnswerProblem
from rolecall.demo.faults import AnyFault, Fault, ThrottledFault
from rolecall.demo.options import DemoOptions
from rolecall.demo.server import DemoServer
from rolecall.domain import question
from rolecall.domain.errors import (
    RequestRejected,
    ServiceFault,
    Throttled,
    UnexpectedAnswer,
    Unreachable,
)
from rolecall.domain.model import AccessToken, SsoSession
from rolecall.domain.question import asking
from tests.support.network.web_server import web_server

ACCOUNT = "038410265977"
PERMISSION_SET = "AWSAdministratorAccess"


@pytest.fixture
def server() -> Iterator[DemoServer]:
    with DemoServer(DemoOptions()) as server:
        yield server


@pytest.fixture
def slow() -> Iterator[list[tuple[str, str]]]:
    """What is reported as slow."""
    reported: list[tuple[str, str]] = []
    with asking(lambda operation, host, _: reported.append((operation, host))):
        yield reported


Ask = Callable[[], object]


@pytest.fixture
def ask(server: DemoServer) -> Ask:
    """Ask for role credentials."""
    session = SsoSession("corp", server.start_url, server.region)
    token: AccessToken = server.sign_in()
    portal = Portal(Clients(server.endpoints).portal(server.region), session)
    return lambda: portal.role_credentials(token, ACCOUNT, PERMISSION_SET)


@pytest.mark.thorough
@pytest.mark.parametrize(
    "fault",
    [
        *[500, 503, 429, ThrottledFault("0.1")],
        *[Fault.RESET, Fault.RESET_IN_BODY, Fault.ANSWER_LOST],
        *[Fault.TRUNCATED, Fault.WRONG_LENGTH, Fault.GARBAGE, Fault.HTML, Fault.EMPTY_BODY],
    ],
)
def test_a_passing_fault_is_not_noticed(server: DemoServer, ask: Ask, fault: AnyFault) -> None:
    server.faults.add("GetRoleCredentials", fault, times=2)
    assert ask()
    assert server.calls.count("GetRoleCredentials") == 3


def test_a_lasting_fault_is_reported_after_three_tries(server: DemoServer, ask: Ask) -> None:
    server.faults.add("GetRoleCredentials", 500)
    with pytest.raises(ServiceFault):
        ask()
    assert server.calls.count("GetRoleCredentials") == 3


def test_a_long_pause_that_the_server_asks_for_is_left_to_the_caller(
    server: DemoServer, ask: Ask
) -> None:
    server.faults.add("GetRoleCredentials", ThrottledFault("60"))
    with pytest.raises(Throttled):
        ask()
    assert server.calls.count("GetRoleCredentials") == 1


@pytest.mark.parametrize("fault", [400, Fault.REDIRECT, Fault.HTML_403])
def test_a_refusal_is_not_repeated(server: DemoServer, ask: Ask, fault: AnyFault) -> None:
    server.faults.add("GetRoleCredentials", fault)
    with pytest.raises(Exception, match="GetRoleCredentials"):
        ask()
    assert server.calls.count("GetRoleCredentials") == 1


@pytest.mark.parametrize("fault", [Fault.HANG, Fault.DRIP])
def test_all_calls_of_a_question_end_at_its_deadline(
    server: DemoServer, ask: Ask, fault: Fault, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow: list[tuple[str, str]] = []
    assert ask()  # the client is ready
    monkeypatch.setattr(call, "TRY_SECONDS", 0.3)
    monkeypatch.setattr(question, "SECONDS", 0.8)
    monkeypatch.setattr(question, "SLOW_AFTER", 0.1)
    server.faults.add("GetRoleCredentials", fault)
    began_at = time.monotonic()
    with asking(lambda operation, host, _: slow.append((operation, host))):
        for _ in range(3):
            with pytest.raises(Unreachable, match="timed-out"):
                ask()
    assert 0.8 <= time.monotonic() - began_at < 10
    assert slow == [("GetRoleCredentials", server.url.removeprefix("http://"))]


def test_a_pause_that_takes_too_long_is_reported_before_it(
    server: DemoServer, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers: list[tuple[int, bool]] = []  # when it was reported

    def note(operation: str, host: str, is_throttled: bool) -> None:
        answers.append((server.calls.count(operation), is_throttled))

    monkeypatch.setattr(question, "SLOW_AFTER", 3600)
    server.faults.add("GetRoleCredentials", ThrottledFault("1"), times=1)
    with asking(note) as asked:
        assert ask()
        assert answers == []
        server.calls.clear()
        server.faults.add("GetRoleCredentials", ThrottledFault("1"), times=1)
        asked._words.at -= 3600
        assert ask()
    assert answers == [(1, True)]


def test_a_fast_call_is_not_reported_as_slow(ask: Ask, slow: list[tuple[str, str]]) -> None:
    assert ask()
    assert slow == []


def test_an_error_of_the_caller_is_raised_in_its_thread(server: DemoServer) -> None:
    client = Clients(server.endpoints).portal(server.region)

    def fail() -> None:
        raise RequestRejected("Op", "host", "Code", "detail")

    with pytest.raises(RequestRejected):
        call.call(client, "Op", fail)


FILE = b'[sessions.corp]\nstart_url = "https://corp.awsapps.com/start"\n'


def test_a_file_that_arrives_in_part_is_an_error() -> None:
    """It may end with a whole line, and would then remove what it lacks."""
    cut = 200, {"Content-Length": str(2 * len(FILE))}, FILE
    with web_server(cut) as address, pytest.raises(UnexpectedAnswer) as caught:
        download(Clients({}), f"{address}/team.toml", 1000)
    assert caught.value.detail == AnswerProblem.INCOMPLETE


@pytest.mark.parametrize("largest", [len(FILE), len(FILE) - 1, 10])
def test_of_a_large_file_one_byte_more_is_read_than_it_may_have(largest: int) -> None:
    with web_server((200, {}, FILE)) as address:
        assert download(Clients({}), address, largest) == FILE[: largest + 1]
