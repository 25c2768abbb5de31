"""Whether a profile works, asked the way the user's own programs will ask.

A plain `boto3.Session(profile_name=…)` in a process of its own: botocore fixes the folder of the
sign-in cache when it is imported, caches what it read, and may ask for an MFA code on the terminal,
which is ours. The child has no terminal, and sees the environment as the user's programs do.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final

from rolecall.aws.session import isolated_session
from rolecall.aws.translate import detail
from rolecall.domain.errors import VerifyFailed
from rolecall.domain.model import Identity
from rolecall.domain.text import safe

TIMEOUT: Final = 60  # seconds, for all that the profile's chain of credentials may ask of the net


class VerifyProblem(StrEnum):
    SIGN_IN_NEEDED = "sign-in-needed"
    NO_SUCH_PERMISSION_SET = "no-such-permission-set"
    ACCESS_REFUSED = "access-refused"
    CLOCK_SKEW = "clock-skew"
    NO_NETWORK = "no-network"
    WRONG_REGION = "wrong-region"
    NOT_FOUND = "not-found"
    MALFORMED = "malformed"
    OTHER = "other"


_BY_CLASS: Final = {
    "ProfileNotFound": VerifyProblem.NOT_FOUND,
    "ConfigParseError": VerifyProblem.MALFORMED,
    "InvalidConfigError": VerifyProblem.MALFORMED,
    "PartialCredentialsError": VerifyProblem.MALFORMED,
    "UnauthorizedSSOTokenError": VerifyProblem.SIGN_IN_NEEDED,
    "SSOTokenLoadError": VerifyProblem.SIGN_IN_NEEDED,
    "TokenRetrievalError": VerifyProblem.SIGN_IN_NEEDED,
    "NoRegionError": VerifyProblem.WRONG_REGION,
    "InvalidRegionError": VerifyProblem.WRONG_REGION,
    "ConnectTimeoutError": VerifyProblem.NO_NETWORK,
    "ReadTimeoutError": VerifyProblem.NO_NETWORK,
    "ProxyConnectionError": VerifyProblem.NO_NETWORK,
    "SSLError": VerifyProblem.NO_NETWORK,
    "ConnectionClosedError": VerifyProblem.NO_NETWORK,
}
_BY_CODE: Final = {
    "UnauthorizedException": VerifyProblem.SIGN_IN_NEEDED,
    "ExpiredToken": VerifyProblem.SIGN_IN_NEEDED,
    "ExpiredTokenException": VerifyProblem.SIGN_IN_NEEDED,
    "RequestTimeTooSkewed": VerifyProblem.CLOCK_SKEW,
    "RequestExpired": VerifyProblem.CLOCK_SKEW,
    "RequestInTheFuture": VerifyProblem.CLOCK_SKEW,
    "AccessDenied": VerifyProblem.ACCESS_REFUSED,
    "AccessDeniedException": VerifyProblem.ACCESS_REFUSED,
    "RegionDisabledException": VerifyProblem.WRONG_REGION,
}


def verify(profile: str, environ: Mapping[str, str]) -> Identity:
    """Who the profile's user is, from STS GetCallerIdentity. Raises VerifyFailed."""
    try:
        child = subprocess.run(
            [sys.executable, "-P", "-m", "rolecall.aws.identity", profile],
            env={**environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            start_new_session=True,
            timeout=TIMEOUT,
            check=False,
        )
        answer = json.loads(child.stdout)
    except subprocess.TimeoutExpired:
        late = f"no answer within {TIMEOUT} seconds"
        raise VerifyFailed(profile, VerifyProblem.NO_NETWORK, late) from None
    except (OSError, ValueError):
        raise VerifyFailed(profile, VerifyProblem.OTHER, "boto3 could not be run") from None
    if "problem" in answer:
        raise VerifyFailed(profile, VerifyProblem(answer["problem"]), safe(answer["detail"]))
    return Identity(**{key: safe(value) for key, value in answer.items()})


def _ask(profile: str) -> dict[str, str]:
    """In the child."""
    import boto3
    from botocore.config import Config

    region = None
    try:
        session = boto3.Session(profile_name=profile)
        region = session.region_name
        patience = Config(connect_timeout=5, read_timeout=10, retries={"total_max_attempts": 2})
        answer = session.client("sts", config=patience).get_caller_identity()
        return {
            "account_id": answer["Account"],
            "arn": answer["Arn"],
            "user_id": answer["UserId"],
        }
    except Exception as error:  # anything that a chain of credentials can come up with
        return {"problem": _problem(error, region), "detail": detail(error)}


def _problem(error: Exception, region: str | None) -> VerifyProblem:
    response: Any = getattr(error, "response", None)
    if isinstance(response, dict):
        return _refusal(response, getattr(error, "operation_name", ""))
    name = type(error).__name__
    if name == "EndpointConnectionError":
        return VerifyProblem.NO_NETWORK if _is_known(region) else VerifyProblem.WRONG_REGION
    return _BY_CLASS.get(name, VerifyProblem.OTHER)


def _refusal(response: dict[str, Any], operation: str) -> VerifyProblem:
    code = str(response.get("Error", {}).get("Code", ""))
    message = str(response.get("Error", {}).get("Message", ""))
    if operation == "GetRoleCredentials" and code in {
        "ForbiddenException",
        "ResourceNotFoundException",
    }:
        return VerifyProblem.NO_SUCH_PERMISSION_SET
    # STS says in one code that the signature is wrong and that it is of another time.
    if code == "SignatureDoesNotMatch" and ("expired" in message or "not yet" in message):
        return VerifyProblem.CLOCK_SKEW
    return _BY_CODE.get(code, VerifyProblem.OTHER)


def _is_known(region: str | None) -> bool:
    session = isolated_session()
    return any(
        region in session.get_available_regions("sts", partition)
        for partition in session.get_available_partitions()
    )


if __name__ == "__main__":
    json.dump(_ask(sys.argv[1]), sys.stdout)
