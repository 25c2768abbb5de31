"""Texts about files that cannot be read or changed, and about what rolecall wrote to them.

Placeholders are the facts of the error.
"""

from __future__ import annotations

from typing import Final

from rolecall.presentation.translation import Counted, _

# Why no Python client reads the file at all, and what fixes it. {path} {line} {text}
# {header}
MALFORMED: Final[dict[str, str]] = {
    "not-toml": _("“{text}” is not TOML. Fix the line first."),
    "not-utf8": _(
        "it is not UTF-8, so neither the AWS CLI nor boto3 reads the file. Save it as UTF-8."
    ),
    "byte-order-mark": _(
        "it begins with a byte order mark, so neither the AWS CLI nor boto3 reads the file. Save it as UTF-8 without one."
    ),
    "duplicate-section": _(
        "the header “{text}” appears a second time, so neither the AWS CLI nor boto3 reads the file. Merge the two sections."
    ),
    "duplicate-key": _(
        "“{text}” appears in its section a second time, so neither the AWS CLI nor boto3 reads the file. Delete one of the two."
    ),
    "no-section": _(
        "it is above the first section, so neither the AWS CLI nor boto3 reads the file. Put a header such as [default] above it."
    ),
    "no-delimiter": _(
        "it has no “=”, so neither the AWS CLI nor boto3 reads the file. Complete or delete it."
    ),
    "key-without-delimiter": _(
        "“{text}” has no “=”, so neither the AWS CLI nor boto3 reads the file. Complete or delete the line."
    ),
    "wrapped": _(
        "it has no “=”, so neither the AWS CLI nor boto3 reads the file. Join it to “{text}” above if it belongs to its value, or delete it."
    ),
    "no-key": _(
        "it has nothing before the “=”, so neither the AWS CLI nor boto3 reads the file. Complete or delete it."
    ),
    "bad-header": _(
        "“{text}” is not a complete header, so neither the AWS CLI nor boto3 reads the file. Write it as {header}."
    ),
    "nested-without-delimiter": _(
        "it is indented below a key without a value and has no “=”, so neither the AWS CLI nor boto3 reads the file. Complete it or join it to the line above."
    ),
}

# Why a change is not made. {path} {subject}
REFUSED: Final[dict[str, str]] = {
    "name": _(
        "not every AWS client reads the name “{subject}”. Use only letters, digits and _ . / % @ : + -"
    ),
    "key": _("“{subject}” is not a key. Keys are lower-case letters, digits and underscores."),
    "value-control": _("The value for {subject} contains a line break or a control character."),
    "value-comment": _(
        "The value for {subject} has “#” or “;” after a space, which some clients read as a comment."
    ),
    "value-space": _("The value for {subject} begins or ends with a space."),
    "value-empty": _(
        "The value for {subject} is empty; clients disagree about that. Delete the key instead."
    ),
    "taken": _("A profile “{subject}” already exists."),
    "missing": _("“{subject}” is no longer in it."),
    "header": _(
        "The text must be the one section [{subject}]. {edit} renames a profile, {chain} adds one."
    ),
    "inherited": _(
        "{subject} comes from the section [DEFAULT] and would still be read. Delete it there."
    ),
    "others-read-it": _(
        "After this change the SDK for JavaScript would read “{subject}” differently from the AWS CLI. `rolecall doctor` shows the line that causes it."
    ),
    "unsafe": _(
        "This change would alter more than it should, at “{subject}”. Nothing was written."
    ),
    "long-lived-keys": _("“{subject}” has long-lived keys, which would be lost."),
    "sso-profile": _(
        "“{subject}” is an SSO profile. With keys under the same name, the AWS CLI would still use SSO, but JavaScript and Go would use the keys."
    ),
}

# The reasons that a file cannot be read or written, in brackets after its path.
REASONS: Final[dict[str, str]] = {
    "permission denied": _("permission denied"),
    "disk full": _("disk full"),
    "file size limit reached": _("file size limit reached"),
    "read-only file": _("read-only file"),
    "read-only file system": _("read-only file system"),
    "hard-linked": _("hard-linked"),
    "dangling link": _("dangling link"),
    "link loop": _("link loop"),
    "link": _("a link"),
    "not a file": _("not a file"),
    "not a folder": _("not a folder"),
    "owned by another user": _("owned by another user"),
    "owned by another group": _("owned by another group"),
    "mount point": _("mount point"),
    "no path": _("no path"),
    "copy of rolecall serve": _("a copy that `rolecall serve` made"),
}

# What to do if the system does not let a file be written, by the reason that it gives.
WAYS_OUT: Final[dict[str, str]] = {
    "permission denied": _("Give yourself write permission for the file and its folder."),
    "disk full": _("Make room and try again."),
    "read-only file": _("Run chmod u+w on it."),
    "hard-linked": _(
        "It has a second hard link, which would keep the old content. Replace one of them with a symbolic link."
    ),
    "dangling link": _("Create the file that the link points to, or delete the link."),
    "link loop": _("Its links form a loop. Create them again."),
    "link": _("Delete the link."),
    "not a file": _("Something else has that name: move it away."),
    "owned by another user": _("Only its owner can replace it."),
    "owned by another group": _("Run chgrp on it with one of your groups."),
    "no path": _("A variable such as AWS_CONFIG_FILE is empty: set it, or unset it."),
    "mount point": _("A file that is a mount point cannot be replaced: mount its folder instead."),
    "copy of rolecall serve": _(
        "What is written there is lost. Use a shell without the variables of `rolecall serve`."
    ),
}

# What is asked before a write on a file system without locks.
UNLOCKED_TITLE: Final = _("Write without a lock?")
UNLOCKED: Final = _(
    "The file system of {folder} has no locks. Write {path} without one? Nothing else may write there meanwhile."
)

# What a write did, by the first word of its summary. {names}
DONE: Final[dict[str, str]] = {
    "set-profile": _("profile {names} written"),
    "set-sso-session": _("sso-session {names} written"),
    "delete-profile": _("profile {names} deleted"),
    "delete-sso-session": _("sso-session {names} deleted"),
    "rename-profile": _("profile renamed: {names}"),
    "store-keys": _("keys of {names} written"),
    "delete-keys": _("keys of {names} deleted"),
    # Translators: {names} is the name of a shell.
    "set-up-shell": _("awsp set up in {names}"),
    "undo": _("undone: {names}"),
}

# The same, many times in one write.
DONE_MANY: Final = {
    "set-profile": Counted("{count:,} profile written", "{count:,} profiles written"),
    "delete-profile": Counted("{count:,} profile deleted", "{count:,} profiles deleted"),
    "rename-profile": Counted("{count:,} profile renamed", "{count:,} profiles renamed"),
    "delete-keys": Counted(
        "keys of {count:,} section deleted", "keys of {count:,} sections deleted"
    ),
}
# Translators: follows the first few of a list.
_MORE: Final = _("{count} more")

NOTHING_TO_UNDO: Final = _("There is nothing to undo.")
NOTHING_WRITTEN: Final = _("rolecall has not written to any AWS file yet.")
CONFIRM_UNDO: Final = _("Undo this?")
UNDO_DELETES: Final = _("Undo deletes {path}, which did not exist before the change.")
UNDONE: Final = _("{path} is as it was before.")
UNDONE_DELETED: Final = _("{path} is deleted.")
# Translators: after a line of a list of changes.
WAS_UNDONE: Final = _("(undone)")
_NAMES_SHOWN: Final = 3


# Translators: a key of a file, such as endpoint_url, and the header above it, such as [profile dev].
IN_SECTION: Final = _("{key} in {section}")
_HEADERS: Final = {
    "sso-session": _("[sso-session NAME]"),
    "services": _("[services NAME]"),
    "profile": _("[profile NAME]"),
}
_HEADER_OF_CREDENTIALS: Final = _("[NAME]")
_DEFAULT_HEADER: Final = "[default]"


def header_like(text: str, *, in_credentials: bool) -> str:
    """Return how to write an incomplete header of ~/.aws/config or ~/.aws/credentials."""
    if text.rstrip() == _DEFAULT_HEADER.rstrip("]"):
        return _DEFAULT_HEADER
    if in_credentials:
        return _HEADER_OF_CREDENTIALS
    kinds = (header for kind, header in _HEADERS.items() if text.startswith(f"[{kind}"))
    return next(kinds, _HEADERS["profile"])


JSON_NEEDS_LIST: Final = _("--json needs --list.")


def done(summary: str) -> str:
    """What a write did, from its summary: `set-profile dev, set-profile prod`."""
    if summary.startswith("undo "):
        return DONE["undo"].format(names=done(summary.removeprefix("undo ")))
    steps = summary.split(", ")
    verbs = {step.partition(" ")[0] for step in steps}
    if len(steps) > _NAMES_SHOWN and len(verbs) == 1 and (verb := verbs.pop()) in DONE_MANY:
        return DONE_MANY[verb](len(steps))
    shown = []
    for step in steps[:_NAMES_SHOWN]:
        verb, _, names = step.partition(" ")
        if verb == "rename-profile":
            names = names.replace(" ", " → ")
        shown.append(DONE[verb].format(names=names) if verb in DONE else step)
    if len(steps) > _NAMES_SHOWN:
        shown.append(_MORE.format(count=len(steps) - _NAMES_SHOWN))
    return ", ".join(shown)
