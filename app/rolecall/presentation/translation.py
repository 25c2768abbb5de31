"""Translate the texts: `_` for one sentence, `ngettext` for a sentence that counts something.

English is the language of the source and needs no catalogue. Another language is used if it has a
catalogue, `locale/LANGUAGE/LC_MESSAGES/rolecall.mo`; until then nothing is imported for it. The
language is fixed when the process starts, so a constant of a module may hold a translated text.

`make texts` collects the texts into `locale/rolecall.pot`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping

_DOMAIN = "rolecall"
_LOCALE = os.path.join(os.path.dirname(__file__), "locale")
# As of the shell tool gettext(1): another folder of catalogues, for a translator to try them.
_FOLDER_VARIABLE = "TEXTDOMAINDIR"


def languages(environ: Mapping[str, str]) -> list[str]:
    """Return the languages that the user wants, the best first; none for English and for the locale C.

    The variables and their order are those of GNU gettext: LANGUAGE counts only if the locale is
    not C.
    """
    locale = next(filter(None, map(environ.get, ("LC_ALL", "LC_MESSAGES", "LANG"))), "")
    if _language(locale) in {"", "C", "POSIX"}:
        return []
    wanted = (environ.get("LANGUAGE") or locale).split(":")
    return [each for each in _until_english(wanted) if each]


def _until_english(wanted: list[str]) -> Iterator[str]:
    for each in wanted:
        if _language(each) in {"en", "C", "POSIX"}:
            return
        yield each


def _language(locale: str) -> str:
    """`de` for `de_AT.UTF-8`."""
    return locale.partition(".")[0].partition("@")[0].partition("_")[0]


def _catalogues(environ: Mapping[str, str]) -> tuple[str, list[str]]:
    """The folder of the catalogues, and the wanted languages that have one in it."""
    folder = environ.get(_FOLDER_VARIABLE) or _LOCALE
    return folder, [
        name
        for wanted in languages(environ)
        for name in dict.fromkeys((wanted, wanted.partition(".")[0], _language(wanted)))
        if os.path.isfile(os.path.join(folder, name, "LC_MESSAGES", f"{_DOMAIN}.mo"))
    ]


def _functions(
    environ: Mapping[str, str],
) -> tuple[Callable[[str], str], Callable[[str, str, int], str]]:
    folder, found = _catalogues(environ)
    if not found:
        return _same, _english_plural
    import gettext

    catalogue = gettext.translation(_DOMAIN, folder, found)
    return catalogue.gettext, catalogue.ngettext


def _same(message: str) -> str:
    return message


def _english_plural(singular: str, plural: str, count: int) -> str:
    return singular if count == 1 else plural


def plural_forms(singular: str, plural: str) -> tuple[str, str]:
    """Mark the two forms for extraction. `ngettext` translates them once the count is known."""
    return singular, plural


_, ngettext = _functions(os.environ)
