"""Standard error for the commands that a shell waits for, without importing click."""

from __future__ import annotations

from rolecall.cli.support.output import echo


def print_error(error: Exception) -> None:
    """Explain a RolecallError on standard error. Raises any other error again."""
    from rolecall.domain.errors import RolecallError
    from rolecall.presentation.errors import explain

    if not isinstance(error, RolecallError):
        raise error
    echo(explain(error, by_command=True), err=True)


def config_file() -> str:
    """The path of ~/.aws/config as shown to a user. Imports late, because few messages need it."""
    from rolecall.presentation import paths

    return paths.config_file()
