"""Texts of saving one profile, and of undo."""

from __future__ import annotations

from typing import Final

SAVE_OF: Final = "Save as a profile · {account} {account_id} · {permission_set}"
SAVED_LINE: Final = "{name} is in {path}."
SAVE_ALREADY: Final = "{path} says so already: there is nothing to write."
TRY_IT: Final = "Try it:"
TRY_COMMAND: Final = "aws sts get-caller-identity --profile {name}"
VERIFYING: Final = "Asking AWS who {name} is…"
IT_WORKS: Final = "It works. AWS says that you are"
USE_NEEDS_PROFILE: Final = "There is no profile for this permission set yet: {save} saves one."
NOT_SSO: Final = "{name} does not point at a permission set."
NO_SUCH_ROW: Final = "{account} {permission_set} is not among what this session lists."
NAME_FREE: Final = "free"
NAME_UPDATES: Final = "updates the profile that is there: same account and permission set"
NAME_TAKEN: Final = "taken by another profile ({what}); choose another name"
NAME_IN_CREDENTIALS: Final = "stands in {path} too: some SDKs would use those keys instead"
NAME_PROBLEMS: Final = {
    "empty": "Give the profile a name.",
    "spaces": "No spaces: no spelling of a name with a space is read by every client.",
    "characters": "Use letters, digits and . _ - + @ % / : only; some SDKs do not see other characters.",
    "too-long": "That is too long; 64 characters are enough.",
    "leading-dash": "A name does not begin with a dash: a command line takes it for an option.",
    "reserved": "The SDK for JavaScript reads nothing at all in a file with that name.",
}
MORE_BELOW: Final = "… {count:,} more lines: PgDn"
REGION_UNKNOWN: Final = "No such region is known here; it is saved as typed."
REGION_INVALID: Final = "A region looks like eu-west-1."
OUTPUT_INVALID: Final = "One of json, yaml, yaml-stream, text, table, off."
UNDO_TITLE: Final = "Take back: {what}"
UNDO_INTRO: Final = "Written at {when}. This will change in {path}:"
UNDO_NOTHING: Final = "rolecall has written nothing here that could be taken back."
UNDONE: Final = "Taken back: {what}."
