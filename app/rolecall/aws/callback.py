"""A listener on loopback that receives an authorization code from the browser.

It works like that of the AWS CLI (`awscli.customizations.sso.utils.AuthCodeFetcher`), but listens
on loopback only, and ignores requests without the state that was sent (RFC 6749 §10.12).
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Final
from urllib.parse import urlsplit

from rolecall.aws.loopback import Answer, LoopbackServer, Request
from rolecall.domain.errors import NoListener
from rolecall.domain.sign_in.pasted import BrowserAnswer, answer_in
from rolecall.domain.switching.variables import LOOPBACK

_PATH: Final = "/oauth/callback"
REDIRECT_URI: Final = f"http://{LOOPBACK}{_PATH}"
_CSP: Final = ("Content-Security-Policy", "default-src 'none'")


class Callback:
    """Listens for one authorization response until it is closed. Raises NoListener if no port is
    free.

    `port` is the one to listen on; 0 is any. If it is taken, `problem` says so, and another one is
    used, because the address of the response can be pasted. `state` must be in the response, and
    the first response counts. `pages` are two HTML pages: the one shown after the response, and the
    one for any other request.
    """

    def __init__(self, state: str, pages: tuple[str, str], port: int = 0) -> None:
        self.state = state
        self._accepted, self._refused = map(_page, (200, 400), pages)
        self._response: BrowserAnswer | None = None
        self._answered = threading.Event()
        self.problem: NoListener | None = None
        try:
            self._server = self._listening(port)
        except NoListener as error:
            if not port:
                raise
            self.problem, self._server = error, self._listening(0)
        self._server.start()

    def _listening(self, port: int) -> LoopbackServer:
        try:
            return LoopbackServer(self._handle, port)
        except OSError as error:
            place = f"{LOOPBACK}:{port}: " if port else ""
            raise NoListener(f"{place}{error.strerror or error}") from error

    @property
    def redirect_uri(self) -> str:
        return f"http://{LOOPBACK}:{self._server.port}{_PATH}"

    def wait(self, seconds: float) -> BrowserAnswer | None:
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
        response = answer_in(parts.query, self.state) if parts.path == _PATH else None
        if response is None:
            return False
        self._response = self._response or response
        self._answered.set()
        return True


def _page(status: int, html: str) -> Answer:
    return Answer(status, "text/html; charset=utf-8", html.encode(), (_CSP,))
