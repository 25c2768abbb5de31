"""The words of `rolecall list`, and of what lists first."""

from __future__ import annotations

from typing import Final

NOT_LISTED_YET: Final = "not listed yet"
MISSING_ONE: Final = "The permission sets of 1 account are missing:"
MISSING: Final = "The permission sets of {count:,} accounts are missing:"
MAY_BE_OLD: Final = "So what is listed may be old, and accounts may be missing."
NOTHING_FOUND: Final = "Nothing matches “{query}”."
ONE_FORM: Final = "--json or --csv, not both."
FINDING_ACCOUNTS: Final = "Listing accounts…"


def missing(count: int) -> str:
    return MISSING_ONE if count == 1 else MISSING.format(count=count)
