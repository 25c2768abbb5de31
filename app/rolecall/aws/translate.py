"""What boto3 raises and returns, in the words of the domain.

The only place that knows botocore's exceptions. botocore does not raise when a 200 answer is
truncated, `{}` or an HTML page, so a member that should be there and is not is an error here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from email.utils import parsedate_to_datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from rolecall.domain import errors
from rolecall.domain.text import safe

if TYPE_CHECKING:
    from botocore.client import BaseClient
    from botocore.exceptions import ClientError

_THROTTLED: Final = frozenset(
    {"TooManyRequestsException", "ThrottlingException", "Throttling", "RequestLimitExceeded"}
)
_DETAIL_LENGTH: Final = 300
_LONGEST_WAIT: Final = 3600  # seconds

# What an error code of AWS means at one operation, where that is not the same everywhere.
Meanings = Mapping[str, Callable[[], Exception]]


class Reason(StrEnum):
    """Why a host could not be reached."""

    NAME = "its name is not known"
    REFUSED = "connection refused"
    TIMED_OUT = "no answer in time"
    CLOSED = "the connection broke"
    TLS = "no trust in its certificate"
    PROXY = "the proxy failed"
    NO_ROUTE = "no way there"


class Oddity(StrEnum):
    """Why an answer makes no sense."""

    INCOMPLETE = "a part of it is missing"
    UNREADABLE = "it cannot be read"
    ENDLESS = "its pages never end"


@contextmanager
def translated(
    client: BaseClient, operation: str, meanings: Meanings | None = None
) -> Iterator[None]:
    """Around one call and the reading of its answer: whatever goes wrong is a ServiceError.

    `operation` is AWS's own name for the call; `meanings` has the exceptions for error codes that
    mean more than that. A KeyError inside is a missing member.
    """
    host = urlsplit(client.meta.endpoint_url).netloc
    try:
        yield
    except errors.RolecallError:
        raise
    except KeyError:
        raise errors.UnexpectedAnswer(operation, host, Oddity.INCOMPLETE) from None
    except Exception as error:  # botocore lets parsers' errors through as they are
        raise _meant(error, meanings or {}) or translate(error, operation, host) from None


def _meant(error: Exception, meanings: Meanings) -> Exception | None:
    from botocore.exceptions import ClientError

    if isinstance(error, ClientError) and (make := meanings.get(_code(error))):
        return make()
    return None


def translate(error: Exception, operation: str, host: str) -> errors.ServiceError:
    """The domain's error for one of botocore's. Text from the server is made safe."""
    from botocore import exceptions

    if isinstance(error, exceptions.ClientError):
        return _from_answer(error, operation, host)
    if isinstance(error, exceptions.ParamValidationError):
        return errors.RequestRejected(operation, host, "ParamValidation", detail(error))
    reason = _reason(error)
    if reason is not None:
        return errors.Unreachable(operation, host, reason)
    return errors.UnexpectedAnswer(operation, host, Oddity.UNREADABLE)


def detail(error: Exception) -> str:
    """An error's own sentence, safe to show and not too long."""
    text = " ".join(str(error).split()) or type(error).__name__
    return safe(text[:_DETAIL_LENGTH])


def _from_answer(error: ClientError, operation: str, host: str) -> errors.ServiceError:
    code = _code(error)
    message = safe(str(error.response.get("Error", {}).get("Message") or "")[:_DETAIL_LENGTH])
    metadata: Any = error.response.get("ResponseMetadata", {})
    status = int(metadata.get("HTTPStatusCode", 0))
    headers: dict[str, str] = metadata.get("HTTPHeaders", {})
    if status == 429 or code in _THROTTLED:
        return errors.Throttled(operation, host, _retry_after(headers))
    if status >= 500 and status != 501:  # 501: whatever it is, it has never heard of POST
        return errors.ServiceFault(operation, host, status)
    if "x-amzn-errortype" not in headers and not code.endswith("Exception"):
        kind = headers.get("content-type", "").partition(";")[0] or "no content"
        return errors.NotIdentityCenter(operation, host, safe(f"status {status}, {kind}"))
    if status == 403:
        return errors.AccessRefused(operation, host, message)
    if status == 404:
        return errors.NotFound(operation, host, message)
    return errors.RequestRejected(operation, host, safe(code), message)


def _code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))


def _reason(error: Exception) -> Reason | None:
    from botocore import exceptions

    match error:
        case exceptions.ConnectTimeoutError() | exceptions.ReadTimeoutError():
            return Reason.TIMED_OUT
        case exceptions.SSLError():
            return Reason.TLS
        case exceptions.ProxyConnectionError():
            return Reason.PROXY
        case exceptions.EndpointConnectionError():
            return _from_text(str(error.kwargs.get("error", "")))
        case (
            exceptions.ConnectionClosedError()
            | exceptions.HTTPClientError()
            | exceptions.IncompleteReadError()
            | OSError()
        ):
            return Reason.CLOSED
    return None


def _from_text(text: str) -> Reason:
    """urllib3 tells what the system said only in its sentence."""
    if "NameResolutionError" in text or "resolve" in text:
        return Reason.NAME
    return Reason.REFUSED if "refused" in text else Reason.NO_ROUTE


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """In seconds. Where it is a date, that counts from the answer's own (RFC 9110, 10.2.3), so
    that it does not matter what this machine takes the time to be.
    """
    wish = headers.get("retry-after", "")
    try:
        seconds = float(wish) if wish[:1].isdigit() else _moment(wish) - _moment(headers["date"])
    except (ValueError, KeyError):
        return None
    return seconds if 0 <= seconds < _LONGEST_WAIT else None


def _moment(date: str) -> float:
    """Raises ValueError."""
    return parsedate_to_datetime(date).timestamp()
