"""What the quick commands say, without click: for a shell waits for them."""

from __future__ import annotations

import sys


def say(text: str) -> None:
    """On standard error, whatever its encoding."""
    sys.stderr.buffer.write(f"{text}\n".encode("utf-8", "replace"))
    sys.stderr.flush()


def say_error(error: Exception) -> None:
    """The sentence for one of our errors; anything else is raised."""
    from rolecall.domain.errors import RolecallError
    from rolecall.presentation.errors import explain

    if not isinstance(error, RolecallError):
        raise error
    say(explain(error))


def config_file() -> str:
    """As it is named to the user. Imported late: most of what is said names no file."""
    from rolecall.presentation import paths

    return paths.config_file()
