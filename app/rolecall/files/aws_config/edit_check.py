"""The check before a write: the clients must read what the edits mean, and no other change.

Only the part of the file between the nearest unchanged headers is parsed again, by the rules of
botocore and by those of JavaScript. The part before it is unchanged, and a header after it starts
with a clean state. Both are headers for JavaScript too: a header that it does not see does not end
a section.
"""

from __future__ import annotations

from bisect import bisect_left
from pathlib import Path

from rolecall.domain.errors.file_errors import EditRefused, EditRule, FileMalformed
from rolecall.domain.text import safe
from rolecall.files.aws_config import javascript_ini
from rolecall.files.aws_config.ini import Document, Section

_Reading = dict[str, dict[str, str]]


class LinesBefore:
    """The lines of a document before its edits."""

    def __init__(self, document: Document) -> None:
        self.lines = list(document.lines())
        self.starts = [section.line - 1 for section in document.sections]

    def verify(self, document: Document) -> None:
        """Raise EditRefused if a client would read a change that is not part of the edits."""
        new = list(document.lines())
        start, end, first, last = self._window(new)
        old_window = self.lines[start:end]
        new_window = new[start : len(new) - (len(self.lines) - end)]
        if old_window == new_window:
            return
        self._check_headers(document)
        meant = document.sections[first : len(document.sections) - last]
        real = _parse(new_window, document.path)
        _check_meaning(meant, real.sections, document.path, is_cut=end < len(self.lines))
        _check_javascript(_parse(old_window, document.path), real, _origins(meant))

    def _window(self, new: list[str]) -> tuple[int, int, int, int]:
        """Return first line and end of the part to check, and the sections before and after it."""
        old, starts = self.lines, self.starts
        shorter = min(len(old), len(new))
        same = 0
        while same < shorter and old[same] == new[same]:
            same += 1
        tail = 0
        while tail < shorter - same and old[-1 - tail] == new[-1 - tail]:
            tail += 1
        before = bisect_left(starts, same) - 1
        while before > 0 and not _is_header(old, starts[before]):
            before -= 1
        begin = starts[before] if before > 0 else 0
        behind = bisect_left(starts, len(old) - tail)
        added = len(new) - len(old)
        while behind < len(starts) and not (
            _is_header(old, starts[behind]) and _is_header(new, starts[behind] + added)
        ):
            behind += 1
        end = starts[behind] + 1 if behind < len(starts) else len(old)
        return begin, end, max(before, 0), max(len(starts) - behind - 1, 0)

    def _check_headers(self, document: Document) -> None:
        headers = [section.header for section in document.sections]
        if len(set(headers)) != len(headers):
            repeated = next(header for header in headers if headers.count(header) > 1)
            if repeated != "DEFAULT":
                raise EditRefused(document.path, EditRule.UNSAFE.value, str(safe(repeated)))


def _is_header(lines: list[str], at: int) -> bool:
    """Return whether the line is a header for JavaScript, which ends no line at a lone CR."""
    is_next_to_cr = any(line.endswith("\r") for line in lines[max(at - 1, 0) : at + 1])
    return not is_next_to_cr and javascript_ini.header(lines[at]) is not None


def _parse(lines: list[str], path: Path) -> Document:
    try:
        return Document.parse("".join(lines).encode(), path)
    except FileMalformed as error:
        raise EditRefused(path, EditRule.UNSAFE.value, error.text) from None


def _check_meaning(meant: list[Section], real: list[Section], path: Path, is_cut: bool) -> None:
    for index, (wanted, found) in enumerate(zip(meant, real, strict=False)):
        is_last = is_cut and index == len(real) - 1
        if wanted.header != found.header or (not is_last and wanted.values != found.values):
            raise EditRefused(path, EditRule.UNSAFE.value, str(safe(wanted.header)))
    if len(meant) != len(real):
        raise EditRefused(path, EditRule.UNSAFE.value, path.name)


def _origins(sections: list[Section]) -> dict[str, str]:
    """Return JavaScript's new name → its old name, for renamed and copied sections."""
    pairs = [
        (javascript_ini.line_id(s.head), javascript_ini.line_id(s.old_head))
        for s in sections
        if s.old_head
    ]
    return {now: was for now, was in pairs if now is not None and was is not None}


def _check_javascript(old: Document, new: Document, origins: dict[str, str]) -> None:
    """Check what has changed. What they read differently before may stay so."""
    path = new.path
    meant_before, meant = _by_id(old), _by_id(new)
    before, after = (javascript_ini.parse("".join(each.lines())) for each in (old, new))
    for name in before.keys() | after.keys():
        was = before.get(origins.get(name, name), {})
        now, wanted = after.get(name, {}), meant.get(name, {})
        for key in was.keys() | now.keys():
            parent, separator, _ = key.partition(javascript_ini.SEPARATOR)
            is_nested = bool(separator) and wanted.get(parent.lower(), "\n")[:1] in {"", "\n"}
            is_now_lower_case = key != key.lower() and key not in now
            is_changed = was.get(key) != now.get(key) != wanted.get(key.lower())
            if is_changed and not is_nested and not is_now_lower_case:
                raise EditRefused(path, EditRule.OTHERS_READ_IT.value, str(safe(key)))
    for name, values in meant.items():
        for key, value in values.items():
            is_new = meant_before.get(origins.get(name, name), {}).get(key) != value
            if is_new and "\n" not in value and after.get(name, {}).get(key) != value:
                raise EditRefused(path, EditRule.OTHERS_READ_IT.value, str(safe(key)))


def _by_id(document: Document) -> _Reading:
    found: _Reading = {}
    for section in document.sections:
        if (name := javascript_ini.line_id(section.head)) is not None:
            found.setdefault(name, {}).update(section.values)
    return found
