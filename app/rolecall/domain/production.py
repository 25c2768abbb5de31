"""Which accounts and profiles are production, by their names."""

from __future__ import annotations

import re
from typing import Final

from rolecall.domain.text import original

# `prod`, `prd`, `production` and `本番` as separate words, but not `non-prod` or `pre-prod`.
PRODUCTION: Final = r"(?<![a-z])(?<!non[-_ ])(?<!not[-_ ])(?<!pre[-_ ])pro?d(uction)?(?![a-z])|本番"


def is_production(pattern: str, *names: str) -> bool:
    """Return whether a name matches the regular expression, ignoring case; '' matches nothing."""
    if not pattern:
        return False
    found = re.compile(pattern, re.IGNORECASE)
    return any(found.search(original(name)) for name in names)
