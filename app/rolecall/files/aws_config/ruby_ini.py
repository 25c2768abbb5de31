"""How the AWS SDK for Ruby reads a line of an INI file.

The rules are those of `ini_parser.rb` in aws-sdk-core. A line that begins with a comment sign is
read like any other, so that `# region = x` has a key. An indented key is nested in the one above
it, also across headers; if none is there, the SDK cannot read the file.
"""

from __future__ import annotations

import re
from typing import Final

_COMMENT: Final = re.compile(r"\s;", re.ASCII)
_HEADER: Final = re.compile(r"\[[^\[\]]+\]\s*(?:#[^\n]+)?\n?", re.ASCII)
_NESTED: Final = re.compile(r"\s.*=[^\n]", re.ASCII)


def is_header(line: str) -> bool:
    """Return whether the line is a header. Its indentation does not count."""
    return _HEADER.fullmatch(_text(line.lstrip())) is not None


def has_key(line: str) -> bool:
    """Return whether the line has a key, with or without a value."""
    return "=" in _text(line)


def is_nested(line: str) -> bool:
    """Return whether the line has a nested key with a value."""
    return _NESTED.match(_text(line)) is not None


def _text(line: str) -> str:
    """Return the line without what the SDK reads as a comment."""
    return _COMMENT.split(line)[0]
