"""The help of the options, those that several commands have first."""

from __future__ import annotations

from typing import Final

from rolecall.presentation.translation import _

SSO_SESSION: Final = _("The sso-session, if there are several.")
PROFILE: Final = _("The profile, instead of PROFILE.")
REFRESH: Final = _("Ask AWS even if the cache is recent.")
DRY_RUN: Final = _("Show the changes without writing them.")
REASON: Final = _("The reason to show in `rolecall log`.")
ALLOW: Final = _(
    "Only what GRANTS name, such as s3:read,logs. The levels are list, read, write, tag, permissions, secrets and all; a service alone is list and read."
)
DENY: Final = _(
    "Not what GRANTS name, such as iam,s3:write; a service alone is all of it. Without --allow, everything else is allowed."
)
POLICY: Final = _("Only what the IAM policy in FILE allows, too.")
MINUTES: Final = _("No longer than N minutes.")
YES: Final = _("Do not ask for confirmation.")
NO_LOCK: Final = _("Write also where the file system has no locks, without asking about that.")
JSON_ARRAY: Final = _("Print a JSON array.")
JSON_OBJECT: Final = _("Print a JSON object.")


DEBUG: Final = _(
    "Append a log without secrets to FILE, for a bug report. Put this option before the command."
)
DEMO: Final = _("Try rolecall on a demo Identity Center.")
PLAIN: Final = _(
    "Ask numbered questions in lines that are only appended, without colours: for screen readers."
)
DEMO_ACCOUNTS: Final = _(
    "The number of accounts in the demo (about 40 by default). Implies --demo."
)

CONSOLE_DESTINATION: Final = _("The console page to open: cloudshell, s3, ec2, …, or its URL.")
CONSOLE_PRINT: Final = _("Print the link without opening it.")

CREDENTIAL_ACCOUNT: Final = _("The account ID, with --permission-set, instead of a profile.")
CREDENTIAL_PERMISSION_SET: Final = _("The full name of the permission set in the account.")
CREDENTIAL_ROLE_ARN: Final = _(
    "A role of account access manager, instead of a profile or a permission set."
)
CREDENTIAL_SESSION_NAME: Final = _("The name of the role session, as CloudTrail shows it.")
CREDENTIAL_DURATION: Final = _("How long the role's credentials are valid, in seconds.")

EXEC_RESUME: Final = _("Run COMMAND with the roles of the last run that are not done.")
EXEC_PROFILE: Final = _(
    "The profile, instead of PROFILE. Repeat the option to run the command with each profile."
)
EXEC_ALL: Final = _(
    "Run COMMAND with each permission set that matches WORDS, or with all. Only whole words match. No profile is needed."
)
EXEC_JOBS: Final = _(
    "How many commands run at the same time. The default is `jobs` in the settings, or 8."
)
EXEC_FAIL_FAST: Final = _("Start no more commands after one fails.")
EXEC_OUTPUT: Final = _(
    "Print lines with names (text), or a line of JSON for each command when it ends (json)."
)

EXPORT_FORMAT: Final = _("The shell or file format to print for.")

INIT_INSTALL: Final = _("Write it to the shell's start-up file, after showing the change.")
INIT_HOOK: Final = _(
    "Also warn when you change the directory or the profile, if the shell is not in the account of the directory's .rolecall.toml."
)
INIT_CMD: Final = _("The name of the command.")

LEND_WRITE: Final = _("Let COMMAND write to PATH, too.")
LEND_HIDE: Final = _("Hide PATH, too.")
LEND_KEEP: Final = _("Leave one thing open that is hidden: repeat the option for more.")
LEND_OPEN_NETWORK: Final = _(
    "Use the network of this machine, with its local servers and the role of the instance."
)
LEND_NO_SEAL: Final = _("Do not seal COMMAND: it can read all your tokens and keys.")
ASK_MINUTES: Final = _("For N minutes from the approval.")
ASK_REASON: Final = _("What it is for: the user decides by it, and CloudTrail has it.")
ASK_WAIT: Final = _("Wait until the user has decided.")
LEND_LIST: Final = _("List the programs that run with a role of yours, and what they ask for.")
LEND_CHECK: Final = _(
    "Try to get out of a seal on this machine, and print which ways are closed. Exit status 0 if all are."
)

LIST_CSV: Final = _(
    "Print comma-separated values with a header. A ' precedes each cell that a spreadsheet would run as a formula."
)

PROMPT_FORMAT: Final = _("The template.")
PROMPT_CHECK: Final = _(
    "Check the directory instead: if this shell is not in its account, print one sentence to standard error and exit with status 1."
)

SAVE_ACCOUNT: Final = _("The account to save.")
SAVE_PERMISSION_SET: Final = _(
    "The permission set or role to save. A role needs no path if its name is unique in the account."
)
SAVE_NAME: Final = _("The name of the profile, instead of the suggested one.")
SAVE_ALL: Final = _("Save all permission sets, or those that match WORDS. Only whole words match.")
SAVE_TEMPLATE: Final = _("The template for the names, such as {account|slug}-{short}.")
SAVE_FIX: Final = _("Repair names that are bad or collide.")
SAVE_PRUNE: Final = _(
    "Also delete profiles whose permission set AWS no longer lists. Without a terminal, this needs --yes."
)
SAVE_REGION: Final = _("One region for all profiles, or 'pattern=region, …, region'.")
SAVE_OUTPUT: Final = _("The output format of the AWS CLI.")

SERVE_PORT: Final = _("The port; by default, a free one.")
SERVE_FORMAT: Final = _("The shell to print the variables for.")

LOGIN_REGION: Final = _(
    "The region to sign in to. It defaults to the profile's region, and is written to a profile without one."
)
LOGIN_FORCE: Final = _("Sign in again, even if the keys are valid.")
LOGIN_BROWSER: Final = _("In a browser, or with a code to paste. The default is in the settings.")

SIGN_IN_REGION: Final = _(
    "The region of the Identity Center, or `find` to look for it. It is written to the session after the sign-in."
)
SIGN_IN_NAME: Final = _(
    "The name of a new session (by default made from the address), or the session that gets the roles of an account access portal."
)
SIGN_IN_START_URL: Final = _(
    "With the address of an account access portal as NAME: the start URL of the session that gets its roles. If no session has this start URL, a new one is written."
)
SIGN_IN_FORCE: Final = _("Sign in again, even if the token is still valid.")
SIGN_IN_BROWSER: Final = _(
    "In a browser (PKCE), also on another machine, or with a device code. The default is in the settings."
)
SIGN_IN_PORT: Final = _(
    "In a browser that comes back to this port: `ssh -L N:127.0.0.1:N` forwards it to your machine."
)

SWITCH_HELP: Final = _("Show this message and exit.")
SWITCH_CLEAR: Final = _("Unset the profile, and the region that -r set.")
SWITCH_REGION: Final = _("Also set the region.")

TRUST_REVOKE: Final = _("Stop trusting it.")

UNDO_LIST: Final = _("List the changes that rolecall has made.")
UNDO_JSON: Final = _("With --list: print a JSON array.")

WATCH_NOTIFY: Final = _(
    "Also warn outside this pane, 15 and 5 minutes before something that does not renew itself expires: on the desktop (notify-send), in tmux, through the terminal (OSC 9 or 777), or with the command in the settings."
)
