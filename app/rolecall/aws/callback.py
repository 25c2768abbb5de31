"""A listener on loopback that receives an authorization code from the browser.

It works like that of the AWS CLI (`awscli.customizations.sso.utils.AuthCodeFetcher`), but listens
on loopback only, and ignores requests without the state that was sent (RFC 6749 §10.12).
"""

from __future__ import annotations

import hmac
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from rolecall.aws.translate import shortened
from rolecall.domain.errors import AuthorizationRejected, NoListener, SignInDenied
from rolecall.domain.model import Secret
from rolecall.domain.records import dataclass

_HOST: Final = "127.0.0.1"
_PATH: Final = "/oauth/callback"
REDIRECT_URI: Final = f"http://{_HOST}{_PATH}"
_CONNECTION_SECONDS: Final = 5.0  # for a request and its answer


@dataclass(frozen=True, slots=True)
class AuthorizationResponse:
    """What the browser brought: a code, or an error with its description."""

    code: Secret | None
    error: str = ""
    detail: str = ""

    def granted(self) -> Secret:
        """Return the code. Raises SignInDenied, AuthorizationRejected (RFC 6749 §4.1.2.1)."""
        if self.code is not None:
            return self.code
        if self.error == "access_denied":
            raise SignInDenied
        raise AuthorizationRejected(self.error, self.detail)


class Callback:
    """Listens for one authorization response until it is closed. Raises NoListener if no port is
    free.

    `state` must be in the response. `pages` are two HTML pages: the one shown after the response,
    and the one for any other request.
    """

    def __init__(self, state: str, pages: tuple[str, str]) -> None:
        self._state = state
        self._response: AuthorizationResponse | None = None
        self._answered = threading.Event()
        try:
            self._server = _Server((_HOST, 0), _handler(self._take, pages))
        except OSError as error:
            raise NoListener(error.strerror or str(error)) from error
        threading.Thread(target=self._server.serve_forever, name="callback", daemon=True).start()

    @property
    def redirect_uri(self) -> str:
        return f"http://{_HOST}:{self._server.server_port}{_PATH}"

    def wait(self, seconds: float) -> AuthorizationResponse | None:
        """Return the response, or None if there is none within these seconds."""
        self._answered.wait(seconds)
        return self._response

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()

    def _take(self, target: str) -> bool:
        """Keep the response if the request is one; return whether it is."""
        parts = urlsplit(target)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        state = query.get("state", "")
        if parts.path != _PATH or not hmac.compare_digest(state.encode(), self._state.encode()):
            return False
        if "error" in query:
            detail = query.get("error_description", "")
            self._response = AuthorizationResponse(
                None, shortened(query["error"]), shortened(detail)
            )
        elif code := query.get("code"):
            self._response = AuthorizationResponse(Secret(code))
        if self._response is None:
            return False
        self._answered.set()
        return True


class _Server(ThreadingHTTPServer):
    """Serves each connection on a separate thread, so that an idle client delays no other."""

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Ignore clients that hang up or send nonsense: the terminal belongs to the program."""


def _handler(take: Callable[[str], bool], pages: tuple[str, str]) -> type[BaseHTTPRequestHandler]:
    """Return the class that answers requests. `take` keeps a response if the target has one."""
    accepted, refused = pages

    class Handler(BaseHTTPRequestHandler):
        def setup(self) -> None:
            super().setup()
            # For the whole request: a timeout of the socket begins again with each byte.
            self._deadline = threading.Timer(_CONNECTION_SECONDS, self._abort)
            self._deadline.daemon = True
            self._deadline.start()

        def finish(self) -> None:
            self._deadline.cancel()
            super().finish()

        def do_GET(self) -> None:
            is_response = take(self.path)
            page = (accepted if is_response else refused).encode()
            self.send_response(200 if is_response else 400)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(page)))
            self.send_header("Content-Security-Policy", "default-src 'none'")
            self.end_headers()
            self.wfile.write(page)

        def log_message(self, format: str, *args: object) -> None:
            """Log nothing: the path contains the code."""

        def _abort(self) -> None:
            with suppress(OSError):
                self.connection.shutdown(socket.SHUT_RDWR)

    return Handler
