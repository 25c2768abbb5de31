"""The AWS dialect of INI: what botocore reads in a file. Quick, because prompts wait for it.

The Python clients read with a default `configparser`, so the rules are those of
`configparser.RawConfigParser._read` and `botocore.configloader`. If a file can be parsed, botocore
can read it. Any other file raises FileMalformed. `files.aws_config.ini` builds on this for edits.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable
from enum import Enum
from typing import TYPE_CHECKING, Final

from rolecall.domain.records import NamedTuple

if TYPE_CHECKING:
    import os

    from rolecall.domain.errors.file_errors import FileMalformed

DEFAULT: Final = "DEFAULT"  # configparser's own section: its keys apply to every section
_BOM: Final = "\ufeff"
# What `shlex.split` splits into two words, the second without an escape.
_NAMED: Final = re.compile(
    r"(profile|sso-session|services) (?:([^\s\"'\\]+)|\"([^\"\\]+)\"|'([^']+)')"
)
# Most lines begin with one of these letters, and are then a key and its value.
_FIRST, _LAST = "a", "z"

SectionValues = dict[str, str]


class SectionKind(Enum):
    """How botocore reads a section, by its header."""

    PROFILE = "profile"
    SSO_SESSION = "sso-session"
    SERVICES = "services"
    OTHER = "other"


_KINDS: Final = {
    each.value: each
    for each in (SectionKind.PROFILE, SectionKind.SSO_SESSION, SectionKind.SERVICES)
}


class Ini(NamedTuple):
    """What botocore reads in a text.

    `sections` are the headers, without their brackets, with the values. `heads` are the line
    numbers of the headers, from 1. `ends` are the numbers of the last lines of continued values, by
    the number of the key's line.
    """

    text: str
    sections: list[tuple[str, SectionValues]]
    heads: list[int]
    ends: dict[int, int]

    @property
    def lines(self) -> list[str]:
        return split_lines(self.text)

    def by_header(self) -> dict[str, SectionValues]:
        """Return the values of all sections by header: those of ~/.aws/credentials by name."""
        return by_header(self.sections)

    def by_kind(self) -> dict[SectionKind, dict[str, SectionValues]]:
        """Return the values of all sections of ~/.aws/config by kind and name."""
        return by_kind(self.sections)


def by_header(sections: Iterable[tuple[str, SectionValues]]) -> dict[str, SectionValues]:
    """Return the values of sections by header, with the keys of `[DEFAULT]` in all of them."""
    found: dict[str, SectionValues] = {}
    defaults: SectionValues = {}
    for header, values in sections:
        if header == DEFAULT:
            defaults.update(values)
        else:
            found[header] = values
    if not defaults:
        return found
    return {header: defaults | values for header, values in found.items()}


def by_kind(
    sections: Iterable[tuple[str, SectionValues]],
) -> dict[SectionKind, dict[str, SectionValues]]:
    """Return the values of sections by kind and name, with the keys of `[DEFAULT]`.

    Of sections with the same name botocore uses the last.
    """
    found: dict[str, dict[str, SectionValues]] = {kind.value: {} for kind in SectionKind}
    for header, values in by_header(sections).items():
        if named := _NAMED.fullmatch(header):  # as `identify` does, but quicker
            found[named[1]][named[2] or named[3] or named[4]] = values
        else:
            kind, name = identify(header)
            found[kind.value][name] = values
    return {kind: found[kind.value] for kind in SectionKind}


def identify(header: str) -> tuple[SectionKind, str]:
    """Return what botocore reads a header as, and the name in it.

    The rule is `botocore.configloader.build_profile_map`.
    """
    if header == "default":
        return SectionKind.PROFILE, header
    if named := _NAMED.fullmatch(header):
        return _KINDS[named[1]], named[2] or named[3] or named[4]
    for kind in _KINDS.values():
        if header.startswith(kind.value):
            import shlex  # late: few headers need it

            try:
                parts = shlex.split(header)
            except ValueError:
                break
            return (kind, parts[1]) if len(parts) == 2 else (SectionKind.OTHER, header)
    return SectionKind.OTHER, header


def nested_values(value: str) -> SectionValues:
    """Return the keys in a nested value. Raises ValueError for a line without `=`, as botocore."""
    found = {}
    for line in value.splitlines():
        if text := line.strip():
            key, inner = text.split("=", 1)
            found[key.strip()] = inner.strip()
    return found


def indent_of(line: str) -> str:
    """Return the white space at the start of the line."""
    return line[: len(line) - len(line.lstrip())]


def split_lines(text: str) -> list[str]:
    """Return the lines with their endings, split as Python's text files are: LF, CRLF, CR."""
    return list(io.StringIO(text, newline=""))


def parse(data: bytes, path: str | os.PathLike[str]) -> Ini:
    """Return what botocore reads. `path` is for the error. Raises FileMalformed if it refuses the
    file.
    """
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        from rolecall.files.aws_config.ini_mistakes import not_utf8

        raise not_utf8(path, data[: error.start]) from None
    parser = _Parser(path, text)
    if text.startswith(_BOM):
        raise parser.refused(1)
    return parser.parse()


class _Parser:
    """A parser that reads the lines once, with the same state as `configparser`."""

    def __init__(self, path: str | os.PathLike[str], text: str) -> None:
        self.path = path
        self.ini = Ini(text, [], [], {})
        self.headers: set[str] = set()
        self.default_keys: set[str] = set()

    def parse(self) -> Ini:
        start = indent = blanks = 0  # of the value that may be continued, and the lines below it
        # Where a key at the left margin is stored without further checks: not in `[DEFAULT]`.
        values: SectionValues | None = None
        known: dict[str, tuple[str, str]] = {}  # key and value of a line: many sections have it
        for number, line in enumerate(io.StringIO(self.ini.text, newline=""), start=1):
            if values is not None:
                entry = known.get(line)
                if entry is None and _FIRST <= line[0] <= _LAST:
                    name, delimiter, value = line.partition("=")
                    if ":" in name:
                        name, delimiter, value = line.partition(":")
                    if delimiter:
                        entry = known[line] = name.rstrip().lower(), value.strip()
                if entry is not None and entry[0] not in values:
                    values[entry[0]] = entry[1]
                    start, indent, blanks = number, 0, 0
                    continue
            text = line.strip()
            if not text or text[0] in "#;":
                blanks += not text
                continue
            depth = 0 if line[0] == text[0] else len(line) - len(line.lstrip())
            if start and depth > indent:
                self.continue_value("\n" * (blanks + 1) + text)
                self.ini.ends[start] = number
            elif text[0] == "[" and (end := text.rfind("]")) >= 2:
                values = self.begin_section(text[1:end], number)
                start, indent = 0, depth
            else:
                self.begin_entry(text, number)
                start, indent = number, depth
            blanks = 0
        self.check_nested()
        return self.ini

    def continue_value(self, text: str) -> None:
        """Append to the last value. Blank lines in between count, comments do not."""
        values = self.ini.sections[-1][1]
        values[next(reversed(values))] += text

    def begin_section(self, header: str, number: int) -> SectionValues | None:
        if header in self.headers and header != DEFAULT:
            raise self.refused(number)
        self.headers.add(header)
        values: SectionValues = {}
        self.ini.sections.append((header, values))
        self.ini.heads.append(number)
        return None if header == DEFAULT else values

    def begin_entry(self, text: str, number: int) -> None:
        equals, colon = text.find("="), text.find(":")
        at = equals if colon < 0 or 0 <= equals < colon else colon
        if at <= 0 or not self.ini.sections:
            raise self.refused(number)
        header, values = self.ini.sections[-1]
        key = text[:at].rstrip().lower()
        if key in values or (header == DEFAULT and key in self.default_keys):
            raise self.refused(number)
        if header == DEFAULT:  # which itself may occur twice
            self.default_keys.add(key)
        values[key] = text[at + 1 :].lstrip()

    def check_nested(self) -> None:
        """Raise FileMalformed for a nested line without `=`, because botocore refuses the file."""
        if not self.ini.ends or self.headers == {DEFAULT}:
            return
        for _, values in self.ini.sections:
            for value in values.values():
                if value.startswith("\n"):
                    try:
                        nested_values(value)
                    except ValueError:
                        from rolecall.files.aws_config.ini_mistakes import in_nested

                        raise in_nested(self.path, self.ini.lines, self.ini.ends) from None

    def refused(self, number: int) -> FileMalformed:
        from rolecall.files.aws_config.ini_mistakes import in_line  # late: few files have mistakes

        above = self.ini.sections[-1][1] if self.ini.sections else None
        return in_line(self.path, self.ini.lines, number, above)
