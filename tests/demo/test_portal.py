from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.exceptions import ClientError

from rolecall.demo.options import RateLimit
from tests.demo.conftest import SCOPE, Client, DemoClock

Start = Callable[..., Client]


def audit(demo: Client) -> str:
    return demo.server.organisation.named("audit").id


def pages(demo: Client, bearer: str, **asked: Any) -> list[list[str]]:
    token: dict[str, str] = {}
    listed = []
    while True:
        page = demo.sso.list_accounts(accessToken=bearer, **asked, **token)
        listed.append([account["accountId"] for account in page["accountList"]])
        if "nextToken" not in page:
            return listed
        token = {"nextToken": page["nextToken"]}


@pytest.mark.parametrize(("asked", "sizes"), [({}, [20, 20, 1]), ({"maxResults": 100}, [41])])
def test_accounts_come_in_pages(
    demo: Client, bearer: str, asked: dict[str, int], sizes: list[int]
) -> None:
    listed = pages(demo, bearer, **asked)
    assert [len(page) for page in listed] == sizes
    assert [account_id for page in listed for account_id in page] == [
        account.id for account in demo.server.organisation.accounts
    ]


def test_a_full_last_page_has_no_next_token(start: Start) -> None:
    demo = start(accounts=40)
    bearer = demo.server.sign_in().value.reveal()
    assert [len(page) for page in pages(demo, bearer, maxResults=20)] == [20, 20]


def test_permission_sets_of_an_account(demo: Client, bearer: str) -> None:
    account_id = audit(demo)
    page = demo.sso.list_account_roles(accessToken=bearer, accountId=account_id, maxResults=2)
    names = [role["roleName"] for role in page["roleList"]]
    assert {role["accountId"] for role in page["roleList"]} == {account_id}
    rest = demo.sso.list_account_roles(
        accessToken=bearer, accountId=account_id, nextToken=page["nextToken"]
    )
    names += [role["roleName"] for role in rest["roleList"]]
    assert tuple(names) == demo.server.organisation.permission_sets(account_id)
    assert "nextToken" not in rest


@pytest.mark.parametrize("size", ["0", "101", "1000", "-1", "ten", "", "9" * 5000])
def test_a_page_size_outside_1_to_100_is_refused(demo: Client, bearer: str, size: str) -> None:
    with pytest.raises(demo.sso.exceptions.InvalidRequestException):
        demo.sso.list_accounts(accessToken=bearer, maxResults=size)


def test_the_token_of_another_list_is_refused(demo: Client, bearer: str) -> None:
    of_accounts = demo.sso.list_accounts(accessToken=bearer)["nextToken"]
    for token in (of_accounts, "nonsense", "é", "YXVkaXQ6LTU="):
        with pytest.raises(demo.sso.exceptions.InvalidRequestException):
            demo.sso.list_account_roles(accessToken=bearer, accountId=audit(demo), nextToken=token)


def test_every_call_needs_a_valid_bearer(demo: Client, bearer: str, clock: DemoClock) -> None:
    calls: list[Callable[[str], Any]] = [
        lambda token: demo.sso.list_accounts(accessToken=token),
        lambda token: demo.sso.list_account_roles(accessToken=token, accountId=audit(demo)),
        lambda token: demo.sso.get_role_credentials(
            accessToken=token, accountId=audit(demo), roleName="AWSReadOnlyAccess"
        ),
        lambda token: demo.sso.logout(accessToken=token),
    ]
    revoked = demo.server.sign_in().value.reveal()
    demo.server.revoke(revoked)
    clock.move(hours=8)
    for call in calls:
        for token in ("nonsense", revoked, bearer):
            with pytest.raises(demo.sso.exceptions.UnauthorizedException) as caught:
                call(token)
            assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 401


def test_sign_out_revokes_the_tokens_of_its_session_only(demo: Client) -> None:
    client, first = demo.sign_in(scopes=[SCOPE])
    second = demo.renew(client, first["refreshToken"])
    other = demo.server.sign_in().value.reveal()
    demo.sso.logout(accessToken=second["accessToken"])
    for token in (first, second):
        with pytest.raises(demo.sso.exceptions.UnauthorizedException):
            demo.sso.list_accounts(accessToken=token["accessToken"])
    with pytest.raises(demo.oidc.exceptions.InvalidGrantException):
        demo.renew(client, second["refreshToken"])
    assert demo.sso.list_accounts(accessToken=other)


def test_the_expiry_of_role_credentials_is_in_milliseconds(
    demo: Client, bearer: str, clock: DemoClock
) -> None:
    credentials = demo.sso.get_role_credentials(
        accessToken=bearer, accountId=audit(demo), roleName="AWSAdministratorAccess"
    )["roleCredentials"]
    assert credentials["accessKeyId"].startswith("ASIA")
    end = datetime.fromtimestamp(credentials["expiration"] / 1000, UTC)
    assert (end - clock.now).total_seconds() == 3600


def test_unknown_accounts_and_permission_sets_are_refused(demo: Client, bearer: str) -> None:
    with pytest.raises(demo.sso.exceptions.ResourceNotFoundException):
        demo.sso.list_account_roles(accessToken=bearer, accountId="999999999999")
    with pytest.raises(demo.sso.exceptions.InvalidRequestException):
        demo.sso.list_account_roles(accessToken=bearer, accountId="audit")
    with pytest.raises(ClientError) as caught:
        demo.sso.get_role_credentials(accessToken=bearer, accountId=audit(demo), roleName="Nothing")
    assert caught.value.response["Error"] == {"Code": "ForbiddenException", "Message": "No access"}
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 403


def test_all_list_calls_share_one_rate_limit(start: Start, clock: DemoClock) -> None:
    demo = start(rate_limit=RateLimit(per_second=2, burst=3))
    bearer = demo.server.sign_in().value.reveal()
    for _ in range(3):
        demo.sso.list_accounts(accessToken=bearer)
    with pytest.raises(demo.sso.exceptions.TooManyRequestsException) as caught:
        demo.sso.list_account_roles(accessToken=bearer, accountId=audit(demo))
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 429
    assert demo.sso.get_role_credentials(
        accessToken=bearer, accountId=audit(demo), roleName="AWSReadOnlyAccess"
    )
    clock.move(seconds=0.5)
    assert demo.sso.list_accounts(accessToken=bearer)
    with pytest.raises(demo.sso.exceptions.TooManyRequestsException):
        demo.sso.list_accounts(accessToken=bearer)
    clock.move(hours=1)
    for _ in range(3):
        demo.sso.list_accounts(accessToken=bearer)
    assert demo.server.calls.count(status=429) == 2
