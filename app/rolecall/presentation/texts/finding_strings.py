"""Texts about what `doctor` finds in the AWS files and folders.

Placeholders are the facts of the finding. "The CLI" is the AWS CLI v2 and boto3, which read alike;
JavaScript is the SDK for JavaScript. Each text says what these clients do, as tested.
"""

from __future__ import annotations

from typing import Final

from rolecall.presentation.translation import Counted, _

# The second line that a finding is about.
OTHER_LINE: Final = _("line {line}")
OTHER_LINE_IN: Final = _("line {line} of {path}")

# What clients read differently from what it seems, and other problems of files and folders.
# {line} {subject} {other} {detail} {reason} {way_out}; {other} is OTHER_LINE or OTHER_LINE_IN.
FINDINGS: Final[dict[str, str]] = {
    "two-defaults": _(
        "The file has [default] and [profile default] ({other}). The CLI reads the later one; JavaScript and Go read [profile default]. Keep one."
    ),
    "repeated": _(
        "“{subject}” appears twice, quoted differently ({other}). The CLI reads only the last one; JavaScript mixes them. Keep one."
    ),
    "header-glued": _(
        "Something follows the bracket of “{subject}” without a space. JavaScript sees no header there and gives the keys below it to the section above."
    ),
    "header-spacing": _(
        "JavaScript does not see “{subject}”, because of the spaces in its header. Write [profile {subject}] with a single space."
    ),
    "name-not-shared": _(
        "JavaScript does not see “{subject}”: its name has characters other than letters, digits and _ . / % @ : + -"
    ),
    "not-a-profile": _(
        "No client reads [{subject}] as a profile. If it is one, write [profile NAME]."
    ),
    "not-a-session": _(
        "The AWS CLI does not read [{subject}] as an sso-session. Write [sso-session NAME], with a name of letters, digits and _ . / % @ : + -"
    ),
    "only-javascript": _("Only JavaScript reads [{subject}] as a profile. Write [profile NAME]."),
    "javascript-refuses": _(
        "Because of “{subject}”, JavaScript reads nothing at all in this file."
    ),
    "defaults-for-all": _(
        "The CLI gives every profile the keys of [DEFAULT]. JavaScript ignores them. If you mean [default], write it in lower case."
    ),
    "key-case": _(
        "The CLI reads this key as “{subject}”; JavaScript, which is case-sensitive, does not. Write it in lower case."
    ),
    "colon": _("“{subject}” is set with “:”, which JavaScript does not read. Write “=”."),
    "comment-in-value": _(
        "The CLI reads the comment as part of the value of “{subject}”; JavaScript and Go do not. Put it on a separate line."
    ),
    "line-not-shared": _(
        "JavaScript reads the line of “{subject}” differently, because of a comment or an unusual space in it. Write the line again without that."
    ),
    "empty-value": _(
        "The CLI reads “{subject}” as empty; JavaScript reads it as not set. Delete it."
    ),
    "continued": _(
        "The CLI reads the next line as part of the value of “{subject}”; JavaScript does not. Write it on one line."
    ),
    "header-in-value": _(
        "The CLI reads this indented header as part of the value of “{subject}”; JavaScript reads it as a new section. Remove the indentation."
    ),
    "nested-by-indent": _(
        "JavaScript reads “{subject}” as nested in the key above it. Remove the indentation."
    ),
    "carriage-returns": _(
        "The lines end with CR only. The CLI reads them; JavaScript reads one long line. Save the file with LF."
    ),
    "session-missing": _(
        "“{subject}” names an sso-session that does not exist, so it cannot be used."
    ),
    "program-missing": _(
        "“{subject}” starts {detail}, which is not a program on this machine. Save the profile again with rolecall."
    ),
    "services-missing": _(
        "“{subject}” names the section [services {detail}], which is missing or empty, so the AWS CLI refuses it. Write the section, or delete the line."
    ),
    "endpoint-invalid": _(
        "The endpoint_url of “{subject}” is “{detail}”, which is not a web address such as https://host.example, so the AWS CLI refuses it. Correct it, or delete the line."
    ),
    "account-id-invalid": _(
        "The sso_account_id of “{subject}” is not 12 digits, so AWS refuses it. Write the account ID without dashes or quotes, with its leading zeros."
    ),
    "role-arn-missing": _(
        "“{subject}” has a web_identity_token_file and no role_arn, so the AWS CLI refuses it. Add the role_arn."
    ),
    "login-needs-crt": _(
        "“{subject}” uses login_session, for which rolecall and boto3 need awscrt, and this Python does not have it. Install it: {detail}"
    ),
    "sso-in-credentials": _(
        "“{subject}” has {detail} in the credentials file. The AWS CLI, boto3 and JavaScript use that, whatever the config file says. Move it to the config file."
    ),
    "role-arn-invalid": _(
        "The role_arn of “{subject}” is not an ARN of a role, so AWS refuses it. It looks like arn:aws:iam::123456789012:role/Deployer"
    ),
    "source-loop": _(
        "The source profiles of “{subject}” form a loop: {detail}. The AWS CLI refuses it. Set another source_profile."
    ),
    "no-source": _(
        "“{subject}” has a role_arn and neither source_profile nor credential_source, so the AWS CLI refuses it. Set one of the two."
    ),
    "two-sources": _(
        "“{subject}” has both source_profile and credential_source, so the AWS CLI refuses it. Delete one of the two."
    ),
    "credential-source-unknown": _(
        "The AWS CLI does not know the credential_source of “{subject}”. Write it exactly as one of {detail}."
    ),
    "source-missing": _(
        "The source_profile of “{subject}”, “{detail}”, does not exist, so it cannot be used. Set another, or delete “{subject}”."
    ),
    "process-profile-missing": _(
        "“{subject}” gets its credentials from the profile “{detail}”, which does not exist. Correct its credential_process, or delete “{subject}”."
    ),
    "session-differs": _(
        "“{subject}” contradicts its sso-session ({other}), so the AWS CLI refuses it. Delete the line here."
    ),
    "region-differs": _(
        "“{subject}” has a different sso_region from {other} for the same start URL, but an Identity Center is in one region. Clients that use “{subject}” ask in its region; rolecall lists the start URL in {detail}. Correct the wrong one."
    ),
    "session-incomplete": _(
        "The sso-session “{subject}” lacks sso_start_url or sso_region, so it cannot be used."
    ),
    "region-mistyped": _(
        "The sso_region of “{subject}” does not exist, so nobody can sign in. Did you mean {detail}?"
    ),
    "region-unknown": _(
        "rolecall does not know the sso_region of “{subject}”. Nobody can sign in if it does not exist."
    ),
    "profile-incomplete": _(
        "“{subject}” is meant for SSO and lacks {detail}, so the AWS CLI refuses it."
    ),
    "scopes-missing": _(
        "The sso-session “{subject}” has no sso_registration_scopes, so its sign-in cannot be renewed. Add sso_registration_scopes = sso:account:access"
    ),
    "account-access-invalid": _(
        "The rolecall_account_access of “{subject}” is “{detail}”, not the whole address of an account access portal, so its roles are not listed. The address looks like https://aa-example.account-access.eu-west-1.app.aws"
    ),
    "shadowed-keys": _(
        "“{subject}” is an SSO profile and also has keys in the credentials file. The CLI uses SSO; JavaScript and Go use the keys."
    ),
    "broken-cache-file": _(
        "This file is broken, and the AWS CLI fails on it. Delete it; the next sign-in creates a new one."
    ),
    "exposed": _(
        "Others on this machine can read this file, which has secrets. Protect it with chmod 600."
    ),
    "changeable": _("Others on this machine can change this file. Protect it with chmod go-w."),
    "foreign-file": _(
        "This file belongs to another user, who can change it. Make it yours with chown."
    ),
    "changeable-folder": _(
        "Others on this machine can add or replace files in this folder. Protect it with chmod go-w, or keep the files elsewhere."
    ),
    "foreign-folder": _(
        "This folder belongs to another user, who can replace the files in it. Make it yours with chown."
    ),
    "left-behind": _(
        "A rolecall that was killed left this folder behind, and it may have secrets. Delete it."
    ),
    "home-unwritable": _(
        "Nothing can be saved in this folder ({reason}): no profiles, tokens or lists of accounts. A valid token is still used; it is not renewed, and a sign-in is refused. Give yourself write permission, make room, or set HOME to another folder."
    ),
    "config-unwritable": _(
        "Profiles and sessions cannot be saved in this folder ({reason}). {way_out}"
    ),
    "tokens-unwritable": _(
        "Tokens cannot be saved in this folder ({reason}). A valid token is still used; it is not renewed, and a sign-in is refused. {way_out}"
    ),
    "logins-unwritable": _(
        "Sign-ins with console credentials cannot be saved in this folder ({reason}). Their keys are not renewed, and a sign-in is refused. {way_out}"
    ),
    "role-keys-unwritable": _(
        "Credentials of roles cannot be saved in this folder ({reason}). Each command asks AWS for new ones. {way_out}"
    ),
    "state-unwritable": _(
        "Backups, locks and the log cannot be saved in this folder ({reason}). No profile, session or setting is changed, and nothing is undone or logged. {way_out}"
    ),
    "lists-unwritable": _(
        "Lists of accounts and favourites cannot be saved in this folder ({reason}). Each run lists the accounts again. {way_out}"
    ),
    "settings-unwritable": _(
        "Settings, aliases and notes cannot be saved in this folder ({reason}). {way_out}"
    ),
}

NEVER_SIGNED_IN: Final = _(
    "Nobody has signed in to {session} on this machine yet. `rolecall sign-in {session}` signs in."
)
PROBLEMS_NOUN: Final = Counted("{count:,} problem", "{count:,} problems")
EXAMINING: Final = _("Checking the AWS files and settings…")
NOT_OF_A_PROFILE: Final = _("This problem is not about one profile.")
PLACE: Final = _("Where")
CLEAN: Final = _("No problems: config, credentials and caches are in order.")
# If `config` and `credentials` are not in their default places.
ELSEWHERE: Final = _("{variable} names {path}.")
ELSEWHERE_MISSING: Final = _("{variable} names {path}, which does not exist.")
ELSEWHERE_EMPTY: Final = _("{variable} is empty, so clients read no such file.")
VARIABLES: Final = {"config": "AWS_CONFIG_FILE", "credentials": "AWS_SHARED_CREDENTIALS_FILE"}


def elsewhere(name: str, path: str, is_there: bool) -> str:
    """`AWS_CONFIG_FILE names /mnt/config.`; `path` is empty if the variable is."""
    words = ELSEWHERE if is_there else ELSEWHERE_MISSING if path else ELSEWHERE_EMPTY
    return words.format(variable=VARIABLES[name], path=path)
