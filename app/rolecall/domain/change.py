"""What a write would do, before it is done."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Protocol

_SECRET: Final = re.compile(
    r"^([+ -]?\s*(?:aws_secret_access_key|aws_session_token|aws_security_token)\s*[=:]\s*)\S.*$",
    re.IGNORECASE | re.MULTILINE,
)


class Edit(Protocol):
    """One change to a document; `summary` is a verb and a name: `set-profile dev`."""

    @property
    def summary(self) -> str: ...

    def footprint(self, document: Any) -> object:
        """What the edit is about, as it stands: if that differs, two writers are in conflict."""

    def apply(self, document: Any) -> None:
        """Change the document. Raises EditRefused."""


@dataclass(frozen=True, slots=True)
class Change:
    """What a write would do. `before` is None where there is no file yet."""

    path: Path
    before: bytes | None = field(repr=False)
    after: bytes = field(repr=False)
    summary: str
    edits: tuple[Edit, ...] = field(default=(), repr=False)

    @property
    def is_empty(self) -> bool:
        return self.after == (self.before or b"")

    def diff(self) -> str:
        """A unified diff, empty where nothing changes; secrets hidden."""
        return hide_secrets(unified_diff(self.before or b"", self.after, self.path.name))


def hide_secrets(text: str) -> str:
    """Lines of a file, or of a diff, without the values of secret keys."""
    return _SECRET.sub(r"\1…", text)


def unified_diff(before: bytes, after: bytes, name: str, context: int = 3) -> str:
    """Unified diff of two files. Quick also for thousands of lines that are alike, as profiles are:
    only what stands between lines that both have just once is compared line by line.
    """
    import difflib

    old = before.decode("utf-8", "replace").splitlines()
    new = after.decode("utf-8", "replace").splitlines()
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    vars(matcher)["opcodes"] = _opcodes(old, new)  # which it would else look for itself
    lines: list[str] = []
    for group in matcher.get_grouped_opcodes(context):
        (_, i, _, j, _), (_, _, i_end, _, j_end) = group[0], group[-1]
        lines.append(f"@@ -{_range(i, i_end)} +{_range(j, j_end)} @@")
        for tag, i1, i2, j1, j2 in group:
            if tag == "equal":
                lines += [f" {line}" for line in old[i1:i2]]
                continue
            lines += [f"-{line}" for line in old[i1:i2]]
            lines += [f"+{line}" for line in new[j1:j2]]
    return "\n".join([f"--- {name}", f"+++ {name}", *lines] if lines else [])


_Opcode = tuple[str, int, int, int, int]


def _opcodes(old: list[str], new: list[str]) -> list[_Opcode]:
    """What `SequenceMatcher.get_opcodes` says, found piece by piece."""
    import difflib

    found: list[_Opcode] = []

    def add(tag: str, i1: int, i2: int, j1: int, j2: int) -> None:
        if i1 == i2 and j1 == j2:
            return
        if found and found[-1][0] == tag:
            _, i1, _, j1, _ = found.pop()
        found.append((tag, i1, i2, j1, j2))

    i = j = 0
    for next_i, next_j in [*_landmarks(old, new), (len(old), len(new))]:
        while i < next_i and j < next_j and old[i] == new[j]:
            add("equal", i, i + 1, j, j + 1)
            i, j = i + 1, j + 1
        piece = difflib.SequenceMatcher(None, old[i:next_i], new[j:next_j], autojunk=False)
        for tag, i1, i2, j1, j2 in piece.get_opcodes():
            add(tag, i + i1, i + i2, j + j1, j + j2)
        i, j = next_i, next_j
    return found


def _landmarks(old: list[str], new: list[str]) -> list[tuple[int, int]]:
    """Places of lines that both have once and in the same order (a patience diff's)."""
    once = {line: i for i, line in enumerate(old) if line.strip()}
    counts_old, counts_new = Counter(old), Counter(new)
    places: list[tuple[int, int]] = []
    for j, line in enumerate(new):
        if counts_new[line] == 1 and counts_old[line] == 1 and line in once:
            i = once[line]
            while places and places[-1][0] > i:
                places.pop()
            places.append((i, j))
    return places


def _range(start: int, end: int) -> str:
    """As `diff -u` counts: from 1, and of no lines the line before."""
    length = end - start
    if length == 1:
        return f"{start + 1}"
    return f"{start + 1 if length else start},{length}"
