"""Signing in with a browser on this machine (PKCE), against a demo Identity Center over HTTP."""

from __future__ import annotations

import json
import socket
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from datetime import timedelta
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from rolecall.aws.sign_in import BROWSER_GRANTS
from rolecall.demo.faults import Fault
from rolecall.domain.errors import (
    ApprovalLost,
    AuthorizationExpired,
    AuthorizationRejected,
    NoListener,
    RegistrationRejected,
    SignInDenied,
)
from rolecall.domain.model import AccessToken
from rolecall.domain.records import replace
from rolecall.files.caches.sso_cache import registration_stem, token_stem
from rolecall.presentation.errors import explain
from rolecall.services.sign_in.attempts import SIGN_IN_TIMEOUT, BrowserSignIn
from tests.support.desk import Desk
from tests.support.network.flood import flood

PAGES = "<p>done</p>", "<p>not ours</p>"


def begin(desk: Desk) -> BrowserSignIn[AccessToken]:
    return desk.services.sign_in.begin_in_browser(desk.session, PAGES)


@contextmanager
def visiting(visit: Callable[[], object]) -> Iterator[None]:
    """Run `visit` on another thread, as the user's browser would."""
    browser = threading.Thread(target=visit)
    browser.start()
    yield
    browser.join()


def finish(attempt: BrowserSignIn[AccessToken]) -> AccessToken:
    while (token := attempt.poll(5)) is None:
        pass
    return token


def fetch(url: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(url, timeout=30) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def decide(link: str, decision: str) -> None:
    """Open the link and submit its form."""
    parts = urlsplit(link)
    form = {name: values[0] for name, values in parse_qs(parts.query).items()}
    data = urlencode({**form, "decision": decision}).encode()
    page = f"{parts.scheme}://{parts.netloc}{parts.path}"
    urllib.request.urlopen(page, data, timeout=30).close()


def query(link: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(link).query).items()}


def test_the_request_is_that_of_the_aws_cli(desk: Desk) -> None:
    with closing(begin(desk)) as attempt:
        asked = query(attempt.link.url)
    assert asked["response_type"] == "code"
    assert asked["code_challenge_method"] == "S256"
    assert asked["scopes"] == "sso:account:access"
    assert urlsplit(asked["redirect_uri"]).hostname == "127.0.0.1"
    assert urlsplit(asked["redirect_uri"]).path == "/oauth/callback"
    assert "=" not in asked["code_challenge"]


def test_the_files_are_those_of_the_aws_cli(desk: Desk) -> None:
    with closing(begin(desk)) as attempt, visiting(lambda: decide(attempt.link.url, "allow")):
        token = finish(attempt)
    written = json.loads((desk.sso_cache / f"{token_stem(desk.session)}.json").read_text())
    assert list(written) == [
        "startUrl", "region", "accessToken", "expiresAt",
        "clientId", "clientSecret", "registrationExpiresAt", "refreshToken",
    ]  # fmt: skip
    assert written["accessToken"] == token.value.reveal()
    path = desk.sso_cache / f"{registration_stem(desk.session)}.json"
    registration = json.loads(path.read_text())
    assert registration["grantTypes"] == ["authorization_code", "refresh_token"]
    assert registration["scopes"] == ["sso:account:access"]


def test_the_token_can_be_renewed(desk: Desk) -> None:
    with closing(begin(desk)) as attempt, visiting(lambda: decide(attempt.link.url, "allow")):
        token = finish(attempt)
    desk.clock.now = token.expires_at - timedelta(minutes=5)
    renewed = desk.services.sign_in.valid_token(desk.session)
    assert renewed is not None
    assert renewed.value.reveal() != token.value.reveal()


def test_a_registration_that_aws_forgot_is_an_error_and_made_again(desk: Desk) -> None:
    with closing(begin(desk)) as attempt:
        decide(attempt.link.url, "allow")
        desk.server.forget_clients()
        with pytest.raises(RegistrationRejected):
            attempt.poll(5)
    with closing(begin(desk)) as attempt, visiting(lambda: decide(attempt.link.url, "allow")):
        assert finish(attempt) is not None
    assert desk.server.calls.count("RegisterClient") == 2


def test_each_kind_of_sign_in_has_its_own_registration(desk: Desk) -> None:
    def registrations() -> int:
        return desk.server.calls.count("RegisterClient")

    begin(desk).close()
    begin(desk).close()
    assert registrations() == 1
    desk.sign_in()
    assert registrations() == 2
    begin(desk).close()
    assert registrations() == 3


def test_the_first_of_several_responses_counts(desk: Desk) -> None:
    with closing(begin(desk)) as attempt:
        decide(attempt.link.url, "allow")
        asked = query(attempt.link.url)
        denied = f"{asked['redirect_uri']}?error=access_denied&state={asked['state']}"
        with ThreadPoolExecutor(8) as pool:
            assert list(pool.map(fetch, [denied] * 8)) == [(200, PAGES[0])] * 8
        assert finish(attempt).value.reveal()


def test_a_request_without_the_state_is_ignored(desk: Desk) -> None:
    with closing(begin(desk)) as attempt:
        redirect_uri = query(attempt.link.url)["redirect_uri"]
        for wrong in ("?code=x&state=wrong", "?code=x", "?error=access_denied", "/../x", "", "//["):
            seen: list[tuple[int, str]] = []
            with visiting(lambda w=wrong, s=seen: s.append(fetch(redirect_uri + w))):  # type: ignore[misc]
                assert attempt.poll(0) is None
            assert seen == [(400, PAGES[1])]
        with visiting(lambda: decide(attempt.link.url, "allow")):
            finish(attempt)
    assert (desk.sso_cache / f"{token_stem(desk.session)}.json").exists()


@pytest.mark.thorough
def test_a_request_for_another_path_is_ignored(desk: Desk) -> None:
    with closing(begin(desk)) as attempt:
        sent = query(attempt.link.url)
        other = sent["redirect_uri"].replace("/oauth/callback", "/other")
        seen: list[tuple[int, str]] = []
        with visiting(lambda: seen.append(fetch(f"{other}?code=x&state={sent['state']}"))):
            assert attempt.poll(5) is None
        assert seen == [(400, PAGES[1])]


def test_a_flood_of_other_clients_does_not_stop_the_browser(
    desk: Desk, capfd: pytest.CaptureFixture[str]
) -> None:
    with closing(begin(desk)) as attempt:
        port = urlsplit(query(attempt.link.url)["redirect_uri"]).port
        assert port is not None
        with (
            flood(port, b"GET /oauth/callback?"),
            visiting(lambda: decide(attempt.link.url, "allow")),
        ):
            assert finish(attempt)
    assert capfd.readouterr() == ("", "")


def test_a_denial_in_the_browser_is_raised(desk: Desk) -> None:
    with (
        closing(begin(desk)) as attempt,
        visiting(lambda: decide(attempt.link.url, "deny")),
        pytest.raises(SignInDenied),
    ):
        finish(attempt)
    assert not (desk.sso_cache / f"{token_stem(desk.session)}.json").exists()


def test_an_error_in_the_browser_is_no_denial(desk: Desk) -> None:
    with closing(begin(desk)) as attempt:
        sent = query(attempt.link.url)
        error = {"error": "server_error", "error_description": "Try later\x1b[2J."}
        answer = urlencode({**error, "state": sent["state"]})
        with (
            visiting(lambda: fetch(f"{sent['redirect_uri']}?{answer}")),
            pytest.raises(AuthorizationRejected) as raised,
        ):
            finish(attempt)
    assert explain(raised.value) == (
        "AWS rejected the sign-in in the browser: server_error. Try later␛[2J."
        " Start the sign-in again."
    )


def test_a_passing_fault_is_not_noticed(desk: Desk) -> None:
    desk.server.faults.add("CreateToken", 500, times=1)
    with closing(begin(desk)) as attempt, visiting(lambda: decide(attempt.link.url, "allow")):
        assert finish(attempt)


def test_a_token_lost_in_transit_needs_another_sign_in(desk: Desk) -> None:
    desk.server.faults.add("CreateToken", Fault.ANSWER_LOST, times=1)
    with (
        closing(begin(desk)) as attempt,
        visiting(lambda: decide(attempt.link.url, "allow")),
        pytest.raises(ApprovalLost),
    ):
        finish(attempt)


def test_nobody_approves_in_time(desk: Desk) -> None:
    with closing(begin(desk)) as attempt:
        desk.clock.forward(SIGN_IN_TIMEOUT)
        with pytest.raises(AuthorizationExpired):
            attempt.poll(0)


def test_no_port_is_free(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(98, "Address already in use")

    monkeypatch.setattr("socket.socket.bind", full)
    with pytest.raises(NoListener):
        begin(desk)


def test_a_closed_sign_in_receives_nothing(desk: Desk) -> None:
    attempt = begin(desk)
    port = urlsplit(query(attempt.link.url)["redirect_uri"]).port
    attempt.close()
    assert attempt.poll(0) is None
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=30)


def test_a_client_that_is_forgotten_is_registered_again(desk: Desk) -> None:
    for registrations, is_forgotten in ((1, False), (1, True), (2, False)):
        begin(desk).close()
        assert desk.server.calls.count("RegisterClient") == registrations
        if is_forgotten:
            desk.services.sign_in.forget_registration(desk.session)


@pytest.mark.parametrize(
    ("minutes", "grants", "is_used"),
    [
        (15, BROWSER_GRANTS, True),
        (15, (*BROWSER_GRANTS, "other"), True),
        (14, BROWSER_GRANTS, False),
        (15, BROWSER_GRANTS[:1], False),
        (15, ("urn:ietf:params:oauth:grant-type:device_code", "refresh_token"), False),
        (15, None, False),
    ],
)
def test_a_client_for_the_same_grants_is_used_until_its_last_15_minutes(
    desk: Desk, minutes: int, grants: tuple[str, ...] | None, is_used: bool
) -> None:
    begin(desk).close()
    client = desk.token_cache.registration(desk.session)
    assert client is not None
    end = desk.clock.now + timedelta(minutes=minutes)
    desk.token_cache.save_registration(
        desk.session, replace(client, expires_at=end, grant_types=grants)
    )
    begin(desk).close()
    assert desk.server.calls.count("RegisterClient") == (1 if is_used else 2)
