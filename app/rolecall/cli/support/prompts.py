"""Credentials for commands that may ask for an MFA code on the terminal."""

from __future__ import annotations

import os
import re
import sys
from dataclasses import replace

import click

from rolecall.cli.support.errors import echo_error
from rolecall.domain.text import safe
from rolecall.presentation import credential_strings
from rolecall.services.credentials import CredentialsService
from rolecall.services.services import Services


def credentials_service() -> CredentialsService:
    """A service that prompts for MFA codes if there is a terminal. Raises HomeUnknown."""
    service = Services(os.environ, on_unsaved=echo_error).credentials
    if sys.stdin.isatty() and sys.stderr.isatty():
        return replace(service, ask_code=_ask_code)
    return service


def _ask_code(device: str) -> str:
    """Prompt on standard error, because a shell or a file reads standard output."""
    question = credential_strings.MFA_CODE.format(device=safe(device))
    code: str = click.prompt(question, hide_input=True, err=True, value_proc=_six_digits)
    return code


def _six_digits(typed: str) -> str:
    if not re.fullmatch("[0-9]{6}", code := typed.strip()):
        raise click.UsageError(credential_strings.MFA_CODE_INVALID)
    return code
