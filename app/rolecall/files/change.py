"""What a write would do, before it is done."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from rolecall.files.ini import Document, Section

_SECRET: Final = re.compile(
    r"^([+ -]?\s*(?:aws_secret_access_key|aws_session_token|aws_security_token)\s*[=:]\s*)\S.*$",
    re.IGNORECASE | re.MULTILINE,
)


class Edit(Protocol):
    """One change to a document; `summary` is a verb and a name: `set-profile dev`."""

    @property
    def summary(self) -> str: ...

    def footprint(self, document: Document) -> object:
        """What the edit is about, as it stands: if that differs, two writers are in conflict."""

    def apply(self, document: Document) -> list[Section]:
        """Change the document; the sections that are new or changed. Raises EditRefused."""


@dataclass(frozen=True, slots=True)
class Change:
    """What a write would do. `before` is None where there is no file yet."""

    path: Path
    before: bytes | None = field(repr=False)
    after: bytes = field(repr=False)
    summary: str
    edits: tuple[Edit, ...] = field(default=(), repr=False)
    text: str = field(default="", repr=False)

    @property
    def is_empty(self) -> bool:
        return self.after == (self.before or b"")

    def lines(self) -> str:
        """The sections that are new or changed, as they will stand in the file; secrets hidden."""
        return _SECRET.sub(r"\1…", self.text)

    def diff(self) -> str:
        """A unified diff, empty where nothing changes; secrets hidden."""
        return _SECRET.sub(r"\1…", unified_diff(self.before or b"", self.after, self.path.name))


def unified_diff(before: bytes, after: bytes, name: str, context: int = 3) -> str:
    """Unified diff of two files; what is the same at both ends is not compared line by line."""
    import difflib

    old = before.decode("utf-8", "replace").splitlines()
    new = after.decode("utf-8", "replace").splitlines()
    start, end = 0, 0
    while start < min(len(old), len(new)) and old[start] == new[start]:
        start += 1
    while end < min(len(old), len(new)) - start and old[-1 - end] == new[-1 - end]:
        end += 1
    start, end = max(0, start - context), max(0, end - context)
    lines = difflib.unified_diff(
        [""] * start + old[start : len(old) - end],
        [""] * start + new[start : len(new) - end],
        name,
        name,
        n=context,
        lineterm="",
    )
    return "\n".join(lines)
