"""The bytes that a write replaced, kept so that it can be taken back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Backups:
    state: Path

    def keep(
        self, path: Path, before: bytes | None, after: bytes, summary: str, when: datetime
    ) -> None:
        pass
