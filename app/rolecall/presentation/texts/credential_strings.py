"""Texts about credentials and the console, on the command line and on the screen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rolecall.domain.shells import Shell
from rolecall.presentation.translation import Counted, _

if TYPE_CHECKING:
    from rolecall.domain.credentials.credential_formats import Format

SEVERAL_PROFILES: Final = _("“{query}” matches several profiles: {names}")
SHORT_NAME: Final = _(
    "“{permission_set}” is only the short name of a role. Give the full name: {names}"
)
NO_CREDENTIALS: Final = {
    "not-found": _("There is no profile {profile} in {config}."),
    "misspelled": _("There is no profile {profile} in {config}. Did you mean {subject}?"),
    "no-such-session": _("There is no sso-session {subject} in {config}."),
    "incomplete": _(
        "{profile} lacks sso_account_id or sso_role_name, so it does not point to a permission set. Set both in the profile."
    ),
    "no-portal": _(
        "{profile} does not point to a permission set, so the access portal has no link for it."
    ),
    "no-console": _(
        "{profile} has a role of account access manager, for which AWS documents no console link. Open it from the account access portal."
    ),
    "no-keys": _(
        "{profile} has no source of credentials: no session with a permission set, no role and no keys."
    ),
    "expired": _("The keys of {profile} in {credentials} have expired."),
    "no-source": _(
        "{profile} assumes a role but has neither source_profile nor credential_source. Add one of them."
    ),
    "source-missing": _(
        "{profile} assumes a role through source_profile “{subject}”, which does not exist."
    ),
    "loop": _("The source profiles of {profile} lead back to {subject}."),
    "mfa": _(
        "{profile} needs an MFA code from {subject}, and there is no terminal to ask on. Run `rolecall exec {profile} -- true` in a terminal; its credentials are used everywhere while they are valid."
    ),
    "long-lived": _(
        "The keys of {profile} do not expire; rolecall writes only keys that expire to {credentials}."
    ),
    "unknown-expiry": _(
        "The expiry of the keys of {profile} is unknown; rolecall writes only keys with a known expiry to {credentials}."
    ),
}

# By `CredentialsExpired.problem`. Translators: `detail` is AWS's sentence.
EXPIRED_PROBLEMS: Final = {
    "credentials": _(
        "The keys of {profile} in {credentials} have expired. Get new ones and write them there. {detail}"
    ),
    "config": _(
        "The keys of {profile} in {config} have expired. Get new ones and write them there. {detail}"
    ),
    "environment": _(
        "The keys in AWS_ACCESS_KEY_ID and AWS_SESSION_TOKEN have expired. Set new ones. {detail}"
    ),
    "process": _(
        "The credential_process of {profile} returns expired credentials. Check why that program does not get new ones. {detail}"
    ),
    "web-identity": _(
        "The web identity token of {profile} has expired. Write a new one to its file. {detail}"
    ),
    "login": _(
        "AWS says that the keys of the console sign-in of {profile} have expired. `rolecall login {profile}` signs in again. {detail}"
    ),
}

MFA_CODE: Final = _("MFA code from {device}")
MFA_CODE_INVALID: Final = _("Enter six digits.")

# Command id → (name, help). Translators: see command_strings.
CREDENTIAL_COMMANDS: Final = {
    "credentials": (
        _("credentials"),
        _("get short-term credentials for the permission set or the profile"),
    ),
    "console": (_("console"), _("show the link to the AWS console, also as a QR code")),
    "cloudshell": (_("CloudShell"), _("show the link to a shell in the AWS console")),
    "show_values": (_("show"), _("show or hide the values")),
    "write_keys": (_("write"), _("write the keys to ~/.aws/credentials, under a separate name")),
    "copy_credentials": (_("copy"), _("copy the credentials in the format of the row")),
}
# Translators: what a key does while the values are shown: "v hide".
HIDE_VALUES: Final = _("hide")

INEXPRESSIBLE: Final = _(
    "The credentials of {name} contain a character that {format} cannot express. Try another format."
)
NO_CONSOLE_OF_ROLE: Final = _(
    "AWS documents no console link for a role of account access manager. Open it from its portal: {portal}"
)
OPTIONS_OF_ROLES: Final = _("--session-name and --duration need --role-arn.")
NOT_A_ROLE_ARN: Final = _(
    "“{arn}” is not the ARN of a role. A role ARN looks like arn:aws:iam::123456789012:role/Deployer"
)
SESSION_NAME_RULE: Final = _(
    "A session name has 2 to 64 characters: letters, digits and _ + = , . @ -"
)
DURATION_RULE: Final = _("A duration is 900 to 43200 seconds.")
PROFILE_OR_ROLE: Final = _("Use either PROFILE, or --account and --permission-set.")
# Translators: `name` is "audit-admin", or "audit-admin · audit 123456789012 · expires 21:49:23".
SUBSHELL: Final = _("This shell has the credentials of {name}. exit leaves it.")
SUBSHELL_END: Final = _("expires {end}")
OVER_SSH: Final = _(
    "No browser is opened over SSH. Open the link on your own machine, or scan it with a phone."
)
NO_BROWSER: Final = _(
    "There is no browser here. Open the link on another device, or scan it with a phone."
)
NO_PORT: Final = _("Port {port} cannot be used: {reason}. Choose another one with --port.")
COPY_LOST: Final = _(
    "A program wrote to its copy of {path}, which is now deleted. The change is not in {path}:"
)
NONE_EXPIRED: Final = _("No keys in {path} have expired.")
EXPIRED: Final = "{name}  {expired}"
CONFIRM_CLEAN: Final = _("Delete these from {path}?")
CLEANED: Final = Counted(
    "Deleted the keys of {count:,} section. `rolecall undo` undoes it.",
    "Deleted the keys of {count:,} sections. `rolecall undo` undoes it.",
)

# --- the screens -----------------------------------------------------------------------------

ASKING: Final = _("Asking AWS…")
# Translators: "7 h 12 min left · expires 21:49:23 UTC".
EXPIRES: Final = _("{left} left · {expires}")
LONG_LIVED: Final = _("Long-lived keys: they are valid until they are deleted.")
EXPIRY_UNKNOWN: Final = _("Short-term keys: their expiry is unknown.")
HIDDEN: Final = "••••••••••••"
NO_TOKEN: Final = _("none")
FORMAT_COLUMN: Final = _("Format")
WHAT_COLUMN: Final = _("What is copied")
_VARIABLES: Final = _("variables for the shell")
_ALONE: Final = _("only this value")
# By the name of the format, without those of shells.
_FORMATS: Final = {
    "cmd": ("cmd.exe", _VARIABLES),
    "dotenv": (".env", _("variables, for an .env file")),
    "json": ("JSON", _("the output of a credential_process")),
    "ini": ("INI", _("a section of ~/.aws/credentials")),
    "key_id": (_("Access key ID"), _ALONE),
    "secret_key": (_("Secret access key"), _ALONE),
    "session_token": (_("Session token"), _ALONE),
}
COPIED: Final = _("Copied: {what}. The clipboard still has it after you close this screen.")
NOT_YET: Final = _("There are no credentials yet.")
KEYS_NAME: Final = "{name}-keys"
WRITE_TITLE: Final = _("Write the keys as {name}")
WRITE_INTRO: Final = _(
    "Secrets are hidden here. `rolecall credentials clean` removes the keys once they have expired."
)
WRITTEN: Final = _("Keys written as {name}: aws --profile {name}")
CONSOLE_INTRO: Final = _(
    "Opens the AWS console with this permission set; the portal may ask you to sign in."
)
CLOUDSHELL_INTRO: Final = _("Opens CloudShell in the AWS console, in {region}.")
NO_CONSOLE: Final = _(
    "{name} does not point to a permission set, so the access portal has no link for it."
)


def format_name(form: Format) -> str:
    """`bash, zsh`, `JSON`, `Secret access key`."""
    return _of_shells(form) or _FORMATS[form.name][0]


def format_help(form: Format) -> str:
    """What is copied."""
    return _VARIABLES if _of_shells(form) else _FORMATS[form.name][1]


def _of_shells(form: Format) -> str:
    """The shells that read the format."""
    records = (shell.record for shell in Shell)
    return ", ".join(each.title for each in records if each.format == form.name)
