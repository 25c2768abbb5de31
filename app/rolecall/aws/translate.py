"""Translate the exceptions of botocore into those of the domain.

Only this module knows botocore's exceptions. botocore raises nothing if an answer with status 200
is truncated, `{}` or an HTML page, so a missing member is an error here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from rolecall.aws.hosts import host_in
from rolecall.domain import errors
from rolecall.domain.text import hide_userinfo, safe

if TYPE_CHECKING:
    from botocore.exceptions import ClientError

_THROTTLED: Final = frozenset(
    {"TooManyRequestsException", "ThrottlingException", "Throttling", "RequestLimitExceeded"}
)
_DETAIL_LENGTH: Final = 300
_LONGEST_WAIT: Final = 3600  # seconds

# What error codes of AWS mean for one operation, if not what they mean in general.
Meanings = Mapping[str, Callable[[], Exception]]


class UnreachableReason(StrEnum):
    """Why a host could not be reached: `Unreachable.reason`."""

    NAME = "name-unknown"
    REFUSED = "refused"
    TIMED_OUT = "timed-out"
    CLOSED = "closed"
    TLS = "certificate"
    PROXY = "proxy"
    NO_ROUTE = "no-route"


class AnswerProblem(StrEnum):
    """Why an answer cannot be used: `UnexpectedAnswer.detail`."""

    INCOMPLETE = "incomplete"
    UNREADABLE = "unreadable"
    ENDLESS = "endless"


@contextmanager
def translated(
    host: Callable[[], str], operation: str, meanings: Meanings | None = None
) -> Iterator[None]:
    """Wrap one call and the reading of its answer: every error becomes a ServiceError.

    `host` returns the host once the call has begun. `operation` is the name that AWS gives to the
    call. `meanings` has the exceptions for error codes with a special meaning. A KeyError inside
    means a missing member.
    """
    try:
        yield
    except errors.RolecallError:
        raise
    except KeyError:
        raise errors.UnexpectedAnswer(operation, host(), AnswerProblem.INCOMPLETE) from None
    except Exception as error:  # botocore does not wrap the errors of its parsers
        special = _special_meaning(error, meanings or {})
        raise special or translate(error, operation, host()) from None


def _special_meaning(error: Exception, meanings: Meanings) -> Exception | None:
    from botocore.exceptions import ClientError

    if isinstance(error, ClientError) and (make := meanings.get(_code(error))):
        return make()
    return None


def translate(error: Exception, operation: str, host: str) -> errors.ServiceError:
    """Return the error of the domain for one of botocore. Text from the server is made safe."""
    from botocore import exceptions

    if isinstance(error, exceptions.ClientError):
        return _from_response(error, operation, host)
    if isinstance(error, exceptions.ParamValidationError):
        return errors.RequestRejected(operation, host, "ParamValidation", detail(error))
    reason = _reason(error)
    if reason is not None:
        return errors.Unreachable(operation, host, reason)
    return errors.UnexpectedAnswer(operation, host, AnswerProblem.UNREADABLE)


def unreachable(error: Exception, operation: str) -> errors.Unreachable | None:
    """Return the error of the domain if no answer arrived; its host is that of botocore's error."""
    reason = _reason(error)
    if reason is None:
        return None
    url = str(getattr(error, "kwargs", {}).get("endpoint_url", ""))
    return errors.Unreachable(operation, safe(host_in(url) or "AWS"), reason)


def detail(error: Exception) -> str:
    """Return the message of an error, safe to show and not too long. It may quote an address."""
    text = str(error)
    if isinstance(error, OSError) and error.strerror:  # as shells say it, without the number
        text = ": ".join(map(str, filter(None, (error.filename, error.strerror))))
    return shortened(hide_userinfo(" ".join(text.split())) or type(error).__name__)


def shortened(text: str) -> str:
    """Return a text from outside, safe to show and not too long."""
    return safe(text[:_DETAIL_LENGTH])


def _from_response(error: ClientError, operation: str, host: str) -> errors.ServiceError:
    code = _code(error)
    message = shortened(str(error.response.get("Error", {}).get("Message") or ""))
    metadata: Any = error.response.get("ResponseMetadata", {})
    status = int(metadata.get("HTTPStatusCode", 0))
    headers: dict[str, str] = metadata.get("HTTPHeaders", {})
    if is_throttling(status, code):
        return errors.Throttled(operation, host, _retry_after(headers))
    if status >= 500 and status != 501:  # 501: a server that does not know POST
        return errors.ServiceFault(operation, host, status)
    if not is_from_aws(code, headers):
        kind = headers.get("content-type", "").partition(";")[0] or "no content"
        return errors.NotIdentityCenter(operation, host, safe(f"status {status}, {kind}"))
    if status == 403 and ("Denied" in code or "Forbidden" in code):
        return errors.AccessRefused(operation, host, message, safe(code))
    if status == 404:
        return errors.NotFound(operation, host, message)
    return errors.RequestRejected(operation, host, safe(code), message)


def is_from_aws(code: str, headers: Mapping[str, str]) -> bool:
    """Whether an error has the form of AWS's errors: in JSON, or in the XML of STS."""
    is_xml = "xml" in headers.get("content-type", "")
    return (
        "x-amzn-errortype" in headers
        or code.endswith("Exception")
        or (is_xml and code.isidentifier())
    )


def is_throttling(status: int, code: str) -> bool:
    """Whether an error means that there are too many calls."""
    return status == 429 or code in _THROTTLED


def _code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))


def _reason(error: Exception) -> UnreachableReason | None:
    from botocore import exceptions

    match error:
        case exceptions.ConnectTimeoutError() | exceptions.ReadTimeoutError():
            return UnreachableReason.TIMED_OUT
        case exceptions.SSLError():
            return UnreachableReason.TLS
        case exceptions.ProxyConnectionError():
            return UnreachableReason.PROXY
        case exceptions.EndpointConnectionError():
            return _from_text(str(error.kwargs.get("error", "")))
        case (
            exceptions.ConnectionClosedError()
            | exceptions.HTTPClientError()
            | exceptions.IncompleteReadError()
            | OSError()
        ):
            return UnreachableReason.CLOSED
    return None


def _from_text(text: str) -> UnreachableReason:
    """Return the reason from the message of urllib3, which has it nowhere else."""
    if "NameResolutionError" in text or "resolve" in text:
        return UnreachableReason.NAME
    return UnreachableReason.REFUSED if "refused" in text else UnreachableReason.NO_ROUTE


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """Return the seconds of Retry-After. A date (RFC 9110, 10.2.3) counts from the Date."""
    value = headers.get("retry-after", "")
    try:
        seconds = float(value) if value[:1].isdigit() else _moment(value) - _moment(headers["date"])
    except (ValueError, KeyError):
        return None
    return seconds if 0 <= seconds < _LONGEST_WAIT else None


def _moment(date: str) -> float:
    """Return an HTTP date in seconds since the epoch. Raises ValueError."""
    from email.utils import parsedate_to_datetime

    return parsedate_to_datetime(date).timestamp()
