from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import pytest
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ClientError
from botocore.session import Session

from rolecall.demo.options import RateLimit
from rolecall.demo.organisation import USER, Role
from rolecall.domain.access_role import ASSUME_SCOPE, READ_SCOPE
from tests.demo.conftest import SCOPE, Client

TENANT: Final = "aa-tern-tide"
SCOPES: Final = (SCOPE, READ_SCOPE, ASSUME_SCOPE)


class Runtime:
    """botocore's own client, which finds the demo by its variable.

    botocore signs with a bearer token only over TLS, so the header is added here.
    """

    def __init__(self, demo: Client, scopes: tuple[str, ...] | None = SCOPES) -> None:
        self.server = demo.server
        token = self.server.sign_in(scopes).value.reveal() if scopes else "none"
        config = Config(signature_version=UNSIGNED)
        region = self.server.region
        self.client: Any = Session().create_client("account-access-runtime", region, config=config)

        def authorize(request: Any, **_: object) -> None:
            request.headers["Authorization"] = f"Bearer {token}"

        self.client.meta.events.register("before-send", authorize)

    def roles(self, **asked: Any) -> dict[str, Any]:
        answer: dict[str, Any] = self.client.list_roles(**{"tenantId": TENANT, **asked})
        return answer

    def keys(self, role: Role, **asked: Any) -> dict[str, Any]:
        given = {"tenantId": TENANT, "roleArn": role.arn, "accessType": "PROGRAMMATIC_ACCESS"}
        answer = self.client.get_role_credentials(**{**given, **asked})
        keys: dict[str, Any] = answer["credentialsDetails"]["programmaticAccess"]
        return keys

    def role(self, name: str) -> Role:
        return next(each for each in self.server.organisation.roles if each.name == name)


@pytest.fixture
def tenant(start: Callable[..., Client], monkeypatch: pytest.MonkeyPatch) -> Client:
    demo = start(tenant=TENANT)
    for name, value in demo.server.endpoints.items():
        monkeypatch.setenv(name, value)
    return demo


@pytest.fixture
def runtime(tenant: Client) -> Runtime:
    return Runtime(tenant)


def refused(ask: Callable[[], object]) -> tuple[str, int]:
    with pytest.raises(ClientError) as error:
        ask()
    answer = error.value.response
    return answer["Error"]["Code"], answer["ResponseMetadata"]["HTTPStatusCode"]


def test_roles_come_in_pages_with_account_and_arn(runtime: Runtime) -> None:
    token: dict[str, str] = {}
    found: list[dict[str, str]] = []
    while True:
        page = runtime.roles(maxResults=7, **token)
        found += page["roles"]
        if "nextToken" not in page:
            break
        assert len(page["roles"]) == 7
        token = {"nextToken": page["nextToken"]}
    roles = runtime.server.organisation.roles
    assert [(each["accountId"], each["roleArn"]) for each in found] == [
        (role.account.id, role.arn) for role in roles
    ]
    assert {each.get("accountName") for each in found} == {each.account.name for each in roles}


def test_one_account_has_roles_but_no_permission_sets(runtime: Runtime) -> None:
    organisation = runtime.server.organisation
    known = {account.id for account in organisation.accounts}
    assert {role.account.name for role in organisation.roles if role.account.id not in known} == {
        "recent acquisition"
    }


def test_the_credentials_of_a_role_are_those_of_sts(runtime: Runtime, tenant: Client) -> None:
    role = runtime.role("role/ops/OnCall")
    keys = runtime.keys(role, sessionName="kim", sessionDuration=7200)
    assert (keys["expiresAt"] - tenant.server.options.clock()).total_seconds() == 7200
    session = Session()
    sts: Any = session.create_client(
        "sts",
        tenant.server.region,
        aws_access_key_id=keys["accessKeyId"],
        aws_secret_access_key=keys["secretAccessKey"],
        aws_session_token=keys["sessionToken"],
    )
    arn = f"arn:aws:sts::{role.account.id}:assumed-role/OnCall/kim"
    assert sts.get_caller_identity()["Arn"] == arn


def test_a_session_has_the_name_of_the_user_by_default(runtime: Runtime) -> None:
    keys = runtime.keys(runtime.role("role/Deployer"))
    issued = runtime.server._center.credentials[keys["accessKeyId"]]
    assert issued.arn.endswith(f":assumed-role/Deployer/{USER}")


@pytest.mark.parametrize("name", ["k", "two words", "a/b", "x" * 65, "é-é"])
def test_a_session_name_outside_the_rule_is_refused(runtime: Runtime, name: str) -> None:
    role = runtime.role("role/Deployer")
    asked = refused(lambda: runtime.keys(role, sessionName=name))
    assert asked == ("ValidationException", 400)


def test_credentials_need_a_scope_of_their_own(tenant: Client) -> None:
    runtime = Runtime(tenant, (SCOPE, READ_SCOPE))
    assert runtime.roles()["roles"]
    role = runtime.role("role/Deployer")
    assert refused(lambda: runtime.keys(role)) == ("AccessDeniedException", 403)


def test_the_portal_does_not_accept_a_token_for_roles_only(tenant: Client) -> None:
    bearer = tenant.server.sign_in((READ_SCOPE, ASSUME_SCOPE)).value.reveal()
    with pytest.raises(tenant.sso.exceptions.UnauthorizedException):
        tenant.sso.list_accounts(accessToken=bearer)


def test_without_the_option_there_is_no_tenant(
    start: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    demo = start()
    monkeypatch.setenv("AWS_ENDPOINT_URL_ACCOUNT_ACCESS_RUNTIME", demo.server.url)
    assert refused(Runtime(demo).roles) == ("ValidationException", 400)


def test_too_many_calls_are_throttled(
    start: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    demo = start(tenant=TENANT, rate_limit=RateLimit(1, 1))
    monkeypatch.setenv("AWS_ENDPOINT_URL_ACCOUNT_ACCESS_RUNTIME", demo.server.url)
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    runtime = Runtime(demo)
    runtime.roles()
    assert refused(runtime.roles) == ("ThrottlingException", 429)


def test_calls_are_counted_apart_from_those_of_the_portal(runtime: Runtime) -> None:
    runtime.roles()
    runtime.keys(runtime.role("role/Deployer"))
    assert runtime.server.calls.counts() == {"ListRoles": 1, "GetAccessRoleCredentials": 1}
