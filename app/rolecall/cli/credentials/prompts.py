"""Credentials for commands that may ask for an MFA code on the terminal."""

from __future__ import annotations

import os
import re
import sys
from contextlib import AbstractContextManager, suppress

import click

from rolecall.cli.support.errors import echo_error
from rolecall.cli.support.hidden_input import hidden_input
from rolecall.cli.support.output import echo, write
from rolecall.domain.question import current
from rolecall.domain.records import replace
from rolecall.domain.text import safe
from rolecall.presentation.texts import credential_strings
from rolecall.services.credentials.credentials import CredentialsService
from rolecall.services.services import Services


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

    def hidden_input(self) -> AbstractContextManager[None]:
        return hidden_input(self._ask_again)

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
