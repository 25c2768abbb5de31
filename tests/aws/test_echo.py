"""Answers that repeat a secret which this process has sent."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from rolecall.aws.portal import Portal
from rolecall.aws.role import assume_role
from rolecall.aws.session import Clients
from rolecall.aws.sign_in import Oidc
from rolecall.demo.faults import StsError
from rolecall.demo.options import DemoOptions
from rolecall.demo.server import DemoServer
from rolecall.domain.errors import RolecallError
from rolecall.domain.model import AccessToken, Secret, SsoSession
from rolecall.domain.records import replace

_LONG = 40


@pytest.fixture
def server() -> Iterator[DemoServer]:
    with DemoServer(DemoOptions()) as server:
        yield server


class Asked:
    """The calls of one session, with secrets of a form that AWS has."""

    def __init__(self, server: DemoServer, home: Path) -> None:
        self.server = server
        session = SsoSession("corp", server.start_url, server.region)
        clients = Clients(server.environment(home))
        self.portal = Portal(clients.portal(server.region), session)
        self.oidc = Oidc(clients.oidc(server.region), session, lambda: datetime.now(UTC))
        self.sts = lambda credentials: clients.sts(server.region, credentials)
        self.token = server.sign_in()

    def errors(self) -> Iterator[tuple[str, str, Callable[[], object]]]:
        """Yield an operation, a secret that it sends, and what calls it."""
        bearer, portal, oidc = self.token.value.reveal(), self.portal, self.oidc
        registration = oidc.register()
        code = oidc.start(registration)
        key = registration.client_secret.reveal()
        refresh = Secret("refresh/" + "r+" * _LONG)
        account = self.server.organisation.accounts[0].id
        yield "ListAccounts", bearer, lambda: list(portal.accounts(self.token))
        yield "ListAccountRoles", bearer, lambda: portal.permission_sets(self.token, account)
        yield (
            "GetRoleCredentials",
            bearer,
            lambda: portal.role_credentials(self.token, account, "Admin"),
        )
        yield "Logout", bearer, lambda: portal.sign_out(self.token)
        yield "StartDeviceAuthorization", key, lambda: oidc.start(registration)
        yield "CreateToken", key, lambda: oidc.collect(registration, code)
        yield "CreateToken", code.device_code.reveal(), lambda: oidc.collect(registration, code)
        yield "CreateToken", refresh.reveal(), lambda: oidc.renew(refresh, registration)


@pytest.fixture
def asked(server: DemoServer, tmp_path: Path) -> Asked:
    return Asked(server, tmp_path)


@pytest.mark.parametrize(
    "form",
    [
        lambda secret: f"the token {secret} is not valid",
        lambda secret: f"?token={quote(secret, safe='')}&x",
        lambda secret: f"invalid token “{secret[:20]}…”",
        lambda secret: f"https://evil.example/x{secret[-24:]}",
    ],
    ids=["whole", "quoted", "start", "end"],
)
def test_an_error_that_repeats_what_was_sent_has_nothing_of_it(
    asked: Asked, server: DemoServer, form: Callable[[str], str]
) -> None:
    for operation, secret, act in asked.errors():
        message = form(secret)
        server.rewrite = lambda _, content, message=message: (
            {**content, "message": message, "error_description": message}
            if isinstance(content, dict)
            else content
        )
        # 400 has a meaning for a start URL, and 403 for a role.
        status = 403 if operation == "StartDeviceAuthorization" else 400
        server.faults.add(operation, status, times=5)
        with pytest.raises(RolecallError) as caught:
            act()
        server.faults.clear()
        server.rewrite = None
        shown = str(caught.value)
        assert "…" in shown, (operation, shown)
        for part in (secret[:16], secret[-16:], quote(secret[-16:], safe="")):
            assert part not in shown, (operation, shown)


def test_names_that_repeat_what_was_sent_have_nothing_of_it(
    asked: Asked, server: DemoServer
) -> None:
    bearer = asked.token.value.reveal()

    def rewrite(_: str, content: Any) -> Any:
        for each in content["accountList"]:
            each["accountName"] = f"core {bearer}"
        return content

    server.rewrite = rewrite
    accounts = [each for page in asked.portal.accounts(asked.token) for each in page]
    assert {each.name for each in accounts} == {"core …"}
    assert {each.email for each in accounts} == {
        each.email for each in server.organisation.accounts
    }


def test_a_secret_that_an_answer_gives_again_stays(asked: Asked, server: DemoServer) -> None:
    """A refresh token may stay the same."""
    registration = asked.oidc.register()
    token = signed_in(asked, server)
    refresh = token.refresh_token
    assert refresh is not None
    server.rewrite = lambda _, content: {**content, "refreshToken": refresh.reveal()}
    assert asked.oidc.renew(refresh, token.registration or registration).refresh_token == refresh


def signed_in(asked: Asked, server: DemoServer) -> AccessToken:
    registration = asked.oidc.register()
    code = asked.oidc.start(registration)
    server.approve(code.user_code)
    token = asked.oidc.collect(registration, code)
    assert isinstance(token, AccessToken)
    return token


def test_an_error_of_sts_has_nothing_of_the_session_token(asked: Asked, server: DemoServer) -> None:
    account = server.organisation.accounts[0].id
    role = next(iter(asked.portal.permission_sets(asked.token, account))).name
    keys = asked.portal.role_credentials(asked.token, account, role)
    session_token = Secret("session/" + "s+t" * _LONG)
    keys = replace(keys, session_token=session_token)
    server.faults.add("AssumeRole", StsError("AccessDenied", f"for {session_token.reveal()}"))
    arguments = {"RoleArn": f"arn:aws:iam::{account}:role/x"}
    with pytest.raises(RolecallError) as caught:
        assume_role(asked.sts(keys), arguments, "me")
    assert "for …" in str(caught.value)
    assert session_token.reveal()[:16] not in str(caught.value)
