"""Credentials for commands that may ask for an MFA code on the terminal."""

from __future__ import annotations

import os
import re
import sys
import termios
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import click

from rolecall.cli.support.errors import echo_error
from rolecall.cli.support.output import echo, write
from rolecall.domain.records import replace
from rolecall.domain.text import safe
from rolecall.presentation import credential_strings
from rolecall.services.credentials import CredentialsService
from rolecall.services.services import Services

_LOCAL_MODES: Final = 3  # the place of the local modes in a list of termios attributes


def credentials_service() -> CredentialsService:
    """Return a service that prompts for MFA codes if there is a terminal. Raises HomeUnknown."""
    service = Services(os.environ, on_problem=echo_error).credentials
    if sys.stdin.isatty() and sys.stderr.isatty():
        return replace(service, prompt=_TerminalPrompt())
    return service


class _TerminalPrompt:
    """Prompts on standard error, because a shell or a file reads standard output."""

    @contextmanager
    def hidden_input(self) -> Iterator[None]:
        """Show no typed characters. Unlike getpass, this keeps what was typed before."""
        before = termios.tcgetattr(sys.stdin)
        hidden = before.copy()
        hidden[_LOCAL_MODES] &= ~termios.ECHO
        termios.tcsetattr(sys.stdin, termios.TCSADRAIN, hidden)
        try:
            yield
        finally:
            termios.tcsetattr(sys.stdin, termios.TCSADRAIN, before)

    def ask(self, device: str) -> str:
        """Raises click.Abort at the end of the input."""
        question = credential_strings.MFA_CODE.format(device=safe(device))
        while True:
            write(f"{question}: ", err=True)
            typed = sys.stdin.readline()
            echo(err=True)
            if not typed:
                raise click.Abort
            if re.fullmatch("[0-9]{6}", code := typed.strip()):
                return code
            if code:
                echo(credential_strings.MFA_CODE_INVALID, err=True)
