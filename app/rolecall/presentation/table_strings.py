"""Texts of the tables: counts, filter, progress, and what an empty table says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rolecall.presentation.labels import SEPARATOR
from rolecall.presentation.times import about
from rolecall.presentation.translation import _, join_sentences, ngettext, plural_forms

if TYPE_CHECKING:
    from rolecall.services.inventory.events import Progress

# What `position` counts, in the singular and the plural.
ROWS_NOUN: Final = plural_forms("{count:,} row", "{count:,} rows")
ACCOUNTS_NOUN: Final = plural_forms("{count:,} account", "{count:,} accounts")
PERMISSION_SETS_NOUN: Final = plural_forms("{count:,} permission set", "{count:,} permission sets")
PROFILES_NOUN: Final = plural_forms("{count:,} profile", "{count:,} profiles")
SESSIONS_NOUN: Final = plural_forms("{count:,} session", "{count:,} sessions")
# Translators: rows of the Tokens table: tokens, registrations, keys.
EXPIRIES_NOUN: Final = plural_forms("{count:,} entry", "{count:,} entries")
CHANGES_NOUN: Final = plural_forms("{count:,} change", "{count:,} changes")

# Translators: "3 of 41 accounts": `all` is the second half, with its number.
SHOWN_OF: Final = _("{shown:,} of {all}")
# Translators: "100 accounts so far": the listing is not complete.
_SO_FAR: Final = _("{rows} so far")
# Translators: "3 rows as scattered letters": the letters of the filter, with others between them.
SCATTERED: Final = _("{rows} as scattered letters")
# Translators: "3 of 27": the row under the cursor, in the bottom edge of a table.
ROW_OF: Final = _("{row:,} of {rows:,}")
# Translators: "payments: 3 of 27": the row under the cursor, among those of its group.
ROW_OF_GROUP: Final = _("{group}: {row}")
# Translators: the heading above the accounts that are in no group.
NO_GROUP: Final = _("no group")
GROUPS_NONE: Final = _("No account has a group. {annotate} gives it one.")
ON_HEADING: Final = _("This is a group. Move to one of its accounts.")
FILTER: Final = _("filter: words, an ID, an e-mail")
# Translators: while AWS lists roles page by page: "1,200 roles, 12 pages so far".
_ROLES_SO_FAR: Final = plural_forms(
    "{roles:,} roles, {pages:,} page so far", "{roles:,} roles, {pages:,} pages so far"
)
_ROLES: Final = plural_forms(
    "{roles:,} roles in {pages:,} page", "{roles:,} roles in {pages:,} pages"
)
_MARKED: Final = plural_forms("{count:,} marked", "{count:,} marked")
NOT_LISTED_YET: Final = "…"
FAILED_ROW: Final = "! {problem}"
FAILED: Final = _("{failed} failed: {refresh} on the row tries again")
CUT_SHORT: Final = _("the listing was cut short · {refresh_all} continues it, or {time} by itself")
MAYBE_NOT_LISTED: Final = _(
    "The listing was cut short, so there may be more: {refresh_all} continues it."
)
NOT_COMPLETE: Final = _("The list is not complete yet.")
FAVOURITE: Final = "★"
NEW: Final = "+"
GONE: Final = "−"
_PORTAL_HIDES: Final = _("AWS shows a new permission set only after the next sign-in.")
CHANGES_NONE: Final = join_sentences(
    _("Nothing has changed since the previous listing."),
    _PORTAL_HIDES,
    _("Press {go_tokens}, then {sign_in}."),
)
CHANGES_ONCE: Final = join_sentences(
    _("There is no previous listing to compare with yet."), _PORTAL_HIDES
)
CHANGES_SINCE: Final = _(
    "since {when} · AWS shows a new permission set only after the next sign-in"
)
CHANGE: Final = _("Change")
# Translators: what is new in AWS, or gone from it, since the previous listing.
CHANGE_NEW: Final = _("new")
CHANGE_GONE: Final = _("gone")
WHOLE_ACCOUNT: Final = _("(the account)")
NOT_ASSIGNED: Final = _("unassigned: {names}")
WHY_FAILED: Final = _("{refresh} tries again: {sentence}")
NOTHING_MATCHES: Final = _("Nothing matches “{query}”. {back} clears the filter.")
LOOKING: Final = _("Looking for a valid access token…")
LISTING: Final = _("Asking the access portal for your accounts…")
LISTING_THROTTLED: Final = _(
    "The access portal limits the rate of calls. rolecall asks again until it answers…"
)
LISTING_REPEATED: Final = _("The access portal cannot answer now. rolecall asks again…")
LISTING_SETS: Final = _("Asking the access portal for the permission sets of this account…")
NO_ACCOUNTS: Final = _("No account is assigned to you in this Identity Center.")
NO_CACHE: Final = _(
    "This Python cannot load its module sqlite3, so accounts and favourites are not kept"
    " between runs."
)
LISTED_AGAIN: Final = _("Listed again.")
NO_SETS: Final = _("No permission set is assigned to you here.")
SIGN_IN_FIRST: Final = _("Signed out. {sessions} signs in.")
NO_PROFILES: Final = _(
    "There is no profile in {path} yet. Press {go_permission_sets}, then {save}, to save the first."
)


def marked(count: int) -> str:
    """`12 marked`."""
    return ngettext(*_MARKED, count).format(count=count)


def position(
    shown: int, total: int, singular: str, plural: str, *, is_complete: bool = True
) -> str:
    """`41 accounts`, or `3 of 41 accounts` with a filter, and `so far` if there may be more."""
    everything = ngettext(singular, plural, total).format(count=total)
    if not is_complete:
        everything = _SO_FAR.format(rows=everything)
    return everything if shown == total else SHOWN_OF.format(shown=shown, all=everything)


def progress(now: Progress) -> str:
    """`412/665 accounts · 3 waiting for AWS's rate limit · about 20 s`."""
    total = f"{now.total:,}" if now.complete else f"{now.total:,}+"
    parts = [_("{listed:,}/{total} accounts").format(listed=now.listed, total=total)]
    if now.role_pages:
        forms = _ROLES if now.roles_complete else _ROLES_SO_FAR
        text = ngettext(*forms, now.role_pages)
        parts.append(text.format(roles=now.roles, pages=now.role_pages))
    if now.waiting:
        parts.append(_("{count} waiting for AWS's rate limit").format(count=now.waiting))
    if now.repeated:
        parts.append(_("{count} tried again after an error").format(count=now.repeated))
    if now.is_silent and not (now.waiting or now.repeated):
        parts.append(_("waiting for AWS"))
    if now.failed:
        parts.append(_("{count} failed").format(count=now.failed))
    if now.seconds_left is not None:
        parts.append(about(now.seconds_left))
    return SEPARATOR.join(parts)
