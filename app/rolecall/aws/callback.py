"""A listener on loopback that receives an authorization code from the browser.

It works like that of the AWS CLI (`awscli.customizations.sso.utils.AuthCodeFetcher`), but listens
on loopback only, and ignores requests without the state that was sent (RFC 6749 §10.12).
"""

from __future__ import annotations

import hmac
import threading
from collections.abc import Callable
from typing import Final
from urllib.parse import parse_qs, urlsplit

from rolecall.aws.loopback import Answer, LoopbackServer, Request
from rolecall.aws.translate import shortened
from rolecall.domain.errors import AuthorizationRejected, NoListener, SignInDenied
from rolecall.domain.model import Secret
from rolecall.domain.records import dataclass
from rolecall.domain.switching.variables import LOOPBACK

_PATH: Final = "/oauth/callback"
REDIRECT_URI: Final = f"http://{LOOPBACK}{_PATH}"
_CSP: Final = ("Content-Security-Policy", "default-src 'none'")


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

    `state` must be in the response, and the first response counts. `pages` are two HTML pages: the
    one shown after the response, and the one for any other request.
    """

    def __init__(self, state: str, pages: tuple[str, str]) -> None:
        self._state = state
        self._accepted, self._refused = map(_page, (200, 400), pages)
        self._response: AuthorizationResponse | None = None
        self._answered = threading.Event()
        try:
            self._server = LoopbackServer(self._handle)
        except OSError as error:
            raise NoListener(error.strerror or str(error)) from error
        self._server.start()

    @property
    def redirect_uri(self) -> str:
        return f"http://{LOOPBACK}:{self._server.port}{_PATH}"

    def wait(self, seconds: float) -> AuthorizationResponse | None:
        """Return the response, or None if there is none within these seconds."""
        self._answered.wait(seconds)
        return self._response

    def close(self) -> None:
        """Stop listening."""
        self._server.close()

    def _handle(self, request: Request) -> Answer | Callable[[], Answer]:
        return (lambda: self._accepted) if self._take(request.target) else self._refused

    def _take(self, target: str) -> bool:
        """Keep the response if the request is the first one; return whether it is one."""
        try:
            parts = urlsplit(target)
        except ValueError:
            return False
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        state = query.get("state", "")
        if parts.path != _PATH or not hmac.compare_digest(state.encode(), self._state.encode()):
            return False
        if "error" in query:
            detail = query.get("error_description", "")
            response = AuthorizationResponse(None, shortened(query["error"]), shortened(detail))
        elif code := query.get("code"):
            response = AuthorizationResponse(Secret(code))
        else:
            return False
        self._response = self._response or response
        self._answered.set()
        return True


def _page(status: int, html: str) -> Answer:
    return Answer(status, "text/html; charset=utf-8", html.encode(), (_CSP,))
