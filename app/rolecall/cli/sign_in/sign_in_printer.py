"""A sign-in on the command line: prints how far it is, and reads what is typed."""

from __future__ import annotations

import os
import re
import select
import sys
import time
from contextlib import ExitStack, suppress
from functools import partial
from typing import Final, Generic, TypeVar

from rolecall.cli.support.display import show_qr
from rolecall.cli.support.errors import echo_error
from rolecall.cli.support.hidden_input import hidden_input
from rolecall.cli.support.output import echo, in_words, write
from rolecall.domain.errors import RolecallError
from rolecall.domain.link import Link
from rolecall.domain.process.debug_log import note_error
from rolecall.domain.question import current
from rolecall.domain.sign_in.progress import WAYS, Progress, State, Step
from rolecall.presentation.labels import SEPARATOR
from rolecall.presentation.sign_in_progress import ENTER, Said, commands_of, said, ways_of
from rolecall.presentation.texts import session_strings, sign_in_strings
from rolecall.services.sign_in.region_search import Asked
from rolecall.services.sign_in.run import SignIn
from rolecall.terminal import capabilities

_LINES_TOGETHER: Final = 0.1  # seconds between the lines of one paste, at most
_END_OF_INPUT: Final = b"\x04"
# What a terminal does if it gives input by the line: Ctrl+U and Backspace.
_DELETED: Final = re.compile(rb"^.*\x15|[^\x7f\b][\x7f\b]|^[\x7f\b]", re.DOTALL)
_BRACKETS: Final = re.compile(rb"\x1b\[20[01]~")  # of a paste
_echo = partial(echo, err=True)

Got = TypeVar("Got")


class _NextRegion(Exception):
    """The user wants to try the next region."""


class SignInPrinter(Generic[Got]):
    """Runs a sign-in. What it writes asks before it gives a profile another identity.

    Enter tries the next region, if it may be another one. `typed` is what a command names the
    session with, if it has no name yet.
    """

    def __init__(self, sign_in: SignIn[Got], typed: str = "") -> None:
        self._sign_in = sign_in
        self._typed_name = typed
        self._wants_next = False  # region
        self._link = Link()  # that is printed
        self._because = ""
        self._question = ""  # that waits for an answer
        self._typed = b""
        self._is_at_end = False  # of the input
        self._is_hidden = False
        self._hidden = ExitStack()

    def run(self) -> Got:
        """Return the result. Exits after an error. Raises KeyboardInterrupt, EOFError."""
        with self._hidden:
            while True:
                try:
                    return self._sign_in.run(self._print, self._wait)
                except _NextRegion:
                    self._sign_in = self._in_next_region()
                except RolecallError as error:  # it is printed
                    note_error(error)
                    sys.exit(1)

    def _in_next_region(self) -> SignIn[Got]:
        """Return the sign-in in the next region; in the same if there is no other."""
        elsewhere = self._sign_in.elsewhere
        if self._sign_in.progress.next_region or elsewhere is None:
            return self._sign_in.in_regions()
        try:
            found = elsewhere.search(tell)
        except RolecallError as error:
            echo_error(error)
            return self._sign_in.restarted()
        return self._sign_in.in_regions([each.region for each in found])

    def _takes_enter(self, progress: Progress) -> bool:
        can = progress.state is State.WAITING and progress.can(Step.FIND_REGION)
        return can and _is_in_foreground()

    def _print(self, progress: Progress) -> None:
        instead = commands_of(progress, self._typed_name)
        if self._takes_enter(progress):
            instead[Step.FIND_REGION] = ENTER
        told = said(progress, instead)
        if self._question and progress.state is not State.SENDING:
            _echo()
            self._question = ""
        self._hide(progress)
        is_new = told.because and told.because != self._because
        if is_new and progress.state in {State.STARTING, State.WAITING}:
            self._because = told.because
            _echo(told.because)
        if progress.state is State.CHOOSING and sys.stdin.isatty():
            _echo(told.state)
            for number, way in zip(WAYS, ways_of(progress), strict=True):
                _echo(f"  {number}  {way}")
        elif progress.state is State.WAITING and progress.link != self._link:
            self._print_link(progress, told)
        elif progress.error is not None or progress.state is State.DONE:
            _echo(told.state)

    def _print_link(self, progress: Progress, told: Said) -> None:
        self._link = progress.link
        warning = sign_in_strings.UNSAFE_LINK.get(progress.link.problem, "")
        for text in filter(None, (told.what_to_do, warning)):
            _echo(text)
        _echo("")
        write(f"{_linked(progress.link)}\n\n", err=True)
        if progress.user_code:
            _echo(f"  {progress.user_code}\n")
        show_qr(progress.link)
        if progress.opens:
            _echo(sign_in_strings.open_link(os.environ, progress.link))
        if told.state:
            _echo(f"{told.state}{SEPARATOR}{sign_in_strings.CANCELS}")
        if told.wrong_region:
            _echo(told.wrong_region)

    def _wait(self, seconds: float | None) -> str:
        """Return what was typed or pasted within so many seconds, or "". Raises EOFError, or
        _NextRegion after Enter.
        """
        progress = self._sign_in.progress
        if progress.state is State.ASKING:
            return "y"  # the question comes with the difference
        if progress.state is State.CHOOSING:
            return self._answer(" / ".join(WAYS), seconds) if sys.stdin.isatty() else WAYS[0]
        if self._wants_next:
            self._wants_next = False
            raise _NextRegion
        takes_enter = self._takes_enter(progress)
        if self._is_at_end or not (progress.takes_code or takes_enter):
            time.sleep(seconds or 0)
            return ""
        paste = said(progress).paste
        try:
            text = self._answer(f"{paste[:1].upper()}{paste[1:]}", seconds)
        except EOFError:
            if progress.left is None or sys.stdin.isatty():  # nothing else ends it, or Ctrl+D
                raise
            self._is_at_end = True
            return ""
        if text and takes_enter and not (progress.takes_code and text.strip()):
            self._wants_next = True
            return ""  # first it is asked whether the user has signed in
        return text

    def _answer(self, question: str, seconds: float | None) -> str:
        """Return the answer to the question once there is a whole line of it. Raises EOFError."""
        if question and not self._question:
            self._question = f"{in_words(question)}: "
            write(self._question, err=True)
        if not select.select([sys.stdin.fileno()], [], [], seconds)[0]:
            return ""
        is_first, self._typed = not self._typed, _read(self._typed)
        if not self._typed.endswith((b"\n", _END_OF_INPUT)):
            if self._is_hidden and is_first:
                write(in_words("…"), err=True)  # something has arrived
            return ""
        if self._is_hidden or not sys.stdin.isatty():
            _echo()  # the terminal has not shown the end of the line
        text, self._typed, self._question = self._typed.rstrip(_END_OF_INPUT), b"", ""
        if not text:
            raise EOFError
        return text.decode("utf-8", "replace")

    def _hide(self, progress: Progress) -> None:
        """Hide what is typed only during the wait for a secret."""
        is_secret = progress.takes_code and progress.state in {State.WAITING, State.SENDING}
        if self._is_hidden and not is_secret:
            self._hidden.close()
            self._is_hidden = False
        elif is_secret and not self._is_hidden and _is_in_foreground():
            self._hidden.enter_context(hidden_input(self._ask_again, by_line=False))
            self._is_hidden = True

    def _ask_again(self) -> None:
        """Print the question below what the shell has printed."""
        with suppress(OSError):
            os.write(sys.stderr.fileno(), self._question.encode(sys.stderr.encoding, "replace"))


def tell(asked: Asked) -> None:
    """Say once that the regions are asked."""
    if asked.done == 1:
        _echo(session_strings.REGION_SEARCHED(asked.total))


def _is_in_foreground() -> bool:
    """Return whether this process may set the terminal: in the background it would be stopped."""
    try:
        return os.tcgetpgrp(sys.stdin.fileno()) == os.getpgrp()
    except OSError:  # no terminal
        return False


def _read(typed: bytes) -> bytes:
    """Return what was typed, with what has arrived now. Lines that arrive together belong together;
    at the end of the input there is a Ctrl+D.
    """
    descriptor = sys.stdin.fileno()
    while True:
        part = os.read(descriptor, 65536) or _END_OF_INPUT
        current().begin_again()  # until now, rolecall waited for the user
        typed = _BRACKETS.sub(b"", typed + part)
        while (edited := _DELETED.sub(b"", typed)) != typed:
            typed = edited
        has_ended = typed.endswith(_END_OF_INPUT)
        is_line = typed.endswith(b"\n") and not has_ended
        if not (is_line and select.select([descriptor], [], [], _LINES_TOGETHER)[0]):
            return typed


def _linked(link: Link) -> str:
    """Return the address, as a link (OSC 8) if the terminal has them: it is longer than a line."""
    if not (link.url and sys.stderr.isatty() and capabilities.supports_links(os.environ)):
        return link.shown
    return f"\x1b]8;;{link.url}\x1b\\{link.shown}\x1b]8;;\x1b\\"
