"""The words for changing profiles, verifying many, and keeping them in step."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

FINDING: Final = "! line {line}: {sentence}"
AND_MORE: Final = "{first} (and {count} more: d)"
MORE_LINES: Final = "… {count} more lines"

# --- edit, rename, duplicate, delete, chain

EDIT_OF: Final = "Edit the profile {name}"
EDIT_SEVERAL: Final = "Edit {count} profiles"
REPLACE: Final = "In names"
REPLACE_HINT: Final = "a text to replace; left empty, each keeps its name"
REPLACE_BY: Final = "becomes"
RENAMED: Final = "{count} renamed: {example}, …"
NONE_RENAMED: Final = "in none of their names"
NAMED_TWICE: Final = "two of them would be called so"
SEVERAL_HINT: Final = "they differ; left empty, each keeps its own"
LEAVE_HINT: Final = "left empty, each keeps its own"
REMOVE_HINT: Final = "none"
DUPLICATE_OF: Final = "Duplicate the profile {name}"
DUPLICATE_SEVERAL: Final = "Duplicate {count} profiles"
OTHER_REGION: Final = "Other region"
OTHER_REGION_HINT: Final = "such as us-east-1"
ENDING: Final = "Name's ending"
NAME_KEPT: Final = "its name now"
RENAMES_TOO: Final = "renamed also in what goes by way of it: {names}"
VARIABLE_SAYS: Final = "{variable} in your shell still says {name}: set it anew there afterwards"
USERS_STAY: Final = "{names} in {path} will still go by way of the old name: change it there"
KEYS_STAY: Final = "Its keys stand in the credentials file under this name and would be left there; rename that section first."
DELETE_OF: Final = "Delete the profile {name}"
DELETE_SEVERAL: Final = "Delete {count} profiles: {names}"
PRUNE_OF: Final = "Delete what AWS does not know any more, {count} in all: {names}"
LEFT_BEHIND: Final = "Left without their source, and so not working: {names}."
CHAIN_OF: Final = "A role by way of {name}"
ROLE_ARN: Final = "Role ARN"
ROLE_ARN_HINT: Final = "arn:aws:iam::123456789012:role/Deployer"
MFA_SERIAL: Final = "MFA serial"
EXTERNAL_ID: Final = "External id"
DURATION: Final = "Seconds"
OPTIONAL_HINT: Final = "only where the role wants it"
DURATION_HINT: Final = "3600 unless said"
CHAIN_PROBLEMS: Final = {
    "role-arn": "A role's ARN looks like arn:aws:iam::123456789012:role/Deployer",
    "mfa-serial": "An MFA device looks like arn:aws:iam::123456789012:mfa/NAME, or is a hardware serial.",
    "external-id": "An external id has 2 or more letters, digits and + = , . @ : / - _ only.",
    "duration": "From 900 to 3600: AWS gives an hour at most where one role leads to another.",
}
MFA_ASKS: Final = "the CLI will ask for its code on the terminal; rolecall cannot verify it"
WRITTEN: Final = "{what}. {undo} takes it back."
READABLE: Final = "{path} can be read again."
NO_SOURCE: Final = "A role goes by way of an SSO profile; {name} is none."
MORE: Final = "{names} and {count} more"
_NAMES_SHOWN: Final = 4


# --- in step

IN_STEP_NOUN: Final = ("finding", "findings")
STANDING_COLUMN: Final = "Standing"
STANDINGS: Final = {
    "missing": "no profile",
    "dead": "dead",
    "orphan": "no session",
    "twin": "twin",
}
_COUNTED: Final = {
    "dead": "dead",
    "orphan": "without session",
    "twin": "with a twin",
    "missing": "without profile",
}
STANDING_MEANS: Final = {
    "missing": "AWS offers it, and no profile is for it.",
    "dead": "AWS did not list it, {when}.",
    "orphan": "There is no [sso-session {session}] in the file (any more).",
    "twin": "Says the same as {twin}.",
}
DRIFT: Final = "Every permission set has its profile, and every profile its permission set."
NOT_LISTED: Final = "Nothing was listed in full yet: sign in and let the list come to its end."
NONE_MISSING: Final = "No permission set among these is without a profile."
NONE_DEAD: Final = "No profile among these is dead: AWS has listed what they are for."


def standings(counts: Mapping[str, int]) -> str:
    """`2 dead · 111 no profile`."""
    return " · ".join(f"{counts[key]:,} {word}" for key, word in _COUNTED.items() if counts[key])


# --- verify many

VERIFIED_PROFILE: Final = "Profile"
VERIFIED_ANSWER: Final = "AWS says"
VERIFY_SIGNS: Final = {"warn": "!", "good": "✓", "bad": "✗", "muted": "…"}
ASKING: Final = "asking…"
STILL_ASKING: Final = "AWS is still being asked."


def verified(good: int, bad: int, total: int) -> str:
    """`12 work · 3 do not · 5 to come`."""
    parts = [f"{good:,} {'works' if good == 1 else 'work'}"]
    if bad:
        parts.append(f"{bad:,} {'does' if bad == 1 else 'do'} not")
    if left := total - good - bad:
        parts.append(f"{left:,} to come")
    return " · ".join(parts)


def names(these: list[str]) -> str:
    """`a, b, c, d and 12 more`."""
    shown = ", ".join(these[:_NAMES_SHOWN])
    more = len(these) - _NAMES_SHOWN
    return MORE.format(names=shown, count=f"{more:,}") if more > 0 else shown
