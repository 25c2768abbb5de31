"""Texts of `rolecall list`, and of commands that list first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from rolecall.presentation.table_strings import NO_ACCOUNTS
from rolecall.presentation.translation import _, ngettext

NOT_LISTED_YET: Final = _("not listed yet")
MAY_BE_OLD: Final = _("So the list may be old, and accounts may be missing.")
NOTHING_LISTED: Final = _("So the accounts could not be listed.")
NOTHING_FOUND: Final = _("Nothing matches “{query}”.")
NOTHING_MEANT: Final = _(
    "Nothing matches “{query}”. Words must be whole here; `rolecall list` also finds parts of words."
)
NOT_IN_PART: Final = _("“{text}” is not in the list, but the list is incomplete.")
ONE_FORM: Final = _("Use either --json or --csv.")
FINDING_ACCOUNTS: Final = _("Listing accounts…")


def not_found(text: str, sentence: str, *, is_complete: bool) -> str:
    """Return the sentence, which says that nothing has this text, only of a complete list. What an
    incomplete one lacks may exist.
    """
    return sentence if is_complete else NOT_IN_PART.format(text=text)


def nothing_matches(
    words: Sequence[str], sentence: str = NOTHING_FOUND, *, is_complete: bool
) -> str:
    """Return what is printed if no row of the list matches the words, the `sentence` for them.
    Without words the list itself is empty, and complete.
    """
    if not words:
        return NO_ACCOUNTS
    query = " ".join(words)
    return not_found(query, sentence.format(query=query), is_complete=is_complete)


def missing(count: int) -> str:
    """Return the line above the accounts that could not be listed."""
    return ngettext(
        "The permission sets of {count:,} account are missing:",
        "The permission sets of {count:,} accounts are missing:",
        count,
    ).format(count=count)


def more(count: int, reason: str) -> str:
    """Return the line below the first accounts that are missing for one reason."""
    return ngettext(
        "… and {count:,} more account: {reason}", "… and {count:,} more accounts: {reason}", count
    ).format(count=count, reason=reason)
