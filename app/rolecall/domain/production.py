"""Which accounts, permission sets and profiles are production: the one verdict of all outputs."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import chain
from typing import Final

from rolecall.domain.records import NamedTuple
from rolecall.domain.text import CASE_CHANGE, original

PRODUCTION: Final = "prod|prd|production|本番"
ANY: Final = "*"  # for settings that cannot be read: every name is that of production

# A word after one of these is not that of production: `non-prod`, `pre_prod`.
_NOT: Final = tuple(f"{word}{between}" for word in ("non", "not", "pre") for between in "-_. ")
_SIGNS: Final = frozenset(r"\^$()[]{}+?")  # what only a regular expression has
_GROUP: Final = r"([^()|]*)\((?:\?:)?([^()]*)\)((?!\*)[^()|]*)"
_OLD: Final = r"(\^|\\b)?((?:\.[*+]|\\[^\w*]|[^\\^$()\[\]{}+?.*])*)(\$|\\b)?"


def words_of(text: str) -> str | None:
    """Return the words and globs of a setting, with `|` between them; None if it is none.

    It was a regular expression once. An old one with an obvious meaning is converted: `^prod-.*` is
    `prod-*`, `\bprod\b` is `prod`. Others are none.
    """
    found = text.split("|")
    if _is_expression(text):
        found = [_converted(each) for each in _spread(text.removeprefix("(?i)")).split("|")]
    words = "|".join(dict.fromkeys(filter(None, map(str.strip, found))))
    return None if _is_expression(words) or (text and not words) else words


def _is_expression(text: str) -> bool:
    return ".*" in text or not _SIGNS.isdisjoint(text)


def _spread(text: str) -> str:
    """Return a regular expression with its one group written out: `^(a|b)-` is `^a-|^b-`."""
    found = re.fullmatch(_GROUP, text)
    if not found:
        return text
    before, inside, after = found.groups()
    return "|".join(f"{before}{each}{after}" for each in inside.split("|"))


def _converted(text: str) -> str:
    """Return an alternative of a regular expression as a word or a glob that matches no less; the
    same text if there is none.
    """
    found = re.fullmatch(_OLD, text)
    if not found or not _is_expression(text):
        return text
    start, body, end = found.groups("")
    words = re.sub(r"\\(.)", r"\1", re.sub(r"(?<!\\)\.[*+]", "*", body))
    if r"\b" in (start, end):
        return words if start == end and "*" not in words else text
    before, after = "" if start else "*", "" if end else "*"
    return re.sub(r"\*+", "*", f"{before}{words}{after}")


def with_shared(own: str, shared: str) -> str:
    """Return the words and globs of both: a team can only add to them."""
    return "|".join(dict.fromkeys(filter(None, (*own.split("|"), *shared.split("|")))))


def more_than_default(words: str) -> str:
    """Return the words and globs that are not the default ones."""
    default = PRODUCTION.split("|")
    return "|".join(each for each in words.split("|") if each not in default)


class ProductionRule:
    """Which names are production, ignoring case: those with one of the words as a separate word,
    but not after `non-`, `not-` or `pre-`, and those that a glob fits as a whole. `*` in a glob is
    any text.

    Takes what `words_of` returns. The time is linear in the length of a name. The answers are kept,
    because a screen asks again for each frame.
    """

    def __init__(self, words: str) -> None:
        pieces = words.casefold().split("|") if words else []
        self._words = [each for each in pieces if "*" not in each]
        self._globs = [each.split("*") for each in pieces if "*" in each]
        self.is_any = ANY in pieces
        self._known: dict[str, bool] = {}

    def matches(self, name: str) -> bool:
        """A name is searched as it is, and with spaces where the case changes: `CoreProd` is
        `Core Prod`.
        """
        name = original(name)
        found = self._known.get(name)
        if found is None:
            found = self._known[name] = self._is_found(name)
        return found

    def _is_found(self, name: str) -> bool:
        if not name:
            return False
        if self._is_in(name.casefold()):
            return True
        return not name.islower() and self._is_in(re.sub(CASE_CHANGE, " ", name).casefold())

    def _is_in(self, text: str) -> bool:
        if any(_has_word(text, each) for each in self._words):
            return True
        return any(_fits(text, each) for each in self._globs)


def _has_word(text: str, word: str) -> bool:
    at = text.find(word)
    while at >= 0:
        if _is_separate(text, at, at + len(word)):
            return True
        at = text.find(word, at + 1)
    return False


def _is_separate(text: str, start: int, end: int) -> bool:
    """Return whether the letters of this part do not continue outside it."""
    if _is_letter(text[end - 1]) and _is_letter(text[end : end + 1]):
        return False
    if not _is_letter(text[start]):
        return True
    return not (_is_letter(text[start - 1 : start]) or text.endswith(_NOT, 0, start))


def _is_letter(character: str) -> bool:
    return "a" <= character <= "z"


def _fits(text: str, parts: Sequence[str]) -> bool:
    """Return whether the text is these parts, with any text between them."""
    first, *others, last = parts
    at, end = len(first), len(text) - len(last)
    if at > end or not (text.startswith(first) and text.endswith(last)):
        return False
    for part in others:
        at = text.find(part, at, end)
        if at < 0:
            return False
        at += len(part)
    return True


production_rule = lru_cache(maxsize=4)(ProductionRule)


class Production(NamedTuple):
    """The rule, and what returns every name that refers to an account: that of the account, its
    alias and groups, and the names of its profiles. The e-mail address says nothing.

    `is_known`: all these names can be read. If not, every role counts as production.
    """

    rule: ProductionRule
    names_of: Callable[[str], Iterable[str]]
    is_known: Callable[[], bool] = lambda: True

    def is_production(self, account_id: str, *names: str) -> bool:
        """Return whether a role is production: one of its names is, or any name of its account.

        `account_id` is empty if it is unknown. `names` are what else is known of the role.
        """
        matches = self.rule.matches
        if any(map(matches, names)):
            return True
        if account_id and (self.rule.is_any or any(map(matches, self.names_of(account_id)))):
            return True
        return not self.is_known()

    def with_names(self, names: Mapping[str, Iterable[str]]) -> Production:
        """Return the same with more names by account ID: those of profiles to save."""

        def names_of(account_id: str) -> Iterable[str]:
            return chain(names.get(account_id, ()), self.names_of(account_id))

        return self._replace(names_of=names_of)


# For rows whose verdict nobody asks for.
NO_PRODUCTION: Final = Production(ProductionRule(""), lambda _: ())
