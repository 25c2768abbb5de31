"""Texts of saving one profile, and of undo."""

from __future__ import annotations

from typing import Final

from rolecall.presentation.commands import with_keys
from rolecall.presentation.translation import _, ngettext

# Translators: a field for the name of a role's session.
ROLE_SESSION: Final = _("Session name")
FROM_SETTINGS: Final = _("empty: as in the settings")
SAVE_OF: Final = _("Save as a profile · {account} {account_id} · {permission_set}")
SAVED_LINE: Final = _("{name} is in {path}.")
# Translators: the heading of the lines that saving a permission set would write.
WOULD_BE_SAVED: Final = _("Would be saved as")
SAVE_ALREADY: Final = _("{path} has this already; there is nothing to write.")
_TRY_COMMAND: Final = "aws sts get-caller-identity --profile {name}"
VERIFYING: Final = _("Asking AWS who {name} is…")
# Translators: an ARN follows on the next line.
IT_WORKS: Final = _("It works. AWS says that you are")
# What comes after saving, by the commands that do it. The last is followed by what it copies.
NEXT: Final = {
    "use": _("use it in this shell"),
    "credentials": _("get its credentials for other programs"),
    "console": _("open the AWS console with it"),
    "undo": _("undo the change in ~/.aws/config"),
    "copy_command": _("copy"),
}
USE_NEEDS_PROFILE: Final = _("This permission set has no profile yet; {save} saves one.")
USE_PRODUCTION: Final = _("Use the production profile {name} in your shell?")
NOT_SSO: Final = _("{name} does not point at a permission set.")
NAME_FREE: Final = _("free")
NAME_DEFAULT: Final = _("every program that names no profile uses this one")
NAME_UPDATES: Final = _("updates the existing profile: same account and permission set")
NAME_TAKEN: Final = _("taken by another profile ({what}); choose another name")
NAME_IN_CREDENTIALS: Final = _("is also in {path}; some SDKs would use those keys instead")
NAME_STORED: Final = _("is also in {path}; clients would use the settings there instead")
NAME_CASE: Final = _("another name differs only in upper and lower case; choose another one")
NAME_PROBLEMS: Final = {
    "empty": _("Give the profile a name."),
    "spaces": _("Use no spaces: not every client can read a name with a space."),
    "characters": _(
        "Use letters, digits and . _ - + @ % / : only; some SDKs do not see other characters."
    ),
    "too-long": _("The name is too long; use at most 64 characters."),
    "leading-dash": _("A name cannot begin with a dash: a command line takes it for an option."),
    "reserved": _("The SDK for JavaScript reads nothing at all in a file with that name."),
}
REGION_UNKNOWN: Final = _("rolecall does not know this region. It is saved as typed.")
REGION_INVALID: Final = _("A region looks like eu-west-1.")
REGION_LIKE: Final = _("rolecall does not know the region {region}. Did you mean {near}?")
OUTPUT_INVALID: Final = _("Use one of json, yaml, yaml-stream, text, table, off.")

UNDO_TITLE: Final = _("Undo: {what}")
UNDO_INTRO: Final = _("Written at {when}. Undo changes {path}:")
UNDO_INTRO_DELETES: Final = _("Written at {when}. Undo deletes {path}:")
UNDO_NOTHING: Final = _("rolecall has written nothing here that can be undone.")
UNDONE: Final = _("Undone: {what}.")


def try_command(name: str) -> str:
    """Return a command for a shell that asks AWS who the profile is."""
    import shlex  # late: the first paint needs none

    return _TRY_COMMAND.format(name=shlex.quote(name))


def more_below(count: int) -> str:
    """`… 26 more lines: PgDn`."""
    text = ngettext(
        "… {count:,} more line: {page_down}", "… {count:,} more lines: {page_down}", count
    )
    return with_keys(text, count=count)
