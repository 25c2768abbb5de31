"""The container-credentials endpoint: who may ask, and what many clients get at once."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from typing import Any

import pytest
from botocore.credentials import ContainerProvider

from rolecall.aws.loopback import LIMITS, Request
from rolecall.domain.errors import RolecallError, SignInNeeded
from rolecall.domain.model import Credentials, Secret
from rolecall.services.credentials.container_credentials import (
    _PATIENCE,
    ContainerCredentials,
)


class Served:
    """A server in this process, and the errors that it reported."""

    def __init__(self) -> None:
        self.errors: list[RolecallError] = []
        self.credentials: Credentials | None = Credentials("AKIA1", Secret("s"))
        self.wait_for: threading.Event | None = None
        self.calls = 0
        self.server = ContainerCredentials(self.get, self.errors.append)
        variables = self.server.variables(None)
        self.host = str(variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"]).split("/")[2]
        self.token = str(variables["AWS_CONTAINER_AUTHORIZATION_TOKEN"])

    def get(self) -> Credentials:
        if self.wait_for:
            self.calls += 1
            assert self.wait_for.wait(60)
        if self.credentials is None:
            raise SignInNeeded("corp")
        return self.credentials


@pytest.fixture
def served() -> Iterator[Served]:
    served = Served()
    with served.server:
        yield served


def ask(host: str, path: str = "/credentials", **headers: str) -> tuple[int, Any]:
    connection = HTTPConnection(host, timeout=30)
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    return answer.status, json.loads(answer.read())


def test_requests_without_the_token_or_with_another_host_are_refused(served: Served) -> None:
    token = served.token
    assert ask(served.host, Authorization=token)[0] == 200
    assert ask(served.host)[0] == 401
    for wrong in ("", token[:-1], f"Bearer {token}", token + "x", "é"):
        assert ask(served.host, Authorization=wrong)[0] == 401
    for name in ("evil.example", "localhost", served.host.replace("127.0.0.1", "evil.example")):
        status, answer = ask(served.host, Authorization=token, Host=name)
        assert (status, answer.keys()) == (403, {"code", "message"})
    assert ask(served.host, "/", Authorization=token)[0] == 404


def test_a_failure_is_reported_and_the_next_request_tries_again(served: Served) -> None:
    served.credentials = None
    status, answer = ask(served.host, Authorization=served.token)
    assert (status, answer["code"]) == (500, "SignInNeeded")
    assert [str(error) for error in served.errors] == [
        "SignInNeeded(session=corp, problem=expired)"
    ]
    served.credentials = Credentials("AKIA2", Secret("s"))
    assert ask(served.host, Authorization=served.token)[1]["AccessKeyId"] == "AKIA2"


def test_keys_that_are_valid_are_served_while_new_ones_are_late(served: Served) -> None:
    end = datetime.now(UTC) + timedelta(minutes=8)
    served.credentials = Credentials("AKIA1", Secret("s"), expires_at=end)
    assert ask(served.host, Authorization=served.token)[1]["AccessKeyId"] == "AKIA1"
    answer = served.wait_for = threading.Event()
    assert ask(served.host, Authorization=served.token)[1]["AccessKeyId"] == "AKIA1"
    served.credentials = Credentials("AKIA2", Secret("s"), expires_at=end)
    answer.set()
    while ask(served.host, Authorization=served.token)[1]["AccessKeyId"] == "AKIA1":
        pass


@pytest.mark.parametrize("end", [datetime.now(UTC) - timedelta(seconds=1), None])
def test_keys_that_have_expired_or_may_have_are_not_served(
    served: Served, end: datetime | None
) -> None:
    served.credentials = Credentials("AKIA1", Secret("s"), expires_at=end)
    assert ask(served.host, Authorization=served.token)[0] == 200
    served.wait_for = threading.Event()
    with ThreadPoolExecutor() as pool:
        late = pool.submit(ask, served.host, Authorization=served.token)
        with pytest.raises(TimeoutError):
            late.result(2 * _PATIENCE)
        served.credentials = None
        served.wait_for.set()
        assert late.result()[0] == 500


def test_many_clients_at_once_share_one_call(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    many, at_once = 200, LIMITS.connections
    arrived = threading.Semaphore(0)
    authorize = ContainerCredentials._is_authorized

    def counted(server: ContainerCredentials, request: Request) -> bool:
        arrived.release()
        return authorize(server, request)

    monkeypatch.setattr(ContainerCredentials, "_is_authorized", counted)
    served.wait_for = threading.Event()
    with ThreadPoolExecutor(many) as pool:
        asked = [pool.submit(ask, served.host, Authorization=served.token) for _ in range(at_once)]
        for _ in range(at_once):
            assert arrived.acquire(timeout=60)
        assert served.calls == 1
        late = [pool.submit(ask, served.host, Authorization=served.token) for _ in range(many)]
        served.wait_for.set()
        assert {each.result()[0] for each in asked + late} == {200}


def test_an_answer_is_json_that_no_client_keeps(served: Served) -> None:
    connection = HTTPConnection(served.host, timeout=30)
    connection.request("GET", "/credentials", headers={"Authorization": served.token})
    answer = connection.getresponse()
    headers, body = answer.headers, answer.read()
    assert headers["Content-Length"] == str(len(body))
    assert (headers["Content-Type"], headers["Cache-Control"]) == ("application/json", "no-store")
    assert headers["Server"].strip() == "rolecall"


def test_clients_get_the_address_and_the_region_and_no_other_credentials(served: Served) -> None:
    variables = served.server.variables("eu-west-1")
    kept = {name: value for name, value in variables.items() if value is not None}
    assert kept == {
        "AWS_CONTAINER_CREDENTIALS_FULL_URI": f"http://{served.host}/credentials",
        "AWS_CONTAINER_AUTHORIZATION_TOKEN": served.token,
        "AWS_REGION": "eu-west-1",
        "AWS_DEFAULT_REGION": "eu-west-1",
    }
    assert {"AWS_PROFILE", "AWS_ACCESS_KEY_ID", "AWS_ROLE_ARN"} <= variables.keys() - kept.keys()
    assert "AWS_REGION" not in served.server.variables(None)
    assert len(served.token) == 43  # 256 bits
    with Served().server as other:
        address = "AWS_CONTAINER_CREDENTIALS_FULL_URI"
        assert other.variables(None)[address] != variables[address]


def test_after_the_block_neither_the_port_nor_the_thread_is_left() -> None:
    before = set(threading.enumerate())
    served = Served()
    with served.server:
        assert ask(served.host, Authorization=served.token)[0] == 200
        serving = set(threading.enumerate()) - before
        assert serving
    for thread in serving:
        thread.join(30)
        assert not thread.is_alive()
    with pytest.raises(ConnectionRefusedError):
        ask(served.host)
    port = int(served.host.rpartition(":")[2])
    with ContainerCredentials(served.get, served.errors.append, port) as again:
        address = str(again.variables(None)["AWS_CONTAINER_CREDENTIALS_FULL_URI"])
        assert address == f"http://{served.host}/credentials"


@pytest.mark.parametrize("token", ["", "t"])
def test_boto3_takes_keys_that_do_not_expire(served: Served, token: str) -> None:
    """It demands a token and an expiry in each answer, and asks again before that."""
    served.credentials = Credentials("AKIA1", Secret("s"), Secret(token) if token else None)
    given = served.server.variables(None).items()
    environ = {name: value for name, value in given if value is not None}
    found = ContainerProvider(environ).load()
    assert found is not None
    keys = found.get_frozen_credentials()
    assert (keys.access_key, keys.secret_key, keys.token) == ("AKIA1", "s", token)
    assert not found.refresh_needed()
