"""Which accounts and profiles are production, by their names."""

from __future__ import annotations

import re
from typing import Final

from rolecall.domain.text import original

# `prod`, `prd`, `production` and `本番` as separate words, but not `non-prod` or `pre-prod`.
PRODUCTION: Final = (
    r"(?<![a-z])(?<!non[-_. ])(?<!not[-_. ])(?<!pre[-_. ])pro?d(uction)?(?![a-z])|本番"
)
ANY: Final = "^"  # for settings that cannot be read: every name is that of production
# Where a word begins in a name without separators: `Core|Prod`, `prod|EU`, `AWS|Prod`.
_CASE_CHANGE: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def is_pattern(text: str) -> bool:
    """Return whether the text is a regular expression that Python can use."""
    try:
        re.compile(text, re.IGNORECASE)
    except (re.error, OverflowError, RecursionError):  # the last are for numbers and nesting
        return False
    return True


def is_production(pattern: str, *names: str) -> bool:
    """Return whether a name matches the regular expression, ignoring case; '' matches nothing.

    A name is searched as it is, and with spaces where the case changes: `CoreProd` is `Core Prod`.
    """
    if not pattern:
        return False
    found = re.compile(pattern, re.IGNORECASE)
    return any(
        found.search(name) or found.search(_CASE_CHANGE.sub(" ", name))
        for name in map(original, names)
    )
