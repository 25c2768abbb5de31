from __future__ import annotations

import http.client
import json
import re
import socket
import time
from collections.abc import Callable
from datetime import timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest
from botocore.exceptions import EndpointConnectionError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rolecall.demo.server import DemoServer
from tests.demo.conftest import SCOPE, Client, DemoClock

Start = Callable[..., Client]


def connect(server: DemoServer) -> http.client.HTTPConnection:
    return http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=30)


def test_it_listens_on_loopback_only(demo: Client) -> None:
    assert urlsplit(demo.server.url).hostname == "127.0.0.1"
    assert demo.server.start_url == f"{demo.server.url}/start"


def test_a_restarted_server_keeps_its_port_and_state(demo: Client, bearer: str) -> None:
    url = demo.server.url
    assert demo.sso.list_accounts(accessToken=bearer)
    demo.server.stop()
    demo.server.stop()
    with pytest.raises(EndpointConnectionError):
        demo.sso.list_accounts(accessToken=bearer)
    demo.server.start()
    demo.server.start()
    assert demo.server.url == url
    assert demo.sso.list_accounts(accessToken=bearer)


def test_one_connection_serves_many_calls(demo: Client) -> None:
    connection = connect(demo.server)
    for _ in range(3):
        connection.request("GET", "/start")
        response = connection.getresponse()
        response.read()
        assert not response.will_close
    first = connection.sock
    connection.request("GET", "/start")
    connection.getresponse().read()
    assert connection.sock is first
    connection.close()


def test_the_date_header_is_from_the_clock_of_the_demo(start: Start, clock: DemoClock) -> None:
    clock.move(days=-400)
    connection = connect(start().server)
    connection.request("GET", "/start")
    date = connection.getresponse().headers["Date"]
    connection.close()
    assert parsedate_to_datetime(date) == clock.now


def test_a_seed_makes_the_same_codes(start: Start) -> None:
    first, second = (start(seed=7) for _ in range(2))
    other = start(seed=8)
    codes = [demo.authorize(demo.register()) for demo in (first, second, other)]
    for member in ("userCode", "deviceCode"):
        assert codes[0][member] == codes[1][member] != codes[2][member]


def test_without_a_seed_two_servers_differ(demo: Client) -> None:
    client = demo.register()
    codes = {demo.authorize(client)["userCode"] for _ in range(20)}
    assert len(codes) == 20
    assert all(re.fullmatch("[B-DF-HJ-NP-TV-XZ]{4}-[B-DF-HJ-NP-TV-XZ]{4}", code) for code in codes)


def test_calls_are_recorded_with_name_time_account_and_status(
    demo: Client, bearer: str, clock: DemoClock
) -> None:
    account_id = demo.server.organisation.accounts[0].id
    demo.sso.list_accounts(accessToken=bearer)
    clock.move(seconds=5)
    demo.sso.list_account_roles(accessToken=bearer, accountId=account_id)
    with pytest.raises(demo.sso.exceptions.UnauthorizedException):
        demo.sso.list_accounts(accessToken="nonsense")
    calls = demo.server.calls
    assert calls.counts() == {"ListAccounts": 2, "ListAccountRoles": 1}
    assert calls.count("ListAccounts", status=401) == 1
    assert calls.count() == 3
    (roles,) = calls.all("ListAccountRoles")
    assert (roles.account_id, roles.at, roles.status) == (account_id, clock.now, 200)
    calls.clear()
    assert calls.count() == 0


def test_a_token_for_tests_has_all_that_the_cli_saves(demo: Client, clock: DemoClock) -> None:
    token = demo.server.sign_in()
    assert token.registration is not None
    assert token.refresh_token is not None
    assert token.expires_at == clock.now + timedelta(hours=8)
    client = {
        "clientId": token.registration.client_id,
        "clientSecret": token.registration.client_secret.reveal(),
    }
    assert demo.renew(client, token.refresh_token.reveal())["accessToken"]


def test_tokens_are_invalid_once_their_sign_in_is_forgotten(demo: Client) -> None:
    client, token = demo.sign_in(scopes=[SCOPE])
    demo.server.forget_sign_ins()
    with pytest.raises(demo.sso.exceptions.UnauthorizedException):
        demo.sso.list_accounts(accessToken=token["accessToken"])
    with pytest.raises(demo.oidc.exceptions.InvalidGrantException):
        demo.renew(client, token["refreshToken"])


def test_lifetimes_are_those_of_the_options(start: Start, clock: DemoClock) -> None:
    demo = start(
        interval=5, device_code_lifetime=30, access_token_lifetime=900, registration_lifetime=60
    )
    client = demo.register()
    code = demo.authorize(client)
    assert (code["expiresIn"], code["interval"]) == (30, 5)
    demo.server.approve(code["userCode"])
    assert demo.poll(client, code["deviceCode"])["expiresIn"] == 900
    clock.move(seconds=60)
    with pytest.raises(demo.oidc.exceptions.InvalidClientException):
        demo.authorize(client)


def test_secrets_are_not_in_the_repr_of_the_state(demo: Client, bearer: str) -> None:
    demo.authorize(demo.register())
    demo.sso.get_role_credentials(
        accessToken=bearer,
        accountId=demo.server.organisation.accounts[0].id,
        roleName="AWSReadOnlyAccess",
    )
    center = demo.server._center
    shown = repr((center.clients, center.device_authorizations.values(), center.sign_ins))
    shown += repr(list(center.credentials.values()))
    secrets = [bearer]
    secrets += [client.secret for client in center.clients.values()]
    secrets += [issued.secret_access_key for issued in center.credentials.values()]
    secrets += [issued.session_token for issued in center.credentials.values()]
    assert len(secrets) == 5
    assert not [secret for secret in secrets if secret in shown]


def test_the_environment_keeps_every_file_in_the_given_home(demo: Client, tmp_path: Path) -> None:
    environment = demo.server.environment(tmp_path)
    for name in ("AWS_ENDPOINT_URL_SSO", "AWS_ENDPOINT_URL_SSO_OIDC", "AWS_ENDPOINT_URL_STS"):
        assert environment[name] == demo.server.url
    assert environment["AWS_EC2_METADATA_DISABLED"] == "true"
    paths = {name: value for name, value in environment.items() if value.startswith("/")}
    assert set(paths) == {
        "HOME",
        "AWS_CONFIG_FILE",
        "AWS_LOGIN_CACHE_DIRECTORY",
        "AWS_SHARED_CREDENTIALS_FILE",
        "XDG_CONFIG_HOME",
        "XDG_CACHE_HOME",
        "XDG_DATA_HOME",
        "XDG_STATE_HOME",
    }
    assert all(Path(path).is_relative_to(tmp_path) for path in paths.values())


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\0\1\2\r\n\r\n",
        b"GET\r\n\r\n",
        b"BREW / HTTP/1.1\r\n\r\n",
        b"POST /token HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
        b"POST /token HTTP/1.1\r\nContent-Length: 99999999999\r\n\r\n",
        b"POST /token HTTP/1.1\r\nContent-Length: 10\r\n\r\nshort",
        b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\n\r\n",
    ],
)
def test_malformed_requests_are_survived_and_nothing_is_printed(
    demo: Client, raw: bytes, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    with socket.create_connection(("127.0.0.1", urlsplit(demo.server.url).port or 0)) as line:
        line.sendall(raw)
        line.shutdown(socket.SHUT_WR)
        while line.recv(65_536):
            pass
    assert demo.register()
    assert capfd.readouterr() == ("", "")
    assert not caplog.records


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(), lambda inner: st.lists(inner, max_size=3)
)
_MEMBERS = st.sampled_from(
    [
        *("clientId", "clientSecret", "clientName", "clientType", "scopes", "redirectUris"),
        *("grantTypes", "startUrl", "grantType", "deviceCode", "refreshToken", "code"),
        *("codeVerifier", "redirectUri"),
    ]
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200)
@given(
    path=st.sampled_from(["/client/register", "/device_authorization", "/token", "/device", "/"]),
    body=st.binary(max_size=200)
    | st.just(b"[" * 100_000)
    | st.dictionaries(_MEMBERS, _JSON).map(lambda asked: json.dumps(asked).encode()),
)
def test_every_body_gets_an_answer(demo: Client, path: str, body: bytes) -> None:
    connection = connect(demo.server)
    connection.request("POST", path, body)
    response = connection.getresponse()
    response.read()
    connection.close()
    assert response.status in (200, 400, 401, 403, 404)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200)
@given(
    operation=st.sampled_from(
        ["/assignment/accounts", "/assignment/roles", "/device", "/authorize"]
    ),
    query=st.dictionaries(
        st.sampled_from(["next_token", "max_result", "account_id", "user_code", "redirect_uri"]),
        st.text(max_size=30),
    ),
)
def test_every_query_gets_an_answer(
    demo: Client, bearer: str, operation: str, query: dict[str, str]
) -> None:
    connection = connect(demo.server)
    target = f"{operation}?{urlencode(query, errors='surrogatepass')}"
    connection.request("GET", target, headers={"x-amz-sso_bearer_token": bearer})
    response = connection.getresponse()
    response.read()
    connection.close()
    assert response.status in (200, 400, 404)


def test_an_answer_takes_as_long_as_the_latency(start: Start) -> None:
    demo = start(latency=0.05)
    before = time.monotonic()
    demo.register()
    assert time.monotonic() - before >= 0.05


def test_stop_ends_a_waiting_call(start: Start) -> None:
    demo = start(latency=3600)
    connection = connect(demo.server)
    connection.request("GET", "/start")
    demo.server.stop()
    with pytest.raises(ConnectionError):
        connection.getresponse()
