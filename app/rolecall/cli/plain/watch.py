"""`rolecall watch` in the plain mode: a line for what expires, and another when it changes."""

from __future__ import annotations

import os
from collections.abc import Callable
from threading import Thread
from typing import Final, NoReturn

from rolecall.cli.plain.requests import Requests
from rolecall.cli.support.errors import echo_error
from rolecall.cli.support.output import echo
from rolecall.domain.model import AccessToken, SsoSession
from rolecall.domain.text import safe
from rolecall.presentation.errors import explain, renewal_failed
from rolecall.presentation.texts import token_strings
from rolecall.services.services import Services
from rolecall.services.tokens.expiries import Expiries
from rolecall.services.tokens.expiry import Expiry, sort_expiries
from rolecall.terminal import notification

_EVERY: Final = 2.0  # seconds


class Watch:
    """`say` gets each line."""

    def __init__(self, services: Services, say: Callable[[str], None], *, notify: bool) -> None:
        self._services = services
        self._say = say
        self._notifies = notify
        self._expiries: Expiries | None = None
        self._said: dict[tuple[str, str], object] = {}  # what was said about each
        self._renewing: set[SsoSession] = set()

    def look(self) -> None:
        """Say what has changed since the last call, and renew what is due, in threads."""
        keeper, before = self._services.token_keeper, self._expiries
        if report := keeper.check():
            self._expiries = report.expiries
            problems = before.problems if before else ()
            for problem in report.expiries.problems:
                if str(problem) not in map(str, problems):
                    echo_error(problem)
        rows = self._expiries.rows if self._expiries else ()
        now = self._services.clock()
        told = [
            each for each in sort_expiries(rows, now) if each.kind.value in token_strings.WARNINGS
        ]
        for each in told:
            self._tell(each)
        if before is None and not told:
            self._say(token_strings.NOTHING_EXPIRES)
        for session, token in keeper.due().items():
            if session not in self._renewing:
                self._renewing.add(session)
                Thread(target=self._renew, args=(session, token), daemon=True).start()

    def _tell(self, expiry: Expiry) -> None:
        """Say it if it is new or has changed. It is a warning if it expires soon for good."""
        now, key = self._services.clock(), (expiry.kind.value, expiry.id)
        state = expiry.expires_at, expiry.level(now), expiry.refused, expiry.renews
        if self._said.get(key) == state:
            return
        self._said[key] = state
        if not token_strings.is_warned_of(expiry, now):
            self._say(token_strings.in_words(expiry, now))
            return
        text = token_strings.warning([expiry], now, token_strings.way_in_by_command(expiry.session))
        self._say(text)
        claim = self._services.expiry_warnings.claim
        if self._notifies and claim(expiry.id, expiry.expires_at, expiry.level(now)):
            self._notify(text)

    def _notify(self, text: str) -> None:
        command = self._services.settings.settings.notify_command
        try:
            notification.notify(text, os.environ, command)  # a sequence would be no line
        except notification.CommandFailed as error:
            self._say(token_strings.not_notified(safe(command), str(error)))

    def _renew(self, session: SsoSession, token: AccessToken) -> None:
        now = self._services.clock()
        try:
            failure = self._services.token_keeper.renew(session, token)
        finally:
            self._renewing.discard(session)
        key, problem = ("renewal", session.cache_key), failure and explain(failure.error)
        if failure and failure.was_valid_at_start and self._said.get(key) != problem:
            end = token.expires_at if token.expires_at > now else None
            self._say(renewal_failed(failure, end, now, token_strings.way_in_by_command(session)))
        self._said[key] = problem


def watch(*, notify: bool) -> NoReturn:
    """Say what expires, until the user ends it. Raises KeyboardInterrupt then."""
    services = Services(os.environ, on_problem=echo_error, has_terminal=False)
    watching = Watch(services.build(), lambda line: echo(safe(line)), notify=notify)
    requests = Requests(services, lambda line: echo(safe(line)))
    while True:
        watching.look()
        requests.look()
        requests.answer_within(_EVERY)
