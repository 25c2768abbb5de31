"""Standard error for the commands that a shell waits for, without importing click."""

from __future__ import annotations

import sys


def print_line(text: str) -> None:
    """Print a line to standard error, whatever its encoding."""
    sys.stderr.buffer.write(f"{text}\n".encode("utf-8", "replace"))
    sys.stderr.flush()


def print_error(error: Exception) -> None:
    """Explain a RolecallError on standard error. Raises any other error again."""
    from rolecall.domain.errors import RolecallError
    from rolecall.presentation.errors import explain

    if not isinstance(error, RolecallError):
        raise error
    print_line(explain(error))


def config_file() -> str:
    """The path of ~/.aws/config as shown to a user. Imports late, because few messages need it."""
    from rolecall.presentation import paths

    return paths.config_file()
