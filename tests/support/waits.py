"""What a command says while it waits, which a slow machine adds to its standard error."""

from __future__ import annotations

import re


def without_waits(errors: str) -> str:
    """Return the standard error without the lines that say what the command waits for."""
    return re.sub(r"(?m)^Waiting .*…\n", "", errors)
