"""A sign-in on the command line: prints how far it is, and reads what is typed."""

from __future__ import annotations

import os
import select
import sys
import time
from functools import partial
from typing import Final, Generic, TypeVar

from rolecall.cli.support.display import show_qr
from rolecall.cli.support.output import echo, write
from rolecall.domain.errors import RolecallError
from rolecall.domain.link import Link
from rolecall.domain.process.debug_log import note_error
from rolecall.domain.question import current
from rolecall.domain.sign_in.progress import Progress, State, Step
from rolecall.presentation.labels import SEPARATOR
from rolecall.presentation.sign_in_progress import said
from rolecall.presentation.texts import sign_in_strings
from rolecall.services.sign_in.run import SignIn
from rolecall.terminal import capabilities

_BY_COMMAND: Final = {Step.NEW_CODE, Step.FIND_REGION}
_LINES_TOGETHER: Final = 0.1  # seconds between the lines of one paste, at most
_echo = partial(echo, err=True)

Got = TypeVar("Got")


class SignInPrinter(Generic[Got]):
    """Runs a sign-in. What it writes asks before it gives a profile another identity."""

    def __init__(self, sign_in: SignIn[Got]) -> None:
        self._sign_in = sign_in
        self._link = Link()  # that is printed
        self._is_asked = False  # for the code

    def run(self) -> Got:
        """Return the result. Exits after an error. Raises KeyboardInterrupt, EOFError."""
        try:
            return self._sign_in.run(self._print, self._wait)
        except RolecallError as error:  # it is printed
            note_error(error)
            sys.exit(1)

    def _print(self, progress: Progress) -> None:
        told = said(progress, _BY_COMMAND)
        if progress.state is State.STARTING and told.because:
            _echo(told.because)
        elif progress.state is State.WAITING and progress.link != self._link:
            self._link = progress.link
            _echo(f"{told.what_to_do}\n")
            write(f"{_linked(progress.link)}\n\n", err=True)
            if progress.user_code:
                _echo(f"  {progress.user_code}\n")
            if progress.is_for_any_device:
                show_qr(progress.link)
            if progress.opens:
                _echo(sign_in_strings.open_link(os.environ, progress.link))
            if told.state:
                _echo(f"{told.state}{SEPARATOR}{sign_in_strings.CANCELS}")
        elif progress.error is not None or progress.state is State.DONE:
            _echo(told.state)

    def _wait(self, seconds: float | None) -> str:
        """Return what was typed or pasted within so many seconds, or "". Raises EOFError."""
        progress = self._sign_in.progress
        if progress.state is State.ASKING:
            return "y"  # the question comes with the difference
        if not progress.takes_code:
            time.sleep(seconds or 0)
            return ""
        if not self._is_asked:
            self._is_asked = True
            write(f"{sign_in_strings.PASTE}: ", err=True)
        if not select.select([sys.stdin.fileno()], [], [], seconds)[0]:
            return ""
        self._is_asked = False
        return _pasted()


def _linked(link: Link) -> str:
    """Return the address, as a link (OSC 8) if the terminal has them: it is longer than a line."""
    if not (link.url and sys.stderr.isatty() and capabilities.supports_links(os.environ)):
        return link.shown
    return f"\x1b]8;;{link.url}\x1b\\{link.shown}\x1b]8;;\x1b\\"


def _pasted() -> str:
    """Return what was typed or pasted, all lines of it. Raises EOFError."""
    descriptor, text = sys.stdin.fileno(), b""
    while not text or select.select([descriptor], [], [], _LINES_TOGETHER)[0]:
        if not (part := os.read(descriptor, 65536)):
            break
        text += part
    current().begin_again()  # until now, rolecall waited for the user
    if not text:
        raise EOFError
    return text.decode("utf-8", "replace")
