"""How a command says what went wrong: one sentence on standard error."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click

from rolecall.domain.errors import RolecallError, SignInNeeded, VerifyFailed
from rolecall.domain.text import safe
from rolecall.presentation import credential_strings, session_strings
from rolecall.presentation.errors import explain


@contextmanager
def failing(status: int = 1) -> Iterator[None]:
    """Around the work of a command: what goes wrong ends it with this exit status."""
    try:
        yield
    except RolecallError as error:
        say(error)
        sys.exit(status)


def say(error: RolecallError, said: set[str] | None = None) -> None:
    """One sentence on standard error, unless it is among those `said`."""
    words = sentence(error)
    if said is None or words not in said:
        click.echo(words, err=True)
    if said is not None:
        said.add(words)


def sentence(error: RolecallError) -> str:
    """What the screen has a key for is a command here."""
    if isinstance(error, SignInNeeded):
        return credential_strings.SIGNED_OUT.format(session=error.session)
    if isinstance(error, VerifyFailed) and error.problem == "sign-in-needed":
        return credential_strings.PROFILE_SIGNED_OUT.format(profile=safe(error.profile))
    return session_strings.BY_COMMAND.get(type(error).__name__) or explain(error)
