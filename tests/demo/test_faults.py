from __future__ import annotations

import threading
from typing import Any

import pytest
from botocore.exceptions import ClientError, ConnectionClosedError

from rolecall.demo.faults import Fault
from tests.demo.conftest import Client


def status(demo: Client, bearer: str) -> int:
    with pytest.raises(ClientError) as caught:
        demo.sso.list_accounts(accessToken=bearer)
    code: int = caught.value.response["ResponseMetadata"]["HTTPStatusCode"]
    return code


def test_a_fault_happens_as_often_as_requested(demo: Client, bearer: str) -> None:
    demo.server.faults.add("ListAccounts", 500, times=2)
    assert status(demo, bearer) == status(demo, bearer) == 500
    assert demo.sso.list_accounts(accessToken=bearer)["accountList"]
    demo.server.faults.add("ListAccounts", 503)
    assert [status(demo, bearer) for _ in range(3)] == [503, 503, 503]
    demo.server.faults.clear()
    assert demo.sso.list_accounts(accessToken=bearer)["accountList"]


def test_a_fault_can_affect_one_operation_and_one_account(demo: Client, bearer: str) -> None:
    first, second = (account.id for account in demo.server.organisation.accounts[:2])
    demo.server.faults.add("ListAccountRoles", 403, account_id=first)
    with pytest.raises(ClientError) as caught:
        demo.sso.list_account_roles(accessToken=bearer, accountId=first)
    assert caught.value.response["Error"]["Code"] == "ForbiddenException"
    assert demo.sso.list_account_roles(accessToken=bearer, accountId=second)["roleList"]
    assert demo.sso.list_accounts(accessToken=bearer)["accountList"]


def test_a_fault_of_an_operation_that_does_not_exist_is_refused(demo: Client) -> None:
    """With a typo in its name, a test would test nothing."""
    for operation in ("ListAccount", "", "listAccounts"):
        with pytest.raises(ValueError, match="no operation of the demo"):
            demo.server.faults.add(operation, 500)
    for operation in ("ListAccounts", "AssumeRole", "LoginPage"):
        demo.server.faults.add(operation, 500)


@pytest.mark.parametrize(
    ("number", "name"),
    [
        (401, "UnauthorizedException"),
        (404, "ResourceNotFoundException"),
        (429, "TooManyRequestsException"),
    ],
)
def test_a_number_gives_an_error_as_the_portal_sends_it(
    demo: Client, bearer: str, number: int, name: str
) -> None:
    demo.server.faults.add("ListAccounts", number)
    with pytest.raises(getattr(demo.sso.exceptions, name)):
        demo.sso.list_accounts(accessToken=bearer)


@pytest.mark.parametrize("fault", [Fault.HTML, Fault.TRUNCATED, Fault.EMPTY])
def test_an_unusable_answer_has_no_accounts(demo: Client, bearer: str, fault: Fault) -> None:
    demo.server.faults.add("ListAccounts", fault, times=1)
    answer = demo.sso.list_accounts(accessToken=bearer)
    assert "accountList" not in answer
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 200


def test_an_answer_that_is_not_json(demo: Client, bearer: str) -> None:
    demo.server.faults.add("ListAccounts", Fault.GARBAGE, times=1)
    with pytest.raises(UnicodeDecodeError):
        demo.sso.list_accounts(accessToken=bearer)


def test_a_next_token_that_repeats(demo: Client, bearer: str) -> None:
    demo.server.faults.add("ListAccounts", Fault.REPEATED_TOKEN)
    first = demo.sso.list_accounts(accessToken=bearer, maxResults=2)
    again = demo.sso.list_accounts(accessToken=bearer, maxResults=2, nextToken=first["nextToken"])
    assert again["nextToken"] == first["nextToken"]
    assert again["accountList"] == first["accountList"]


def test_an_empty_page_continues_with_the_requested_page(demo: Client, bearer: str) -> None:
    demo.server.faults.add("ListAccounts", Fault.EMPTY_PAGE, times=2)
    pages = demo.sso.get_paginator("list_accounts").paginate(
        accessToken=bearer, PaginationConfig={"PageSize": 30}
    )
    assert [len(page["accountList"]) for page in pages] == [0, 0, 30, 11]


def test_every_item_can_come_twice(demo: Client, bearer: str) -> None:
    demo.server.faults.add("ListAccounts", Fault.TWICE, times=1)
    twice = demo.sso.list_accounts(accessToken=bearer)["accountList"]
    assert twice == demo.sso.list_accounts(accessToken=bearer)["accountList"] * 2


def test_a_reset_connection_fails_once(demo: Client, bearer: str) -> None:
    demo.server.faults.add("ListAccounts", Fault.RESET, times=1)
    with pytest.raises(ConnectionClosedError):
        demo.sso.list_accounts(accessToken=bearer)
    assert demo.sso.list_accounts(accessToken=bearer)["accountList"]
    assert demo.server.calls.count("ListAccounts", status=0) == 1


@pytest.mark.parametrize("end", ["clear", "stop"])
def test_clearing_the_faults_or_stopping_the_server_ends_a_hanging_call(
    demo: Client, bearer: str, end: str
) -> None:
    demo.server.faults.add("ListAccounts", Fault.HANG)
    failures: list[Any] = []

    def ask() -> None:
        with pytest.raises(ConnectionClosedError) as caught:
            demo.sso.list_accounts(accessToken=bearer)
        failures.append(caught.value)

    hanging = threading.Thread(target=ask)
    hanging.start()
    assert demo.server.faults.hanging.acquire(timeout=30)
    assert not failures
    demo.server.faults.clear() if end == "clear" else demo.server.stop()
    hanging.join(timeout=30)
    assert failures


def test_a_drip_ends_when_the_faults_are_cleared(demo: Client, bearer: str) -> None:
    demo.server.faults.add("ListAccounts", Fault.DRIP)
    answers: list[Any] = []
    dripping = threading.Thread(
        target=lambda: answers.append(demo.sso.list_accounts(accessToken=bearer))
    )
    dripping.start()
    assert demo.server.faults.hanging.acquire(timeout=30)
    assert not answers
    demo.server.faults.clear()
    dripping.join(timeout=30)
    assert answers[0]["accountList"]


def test_an_answer_is_lost_after_the_work_was_done(demo: Client, bearer: str) -> None:
    demo.server.faults.add("Logout", Fault.ANSWER_LOST, times=1)
    with pytest.raises(ConnectionClosedError):
        demo.sso.logout(accessToken=bearer)
    assert status(demo, bearer) == 401


def test_a_connection_that_is_reset_in_the_body(demo: Client, bearer: str) -> None:
    demo.server.faults.add("ListAccounts", Fault.RESET_IN_BODY, times=1)
    with pytest.raises(ConnectionClosedError):
        demo.sso.list_accounts(accessToken=bearer)
    assert demo.sso.list_accounts(accessToken=bearer)["accountList"]


def test_a_connection_that_closes_in_the_body(demo: Client, bearer: str) -> None:
    """botocore accepts half of a body as the whole."""
    demo.server.faults.add("ListAccounts", Fault.WRONG_LENGTH, times=1)
    assert "accountList" not in demo.sso.list_accounts(accessToken=bearer)
    assert demo.sso.list_accounts(accessToken=bearer)["accountList"]


@pytest.mark.parametrize(("fault", "code"), [(Fault.REDIRECT, 301), (Fault.HTML_403, 403)])
def test_a_proxy_answers_with_its_own_page(
    demo: Client, bearer: str, fault: Fault, code: int
) -> None:
    demo.server.faults.add("ListAccounts", fault, times=1)
    assert status(demo, bearer) == code
