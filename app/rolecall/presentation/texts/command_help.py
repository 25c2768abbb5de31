"""The help of the commands: what `rolecall COMMAND --help` prints.

Not imported by the commands that a shell waits for.
"""

from __future__ import annotations

from typing import Final

from rolecall.domain.shells import Shell
from rolecall.presentation.translation import _


def _help(*paragraphs: str) -> str:
    return "\n\n".join(paragraphs)


def _as_is(*lines: str) -> str:
    """A paragraph that click does not wrap."""
    return "\n".join(("\b", *lines))


def _for_shells(command: str, *, in_file: bool = True) -> str:
    """How each shell evaluates what the command prints; without `in_file` not through a file."""
    width = max(map(len, Shell))
    lines = []
    for shell in Shell:
        record = shell.record
        if in_file or record.has_eval:
            line = record.evaluating(command.format(shell=shell.value, format=record.format))
            lines.append(f"{shell.value:{width}}  {line}")
    return _as_is(*lines)


# Options of several commands.
SSO_SESSION: Final = _("The sso-session, if there are several.")
PROFILE: Final = _("The profile, instead of PROFILE.")
REFRESH: Final = _("Ask AWS, even if the cache is recent.")
DRY_RUN: Final = _("Show the changes, but write nothing.")
REASON: Final = _("The reason, for `rolecall log`.")
YES: Final = _("Do not ask for confirmation.")
JSON_ARRAY: Final = _("Print a JSON array.")
JSON_OBJECT: Final = _("Print a JSON object.")

ROLECALL: Final = _help(
    _("IAM Identity Center in a full-screen terminal."),
    _(
        "Sign in with a device code, choose a permission set, and save it as a profile for the AWS CLI and the SDKs."
    ),
    _(
        "Without a command, the full screen opens. The profile chosen there with `u` is printed: AWS_PROFILE=$(rolecall)"
    ),
)
DEBUG: Final = _(
    "Append a log without secrets to FILE, for a report of a problem. Give it before the command."
)
DEMO: Final = _("Try rolecall on a demo Identity Center.")
DEMO_ACCOUNTS: Final = _(
    "The number of accounts of the demo (about 40 by default). Implies --demo."
)

COMPLETION: Final = _help(
    _("Print the completion of rolecall for a shell."),
    _for_shells("rolecall completion {shell}"),
    _("If the shell can, it also shows what each word means. `rolecall init` includes it."),
)

CONSOLE: Final = _help(
    _("Open the AWS console in the account of PROFILE."),
    _(
        "PROFILE is a name, or whole words that match only one profile. It defaults to AWS_PROFILE. The link is printed and, if possible, opened in a browser."
    ),
    _("Without a browser, the terminal also shows the link as a QR code."),
)
CONSOLE_DESTINATION: Final = _(
    "The page of the console to open: cloudshell, s3, ec2, …, or its URL."
)
CONSOLE_PRINT: Final = _("Print the link, and open nothing.")

CREDENTIAL_PROCESS: Final = _help(
    _("Print credentials as credential_process expects them."),
    _as_is(
        "[profile for-old-tools]",
        "credential_process = rolecall credential-process --profile audit-admin",
    ),
    _(
        "Never prompts and never opens a browser. If it fails, it prints one sentence to standard error and exits with status 1. Processes that run at the same time share one call to AWS."
    ),
)
CREDENTIAL_ACCOUNT: Final = _("The account ID, with --permission-set, instead of a profile.")
CREDENTIAL_PERMISSION_SET: Final = _("The full name of the permission set in the account.")
CREDENTIAL_ROLE_ARN: Final = _(
    "A role of account access manager, instead of a profile or of a permission set."
)
CREDENTIAL_SESSION_NAME: Final = _("The name of the role's session, as CloudTrail shows it.")
CREDENTIAL_DURATION: Final = _("How many seconds the role's credentials are valid.")

CREDENTIALS: Final = _("Manage the keys in ~/.aws/credentials.")
CREDENTIALS_CLEAN: Final = _help(
    _("Delete expired short-term credentials from ~/.aws/credentials."),
    _(
        "Shows the changes and asks for confirmation. Keys without an expiry stay, and so do the other settings of each section. `rolecall undo` undoes the change."
    ),
)

DOCTOR: Final = _help(
    _("Check the AWS files and the terminal."),
    _(
        "Reports what is broken, and what different clients read differently, in the config, the credentials and the caches. Then it describes the terminal. Changes nothing. Exit status 1 if there are problems."
    ),
)

EXEC: Final = _help(
    _("Run COMMAND with the credentials of PROFILE."),
    _as_is(
        "rolecall exec audit-admin -- terraform plan",
        "rolecall exec . -- terraform plan    # "
        + _("as the .rolecall.toml of the directory says"),
    ),
    _(
        "The command replaces rolecall, so it receives all signals and its exit status is returned. Without COMMAND, a shell starts; a terminal asks first if the profile is production. The environment also has AWS_CREDENTIAL_EXPIRATION, the region of the profile, and its name as ROLECALL_PROFILE and, for prompts, AWS_VAULT. Exit status 125 if there are no credentials."
    ),
    _("Or run it with many roles, a few at a time:"),
    _as_is(
        "rolecall exec --all prod ReadOnly -- aws s3 ls",
        "rolecall exec --profile audit-admin --profile core-admin -- aws s3 ls",
        "rolecall exec --all --output json -- sh -c 'aws ec2 describe-vpcs | wc -l'",
    ),
    _(
        "Each line of output has the name of its profile, or of its account and permission set. The commands have no terminal and an empty standard input. New credentials are kept in memory only. A terminal asks first if some are production. Exit status 0 if all commands succeed, 3 if they do but some accounts could not be listed, otherwise 1. Ctrl+C stops all, a second Ctrl+C kills them."
    ),
)
EXEC_PROFILE: Final = _("The profile, instead of PROFILE. Several: run the command with each.")
EXEC_ALL: Final = _(
    "Run COMMAND with each permission set that matches WORDS, or with all. Words must be whole. No profile is needed."
)
EXEC_JOBS: Final = _(
    "How many commands run at the same time; by default `jobs` of the settings, or 8."
)
EXEC_FAIL_FAST: Final = _("Start no more commands after one has failed.")
EXEC_OUTPUT: Final = _(
    "Print lines with names, or a JSON object for each command, on one line, once it has ended."
)

EXPORT: Final = _help(
    _("Print credentials of PROFILE for a shell or a file."),
    _for_shells("rolecall export dev --format {format}", in_file=False),  # they are secrets
    _(
        "PROFILE defaults to AWS_PROFILE. The credentials come from the AWS CLI's cache or, if they expire within 15 minutes, from AWS. In a terminal, the secrets are visible. Exit status 1 if there are no credentials."
    ),
)
EXPORT_FORMAT: Final = _("The shell or the format to write for.")

HELP: Final = _help(
    _("Show the help of COMMAND, or of rolecall."),
    _("The same as `rolecall COMMAND --help`. `rolecall man` shows all commands."),
)

INIT: Final = _help(
    _("Print the shell script for `awsp` and its completion."),
    _for_shells("rolecall init {shell}"),
)
INIT_INSTALL: Final = _("Write it to the shell's start-up file, after showing the change.")
INIT_HOOK: Final = _(
    "Also say, when you change the directory or the profile, that the account of the shell is not that of the directory's .rolecall.toml."
)
INIT_CMD: Final = _("The name of the command.")

LIST: Final = _help(
    _("List accounts and permission sets."),
    _(
        "WORDS select those that match; parts of words are enough. With several sessions, those that are signed in are listed. The list comes from the cache, unless the cache is incomplete or older than the settings allow (a day by default). Exit status 3 if something is missing; standard error says what. Exit status 1 if you must sign in first."
    ),
)
LIST_CSV: Final = _(
    "Print comma-separated values with a header. A ' goes before what a spreadsheet would run."
)

LOG: Final = _help(
    _("Show what was handed out on this machine."),
    _as_is(
        "rolecall log                         # " + _("the newest last"),
        "rolecall log prod exec",
        "rolecall log ASIAIOSFODNN7EXAMPLE    # " + _("who had this access key"),
    ),
    _(
        "A line for each use of a profile by `awsp` or `u`, and for what `export`, `exec`, `console`, `credential-process`, `serve` and the full screen have handed out: when, account, role, access key ID, command and --reason. WORDS select those that have all of them. The log has no secrets: what looks like one in a command or reason is replaced by “…”. It is in the state folder; with log = false in the settings, nothing is noted."
    ),
)

MAN: Final = _help(
    _("Show the manual page."),
    _("Written to a pipe or a file, it is in roff: rolecall man > rolecall.1"),
)

PIN: Final = _help(
    _("Write which AWS account this directory belongs to."),
    _as_is(
        "rolecall pin               # " + _("for the profile of this shell"),
        "awsp .                     # " + _("anyone: uses their own profile for it"),
        "rolecall exec . -- make    # " + _("runs in that account, or not at all"),
    ),
    _(
        "The file .rolecall.toml has the account ID, the permission set or role ARN, the region and the start URL of PROFILE, which defaults to AWS_PROFILE, but not its name, because names differ. It counts for the directory and everything below it. Shows the file and asks for confirmation. You trust what you write; others run `rolecall trust`."
    ),
)

PROMPT: Final = _help(
    _("Print the profile of this shell for its prompt."),
    _as_is(
        "rolecall prompt",
        "rolecall prompt --format '{profile}[ {production}][ {left}]'",
    ),
    _(
        "The fields are {profile}, {account}, {alias}, {account_id}, {role}, {region}, {production}, {left} and {directory}. A part in brackets is left out if its fields are empty. {production} is “PROD?” for every profile while the settings cannot be read; {left} is “renews” if the access token has expired and renews itself; {directory} is the account of the directory's .rolecall.toml if this shell is in another one. Reads only files, and prints nothing if there is nothing to say."
    ),
)
PROMPT_FORMAT: Final = _("The template.")
PROMPT_CHECK: Final = _(
    "Print nothing, or one sentence to standard error if this shell is not in the account of the directory; exit status 1."
)

SAVE: Final = _help(
    _("Save permission sets as profiles."),
    _("Save one, all, or those that match WORDS."),
    _as_is(
        "rolecall save --account audit --permission-set AWSReadOnlyAccess",
        "rolecall save --all prod --template '{account|slug}-{short}' --dry-run",
    ),
    _(
        "An existing profile keeps its name and the settings made by hand; --region and --output change those two. A terminal shows the difference and asks once. Without a terminal, what is new or changed is written, and a deletion needs --yes. Exit status 3 if some accounts could not be listed; what is known is saved. Exit status 4 if names collide or are invalid; then nothing is written."
    ),
)
SAVE_ACCOUNT: Final = _("The account to save.")
SAVE_PERMISSION_SET: Final = _(
    "The permission set to save, or the role: its name, or that without the path if only one has it."
)
SAVE_NAME: Final = _("The name of the profile, instead of the suggested one.")
SAVE_ALL: Final = _("Save all permission sets, or all that match WORDS. Words must be whole.")
SAVE_TEMPLATE: Final = _("The template for the names, such as {account|slug}-{short}.")
SAVE_FIX: Final = _("Make names that collide unique.")
SAVE_PRUNE: Final = _(
    "Delete the profiles whose permission set AWS does not list. Without a terminal, this needs --yes."
)
SAVE_REGION: Final = _("One region for all, or 'pattern=region, …, region'.")
SAVE_OUTPUT: Final = _("The output format of the AWS CLI.")

SERVE: Final = _help(
    _("Serve the credentials of PROFILE to local programs."),
    _(
        "The server listens on the loopback interface, works as in an ECS container, and renews the credentials in time."
    ),
    _as_is("rolecall serve audit-admin -- ./night-long-job"),
    _(
        "Runs COMMAND with the variables that the AWS CLI and the SDKs need, serves until it exits, and returns its exit status. Without COMMAND, it prints the variables and serves until Ctrl+C. If the default profile has credentials, the programs get a read-only copy of ~/.aws/config without them, so that they cannot save profiles."
    ),
)
SERVE_PORT: Final = _("The port; by default, a free one.")
SERVE_FORMAT: Final = _("The shell to print the variables for.")

LOGIN: Final = _help(
    _("Sign in to the AWS console, as `aws login` does."),
    _(
        "PROFILE gets the key login_session, and defaults to AWS_PROFILE, or to default. The link and its QR code are printed to standard error; the page in the browser shows a code to paste here. The AWS CLI 2.32 and later and the SDKs use the same files. Exit status 0 if signed in, 1 if the sign-in failed, 130 after Ctrl+C."
    ),
)
LOGIN_REGION: Final = _(
    "The region to sign in at, by default that of the profile. It is written to a profile that has none."
)
LOGIN_FORCE: Final = _("Sign in again, even if the keys are valid.")
LOGIN_BROWSER: Final = _(
    "Use the browser of this machine or a code to paste; by default, as set in the settings."
)

SIGN_IN: Final = _help(
    _("Sign in to an sso-session, or at a portal's address."),
    _(
        "An address that no session has becomes a new session: its region is found, the change to ~/.aws/config is printed, and it is written once AWS has answered. NAME defaults to the session of AWS_PROFILE, or to the only session. The link and the code are printed to standard error. A token that is still valid, or that can be renewed, is used without asking. Exit status 0 if signed in, 1 if the sign-in failed, 130 after Ctrl+C."
    ),
)
SIGN_IN_REGION: Final = _(
    "The region of the Identity Center, or `find` to look for it. It is tried, and written to the session."
)
SIGN_IN_NAME: Final = _(
    "The name of a new session, by default from the address; or the session that gets the roles of an account access portal."
)
SIGN_IN_START_URL: Final = _(
    "If NAME is the address of an account access portal: the start URL of the session that gets its roles. A new session is written if none has it."
)
SIGN_IN_FORCE: Final = _("Sign in again, even if the token is still valid.")
SIGN_IN_BROWSER: Final = _(
    "Use the browser of this machine (PKCE) or a device code; by default, as set in the settings."
)

SIGN_OUT: Final = _help(
    _("Sign out of a session, or of a console sign-in."),
    _(
        "NAME is an sso-session, or a profile with a login_session. It defaults to the session of AWS_PROFILE, or to the only session. Deletes its access token or its keys, and its role credentials in the AWS CLI's cache, and signs out of the access portal if the token is still valid. Lists what is deleted, and asks for confirmation. Other sessions stay signed in."
    ),
)

SWITCH: Final = _help(
    _("Print the statements that switch to a profile."),
    _(
        "`awsp` evaluates them. WORDS are the name of a profile, or words to search for; `-` is the previous profile, and `.` that for the .rolecall.toml of the directory. Without WORDS, the picker opens. A terminal asks once before a production profile is used. Exit status 130 if nothing was chosen."
    ),
)
SWITCH_HELP: Final = _("Show this message and exit.")
SWITCH_CLEAR: Final = _("Unset the profile, and the region that -r has set.")
SWITCH_REGION: Final = _("Also set the region.")

TOKENS: Final = _help(
    _("Show the time left of each access token."),
    _(
        "Also shows console sign-ins, and the short-term credentials in ~/.aws/credentials. AWS is not asked."
    ),
    _(
        "Exit status 0 if the session has a token that is valid or can be renewed, otherwise 1, whatever the short-term credentials. The session is the one named, or that of AWS_PROFILE, or any. A console sign-in is a session, too."
    ),
)

TEAM: Final = _help(
    _("Share aliases, portals and naming with a team."),
    _as_is(
        "rolecall team add ~/src/aws/rolecall-team.toml",
        "rolecall team add https://intranet.example/rolecall-team.toml",
        "rolecall team export > rolecall-team.toml",
    ),
    _(
        "A team's file has access portals, the naming template and shortenings, production names, regions, and an alias, a note and groups for accounts. Your own settings, aliases and sessions come first. It cannot run anything: unknown keys are refused."
    ),
)
TEAM_ADD: Final = _help(
    _("Take over the team's file at LOCATION."),
    _(
        "LOCATION is a file, a folder with a rolecall-team.toml, such as a git checkout, or an https:// address. Shows the changes and asks for confirmation. The access portals become sessions in ~/.aws/config. What was taken over from another file is replaced."
    ),
)
TEAM_UPDATE: Final = _help(
    _("Fetch the team's file again."),
    _(
        "Shows the changes and asks for confirmation. If the file cannot be fetched or is wrong, nothing changes."
    ),
)
TEAM_REMOVE: Final = _help(
    _("Remove what was taken over from the team's file."),
    _("The sessions in ~/.aws/config stay, because profiles may use them."),
)
TEAM_EXPORT: Final = _help(
    _("Print a team's file with what you have."),
    _(
        "It has your sessions, naming, production names, regions, aliases, notes and groups, and those of the team. Look at it before you share it."
    ),
)

TRUST: Final = _help(
    _("Trust the .rolecall.toml of this directory."),
    _(
        "Shows what it says. It is trusted in this place and with this content; a changed one must be trusted again."
    ),
)
TRUST_REVOKE: Final = _("Trust it no longer.")

UNDO: Final = _help(
    _("Undo rolecall's last change to an AWS file."),
    _(
        "Shows the changes and asks for confirmation. Refuses if the file has changed in the meantime. What `rolecall init --install` has written is undone, too."
    ),
)
UNDO_LIST: Final = _("List the changes that rolecall has made.")
UNDO_JSON: Final = _("With --list: print a JSON array.")

WATCH: Final = _help(
    _("Show the time left of every token and credential."),
    _(
        "Fits a pane of 40×5. Tokens that can be renewed are renewed. Press r to renew, / to filter, q to quit."
    ),
)
WATCH_NOTIFY: Final = _(
    "Also warn outside of this pane, 15 and 5 minutes before something expires that does not renew itself: on the desktop (notify-send), in tmux, by the terminal (OSC 9 or 777), or with the command of the settings."
)

WHOAMI: Final = _help(
    _("Ask AWS (STS) for the identity of this shell."),
    _(
        "Shows whether the credentials come from the environment, a profile or a file, and what overrides what. Exit status 1 if AWS does not answer."
    ),
)


def summary(command: str) -> str:
    """The first sentence of a command's help, as `rolecall --help` shows it."""
    text: str = globals()[command.upper().replace("-", "_")]
    return text.partition("\n")[0].removesuffix(".")
