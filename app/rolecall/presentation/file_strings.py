"""The words for what can be the matter with the AWS files.

Placeholders are the facts of the error or finding. "The CLI" is the AWS CLI v2 and boto3, which
read alike; JavaScript is the SDK for it; all of it is as those clients were seen to do.
"""

from __future__ import annotations

from typing import Final

# Why no Python client reads the file at all, and what would mend it. {path} {line} {text}
MALFORMED: Final[dict[str, str]] = {
    "not-toml": "“{text}” is no TOML. Mend the line first.",
    "not-utf8": "it is not UTF-8, so neither the AWS CLI nor boto3 reads the file. Save it as "
    "UTF-8.",
    "byte-order-mark": "it begins with a byte order mark, so neither the AWS CLI nor boto3 reads "
    "the file. Save it as UTF-8 without one.",
    "duplicate-section": "“{text}” stands there a second time, so neither the AWS CLI nor boto3 "
    "reads the file. Put the two sections together.",
    "duplicate-key": "“{text}” has a key that its section has already, so neither the AWS CLI nor "
    "boto3 reads the file. Delete one of the two.",
    "no-section": "“{text}” stands above the first section, so neither the AWS CLI nor boto3 reads "
    "the file. Put a header such as [default] above it.",
    "no-delimiter": "“{text}” has no “=”, so neither the AWS CLI nor boto3 reads the file. "
    "Complete or delete it.",
    "no-key": "“{text}” has nothing before the “=”, so neither the AWS CLI nor boto3 reads the "
    "file. Complete or delete it.",
    "bad-header": "“{text}” is no whole header, so neither the AWS CLI nor boto3 reads the file. "
    "Write it as [profile NAME].",
    "nested-without-delimiter": "“{text}” is indented below a key without a value and has no “=”, "
    "so neither the AWS CLI nor boto3 reads the file. Complete it or join it to the line above.",
}

# Why a change is not made. {path} {subject}
REFUSED: Final[dict[str, str]] = {
    "name": "“{subject}” is no name that every AWS client reads. Use letters, digits and "
    "_ . / % @ : + - only.",
    "key": "“{subject}” is no key. Keys are lower-case letters, digits and underscores.",
    "value-control": "The value for {subject} has a line break or a control character in it.",
    "value-comment": "The value for {subject} has “#” or “;” behind a space, where some clients "
    "see a comment.",
    "value-space": "The value for {subject} begins or ends with a space.",
    "value-empty": "The value for {subject} is empty; clients disagree about that. Delete the key "
    "instead.",
    "taken": "There is a profile “{subject}” already.",
    "missing": "“{subject}” is not in it (any more).",
    "inherited": "{subject} comes from the section [DEFAULT], and would still be read. Delete it "
    "there.",
    "others-read-it": "After this change the SDK for JavaScript would read something else for "
    "“{subject}” than the AWS CLI. `rolecall doctor` shows the line that is in the way.",
    "unsafe": "This change would alter more than it should, at “{subject}”. Nothing was written.",
    "long-lived-keys": "“{subject}” has long-lived keys, which would be lost.",
    "sso-profile": "“{subject}” is an SSO profile. With keys under the same name, the AWS CLI "
    "would go on using SSO, and JavaScript and Go the keys.",
}

# What to do where the system does not let a file be written, by the reason that it gives.
WAYS_OUT: Final[dict[str, str]] = {
    "permission denied": "Give yourself the right to write it, and its folder.",
    "disk full": "Make room, and try again.",
    "read-only file": "chmod u+w it, if it is to be changed.",
    "hard-linked": "Another name leads to the same file and would keep the old one: make that a "
    "symbolic link.",
    "dangling link": "Make the file that the link leads to, or delete the link.",
    "link loop": "Its links lead round in a circle: make them anew.",
    "not a file": "Move away what is there in its place.",
    "owned by somebody else": "Only its owner can replace it.",
    "no path": "A variable such as AWS_CONFIG_FILE is empty: set it, or unset it.",
    "mount point": "A file that is mounted by itself cannot be replaced: mount its folder instead.",
}

# What is not what it seems. {line} {subject} {other} {detail}
FINDINGS: Final[dict[str, str]] = {
    "two-defaults": "[default] and [profile default] (line {other}) both stand there. The CLI "
    "reads the later one, JavaScript and Go [profile default]. Keep one.",
    "twins": "“{subject}” stands there twice, quoted differently (line {other}). The CLI reads the "
    "last one alone, JavaScript mixes them. Keep one.",
    "header-glued": "Something follows the bracket of “{subject}” without a space. JavaScript sees "
    "no header there and gives the keys below it to the section above.",
    "header-spacing": "JavaScript does not see “{subject}”, because of the spaces in its header. "
    "Write [profile {subject}] with a single space.",
    "name-not-shared": "JavaScript does not see “{subject}”: its name has other signs than letters, "
    "digits and _ . / % @ : + -",
    "not-a-profile": "No client takes [{subject}] for a profile. If it is one, write [profile "
    "NAME].",
    "not-a-session": "The AWS CLI does not take [{subject}] for an sso-session. Write [sso-session "
    "NAME], with a name of letters, digits and _ . / % @ : + -",
    "only-javascript": "[{subject}] is a profile to JavaScript alone. Write [profile NAME].",
    "javascript-refuses": "Because of “{subject}”, JavaScript reads nothing at all in this file.",
    "defaults-for-all": "To the CLI, every profile has the keys of [DEFAULT]; JavaScript ignores "
    "them. If [default] is meant, write it in lower case.",
    "key-case": "The CLI reads this key as “{subject}”; JavaScript, which minds the case, does "
    "not. Write it in lower case.",
    "colon": "“{subject}” is set with “:”, which JavaScript does not read. Write “=”.",
    "comment-in-value": "To the CLI, the comment is part of the value of “{subject}”; to "
    "JavaScript and Go it is not. Put it on a line of its own.",
    "empty-value": "“{subject}” is empty to the CLI and not set to JavaScript. Delete it.",
    "continued": "The value of “{subject}” goes on in the next line for the CLI, and ends with its "
    "first for JavaScript.",
    "header-in-value": "This indented header is part of the value of “{subject}” to the CLI; to "
    "JavaScript a section begins there. Remove the indentation.",
    "nested-by-indent": "JavaScript takes “{subject}” for nested in the key above it. Remove the "
    "indentation.",
    "carriage-returns": "Lines end in CR alone here. The CLI reads them, JavaScript takes them for "
    "one line. Save the file with LF.",
    "session-missing": "“{subject}” names an sso-session that is not there, so it cannot be used.",
    "services-missing": "“{subject}” names the section [services {detail}], which is not there or "
    "empty, so the AWS CLI refuses it. Write the section, or delete the line.",
    "role-arn-invalid": "The role_arn of “{subject}” is none, so AWS refuses it. It looks like "
    "arn:aws:iam::123456789012:role/Deployer",
    "source-loop": "“{subject}” goes round in a circle: {detail}. The AWS CLI refuses it. Set another "
    "source_profile.",
    "no-source": "“{subject}” has a role_arn and neither source_profile nor credential_source, so "
    "the AWS CLI refuses it. Set one of the two.",
    "two-sources": "“{subject}” has both source_profile and credential_source, so the AWS CLI "
    "refuses it. Delete one of the two.",
    "credential-source-unknown": "The AWS CLI does not know the credential_source of “{subject}”. It "
    "is one of {detail}, written so.",
    "source-missing": "“{subject}” goes by way of “{detail}”, which is not there, so it cannot be "
    "used. Set its source_profile, or delete it.",
    "session-differs": "“{subject}” says something else than its sso-session (line {other}); the "
    "AWS CLI refuses it. Delete the line here.",
    "session-incomplete": "The sso-session “{subject}” lacks sso_start_url or sso_region, so it "
    "cannot be used.",
    "profile-incomplete": "“{subject}” is meant for SSO and lacks {detail}, so the AWS CLI refuses "
    "it.",
    "scopes-missing": "The sso-session “{subject}” has no sso_registration_scopes, so its sign-in "
    "cannot be renewed. Add sso_registration_scopes = sso:account:access",
    "shadowed-keys": "“{subject}” is an SSO profile and has keys in the credentials file too. The "
    "CLI uses SSO, JavaScript and Go the keys.",
    "broken-cache-file": "This file is broken, and the AWS CLI fails on it. Delete it; the next "
    "sign-in makes a new one.",
    "exposed": "Others on this machine can read this file, and there are secrets in it. "
    "chmod 600 it.",
}

# What a write did, by the first word of its summary. {names}
DONE: Final[dict[str, str]] = {
    "set-profile": "profile {names} written",
    "set-sso-session": "sso-session {names} written",
    "delete-profile": "profile {names} deleted",
    "rename-profile": "profile renamed: {names}",
    "store-keys": "keys of {names} written",
    "delete-keys": "keys of {names} deleted",
    "undo": "taken back: {names}",
}

# The same, many times in one write. {count}
DONE_MANY: Final[dict[str, str]] = {
    "set-profile": "{count:,} profiles written",
    "delete-profile": "{count:,} profiles deleted",
    "rename-profile": "{count:,} profiles renamed",
    "delete-keys": "keys of {count:,} sections deleted",
}

CLEAN: Final = "Nothing to say: config, credentials and caches are in order."
# Where `config` and `credentials` are not where they usually are, and what says so.
ELSEWHERE: Final = "{variable} names {path}."
ELSEWHERE_MISSING: Final = "{variable} names {path}, which is not there."
ELSEWHERE_EMPTY: Final = "{variable} is empty, so the clients read no such file."
VARIABLES: Final = {"config": "AWS_CONFIG_FILE", "credentials": "AWS_SHARED_CREDENTIALS_FILE"}
NOTHING_TO_UNDO: Final = "There is no write of rolecall's to take back."
NOTHING_WRITTEN: Final = "rolecall has written to no AWS file yet."
CONFIRM_UNDO: Final = "Take this back?"
UNDONE: Final = "{path} is as it was before."
WAS_UNDONE: Final = "  (taken back)"
_NAMES_SHOWN: Final = 3


def elsewhere(name: str, path: str, is_there: bool) -> str:
    """`AWS_CONFIG_FILE names /mnt/config.`; the path is empty where the variable is."""
    words = ELSEWHERE if is_there else ELSEWHERE_MISSING if path else ELSEWHERE_EMPTY
    return words.format(variable=VARIABLES[name], path=path)


def done(summary: str) -> str:
    """What a write did, from its summary: `set-profile dev, set-profile prod`."""
    if summary.startswith("undo "):
        return DONE["undo"].format(names=done(summary.removeprefix("undo ")))
    steps = summary.split(", ")
    verbs = {step.partition(" ")[0] for step in steps}
    if len(steps) > _NAMES_SHOWN and len(verbs) == 1 and (verb := verbs.pop()) in DONE_MANY:
        return DONE_MANY[verb].format(count=len(steps))
    shown = []
    for step in steps[:_NAMES_SHOWN]:
        verb, _, names = step.partition(" ")
        if verb == "rename-profile":
            names = names.replace(" ", " → ")
        shown.append(DONE[verb].format(names=names) if verb in DONE else step)
    if len(steps) > _NAMES_SHOWN:
        shown.append(f"{len(steps) - _NAMES_SHOWN} more")
    return ", ".join(shown)
