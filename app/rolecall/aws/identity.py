"""Verify profiles in the way that the programs of the user work.

A separate process uses a plain `boto3.Session(profile_name=…)`, because botocore sets the folder of
the sign-in cache when it is imported, caches what it reads, and may ask for an MFA code on the
terminal. The child has no terminal, and has the environment that the user's programs have.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import partial
from threading import Event, Thread
from types import SimpleNamespace
from typing import Any, Final, Self

from rolecall.aws.clock_skew import ClockSkew
from rolecall.aws.echo import hide_echoes
from rolecall.aws.session import isolated_session
from rolecall.aws.translate import (
    UnreachableReason,
    detail,
    is_from_aws,
    is_throttling,
    unreachable,
)
from rolecall.domain.errors import ClockWrong, Unreachable, VerifyFailed
from rolecall.domain.model import Identity, VerifyResult
from rolecall.domain.process.own_module import command_of
from rolecall.domain.question import current
from rolecall.domain.text import safe

AT_ONCE: Final = 8
_CHECK_EVERY: Final = 0.1  # seconds
_OPERATION: Final = "GetCallerIdentity"


class VerifyProblem(StrEnum):
    """Why a profile does not work."""

    SIGN_IN_NEEDED = "sign-in-needed"
    TOKEN_REFUSED = "token-refused"  # AWS refused a token that has not expired
    NO_SUCH_PERMISSION_SET = "no-such-permission-set"
    ACCESS_REFUSED = "access-refused"
    CLOCK_SKEW = "clock-skew"
    CREDENTIALS_EXPIRED = "credentials-expired"  # AWS says so
    STILL_EXPIRED = "still-expired"  # the new credentials have already expired
    NO_NETWORK = "no-network"
    SERVICE_FAILED = "service-failed"
    THROTTLED = "throttled"
    ODD_ANSWER = "odd-answer"
    WRONG_REGION = "wrong-region"
    NO_REGION = "no-region"
    NO_REGION_ANYWHERE = "no-region-anywhere"  # and no profile in which to set it
    MFA_NEEDED = "mfa-needed"
    NO_CREDENTIALS = "no-credentials"
    UNKNOWN_KEYS = "unknown-keys"
    NOT_FOUND = "not-found"
    EMPTY_NAME = "empty-name"
    MALFORMED = "malformed"
    LOOP = "loop"
    LOGIN_NEEDED = "login-needed"
    CRT_MISSING = "crt-missing"
    NOT_RENEWED = "not-renewed"  # another rolecall is doing that
    OTHER = "other"


class NotRenewed(Exception):
    """boto3 would renew a login session, and may not."""


_CLASSES: Final = {
    VerifyProblem.NOT_RENEWED: NotRenewed.__name__,
    VerifyProblem.NOT_FOUND: "ProfileNotFound",
    VerifyProblem.MALFORMED: "ConfigParseError InvalidConfigError PartialCredentialsError"
    " InfiniteLoopConfigError",
    VerifyProblem.TOKEN_REFUSED: "UnauthorizedSSOTokenError",
    VerifyProblem.SIGN_IN_NEEDED: "SSOTokenLoadError TokenRetrievalError",
    VerifyProblem.LOGIN_NEEDED: "LoginTokenLoadError LoginRefreshRequired",
    VerifyProblem.ACCESS_REFUSED: "LoginInsufficientPermissions",
    VerifyProblem.CRT_MISSING: "MissingDependencyException",
    VerifyProblem.NO_REGION: "NoRegionError",
    VerifyProblem.WRONG_REGION: "InvalidRegionError",
    VerifyProblem.NO_CREDENTIALS: "NoCredentialsError",
    VerifyProblem.MFA_NEEDED: "EOFError",  # it asked on the terminal, and there is none
    VerifyProblem.NO_NETWORK: "ConnectTimeoutError ReadTimeoutError ProxyConnectionError SSLError"
    " ConnectionClosedError HTTPClientError",
    # An answer with status 200 that the client cannot read, or with a part missing.
    VerifyProblem.ODD_ANSWER: "ResponseParserError JSONDecodeError UnicodeDecodeError KeyError",
}
_BY_CLASS: Final = {name: why for why, names in _CLASSES.items() for name in names.split()}
# Of STS: no sign-in has expired, but the keys that sign the call, or a web identity.
EXPIRED_CODES: Final = ("ExpiredToken", "ExpiredTokenException")
_BY_CODE: Final = {
    "UnauthorizedException": VerifyProblem.TOKEN_REFUSED,
    **dict.fromkeys(EXPIRED_CODES, VerifyProblem.CREDENTIALS_EXPIRED),
    "RequestTimeTooSkewed": VerifyProblem.CLOCK_SKEW,
    "RequestExpired": VerifyProblem.CLOCK_SKEW,
    "RequestInTheFuture": VerifyProblem.CLOCK_SKEW,
    "AccessDenied": VerifyProblem.ACCESS_REFUSED,
    "AccessDeniedException": VerifyProblem.ACCESS_REFUSED,
    "RegionDisabledException": VerifyProblem.WRONG_REGION,
    "InvalidClientTokenId": VerifyProblem.UNKNOWN_KEYS,
}
# A wrong clock explains these, once an answer has shown it.
_OF_A_WRONG_CLOCK: Final = {VerifyProblem.CLOCK_SKEW, VerifyProblem.STILL_EXPIRED}
# And these too, from a difference that AWS does not accept in a signature.
_OF_A_SIGNATURE: Final = {"SignatureDoesNotMatch", "InvalidSignatureException"}
_SIGNING_TIME: Final = timedelta(minutes=5)


def verify(profile: str, environ: Mapping[str, str]) -> Identity:
    """Return the user of a profile, from STS GetCallerIdentity. Raises VerifyFailed.

    With '' it is the user of programs that name no profile.
    """
    return only_answer(partial(verify_all, [profile], environ))


def only_answer(ask: Callable[[Callable[[str, VerifyResult], None]], None]) -> Identity:
    """Return the answer that `ask` passes to its callback. Raises VerifyFailed."""
    answers: list[VerifyResult] = []
    ask(lambda _, answer: answers.append(answer))
    (answer,) = answers
    if isinstance(answer, VerifyFailed):
        raise answer
    return answer


def verify_all(
    profiles: Sequence[str],
    environ: Mapping[str, str],
    on_answer: Callable[[str, VerifyResult], None],
    cancelled: Event | None = None,
) -> None:
    """Verify many profiles, eight at a time in one process. `on_answer` is called once for each.

    Once `cancelled` is set, this returns without the answers that are missing.
    """
    cancelled = cancelled or Event()
    remaining = list(profiles)
    problem, why = VerifyProblem.OTHER, "boto3 could not be run"
    cause: Unreachable | None = None
    try:
        with _Child(environ, cancelled) as child:
            for line in child.answers(remaining):
                given = json.loads(line)
                profile = given.pop("profile")
                answer = _answer(profile, given)
                remaining.remove(profile)
                on_answer(profile, answer)
        if child.was_late:
            problem, why = VerifyProblem.NO_NETWORK, ""
            cause = Unreachable(_OPERATION, "AWS", UnreachableReason.TIMED_OUT)
    except (OSError, ValueError):
        pass
    if not cancelled.is_set():
        for profile in remaining:
            on_answer(profile, VerifyFailed(profile, problem, why, cause))


class _Child:
    """The process that asks. It is killed when `cancelled` is set or the question is over."""

    def __init__(self, environ: Mapping[str, str], cancelled: Event) -> None:
        self.was_late = False
        self._cancelled = cancelled
        self._question = current()
        self._ended = Event()
        self._answered_at = time.monotonic()
        self._process = subprocess.Popen(
            command_of("rolecall.aws.identity"),
            env=dict(environ),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def __enter__(self) -> Self:
        Thread(target=self._watch, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._process.kill()
        self._process.wait()

    def answers(self, profiles: Sequence[str]) -> Iterator[bytes]:
        """Yield the answers as JSON lines, as they arrive. Raises OSError."""
        process = self._process
        assert process.stdin is not None
        assert process.stdout is not None
        with process.stdin as stdin:
            stdin.write(json.dumps(list(profiles)).encode())
        with process.stdout as stdout:
            for line in stdout:
                self._answered_at = time.monotonic()
                if len(profiles) > 1:
                    self._question.note_answer()
                yield line

    def _watch(self) -> None:
        is_reported = False
        while not self._ended.wait(_CHECK_EVERY):
            if not is_reported and time.monotonic() > self._question.slow_at(self._answered_at):
                self._question.report_slow(_OPERATION, "AWS")
                is_reported = True
            self.was_late = not self._question.seconds_left()
            if self.was_late or self._cancelled.is_set():
                self._process.kill()
                return


def _answer(profile: str, given: dict[str, str]) -> VerifyResult:
    if "problem" in given:
        problem, detail, host = VerifyProblem(given["problem"]), given["detail"], given["host"]
        if host:
            return VerifyFailed(profile, problem, "", Unreachable(_OPERATION, host, detail))
        if seconds := given["clock_skew"]:
            difference = timedelta(seconds=float(seconds))
            return VerifyFailed(profile, problem, "", ClockWrong(difference))
        return VerifyFailed(profile, problem, safe(detail))
    return Identity(**{key: safe(value) for key, value in given.items()})


def _ask_all() -> None:
    """Verify the profiles from standard input. Runs in the child process."""
    profiles = json.load(sys.stdin)
    # Import it before there are threads, each of which would import it too.
    import boto3  # noqa: F401

    with ThreadPoolExecutor(AT_ONCE) as pool:
        asked = {pool.submit(_ask, profile): profile for profile in profiles}
        for each in as_completed(asked):
            print(json.dumps({"profile": asked[each]} | each.result()), flush=True)


def _ask(profile: str) -> dict[str, str]:
    import boto3
    from botocore.config import Config

    regions: list[str | None] = []
    skew = ClockSkew(partial(datetime.now, UTC))
    try:
        session = boto3.Session(profile_name=profile or None)
        session.events.register("after-call", skew.measure)
        hide_echoes(session.events)
        session.events.register("before-call.sso-oidc.CreateToken", _refuse_to_renew)
        session.events.register("before-call.signin.CreateOAuth2Token", _refuse_to_renew_login)
        regions = [session.region_name, _sso_region(session)]
        config = Config(connect_timeout=5, read_timeout=10, retries={"total_max_attempts": 2})
        answer = session.client("sts", config=config).get_caller_identity()
        return {
            "account_id": answer["Account"],
            "arn": answer["Arn"],
            "user_id": answer["UserId"],
            "method": getattr(session.get_credentials(), "method", ""),
        }
    except Exception as error:  # anything that a chain of credentials can come up with
        found = failure("", error, regions, skew)
        shown = {"detail": found.detail, "host": "", "clock_skew": ""}
        if isinstance(found.cause, Unreachable):
            shown |= {"detail": found.cause.reason, "host": found.cause.host}
        if isinstance(found.cause, ClockWrong):
            shown |= {"clock_skew": str(found.cause.difference.total_seconds())}
        return {"problem": found.problem, **shown}


def failure(
    profile: str, error: Exception, regions: Sequence[str | None], skew: ClockSkew
) -> VerifyFailed:
    """Return why the profile does not work, by an error of botocore.

    `regions` are those that the profile uses. `skew` is what the answers to it have shown.
    """
    problem, cause = problem_of(error, regions), unreachable(error, _OPERATION)
    if abs(skew.difference) > _SIGNING_TIME and _code(error) in _OF_A_SIGNATURE:
        problem = VerifyProblem.CLOCK_SKEW
    if problem in _OF_A_WRONG_CLOCK and skew.difference:
        return VerifyFailed(profile, problem, "", ClockWrong(skew.difference))
    if problem is VerifyProblem.NO_NETWORK:
        return VerifyFailed(profile, problem, "", cause)
    if problem is VerifyProblem.ODD_ANSWER:
        # The answer of another server, such as a page, means nothing to the user.
        return VerifyFailed(profile, problem, type(error).__name__)
    has_no_host = problem is VerifyProblem.WRONG_REGION and cause is not None
    return VerifyFailed(profile, problem, "" if has_no_host else detail(error))


def _refuse_to_renew(**_: object) -> Any:
    """Answer instead of AWS: without rolecall's lock, a refresh token could be used twice."""
    error = {"Code": "InvalidGrantException", "Message": "not renewed"}
    return SimpleNamespace(status_code=400), {"Error": error, "ResponseMetadata": {}}


def _refuse_to_renew_login(**_: object) -> None:
    """Raise NotRenewed, for the same reason: boto3 does not continue with keys that are due."""
    raise NotRenewed


def _sso_region(session: Any) -> str | None:
    """Return the region of the Identity Center of the profile, or None."""
    config = session._session.full_config
    profile = session._session.get_scoped_config()
    sso = config.get("sso_sessions", {}).get(profile.get("sso_session"), {})
    region = sso.get("sso_region", profile.get("sso_region"))
    return None if region is None else str(region)


def problem_of(error: Exception, regions: Sequence[str | None]) -> VerifyProblem:
    """Return what an error of botocore means. `regions` are those that the profile uses."""
    response: Any = getattr(error, "response", None)
    if isinstance(response, dict):
        return _refusal(response, getattr(error, "operation_name", ""))
    name = type(error).__name__
    # botocore.credentials.RefreshableCredentials._protected_refresh
    if isinstance(error, RuntimeError) and "still expired" in str(error):
        return VerifyProblem.STILL_EXPIRED
    if name == "EndpointConnectionError":
        known = all(map(_is_known, filter(None, regions)))
        return VerifyProblem.NO_NETWORK if known else VerifyProblem.WRONG_REGION
    return _BY_CLASS.get(name, VerifyProblem.OTHER)


def _code(error: Exception) -> str:
    return str(getattr(error, "response", {}).get("Error", {}).get("Code", ""))


def _refusal(response: dict[str, Any], operation: str) -> VerifyProblem:
    code = str(response.get("Error", {}).get("Code", ""))
    message = str(response.get("Error", {}).get("Message", ""))
    metadata = response.get("ResponseMetadata", {})
    status = int(metadata.get("HTTPStatusCode", 0))
    if is_throttling(status, code):
        return VerifyProblem.THROTTLED
    if status >= 500:
        return VerifyProblem.SERVICE_FAILED
    if not is_from_aws(code, metadata.get("HTTPHeaders", {})):
        return VerifyProblem.ODD_ANSWER
    if operation == "GetRoleCredentials" and code in {
        "ForbiddenException",
        "ResourceNotFoundException",
    }:
        return VerifyProblem.NO_SUCH_PERMISSION_SET
    # STS uses one code for a wrong signature and for a wrong time.
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
    _ask_all()
