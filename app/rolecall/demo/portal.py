"""The access portal: accounts, permission sets, role credentials, sign-out.

Shapes: https://docs.aws.amazon.com/singlesignon/latest/PortalAPIReference/
"""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from typing import Final, TypeVar

from rolecall.demo.identity_center import IdentityCenter, SignIn
from rolecall.demo.wire import Rejected, Request, Response, json_response
from rolecall.domain.model import ACCOUNT_ACCESS_SCOPE, Account

_DEFAULT_PAGE: Final = 20
_LARGEST_PAGE: Final = 100

T = TypeVar("T")


def list_accounts(center: IdentityCenter, request: Request) -> Response:
    _bearer(center, request)
    _check_rate_limit(center)
    accounts, more = _page(request, center.organisation.accounts, "accounts")
    return json_response({"accountList": [_account(account) for account in accounts], **more})


def list_account_roles(center: IdentityCenter, request: Request) -> Response:
    _bearer(center, request)
    _check_rate_limit(center)
    account_id = _known_account(center, request)
    names, more = _page(request, center.organisation.permission_sets(account_id), account_id)
    roles = [{"roleName": name, "accountId": account_id} for name in names]
    return json_response({"roleList": roles, **more})


def get_role_credentials(center: IdentityCenter, request: Request) -> Response:
    _bearer(center, request)
    if center.options.limits_credentials:
        _check_rate_limit(center)
    account_id = _known_account(center, request)
    name = request.query.get("role_name", "")
    if name not in center.organisation.permission_sets(account_id):
        raise rejected("ForbiddenException", "No access", 403)
    issued = center.issue(
        account_id,
        center.organisation.assumed_role_arn(account_id, name),
        center.options.role_credentials_lifetime,
    )
    return json_response(
        {
            "roleCredentials": {
                "accessKeyId": issued.access_key_id,
                "secretAccessKey": issued.secret_access_key,
                "sessionToken": issued.session_token,
                "expiration": int(issued.expires_at.timestamp() * 1000),
            }
        }
    )


def logout(center: IdentityCenter, request: Request) -> Response:
    center.sign_ins.remove(_bearer(center, request))
    return Response(200, b"")


def token_of(request: Request) -> str:
    """Return a next token for the requested page that differs from the token in the request."""
    subject = request.query.get("account_id", "accounts")
    token = request.query.get("next_token")
    offset = base64.urlsafe_b64decode(token).decode().rpartition(":")[2] if token else ""
    return _next_token(subject, f"0{offset}")


def rejected(name: str, message: str, status: int) -> Rejected:
    """Return the exception for an error of the portal."""
    content = {"message": message, "__type": f"com.amazonaws.switchboard.portal#{name}"}
    return Rejected(json_response(content, status, {"x-amzn-ErrorType": name}))


def _bearer(center: IdentityCenter, request: Request) -> SignIn:
    sign_in = center.bearer(request.headers.get("x-amz-sso_bearer_token", ""))
    if sign_in is None:
        raise rejected("UnauthorizedException", "Session token not found or invalid", 401)
    if sign_in.scopes is not None and ACCOUNT_ACCESS_SCOPE not in sign_in.scopes:
        raise rejected("UnauthorizedException", "Session token lacks the scope for this", 401)
    return sign_in


def _check_rate_limit(center: IdentityCenter) -> None:
    if not center.allows_list_call():
        raise rejected("TooManyRequestsException", "HTTP 429 Unknown Code", 429)


def _known_account(center: IdentityCenter, request: Request) -> str:
    account_id = request.query.get("account_id", "")
    if not re.fullmatch("[0-9]{12}", account_id):
        raise rejected("InvalidRequestException", "account_id must have 12 digits", 400)
    if center.organisation.account(account_id) is None:
        raise rejected("ResourceNotFoundException", "Account not found", 404)
    return account_id


def _page(request: Request, items: Sequence[T], subject: str) -> tuple[Sequence[T], dict[str, str]]:
    """Return one page of the items, and the token of the next page if there is one."""
    size = request.query.get("max_result", str(_DEFAULT_PAGE))
    if not re.fullmatch("[0-9]{1,3}", size) or not 1 <= int(size) <= _LARGEST_PAGE:
        raise rejected("InvalidRequestException", "max_result must be from 1 to 100", 400)
    start = _offset(request.query.get("next_token"), subject)
    end = start + int(size)
    more = {"nextToken": _next_token(subject, end)} if end < len(items) else {}
    return items[start:end], more


def _next_token(subject: str, offset: int | str) -> str:
    return base64.urlsafe_b64encode(f"{subject}:{offset}".encode()).decode()


def _offset(next_token: str | None, subject: str) -> int:
    """Return the offset of a page. Raises Rejected for the token of another list."""
    if next_token is None:
        return 0
    try:
        token = base64.urlsafe_b64decode(next_token).decode()
    except ValueError:
        token = ""
    page = re.fullmatch("(.+):([0-9]{1,9})", token)
    if page is None or page[1] != subject:
        raise rejected("InvalidRequestException", "Invalid next_token", 400)
    return int(page[2])


def _account(account: Account) -> dict[str, str]:
    return {"accountId": account.id, "accountName": account.name, "emailAddress": account.email}
