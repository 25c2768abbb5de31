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
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final

from rolecall.domain.credential_formats import OVERRIDES_KEYS, members
from rolecall.domain.errors import RolecallError
from rolecall.domain.model import Credentials, Secret
from rolecall.domain.switching import SERVED, SERVED_HOST, SERVED_PATH
from rolecall.domain.timestamps import write_time
from rolecall.services.clock import utc_now

_ASK_AGAIN: Final = timedelta(hours=1)  # the expiry of keys that have none
_REQUEST_TIMEOUT: Final = 10  # seconds for a whole request to arrive
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
        self._http = _Server((SERVED_HOST, port), _Handler)
        self._http.is_authorized = self._is_authorized
        self._http.respond = self._respond
        self._get = _SharedCall(get)
        self._on_error = on_error
        self._clock = clock

    def __enter__(self) -> ContainerCredentials:
        threading.Thread(target=self._http.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._http.shutdown()
        self._http.server_close()

    def variables(self, region: str | None) -> dict[str, str | None]:
        """Return the environment variables for a client; None means: unset it."""
        values = f"http://{self._http.host}{SERVED_PATH}", self._token.reveal()
        found: dict[str, str | None] = dict(zip(SERVED, values, strict=True))
        if region:
            found |= {"AWS_REGION": region, "AWS_DEFAULT_REGION": region}
        return found | dict.fromkeys(_OVERRIDING)

    def _is_authorized(self, authorization: str) -> bool:
        token = self._token.reveal().encode()
        return hmac.compare_digest(authorization.encode(errors="replace"), token)

    def _respond(self) -> tuple[int, dict[str, str]]:
        try:
            credentials = self._get(self._on_error)
        except RolecallError as error:
            return 500, {"code": type(error).__name__, "message": "see the output of rolecall"}
        # boto3 and JavaScript demand both in each answer.
        end = write_time(self._clock() + _ASK_AGAIN)
        return 200, {"Token": "", "Expiration": end} | members(credentials, "Token")


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


class _Server(ThreadingHTTPServer):
    request_queue_size = 1024  # many processes may start at the same time; the default is 5
    is_authorized: Callable[[str], bool]
    respond: Callable[[], tuple[int, dict[str, str]]]

    @property
    def host(self) -> str:
        return f"{SERVED_HOST}:{self.server_port}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Ignore clients that hang up."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    server_version, sys_version = "rolecall", ""
    timeout = _REQUEST_TIMEOUT

    def do_GET(self) -> None:
        """Answer a client. The Host header is checked so that no web page can use another name."""
        if self.headers.get_all("Host") != [self.server.host]:
            self._send(403, {"code": "WrongHost", "message": "wrong Host header"})
        elif not self.server.is_authorized(self.headers.get("Authorization", "")):
            self._send(401, {"code": "WrongToken", "message": "wrong authorization token"})
        elif self.path != SERVED_PATH:
            self._send(404, {"code": "NotFound", "message": "not found"})
        else:
            self._send(*self.server.respond())

    def log_message(self, format: str, *args: Any) -> None:
        """Log nothing: standard error belongs to the user."""

    def _send(self, status: int, content: dict[str, str]) -> None:
        body = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(body)
