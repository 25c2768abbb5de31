"""A listener on loopback that receives an authorization code from the browser.

It works like that of the AWS CLI (`awscli.customizations.sso.utils.AuthCodeFetcher`), but listens
on loopback only, and ignores requests without the state that was sent (RFC 6749 §10.12).
"""

from __future__ import annotations

import hmac
import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Final
from urllib.parse import parse_qs, urlsplit

from rolecall.domain.errors import NoListener
from rolecall.domain.model import Secret

_HOST: Final = "127.0.0.1"
_PATH: Final = "/oauth/callback"
REDIRECT_URI: Final = f"http://{_HOST}{_PATH}"
_CONNECTION_SECONDS: Final = 5.0


@dataclass(frozen=True, slots=True)
class AuthorizationResponse:
    """What the browser brought. `code` is None if the sign-in was denied."""

    code: Secret | None


class Callback:
    """Listens for one authorization response. Raises NoListener if no port is free.

    `state` must be in the response. `pages` are two HTML pages: the one shown after the response,
    and the one for any other request.
    """

    def __init__(self, state: str, pages: tuple[str, str]) -> None:
        self._state = state
        self._response: AuthorizationResponse | None = None
        self._listening = threading.Lock()
        accepted, refused = pages
        listener = self

        class Handler(BaseHTTPRequestHandler):
            timeout = _CONNECTION_SECONDS

            def do_GET(self) -> None:
                is_response = listener._take(self.path)
                page = (accepted if is_response else refused).encode()
                self.send_response(200 if is_response else 400)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Length", str(len(page)))
                self.send_header("Content-Security-Policy", "default-src 'none'")
                self.end_headers()
                self.wfile.write(page)

            def log_message(self, format: str, *args: object) -> None:
                """Log nothing: the path contains the code."""

        try:
            self._server = HTTPServer((_HOST, 0), Handler)
        except OSError as error:
            raise NoListener(error.strerror or str(error)) from error

    @property
    def redirect_uri(self) -> str:
        return f"http://{_HOST}:{self._server.server_port}{_PATH}"

    def wait(self, seconds: float) -> AuthorizationResponse | None:
        """Return the response, or None if there is none within these seconds."""
        with self._listening:
            if self._server.fileno() >= 0:
                self._server.timeout = seconds
                self._server.handle_request()
        return self._response

    def close(self) -> None:
        """Stop listening, after a `wait` in progress."""
        with self._listening:
            self._server.server_close()

    def _take(self, target: str) -> bool:
        """Keep the response if the request is one; return whether it is."""
        parts = urlsplit(target)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        state = query.get("state", "")
        if parts.path != _PATH or not hmac.compare_digest(state.encode(), self._state.encode()):
            return False
        if "error" in query:
            self._response = AuthorizationResponse(None)
        elif code := query.get("code"):
            self._response = AuthorizationResponse(Secret(code))
        return self._response is not None
