"""The words about credentials and the console: on the command line and on the screen."""

from __future__ import annotations

from typing import Final

NO_CREDENTIALS: Final = {
    "not-found": "There is no profile {profile} in {config}.",
    "misspelt": "There is no profile {profile} in {config}. Did you mean {subject}?",
    "no-such-session": "There is no sso-session {subject} in {config}.",
    "incomplete": "{profile} has no sso_account_id or no sso_role_name, so it points at no permission set.",
    "no-portal": "{profile} points at no permission set, so the access portal has no link for it.",
    "no-keys": "{profile} has nothing to get credentials with: neither a session and a permission set, nor a role, nor keys.",
    "ended": "The keys of {profile} in {credentials} have ended.",
    "no-source": "{profile} assumes a role and has neither source_profile nor credential_source to do it by way of.",
    "source-missing": "{profile} assumes a role by way of source_profile “{subject}”, which does not exist.",
    "loop": "{profile} comes by its source profiles back to {subject}.",
    "mfa": "{profile} asks for a code of {subject}, and nobody can be asked here. Run `rolecall exec {profile} -- true` in a terminal; what that gets is used everywhere while it holds.",
    "long-lived": "{profile} would hold long-lived keys; rolecall writes only those that end to {credentials}.",
}

MFA_CODE: Final = "MFA code of {device}"
MFA_CODE_INVALID: Final = "six digits"

COMMANDS: Final = {
    "credentials": ("credentials", "short-term keys of the permission set, or of the profile"),
    "console": ("console", "the link into the AWS console, as a QR code too"),
    "cloudshell": ("CloudShell", "the link to a shell in the AWS console"),
    "show_values": ("show", "show the values, and hide them again"),
    "write_keys": ("write", "write them to ~/.aws/credentials, under a name of their own"),
    "copy_bash": ("copy", "copy for bash, zsh and sh"),
    "copy_fish": ("fish", "copy for fish"),
    "copy_powershell": ("PowerShell", "copy for PowerShell"),
    "copy_cmd": ("cmd", "copy for cmd.exe"),
    "copy_nu": ("nu", "copy for nushell"),
    "copy_tcsh": ("tcsh", "copy for tcsh"),
    "copy_dotenv": (".env", "copy as lines of an .env file"),
    "copy_json": ("JSON", "copy as the answer of a credential_process"),
    "copy_ini": ("section", "copy as a section of ~/.aws/credentials"),
    "copy_key_id": ("key id", "copy the access key id alone"),
    "copy_secret": ("secret key", "copy the secret access key alone"),
    "copy_session_token": ("session token", "copy the session token alone"),
}

SIGNED_OUT: Final = (
    "Signed out of {session}. Sign in with `rolecall sign-in {session}`, then try again."
)
PROFILE_SIGNED_OUT: Final = "{profile}: the sign-in has ended. `rolecall sign-in` signs in again."
INEXPRESSIBLE: Final = "The credentials of {name} have a character that {format} has no spelling for. Try another format."
PROFILE_OR_ROLE: Final = "Give either --profile, or --account and --permission-set."
NO_COMMAND: Final = "{command}: {reason}"
SUBSHELL: Final = "In a shell with the credentials of {name}{account}{end}. exit leaves it."
SUBSHELL_ACCOUNT: Final = " in account {account}"
SUBSHELL_END: Final = ", until {end}"
OVER_SSH: Final = (
    "Over SSH no browser is opened: open the link where you sit, or scan it with a phone."
)
NO_BROWSER: Final = "There is no browser here: open the link elsewhere, or scan it with a phone."
NO_PORT: Final = "Port {port} cannot be served on: {reason}."
DEFAULT_GOES_BEFORE: Final = "The default profile has credentials of its own, which the clients take before those served here."
NONE_DEAD: Final = "No keys in {path} have ended."
DEAD: Final = "{name}  {ended}"
CONFIRM_CLEAN: Final = "Take these out of {path}?"


def cleaned(count: int) -> str:
    what = "1 section" if count == 1 else f"{count:,} sections"
    return f"Keys of {what} taken out. `rolecall undo` takes it back."


# --- the screens -----------------------------------------------------------------------------

ASKING: Final = "Asking AWS…"
ENDS: Final = "{left} left · {until}"
NEVER_ENDS: Final = "Long-lived keys: they end when somebody deletes them."
KEY_ID: Final = "Access key id"
SECRET_KEY: Final = "Secret access key"
SESSION_TOKEN: Final = "Session token"
HIDDEN: Final = "••••••••••••"
NO_TOKEN: Final = "none"
COPIES: Final[dict[str, tuple[str, ...]]] = {
    "Copy for": (
        *("copy_bash", "copy_fish", "copy_powershell", "copy_cmd", "copy_nu", "copy_tcsh"),
    ),
    "Copy as": ("copy_dotenv", "copy_json", "copy_ini"),
    "Copy the": ("copy_key_id", "copy_secret", "copy_session_token"),
}
COPIED: Final = "Copied: {what}. It stays in the clipboard when this screen is gone."
NOT_YET: Final = "There are no credentials yet."
KEYS_NAME: Final = "{name}-keys"
WRITE_TITLE: Final = "Write the keys as {name}"
WRITE_INTRO: Final = "{path} will say (secrets hidden here); rolecall credentials clean removes them when they have ended:"
WRITTEN: Final = "Keys written as {name}: aws --profile {name}"
CONSOLE_INTRO: Final = (
    "Opens the AWS console as this permission set; the portal may ask to sign in."
)
CLOUDSHELL_INTRO: Final = "Opens CloudShell in the AWS console, in {region}."
NO_CONSOLE: Final = "{name} points at no permission set, so the access portal has no link for it."
BASH: Final = "bash, zsh"
