"""Serve the credentials of a profile over HTTP on loopback, as ECS does for containers.

https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html
Every AWS client asks again before they expire, so a job of many hours keeps running.
"""

from __future__ import annotations

import hmac
import json
import secrets
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future, wait
from datetime import datetime, timedelta
from typing import Final

from rolecall.aws.loopback import Answer, LoopbackServer, Request
from rolecall.domain.credentials.credential_formats import OVERRIDES_KEYS, members
from rolecall.domain.errors import RolecallError
from rolecall.domain.model import Credentials, Secret
from rolecall.domain.question import future_of
from rolecall.domain.records import NamedTuple
from rolecall.domain.switching.variables import LOOPBACK, SERVED, SERVED_PATH
from rolecall.domain.timestamps import write_time
from rolecall.services.base.clock import utc_now
from rolecall.services.credentials.role_credentials import REFETCH_BEFORE

# Seconds. Then keys that are still valid are handed out: the SDK for JavaScript waits one second.
_PATIENCE: Final = 0.5
_WAIT_AT_END: Final = 5.0  # seconds for a call that may renew a token
_ASK_AGAIN: Final = timedelta(hours=1)  # the expiry of keys that have none
# Variables that clients read before the two above, or together with them.
_OVERRIDING: Final = (
    *("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"),
    *("AWS_CREDENTIAL_EXPIRATION", *OVERRIDES_KEYS),
    *("AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_ROLE_ARN", "AWS_CREDENTIAL_FILE"),
    *("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"),
)


Get = Callable[[], Credentials]
Json = Mapping[str, object]


class ContainerCredentials:
    """Serves while its `with` block runs.

    `get` is called for each request, but only once for simultaneous ones; `on_error` is called
    with the error if it fails. While a renewal is late, the keys that it returned before are served
    if they are still valid, and before its first answer those that are `known`.

    `around` is called for each request with what gets its credentials. `answer` is for other
    requests with the token: it gets what follows the slash and returns JSON, or None.
    """

    def __init__(
        self,
        get: Get,
        on_error: Callable[[RolecallError], None],
        port: int = 0,
        clock: Callable[[], datetime] = utc_now,
        known: Credentials | None = None,
        *,
        around: Callable[[Get], Credentials] = lambda get: get(),
        answer: Callable[[str], Json | None] = lambda _: None,
        explain: Callable[[RolecallError], str] = lambda _: "see the output of rolecall",
    ) -> None:
        """Listen on `port`; 0 means any free one. Raises OSError if it is in use."""
        self._http = LoopbackServer(self._handle, port)
        self._host = f"{LOOPBACK}:{self._http.port}"
        self._on_error = on_error
        self._clock = clock
        self._answer = answer
        self._explain = explain
        self._routes: dict[str, _Route] = {}
        self._own = self._add(SERVED_PATH, get, around, known)

    def __enter__(self) -> ContainerCredentials:
        self._http.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()
        for each in [*self._routes.values()]:
            each.get.end()

    def add(self, path: str, get: Get, around: Callable[[Get], Credentials]) -> tuple[str, str]:
        """Serve other credentials, too. Return their address, and the token for it alone."""
        route = self._add(path, get, around, None)
        return f"http://{self._host}{path}", route.token.reveal()

    def _add(
        self,
        path: str,
        get: Get,
        around: Callable[[Get], Credentials],
        known: Credentials | None,
    ) -> _Route:
        shared = _SharedCall(get, self._on_error, self._clock, known)
        route = _Route(Secret(secrets.token_urlsafe()), shared, around)
        self._routes[path] = route
        return route

    def variables(self, region: str | None) -> dict[str, str | None]:
        """Return the environment variables for a client; None means: unset it."""
        values = f"http://{self._host}{SERVED_PATH}", self._own.token.reveal()
        found: dict[str, str | None] = dict(zip(SERVED, values, strict=True))
        if region:
            found |= {"AWS_REGION": region, "AWS_DEFAULT_REGION": region}
        return found | dict.fromkeys(_OVERRIDING)

    def _handle(self, request: Request) -> Answer | Callable[[], Answer]:
        """The Host header is checked so that no web page can use another name."""
        if request.values("host") != [self._host]:
            return _json(403, {"code": "WrongHost", "message": "wrong Host header"})
        if not self._is_authorized(request):
            return _json(401, {"code": "WrongToken", "message": "wrong authorization token"})
        if route := self._routes.get(request.target):
            return lambda: self._credentials(route)
        return lambda: self._other(request.target)

    def _is_authorized(self, request: Request) -> bool:
        token = self._routes.get(request.target, self._own).token.reveal()
        sent = next(iter(request.values("authorization")), "")
        return hmac.compare_digest(sent.encode(), token.encode())

    def _other(self, target: str) -> Answer:
        try:
            found = self._answer(target[1:])
        except RolecallError as error:
            return _json(400, {"code": type(error).__name__, "message": self._explain(error)})
        if found is None:
            return _json(404, {"code": "NotFound", "message": "not found"})
        return _json(200, found)

    def _credentials(self, route: _Route) -> Answer:
        try:
            credentials = route.around(route.get)
        except RolecallError as error:
            return _json(500, {"code": type(error).__name__, "message": self._explain(error)})
        # boto3 and JavaScript demand both in each answer.
        end = write_time(self._clock() + _ASK_AGAIN)
        return _json(200, {"Token": "", "Expiration": end} | members(credentials, "Token"))


class _Route(NamedTuple):
    token: Secret
    get: _SharedCall
    around: Callable[[Get], Credentials]


class _SharedCall:
    """Calls `get` for the first of several threads; the others wait for its result."""

    def __init__(
        self,
        get: Get,
        on_error: Callable[[RolecallError], None],
        clock: Callable[[], datetime],
        known: Credentials | None,
    ) -> None:
        self._get = get
        self._on_error = on_error
        self._clock = clock
        self._known = known
        self._lock = threading.Lock()
        self._running: Future[Credentials] | None = None

    def __call__(self) -> Credentials:
        """Return the credentials, or raise the error, which is reported once."""
        with self._lock:
            running = self._running
            if running is None:
                running = self._running = future_of(self._run, "credentials")
        wait([running], _PATIENCE)
        if not running.done() and self._known is not None and self._is_due(self._known):
            return self._known
        return running.result()

    def _is_due(self, known: Credentials) -> bool:
        """Keys that are valid for longer are not renewed: if they change, it is another role."""
        end = known.expires_at
        return end is not None and timedelta(0) < end - self._clock() < REFETCH_BEFORE

    def end(self) -> None:
        """Wait for a call that is under way, but not for one that hangs."""
        if running := self._running:
            wait([running], _WAIT_AT_END)

    def _run(self) -> Credentials:
        try:
            self._known = self._get()
        except RolecallError as error:
            self._on_error(error)
            raise
        else:
            return self._known
        finally:
            with self._lock:
                self._running = None


def _json(status: int, content: Json) -> Answer:
    body = json.dumps(content).encode()
    return Answer(status, "application/json", body, (("Cache-Control", "no-store"),))
