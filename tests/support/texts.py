"""`make texts`: every text that a user reads, collected for translators."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import write_po

ROOT: Final = Path(__file__).resolve().parents[2]
PACKAGE: Final = ROOT / "app" / "rolecall"
TEMPLATE: Final = PACKAGE / "presentation" / "locale" / "rolecall.pot"
_KEYWORDS: Final = {**DEFAULT_KEYWORDS, "plural_forms": (1, 2)}
_COMMENT: Final = "Translators:"
# Without dates and names, so that the file changes only when a text does.
_HEADER: Final = """\
# Texts of rolecall. Made by `make texts`.
#
msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

"""


def catalogue() -> Catalog:
    """The texts of the package, with the files they are in and the comments for translators."""
    found = Catalog(project="rolecall", charset="utf-8")
    for path, _, message, comments, context in extract_from_dir(
        PACKAGE, keywords=_KEYWORDS, comment_tags=(_COMMENT,), strip_comment_tags=True
    ):
        place = (f"app/rolecall/{Path(path).as_posix()}", 0)
        found.add(message, None, [place], auto_comments=comments, context=context)
    return found


def template() -> str:
    """The content of `rolecall.pot`, sorted by file."""
    written = BytesIO()
    write_po(written, catalogue(), omit_header=True, sort_by_file=True, include_lineno=False)
    return _HEADER + written.getvalue().decode()


if __name__ == "__main__":
    TEMPLATE.parent.mkdir(exist_ok=True)
    TEMPLATE.write_text(template(), encoding="utf-8")
