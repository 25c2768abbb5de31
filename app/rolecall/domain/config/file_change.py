"""A write to a file: planned, or made."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Protocol

from rolecall.domain.config.redaction import hide_secrets
from rolecall.domain.records import dataclass, field

_ABOVE: Final = "^"  # marks a line that is not shown, but shows what is secret
_RETURN: Final = "\N{SYMBOL FOR CARRIAGE RETURN}"
_NO_FILE: Final = "/dev/null"  # as in a diff of git
_CONTEXT: Final = 3  # lines around a change
SET_UP_SHELL: Final = "set-up-shell"  # the verb of changes of start-up files


class Edit(Protocol):
    """One change to an `ini.Document`; `summary` is a verb and a name: `set-profile dev`."""

    @property
    def summary(self) -> str: ...

    def footprint(self, document: Any) -> object:
        """Return what the edit depends on. If it has changed since, two writers are in conflict."""

    def apply(self, document: Any) -> None:
        """Change the document. Raises EditRefused."""


@dataclass(frozen=True, slots=True)
class Change:
    """A planned write. `before` is None if the file does not exist yet. `deletes`: the file is
    deleted, and `after` is empty.
    """

    path: Path
    before: bytes | None = field(repr=False)
    after: bytes = field(repr=False)
    summary: str
    edits: tuple[Edit, ...] = field(default=(), repr=False)
    deletes: bool = False

    @property
    def is_empty(self) -> bool:
        if self.deletes:
            return self.before is None
        return self.after == (self.before or b"")

    def diff(self) -> str:
        """Return a unified diff with secrets hidden; empty if nothing changes.

        For a start-up file it has only changed lines: others may have a secret in any form.
        """
        is_startup_file = self.summary.removeprefix("undo ").startswith(f"{SET_UP_SHELL} ")
        context, above = (0, "") if is_startup_file else (_CONTEXT, _ABOVE)
        diff = unified_diff(self.before or b"", self.after, self.path.name, context, above=above)
        if self.deletes:
            diff = diff.replace(f"+++ {self.path.name}", f"+++ {_NO_FILE}", 1)
        lines = hide_secrets(diff, is_diff=True).split("\n")
        shown = "\n".join(line for line in lines if not line.startswith(_ABOVE))
        return shown.replace("\r", _RETURN)  # not earlier: for secrets it is a space

    @property
    def lines_written(self) -> list[str]:
        """The lines that are new, with secrets hidden."""
        lines = self.diff().splitlines()[2:]
        return [line[1:] for line in lines if line.startswith("+")]


def unified_diff(
    before: bytes, after: bytes, name: str, context: int = _CONTEXT, *, above: str = ""
) -> str:
    """Return the unified diff of two files. It is fast for thousands of similar lines, as profiles
    are: only what is between lines that occur exactly once in both files is compared line by line.

    With the sign `above`, a part that begins within a value has the lines from its key on, too. A
    carriage return at the end of a line is shown only if the change adds or removes one.
    """
    import difflib

    old_text, new_text = before.decode("utf-8", "replace"), after.decode("utf-8", "replace")
    old, new = old_text.splitlines(), new_text.splitlines()
    opcodes = _opcodes(old, new)
    if "\r" in f"{old_text}{new_text}" and _has_other_endings(opcodes, old_text, new_text):
        old, new = _with_returns(old_text), _with_returns(new_text)
        opcodes = _opcodes(old, new)
    matcher: difflib.SequenceMatcher[str] = difflib.SequenceMatcher()
    vars(matcher)["opcodes"] = opcodes  # instead of SequenceMatcher's slow search
    lines: list[str] = []
    for group in matcher.get_grouped_opcodes(context):
        (_, i, _, j, _), (_, _, i_end, _, j_end) = group[0], group[-1]
        lines.append(f"@@ -{_range(i, i_end)} +{_range(j, j_end)} @@")
        if above:
            lines += [f"{above}{line}" for line in old[_start_of_value(old, i) : i]]
        for tag, i1, i2, j1, j2 in group:
            if tag == "equal":
                lines += [f" {line}" for line in old[i1:i2]]
                continue
            lines += [f"-{line}" for line in old[i1:i2]]
            lines += [f"+{line}" for line in new[j1:j2]]
    return "\n".join([f"--- {name}", f"+++ {name}", *lines] if lines else [])


def _start_of_value(lines: list[str], at: int) -> int:
    """Return the line of the key that the line may belong to, as part of its value."""
    while at > 0 and (not lines[at].strip() or lines[at][0] in " \t#;"):
        at -= 1
    return at


_Opcode = tuple[str, int, int, int, int]


def _has_other_endings(opcodes: list[_Opcode], old_text: str, new_text: str) -> bool:
    """Return whether lines that are equal end differently. The last line may have no end."""
    old, new = old_text.splitlines(keepends=True), new_text.splitlines(keepends=True)
    return any(
        before.endswith("\r\n") != after.endswith("\r\n")
        for tag, i1, i2, j1, j2 in opcodes
        if tag == "equal"
        for before, after in zip(old[i1:i2], new[j1:j2], strict=True)
        if before.endswith("\n") and after.endswith("\n")
    )


def _with_returns(text: str) -> list[str]:
    """Return the lines with their carriage returns."""
    return [line.removesuffix("\n") for line in text.splitlines(keepends=True)]


def _opcodes(old: list[str], new: list[str]) -> list[_Opcode]:
    """Return what `SequenceMatcher.get_opcodes` returns, calculated piece by piece."""
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
    """Return where lines are that occur once in both and in the same order (a patience diff)."""
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
    """Format a range as `diff -u` does: from 1, and the line before for an empty range."""
    length = end - start
    if length == 1:
        return f"{start + 1}"
    return f"{start + 1 if length else start},{length}"


@dataclass(frozen=True, slots=True)
class Backup:
    """A write that rolecall has made and can undo. `before` and `after` are the SHA-256 of the old
    bytes and of what was written; `existed`: there was a file.
    """

    stem: str
    path: Path
    when: datetime
    summary: str
    before: str
    after: str
    existed: bool
    is_undo: bool = False
    is_undone: bool = False
