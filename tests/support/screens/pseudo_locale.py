"""A language with every text in ⟦brackets⟧: a text without them bypasses translation.

With `longer` instead of `marked`, the texts are also accented, and as long as in a wordy language.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo

from tests.support import texts

_ACCENTS = str.maketrans("aeiouAEIOU", "áêïöùÁÊÏÖÙ")
LANGUAGE = "eo"  # any language with plurals like the English ones
_FIELD = re.compile(r"\{[^}]*\}")


def marked(text: str) -> str:
    return f"⟦{text}⟧"


def longer(text: str) -> str:
    """The text accented, and longer by 40 %. Fields, commands, options and formats stay."""
    kept = re.split(r"(\{+[^}]*\}+|`[^`]*`|--[a-z-]+|%[A-Za-z]|\S*[/_@]\S*)", text)
    kept[::2] = [each.translate(_ACCENTS) for each in kept[::2]]
    return marked("".join(kept) + "~" * round(len(text) * 0.4))


def write(folder: Path, change: Callable[[str], str] = marked) -> dict[str, str]:
    """Write the catalogue to the folder. Returns the environment that makes rolecall use it."""
    catalogue = Catalog(locale=LANGUAGE, domain="rolecall", charset="utf-8")
    for message in texts.catalogue():
        is_text = any(each.isalpha() for each in _FIELD.sub("", str(message.id)))
        if is_text:  # not what only puts fields next to each other
            forms = message.id
            translated = (
                change(forms) if isinstance(forms, str) else tuple(change(each) for each in forms)
            )
            catalogue.add(forms, translated, context=message.context)
    path = folder / LANGUAGE / "LC_MESSAGES" / "rolecall.mo"
    path.parent.mkdir(parents=True)
    with path.open("wb") as file:
        write_mo(file, catalogue)
    return {"LANG": f"{LANGUAGE}.UTF-8", "TEXTDOMAINDIR": str(folder)}
