"""Texts of the tables: counts, filter, progress, and what an empty table says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rolecall.presentation.times import about

if TYPE_CHECKING:
    from rolecall.services.inventory.events import Progress

SCATTERED: Final = "as scattered letters"
ROWS_NOUN: Final = ("row", "rows")
ACCOUNTS_NOUN: Final = ("account", "accounts")
PERMISSION_SETS_NOUN: Final = ("permission set", "permission sets")
PROFILES_NOUN: Final = ("profile", "profiles")
CLOCKS_NOUN: Final = ("clock", "clocks")
FILTER: Final = "filter: words, an id, an e-mail"
MARKED: Final = "{count:,} marked"
NOT_LISTED_YET: Final = "…"
FAILED_ROW: Final = "! {problem}"
FAILED: Final = "{failed} failed: {refresh} on the row tries again"
FAVOURITE: Final = "★"
NEW: Final = "+"
GONE: Final = "−"
CHANGES_NOUN: Final = ("change", "changes")
CHANGES_NONE: Final = "Nothing has changed since the listing before. AWS shows a new permission set only after the next sign-in at the portal: {go_tokens}, then {sign_in}."
CHANGES_ONCE: Final = "There is nothing to compare yet: everything was listed once. AWS shows a new permission set only after the next sign-in at the portal."
CHANGES_SINCE: Final = "since {when} · AWS shows a new permission set only after the next sign-in"
CHANGE: Final = "Change"
CHANGE_NEW: Final = "new"
CHANGE_GONE: Final = "gone"
WHOLE_ACCOUNT: Final = "(the account)"
DEAD_PROFILES: Final = "dead: {names}"
WHY_FAILED: Final = "{refresh} tries again: {sentence}"
NOTHING_MATCHES: Final = "Nothing matches “{query}”. {back} clears the filter."
LOOKING: Final = "Looking for a token that still holds…"
LISTING: Final = "Asking the access portal for your accounts…"
LISTING_SETS: Final = "Asking the access portal for the permission sets of this account…"
NO_ACCOUNTS: Final = "No account is assigned to you in this Identity Center."
LISTED_AGAIN: Final = "Listed again."
NO_SETS: Final = "No permission set is assigned to you here."
SIGN_IN_FIRST: Final = "Signed out. {sessions} signs in."
NO_PROFILES: Final = "No profile yet in {path}: {go_permission_sets}, then {save}, saves the first."


def position(shown: int, total: int, one: str, many: str) -> str:
    """`41 accounts`, or `3 of 41 accounts` under a filter."""
    noun = one if total == 1 else many
    return f"{total:,} {noun}" if shown == total else f"{shown:,} of {total:,} {noun}"


def progress(now: Progress) -> str:
    """`412/665 accounts · 3 waiting on AWS's rate limit · about 20 s`."""
    parts = [f"{now.listed:,}/{now.total:,}{'' if now.complete else '+'} accounts"]
    if now.waiting:
        parts.append(f"{now.waiting} waiting on AWS's rate limit")
    if now.failed:
        parts.append(f"{now.failed} failed")
    if now.seconds_left is not None:
        parts.append(about(now.seconds_left))
    return " · ".join(parts)
