"""Planned writes as people read them: how many lines of which file, and the lines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rolecall.presentation.paths import as_written
from rolecall.presentation.translation import Counted, join_sentences

if TYPE_CHECKING:
    from rolecall.domain.config.file_change import Change

_ADDED: Final = Counted(
    "{count:,} line is added to {path}.", "{count:,} lines are added to {path}."
)
_REMOVED: Final = Counted(
    "{count:,} line is removed from {path}.", "{count:,} lines are removed from {path}."
)
_CHANGED: Final = Counted("{count:,} line of {path} changes.", "{count:,} lines of {path} change.")
# Translators: after "3 lines are added to ~/.aws/config."
_ALSO_REMOVED: Final = Counted("{count:,} line is removed.", "{count:,} lines are removed.")
_GAP: Final = " ···"  # between parts that are apart in the file


def difference(*changes: Change) -> str:
    """Return the changed lines and those around them, below a sentence for each file; empty if
    nothing changes. Added lines begin with `+`, removed ones with `-`, others with a space.

    Like `Change.diff` it hides secrets; with many lines it belongs in a thread.
    """
    return "\n".join(filter(None, map(_difference, changes)))


def _difference(change: Change) -> str:
    first, *parts = change.diff().partition("\n@@ ")[2].split("\n@@ ")
    if not first:
        return ""
    bodies = [each.partition("\n")[2] for each in (first, *parts)]
    return "\n".join([_sentence(change, bodies), f"\n{_GAP}\n".join(bodies)])


def _sentence(change: Change, bodies: list[str]) -> str:
    path = as_written(change.path)
    counts = [[_count(body, sign) for sign in "+-"] for body in bodies]
    added, removed = map(sum, zip(*counts, strict=True))
    if all(plus == minus for plus, minus in counts):
        return _CHANGED(added, path=path)
    if not added:
        return _REMOVED(removed, path=path)
    return join_sentences(_ADDED(added, path=path), *([_ALSO_REMOVED(removed)] if removed else []))


def _count(body: str, sign: str) -> int:
    return sum(line.startswith(sign) for line in body.split("\n"))
