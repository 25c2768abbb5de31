from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from tests.demo.conftest import DEVICE_CODE_GRANT, SCOPE, Client, DemoClock
from tests.demo.test_page import post

Start = Callable[..., Client]


def test_a_device_authorization_has_codes_links_and_times(demo: Client) -> None:
    code = demo.authorize(demo.register())
    assert code["verificationUri"] == f"{demo.server.url}/device"
    assert code["verificationUriComplete"].endswith(f"/device?user_code={code['userCode']}")
    assert (code["expiresIn"], code["interval"]) == (600, 1)
    assert demo.server.pending_codes() == [code["userCode"]]


def test_a_registration_says_when_it_expires(demo: Client, clock: DemoClock) -> None:
    answer = demo.oidc.register_client(clientName="test", clientType="public")
    assert answer["clientIdIssuedAt"] == int(clock.now.timestamp())
    assert answer["clientSecretExpiresAt"] == int(clock.now.timestamp()) + 90 * 24 * 3600


@pytest.mark.parametrize("ending", ["", "/", "#/", "/#/"])
def test_a_start_url_may_end_as_browsers_show_it(demo: Client, ending: str) -> None:
    url = demo.server.start_url + ending
    assert demo.oidc.start_device_authorization(startUrl=url, **demo.register())["userCode"]


def test_another_start_url_can_be_allowed(start: Start) -> None:
    url = "https://d-1234567890.awsapps.com/start"
    demo = start(other_start_urls=(url,))
    assert demo.oidc.start_device_authorization(startUrl=url, **demo.register())["userCode"]


def test_an_unknown_client_is_refused(demo: Client) -> None:
    client = demo.register()
    for wrong in ({**client, "clientId": "nobody"}, {**client, "clientSecret": "guess"}):
        with pytest.raises(demo.oidc.exceptions.InvalidClientException) as caught:
            demo.authorize(wrong)
        assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 401
        assert caught.value.response["error"] == "invalid_client"


def test_an_expired_registration_is_refused(demo: Client, clock: DemoClock) -> None:
    client = demo.register()
    clock.move(days=90)
    with pytest.raises(demo.oidc.exceptions.InvalidClientException):
        demo.authorize(client)


def test_a_denied_code_stays_denied(demo: Client, clock: DemoClock) -> None:
    client = demo.register()
    code = demo.authorize(client)
    demo.server.deny(code["userCode"])
    for _ in range(2):
        with pytest.raises(demo.oidc.exceptions.AccessDeniedException):
            demo.poll(client, code["deviceCode"])
        clock.move(seconds=1)
    with pytest.raises(KeyError):
        demo.server.approve(code["userCode"])


def test_an_expired_code_is_no_longer_pending(demo: Client, clock: DemoClock) -> None:
    code = demo.authorize(demo.register())
    clock.move(seconds=600)
    assert demo.server.pending_codes() == []
    with pytest.raises(KeyError):
        demo.server.approve(code["userCode"])


def test_a_device_code_gives_one_token_to_its_own_client(demo: Client) -> None:
    client = demo.register()
    code = demo.authorize(client)
    demo.server.approve(code["userCode"])
    with pytest.raises(demo.oidc.exceptions.InvalidGrantException):
        demo.poll(demo.register(), code["deviceCode"])
    demo.poll(client, code["deviceCode"])
    with pytest.raises(demo.oidc.exceptions.InvalidGrantException):
        demo.poll(client, code["deviceCode"])


def test_renewal_gives_two_new_tokens_and_revokes_the_old_refresh_token(demo: Client) -> None:
    client, first = demo.sign_in(scopes=[SCOPE])
    second = demo.renew(client, first["refreshToken"])
    assert second["accessToken"] != first["accessToken"]
    assert second["refreshToken"] != first["refreshToken"]
    with pytest.raises(demo.oidc.exceptions.InvalidGrantException):
        demo.renew(client, first["refreshToken"])
    for token in (first, second):
        assert demo.sso.list_accounts(accessToken=token["accessToken"])


def test_a_refresh_token_works_for_its_own_client_only(demo: Client) -> None:
    _, token = demo.sign_in(scopes=[SCOPE])
    with pytest.raises(demo.oidc.exceptions.InvalidGrantException):
        demo.renew(demo.register(scopes=[SCOPE]), token["refreshToken"])


def test_refresh_can_be_switched_off(start: Start) -> None:
    _, token = start(refresh_allowed=False).sign_in(scopes=[SCOPE])
    assert "refreshToken" not in token


def test_a_token_of_another_scope_lists_nothing(demo: Client) -> None:
    _, token = demo.sign_in(scopes=["codewhisperer:completions"])
    with pytest.raises(demo.sso.exceptions.UnauthorizedException):
        demo.sso.list_accounts(accessToken=token["accessToken"])


@pytest.mark.parametrize(
    ("asked", "error"),
    [
        ({"scopes": ["sso:everything"]}, "InvalidScopeException"),
        ({"grantTypes": ["password"]}, "UnsupportedGrantTypeException"),
        ({"grantTypes": ["authorization_code"]}, "InvalidRedirectUriException"),
        ({"redirectUris": ["https://evil.example/callback"]}, "InvalidRedirectUriException"),
        ({"redirectUris": ["http://127.0.0.1/a\r\nX-B: c"]}, "InvalidRedirectUriException"),
        ({"redirectUris": ["http://[127.0.0.1/"]}, "InvalidRedirectUriException"),
        ({"clientType": "confidential"}, "InvalidClientMetadataException"),
        ({"clientName": ""}, "InvalidRequestException"),
    ],
)
def test_a_bad_registration_is_refused(demo: Client, asked: dict[str, Any], error: str) -> None:
    with pytest.raises(getattr(demo.oidc.exceptions, error)):
        demo.oidc.register_client(**{"clientName": "test", "clientType": "public", **asked})


def test_a_grant_that_does_not_exist_is_refused(demo: Client) -> None:
    with pytest.raises(demo.oidc.exceptions.UnsupportedGrantTypeException):
        demo.oidc.create_token(grantType="password", **demo.register())


def test_a_client_of_the_browser_flow_may_not_use_device_codes(demo: Client) -> None:
    client = demo.register(
        grantTypes=["authorization_code", "refresh_token"],
        redirectUris=["http://127.0.0.1/oauth/callback"],
    )
    with pytest.raises(demo.oidc.exceptions.UnauthorizedClientException):
        demo.authorize(client)
    with pytest.raises(demo.oidc.exceptions.UnauthorizedClientException):
        demo.oidc.create_token(grantType=DEVICE_CODE_GRANT, deviceCode="any", **client)


def test_with_approve_every_code_is_approved(start: Start) -> None:
    demo = start(approve=True)
    client = demo.register()
    assert demo.poll(client, demo.authorize(client)["deviceCode"])["accessToken"]


class TestBrowserFlow:
    REDIRECT = "http://127.0.0.1:53682/oauth/callback"

    def allow(
        self, demo: Client, client: dict[str, str], decision: str = "allow"
    ) -> dict[str, Any]:
        """Allow the sign-in. Return the query that the browser brings to the redirect URI."""
        challenge = base64.urlsafe_b64encode(hashlib.sha256(b"v" * 64).digest()).decode()
        status, headers, _ = post(
            demo,
            "/authorize",
            client_id=client["clientId"],
            redirect_uri=self.REDIRECT,
            state="s",
            code_challenge=challenge.rstrip("="),
            decision=decision,
        )
        assert status == 303
        assert headers["Location"].startswith(self.REDIRECT + "?")
        return {
            name: value[0] for name, value in parse_qs(urlsplit(headers["Location"]).query).items()
        }

    def client(self, demo: Client) -> dict[str, str]:
        return demo.register(
            scopes=[SCOPE],
            grantTypes=["authorization_code", "refresh_token"],
            redirectUris=["http://127.0.0.1/oauth/callback"],
        )

    def redeem(self, demo: Client, client: dict[str, str], code: str, verifier: str) -> Any:
        return demo.oidc.create_token(
            grantType="authorization_code",
            code=code,
            codeVerifier=verifier,
            redirectUri=self.REDIRECT,
            **client,
        )

    def test_a_code_with_its_verifier_gives_tokens_once(self, demo: Client) -> None:
        client = self.client(demo)
        answer = self.allow(demo, client)
        assert answer["state"] == "s"
        token = self.redeem(demo, client, answer["code"], "v" * 64)
        assert demo.renew(client, token["refreshToken"])["accessToken"]
        with pytest.raises(demo.oidc.exceptions.InvalidGrantException):
            self.redeem(demo, client, answer["code"], "v" * 64)

    def test_another_verifier_is_refused(self, demo: Client) -> None:
        client = self.client(demo)
        answer = self.allow(demo, client)
        with pytest.raises(demo.oidc.exceptions.InvalidGrantException):
            self.redeem(demo, client, answer["code"], "w" * 64)

    def test_a_denial_is_sent_back_to_the_client(self, demo: Client) -> None:
        answer = self.allow(demo, self.client(demo), "deny")
        assert answer == {"error": "access_denied", "state": "s"}

    def test_a_redirect_to_another_host_is_refused(self, demo: Client) -> None:
        client = self.client(demo)
        for uri in ("https://evil.example/oauth/callback", "http://127.0.0.1/oauth\r\n/callback"):
            status, headers, _ = post(
                demo, "/authorize", client_id=client["clientId"], redirect_uri=uri, decision="allow"
            )
            assert status == 400
            assert "Location" not in headers

    def test_the_page_repeats_the_parameters_of_the_link(self, demo: Client) -> None:
        query = urlencode({"client_id": "x", "state": '"><script>'})
        status, _, body = post(demo, f"/authorize?{query}", method="GET")
        assert status == 200
        assert "<script>" not in body
        assert "&quot;&gt;&lt;script&gt;" in body
