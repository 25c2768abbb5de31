"""A part of STS: GetCallerIdentity and AssumeRole, over the query protocol, and its signatures.

Signatures are checked in full (AWS Signature Version 4), so that a wrong secret key is noticed:
https://docs.aws.amazon.com/IAM/latest/UserGuide/create-signed-request.html
The date of a request is checked only with the option `checks_signing_time`, because the demo may
use a different clock from its clients.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from datetime import datetime, timedelta
from html import escape
from typing import Final

from rolecall.demo import policies
from rolecall.demo.identity_center import IdentityCenter, IssuedCredentials
from rolecall.demo.wire import Rejected, Request, Response
from rolecall.domain.timestamps import write_time

_NAMESPACE: Final = "https://sts.amazonaws.com/doc/2011-06-15/"
_SIGNING_TIME: Final = timedelta(minutes=5)
_AUTHORIZATION: Final = re.compile(
    r"AWS4-HMAC-SHA256 Credential=(?P<key>[^/,]+)/(?P<scope>[^,]+), ?"
    r"SignedHeaders=(?P<headers>[^,]+), ?Signature=(?P<signature>[0-9a-f]+)"
)
_ROLE_ARN: Final = re.compile(r"arn:aws:iam::(?P<account>[0-9]{12}):role/(?:.*/)?(?P<role>[^/]+)")


def get_caller_identity(center: IdentityCenter, request: Request) -> Response:
    caller = caller_of(center, request)
    who = elements(Arn=caller.arn, UserId=caller.user_id, Account=caller.account_id)
    return answer("GetCallerIdentity", who)


def assume_role(center: IdentityCenter, request: Request) -> Response:
    """Return credentials of any role in an account of the organisation.

    There are no trust policies, and every code with six digits is accepted from an MFA device.
    """
    caller = caller_of(center, request)
    form = request.form
    role = _ROLE_ARN.fullmatch(form.get("RoleArn", ""))
    may_assume = policies.allows(caller.layers, "sts:AssumeRole", form.get("RoleArn", ""))
    if not may_assume or role is None or center.organisation.account(role["account"]) is None:
        message = f"User: {caller.arn} is not authorized to perform: sts:AssumeRole"
        raise rejected("AccessDenied", message)
    session, lifetime = form.get("RoleSessionName", ""), form.get("DurationSeconds", "3600")
    if not re.fullmatch(r"[\w+=,.@-]{2,64}", session):
        raise rejected(
            "ValidationError", "RoleSessionName must have 2 to 64 letters, digits or +=,.@-", 400
        )
    if "SerialNumber" in form and not re.fullmatch("[0-9]{6}", form.get("TokenCode", "")):
        raise rejected("AccessDenied", "MultiFactorAuthentication failed, invalid MFA code")
    if not re.fullmatch("[0-9]{3,5}", lifetime) or not 900 <= int(lifetime) <= 43200:
        raise rejected("ValidationError", "DurationSeconds must be from 900 to 43200", 400)
    issued = center.issue(
        role["account"],
        f"arn:aws:sts::{role['account']}:assumed-role/{role['role']}/{session}",
        int(lifetime),
    )
    who = elements(AssumedRoleId=issued.user_id, Arn=issued.arn)
    return answer("AssumeRole", f"{keys_of(issued)}<AssumedRoleUser>{who}</AssumedRoleUser>")


def keys_of(issued: IssuedCredentials) -> str:
    """Return the element with the keys."""
    keys = elements(
        AccessKeyId=issued.access_key_id,
        SecretAccessKey=issued.secret_access_key,
        SessionToken=issued.session_token,
        Expiration=write_time(issued.expires_at),
    )
    return f"<Credentials>{keys}</Credentials>"


def rejected(code: str, message: str, status: int = 403) -> Rejected:
    """Return the exception for an error of STS."""
    body = (
        f'<ErrorResponse xmlns="{_NAMESPACE}"><Error><Type>Sender</Type>'
        f"{elements(Code=code, Message=message)}</Error></ErrorResponse>"
    )
    return Rejected(Response(status, body.encode(), "text/xml"))


def access_key_id(request: Request) -> str:
    """Return the access key ID of the signature, or "" without one."""
    claim = _AUTHORIZATION.fullmatch(request.headers.get("Authorization", ""))
    return claim["key"] if claim else ""


def signed_service(request: Request) -> str:
    """Return the service that the request is signed for, or "" without a signature."""
    claim = _AUTHORIZATION.fullmatch(request.headers.get("Authorization", ""))
    scope = claim["scope"].split("/") if claim else []
    return scope[2] if len(scope) == 4 else ""


def caller_of(center: IdentityCenter, request: Request) -> IssuedCredentials:
    """Return the credentials that the request is signed with. Raises Rejected."""
    header = request.headers.get("Authorization", "")
    if not header:
        raise rejected("MissingAuthenticationToken", "Request is missing Authentication Token")
    claim = _AUTHORIZATION.fullmatch(header)
    if claim is None:
        raise rejected("IncompleteSignature", "Authorization is not Signature Version 4", 400)
    issued = center.credentials.get(claim["key"])
    token = request.headers.get("X-Amz-Security-Token")
    if issued is None or token != issued.session_token:
        raise rejected(
            "InvalidClientTokenId", "The security token included in the request is invalid."
        )
    expected = _signature(request, issued.secret_access_key, claim["scope"], claim["headers"])
    if not hmac.compare_digest(expected, claim["signature"]):
        raise rejected(
            "SignatureDoesNotMatch",
            "The request signature we calculated does not match the signature you provided.",
        )
    if center.options.checks_signing_time:
        _check_time(center, request)
    if center.now >= issued.expires_at:
        raise rejected("ExpiredToken", "The security token included in the request is expired")
    return issued


def _check_time(center: IdentityCenter, request: Request) -> None:
    moment = datetime.strptime(request.headers["X-Amz-Date"], "%Y%m%dT%H%M%S%z")
    if abs(center.now - moment) > _SIGNING_TIME:
        problem = "expired" if center.now > moment else "not yet current"
        raise rejected("SignatureDoesNotMatch", f"Signature {problem}: {moment} {center.now}")


def _signature(request: Request, secret: str, scope: str, signed_headers: str) -> str:
    headers = "".join(
        f"{name}:{' '.join(request.headers.get(name, '').split())}\n"
        for name in signed_headers.split(";")
    )
    path, _, query = request.target.partition("?")
    parts = (part if "=" in part else f"{part}=" for part in query.split("&") if part)
    query = "&".join(sorted(parts))
    body = request.headers.get("X-Amz-Content-SHA256") or hashlib.sha256(request.body).hexdigest()
    canonical = "\n".join((request.method, path, query, headers, signed_headers, body))
    moment = request.headers.get("X-Amz-Date", "")
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    key = f"AWS4{secret}".encode()
    for part in scope.split("/"):
        key = _hmac(key, part)
    return _hmac(key, f"AWS4-HMAC-SHA256\n{moment}\n{scope}\n{digest}").hex()


def _hmac(key: bytes, text: str) -> bytes:
    return hmac.new(key, text.encode(), hashlib.sha256).digest()


def answer(action: str, result: str) -> Response:
    """Return the answer to a call."""
    body = (
        f'<{action}Response xmlns="{_NAMESPACE}"><{action}Result>{result}</{action}Result>'
        "<ResponseMetadata><RequestId>00000000-0000-0000-0000-000000000000</RequestId>"
        f"</ResponseMetadata></{action}Response>"
    )
    return Response(200, body.encode(), "text/xml")


def elements(**texts: str) -> str:
    """Return elements of XML with these names and texts."""
    return "".join(f"<{name}>{escape(text)}</{name}>" for name, text in texts.items())
