"""Read a plain INI file in a fraction of the time that `files.ini.Document` takes.

Plain is what the AWS CLI, its users and rolecall nearly always write: headers at the left margin,
names with or without quotes, keys in lower case, values that may continue in indented lines, and
line endings of Unix or Windows. A file with anything else is not read at all, so this module and
`files.ini.Document` never disagree.
"""

from __future__ import annotations

import re
from collections.abc import Callable

# What `shlex.split` splits into two words, the second without an escape.
_BARE = re.compile(r"default|(?:profile|sso-session|services) [^\s\"'\\]+")
_QUOTED = re.compile(r"((?:profile|sso-session|services) )(?:\"([^\"\\]+)\"|'([^']+)')")
# A header; a key and its value; a blank line; a comment or a continuation line.
_LINE = re.compile(
    r"^(?:\[([^\]\n]+)\][ \t]*|([a-z][a-z0-9_]*)[ \t]*[=:](.*)|[ \t]*|([#; \t].*))$",
    re.MULTILINE,
)

SectionValues = dict[str, str]


def config(data: bytes) -> dict[str, SectionValues] | None:
    """Return the values of each section of ~/.aws/config, by header, with the name unquoted.

    Returns None if the file is not plain.
    """
    found = _read(data, _config_title)
    # `[default]` and `[profile default]` are one profile, and which one applies is complicated.
    return None if found and "default" in found and "profile default" in found else found


def credentials(data: bytes) -> dict[str, SectionValues] | None:
    """Return the values of each section of ~/.aws/credentials, where a header is a name.

    Returns None if the file is not plain.
    """
    return _read(data, _credentials_title)


def _config_title(header: str) -> str | None:
    if not header.isprintable():
        return None
    if _BARE.fullmatch(header):
        return header
    quoted = _QUOTED.fullmatch(header)
    return "".join(filter(None, quoted.groups())) if quoted else None


def _credentials_title(header: str) -> str | None:
    return header if header.isprintable() and header != "DEFAULT" else None


def _read(data: bytes, title_of: Callable[[str], str | None]) -> dict[str, SectionValues] | None:
    if (lines := _lines(data)) is None:
        return None
    sections: dict[str, SectionValues] = {}
    section: SectionValues | None = None
    key, blanks, nested = "", 0, False
    for header, name, value, more in lines:
        if name:
            if section is None or name in section:
                return None
            section[name] = value.strip()
            key, blanks = name, 0
        elif header:
            title = title_of(header)
            if title is None or title in sections:
                return None
            section = sections[title] = {}
            key = ""
        elif not (more := more.strip()):
            blanks += 1
        elif more[0] not in "#;":
            if section is None or not key:
                return None
            section[key] += "\n" * (blanks + 1) + more
            blanks, nested = 0, True
    return None if nested and not _nested_are_plain(sections) else sections


def _lines(data: bytes) -> list[tuple[str, str, str, str]] | None:
    try:
        text = data.decode().replace("\r\n", "\n")
    except UnicodeDecodeError:
        return None
    lines = _LINE.findall(text)
    return lines if "\r" not in text and len(lines) == text.count("\n") + 1 else None


def _nested_are_plain(sections: dict[str, SectionValues]) -> bool:
    """Return whether all nested lines have `=`. Otherwise botocore refuses the file."""
    return all(
        "=" in line
        for values in sections.values()
        for value in values.values()
        if value.startswith("\n")
        for line in value.splitlines()
        if line.strip()
    )
