"""Texts about profiles: saving and changing them, verifying many, and drift."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from rolecall.presentation.commands import with_keys
from rolecall.presentation.labels import SEPARATOR
from rolecall.presentation.paths import config_file, credentials_file
from rolecall.presentation.translation import Counted, _, ngettext

if TYPE_CHECKING:
    from rolecall.domain.profiles.plan import PlanKey
    from rolecall.domain.profiles.stored_profiles import StoredProfiles

# Translators: `details` is a key.
AND_MORE: Final = _("{first} (and {count} more: {details})")

# --- edit, rename, duplicate, delete, chain

# Translators: two fields in a row: "In names: [dev] becomes: [test]".
REPLACE: Final = _("In names")
REPLACE_BY: Final = _("becomes")
REPLACE_HINT: Final = _("a text to replace; empty keeps the names")
RENAMED: Final = _("{count} renamed: {example}, …")
NONE_RENAMED: Final = _("in none of their names")
NAMED_TWICE: Final = _("two of them would have this name")
SEVERAL_HINT: Final = _("they differ; empty keeps each as it is")
LEAVE_HINT: Final = _("empty keeps each as it is")
REMOVE_HINT: Final = _("none")
OTHER_REGION: Final = _("Other region")
OTHER_REGION_HINT: Final = _("such as us-east-1")
# Translators: what is added to the name of each profile.
SUFFIX: Final = _("Name suffix")
NAME_KEPT: Final = _("current name")
RENAMES_TOO: Final = _("also renamed in the profiles that use it: {names}")
VARIABLE_SAYS: Final = _("{variable} in your shell still names {name}; set it again afterwards")
USERS_STAY: Final = _("{names} in {path} will still use the old name; change it there")
KEYS_STAY: Final = _(
    "The credentials file has keys under this name, which would stay; rename that section first."
)
LEFT_BEHIND: Final = _("These lose their source profile and stop working: {names}.")
CHAIN_OF: Final = _("New role through {name}")
ROLE_ARN: Final = _("Role ARN")
ROLE_ARN_HINT: Final = "arn:aws:iam::123456789012:role/Deployer"
MFA_SERIAL: Final = _("MFA serial")
EXTERNAL_ID: Final = _("External ID")
# Translators: how long the role's credentials are valid.
DURATION: Final = _("Duration")
OPTIONAL_HINT: Final = _("only if the role requires it")
DURATION_HINT: Final = _("seconds, default 3600")
CHAIN_PROBLEMS: Final = {
    "role-arn": _("A role's ARN looks like arn:aws:iam::123456789012:role/Deployer"),
    "mfa-serial": _(
        "An MFA device looks like arn:aws:iam::123456789012:mfa/NAME, or is a hardware serial number."
    ),
    "external-id": _(
        "An external ID has at least 2 characters: letters, digits and + = , . @ : / - _"
    ),
    "duration": _("Use 900 to 3600: AWS allows at most an hour for a role assumed by a role."),
}
MFA_ASKS: Final = _("the CLI will ask for its code in the terminal; rolecall cannot verify it")
WRITTEN: Final = _("{what}. {undo} undoes it.")
EDITED_TITLE: Final = _("Write the section of {name}")
NOT_EDITED: Final = _("Nothing was changed.")
EDIT_AGAIN: Final = _("Nothing was written. {edit_section} opens your text again.")
DRAFT_LEFT: Final = _("There is an unfinished draft of profile {name}. Continue with it?")
DRAFT_INTRO: Final = _(
    "rolecall was killed while your editor was open. If you do not continue, the draft is deleted."
)
NO_EDITOR: Final = _("The editor cannot be opened ({reason}). Set EDITOR.")
READABLE: Final = _("{path} is readable again.")
IN_FILE: Final = _("in {path}")
NOT_IN_CONFIG: Final = _(
    "{name} is in {path}. rolecall changes profiles in {config} only; use an editor."
)
_OVERRIDDEN: Final = _("clients use {keys} from {path} and ignore what {config} says about it")
# Translators: `name` is a profile, `path` a file.
_ONLY_STORED: Final = _(
    "{path} has a profile for this permission set, {name}; use that one, or delete it there"
)
# Translators: `names` are profiles, here and below. Their copies lack what `path` has for them.
_NOT_COPIED: Final = _("what {path} has for {names} is not copied")
_SECTIONS_STAY: Final = _("{path} keeps what it has for {names}.")
NO_SOURCE: Final = _("A role needs an SSO profile as its source, and {name} is not one.")
MORE: Final = _("{names} and {count} more")
_NAMES_SHOWN: Final = 4

# Translators: the profiles are those of the programs granted, aws-sso-cli and aws-sso-util.
NOTHING_TO_IMPORT: Final = _("{path} has no profiles of granted, aws-sso-cli or aws-sso-util.")
IMPORT_NEEDS_SESSION: Final = _(
    "No session has the address {address}. Sign in there first: `rolecall sign-in {address}`"
)
CONFIRM_IMPORT: Final = _("Write these changes to {path}?")
IMPORTED: Final = Counted(
    "Converted {count:,} profile. `rolecall undo` undoes it.",
    "Converted {count:,} profiles. `rolecall undo` undoes it.",
)


def edit_title(names: Sequence[str]) -> str:
    """`Edit the profile dev`, or `Edit 3 profiles`."""
    if len(names) == 1:
        return _("Edit the profile {name}").format(name=names[0])
    return Counted("Edit {count} profile", "Edit {count} profiles")(len(names))


def duplicate_title(names: Sequence[str]) -> str:
    """`Duplicate the profile dev`, or `Duplicate 3 profiles`."""
    if len(names) == 1:
        return _("Duplicate the profile {name}").format(name=names[0])
    return Counted("Duplicate {count} profile", "Duplicate {count} profiles")(len(names))


def delete_title(names: Sequence[str]) -> str:
    """`Delete the profile dev`, or `Delete 2 profiles: dev, test`."""
    if len(names) == 1:
        return _("Delete the profile {name}").format(name=names[0])
    several = Counted("Delete {count:,} profile: {names}", "Delete {count:,} profiles: {names}")
    return several(len(names), names=first_names(names))


def overridden(keys: Iterable[str]) -> str:
    """Return what ~/.aws/credentials does to these keys of a profile of the config."""
    path, config = credentials_file(), config_file()
    return _OVERRIDDEN.format(keys=", ".join(keys), path=path, config=config)


def save_warnings(stored: StoredProfiles, name: str, target: PlanKey, *, is_new: bool) -> list[str]:
    """Return what ~/.aws/credentials means for a profile to save."""
    if keys := stored.overridden_keys(name):
        return [overridden(keys)]
    if is_new and (other := stored.profile_for(target)):
        return [_ONLY_STORED.format(path=credentials_file(), name=other)]
    return []


def not_copied(names: Sequence[str]) -> str:
    """Say that the sections with these names in ~/.aws/credentials are not duplicated."""
    return _NOT_COPIED.format(names=first_names(names), path=credentials_file())


def sections_stay(names: Sequence[str]) -> str:
    """Say that the sections with these names in ~/.aws/credentials are not deleted."""
    return _SECTIONS_STAY.format(names=first_names(names), path=credentials_file())


def prune_title(names: Sequence[str]) -> str:
    """`Delete 2 unassigned profiles: dev, test`."""
    return ngettext(
        "Delete {count:,} unassigned profile: {names}",
        "Delete {count:,} unassigned profiles: {names}",
        len(names),
    ).format(count=len(names), names=first_names(names))


# --- drift

DRIFT_NOUN: Final = Counted("{count:,} difference", "{count:,} differences")
DRIFT_COLUMN: Final = _("Difference")
# Translators: kinds of drift, in a column of 10 cells.
DRIFT_KINDS: Final = {
    "not_assigned": _("unassigned"),
    "no_session": _("no session"),
    "duplicate": _("duplicate"),
}
# Translators: "2 unassigned · 1 without session · 3 duplicates".
_COUNTED: Final = {
    "not_assigned": Counted("{count:,} unassigned", "{count:,} unassigned"),
    "no_session": Counted("{count:,} without session", "{count:,} without session"),
    "duplicate": Counted("{count:,} duplicate", "{count:,} duplicates"),
    "not_listed": Counted("{count:,} session not listed", "{count:,} sessions not listed"),
}
DRIFT_MEANINGS: Final = {
    "not_assigned": _("AWS did not list its permission set ({when})."),
    "no_session": _("There is no [sso-session {session}] in the file."),
    "duplicate": _("Points to the same permission set as {other}."),
}
NO_SESSIONS: Final = _(
    "No session yet. {sessions}, then {new_session} adds the start URL of your access portal."
)
NO_DRIFT: Final = _("Every profile matches what AWS lists.")
# Translators: `names` is "corp, test"; `why` is a sentence.
NOT_LISTED: Final = _("There is no complete listing of {names} yet. {why}")
LISTING_RUNS: Final = _("It is in progress.")
LISTING_NEEDS_SIGN_IN: Final = _("{sessions} signs in.")
LISTING_NOT_KEPT: Final = _("The cache could not keep the last one.")
LISTING_NEEDS_OPENING: Final = _("{sessions} opens a session and lists it.")
OTHERS_MATCH: Final = _("The profiles of the other sessions match what AWS lists.")
NONE_MISSING: Final = _("Every permission set has a profile.")
MISSING: Final = Counted(
    "{count:,} permission set has no profile · {key} names it",
    "{count:,} permission sets have no profile · {key} names them",
)
ALL_ASSIGNED: Final = _("AWS lists the permission sets of all these profiles.")


def drift_counts(counts: Mapping[str, int]) -> str:
    """`2 unassigned · 3 duplicates · 1 session not listed`."""
    return SEPARATOR.join(text(counts[key]) for key, text in _COUNTED.items() if counts[key])


# --- verify many

VERIFIED_PROFILE: Final = _("Profile")
# Translators: the heading of a column with an ARN or a problem.
VERIFIED_ANSWER: Final = _("AWS says")
VERIFY_SIGNS: Final = {"warn": "!", "good": "✓", "bad": "✗", "muted": "…"}
ASKING: Final = _("asking…")
STILL_ASKING: Final = _("AWS has not answered for all profiles yet.")


def verified(good: int, bad: int, total: int) -> str:
    """`12 work · 3 fail · 5 pending`."""
    parts = [Counted("{count:,} works", "{count:,} work")(good)]
    if bad:
        parts.append(Counted("{count:,} fails", "{count:,} fail")(bad))
    if left := total - good - bad:
        # Translators: profiles for which AWS has not answered yet.
        parts.append(_("{count:,} pending").format(count=left))
    return SEPARATOR.join(parts)


def first_names(these: Sequence[str]) -> str:
    """`a, b, c, d and 12 more`."""
    shown = ", ".join(these[:_NAMES_SHOWN])
    more = len(these) - _NAMES_SHOWN
    return MORE.format(names=shown, count=f"{more:,}") if more > 0 else shown


# Translators: a field for the name of a role's session.
ROLE_SESSION: Final = _("Session name")
FROM_SETTINGS: Final = _("empty: as in the settings")
SAVE_OF: Final = _("Save as a profile · {account} {account_id} · {permission_set}")
SAVED_LINE: Final = _("{name} is in {path}.")
# Translators: the heading of the lines that saving a permission set would write.
WOULD_BE_SAVED: Final = _("Would be saved as")
SAVE_ALREADY: Final = _("{path} already has this.")
_TRY_COMMAND: Final = "aws sts get-caller-identity --profile {name}"
VERIFYING: Final = _("Verifying {name}…")
# Translators: an ARN follows on the next line.
IT_WORKS: Final = _("It works. AWS says that you are")
# What comes after saving, by the commands that do it. The last is followed by what it copies.
NEXT: Final = {
    "use": _("use it in this shell"),
    "credentials": _("get its credentials for other programs"),
    "console": _("open the AWS console with it"),
    "undo": _("undo the change in ~/.aws/config"),
    "copy_command": _("copy this command:"),
}
# Translators: at the foot of a list; the reason is in the details.
NOT_READ: Final = _("{path} cannot be read · {refresh_all} reads it again")
USE_NEEDS_PROFILE: Final = _("This permission set has no profile yet; {save} saves one.")
USE_PRODUCTION: Final = _("Use the production profile {name} in your shell?")
NOT_SSO: Final = _("{name} does not point to a permission set.")
NAME_FREE: Final = _("free")
NAME_DEFAULT: Final = _("programs that name no profile use this one")
NAME_UPDATES: Final = _("updates the existing profile: same account and permission set")
NAME_TAKEN: Final = _("taken by another profile ({what}); choose another name")
NAME_IN_CREDENTIALS: Final = _("is also in {path}; some SDKs would use those keys instead")
NAME_STORED: Final = _("is also in {path}; clients would use the settings there instead")
NAME_CASE: Final = _("another name differs only in case; choose another one")
NAME_PROBLEMS: Final = {
    "empty": _("Give the profile a name."),
    "spaces": _("Use no spaces: not every client can read a name with a space."),
    "characters": _(
        "Use only letters, digits and . _ - + @ % / :; some SDKs do not see names with other characters."
    ),
    "too-long": _("The name is too long; use at most 64 characters."),
    "leading-dash": _("A name cannot begin with a dash: commands would read it as an option."),
    "reserved": _("The SDK for JavaScript reads nothing at all in a file that has this name."),
}
REGION_UNKNOWN: Final = _("rolecall does not know this region. It is saved as typed.")
REGION_INVALID: Final = _("A region looks like eu-west-1.")
REGION_LIKE: Final = _("rolecall does not know the region {region}. Did you mean {near}?")
OUTPUT_INVALID: Final = _("Use one of json, yaml, yaml-stream, text, table, off.")

UNDO_TITLE: Final = _("Undo: {what}")
UNDO_INTRO: Final = _("Written at {when}.")
UNDO_INTRO_DELETES: Final = _("Written at {when}. Undo deletes {path}.")
UNDO_NOTHING: Final = _("There is nothing to undo here.")
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
