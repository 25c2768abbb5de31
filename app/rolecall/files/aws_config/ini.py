"""Every byte of a file in the AWS dialect of INI, for edits and findings.

The ConfigUpdater library is not used because of four shortcomings: it reformats a line that it
changes (spacing, delimiter, trailing comment), assigns a comment above a header to the previous
section, does not know nested values, and keeps no line numbers. Here a file is a tree of its lines,
so only what is edited can change. What the lines mean is read by `files.aws_config.ini_sections`.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rolecall.domain.records import dataclass, field
from rolecall.files.aws_config.ini_sections import (
    DEFAULT,
    Ini,
    SectionKind,
    SectionValues,
    identify,
    indent_of,
    parse,
)


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
    def values(self) -> SectionValues:
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
        return _tree(parse(data, path), path)

    def to_bytes(self) -> bytes:
        """Return the bytes of the file."""
        return "".join(self.lines()).encode()

    def lines(self) -> Iterator[str]:
        """Yield the lines of the file."""
        yield from self.preamble
        for section in self.sections:
            yield from section.lines()

    @property
    def values(self) -> list[tuple[str, SectionValues]]:
        """The values of each section, with its header: see `by_header` and `by_kind`."""
        return [(section.header, section.values) for section in self.sections]

    @property
    def defaults(self) -> SectionValues:
        """The keys of `[DEFAULT]`, which botocore applies to every section."""
        found: SectionValues = {}
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


def _tree(ini: Ini, path: Path) -> Document:
    """Return the tree of the lines, with the comments above a header in its section."""
    lines = ini.lines
    first, *ends = *(head - 1 for head in ini.heads), len(lines)
    rest: list[Any] = lines[:first]
    document = Document(path, rest, [])
    for (header, values), head, end in zip(ini.sections, ini.heads, ends, strict=True):
        section = Section(header, _taken_comments(rest), lines[head - 1], head)
        document.sections.append(section)
        rest = section.items
        at, names = head, iter(values.items())
        while at < end:
            text = lines[at].strip()
            if not text or text[0] in "#;":
                rest.append(lines[at])
                at += 1
                continue
            (key, value), stop = next(names), ini.ends.get(at + 1, at + 1)
            section.entries[key] = entry = Entry(key, value, lines[at:stop], at + 1)
            rest.append(entry)
            at = stop
    return document


def _taken_comments(items: list[Any]) -> list[str]:
    """Remove the comments at the end of what is above a header, and return them."""
    at = len(items)
    while at and isinstance(items[at - 1], str) and items[at - 1].strip():
        at -= 1
    comments = items[at:]
    del items[at:]
    return comments
