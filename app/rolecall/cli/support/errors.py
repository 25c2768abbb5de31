"""Errors of commands: one sentence on standard error, and an exit status."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from rolecall.cli.support.output import echo
from rolecall.domain.debug_log import note_error
from rolecall.domain.errors import RolecallError, SignInNeeded
from rolecall.domain.role_errors import NoTenant, TenantUnknown, TokenLacksScopes
from rolecall.domain.text import safe
from rolecall.presentation import credential_strings, session_strings
from rolecall.presentation.errors import explain
from rolecall.presentation.filling import fill


@contextmanager
def exit_on_error(status: int = 1) -> Iterator[None]:
    """Print a RolecallError of the block and exit with the status."""
    try:
        yield
    except RolecallError as error:
        echo_error(error)
        sys.exit(status)


def echo_error(error: RolecallError) -> None:
    """Print the error to standard error."""
    echo(error_text(error), err=True)


def error_text(error: RolecallError) -> str:
    """Return an explanation of the error that names commands instead of the keys of the full
    screen, and note in the log of `--debug` that it is shown.
    """
    note_error(error)
    if isinstance(error, SignInNeeded):
        return fill(credential_strings.SIGN_IN_NEEDED[error.problem], {"session": error.session})
    if isinstance(error, TokenLacksScopes):
        return fill(credential_strings.SCOPES_MISSING, {"session": safe(error.session)})
    if isinstance(error, NoTenant):
        return fill(credential_strings.NO_TENANT, {"session": safe(error.session)})
    if isinstance(error, TenantUnknown):
        return fill(
            credential_strings.TENANT_UNKNOWN,
            {"tenant": error.tenant, "region": error.region, "session": safe(error.session)},
        )
    return session_strings.BY_COMMAND.get(type(error).__name__) or explain(error)
