"""A command that a user has typed: words with quotes. It runs without a shell."""

from __future__ import annotations

import re
import shlex
from typing import Final

_QUOTED: Final = r"""\\.|'[^']*'|"(?:\\.|[^"\\])*\""""
_SHELL_SIGNS: Final = r"[|&;<>]+"


def words_of(line: str) -> list[str]:
    """Return the words of the line. Raises ValueError if a quotation does not end."""
    return shlex.split(line)


def shell_sign(line: str) -> str:
    """Return the first sign outside quotes that only a shell understands, such as `|`, or ""."""
    found = re.search(_SHELL_SIGNS, re.sub(_QUOTED, "", line))
    return found.group() if found else ""
