"""Exit statuses that several commands share."""

from typing import Final

CANCELLED: Final = 130  # as that of fzf, and of a shell after Ctrl+C (128 + SIGINT)
INCOMPLETE: Final = 3  # AWS has not listed everything; the command has used what is known
