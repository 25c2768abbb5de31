"""Texts about the accounts and permission sets that a sign-in gives access to."""

from __future__ import annotations

from typing import Final

from rolecall.presentation import table_strings
from rolecall.presentation.translation import _, ngettext, plural_forms

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
# Of a row that a profile points at.
ROW_ABSENT: Final = _("This session does not list {account} {permission_set}.")
ROW_AWAITED: Final = _(
    "{account} {permission_set} is not listed yet. The cursor goes there when it is."
)
ROW_INCOMPLETE: Final = _(
    "{account} {permission_set} is not in the listing, which is incomplete: {refresh_all} tries"
    " again, or {time} by itself."
)
ROW_SIGNED_OUT: Final = _("{account} {permission_set} is not listed yet: {sessions} signs in.")
_UNLISTED: Final = plural_forms("{count:,} not listed yet", "{count:,} not listed yet")


def unlisted(count: int) -> str:
    """`12 not listed yet`."""
    return ngettext(*_UNLISTED, count).format(count=count)


def left_out(count: int) -> str:
    """`2 accounts are not listed yet, and left out.`"""
    return ngettext(
        "{count:,} account is not listed yet, and left out.",
        "{count:,} accounts are not listed yet, and left out.",
        count,
    ).format(count=count)


def why_no_sets(unlisted: int) -> str:
    """Return why there is no permission set to do something with. `unlisted`: how many of the
    accounts are not listed yet.
    """
    if not unlisted:
        return table_strings.NO_SETS
    return ngettext(
        "The permission sets of this account are not listed yet.",
        "The permission sets of these accounts are not listed yet.",
        unlisted,
    )


def ids_copied(count: int) -> str:
    """`3 account IDs sent to the clipboard.`"""
    return ngettext(
        "{count:,} account ID sent to the clipboard.",
        "{count:,} account IDs sent to the clipboard.",
        count,
    ).format(count=count)


def arns_copied(count: int) -> str:
    """`3 role ARNs sent to the clipboard.`"""
    return ngettext(
        "{count:,} role ARN sent to the clipboard.",
        "{count:,} role ARNs sent to the clipboard.",
        count,
    ).format(count=count)


def roles_copied(count: int) -> str:
    """`3 role ARNs sent to the clipboard, with * for their suffixes.`"""
    return ngettext(
        "{count:,} role ARN sent to the clipboard, with * for its suffix.",
        "{count:,} role ARNs sent to the clipboard, with * for their suffixes.",
        count,
    ).format(count=count)
