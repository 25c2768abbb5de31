"""STS GetScopedCredentials: a session with less than the session that signs the call.

The shapes, limits and errors are those of botocore's model. How AWS packs a policy is not known:
here its compressed bytes count.
"""

from __future__ import annotations

import re
import zlib
from typing import Final

from rolecall.demo import policies, sts
from rolecall.demo.identity_center import IdentityCenter, IssuedCredentials
from rolecall.demo.wire import Rejected, Request, Response

_GLOBAL: Final = "sts.amazonaws.com"
_PARAMETERS: Final = frozenset(
    {"Policy", "DurationSeconds", "MinimumSessionTokenSize", "ScopedSessionDescription"}
)
_POLICY: Final = re.compile(r"[\t\n\r\x20-\xff]{1,2048}")
_DESCRIPTION: Final = re.compile(r"[\t\n\r\x20-\x7e\xa1-\xff]{2,256}")
_LONGEST: Final = 129_600  # seconds
_LARGEST_MINIMUM: Final = 4096  # bytes
_MOST_LAYERS: Final = 3


def get_scoped_credentials(center: IdentityCenter, request: Request) -> Response:
    caller = sts.caller_of(center, request)
    if request.headers.get("Host", "").partition(":")[0] == _GLOBAL:
        raise sts.rejected("InvalidAction", "Could not find operation GetScopedCredentials", 400)
    if not center.options.narrowing_allowed:
        message = f"User: {caller.arn} is not authorized to perform: sts:GetScopedCredentials"
        raise sts.rejected("AccessDenied", message)
    form = request.form
    if not form.keys() & {"Policy", "DurationSeconds"}:
        raise _invalid("Policy or DurationSeconds is required")
    if unknown := form.keys() - _PARAMETERS - {"Action", "Version"}:
        raise _invalid(f"Unknown parameter {min(unknown)}")
    description = form.get("ScopedSessionDescription")
    if description is not None and not _DESCRIPTION.fullmatch(description):
        raise _invalid("ScopedSessionDescription is not valid")
    padding = _number(form.get("MinimumSessionTokenSize", "0"), 0, _LARGEST_MINIMUM)
    layers = _layers(center, caller, form.get("Policy"))
    left = (caller.expires_at - center.now).total_seconds()
    seconds = left
    if "DurationSeconds" in form:
        seconds = _number(form["DurationSeconds"], 1, _LONGEST)
    if seconds > left:
        message = f"DurationSeconds exceeds the remaining lifetime of {left:.0f} seconds"
        raise sts.rejected("InsufficientSessionLifetime", message, 400)
    issued = center.issue(caller.account_id, caller.arn, seconds)
    issued.layers, issued.description = layers, description or ""
    issued.session_token += center.text(max(0, padding - len(issued.session_token)))
    return _answer(center, issued)


def _layers(
    center: IdentityCenter, caller: IssuedCredentials, policy: str | None
) -> tuple[policies.Policy, ...]:
    if policy is None:
        return caller.layers
    if not _POLICY.fullmatch(policy):
        raise _invalid("Policy is not valid: it may have 2048 characters")
    try:
        statements = policies.parse(policy)
    except ValueError as error:
        raise sts.rejected("MalformedPolicyDocument", str(error), 400) from None
    if len(caller.layers) == _MOST_LAYERS:
        message = (
            f"The session already has {_MOST_LAYERS} scope down policies, which is the maximum"
        )
        raise sts.rejected("AccessDenied", message)
    layers = (*caller.layers, statements)
    size, limit = len(zlib.compress(repr(layers).encode())), center.options.packed_policy_limit
    if size > limit:
        message = f"Packed size of session token is {size} bytes; the maximum is {limit}"
        raise sts.rejected("PackedPolicyTooLarge", message, 400)
    return layers


def _answer(center: IdentityCenter, issued: IssuedCredentials) -> Response:
    size = len(issued.session_token)
    scoped_id = f"{issued.user_id.partition(':')[0]}:{center.text(12)}"
    issued.scoped_session_id = scoped_id
    info = sts.elements(ScopedSessionId=scoped_id, Arn=issued.arn)
    facts = sts.elements(
        SessionTokenUtilization=str(min(100, size * 100 // 4096)),
        SessionTokenSize=str(size),
        ScopedPoliciesCount=str(len(issued.layers)),
    )
    result = f"{sts.keys_of(issued)}<SessionInfo>{info}</SessionInfo>{facts}"
    return sts.answer("GetScopedCredentials", result)


def _number(text: str, lowest: int, highest: int) -> int:
    if not re.fullmatch("[0-9]{1,6}", text) or not lowest <= int(text) <= highest:
        raise _invalid(f"A number from {lowest} to {highest} is needed")
    return int(text)


def _invalid(message: str) -> Rejected:
    return sts.rejected("ValidationError", message, 400)
