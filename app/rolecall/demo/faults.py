"""Faults that tests switch on while the server runs."""

from __future__ import annotations

import json
import threading
from collections.abc import Collection, Iterator
from enum import Enum
from typing import Final

from rolecall.demo import oidc, sts
from rolecall.demo.pages import token_of_same_page
from rolecall.demo.wire import Request, Response, json_response
from rolecall.domain.records import dataclass, replace

_ERRORS: Final = {
    400: "InvalidRequestException",
    401: "UnauthorizedException",
    403: "ForbiddenException",
    404: "ResourceNotFoundException",
    429: "TooManyRequestsException",
    500: "InternalServerException",
    503: "ServiceUnavailableException",
}


class Fault(Enum):
    """What is wrong with an answer."""

    HTML = "an HTML page instead of the answer, status 200"
    GARBAGE = "bytes that are not JSON, status 200"
    TRUNCATED = "half of the answer, status 200"
    EMPTY = "{}, status 200"
    REPEATED_TOKEN = "always the first page, with a next token"
    EMPTY_PAGE = "a page without items, with a next token for the requested page"
    TWICE = "every item of the page twice"
    EMPTY_BODY = "no body at all, status 200"
    HTML_403 = "an HTML page with status 403, as a proxy sends it"
    REDIRECT = "a redirect to a page of another host, status 301"
    WRONG_LENGTH = (
        "half of the body, then the connection closes; Content-Length is that of the whole"
    )
    RESET = "the connection is reset"
    RESET_IN_BODY = "the connection is reset after half of the body"
    ANSWER_LOST = "the connection is reset after the work was done"
    DRIP = "a byte of the body every second, until the faults are cleared"
    HANG = "no answer until the faults are cleared or the server stops"


@dataclass(frozen=True, slots=True)
class ThrottledFault:
    """429, with this value of `Retry-After`."""

    retry_after: str


@dataclass(frozen=True, slots=True)
class StsError:
    """An error of STS with this code and message, status 403."""

    code: str
    message: str

    @property
    def response(self) -> Response:
        return sts.rejected(self.code, self.message).response


@dataclass(frozen=True, slots=True)
class OidcError:
    """An error of the sign-in service with this name, such as `AccessDeniedException`: what an
    organisation that forbids device codes gets.
    """

    name: str

    @property
    def response(self) -> Response:
        return oidc.rejected(self.name, "A fault of the demo").response


# A number is an error with that HTTP status.
AnyFault = Fault | ThrottledFault | StsError | OidcError | int

_WIFI: Final = b"<!doctype html><title>Sign in to the Wi-Fi</title><p>Welcome!"
_PAGE: Final = b"<!doctype html><title>Blocked</title><p>Blocked by the proxy"
_DRIP_SECONDS: Final = 1.0

_BODIES: Final[dict[AnyFault | None, Response]] = {
    Fault.HTML: Response(200, _WIFI, "text/html"),
    Fault.GARBAGE: Response(200, bytes(range(256))),
    Fault.EMPTY: json_response({}),
    Fault.EMPTY_BODY: Response(200, b""),
    Fault.HTML_403: Response(403, _PAGE, "text/html"),
    Fault.REDIRECT: Response(301, _PAGE, "text/html", {"Location": "https://wifi.example/login"}),
}


@dataclass(slots=True)
class _Rule:
    operation: str
    fault: AnyFault
    account_id: str | None
    remaining: int | None
    skip: int


class Faults:
    """The faults that are switched on. The first rule that matches a request is used.

    `operations` are the names of those that the server has. `hanging` is released once for each
    call that starts to hang, so that tests can wait for it. Safe to use from any thread.
    """

    def __init__(self, operations: Collection[str]) -> None:
        self.operations = operations
        self.hanging = threading.Semaphore(0)
        self._lock = threading.Lock()
        self._rules: list[_Rule] = []
        self._cleared = threading.Event()

    def add(
        self,
        operation: str,
        fault: AnyFault,
        *,
        account_id: str | None = None,
        times: int | None = None,
        skip: int = 0,
    ) -> None:
        """Break an operation, for one account or all, `times` times or until `clear`.

        The first `skip` calls work. Raises ValueError if the server does not have the operation:
        no call would ever meet the fault.
        """
        if operation not in self.operations:
            raise ValueError(f"no operation of the demo: {operation}")
        with self._lock:
            self._rules.append(_Rule(operation, fault, account_id, times, skip))

    def clear(self) -> None:
        """Remove all faults and close hanging connections."""
        with self._lock:
            self._rules.clear()
            self._cleared.set()
            self._cleared = threading.Event()

    def take(self, operation: str, account_id: str | None) -> AnyFault | None:
        """Return the fault for this request, or None, and count it as used."""
        with self._lock:
            for rule in self._rules:
                if rule.operation != operation or rule.account_id not in (None, account_id):
                    continue
                if rule.skip:
                    rule.skip -= 1
                    continue
                if rule.remaining is not None:
                    rule.remaining -= 1
                    if rule.remaining == 0:
                        self._rules.remove(rule)
                return rule.fault
        return None

    def wait_until_cleared(self) -> None:
        """Hang until `clear` is called."""
        with self._lock:
            cleared = self._cleared
        self.hanging.release()
        cleared.wait()

    def drip(self, body: bytes) -> Iterator[bytes]:
        """Yield a byte every second, and the rest once `clear` is called."""
        with self._lock:
            cleared = self._cleared
        self.hanging.release()
        for place in range(len(body)):
            if cleared.wait(_DRIP_SECONDS):
                yield body[place:]
                return
            yield body[place : place + 1]


def before(request: Request, fault: AnyFault | None) -> tuple[Request, Response | None]:
    """Return the request to answer, and the answer if the fault replaces it."""
    if isinstance(fault, StsError | OidcError):
        return request, fault.response
    if isinstance(fault, int | ThrottledFault):
        return request, _error(request, fault)
    if fault in _BODIES:
        return request, _BODIES[fault]
    if fault is Fault.EMPTY_PAGE:
        empty: dict[str, object] = {"accountList": [], "roleList": [], "roles": []}
        token = token_of_same_page(request)
        return request, json_response({**empty, "nextToken": token})
    if fault is Fault.REPEATED_TOKEN:
        return replace(request, target=request.path + _without_token(request)), None
    return request, None


def _error(request: Request, fault: int | ThrottledFault) -> Response:
    status = fault if isinstance(fault, int) else 429
    name = _ERRORS.get(status, "InternalServerException")
    if request.path == "/":
        return sts.rejected(name, "A fault of the demo", status).response
    content = {"message": "A fault of the demo", "error": name, "error_description": name}
    headers = {"x-amzn-ErrorType": name}
    if isinstance(fault, ThrottledFault):
        headers["Retry-After"] = fault.retry_after
    return json_response(content, status, headers)


def after(response: Response, fault: AnyFault | None) -> Response:
    """Return the answer, changed by the fault."""
    if fault is Fault.TRUNCATED:
        return replace(response, body=response.body[: len(response.body) // 2])
    if fault is Fault.WRONG_LENGTH:
        whole = {"Content-Length": str(len(response.body)), "Connection": "close"}
        half = response.body[: len(response.body) // 2]
        return replace(response, body=half, headers=response.headers | whole)
    if fault is Fault.RESET_IN_BODY:
        return replace(response, parts=_half(response.body))
    if fault is Fault.REPEATED_TOKEN and response.status == 200:
        return json_response({**json.loads(response.body), "nextToken": "again"})
    if fault is Fault.TWICE and response.status == 200:
        page = json.loads(response.body)
        lists = {name: items * 2 for name, items in page.items() if isinstance(items, list)}
        return json_response({**page, **lists})
    return response


def _half(body: bytes) -> Iterator[bytes]:
    yield body[: len(body) // 2]
    raise ConnectionResetError


def _without_token(request: Request) -> str:
    parameters = request.target.partition("?")[2].split("&")
    tokens = "next_token=", "nextToken="
    return "?" + "&".join(part for part in parameters if not part.startswith(tokens))
