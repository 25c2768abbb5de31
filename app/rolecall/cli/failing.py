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
    except SignInNeeded as needed:
        click.echo(credential_strings.SIGNED_OUT.format(session=needed.session), err=True)
    except RolecallError as error:
        click.echo(explain(error), err=True)
    else:
        return
    sys.exit(status)
