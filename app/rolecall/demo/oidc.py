"""IAM Identity Center's OIDC service: clients, device codes, tokens.

Shapes: https://docs.aws.amazon.com/singlesignon/latest/OIDCAPIReference/. The device flow is
RFC 8628, PKCE is RFC 7636, redirects to a loopback address are RFC 8252 §7.3.
"""

from __future__ import annotations

import hashlib
import re
from datetime import timedelta
from typing import Any, Final
from urllib.parse import urlsplit

from rolecall.demo.identity_center import (
    Approval,
    AuthorizationCode,
    Client,
    DeviceAuthorization,
    IdentityCenter,
    SignIn,
)
from rolecall.demo.wire import Rejected, Request, Response, base64url, json_response

DEVICE_CODE_GRANT: Final = "urn:ietf:params:oauth:grant-type:device_code"
AUTHORIZATION_CODE_GRANT: Final = "authorization_code"
REFRESH_TOKEN_GRANT: Final = "refresh_token"
_GRANTS: Final = (DEVICE_CODE_GRANT, AUTHORIZATION_CODE_GRANT, REFRESH_TOKEN_GRANT)
_SCOPES: Final = re.compile(
    r"sso:account:access|account_access:(?:read_only|assume)|openid|aws|codewhisperer:[a-z_]+"
)
_AUTHORIZATION_CODE_LIFETIME: Final = 300


def register_client(center: IdentityCenter, request: Request) -> Response:
    body = _json(request)
    _text(body, "clientName")
    if _text(body, "clientType") != "public":
        raise rejected("InvalidClientMetadataException", "clientType must be public")
    scopes = _texts(body, "scopes")
    if scopes and not all(_SCOPES.fullmatch(scope) for scope in scopes):
        raise rejected("InvalidScopeException", "Scope not allowed")
    grant_types = _texts(body, "grantTypes")
    if grant_types and not set(grant_types) <= set(_GRANTS):
        raise rejected("UnsupportedGrantTypeException", "Grant type not supported")
    redirect_uris = _texts(body, "redirectUris") or ()
    if AUTHORIZATION_CODE_GRANT in (grant_types or ()) and not redirect_uris:
        raise rejected("InvalidRedirectUriException", "A redirect URI is required")
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
    center: IdentityCenter,
    scopes: tuple[str, ...] | None,
    grant_types: tuple[str, ...] | None = None,
    redirect_uris: tuple[str, ...] = (),
) -> Client:
    client = Client(
        id=center.text(22),
        # The real one is a JWT of about 2,000 characters.
        secret="eyJraWQiOiJkZW1vIiwiYWxnIjoiSFMzODQifQ." + center.text(1500),
        expires_at=center.after(center.options.registration_lifetime),
        scopes=scopes or None,
        grant_types=grant_types or None,
        redirect_uris=redirect_uris,
    )
    center.clients[client.id] = client
    return client


def start_device_code(center: IdentityCenter, request: Request) -> Response:
    body = _json(request)
    client = _client(center, body)
    _allow_grant(client, DEVICE_CODE_GRANT)
    start_url = _text(body, "startUrl").removesuffix("#/").removesuffix("/")
    options, region = center.options, _region(request)
    is_known = start_url in (center.start_url, *options.other_start_urls)
    if not is_known or not (center.has_region(region) or region in options.lenient_regions):
        raise rejected("InvalidRequestException", "Invalid start URL")
    authorization = center.new_device_authorization(client, region)
    page = f"{center.url}/device"
    if options.links_name_region and options.regions:
        there = region if center.has_region(region) else options.regions[0]
        page = f"https://device.sso.{there}.amazonaws.com/"
    return json_response(
        {
            "deviceCode": authorization.device_code,
            "userCode": authorization.user_code,
            "verificationUri": page,
            "verificationUriComplete": f"{page}?user_code={authorization.user_code}",
            "expiresIn": center.options.device_code_lifetime,
            "interval": center.options.interval,
        }
    )


def create_token(center: IdentityCenter, request: Request) -> Response:
    body = _json(request)
    client = _client(center, body)
    grant = _text(body, "grantType")
    if grant not in _GRANTS:
        raise rejected("UnsupportedGrantTypeException", "Grant type not supported")
    _allow_grant(client, grant)
    if grant == DEVICE_CODE_GRANT:
        sign_in = _redeem_device_code(center, client, _text(body, "deviceCode"))
    elif grant == AUTHORIZATION_CODE_GRANT:
        sign_in = _redeem_authorization_code(center, client, body)
    else:
        sign_in = _renew(center, client, _text(body, "refreshToken"))
    answer = {
        "accessToken": sign_in.newest[0],
        "tokenType": "Bearer",
        "expiresIn": center.options.access_token_lifetime,
    }
    if sign_in.refresh_token is not None:
        answer["refreshToken"] = sign_in.refresh_token
    return json_response(answer)


def authorize(center: IdentityCenter, parameters: dict[str, str]) -> str:
    """Return an authorization code. Raises Rejected for an unknown client or redirect URI."""
    redirect_uri = parameters.get("redirect_uri", "")
    challenge = parameters.get("code_challenge", "")
    client = center.clients.get(parameters.get("client_id", ""))
    if client is None or center.now >= client.expires_at:
        raise rejected("InvalidClientException", "Invalid client")
    _allow_grant(client, AUTHORIZATION_CODE_GRANT)
    if _without_port(redirect_uri) not in map(_without_port, client.redirect_uris):
        raise rejected("InvalidRedirectUriException", "Redirect URI not registered")
    code = center.text(64)
    center.authorization_codes[code] = AuthorizationCode(
        client.id, redirect_uri, challenge, center.after(_AUTHORIZATION_CODE_LIFETIME)
    )
    return code


def rejected(name: str, description: str) -> Rejected:
    """Return the exception for an error of the service, by its name in the service model."""
    error = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name.removesuffix("Exception")).lower()
    content = {"error": error, "error_description": description}
    status = 401 if name == "InvalidClientException" else 400
    full_name = f"{name}:http://internal.amazon.com/coral/com.amazonaws.ssooidc/"
    return Rejected(json_response(content, status, {"x-amzn-ErrorType": full_name}))


def _redeem_device_code(center: IdentityCenter, client: Client, device_code: str) -> SignIn:
    authorization = center.device_authorizations.get(device_code)
    if authorization is None or authorization.client_id != client.id:
        raise rejected("InvalidGrantException", "Invalid device code")
    if center.now >= authorization.expires_at:
        raise rejected("ExpiredTokenException", "Device code expired")
    if _polled_too_fast(center, authorization):
        raise rejected("SlowDownException", "Polling too fast")
    if authorization.approval is Approval.DENIED:
        raise rejected("AccessDeniedException", "The request was denied")
    if authorization.approval is Approval.WAITING:
        raise rejected("AuthorizationPendingException", "The request is not approved yet")
    del center.device_authorizations[device_code]
    return center.sign_in(client)


def _polled_too_fast(center: IdentityCenter, authorization: DeviceAuthorization) -> bool:
    """Whether to answer SlowDown. One early poll is allowed: the AWS CLI starts with two."""
    polled_at, authorization.polled_at = authorization.polled_at, center.now
    if polled_at is None or center.now - polled_at >= timedelta(seconds=center.options.interval):
        return False
    first, authorization.polled_early = not authorization.polled_early, True
    return not first


def _redeem_authorization_code(
    center: IdentityCenter, client: Client, body: dict[str, Any]
) -> SignIn:
    issued = center.authorization_codes.pop(_text(body, "code"), None)
    verifier = _text(body, "codeVerifier").encode()
    challenge = base64url(hashlib.sha256(verifier).digest())
    if (
        issued is None
        or issued.client_id != client.id
        or issued.redirect_uri != _text(body, "redirectUri")
        or issued.challenge != challenge
        or center.now >= issued.expires_at
    ):
        raise rejected("InvalidGrantException", "Invalid authorization code")
    return center.sign_in(client)


def _renew(center: IdentityCenter, client: Client, refresh_token: str) -> SignIn:
    for sign_in in center.sign_ins:
        if sign_in.refresh_token == refresh_token and sign_in.client_id == client.id:
            center.renew(sign_in, client)
            return sign_in
    raise rejected("InvalidGrantException", "Invalid refresh token")


def _client(center: IdentityCenter, body: dict[str, Any]) -> Client:
    client = center.clients.get(_text(body, "clientId"))
    if client is None or client.secret != _text(body, "clientSecret"):
        raise rejected("InvalidClientException", "Invalid client")
    if center.now >= client.expires_at:
        raise rejected("InvalidClientException", "Client registration expired")
    return client


def _allow_grant(client: Client, grant: str) -> None:
    """Raise Rejected if the client may not use the grant. By default it may use two."""
    allowed = client.grant_types or (DEVICE_CODE_GRANT, REFRESH_TOKEN_GRANT)
    if grant not in allowed:
        raise rejected("UnauthorizedClientException", "Client is not authorized for this grant")


def _region(request: Request) -> str:
    """Return the region that the host of the request names; empty for one of loopback."""
    found = re.match(r"oidc\.([a-z0-9-]+)\.amazonaws\.", request.headers.get("Host", ""))
    return found[1] if found else ""


def _json(request: Request) -> dict[str, Any]:
    if (body := request.json) is None:
        raise rejected("InvalidRequestException", "The body is not a JSON object")
    return body


def _text(body: dict[str, Any], member: str) -> str:
    value = body.get(member)
    if not isinstance(value, str) or not value:
        raise rejected("InvalidRequestException", f"{member} is required")
    return value


def _texts(body: dict[str, Any], member: str) -> tuple[str, ...] | None:
    value = body.get(member)
    if value is None:
        return None
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise rejected("InvalidRequestException", f"{member} must be a list of strings")
    return tuple(value)


def _without_port(uri: str) -> tuple[str, str]:
    """Return scheme and path of a redirect URI. Raises Rejected if it is not on loopback."""
    try:
        parts = urlsplit(uri)
        host = parts.hostname
    except ValueError:
        raise rejected("InvalidRedirectUriException", "The redirect URI is not valid") from None
    # A line break in it would add a header.
    if host not in ("127.0.0.1", "::1", "localhost") or not (uri.isascii() and uri.isprintable()):
        raise rejected("InvalidRedirectUriException", "The redirect URI is not on loopback")
    return parts.scheme, parts.path
