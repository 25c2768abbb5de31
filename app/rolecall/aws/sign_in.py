"""The calls of a sign-in: register a client, get a device code, get the token, renew it.

They follow RFC 8628, and RFC 7636 for the sign-in in a browser, as IAM Identity Center does:
https://docs.aws.amazon.com/singlesignon/latest/OIDCAPIReference/Welcome.html
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from enum import Enum, StrEnum
from functools import partial
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, urlencode, urlsplit

from rolecall.aws.call import TRIES, call
from rolecall.aws.translate import Meanings
from rolecall.domain.errors import (
    ApprovalLost,
    AuthorizationExpired,
    DeviceCodeExpired,
    DeviceCodeRefused,
    RegistrationRejected,
    RenewalInterrupted,
    SignInDenied,
    SignInNeeded,
    StartUrlUnknown,
)
from rolecall.domain.link import Link, link_of
from rolecall.domain.model import (
    ACCOUNT_ACCESS_SCOPE,
    AccessToken,
    ClientRegistration,
    DeviceCode,
    Secret,
    SsoSession,
)
from rolecall.domain.records import dataclass
from rolecall.domain.text import safe

if TYPE_CHECKING:
    from mypy_boto3_sso_oidc.client import SSOOIDCClient

DEFAULT_INTERVAL: Final = 5  # seconds; RFC 8628 §3.2
# Seconds. More is an error of the server, and could be more than the system can wait.
_MAX_INTERVAL: Final = 60
_MAX_CODE_LIFETIME: Final = 24 * 3600
_MAX_TOKEN_LIFETIME: Final = 366 * 24 * 3600
_DEVICE_CODE_GRANT: Final = "urn:ietf:params:oauth:grant-type:device_code"
ACCESS_DENIED: Final = "access_denied"
_CLIENT_NAME: Final = "rolecall"
# botocore.utils.SSOTokenFetcherAuth._AUTH_GRANT_TYPES
BROWSER_GRANTS: Final = ("authorization_code", "refresh_token")
_REJECTED: Final = dict.fromkeys(
    ("InvalidClientException", "UnauthorizedClientException"), RegistrationRejected
)


class SignInProblem(StrEnum):
    """Why there is no valid access token."""

    EXPIRED = "expired"  # or there is none
    REVOKED = "revoked"  # AWS refused it before it expired


class NoTokenReason(Enum):
    """Why there is no token yet."""

    PENDING = "pending"
    SLOW_DOWN = "slow-down"  # polled too often: wait five seconds more from now on


@dataclass(frozen=True, slots=True)
class Pkce:
    """What proves that a sign-in ends in the process that began it (RFC 7636).

    The page of the sign-in leads to `redirect_uri`, with the `state`. `challenge` is the SHA-256 of
    `verifier`, which is sent with the code.
    """

    redirect_uri: str
    state: str
    verifier: Secret
    challenge: str

    @classmethod
    def new(cls, redirect_uri: str, state: str) -> Pkce:
        """Return one with a new verifier of 32 random bytes, as the RFC recommends."""
        verifier = secrets.token_urlsafe()
        digest = hashlib.sha256(verifier.encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        return cls(redirect_uri, state, Secret(verifier), challenge)


class _NoTokenYet(Exception):
    def __init__(self, reason: NoTokenReason) -> None:
        self.reason = reason


class Oidc:
    """The sign-in service of one session. Every method makes one call.

    All methods raise ServiceError too. `clock` returns an aware UTC datetime. `portal` is the start
    URL to which that of the session leads, if it is another one.
    """

    def __init__(
        self,
        client: SSOOIDCClient,
        session: SsoSession,
        clock: Callable[[], datetime],
        portal: str = "",
    ) -> None:
        self._client = client
        self._session = session
        self._clock = clock
        self._portal = portal or session.start_url

    def register(self, *, tries: int = TRIES) -> ClientRegistration:
        """Register a client for device codes, and return its registration."""
        scopes = self._session.scopes or None
        return self._registered({"scopes": list(scopes)} if scopes else {}, scopes, tries=tries)

    def register_for_browser(self, redirect_uri: str) -> ClientRegistration:
        """Register a client for the authorization-code grant.

        `redirect_uri` has no port (RFC 8252 §7.3). The other values are those that the AWS CLI
        registers (`botocore.utils.SSOTokenFetcherAuth`).
        """
        scopes = self._session.scopes or (ACCOUNT_ACCESS_SCOPE,)
        wanted: dict[str, Any] = {
            "grantTypes": list(BROWSER_GRANTS),
            "redirectUris": [redirect_uri],
            "issuerUrl": self._portal,
            "scopes": list(scopes),
        }
        return self._registered(wanted, scopes, BROWSER_GRANTS)

    def _registered(
        self,
        wanted: dict[str, Any],
        scopes: tuple[str, ...] | None,
        grants: tuple[str, ...] | None = None,
        tries: int = TRIES,
    ) -> ClientRegistration:
        def ask() -> ClientRegistration:
            answer = self._client.register_client(
                clientName=_CLIENT_NAME, clientType="public", **wanted
            )
            return ClientRegistration(
                client_id=answer["clientId"],
                client_secret=Secret(answer["clientSecret"]),
                expires_at=datetime.fromtimestamp(answer["clientSecretExpiresAt"], UTC),
                scopes=scopes,
                grant_types=grants,
            )

        return call(self._client, "RegisterClient", ask, tries=tries)

    def authorization_link(self, registration: ClientRegistration, pkce: Pkce) -> Link:
        """Return the link for the browser. botocore has no call for this operation."""
        query = {
            "response_type": "code",
            "client_id": registration.client_id,
            "redirect_uri": pkce.redirect_uri,
            "state": pkce.state,
            "code_challenge_method": "S256",
            "scopes": " ".join(self._session.scopes or (ACCOUNT_ACCESS_SCOPE,)),
            "code_challenge": pkce.challenge,
        }
        # The rules for endpoints decide which host it is, as for a call.
        asked = {"clientId": "", "clientSecret": "", "grantType": ""}
        parts = urlsplit(self._client.generate_presigned_url("create_token", asked))
        address = f"{parts.scheme}://{parts.netloc}/authorize?{urlencode(query, quote_via=quote)}"
        return link_of(address, self._session.start_url)

    def redeem(self, registration: ClientRegistration, code: Secret, pkce: Pkce) -> AccessToken:
        """Return the token for an authorization code.

        Raises AuthorizationExpired, ApprovalLost, SignInDenied, RegistrationRejected.
        """
        tries = 0

        def refused() -> AuthorizationExpired | ApprovalLost:
            return AuthorizationExpired() if tries == 1 else ApprovalLost()

        meanings: Meanings = {
            "ExpiredTokenException": refused,
            "InvalidGrantException": refused,
            "AccessDeniedException": SignInDenied,
            **_REJECTED,
        }

        def ask() -> AccessToken:
            nonlocal tries
            tries += 1
            return self._token(
                registration,
                grantType="authorization_code",
                code=code.reveal(),
                codeVerifier=pkce.verifier.reveal(),
                redirectUri=pkce.redirect_uri,
            )

        return call(self._client, "CreateToken", ask, meanings)

    def start(self, registration: ClientRegistration, *, tries: int = TRIES) -> DeviceCode:
        """Return a new device code. A client that AWS has forgotten may be refused like the code.

        Raises RegistrationRejected, DeviceCodeRefused, StartUrlUnknown.
        """
        unknown = partial(StartUrlUnknown, self._session.start_url, self._session.region)
        meanings: Meanings = {
            **_REJECTED,
            "UnauthorizedClientException": partial(DeviceCodeRefused, "unauthorized_client"),
            "AccessDeniedException": partial(DeviceCodeRefused, ACCESS_DENIED),
            "InvalidRequestException": unknown,
        }

        def ask() -> DeviceCode:
            answer = self._client.start_device_authorization(
                clientId=registration.client_id,
                clientSecret=registration.client_secret.reveal(),
                startUrl=self._portal,
            )
            return DeviceCode(
                user_code=safe(answer["userCode"]),
                device_code=Secret(answer["deviceCode"]),
                link=link_of(answer["verificationUriComplete"], self._session.start_url),
                lifetime=_limited(answer["expiresIn"], 0, _MAX_CODE_LIFETIME),
                interval=_limited(answer.get("interval", DEFAULT_INTERVAL), 1, _MAX_INTERVAL),
            )

        return call(self._client, "StartDeviceAuthorization", ask, meanings, tries=tries)

    def collect(
        self, registration: ClientRegistration, code: DeviceCode
    ) -> AccessToken | NoTokenReason:
        """Return the token if a user has approved, else the reason why there is none.

        Raises DeviceCodeExpired, SignInDenied, RegistrationRejected.
        """
        meanings: Meanings = {
            "AuthorizationPendingException": lambda: _NoTokenYet(NoTokenReason.PENDING),
            "SlowDownException": lambda: _NoTokenYet(NoTokenReason.SLOW_DOWN),
            "ExpiredTokenException": DeviceCodeExpired,
            "InvalidGrantException": DeviceCodeExpired,
            "AccessDeniedException": SignInDenied,
            **_REJECTED,
        }

        def ask() -> AccessToken:
            device_code = code.device_code.reveal()
            return self._token(registration, grantType=_DEVICE_CODE_GRANT, deviceCode=device_code)

        try:
            return call(self._client, "CreateToken", ask, meanings, tries=1)
        except _NoTokenYet as no_token:
            return no_token.reason

    def renew(self, refresh_token: Secret, registration: ClientRegistration) -> AccessToken:
        """Return a new token for a refresh token, which it keeps if the answer has no new one.

        Raises SignInNeeded if the server refuses, and RenewalInterrupted if an earlier try had lost
        its answer.
        """
        tries = 0

        def refused() -> SignInNeeded | RenewalInterrupted:
            name = self._session.cache_key
            return SignInNeeded(name) if tries == 1 else RenewalInterrupted(name)

        meanings = dict.fromkeys(
            (
                *(*_REJECTED, "InvalidGrantException", "ExpiredTokenException"),
                *("AccessDeniedException", "InvalidScopeException"),
                "UnsupportedGrantTypeException",
            ),
            refused,
        )

        def ask() -> AccessToken:
            nonlocal tries
            tries += 1
            asked = {"grantType": "refresh_token", "refreshToken": refresh_token.reveal()}
            return self._token(registration, refresh_token, **asked)

        return call(self._client, "CreateToken", ask, meanings)

    def _token(
        self, registration: ClientRegistration, refresh_token: Secret | None = None, **asked: Any
    ) -> AccessToken:
        answer = self._client.create_token(
            clientId=registration.client_id,
            clientSecret=registration.client_secret.reveal(),
            **asked,
        )
        new = answer.get("refreshToken")
        lifetime = _limited(answer["expiresIn"], 0, _MAX_TOKEN_LIFETIME)
        return AccessToken(
            start_url=self._session.start_url,
            region=self._session.region,
            value=Secret(answer["accessToken"]),
            # By the clock of this machine, because it is compared with that clock.
            expires_at=self._clock() + timedelta(seconds=lifetime),
            refresh_token=Secret(new) if new else refresh_token,
            registration=registration,
        )


def _limited(seconds: int, low: int, high: int) -> int:
    return min(max(low, seconds), high)
