"""What stands in the files and is not what it seems, or not the same to every client."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from rolecall.files.ini import Document


class FindingKind(Enum):
    """`ui/file_strings.py` has the sentence for each."""

    TWIN = "twin"


@dataclass(frozen=True, slots=True)
class Finding:
    """`line` counts from 1; `subject` is the name it is about, made safe; `other` a second line."""

    kind: FindingKind
    path: Path
    line: int
    subject: str
    other: int = 0


def config_findings(_document: Document) -> tuple[Finding, ...]:
    return ()
