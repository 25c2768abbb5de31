"""What programs ask for, in the plain mode: lines that say it, and a line that answers."""

from __future__ import annotations

import sys
import termios
import time
from collections.abc import Callable
from select import select
from typing import Final

from rolecall.domain.errors import RolecallError
from rolecall.domain.lending.lent import Lent, less_of, waiting
from rolecall.domain.text import safe
from rolecall.presentation.errors import explain
from rolecall.presentation.texts import lending_strings as words
from rolecall.services.services import Services

_READABLE: Final = 1.0  # seconds


class Requests:
    """`say` gets each line. Only what is typed after a request was readable answers it."""

    def __init__(self, services: Services, say: Callable[[str], None]) -> None:
        self._services = services
        self._say = say
        self._shown: Lent | None = None
        self._lent = Lent()  # what would be approved
        self._shown_at = 0.0
        self._later: set[str] = set()
        self._muted: set[str] = set()

    def look(self) -> None:
        """Say the next request, once the one before is decided about."""
        now = self._services.clock()
        loans = self._services.lends.watched()
        heard = [each.lent for each in waiting(loans, now)]
        heard = [each for each in heard if each.lend_id not in self._muted]
        if self._shown is not None and self._shown not in heard:
            self._shown = None
            self._say(words.DECIDED)
        following = (each for each in heard if each.id not in self._later)
        if self._shown is None and (lent := next(following, None)) is not None:
            self._shown = lent
            self._show(lent, len(heard) - 1)

    def answer_within(self, seconds: float) -> None:
        """Wait so long for answers."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            if not sys.stdin.isatty():
                time.sleep(left)
            elif select([sys.stdin], [], [], left)[0]:
                if not (line := sys.stdin.readline()):
                    time.sleep(max(0.0, end - time.monotonic()))
                else:
                    self.take(line.strip())

    def _show(self, lent: Lent, others: int) -> None:
        self._lent = lent
        self._say(words.REQUEST_TITLE.format(program=safe(lent.program)))
        for line in words.request_facts(lent, lent):
            self._say(line)
        self._say(f"{words.SAYS} “{safe(lent.reason)}”")
        if others:
            self._say(words.OTHERS_WAIT(others))
        word = words.name_to_type(lent) if lent.production else words.APPROVE
        self._say(words.HOW_TO_ANSWER.format(approve=word))
        self._shown_at = time.monotonic()
        if sys.stdin.isatty():
            termios.tcflush(sys.stdin, termios.TCIFLUSH)

    def take(self, line: str) -> None:
        """Take a line that was typed."""
        lends, request = self._services.lends, self._shown
        word, _, rest = line.partition(" ")
        if request is None:
            return
        if time.monotonic() < self._shown_at + _READABLE:
            self._say(words.READ_FIRST)
        elif line == (words.name_to_type(request) if request.production else words.APPROVE):
            self._end(lends.approve(request, self._lent.rights, self._lent.minutes))
        elif word == words.DENY and rest.strip():
            self._end(lends.deny(request, rest.strip()))
        elif line == words.MUTE:
            self._muted.add(request.lend_id)
            self._shown = None
        elif not line:
            self._later.add(request.id)
            self._shown = None
        else:
            self._narrow(request, line)

    def _narrow(self, request: Lent, line: str) -> None:
        try:
            self._lent = less_of(request, line)
        except RolecallError as error:
            self._say(explain(error))
            return
        for each in words.request_facts(request, self._lent):
            self._say(each)
        self._shown_at = time.monotonic()

    def _end(self, is_first: bool) -> None:
        self._shown = None
        self._say(words.DONE if is_first else words.DECIDED)
