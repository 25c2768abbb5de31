"""IAM Identity Center's OIDC service: clients, device codes, tokens.

Shapes: https://docs.aws.amazon.com/singlesignon/latest/OIDCAPIReference/. The device flow is
RFC 8628, PKCE is RFC 7636, redirects to a loopback address are RFC 8252 §7.3.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from datetime import timedelta
from typing import Any, Final
from urllib.parse import urlsplit

from rolecall.demo.center import (
    AuthorizationCode,
    Center,
    Client,
    Decision,
    DeviceAuthorization,
    SignIn,
)
from rolecall.demo.wire import Rejected, Request, Response, json_response

DEVICE_CODE_GRANT: Final = "urn:ietf:params:oauth:grant-type:device_code"
AUTHORIZATION_CODE_GRANT: Final = "authorization_code"
REFRESH_TOKEN_GRANT: Final = "refresh_token"
_GRANTS: Final = (DEVICE_CODE_GRANT, AUTHORIZATION_CODE_GRANT, REFRESH_TOKEN_GRANT)
_SCOPES: Final = re.compile(r"sso:account:access|openid|aws|codewhisperer:[a-z_]+")
_AUTHORIZATION_CODE_LIFETIME: Final = 300


def register_client(center: Center, request: Request) -> Response:
    asked = _json(request)
    _text(asked, "clientName")
    if _text(asked, "clientType") != "public":
        raise rejected("InvalidClientMetadataException", "clientType must be public")
    scopes = _texts(asked, "scopes")
    if scopes and not all(_SCOPES.fullmatch(scope) for scope in scopes):
        raise rejected("InvalidScopeException", "Scope not allowed")
    grant_types = _texts(asked, "grantTypes")
    if grant_types and not set(grant_types) <= set(_GRANTS):
        raise rejected("UnsupportedGrantTypeException", "Grant type not supported")
    redirect_uris = _texts(asked, "redirectUris") or ()
    if AUTHORIZATION_CODE_GRANT in (grant_types or ()) and not redirect_uris:
        raise rejected("InvalidRedirectUriException", "A redirect URI is needed")
    for uri in redirect_uris:
        _without_port(uri)
    client = new_client(center, scopes, grant_types, redirect_uris)
    return json_response(
        {
            "clientId": client.id,
            "clientSecret": client.secret,
            "clientIdIssuedAt": int(center.now.timestamp()),
            "clientSecretExpiresAt": int(client.expires_at.timestamp()),
        }
    )


def new_client(
    center: Center,
    scopes: tuple[str, ...] | None,
    grant_types: tuple[str, ...] | None = None,
    redirect_uris: tuple[str, ...] = (),
) -> Client:
    client = Client(
        id=center.text(22),
        # The real one is a JWT of some two thousand characters.
        secret="eyJraWQiOiJkZW1vIiwiYWxnIjoiSFMzODQifQ." + center.text(1500),
        expires_at=center.after(center.options.registration_lifetime),
        scopes=scopes or None,
        grant_types=grant_types or None,
        redirect_uris=redirect_uris,
    )
    center.clients[client.id] = client
    return client


def start_device_authorization(center: Center, request: Request) -> Response:
    asked = _json(request)
    client = _client(center, asked)
    _allow_grant(client, DEVICE_CODE_GRANT)
    start_url = _text(asked, "startUrl").removesuffix("#/").removesuffix("/")
    if start_url not in (center.start_url, *center.options.other_start_urls):
        raise rejected("InvalidRequestException", "Invalid start URL")
    authorization = center.new_device_authorization(client)
    return json_response(
        {
            "deviceCode": authorization.device_code,
            "userCode": authorization.user_code,
            "verificationUri": f"{center.url}/device",
            "verificationUriComplete": f"{center.url}/device?user_code={authorization.user_code}",
            "expiresIn": center.options.device_code_lifetime,
            "interval": center.options.interval,
        }
    )


def create_token(center: Center, request: Request) -> Response:
    asked = _json(request)
    client = _client(center, asked)
    grant = _text(asked, "grantType")
    if grant not in _GRANTS:
        raise rejected("UnsupportedGrantTypeException", "Grant type not supported")
    _allow_grant(client, grant)
    if grant == DEVICE_CODE_GRANT:
        sign_in = _redeem_device_code(center, client, _text(asked, "deviceCode"))
    elif grant == AUTHORIZATION_CODE_GRANT:
        sign_in = _redeem_authorization_code(center, client, asked)
    else:
        sign_in = _renew(center, client, _text(asked, "refreshToken"))
    answer = {
        "accessToken": sign_in.newest[0],
        "tokenType": "Bearer",
        "expiresIn": center.options.access_token_lifetime,
    }
    if sign_in.refresh_token is not None:
        answer["refreshToken"] = sign_in.refresh_token
    return json_response(answer)


def authorize(center: Center, client_id: str, redirect_uri: str, challenge: str) -> str:
    """An authorization code for a client and a redirect that were registered together.

    Raises Rejected for any other.
    """
    client = center.clients.get(client_id)
    if client is None or center.now >= client.expires_at:
        raise rejected("InvalidClientException", "Invalid client")
    _allow_grant(client, AUTHORIZATION_CODE_GRANT)
    if _without_port(redirect_uri) not in map(_without_port, client.redirect_uris):
        raise rejected("InvalidRedirectUriException", "Redirect URI not registered")
    code = center.text(64)
    center.authorization_codes[code] = AuthorizationCode(
        code, client.id, redirect_uri, challenge, center.after(_AUTHORIZATION_CODE_LIFETIME)
    )
    return code


def rejected(name: str, description: str) -> Rejected:
    """The answer to raise for one of the service's errors, by its name in the service's model."""
    error = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name.removesuffix("Exception")).lower()
    return Rejected(
        json_response(
            {"error": error, "error_description": description},
            status=401 if name == "InvalidClientException" else 400,
            headers={
                "x-amzn-ErrorType": f"{name}:http://internal.amazon.com/coral/com.amazonaws.ssooidc/"
            },
        )
    )


def _redeem_device_code(center: Center, client: Client, device_code: str) -> SignIn:
    authorization = center.device_authorizations.get(device_code)
    if authorization is None or authorization.client_id != client.id:
        raise rejected("InvalidGrantException", "Invalid device code")
    if center.now >= authorization.expires_at:
        raise rejected("ExpiredTokenException", "Device code expired")
    if _polled_too_fast(center, authorization):
        raise rejected("SlowDownException", "Polling too fast")
    if authorization.decision is Decision.DENIED:
        raise rejected("AccessDeniedException", "The request was denied")
    if authorization.decision is Decision.WAITING:
        raise rejected("AuthorizationPendingException", "The request is not approved yet")
    del center.device_authorizations[device_code]
    return center.sign_in(client)


def _polled_too_fast(center: Center, authorization: DeviceAuthorization) -> bool:
    """Every poll before its time but the first: the AWS CLI begins with two at once."""
    polled_at, authorization.polled_at = authorization.polled_at, center.now
    if polled_at is None or center.now - polled_at >= timedelta(seconds=center.options.interval):
        return False
    first, authorization.polled_early = not authorization.polled_early, True
    return not first


def _redeem_authorization_code(center: Center, client: Client, asked: dict[str, Any]) -> SignIn:
    issued = center.authorization_codes.pop(_text(asked, "code"), None)
    verifier = _text(asked, "codeVerifier").encode()
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier).digest()).decode().rstrip("=")
    if (
        issued is None
        or issued.client_id != client.id
        or issued.redirect_uri != _text(asked, "redirectUri")
        or issued.challenge != challenge
        or center.now >= issued.expires_at
    ):
        raise rejected("InvalidGrantException", "Invalid authorization code")
    return center.sign_in(client)


def _renew(center: Center, client: Client, refresh_token: str) -> SignIn:
    for sign_in in center.sign_ins:
        if sign_in.refresh_token == refresh_token and sign_in.client_id == client.id:
            center.renew(sign_in, client)
            return sign_in
    raise rejected("InvalidGrantException", "Invalid refresh token")


def _client(center: Center, asked: dict[str, Any]) -> Client:
    client = center.clients.get(_text(asked, "clientId"))
    if client is None or client.secret != _text(asked, "clientSecret"):
        raise rejected("InvalidClientException", "Invalid client")
    if center.now >= client.expires_at:
        raise rejected("InvalidClientException", "Client registration expired")
    return client


def _allow_grant(client: Client, grant: str) -> None:
    """A client registered for nothing in particular may use the device flow and renew."""
    allowed = client.grant_types or (DEVICE_CODE_GRANT, REFRESH_TOKEN_GRANT)
    if grant not in allowed:
        raise rejected("UnauthorizedClientException", "Client is not authorized for this grant")


def _json(request: Request) -> dict[str, Any]:
    try:
        asked = json.loads(request.body)
    except (ValueError, RecursionError):
        asked = None
    if not isinstance(asked, dict):
        raise rejected("InvalidRequestException", "The body is not a JSON object")
    return asked


def _text(asked: dict[str, Any], member: str) -> str:
    value = asked.get(member)
    if not isinstance(value, str) or not value:
        raise rejected("InvalidRequestException", f"{member} is needed")
    return value


def _texts(asked: dict[str, Any], member: str) -> tuple[str, ...] | None:
    value = asked.get(member)
    if value is None:
        return None
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise rejected("InvalidRequestException", f"{member} is a list of texts")
    return tuple(value)


def _without_port(uri: str) -> tuple[str, str]:
    """Scheme and path of a redirect to loopback, the only kind that is taken here."""
    try:
        parts = urlsplit(uri)
        host = parts.hostname
    except ValueError:
        raise rejected("InvalidRedirectUriException", "The redirect URI is no URI") from None
    # A line end in it would become a header of its own.
    if host not in ("127.0.0.1", "::1", "localhost") or not (uri.isascii() and uri.isprintable()):
        raise rejected("InvalidRedirectUriException", "The redirect URI is not on loopback")
    return parts.scheme, parts.path
