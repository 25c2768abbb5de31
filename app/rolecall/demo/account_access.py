"""Account access manager: the roles of the user, and their credentials.

The shapes are those of botocore's model of `account-access-runtime`. It does not say how a token
without the scopes or a wrong tenant is refused: here by the errors that the model has for it.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Collection
from typing import Final

from rolecall.demo.identity_center import IdentityCenter, SignIn
from rolecall.demo.organisation import USER, Role
from rolecall.demo.wire import Rejected, Request, Response, json_response
from rolecall.domain.access_role import (
    ASSUME_SCOPE,
    READ_SCOPE,
    SHORTEST_DURATION,
    is_session_name,
)

_DEFAULT_PAGE: Final = 20
_LARGEST_PAGE: Final = 100
_LIST_PARAMETERS: Final = frozenset({"tenantId", "maxResults", "nextToken"})
_GET_PARAMETERS: Final = frozenset(
    {"tenantId", "roleArn", "accessType", "sessionName", "sessionDuration"}
)


def list_roles(center: IdentityCenter, request: Request) -> Response:
    sign_in = _bearer(center, request)
    if READ_SCOPE not in (sign_in.scopes or ()):
        raise _unauthorized()
    _check_tenant(center, request, _LIST_PARAMETERS)
    if not center.allows_list_call():
        raise _rejected("ThrottlingException", "Rate exceeded", 429)
    size = request.query.get("maxResults", str(_DEFAULT_PAGE))
    if not re.fullmatch("[0-9]{1,3}", size) or not 1 <= int(size) <= _LARGEST_PAGE:
        raise _invalid("maxResults must be from 1 to 100")
    roles = center.organisation.roles
    start = _offset(request.query.get("nextToken"))
    end = start + int(size)
    more = {"nextToken": _next_token(end)} if end < len(roles) else {}
    return json_response({"roles": [_role(role) for role in roles[start:end]], **more})


def get_credentials(center: IdentityCenter, request: Request) -> Response:
    sign_in = _bearer(center, request)
    if ASSUME_SCOPE not in (sign_in.scopes or ()):
        raise _denied("The token does not have the scope for this")
    _check_tenant(center, request, _GET_PARAMETERS)
    query = request.query
    if query.get("accessType") != "PROGRAMMATIC_ACCESS":
        raise _invalid("accessType must be PROGRAMMATIC_ACCESS")
    role = center.organisation.role(query.get("roleArn", ""))
    if role is None:
        raise _denied("You are not entitled to assume this role")
    session_name = query.get("sessionName", USER)
    if not is_session_name(session_name):
        raise _invalid("sessionName is not valid")
    lifetime = _lifetime(center, request, role)
    if not role.trusts:
        raise _denied("The role cannot be assumed")
    issued = center.issue(role.account.id, role.assumed_arn(session_name), lifetime)
    return json_response(
        {
            "credentialsDetails": {
                "programmaticAccess": {
                    "accessKeyId": issued.access_key_id,
                    "secretAccessKey": issued.secret_access_key,
                    "sessionToken": issued.session_token,
                    "expiresAt": issued.expires_at.timestamp(),
                }
            }
        }
    )


def token_of(request: Request) -> str:
    """Return a next token for the requested page that differs from the token in the request."""
    token = request.query.get("nextToken")
    offset = base64.urlsafe_b64decode(token).decode().rpartition(":")[2] if token else ""
    return _next_token(f"0{offset}")


def _bearer(center: IdentityCenter, request: Request) -> SignIn:
    scheme, _, value = request.headers.get("Authorization", "").partition(" ")
    sign_in = center.bearer(value) if scheme == "Bearer" else None
    if sign_in is None:
        raise _unauthorized()
    return sign_in


def _check_tenant(center: IdentityCenter, request: Request, known: Collection[str]) -> None:
    if unknown := request.query.keys() - known:
        raise _invalid(f"unknown parameter {min(unknown)}")
    tenant = request.query.get("tenantId", "")
    if not center.options.tenant or tenant != center.options.tenant:
        raise _invalid("tenantId is not a tenant of this user")


def _lifetime(center: IdentityCenter, request: Request, role: Role) -> float:
    asked = request.query.get("sessionDuration")
    if asked is None:
        return min(center.options.role_credentials_lifetime, role.longest)
    if not re.fullmatch("[0-9]{1,6}", asked) or not SHORTEST_DURATION <= int(asked) <= role.longest:
        raise _invalid("sessionDuration is not allowed for this role")
    return int(asked)


def _role(role: Role) -> dict[str, str]:
    named = {"accountName": role.account.name} if role.account.name else {}
    return {"accountId": role.account.id, **named, "roleArn": role.arn}


def _next_token(offset: int | str) -> str:
    return base64.urlsafe_b64encode(f"roles:{offset}".encode()).decode()


def _offset(next_token: str | None) -> int:
    if next_token is None:
        return 0
    try:
        page = re.fullmatch("roles:([0-9]{1,9})", base64.urlsafe_b64decode(next_token).decode())
    except ValueError:
        page = None
    if page is None:
        raise _invalid("nextToken is not valid")
    return int(page[1])


def _unauthorized() -> Rejected:
    return _rejected("UnauthorizedException", "The bearer token is missing or not valid", 401)


def _denied(message: str) -> Rejected:
    return _rejected("AccessDeniedException", message, 403)


def _invalid(message: str) -> Rejected:
    return _rejected("ValidationException", message, 400)


def _rejected(name: str, message: str, status: int) -> Rejected:
    return Rejected(json_response({"message": message}, status, {"x-amzn-ErrorType": name}))
