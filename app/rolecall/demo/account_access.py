"""Account access manager: the roles of the user, and their credentials.

The shapes are those of botocore's model of `account-access-runtime`. It does not say how a token
without the scopes or a wrong tenant is refused: here by the errors that the model has for it.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Final

from rolecall.demo.identity_center import IdentityCenter, SignIn
from rolecall.demo.organisation import USER, Role
from rolecall.demo.pages import page_of
from rolecall.demo.wire import Rejected, Request, Response, json_response
from rolecall.domain.access_role import ASSUME_SCOPE, READ_SCOPE, SHORTEST_DURATION, is_session_name

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
    roles, more = page_of(
        center.organisation.roles, "roles", request.query, ("maxResults", "nextToken"), _invalid
    )
    return json_response({"roles": [_role(role) for role in roles], **more})


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
    keys = issued.keys | {"expiresAt": issued.expires_at.timestamp()}
    return json_response({"credentialsDetails": {"programmaticAccess": keys}})


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


def _unauthorized() -> Rejected:
    return _rejected("UnauthorizedException", "The bearer token is missing or not valid", 401)


def _denied(message: str) -> Rejected:
    return _rejected("AccessDeniedException", message, 403)


def _invalid(message: str) -> Rejected:
    return _rejected("ValidationException", message, 400)


def _rejected(name: str, message: str, status: int) -> Rejected:
    return Rejected(json_response({"message": message}, status, {"x-amzn-ErrorType": name}))
