"""`make keys`: writes the README's key table from the declaration of commands."""

from __future__ import annotations

import re
from pathlib import Path

from rolecall.presentation.commands import markdown_table

README = Path(__file__).resolve().parents[2] / "README.md"
_SECTION = re.compile(r"(?<=<!-- keys: made by `make keys` -->\n).*(?=<!-- /keys -->)", re.DOTALL)


def with_key_table(text: str) -> str:
    """Return the README with the current key table. Raises ValueError if it lacks the markers."""
    updated, count = _SECTION.subn(lambda _: markdown_table(), text)
    if count != 1:
        raise ValueError("the README lacks the markers of the key table")
    return updated


if __name__ == "__main__":
    README.write_text(with_key_table(README.read_text(encoding="utf-8")), encoding="utf-8")
