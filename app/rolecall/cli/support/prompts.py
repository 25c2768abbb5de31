"""Credentials for commands that may ask for an MFA code on the terminal."""

from __future__ import annotations

import os
import re
import signal
import sys
import termios
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Any, Final

import click

from rolecall.cli.support import signals
from rolecall.cli.support.errors import echo_error
from rolecall.cli.support.output import echo, write
from rolecall.domain.question import current
from rolecall.domain.records import replace
from rolecall.domain.text import safe
from rolecall.presentation.texts import credential_strings
from rolecall.services.credentials.credentials import CredentialsService
from rolecall.services.services import Services

_Modes = list[Any]  # a list of termios attributes
_LOCAL_MODES: Final = 3  # the place of the local modes in it


def credentials_service() -> CredentialsService:
    """Return a service that prompts for MFA codes if there is a terminal. Raises HomeUnknown."""
    service = Services(os.environ, on_problem=echo_error).credentials
    if sys.stdin.isatty() and sys.stderr.isatty():
        return replace(service, prompt=_TerminalPrompt())
    return service


class _TerminalPrompt:
    """Prompts on standard error, because a shell or a file reads standard output."""

    def __init__(self) -> None:
        self._question = ""  # the one that waits for an answer

    @contextmanager
    def hidden_input(self) -> Iterator[None]:
        """Show no typed characters. Unlike getpass, this keeps what was typed before."""
        before = termios.tcgetattr(sys.stdin)
        if not before[_LOCAL_MODES] & termios.ECHO:  # hidden for another role of the chain
            yield
            return
        hidden = before.copy()
        hidden[_LOCAL_MODES] &= ~termios.ECHO
        _set_modes(hidden)
        try:
            with _while_stopped(before, hidden, self._ask_again):
                yield
        finally:
            _set_modes(before)

    def ask(self, device: str) -> str:
        """Raises click.Abort at the end of the input."""
        question = f"{credential_strings.MFA_CODE.format(device=safe(device))}: "
        while True:
            self._question = question
            write(question, err=True)
            typed = sys.stdin.readline()
            self._question = ""
            current().begin_again()
            echo(err=True)
            if not typed:
                raise click.Abort
            if re.fullmatch("[0-9]{6}", code := typed.strip()):
                return code
            if code:
                echo(credential_strings.MFA_CODE_INVALID, err=True)

    def _ask_again(self) -> None:
        """Print the question below what the shell has printed. Ctrl+Z has deleted the answer."""
        question = self._question.encode(sys.stderr.encoding, "replace")
        with suppress(OSError):
            os.write(sys.stderr.fileno(), question)  # the stream may be interrupted in a write


@contextmanager
def _while_stopped(modes: _Modes, own: _Modes, on_continued: Callable[[], None]) -> Iterator[None]:
    """Give the terminal these modes while this process is stopped, and its own ones afterwards.

    Shells do neither reliably: dash keeps the modes that it finds, and bash sets its own, which a
    continued program then has. SIGTSTP stays ignored if the caller ignores it.
    """

    def stop(number: int, _: FrameType | None) -> None:
        _set_modes(modes)
        signal.signal(number, signal.SIG_DFL)
        signal.raise_signal(number)  # returns once the process is continued
        signal.signal(number, stop)
        with suppress(termios.error):  # without a shell nothing stops, and no SIGCONT comes
            _set_modes(own)

    def go_on(*_: object) -> None:
        with suppress(termios.error):  # in the background; SIGCONT comes again
            _set_modes(own)
            on_continued()

    handlers: dict[int, signals.Handler] = {signal.SIGCONT: go_on}
    if signal.getsignal(signal.SIGTSTP) is signal.SIG_DFL:
        handlers[signal.SIGTSTP] = stop
    with signals.handled(handlers):
        yield


def _set_modes(modes: _Modes) -> None:
    termios.tcsetattr(sys.stdin, termios.TCSADRAIN, modes)
