"""Which accounts, permission sets and profiles are production: the one verdict of all outputs."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from itertools import chain
from typing import Final, NamedTuple

from rolecall.domain.text import CASE_CHANGE, original

# `prod`, `prd`, `production` and `本番` as separate words, but not `non-prod` or `pre-prod`.
PRODUCTION: Final = (
    r"(?<![a-z])(?<!non[-_. ])(?<!not[-_. ])(?<!pre[-_. ])pro?d(uction)?(?![a-z])|本番"
)
ANY: Final = "^"  # for settings that cannot be read: every name is that of production


def is_pattern(text: str) -> bool:
    """Return whether the text is a regular expression that Python can use."""
    try:
        re.compile(text, re.IGNORECASE)
    except (re.error, OverflowError, RecursionError):  # the last are for numbers and nesting
        return False
    return True


class ProductionRule:
    """Which names are production: those that match a regular expression, ignoring case.

    '' matches nothing. The answers are kept, because a screen asks again for each frame.
    """

    def __init__(self, pattern: str) -> None:
        self._search = re.compile(pattern, re.IGNORECASE).search if pattern else None
        self.is_any = pattern == ANY
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
        if self._search is None or not name:
            return False
        if self._search(name):
            return True
        return not name.islower() and bool(self._search(re.sub(CASE_CHANGE, " ", name)))


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
