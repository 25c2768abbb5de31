"""Exit statuses that several commands share."""

from typing import Final

NOTHING_CHOSEN: Final = 130  # the exit status of fzf, and of a shell after Ctrl+C
