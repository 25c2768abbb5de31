"""A stand-in for the other services of AWS: it says yes or no to each action, and does nothing.

So a program shows what its credentials may do. The action is found as each protocol names it; of S3
only the main ones are known. Answers are empty, except for a bucket with an object.
"""

from __future__ import annotations

import re
from html import escape
from typing import Final

from rolecall.demo import policies, sts
from rolecall.demo.identity_center import IdentityCenter
from rolecall.demo.wire import Rejected, Request, Response, json_response

BUCKET: Final = "uploads"
OBJECT: Final = "2026/report.csv"
_S3: Final = "http://s3.amazonaws.com/doc/2006-03-01/"
_PREFIXES: Final = {"monitoring": "cloudwatch", "email": "ses"}  # in policies, by signing name


def answer(center: IdentityCenter, request: Request) -> Response:
    """Return an answer if the credentials allow the action."""
    caller = sts.caller_of(center, request)
    action, resource = _asked(request)
    if policies.allows(caller.layers, action, resource):
        return _done(request, action)
    message = (
        f"User: {caller.arn} is not authorized to perform: {action} "
        "because no session policy allows the action"
    )
    raise _denied(request, message)


def service_of(request: Request) -> str:
    """Return the service that the request is signed for; empty if it is for STS or not signed."""
    signed_for = sts.signed_service(request)
    return "" if signed_for == "sts" else signed_for


def action_of(request: Request) -> str:
    """Return the action as policies name it, such as `s3:GetObject`."""
    return _asked(request)[0]


def _asked(request: Request) -> tuple[str, str]:
    """Return the action, and the ARN of what it is for, or `*`."""
    service = service_of(request)
    if service == "s3":
        return _asked_of_s3(request)
    target = request.headers.get("X-Amz-Target", "")
    action = target.rpartition(".")[2] or request.form.get("Action") or request.method
    return f"{_PREFIXES.get(service, service)}:{action}", "*"


def _asked_of_s3(request: Request) -> tuple[str, str]:
    bucket, _, key = request.path.strip("/").partition("/")
    if not bucket:
        return "s3:ListAllMyBuckets", "*"
    names = {"GET": "ListBucket", "HEAD": "ListBucket", "PUT": "CreateBucket"}
    if key:
        names = {"GET": "GetObject", "HEAD": "GetObject", "PUT": "PutObject"}
    name = names.get(request.method, "DeleteObject" if key else "DeleteBucket")
    return f"s3:{name}", f"arn:aws:s3:::{bucket}" + (f"/{key}" if key else "")


def _done(request: Request, action: str) -> Response:
    if action in _S3_ANSWERS:
        name, content = _S3_ANSWERS[action]
        return _xml(200, f'<{name} xmlns="{_S3}">{content}</{name}>')
    if action == "s3:GetObject":
        return Response(200, b"id,amount\n1,20\n", "text/csv")
    if action.startswith("s3:"):
        return Response(200, b"", "application/xml")
    if "Action" in request.form:
        name = escape(request.form["Action"])
        return _xml(200, f"<{name}Response><{name}Result/></{name}Response>")
    return json_response({})


_S3_ANSWERS: Final = {
    "s3:ListAllMyBuckets": (
        "ListAllMyBucketsResult",
        f"<Buckets><Bucket><Name>{BUCKET}</Name><CreationDate>2026-01-01T00:00:00Z</CreationDate>"
        "</Bucket></Buckets>",
    ),
    "s3:ListBucket": (
        "ListBucketResult",
        f"<Name>{BUCKET}</Name><IsTruncated>false</IsTruncated><Contents><Key>{OBJECT}</Key>"
        "<Size>15</Size><LastModified>2026-01-01T00:00:00Z</LastModified></Contents>",
    ),
}


def _denied(request: Request, message: str) -> Rejected:
    service = service_of(request)
    if service == "s3":
        return Rejected(
            _xml(403, f"<Error>{sts.elements(Code='AccessDenied', Message=message)}</Error>")
        )
    if "Action" in request.form:
        return sts.rejected("AccessDenied", message)
    name = "AccessDeniedException"
    content = {"__type": name, "message": message}
    return Rejected(json_response(content, 403, {"x-amzn-ErrorType": name}))


def _xml(status: int, content: str) -> Response:
    declared = re.sub("^", '<?xml version="1.0" encoding="UTF-8"?>', content)
    return Response(status, declared.encode(), "application/xml")
