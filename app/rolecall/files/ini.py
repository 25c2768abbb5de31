"""The AWS dialect of INI: what botocore reads, and every byte of the file.

The Python clients read with a default `configparser`, so the rules are those of
`configparser.RawConfigParser._read` and `botocore.configloader`. The ConfigUpdater library is not
used because of four shortcomings: it reformats a line that it changes (spacing, delimiter, trailing
comment), assigns a comment above a header to the previous section, does not know nested values, and
keeps no line numbers. Here a file is a tree of its lines, so only what is edited can change.

If a file can be parsed, botocore can read it. Any other file raises FileMalformed.
"""

from __future__ import annotations

import io
import re
import shlex
from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from typing import Final

from rolecall.domain.config import ACCESS_KEYS
from rolecall.domain.file_errors import FileMalformed
from rolecall.domain.records import dataclass, field
from rolecall.domain.redaction import hide_secrets, known_key, safe_key
from rolecall.domain.text import safe

DEFAULT: Final = "DEFAULT"  # configparser's own section: its keys apply to every section
_BOM: Final = "\ufeff"
_PLAIN_HEADER: Final = re.compile(r"(profile|sso-session|services) ([A-Za-z0-9_./%@:+-]+)")
_SHOWN: Final = 120  # characters of a malformed line


class IniProblem(Enum):
    """Why the AWS CLI and boto3 refuse a file."""

    NOT_UTF8 = "not-utf8"
    BOM = "byte-order-mark"
    DUPLICATE_SECTION = "duplicate-section"
    DUPLICATE_KEY = "duplicate-key"
    NO_SECTION = "no-section"
    NO_DELIMITER = "no-delimiter"
    KEY_WITHOUT_DELIMITER = "key-without-delimiter"
    WRAPPED = "wrapped"  # without delimiter, below a key that its value may belong to
    NO_KEY = "no-key"
    BAD_HEADER = "bad-header"
    NESTED = "nested-without-delimiter"


class SectionKind(Enum):
    """How botocore reads a section, by its header."""

    PROFILE = "profile"
    SSO_SESSION = "sso-session"
    SERVICES = "services"
    OTHER = "other"


@dataclass(slots=True, eq=False)
class Entry:
    """A key and its value: one line and its continuation lines.

    `lines` starts with the key's own line and includes comments and blank lines between the
    continuation lines. `line` is the number in the parsed file, from 1; 0 for a new entry.
    """

    key: str
    value: str
    lines: list[str]
    line: int

    @property
    def first(self) -> str:
        return self.lines[0]

    @property
    def indent(self) -> str:
        return indent_of(self.first)

    @property
    def is_plain(self) -> bool:
        """Whether it is one line with a value that no client reads as continued."""
        return len(self.lines) == 1 and bool(self.value) and self.value[0] not in "#;"


@dataclass(slots=True, eq=False)
class Section:
    """A header, the comments directly above it, and the lines below it.

    `header` is the text between the brackets, `head` the header's line. `items` are the entries and
    the blank and comment lines between them. `old_head` is the header's line before an edit renamed
    or copied the section, or empty. `line` is the number of `head` in the parsed file, from 1; 0
    for a new section.
    """

    header: str
    comments: list[str]
    head: str
    line: int
    items: list[Entry | str] = field(default_factory=list)
    entries: dict[str, Entry] = field(default_factory=dict)
    old_head: str = ""
    kind: SectionKind = field(init=False)
    name: str = field(init=False)

    def __post_init__(self) -> None:
        self.kind, self.name = identify(self.header)

    @property
    def values(self) -> dict[str, str]:
        return {key: entry.value for key, entry in self.entries.items()}

    def lines(self) -> Iterator[str]:
        """Yield the lines of the section, header first."""
        yield from self.comments
        yield self.head
        for item in self.items:
            if isinstance(item, str):
                yield item
            else:
                yield from item.lines


@dataclass(slots=True, eq=False)
class Document:
    """A file that botocore can read, line by line. `path` is used in errors only."""

    path: Path
    preamble: list[str]
    sections: list[Section]
    _index: dict[tuple[SectionKind, str], list[Section]] = field(default_factory=dict)
    _others: list[Section] | None = None
    _brackets: list[str] | None = None

    @classmethod
    def parse(cls, data: bytes, path: Path) -> Document:
        """Return the parsed file. Raises FileMalformed if botocore would refuse it."""
        return _Parser(path).parse(data)

    def to_bytes(self) -> bytes:
        """Return the bytes of the file."""
        return "".join(self.lines()).encode()

    def lines(self) -> Iterator[str]:
        """Yield the lines of the file."""
        yield from self.preamble
        for section in self.sections:
            yield from section.lines()

    @property
    def defaults(self) -> dict[str, str]:
        """The keys of `[DEFAULT]`, which botocore applies to every section."""
        found: dict[str, str] = {}
        for section in self.sections:
            if section.header == DEFAULT:
                found.update(section.values)
        return found

    def named(self, kind: SectionKind, name: str) -> list[Section]:
        """Return the sections that botocore knows by this name. There can be several."""
        if not self._index:
            for section in self.sections:
                self._add_to_index(section)
        return list(self._index.get((kind, name), ()))

    def others(self) -> list[Section]:
        """Return the sections that botocore ignores."""
        if self._others is None:
            self._others = [each for each in self.sections if each.kind is SectionKind.OTHER]
        return self._others

    def brackets_in_values(self) -> list[str]:
        """Return the continuation lines with a bracket: JavaScript can read them as headers.

        They are looked for once. Edits add no continuation lines; a deleted one stays in the list.
        """
        if self._brackets is None:
            entries = (entry for each in self.sections for entry in each.entries.values())
            self._brackets = [line for e in entries for line in e.lines[1:] if "[" in line]
        return self._brackets

    def insert(self, at: int, section: Section) -> None:
        self.sections.insert(at, section)
        if section.kind is SectionKind.OTHER:
            self._others = None
        if self._index:
            self._add_to_index(section)

    def remove(self, section: Section) -> None:
        self.sections.remove(section)
        self._others = None
        if self._index:
            self._index[section.kind, section.name].remove(section)

    def rename(self, section: Section, header: str) -> None:
        was = section.kind
        if self._index:
            self._index[was, section.name].remove(section)
        section.header = header
        section.kind, section.name = identify(header)
        if self._index:
            self._add_to_index(section)
        if SectionKind.OTHER in {was, section.kind}:
            self._others = None

    def _add_to_index(self, section: Section) -> None:
        self._index.setdefault((section.kind, section.name), []).append(section)


def identify(header: str) -> tuple[SectionKind, str]:
    """Return what botocore reads a header as, and the name in it.

    The rule is `botocore.configloader.build_profile_map`.
    """
    if header == "default":
        return SectionKind.PROFILE, header
    if plain := _PLAIN_HEADER.fullmatch(header):
        return SectionKind(plain[1]), plain[2]
    for kind in (SectionKind.PROFILE, SectionKind.SSO_SESSION, SectionKind.SERVICES):
        if header.startswith(kind.value):
            try:
                parts = shlex.split(header)
            except ValueError:
                break
            return (kind, parts[1]) if len(parts) == 2 else (SectionKind.OTHER, header)
    return SectionKind.OTHER, header


def nested_values(value: str) -> dict[str, str]:
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


def _safe_header(text: str) -> str:
    """Return an incomplete header with `…` for each word that may be a secret, or a part of one."""
    words = hide_secrets(text)[1:].split()
    return text if text == "[]" else f"[{' '.join(map(safe_key, words))}"


class _Parser:
    """A parser that reads the lines once, with the same state as `configparser`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.document = Document(path, [], [])
        self.section: Section | None = None
        self.entry: Entry | None = None
        self.pending: list[str] = []
        self.headers: set[str] = set()
        self.default_keys: set[str] = set()

    def parse(self, data: bytes) -> Document:
        indent = 0
        pending = self.pending
        for number, line in enumerate(split_lines(self.decode(data)), start=1):
            text = line.strip()
            if not text or text[0] in "#;":
                pending.append(line)
                continue
            depth = 0 if line[0] == text[0] else len(line) - len(line.lstrip())
            if self.entry is not None and depth > indent:
                self.continue_value(self.entry, line, text)
                continue
            indent = depth
            if text[0] == "[" and (end := text.rfind("]")) >= 2:
                self.begin_section(text[1:end], line, number)
            else:
                self.begin_entry(line, text, number)
        self.keep_pending(pending)
        self.check_nested()
        return self.document

    def decode(self, data: bytes) -> str:
        try:
            text = data.decode()
        except UnicodeDecodeError as error:
            before = data[: error.start].decode().replace("\r\n", "\n").replace("\r", "\n")
            raise self.malformed(before.count("\n") + 1, IniProblem.NOT_UTF8) from None
        if text.startswith(_BOM):
            raise self.malformed(1, IniProblem.BOM)
        return text

    def continue_value(self, entry: Entry, line: str, text: str) -> None:
        """Append a line to the value above it. Blank lines in between count, comments do not."""
        blanks = sum(not between.strip() for between in self.pending)
        entry.lines += self.pending
        entry.lines.append(line)
        entry.value += "\n" * (blanks + 1) + text
        self.pending.clear()

    def begin_section(self, header: str, line: str, number: int) -> None:
        if header in self.headers and header != DEFAULT:
            raise self.malformed(number, IniProblem.DUPLICATE_SECTION, f"[{header}]")
        self.headers.add(header)
        cut = len(self.pending)
        while cut and self.pending[cut - 1].strip():
            cut -= 1
        comments = self.pending[cut:]
        del self.pending[cut:]
        self.keep_pending(self.pending)
        self.section, self.entry = Section(header, comments, line, number), None
        self.document.sections.append(self.section)

    def begin_entry(self, line: str, text: str, number: int) -> None:
        if self.section is None:
            raise self.without_section(text, number)
        equals, colon = text.find("="), text.find(":")
        at = equals if colon < 0 or 0 <= equals < colon else colon
        if at <= 0:
            raise self.without_key(text, number, has_delimiter=at == 0)
        key = text[:at].rstrip().lower()
        if key in self.section.entries or not self.is_new_default(self.section, key):
            raise self.malformed(number, IniProblem.DUPLICATE_KEY, safe_key(key))
        if self.pending:
            self.keep_pending(self.pending)
        self.entry = Entry(key, text[at + 1 :].lstrip(), [line], number)
        self.section.items.append(self.entry)
        self.section.entries[key] = self.entry

    def without_section(self, text: str, number: int) -> FileMalformed:
        """Return what is wrong with a line that no header is above."""
        if text[0] == "[":
            return self.malformed(number, IniProblem.BAD_HEADER, _safe_header(text))
        return self.malformed(number, IniProblem.NO_SECTION)

    def without_key(self, text: str, number: int, *, has_delimiter: bool) -> FileMalformed:
        """Return what is wrong with a line that is no key with a delimiter."""
        if text[0] == "[":
            return self.malformed(number, IniProblem.BAD_HEADER, _safe_header(text))
        if has_delimiter:
            return self.malformed(number, IniProblem.NO_KEY)
        if key := known_key(text):
            return self.malformed(number, IniProblem.KEY_WITHOUT_DELIMITER, key)
        above = self.entry
        if above is not None and (not above.value or above.key in ACCESS_KEYS):
            return self.malformed(number, IniProblem.WRAPPED, safe_key(above.key))
        return self.malformed(number, IniProblem.NO_DELIMITER)

    def is_new_default(self, section: Section, key: str) -> bool:
        """Return false for a second use of a key in `[DEFAULT]`, which itself may occur twice."""
        if section.header != DEFAULT:
            return True
        is_new = key not in self.default_keys
        self.default_keys.add(key)
        return is_new

    def keep_pending(self, pending: list[str]) -> None:
        """Store the blank and comment lines that turned out not to be in a continued value."""
        if self.section is None:
            self.document.preamble += pending
        else:
            self.section.items += pending
        pending.clear()

    def check_nested(self) -> None:
        """Raise FileMalformed for a nested line without `=`, because botocore refuses the file."""
        sections = self.document.sections
        if all(section.header == DEFAULT for section in sections):
            return
        for section in sections:
            for entry in section.entries.values():
                if entry.value.startswith("\n"):
                    try:
                        nested_values(entry.value)
                    except ValueError:
                        raise self.nested_malformed(entry) from None

    def nested_malformed(self, entry: Entry) -> FileMalformed:
        for offset, line in enumerate(entry.lines[1:], start=1):
            text = line.strip()
            parts = [part for part in text.splitlines() if part.strip()]
            if text and text[0] not in "#;" and not all("=" in part for part in parts):
                return self.malformed(entry.line + offset, IniProblem.NESTED)
        return self.malformed(entry.line, IniProblem.NESTED)

    def malformed(self, line: int, problem: IniProblem, text: str = "") -> FileMalformed:
        """Return the error. `text` is a header or a key, never a value: that may be a secret."""
        return FileMalformed(self.path, line, problem.value, str(safe(text.strip()[:_SHOWN])))
