"""Translate the texts: `_` for one sentence, `ngettext` for a sentence that counts something.

English is the language of the source and needs no catalogue. Another language is used if it has a
catalogue, `locale/LANGUAGE/LC_MESSAGES/rolecall.mo`; until then nothing is imported for it. The
language is fixed when the process starts, so a constant of a module may hold a translated text.

`make texts` collects the texts into `locale/rolecall.pot`, and adds new ones to `rolecall.po` of each
language. A build, and an editable install, compile it to `rolecall.mo`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Final

from rolecall.domain.records import NamedTuple
from rolecall.services.base.text_facts import language_setting

if TYPE_CHECKING:
    from gettext import GNUTranslations

_ENGLISH = "en"
_DOMAIN = "rolecall"
_LOCALE = os.path.join(os.path.dirname(__file__), "locale")
# As in gettext(1): another folder of catalogues, for a translator to try them.
_FOLDER_VARIABLE = "TEXTDOMAINDIR"


def languages(environ: Mapping[str, str]) -> list[str]:
    """Return the languages that the user wants, the best first; none for English and the locale C.

    The setting comes first, unless there are no texts in its language. The variables and their order
    are those of GNU gettext: LANGUAGE counts only if the locale is not C.
    """
    if (chosen := language_setting(environ)) and is_available(chosen):
        return list(_until_english([chosen]))
    locale = next(filter(None, map(environ.get, ("LC_ALL", "LC_MESSAGES", "LANG"))), "")
    if _language(locale) in {"", "C", "POSIX"}:
        return []
    wanted = (environ.get("LANGUAGE") or locale).split(":")
    return [each for each in _until_english(wanted) if each]


def _until_english(wanted: list[str]) -> Iterator[str]:
    for each in wanted:
        if _language(each) in {_ENGLISH, "C", "POSIX"}:
            return
        yield each


def _language(locale: str) -> str:
    """`de` for `de_AT.UTF-8`."""
    return locale.partition(".")[0].partition("@")[0].partition("_")[0]


def available() -> list[str]:
    """Return the languages that there are: English, and those with a catalogue."""
    folder = _folder(os.environ)
    names = os.listdir(folder) if os.path.isdir(folder) else []
    return [_ENGLISH, *(name for name in sorted(names) if os.path.isfile(_file(folder, name)))]


def is_available(locale: str) -> bool:
    """Return whether there are texts in a language, for `ja_JP` those in `ja`."""
    return not {*_names(locale)}.isdisjoint(available())


def _names(locale: str) -> tuple[str, ...]:
    """Return the names that its catalogue may have, the best first."""
    return tuple(dict.fromkeys((locale, locale.partition(".")[0], _language(locale))))


def _folder(environ: Mapping[str, str]) -> str:
    return environ.get(_FOLDER_VARIABLE) or _LOCALE


def _file(folder: str, name: str) -> str:
    return os.path.join(folder, name, "LC_MESSAGES", f"{_DOMAIN}.mo")


def _catalogue(environ: Mapping[str, str]) -> GNUTranslations | None:
    """Return the texts in the best of the wanted languages; what it lacks is in the next ones."""
    folder = _folder(environ)
    found = [
        _file(folder, name)
        for wanted in languages(environ)
        for name in _names(wanted)
        if os.path.isfile(_file(folder, name))
    ]
    if not found:
        return None
    from gettext import GNUTranslations

    def read(path: str) -> GNUTranslations:
        with open(path, "rb") as file:
            return GNUTranslations(file)

    best, *others = map(read, found)
    for each in others:
        best.add_fallback(each)
    return best


def translate_click() -> None:
    """Translate the texts of click and argparse, which take gettext's functions when imported."""
    if _texts is not None:
        import gettext

        vars(gettext).update(gettext=_texts.gettext, ngettext=_texts.ngettext)


class Counted(NamedTuple):
    """A text that counts something, in its two forms, which are translated when it is called."""

    singular: str
    plural: str

    def __call__(self, count: int, /, **facts: object) -> str:
        """Return the text for this count, with the count and the other facts filled in."""
        return ngettext(self.singular, self.plural, count).format(count=count, **facts)


def _english_plural(singular: str, plural: str, count: int) -> str:
    return singular if count == 1 else plural


def _same_in_context(_context: str, message: str) -> str:
    return message


_texts = _catalogue(os.environ)
IS_ENGLISH = _texts is None
_: Callable[[str], str] = str if _texts is None else _texts.gettext
# The same for a word that has two meanings: the context says which.
pgettext: Callable[[str, str], str] = _same_in_context if _texts is None else _texts.pgettext
ngettext: Callable[[str, str, int], str] = _english_plural if _texts is None else _texts.ngettext
# Translators: two whole sentences; keep the space only if your language has one between sentences.
_TWO: Final = _("{first} {second}")
_BETWEEN: Final = _TWO.removeprefix("{first}").removesuffix("{second}")


def join_sentences(first: str, *others: str) -> str:
    """Return the sentences as one text, without the empty ones."""
    for other in filter(None, others):
        first = _BETWEEN.join((first, other))
    return first
