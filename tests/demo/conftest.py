from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any

import boto3
import pytest
from botocore import UNSIGNED
from botocore.config import Config

from rolecall.demo.options import DemoOptions
from rolecall.demo.server import DemoServer

SCOPE = "sso:account:access"
_SESSION = boto3.Session(
    aws_access_key_id="none", aws_secret_access_key="none", region_name="eu-west-1"
)
DEVICE_CODE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"


class DemoClock:
    """A clock that moves only when a test moves it."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def move(self, **time: float) -> None:
        self.now += timedelta(**time)


class Client:
    """Real boto3 clients of one server, and the steps of a sign-in."""

    def __init__(self, server: DemoServer) -> None:
        self.server = server

    @cached_property
    def oidc(self) -> Any:
        return self._client("sso-oidc")

    @cached_property
    def sso(self) -> Any:
        return self._client("sso")

    def _client(self, service: Any) -> Any:
        # Not validated here, because the server has to refuse bad parameters.
        config = Config(
            signature_version=UNSIGNED,
            retries={"total_max_attempts": 1},
            parameter_validation=False,
        )
        return _SESSION.client(
            service, region_name=self.server.region, endpoint_url=self.server.url, config=config
        )

    def register(self, **extra: Any) -> dict[str, str]:
        answer = self.oidc.register_client(clientName="test", clientType="public", **extra)
        return {"clientId": answer["clientId"], "clientSecret": answer["clientSecret"]}

    def authorize(self, client: dict[str, str]) -> dict[str, Any]:
        answer: dict[str, Any] = self.oidc.start_device_authorization(
            startUrl=self.server.start_url, **client
        )
        return answer

    def poll(self, client: dict[str, str], device_code: str) -> dict[str, Any]:
        answer: dict[str, Any] = self.oidc.create_token(
            grantType=DEVICE_CODE_GRANT, deviceCode=device_code, **client
        )
        return answer

    def renew(self, client: dict[str, str], refresh_token: str) -> dict[str, Any]:
        answer: dict[str, Any] = self.oidc.create_token(
            grantType="refresh_token", refreshToken=refresh_token, **client
        )
        return answer

    def sign_in(self, **registration: Any) -> tuple[dict[str, str], dict[str, Any]]:
        """Sign in. Return the registered client and the answer of CreateToken."""
        client = self.register(**registration)
        code = self.authorize(client)
        self.server.approve(code["userCode"])
        return client, self.poll(client, code["deviceCode"])


@pytest.fixture
def clock() -> DemoClock:
    return DemoClock()


@pytest.fixture
def start(clock: DemoClock) -> Iterator[Callable[..., Client]]:
    """Start a demo with these options; it stops with the test."""
    servers = []

    def started(**options: Any) -> Client:
        server = DemoServer(DemoOptions(**{"clock": clock, **options}))
        server.start()
        servers.append(server)
        return Client(server)

    yield started
    for server in servers:
        server.stop()


@pytest.fixture
def demo(start: Callable[..., Client]) -> Client:
    return start()


@pytest.fixture
def bearer(demo: Client) -> str:
    return demo.server.sign_in().value.reveal()
