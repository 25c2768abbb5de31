"""`make texts`: every text that a user reads, for translators, and what is new in each language.

It prints what the languages lack.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from io import BytesIO
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT: Final = Path(__file__).resolve().parents[2]
PACKAGE: Final = ROOT / "app" / "rolecall"
LOCALE: Final = PACKAGE / "presentation" / "locale"
TEMPLATE: Final = LOCALE / "rolecall.pot"
_KEYWORDS: Final = {**DEFAULT_KEYWORDS, "Counted": (1, 2)}
_COMMENT: Final = "Translators:"
# Without dates and names, so that a file changes only when a text does.
_HEADER: Final = """\
# {title}
#
msgid ""
msgstr ""
{language}"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {plural_forms}\\n"

"""
CLICK: Final = "click"  # the place of its texts
# What click says in rolecall's commands, in the versions that rolecall may be installed with.
_CLICKS: Final[tuple[str | tuple[str, str], ...]] = (
    *("Usage:", "Options", "Commands", "default: {default}", "Show the version and exit."),
    *("Aborted!", "Error: {message}", "Error: invalid input"),
    "Try '{command} {option}' for help.",
    *("Invalid value: {message}", "Invalid value for {param_hint}: {message}"),
    *("Missing argument", "Missing option", "Missing parameter", "Missing command."),
    *("No such option {name!r}.", "No such option: {name}", "No such command {name!r}."),
    "Option {name!r} does not take a value.",
    ("Option {name!r} requires an argument.", "Option {name!r} requires {nargs} arguments."),
    ("Did you mean {possibility}?", "(Did you mean one of: {possibilities}?)"),
    ("Got unexpected extra argument ({args})", "Got unexpected extra arguments ({args})"),
    ("{value!r} is not {choice}.", "{value!r} is not one of {choices}."),
    *("{value!r} is not a valid {number_type}.", "{value} is not in the range {range}."),
)


def catalogue() -> Catalog:
    """The texts of the package, with the files they are in and the comments for translators."""
    found = Catalog(project="rolecall", charset="utf-8")
    for path, _, message, comments, context in extract_from_dir(
        PACKAGE, keywords=_KEYWORDS, comment_tags=(_COMMENT,), strip_comment_tags=True
    ):
        place = (f"app/rolecall/{Path(path).as_posix()}", 0)
        found.add(message, None, [place], auto_comments=comments, context=context)
    for text in _CLICKS:
        found.add(text, None, [(CLICK, 0)])
    return found


def template() -> str:
    """The content of `rolecall.pot`, sorted by file."""
    forms = "nplurals=2; plural=(n != 1);"
    return _written(catalogue(), "Texts of rolecall. Made by `make texts`.", "", forms)


def translations() -> dict[str, Path]:
    """The files of translations, by language."""
    return {path.parts[-3]: path for path in sorted(LOCALE.glob("*/LC_MESSAGES/rolecall.po"))}


def read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file)


def merged(path: Path) -> str:
    """The content of a file of translations, with all texts and with no others."""
    translated = read(path)
    translated.update(catalogue(), no_fuzzy_matching=True)
    language = path.parts[-3]
    title = f"Texts of rolecall in the language {language}. `make texts` adds those that it lacks."
    line = f'"Language: {language}\\n"\n'
    return _written(translated, title, line, translated.plural_forms)


def lacking(path: Path) -> list[str]:
    """The texts of the template without a translation, or with one that is only a guess."""
    translated = read(path)
    found = []
    for message in catalogue():
        there = translated.get(message.id, message.context)
        if message.id and (there is None or there.fuzzy or not all(forms(there.string))):
            found.append(forms(message.id)[0])
    return found


def forms(text: str | Sequence[str] | None) -> tuple[str, ...]:
    """The text, or the forms of one that counts something."""
    return (text or "",) if isinstance(text, str | None) else tuple(text)


def all_in(language: str) -> Iterator[str]:
    """Yield all texts of a language, also each form of one that counts something."""
    for message in read(translations()[language]):
        if message.id:
            yield from forms(message.string)


def compile_to(folder: Path) -> None:
    """Write the catalogues to a folder that TEXTDOMAINDIR can name."""
    for language, path in translations().items():
        target = folder / language / "LC_MESSAGES" / "rolecall.mo"
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("wb") as file:
            write_mo(file, read(path))


def _written(texts: Catalog, title: str, language: str, plural_forms: str) -> str:
    written = BytesIO()
    write_po(
        written,
        texts,
        omit_header=True,
        sort_by_file=True,
        include_lineno=False,
        ignore_obsolete=True,
    )
    header = _HEADER.format(title=title, language=language, plural_forms=plural_forms)
    return header + written.getvalue().decode()


def main() -> None:
    TEMPLATE.write_text(template(), encoding="utf-8")
    for language, path in translations().items():
        path.write_text(merged(path), encoding="utf-8")
        for text in lacking(path):
            print(f"{language} lacks: {text}")
    compile_to(LOCALE)


if __name__ == "__main__":
    main()
