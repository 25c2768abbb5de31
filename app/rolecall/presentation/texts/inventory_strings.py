"""Texts about accounts and permission sets: the tables, `rolecall list`, notes, and changes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from rolecall.presentation.labels import SEPARATOR
from rolecall.presentation.times import about
from rolecall.presentation.translation import Counted, _, join_sentences, ngettext

if TYPE_CHECKING:
    from rolecall.services.inventory.crawl_events import Progress

# https://docs.aws.amazon.com/singlesignon/latest/userguide/howtocreatepermissionset.html and user
# reports: the portal lists what was assigned after the sign-in only after the next sign-in.
PORTAL_HIDES: Final = _(
    "AWS shows a new permission set only after the next sign-in: {go_tokens}, then {sign_in}."
)
# Of account access manager, in the line below the table. `rolecall doctor` and the table without
# rows say why.
NO_ROLES: Final = _("roles not listed: {go_tokens}, then {sign_in} signs in again")
# Translators: the address of an account access portal is wrong.
WRONG_TENANT: Final = _("roles not listed: {sessions}, then {edit_session} corrects their portal")
ROLES_LATER: Final = _("roles not listed: {refresh_all} tries again, or {time} by itself")
ROLES_FAILED: Final = _("roles not listed: {refresh_all} tries again")
ID_COPIED: Final = _("Sent to the clipboard: {id}.")
ROLE_COPIED: Final = _("Role ARN sent to the clipboard, with * for the suffix that only AWS knows.")
# Of a row that a profile points to.
ROW_ABSENT: Final = _("This session does not list {account} {permission_set}.")
ROW_AWAITED: Final = _(
    "{account} {permission_set} is not listed yet. The cursor goes there when it is."
)
ROW_INCOMPLETE: Final = _(
    "{account} {permission_set} is not in the listing, which is incomplete: {refresh_all} tries"
    " again, or {time} by itself."
)
ROW_SIGNED_OUT: Final = _("{account} {permission_set} is not listed yet: {sessions} signs in.")
UNLISTED: Final = Counted("{count:,} not listed yet", "{count:,} not listed yet")
LEFT_OUT: Final = Counted(
    "{count:,} account is not listed yet and is left out.",
    "{count:,} accounts are not listed yet and are left out.",
)


def why_no_sets(unlisted: int) -> str:
    """Return why there is no permission set to do something with. `unlisted`: how many of the
    accounts are not listed yet.
    """
    if not unlisted:
        return NO_SETS
    return ngettext(
        "The permission sets of this account are not listed yet.",
        "The permission sets of these accounts are not listed yet.",
        unlisted,
    )


IDS_COPIED: Final = Counted(
    "{count:,} account ID sent to the clipboard.", "{count:,} account IDs sent to the clipboard."
)
ARNS_COPIED: Final = Counted(
    "{count:,} role ARN sent to the clipboard.", "{count:,} role ARNs sent to the clipboard."
)
ROLES_COPIED: Final = Counted(
    "{count:,} role ARN sent to the clipboard, with * for its suffix.",
    "{count:,} role ARNs sent to the clipboard, with * for their suffixes.",
)

# What `position` counts, in the singular and the plural.
ROWS_NOUN: Final = Counted("{count:,} row", "{count:,} rows")
ACCOUNTS_NOUN: Final = Counted("{count:,} account", "{count:,} accounts")
PERMISSION_SETS_NOUN: Final = Counted("{count:,} permission set", "{count:,} permission sets")
ROLES_NOUN: Final = Counted("{count:,} role", "{count:,} roles")
PROFILES_NOUN: Final = Counted("{count:,} profile", "{count:,} profiles")
SESSIONS_NOUN: Final = Counted("{count:,} session", "{count:,} sessions")
# Translators: rows of the Tokens table: tokens, registrations, keys.
EXPIRIES_NOUN: Final = Counted("{count:,} entry", "{count:,} entries")
CHANGES_NOUN: Final = Counted("{count:,} change", "{count:,} changes")

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
GROUPS_NONE: Final = _("No account has a group yet. {annotate} adds one.")
ON_HEADING: Final = _("This is a group. Move to one of its accounts.")
FILTER: Final = _("filter: words, an ID, an e-mail")
# Translators: while AWS lists roles page by page: "1,200 roles, 12 pages so far".
_ROLES_SO_FAR: Final = Counted(
    "{roles:,} roles, {pages:,} page so far", "{roles:,} roles, {pages:,} pages so far"
)
_ROLES: Final = Counted("{roles:,} roles in {pages:,} page", "{roles:,} roles in {pages:,} pages")
MARKED: Final = Counted("{count:,} marked", "{count:,} marked")
NOT_LISTED_YET: Final = "…"
FAILED_ROW: Final = "✗ {problem}"
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
        text = _ROLES if now.roles_complete else _ROLES_SO_FAR
        parts.append(text(now.role_pages, roles=now.roles, pages=now.role_pages))
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


SETS_NOT_LISTED: Final = _("not listed yet")
MAY_BE_OLD: Final = _("The list may be old, and accounts may be missing.")
NOTHING_LISTED: Final = _("The accounts could not be listed.")
NOTHING_FOUND: Final = _("Nothing matches “{query}”.")
NOTHING_MEANT: Final = _(
    "Nothing matches “{query}”. Only whole words match here; `rolecall list` also finds parts of words."
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


MISSING: Final = Counted(
    "The permission sets of {count:,} account are missing:",
    "The permission sets of {count:,} accounts are missing:",
)
MORE: Final = Counted(
    "… and {count:,} more account: {reason}", "… and {count:,} more accounts: {reason}"
)

# Translators: a user's own short name of an account: a column heading, and a field.
ALIAS: Final = _("Alias")
NOTE: Final = _("Note")
GROUPS: Final = _("Groups")
# Translators: the title of the form for an alias, a note and groups.
TITLE: Final = _("Alias, note and groups · {account} {account_id}")
STEP: Final = _("Alias and note")
ALIAS_HELP: Final = _("your own short name, for lists, searches and {alias} in templates")
NOTE_HELP: Final = _("one line to show with the account")
GROUPS_HELP: Final = _("words, such as payments; group:payments in the filter finds them")
# Translators: what the team's file says, in an empty field: "team: payments".
FROM_TEAM: Final = _("team: {value}")
SAVED: Final = _("Saved to {path}.")

FILE_PROBLEMS: Final = {
    "not-text": _("it is not text in UTF-8."),
    "not-toml": _("it is not TOML: {detail}."),
    "html": _("it is a web page, not TOML. A sign-in page or a proxy may be in between."),
    "too-large": _("it is larger than {detail}."),
    # Translators: {detail} is a number of seconds.
    "too-slow": _("it takes more than {detail} s to read."),
    "twice": _("[{name}] appears twice. Remove one."),
    # Translators: {detail} is a list of keys, such as alias, note, groups.
    "unknown-key": _("there is no key {name}. The keys here are {detail}."),
    "runs": _(
        "{name} is refused: this file cannot run anything or name other servers. The keys here are {detail}."
    ),
    "no-table": _("{name} must be a table."),
    "no-string": _("{name} must be text in quotes, not {detail}."),
    "no-list": _('{name} must be a list of strings, such as ["payments"].'),
    "no-account": _("{name} is not an account: an account ID has 12 digits."),
    "too-long": _("{name} is too long; the limit is {detail}."),
    "bad-group": _(
        "{name}: “{detail}” is not a group. A group is one word of letters, digits and . _ - + @ /."
    ),
    "bad-region": _("{name}: “{detail}” is not a region. A region looks like eu-west-1."),
    "bad-template": _(
        "{name}: “{detail}” is not a template. One looks like {{account|slug}}-{{short}}."
    ),
    "bad-pattern": _(
        "{name}: “{detail}” is not accepted. Write words, with * for any text and | between them: prod|live-*."
    ),
    "bad-sign-in": _("{name}: “{detail}” is refused: a team can only set pkce."),
    "bad-choice": _("{name} must be one of {detail}."),
    "bad-start-url": _(
        "{name}: “{detail}” is not a start URL, such as https://d-1234567890.awsapps.com/start."
    ),
    "not-public": _(
        "{name}: “{detail}” is refused. A team's portal has https://, a name and no port."
    ),
    "bad-session": _("{name} is not a name for a session. Use only letters, digits and . _ -"),
    "missing": _("{name} has no {detail}."),
    "no-file": _("it cannot be read ({detail})."),
    "not-https": _("a team file is a path, or an https:// address without a password."),
    "status": _("the server answered {detail} instead of the file."),
    "redirects": _("it redirects without end."),
    "redirect-not-public": _(
        "it redirects to {detail}. Only https:// with a name and without a port is followed."
    ),
}
# Translators: where something is wrong: "~/team.toml, line 3".
IN_LINE: Final = _("{place}, line {line}")
