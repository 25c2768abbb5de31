"""A language with every text in ⟦brackets⟧: a text without them bypasses translation."""

from __future__ import annotations

from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo

from tests.support import texts

LANGUAGE = "eo"  # any language with plurals like the English ones


def marked(text: str) -> str:
    return f"⟦{text}⟧"


def write(folder: Path) -> dict[str, str]:
    """Write the catalogue to the folder. Returns the environment that makes rolecall use it."""
    catalogue = Catalog(locale=LANGUAGE, domain="rolecall", charset="utf-8")
    for message in texts.catalogue():
        if message.id:
            forms = message.id
            translated = (
                marked(forms) if isinstance(forms, str) else tuple(marked(each) for each in forms)
            )
            catalogue.add(forms, translated, context=message.context)
    path = folder / LANGUAGE / "LC_MESSAGES" / "rolecall.mo"
    path.parent.mkdir(parents=True)
    with path.open("wb") as file:
        write_mo(file, catalogue)
    return {"LANG": f"{LANGUAGE}.UTF-8", "TEXTDOMAINDIR": str(folder)}
