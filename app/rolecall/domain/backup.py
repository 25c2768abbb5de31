"""A write that rolecall has made and can undo."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from rolecall.domain.records import dataclass


@dataclass(frozen=True, slots=True)
class Backup:
    """One write. `after` is the SHA-256 of what was written; `existed`: there was a file."""

    stem: str
    path: Path
    when: datetime
    summary: str
    after: str
    existed: bool
    is_undo: bool = False
    is_undone: bool = False
