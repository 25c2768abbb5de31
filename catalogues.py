"""Makes the catalogues that rolecall reads, `rolecall.mo`, of the translations, `rolecall.po`."""

from __future__ import annotations

from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

_LOCALE = Path("app", "rolecall", "presentation", "locale")


def make_catalogues(root: Path, target: Path) -> list[Path]:
    """Compile all translations. Returns the new files: in the same folders, but below `target`."""
    made = []
    for source in sorted(root.joinpath(_LOCALE).glob("*/LC_MESSAGES/*.po")):
        path = target / source.relative_to(root).with_suffix(".mo")
        path.parent.mkdir(parents=True, exist_ok=True)
        with source.open("rb") as translations, path.open("wb") as file:
            write_mo(file, read_po(translations))
        made.append(path)
    return made
