"""The access portal: accounts, permission sets, role credentials, sign-out.

Shapes: https://docs.aws.amazon.com/singlesignon/latest/PortalAPIReference/
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TypeVar

from rolecall.demo.identity_center import IdentityCenter, SignIn
from rolecall.demo.pages import page_of
from rolecall.demo.wire import Rejected, Request, Response, json_response
from rolecall.domain.model import ACCOUNT_ACCESS_SCOPE, Account

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
    expiration = int(issued.expires_at.timestamp() * 1000)
    return json_response({"roleCredentials": issued.keys | {"expiration": expiration}})


def logout(center: IdentityCenter, request: Request) -> Response:
    center.sign_ins.remove(_bearer(center, request))
    return Response(200, b"")


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
    def invalid(message: str) -> Rejected:
        return rejected("InvalidRequestException", message, 400)

    return page_of(items, subject, request.query, ("max_result", "next_token"), invalid)


def _account(account: Account) -> dict[str, str]:
    return {"accountId": account.id, "accountName": account.name, "emailAddress": account.email}
