"""The words about credentials and the console: on the command line and on the screen."""

from __future__ import annotations

from typing import Final

NO_CREDENTIALS: Final = {
    "not-found": "There is no profile {profile} in ~/.aws/config.",
    "no-such-session": "There is no sso-session {subject} in ~/.aws/config.",
    "incomplete": "{profile} has no sso_account_id or no sso_role_name, so it points at no permission set.",
    "no-portal": "{profile} points at no permission set, so the access portal has no link for it.",
    "no-keys": "{profile} has nothing to get credentials with: neither a session and a permission set, nor a role, nor keys.",
    "ended": "The keys of {profile} in ~/.aws/credentials have ended.",
    "source-missing": "{profile} assumes a role by way of source_profile “{subject}”, which does not exist.",
    "loop": "{profile} comes by its source profiles back to {subject}.",
    "mfa": "{profile} asks for a code of {subject}, and rolecall does not. Run the AWS CLI with it once; while what it got holds, rolecall uses that.",
    "credential-source": "{profile} takes its credentials from {subject} (credential_source); rolecall leaves that to the AWS CLI.",
    "process": "{profile} gets its credentials from another program (credential_process); rolecall leaves that to the AWS CLI.",
    "web-identity": "{profile} gets its credentials with a web identity token; rolecall leaves that to the AWS CLI.",
    "login": "{profile} gets its credentials by `aws login`; rolecall leaves that to the AWS CLI.",
}

SIGNED_OUT: Final = (
    "Signed out of {session}. Sign in with `rolecall` or with `aws sso login`, then try again."
)
INEXPRESSIBLE: Final = "The credentials of {name} have a character that {format} has no spelling for. Try another format."
WHICH_SESSION: Final = "Name one with --sso-session. There are: {names}"
NO_SESSION: Final = "There is no sso-session in ~/.aws/config."
PROFILE_OR_ROLE: Final = "Give either --profile, or --account and --permission-set."
NO_COMMAND: Final = "{command}: {reason}"
SUBSHELL: Final = "In a shell with the credentials of {name}{account}{end}. exit leaves it."
SUBSHELL_ACCOUNT: Final = " in account {id}"
SUBSHELL_END: Final = ", until {end}"
NO_PORT: Final = "Port {port} cannot be served on: {reason}."
DEFAULT_GOES_BEFORE: Final = "The default profile has credentials of its own, which the clients take before those served here."
