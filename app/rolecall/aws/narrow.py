"""STS GetScopedCredentials: exchange the credentials of a role for narrower ones.

https://docs.aws.amazon.com/STS/latest/APIReference/API_GetScopedCredentials.html
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from rolecall.aws.call import call
from rolecall.aws.translate import AnswerProblem
from rolecall.domain.errors import AccessRefused, RequestRejected, UnexpectedAnswer
from rolecall.domain.errors.lending_errors import NarrowingRefused
from rolecall.domain.model import RoleCredentials, Secret
from rolecall.domain.records import NamedTuple

if TYPE_CHECKING:
    from mypy_boto3_sts.client import STSClient

_OPERATION: Final = "GetScopedCredentials"
_GLOBAL: Final = re.compile(r"sts\.amazonaws\.com\.?")
_LAYERS: Final = re.compile(r"scope[- ]?down|scoped? polic|layer|maximum", re.IGNORECASE)


class NarrowingProblem(StrEnum):
    """Why credentials cannot be narrowed (`NarrowingRefused.problem`)."""

    DENIED = "denied"
    LAYERS = "layers"
    MALFORMED = "malformed"
    PACKED = "packed"
    LIFETIME = "lifetime"
    SUBJECT = "subject"
    UNAVAILABLE = "unavailable"
    GLOBAL = "global"
    LONG_LIVED = "long-lived"


_PROBLEMS: Final = {
    "AccessDenied": NarrowingProblem.DENIED,
    "AccessDeniedException": NarrowingProblem.DENIED,
    "MalformedPolicyDocument": NarrowingProblem.MALFORMED,
    "PackedPolicyTooLarge": NarrowingProblem.PACKED,
    "InsufficientSessionLifetime": NarrowingProblem.LIFETIME,
    "InvalidSubjectCredentials": NarrowingProblem.SUBJECT,
    "InvalidAction": NarrowingProblem.UNAVAILABLE,
    "UnknownOperation": NarrowingProblem.UNAVAILABLE,
    "UnknownOperationException": NarrowingProblem.UNAVAILABLE,
}


class Narrowed(NamedTuple):
    """Narrowed credentials, and what CloudTrail calls their session."""

    credentials: RoleCredentials
    session_id: str


def narrowed(
    client: STSClient,
    policy: str,
    description: str,
    account_id: str | None,
    seconds: Callable[[], int | None],
) -> Narrowed:
    """Return credentials with only the rights that both the policy and the credentials of the
    client give.

    `policy` is empty to shorten only the time. `seconds` returns for each try how long they may be
    valid, or None for as long as those of the client. Raises NarrowingRefused, ServiceError.
    """
    host = urlsplit(client.meta.endpoint_url).hostname or ""
    if _GLOBAL.fullmatch(host):
        raise NarrowingRefused(NarrowingProblem.GLOBAL, host)

    def ask() -> Narrowed:
        request: dict[str, Any] = {"ScopedSessionDescription": description}
        if policy:
            request["Policy"] = policy
        if (duration := seconds()) is not None:
            request["DurationSeconds"] = duration
        # Not yet in the stubs.
        answer = client.get_scoped_credentials(**request)  # type: ignore[attr-defined]
        keys, info = answer["Credentials"], answer["SessionInfo"]
        if policy and answer.get("ScopedPoliciesCount", 1) < 1:  # what answers ignores the policy
            raise UnexpectedAnswer(_OPERATION, host, AnswerProblem.UNREADABLE)
        credentials = RoleCredentials(
            access_key_id=keys["AccessKeyId"],
            secret_access_key=Secret(keys["SecretAccessKey"]),
            session_token=Secret(keys["SessionToken"]),
            expires_at=keys["Expiration"].astimezone(UTC),
            account_id=account_id,
            arn=info["Arn"],
        )
        return Narrowed(credentials, info["ScopedSessionId"])

    try:
        return call(client, _OPERATION, ask)
    except (AccessRefused, RequestRejected) as error:
        raise _refused(error, host) or error from None


def _refused(error: AccessRefused | RequestRejected, host: str) -> NarrowingRefused | None:
    problem = _PROBLEMS.get(error.code)
    if problem is NarrowingProblem.UNAVAILABLE:
        return NarrowingRefused(problem, host)
    if problem is NarrowingProblem.DENIED and _LAYERS.search(error.detail):
        return NarrowingRefused(NarrowingProblem.LAYERS)
    return NarrowingRefused(problem, error.detail) if problem else None
