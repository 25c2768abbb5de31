"""A profile's credentials over HTTP on loopback, as containers on ECS get theirs.

https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html
Every AWS client asks again before they end, so a job of many hours goes on by itself.
"""

from __future__ import annotations

import hmac
import json
import secrets
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final

from rolecall.domain.credential_formats import OVERRULING, members
from rolecall.domain.errors import RolecallError
from rolecall.domain.model import Credentials, Secret

HOST: Final = "127.0.0.1"
_PATH: Final = "/credentials"
_REQUEST_TIMEOUT: Final = 10  # seconds for a request to come in whole
# What the clients look at before the two variables, or along with them.
_GOES_BEFORE: Final = (
    *("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"),
    *("AWS_CREDENTIAL_EXPIRATION", *OVERRULING),
    *("AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_ROLE_ARN"),
    *("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"),
)


class ContainerCredentials:
    """`with` serves; `get` is asked for every answer, `on_error` told why there is none."""

    def __init__(
        self,
        get: Callable[[], Credentials],
        on_error: Callable[[RolecallError], None],
        port: int = 0,
    ) -> None:
        """`port` 0 takes a free one. Raises OSError where it is taken."""
        self._token = Secret(secrets.token_urlsafe(32))
        self._http = _Server((HOST, port), _Handler)
        self._http.admits = self._admits
        self._http.answer = self._answer
        self._get = get
        self._on_error = on_error

    def __enter__(self) -> ContainerCredentials:
        threading.Thread(target=self._http.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._http.shutdown()
        self._http.server_close()

    def variables(self, region: str | None) -> dict[str, str | None]:
        """What a client's environment has to say; None: nothing by that name."""
        found: dict[str, str | None] = {
            "AWS_CONTAINER_CREDENTIALS_FULL_URI": f"http://{self._http.host}{_PATH}",
            "AWS_CONTAINER_AUTHORIZATION_TOKEN": self._token.reveal(),
        }
        if region:
            found |= {"AWS_REGION": region, "AWS_DEFAULT_REGION": region}
        return found | dict.fromkeys(_GOES_BEFORE)

    def _admits(self, authorization: str) -> bool:
        token = self._token.reveal().encode()
        return hmac.compare_digest(authorization.encode(errors="replace"), token)

    def _answer(self) -> tuple[int, dict[str, str]]:
        try:
            credentials = self._get()
        except RolecallError as error:
            self._on_error(error)
            return 500, {"code": type(error).__name__, "message": "see what rolecall says"}
        return 200, members(credentials, "Token")


class _Server(ThreadingHTTPServer):
    admits: Callable[[str], bool]
    answer: Callable[[], tuple[int, dict[str, str]]]

    @property
    def host(self) -> str:
        return f"{HOST}:{self.server_port}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is nothing to write about."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    server_version, sys_version = "rolecall", ""
    timeout = _REQUEST_TIMEOUT

    def do_GET(self) -> None:
        """The host's name is checked so that no web page can ask by a name of its own."""
        if self.headers.get_all("Host") != [self.server.host]:
            self._say(403, {"code": "WrongHost", "message": "not by this name"})
        elif not self.server.admits(self.headers.get("Authorization", "")):
            self._say(401, {"code": "WrongToken", "message": "not with this token"})
        elif self.path != _PATH:
            self._say(404, {"code": "NotFound", "message": "nothing here"})
        else:
            self._say(*self.server.answer())

    def log_message(self, format: str, *args: Any) -> None:
        """Standard error is the user's."""

    def _say(self, status: int, content: dict[str, str]) -> None:
        body = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(body)
