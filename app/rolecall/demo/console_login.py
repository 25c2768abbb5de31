"""Sign-in with console credentials, as `aws login` does it: the pages, and CreateOAuth2Token.

The shapes are those of botocore's model of `signin`. Each call proves with a signature that it has
the key of the first one (DPoP, RFC 9449); the signature is checked in full.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

from rolecall.demo import p256
from rolecall.demo.identity_center import AuthorizationCode, IdentityCenter, Login
from rolecall.demo.wire import Rejected, Request, Response, base64url, json_response

SAME_DEVICE: Final = "arn:aws:signin:::devtools/same-device"
CROSS_DEVICE: Final = "arn:aws:signin:::devtools/cross-device"
CONFIRMATION: Final = "/v1/sessions/confirmation"
TOKEN: Final = "/v1/token"
_CODE_LIFETIME: Final = 300
_SESSION_LIFETIME: Final = 12 * 3600
_PROOF_LIFETIME: Final = timedelta(minutes=5)


def authorize(center: IdentityCenter, parameters: dict[str, str]) -> str:
    """Return an authorization code. Raises Rejected if the link is wrong."""
    client_id, redirect_uri = parameters.get("client_id", ""), parameters.get("redirect_uri", "")
    is_here = redirect_uri == f"{center.url}{CONFIRMATION}"
    try:
        is_loopback = urlsplit(redirect_uri).hostname == "127.0.0.1" and not is_here
    except ValueError:
        is_loopback = False
    known = {CROSS_DEVICE: is_here, SAME_DEVICE: is_loopback}
    fixed = {"response_type": "code", "code_challenge_method": "SHA-256", "scope": "openid"}
    is_right = all(parameters.get(name) == value for name, value in fixed.items())
    challenge = parameters.get("code_challenge", "")
    has_challenge = re.fullmatch(r"[\w-]{43}", challenge, re.ASCII) is not None
    is_plain = redirect_uri.isascii() and redirect_uri.isprintable()
    is_whole = has_challenge and is_plain and parameters.get("state")
    if not (known.get(client_id) and is_right and is_whole):
        raise _rejected("ValidationException", "INVALID_REQUEST")
    code = center.text(64)
    center.login_codes[code] = AuthorizationCode(
        client_id, redirect_uri, challenge, center.after(_CODE_LIFETIME)
    )
    return code


def code_to_paste(query: dict[str, str]) -> str:
    """Return what the page of the confirmation shows: state and code, in Base64."""
    pasted = urlencode({"state": query.get("state", ""), "code": query.get("code", "")})
    return base64.b64encode(pasted.encode()).decode()


def create_token(center: IdentityCenter, request: Request) -> Response:
    proof_key = _proven_key(center, request)
    body = _json(request)
    if body.get("clientId") not in {SAME_DEVICE, CROSS_DEVICE}:
        raise _rejected("ValidationException", "invalid_client")
    if body.get("grantType") == "authorization_code":
        login = _redeem(center, body, proof_key)
        return json_response(_answer(center, login) | {"idToken": _id_token(center, login)})
    if body.get("grantType") == "refresh_token":
        return json_response(_answer(center, _renewed(center, body, proof_key)))
    raise _rejected("ValidationException", "unsupported_grant_type")


def _redeem(center: IdentityCenter, body: dict[str, Any], proof_key: str) -> Login:
    issued = center.login_codes.pop(str(body.get("code")), None)
    if issued is None or center.now >= issued.expires_at:
        raise _denied("AUTHCODE_EXPIRED", "The authorization code has expired")
    digest = hashlib.sha256(str(body.get("codeVerifier")).encode()).digest()
    is_ours = (
        issued.client_id == body.get("clientId")
        and issued.redirect_uri == body.get("redirectUri")
        and issued.challenge == base64url(digest)
    )
    if not is_ours:
        raise _rejected("ValidationException", "invalid_grant")
    if not center.options.console_allowed:
        raise _denied("INSUFFICIENT_PERMISSIONS", "not allowed")
    arn = f"arn:aws:iam::{center.organisation.accounts[0].id}:{center.options.console_user}"
    ends_at = center.after(_SESSION_LIFETIME)
    login = Login(issued.client_id, arn, _refresh_token(center), proof_key, ends_at)
    center.logins.append(login)
    return login


def _renewed(center: IdentityCenter, body: dict[str, Any], proof_key: str) -> Login:
    given = body.get("refreshToken")
    for login in center.logins:
        if login.refresh_token == given and login.client_id == body.get("clientId"):
            if login.proof_key != proof_key:
                raise _rejected("ValidationException", "invalid_grant")
            if center.now >= login.ends_at:
                break
            if login.has_changed:
                raise _denied("USER_CREDENTIALS_CHANGED", "The credentials have changed")
            login.refresh_token = _refresh_token(center)
            return login
    raise _denied("TOKEN_EXPIRED", "The refresh token has expired")


def _refresh_token(center: IdentityCenter) -> str:
    return "ASOR" + center.text(300)


def _answer(center: IdentityCenter, login: Login) -> dict[str, Any]:
    lifetime = center.options.console_keys_lifetime
    issued = center.issue(login.arn.split(":")[4], login.arn, lifetime)
    return {
        "accessToken": issued.keys,
        "tokenType": "aws_sigv4",
        "expiresIn": lifetime,
        "refreshToken": login.refresh_token,
    }


def _id_token(center: IdentityCenter, login: Login) -> str:
    """Return a token about the identity. Clients take it from AWS itself, and do not check it."""
    now = int(center.now.timestamp())
    claims = {"iss": center.url, "sub": login.arn, "aud": login.client_id, "iat": now}
    claims |= {"exp": now + 900}
    header = {"alg": "ES384", "typ": "JWT", "kid": "demo"}
    return ".".join(
        [*(base64url(json.dumps(each).encode()) for each in (header, claims)), "ZGVtbw"]
    )


def _proven_key(center: IdentityCenter, request: Request) -> str:
    """Return the thumbprint of the key that signed the request's DPoP proof (RFC 9449 §4.3)."""
    parts = request.headers.get("DPoP", "").split(".")
    try:
        header, claims = (json.loads(_decoded(part)) for part in parts[:2])
        key = header["jwk"]
        x, y = _decoded(key["x"]), _decoded(key["y"])
        issued_at = datetime.fromtimestamp(claims["iat"], UTC)
        late = abs(center.now - issued_at) > _PROOF_LIFETIME
        is_proof = (
            len(parts) == 3
            and (header["typ"], header["alg"]) == ("dpop+jwt", "ES256")
            and (key["kty"], key["crv"]) == ("EC", "P-256")
            and (claims["htm"], claims["htu"]) == ("POST", f"{center.url}{TOKEN}")
            and claims["jti"] not in center.proofs
            and not (late and center.options.checks_signing_time)
            and p256.is_signature(x, y, ".".join(parts[:2]).encode(), _decoded(parts[2]))
        )
    except (ValueError, KeyError, TypeError, IndexError, AttributeError, OverflowError):
        raise _unproven() from None
    if not is_proof:
        raise _unproven()
    center.proofs.add(claims["jti"])
    thumbprint = json.dumps(
        {name: key[name] for name in ("crv", "kty", "x", "y")}, separators=(",", ":")
    )
    return base64url(hashlib.sha256(thumbprint.encode()).digest())


def _unproven() -> Rejected:
    return _rejected("ValidationException", "invalid_request", "The DPoP proof is not valid")


def _denied(error: str, message: str) -> Rejected:
    return _rejected("AccessDeniedException", error, message)


def _rejected(name: str, error: str, message: str = "") -> Rejected:
    content = {"error": error, "message": message or error}
    return Rejected(json_response(content, 400, {"x-amzn-ErrorType": name}))


def _json(request: Request) -> dict[str, Any]:
    if (body := request.json) is None:
        raise _rejected("ValidationException", "invalid_request")
    return body


def _decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
