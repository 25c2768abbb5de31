"""How the AWS SDK for JavaScript reads an INI file.

The rules are those of `parseIni.js` in @smithy/core (the shared-ini-file-loader). They differ from
botocore's: an indented header is a header everywhere, a comment ends a value, `:` is not a
delimiter, keys keep their case, and the indented keys below an empty value are nested in it.
"""

from __future__ import annotations

import re
from typing import Final

SEPARATOR: Final = "."
_PREFIXES: Final = {"profile", "sso-session", "services"}
# https://tc39.es/ecma262/#sec-white-space: it differs from Python's white space.
_SPACE: Final = "\t\n\v\f\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
_SPACES: Final = _SPACE.replace("\u2000-\u200a", "".join(map(chr, range(0x2000, 0x200B))))
_COMMENT: Final = re.compile(f"(?:^|[{_SPACE}])[;#]")
_HEADER: Final = re.compile(
    rf"(?P<prefix>[\w-]+)[{_SPACE}](?P<quote>[\"'])?(?P<name>[\w@+.%:/-]+)(?(quote)(?P=quote))",
    re.ASCII,
)
REFUSED_NAMES: Final = frozenset({"__proto__", "profile __proto__"})


def header(line: str) -> str | None:
    """Return the text between the brackets if the line is a header, else None."""
    text = _trimmed(line)
    return text[1:-1] if text[:1] == "[" and text[-1:] == "]" and len(text) > 1 else None


def section_id(header: str) -> str | None:
    """Return the SDK's name for a section: `profile.dev`, or the header; None if it skips it."""
    found = _HEADER.fullmatch(header)
    if found is None:
        return header
    prefix, name = found["prefix"], found["name"]
    return f"{prefix}{SEPARATOR}{name}" if prefix in _PREFIXES else None


def line_id(line: str) -> str | None:
    """Return the SDK's name for the section that starts with this line; None if none does."""
    found = header(line)
    return None if found is None else section_id(found)


def entry(line: str) -> tuple[str, str, str]:
    """Return the key in the line, `=` and its value; each is empty if it is missing."""
    key, equals, value = _trimmed(line).partition("=")
    return key.strip(_SPACES), equals, value.strip(_SPACES)


def parse(text: str) -> dict[str, dict[str, str]]:
    """Return section → key → value. The key of a nested value is `parent.key`."""
    found: dict[str, dict[str, str]] = {}
    section: str | None = None
    parent: str | None = None
    for line in re.split(r"\r?\n", text):
        if (name := header(line)) is not None:
            section, parent = section_id(name), None
            continue
        key, equals, value = entry(line)
        if not section or not equals or not key:
            continue
        if not value:
            parent = key
            continue
        if parent and line[:1] not in _SPACES:
            parent = None
        name = f"{parent}{SEPARATOR}{key}" if parent else key
        found.setdefault(section, {})[name] = value
    return found


def _trimmed(line: str) -> str:
    has_comment = ";" in line or "#" in line
    text = _COMMENT.split(line, maxsplit=1)[0] if has_comment else line
    return text.strip(_SPACES)
