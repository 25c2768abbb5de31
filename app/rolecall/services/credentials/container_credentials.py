"""Serve the credentials of a profile over HTTP on loopback, as ECS does for containers.

https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html
Every AWS client asks again before they expire, so a job of many hours keeps running.
"""

from __future__ import annotations

import hmac
import json
import secrets
import threading
from collections.abc import Callable
from concurrent.futures import Future
from datetime import datetime, timedelta
from typing import Final

from rolecall.aws.loopback import Answer, LoopbackServer, Request
from rolecall.domain.credentials.credential_formats import OVERRIDES_KEYS, members
from rolecall.domain.errors import RolecallError
from rolecall.domain.model import Credentials, Secret
from rolecall.domain.switching.variables import LOOPBACK, SERVED, SERVED_PATH
from rolecall.domain.timestamps import write_time
from rolecall.services.base.clock import utc_now

_ASK_AGAIN: Final = timedelta(hours=1)  # the expiry of keys that have none
# Variables that clients read before the two above, or together with them.
_OVERRIDING: Final = (
    *("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"),
    *("AWS_CREDENTIAL_EXPIRATION", *OVERRIDES_KEYS),
    *("AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_ROLE_ARN", "AWS_CREDENTIAL_FILE"),
    *("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"),
)


class ContainerCredentials:
    """Serves while its `with` block runs.

    `get` is called for every request, but once for requests at the same time; `on_error` is called
    with the error if it fails.
    """

    def __init__(
        self,
        get: Callable[[], Credentials],
        on_error: Callable[[RolecallError], None],
        port: int = 0,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        """Listen on `port`; 0 means any free one. Raises OSError if it is in use."""
        self._token = Secret(secrets.token_urlsafe())
        self._http = LoopbackServer(self._handle, port)
        self._host = f"{LOOPBACK}:{self._http.port}"
        self._get = _SharedCall(get)
        self._on_error = on_error
        self._clock = clock

    def __enter__(self) -> ContainerCredentials:
        self._http.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def variables(self, region: str | None) -> dict[str, str | None]:
        """Return the environment variables for a client; None means: unset it."""
        values = f"http://{self._host}{SERVED_PATH}", self._token.reveal()
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
        if request.target != SERVED_PATH:
            return _json(404, {"code": "NotFound", "message": "not found"})
        return self._credentials

    def _is_authorized(self, request: Request) -> bool:
        sent = next(iter(request.values("authorization")), "")
        return hmac.compare_digest(sent.encode(), self._token.reveal().encode())

    def _credentials(self) -> Answer:
        try:
            credentials = self._get(self._on_error)
        except RolecallError as error:
            code = type(error).__name__
            return _json(500, {"code": code, "message": "see the output of rolecall"})
        # boto3 and JavaScript demand both in each answer.
        end = write_time(self._clock() + _ASK_AGAIN)
        return _json(200, {"Token": "", "Expiration": end} | members(credentials, "Token"))


class _SharedCall:
    """Calls `get` for the first of several threads; the others wait for its result."""

    def __init__(self, get: Callable[[], Credentials]) -> None:
        self._get = get
        self._lock = threading.Lock()
        self._running: Future[Credentials] | None = None

    def __call__(self, on_error: Callable[[RolecallError], None]) -> Credentials:
        """Return the credentials, or raise the error; `on_error` is called for it once."""
        with self._lock:
            is_first = self._running is None
            running = self._running = self._running or Future()
        if is_first:
            self._run(running, on_error)
        return running.result()

    def _run(self, running: Future[Credentials], on_error: Callable[[RolecallError], None]) -> None:
        try:
            found = self._get()
        except BaseException as error:  # each thread raises it
            self._running = None
            running.set_exception(error)
            if isinstance(error, RolecallError):
                on_error(error)
        else:
            self._running = None
            running.set_result(found)


def _json(status: int, content: dict[str, str]) -> Answer:
    body = json.dumps(content).encode()
    return Answer(status, "application/json", body, (("Cache-Control", "no-store"),))
