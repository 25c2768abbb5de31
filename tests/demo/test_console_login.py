"""The demo's AWS Sign-In is strict: proofs, codes and links are checked as by AWS."""

from __future__ import annotations

import base64
import html
import json
import re
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from rolecall.aws.console_sign_in import CROSS_DEVICE, ConsoleSignIn, LoginAsk
from rolecall.aws.dpop import Prove, new_key, prover
from rolecall.aws.session import Clients
from rolecall.aws.sign_in import Pkce
from rolecall.demo.server import DemoServer
from rolecall.domain.model import Secret
from rolecall.domain.sign_in.pasted import read_code
from tests.support.logins import CHALLENGE, VERIFIER


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def server() -> Iterator[DemoServer]:
    with DemoServer() as demo:
        yield demo


@pytest.fixture
def sign_in(server: DemoServer) -> ConsoleSignIn:
    client = Clients(server.endpoints).console_sign_in("eu-west-1")
    return ConsoleSignIn(client, "eu-west-1", now)


@pytest.fixture
def ask(sign_in: ConsoleSignIn) -> LoginAsk:
    pkce = Pkce(sign_in.confirmation, "state", Secret(VERIFIER), CHALLENGE)
    return LoginAsk(CROSS_DEVICE, pkce, new_key())


def body(server: DemoServer, sign_in: ConsoleSignIn, ask: LoginAsk) -> dict[str, str]:
    code = read_code(server.log_in(sign_in.link(ask).url), ask.pkce.state)
    return {
        "clientId": ask.client_id,
        "grantType": "authorization_code",
        "code": code.reveal(),
        "codeVerifier": VERIFIER,
        "redirectUri": ask.pkce.redirect_uri,
    }


def post(server: DemoServer, content: dict[str, str], proof: str) -> tuple[int, dict[str, Any]]:
    headers = {"Content-Type": "application/json", "DPoP": proof}
    data = json.dumps(content).encode()
    request = urllib.request.Request(f"{server.url}/v1/token", data, headers)
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


def spoiled(proof: str, what: str) -> str:
    header, claims, signature = proof.split(".")
    if what == "signature":
        return f"{header}.{claims}.{signature[:-4]}AAAA"
    if what == "no signature":
        return f"{header}.{claims}."
    claimed = json.loads(base64.urlsafe_b64decode(claims + "=="))
    claimed["iat"] += 1
    text = base64.urlsafe_b64encode(json.dumps(claimed).encode()).decode().rstrip("=")
    return f"{header}.{text}.{signature}"


def url(server: DemoServer) -> str:
    return f"{server.url}/v1/token"


def good(ask: LoginAsk) -> Prove:
    return prover(ask.key, now)


@pytest.mark.parametrize("what", ["signature", "no signature", "claims"])
def test_a_proof_with_a_wrong_signature_is_refused(
    server: DemoServer, sign_in: ConsoleSignIn, ask: LoginAsk, what: str
) -> None:
    content = body(server, sign_in, ask)
    proof = good(ask)(url(server))
    assert post(server, content, spoiled(proof, what))[0] == 400
    assert post(server, content, proof)[0] == 200


def test_a_proof_works_once_and_for_one_address(
    server: DemoServer, sign_in: ConsoleSignIn, ask: LoginAsk
) -> None:
    content = body(server, sign_in, ask)
    assert post(server, content, good(ask)(f"{server.url}/other"))[0] == 400
    proof = good(ask)(url(server))
    status, answer = post(server, content, proof)
    assert (status, answer["tokenType"], answer["expiresIn"]) == (200, "aws_sigv4", 900)
    assert post(server, body(server, sign_in, ask), proof)[0] == 400


def test_a_code_works_once_and_with_its_verifier(
    server: DemoServer, sign_in: ConsoleSignIn, ask: LoginAsk
) -> None:
    content = body(server, sign_in, ask)
    wrong = content | {"codeVerifier": "w" * 64}
    assert post(server, wrong, good(ask)(url(server)))[1]["error"] == "invalid_grant"
    assert post(server, content, good(ask)(url(server)))[1]["error"] == "AUTHCODE_EXPIRED"


def test_a_refresh_token_works_once_and_with_the_key_of_the_session(
    server: DemoServer, sign_in: ConsoleSignIn, ask: LoginAsk
) -> None:
    _, answer = post(server, body(server, sign_in, ask), good(ask)(url(server)))
    content = {
        "clientId": ask.client_id,
        "grantType": "refresh_token",
        "refreshToken": answer["refreshToken"],
    }
    other = prover(new_key(), now)
    assert post(server, content, other(url(server)))[0] == 400
    status, renewed = post(server, content, good(ask)(url(server)))
    assert (status, "idToken" in renewed) == (200, False)
    assert renewed["refreshToken"] != answer["refreshToken"]
    assert post(server, content, good(ask)(url(server)))[1]["error"] == "TOKEN_EXPIRED"


def test_the_pages_ask_and_then_show_the_code(
    server: DemoServer, sign_in: ConsoleSignIn, ask: LoginAsk
) -> None:
    link = sign_in.link(ask).url
    with urllib.request.urlopen(link) as page:
        assert "console credentials" in page.read().decode()
    data = f"{urlsplit(link).query}&decision=allow".encode()
    with urllib.request.urlopen(f"{server.url}/v1/authorize", data) as page:
        shown = re.search("<pre>(.*)</pre>", page.read().decode())
    assert shown is not None
    assert read_code(html.unescape(shown[1]), ask.pkce.state).reveal()


def test_the_link_is_the_one_of_the_aws_cli(sign_in: ConsoleSignIn, ask: LoginAsk) -> None:
    query = parse_qs(urlsplit(sign_in.link(ask).url).query)
    assert query == {
        "response_type": ["code"],
        "client_id": [CROSS_DEVICE],
        "state": ["state"],
        "code_challenge_method": ["SHA-256"],
        "scope": ["openid"],
        "redirect_uri": [ask.pkce.redirect_uri],
        "code_challenge": [CHALLENGE],
    }
    assert ask.pkce.redirect_uri.endswith("/v1/sessions/confirmation")


@pytest.mark.parametrize(
    ("region", "host"),
    [
        ("us-east-1", "us-east-1.signin.aws.amazon.com"),
        ("cn-north-1", "cn-north-1.signin.amazonaws.cn"),
        ("us-gov-west-1", "us-gov-west-1.signin.amazonaws-us-gov.com"),
    ],
)
def test_each_region_has_its_pages(region: str, host: str) -> None:
    sign_in = ConsoleSignIn(Clients({}).console_sign_in(region), region, now)
    assert urlsplit(sign_in.confirmation).netloc == host
    pkce = Pkce(sign_in.confirmation, "s", Secret(VERIFIER), CHALLENGE)
    ask = LoginAsk(CROSS_DEVICE, pkce, new_key())
    assert sign_in.link(ask).problem is None
