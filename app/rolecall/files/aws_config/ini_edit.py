"""Edits of a document's tree. Each changes only the lines that it has to change.

An edit also changes the model (`Entry.value`, `Section.entries`) to what is meant. The editor then
parses the new text and compares the two, so text with another meaning is never written.
"""

from __future__ import annotations

import re
from itertools import dropwhile, islice, takewhile
from typing import Final

from rolecall.files.aws_config import javascript_ini, ruby_ini
from rolecall.files.aws_config.glued_headers import is_glued, separated
from rolecall.files.aws_config.ini import Document, Entry, Section
from rolecall.files.aws_config.ini_sections import indent_of

_INLINE_COMMENT: Final = re.compile(r"\s+([#;].*)$")
_ENDING: Final = re.compile(r"\r\n|\r|\n")
_Items = list[str] | list[Entry | str]


def set_value(document: Document, section: Section, key: str, value: str) -> None:
    """Set the key to `value` for every client; do nothing if all of them read that already."""
    entry = section.entries.get(key)
    if entry is not None and _is_hidden(section, entry):
        delete_key(section, key)
        entry = None
    if entry is None:
        _insert(document, section, key, value)
    elif entry.value != value or not _is_read_by_all(entry):
        _replace(document, section, entry, value)


def delete_key(section: Section, key: str) -> None:
    """Delete the key with its continuation lines; comments stay."""
    entry = section.entries.pop(key, None)
    if entry is not None:
        at = section.items.index(entry)
        section.items[at : at + 1] = _comments(entry)


def add_section(
    document: Document, header: str, values: dict[str, str], after: Section | None
) -> Section:
    """Add a section below `after` (None: at the end), with a blank line if the others have one.

    It goes further down if some client would not see where it ends, or would read a comment below
    it as one of its keys. Blank lines at the end of the file stay there.
    """
    at = _place(document, after)
    items = document.sections[at].items if at >= 0 else document.preamble
    ending = _ending(document, document.sections[at] if at >= 0 else None)
    new = Section(header, [], f"[{header}]{ending}", 0)
    for key, value in values.items():
        _append(new, Entry(key, value, [f"{key} = {value}{ending}"], 0))
    if at == len(document.sections) - 1:
        new.items += _prepare_end(document, ending)
    elif rest := _take_rest(items):
        items.append(rest[0])
        new.items += [ending, *rest[1:]]
    document.insert(at + 1, new)
    return new


def copy_section(document: Document, section: Section, header: str) -> Section:
    """Add a copy of a section below it, without its comments, and return the copy."""
    copies = [Entry(e.key, e.value, list(e.lines), 0) for e in section.entries.values()]
    new = add_section(document, header, {}, section)
    for copy in copies:
        _close(copy.lines, _ending(document, section))
        new.entries[copy.key] = copy
    new.items[:0] = copies
    new.old_head = section.old_head or section.head
    return new


def remove_section(document: Document, section: Section) -> None:
    """Delete a section with its comments, but keep the comments of its neighbours."""
    at = document.sections.index(section)
    separate_headers_below(document, section)
    before = document.sections[at - 1].items if at else document.preamble
    is_apart = not _has_text(before[-1]) if before else at == 0 and not section.comments
    kept: list[str] = [] if is_apart else list(section.comments)
    rest = _take_rest(section.items)
    is_last = at == len(document.sections) - 1
    if is_apart and is_last and (at or any(map(_has_text, before))):
        before.pop()
        is_apart = False
    kept += rest[1:] if is_apart else rest
    before += kept
    document.remove(section)


def own_lines(section: Section) -> list[str]:
    """Return the lines of a section without those at its end that do not belong to it.

    The section is cut: its document is of no further use.
    """
    _take_rest(section.items)
    return list(section.lines())


def replace_lines(section: Section, typed: Document) -> None:
    """Give a section the comments, header and entries of the only section of another document.

    The blank lines and comments that follow it stay.
    """
    (new,) = typed.sections
    rest = _take_rest(section.items)
    section.comments = [*typed.preamble, *new.comments]
    section.head = new.head
    section.items = [*new.items, *rest]
    section.entries = new.entries


def move_comments(section: Section, below: Section) -> None:
    """Move the comments that belong to a section above another section further down."""
    rest = _take_rest(section.items)
    next_to = section.head.rpartition("]")[2].lstrip()
    lines = (next_to if line is section.head else line for line in section.lines())
    comments = [line for line in lines if line.strip()[:1] in {"#", ";"}]
    section.comments = []
    section.items = [*section.entries.values(), *rest]
    below.comments[:0] = comments


def rename_section(document: Document, section: Section, header: str) -> None:
    """Replace the text between the brackets."""
    section.old_head = section.old_head or section.head
    start = section.head.index("[") + 1
    rest = section.head[start + len(section.header) :]
    section.head = section.head[:start] + header + rest
    document.rename(section, header)


def normalise_header(document: Document, section: Section, header: str) -> None:
    """Write the header so that every client reads it; do nothing if it already is."""
    if section.header != header:
        rename_section(document, section, header)
    _separate(section)


def separate_headers_below(document: Document, section: Section) -> None:
    """Make all SDKs see the headers directly below, whose keys some assign to this section."""
    for below in sections_read_as_part(document, section):
        _separate(below)


def sections_read_as_part(document: Document, section: Section) -> list[Section]:
    """Return the sections below whose keys some SDK assigns to this one."""
    below = document.sections[document.sections.index(section) + 1 :]
    return list(takewhile(lambda each: is_glued(each.head), below))


def _separate(section: Section) -> None:
    """Make all SDKs see the header."""
    if is_glued(section.head):
        section.head = separated(section.head)


def _place(document: Document, after: Section | None) -> int:
    """Return the number of the section to add one below: that of `after`, or of one further down.

    -1 if there is none.
    """
    last = len(document.sections) - 1
    at = last if after is None else document.sections.index(after)
    while at < last and _reads_on(document, at):
        at += 1
    return at


def _reads_on(document: Document, at: int) -> bool:
    """Return whether some client would read lines below this section as part of a new one there.

    An indented header continues the last value, some SDKs do not see a header with text behind its
    bracket, and Ruby reads comments and nested keys otherwise.
    """
    below = document.sections[at + 1]
    lines = [*_rest(document.sections[at].items), *below.comments]
    return (
        (bool(lines) and _has_text(lines[0]))
        or any(map(ruby_ini.has_key, lines))
        or below.head[0].isspace()
        or is_glued(below.head)
        or (_begins_nested(document, at + 1) and not _begins_nested(document, 0))
    )


def _begins_nested(document: Document, at: int) -> bool:
    """Return whether the first key from this section on is nested for Ruby."""
    sections = islice(document.sections, at, None)
    items = (item for each in sections for item in (*each.comments, *each.items))
    lines = (item if isinstance(item, str) else item.first for item in items)
    return ruby_ini.is_nested(next(filter(ruby_ini.has_key, lines), ""))


def _prepare_end(document: Document, ending: str) -> list[str]:
    """Close what is above a section to add at the end; remove and return the blank lines there.

    A file of blank lines keeps them.
    """
    at = len(document.sections) - 1
    items: _Items = document.sections[at].items if at >= 0 else document.preamble
    is_apart = at < 0 or any(map(_has_text, _rest(items))) or _is_airy(document, at)
    blanks: list[str] = []
    if at < 0 and not any(map(_has_text, items)):
        is_apart = False
    else:
        while items and not _has_text(items[-1]):
            blanks.insert(0, str(items.pop()))
    if items:
        _close(items, ending)
    elif at >= 0:
        _close_head(document.sections[at], ending)
    if is_apart:
        is_lone_cr = _ends_with_cr(items) and ending == "\n"  # an LF would only complete it
        items.append("\n\n" if is_lone_cr else ending)
    return blanks


def _insert(document: Document, section: Section, key: str, value: str) -> None:
    """Add an entry below the plain ones at the top, where no client reads it as nested."""
    above: Entry | None = None
    at = 0
    for index, item in enumerate(section.items):
        if isinstance(item, Entry):
            if not item.is_plain:
                break
            above, at = item, index + 1
    like = above or next(iter(section.entries.values()), None)
    indent = like.indent if like else _next_indent(document, section)
    between = _between(like) if like and like.is_plain else " = "
    ending = _ending(document, section)
    if above is None:
        _close_head(section, ending)
    else:
        _close(above.lines, ending)
    entry = Entry(key, value, [f"{indent}{key}{between}{value}{ending}"], 0)
    section.items.insert(at, entry)
    section.entries[key] = entry


def _is_hidden(section: Section, entry: Entry) -> bool:
    """Return whether JavaScript reads the key elsewhere: nested, or below a header in a value."""
    above = takewhile(lambda other: other is not entry, section.entries.values())
    return any(
        (not other.is_plain and bool(entry.indent))
        or any(javascript_ini.header(line) is not None for line in other.lines[1:])
        for other in above
    )


def _next_indent(document: Document, section: Section) -> str:
    """Return the indent of the next header: it would continue the value of a less indented key."""
    behind = document.sections[document.sections.index(section) + 1 :]
    return indent_of(behind[0].head) if behind else ""


def _replace(document: Document, section: Section, entry: Entry, value: str) -> None:
    line = entry.first
    text = line.rstrip()
    tail = line[len(text) :]
    first = text[len(text) - len(_first_value(entry)) :] if _first_value(entry) else ""
    between = _between(entry)
    if not first and between.startswith(" ") and not between.endswith(" "):
        between += " "
    at = section.items.index(entry)
    kept = _comments(entry)
    if comment := _INLINE_COMMENT.search(" " + first):
        section.items.insert(at, f"{entry.indent}{comment[1]}{_ending(document, section)}")
        at += 1
    entry.lines = [f"{entry.indent}{entry.key}{between}{value}{tail}"]
    entry.value = value
    if kept:
        _close(entry.lines, _ending(document, section))
        section.items[at + 1 : at + 1] = kept


def _is_read_by_all(entry: Entry) -> bool:
    """Return whether JavaScript reads the same key: it is in lower case and has `=`."""
    key, between, _ = _split(entry)
    return key == entry.key and "=" in between


def _first_value(entry: Entry) -> str:
    """Return what follows the delimiter on the key's own line."""
    return _split(entry)[2]


def _between(entry: Entry) -> str:
    """Return the delimiter with the spaces around it; never `:`, which JavaScript ignores."""
    between = _split(entry)[1]
    return " = " if ":" in between else between


def _split(entry: Entry) -> tuple[str, str, str]:
    found = re.fullmatch(r"\s*(.*?)(\s*[=:]\s*)(.*)", entry.first.rstrip(), re.DOTALL)
    if found is None:
        return entry.key, " = ", ""
    return found[1], found[2], found[3]


def _comments(entry: Entry) -> list[str]:
    """Return the comments between an entry's continuation lines."""
    return [line for line in entry.lines[1:] if line.strip()[:1] in {"#", ";"}]


def _has_text(item: Entry | str) -> bool:
    """Return whether it is more than a blank line."""
    return not isinstance(item, str) or bool(item.strip())


def _append(section: Section, entry: Entry) -> None:
    section.items.append(entry)
    section.entries[entry.key] = entry


def _rest(items: _Items) -> list[str]:
    """Return the lines at the end of a section that do not belong to it.

    They start at the first blank line below its last entry.
    """
    start = len(items)
    while start and isinstance(items[start - 1], str):
        start -= 1
    tail = [item for item in items[start:] if isinstance(item, str)]
    return list(dropwhile(_has_text, tail))


def _take_rest(items: _Items) -> list[str]:
    """Remove the lines that `_rest` returns, and return them."""
    rest = _rest(items)
    del items[len(items) - len(rest) :]
    return rest


def _is_airy(document: Document, at: int) -> bool:
    """Return whether a blank line precedes the section; true if it is the first one."""
    items = document.sections[at - 1].items
    return at == 0 or (bool(items) and not _has_text(items[-1]))


def _ending(document: Document, section: Section | None) -> str:
    """Return the line ending that the neighbouring lines have."""
    lines = [] if section is None else [section.head]
    for line in lines + document.preamble + [s.head for s in document.sections[:1]]:
        if (found := _ENDING.search(line)) is not None:
            return found[0]
    return "\n"


def _close(lines: _Items, ending: str) -> None:
    """Add a line ending to the last line if it has none."""
    last = lines[-1]
    if isinstance(last, Entry):
        _close(last.lines, ending)
    elif not last.endswith(("\n", "\r")):
        lines[-1] = last + ending


def _ends_with_cr(lines: _Items) -> bool:
    """Return whether the last line ends with a lone CR."""
    last = lines[-1] if lines else ""
    return _ends_with_cr(last.lines) if isinstance(last, Entry) else last.endswith("\r")


def _close_head(section: Section, ending: str) -> None:
    if not section.head.endswith(("\n", "\r")):
        section.head += ending
