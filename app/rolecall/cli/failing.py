"""How a command says what went wrong: one sentence on standard error."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click

from rolecall.domain.errors import RolecallError, SignInNeeded
from rolecall.ui import credential_strings
from rolecall.ui.explain import explain


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
    if isinstance(error, SignInNeeded):
        sentence = credential_strings.SIGNED_OUT.format(session=error.session)
    else:
        sentence = explain(error)
    if said is None or sentence not in said:
        click.echo(sentence, err=True)
    if said is not None:
        said.add(sentence)
