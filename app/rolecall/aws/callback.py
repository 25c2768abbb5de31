"""The listener on this machine's loopback to which a browser brings an authorization code.

As the AWS CLI's (`awscli.customizations.sso.utils.AuthCodeFetcher`), but on loopback alone, and
deaf to whatever does not bring the state that was sent (RFC 6749 §10.12).
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
    """`code` is None where the sign-in was refused."""

    code: Secret | None


class Callback:
    """Raises NoListener where no port can be had. `state` is what the answer has to bring.

    `pages` are the HTML pages for the browser: after an answer, and where there is none for us.
    """

    def __init__(self, state: str, pages: tuple[str, str]) -> None:
        self._state = state
        self._answer: AuthorizationResponse | None = None
        self._listening = threading.Lock()
        accepted, refused = pages
        listener = self

        class Handler(BaseHTTPRequestHandler):
            timeout = _CONNECTION_SECONDS

            def do_GET(self) -> None:
                is_ours = listener._take(self.path)
                page = (accepted if is_ours else refused).encode()
                self.send_response(200 if is_ours else 400)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Length", str(len(page)))
                self.send_header("Content-Security-Policy", "default-src 'none'")
                self.end_headers()
                self.wfile.write(page)

            def log_message(self, format: str, *args: object) -> None:
                """The code is in the path: nothing is logged."""

        try:
            self._server = HTTPServer((_HOST, 0), Handler)
        except OSError as error:
            raise NoListener(error.strerror or str(error)) from error

    @property
    def redirect_uri(self) -> str:
        return f"http://{_HOST}:{self._server.server_port}{_PATH}"

    def wait(self, seconds: float) -> AuthorizationResponse | None:
        """The answer, if one comes within that time."""
        with self._listening:
            if self._server.fileno() >= 0:
                self._server.timeout = seconds
                self._server.handle_request()
        return self._answer

    def close(self) -> None:
        """Waits for the wait under way."""
        with self._listening:
            self._server.server_close()

    def _take(self, target: str) -> bool:
        """Whether the request is the answer that is waited for."""
        parts = urlsplit(target)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        state = query.get("state", "")
        if parts.path != _PATH or not hmac.compare_digest(state.encode(), self._state.encode()):
            return False
        if "error" in query:
            self._answer = AuthorizationResponse(None)
        elif code := query.get("code"):
            self._answer = AuthorizationResponse(Secret(code))
        return self._answer is not None
