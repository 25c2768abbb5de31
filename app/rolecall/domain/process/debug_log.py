"""What `rolecall --debug FILE` writes down. Without it, nothing is written."""

from __future__ import annotations

from collections.abc import Callable

_write: Callable[[str], None] | None = None


def write_to(write: Callable[[str], None] | None) -> None:
    """Set what writes a line down."""
    global _write  # noqa: PLW0603  # one for the process, as the file is
    _write = write


def note(text: str) -> None:
    """Write a line down. It must have no secret, and no text of an answer or of a file."""
    if _write is not None:
        _write(text)


def note_error(error: BaseException) -> None:
    """Write down the type of an error that the user is shown."""
    note(f"error {type(error).__name__}")
