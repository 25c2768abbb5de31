"""The help of the commands: what `rolecall COMMAND --help` prints.

Not imported by the commands that a shell waits for.
"""

from __future__ import annotations

from typing import Final

from rolecall.domain.shells import Shell
from rolecall.presentation.translation import _


def _help(*paragraphs: str) -> str:
    return "\n\n".join(paragraphs)


def as_is(*lines: str) -> str:
    """A paragraph that click does not wrap."""
    return "\n".join(("\b", *lines))


def _for_shells(command: str, *, in_file: bool = True) -> str:
    """How each shell evaluates what the command prints; without `in_file` not through a file."""
    width = max(map(len, Shell))
    shown = [each for each in Shell if in_file or each.record.has_eval]
    commands = (command.format(shell=each.value, format=each.record.format) for each in shown)
    lines = zip(shown, commands, strict=True)
    return as_is(*(f"{each.value:{width}}  {each.record.evaluating(of)}" for each, of in lines))


ROLECALL: Final = _help(
    _("IAM Identity Center in a full-screen terminal."),
    _(
        "Sign in with a device code, choose a permission set, and save it as a profile for the AWS CLI and the SDKs."
    ),
    _(
        "Without a command, rolecall opens the full screen. It prints the profile that you choose there with `u`: AWS_PROFILE=$(rolecall)"
    ),
)

COMPLETION: Final = _help(
    _("Print rolecall's completion script for a shell."),
    _for_shells("rolecall completion {shell}"),
    _(
        "Shells that support it also show what each word means. `rolecall init` includes the completion."
    ),
)

CONSOLE: Final = _help(
    _("Open the AWS console in the account of PROFILE."),
    _(
        "PROFILE is a name, or whole words that match only one profile. It defaults to AWS_PROFILE. The link is printed and, if possible, opened in a browser."
    ),
    _("Without a browser, the terminal also shows the link as a QR code."),
)

CREDENTIAL_PROCESS: Final = _help(
    _("Print credentials as credential_process expects them."),
    as_is(
        "[profile for-old-tools]",
        "credential_process = rolecall credential-process --profile audit-admin",
        "region = eu-west-1",
    ),
    _(
        "Never prompts and never opens a browser. If it fails, it prints one sentence to standard error and exits with status 1. Processes that run at the same time share one call to AWS."
    ),
)

CREDENTIALS: Final = _("Manage the keys in ~/.aws/credentials.")
CREDENTIALS_CLEAN: Final = _help(
    _("Delete expired short-term credentials from ~/.aws/credentials."),
    _(
        "Shows the changes and asks for confirmation. Keys without an expiry stay, and so do the other settings in each section. `rolecall undo` undoes the change."
    ),
)

DOCTOR: Final = _help(
    _("Check the AWS files and the terminal."),
    _(
        "Reports what is broken in the config, the credentials and the caches, and what clients read differently. Then it describes the terminal. Changes nothing. Exit status 1 if there are problems."
    ),
)

EXEC: Final = _help(
    _("Run COMMAND with the credentials of PROFILE."),
    as_is(
        "rolecall exec audit-admin -- terraform plan",
        "rolecall exec . -- terraform plan    # "
        + _("in the account of the directory's .rolecall.toml"),
    ),
    _(
        "The command replaces rolecall, so it receives all signals, and its exit status is returned. Without COMMAND, a shell starts; on a terminal, rolecall asks first if the profile is production. With `.` as PROFILE, it asks before a command too, and without a terminal it refuses production. The environment also has AWS_CREDENTIAL_EXPIRATION, the profile's region, and its name as ROLECALL_PROFILE and, for prompts, as AWS_VAULT. Exit status 125 if there are no credentials."
    ),
    _("Or run COMMAND with many roles, a few at a time:"),
    as_is(
        "rolecall exec --all prod ReadOnly -- aws s3 ls",
        "rolecall exec --profile audit-admin --profile core-admin -- aws s3 ls",
        "rolecall exec --all audit --output json -- aws s3 ls | jq -r 'select(.exit_status != 0).name'",
        "rolecall exec --resume -- aws s3 ls    # " + _("with what is not done of the last run"),
    ),
    _(
        "Each line of output begins with its profile, or its account and permission set. The commands have no terminal, and their standard input is empty. New credentials are kept in memory only. On a terminal, rolecall asks first if some of the roles are production. Exit status 0 if all commands succeed, 3 if they do but some accounts could not be listed, otherwise 1. Ctrl+C stops all commands; a second Ctrl+C kills them. Each role has a result: done, failed, stopped or not started. A record of the roles and their results, without COMMAND, is kept in the state folder."
    ),
)

EXPORT: Final = _help(
    _("Print the credentials of PROFILE for a shell or a file."),
    _for_shells("rolecall export dev --format {format}", in_file=False),  # they are secrets
    _(
        "PROFILE defaults to AWS_PROFILE. The credentials come from the AWS CLI's cache or, if they expire within 15 minutes, from AWS. In a terminal, the secrets are visible. Exit status 1 if there are no credentials."
    ),
)

HELP: Final = _help(
    _("Show the help of COMMAND, or of rolecall."),
    _("The same as `rolecall COMMAND --help`. `rolecall man` shows all commands."),
    _("COMMAND may also be `environment`, `exit-statuses` or `files`."),
)

IMPORT: Final = _help(
    _("Convert the profiles that another program has written."),
    _(
        "Those of granted, aws-sso-cli and aws-sso-util get an sso-session, so that the AWS CLI and the SDKs use them without that program. Their names and other settings stay. Only ~/.aws/config is read."
    ),
    _(
        "Sign in to their access portals first. aws-sso-cli does not write the address into the profile: --sso-session names its session, if there are several. Exit status 1 if some profiles could not be converted."
    ),
)

INIT: Final = _help(
    _("Print the shell script for `awsp` and its completion."), _for_shells("rolecall init {shell}")
)

ASK: Final = _help(
    _("Ask the user for one more role, from inside a seal."),
    as_is(
        'rolecall ask pay-admin --allow s3:write --minutes 15 --reason "fix the upload" --wait',
        "rolecall ask pay-admin --allow logs --minutes 30 --reason INC-4711 --json",
    ),
    _(
        "A program that `rolecall lend` has started runs this. The user sees the request in an open rolecall or `rolecall watch`, and can approve it, also with fewer rights or minutes, or deny it. Until the time is over the program then has PROFILE, too: the answer says under which name. The same request is not shown twice."
    ),
    _(
        "Exit status 0 if the profile can be used, 75 if nobody has decided yet, 1 if it was denied, and outside of a seal."
    ),
)

LEND: Final = _help(
    _("Lend a role to COMMAND: narrowed, sealed, timed and logged."),
    as_is(
        "rolecall lend pay-ro --allow s3:read,logs --minutes 30 -- ./find-it",
        "rolecall lend pay-ro --allow logs --write ~/.cache -- ./find-it",
    ),
    _(
        "COMMAND gets keys of the role as with `serve`, and may do only what --allow, --deny and --policy leave. Without these it may do all that the role may; rolecall asks first, and refuses it without a terminal. Without COMMAND, a shell starts."
    ),
    _(
        "COMMAND is sealed by bubblewrap: it writes only to this folder and to --write, and sees no tokens and keys, no other processes and none of their sockets. /tmp and /run are empty. If pasta is installed, local servers and the metadata of the machine cannot be reached either. Exit status 125 if there are no credentials or no seal."
    ),
)

LIST: Final = _help(
    _("List accounts and permission sets."),
    _(
        "WORDS filter the list; parts of words are enough. With several sessions, those that are signed in are listed. The list comes from the cache, unless the cache is incomplete or older than the settings allow (a day by default). Exit status 3 if something is missing; standard error says what. Exit status 1 if you must sign in first."
    ),
)

LOG: Final = _help(
    _("Show what was handed out on this machine."),
    as_is(
        "rolecall log                         # " + _("newest last"),
        "rolecall log prod exec",
        "rolecall log ASIAIOSFODNN7EXAMPLE    # " + _("who had this access key"),
    ),
    _(
        "Prints a line for each profile that `awsp` or `u` switched to, and for everything that `export`, `exec`, `console`, `credential-process`, `serve` and the full screen handed out: time, account, role, access key ID, command and --reason. WORDS select the lines that have all of them. The log is in the state folder."
    ),
    _(
        'Of a command, the log has the name of the program, the first one or two words after it if they are subcommands of a well-known program such as `aws`, and the names of options. “…” stands for the rest. A reason is kept; only what has the form of a secret in it is replaced by “…”, so write no secrets into a reason. With log = "full" in the settings, the log has commands with all their arguments, also with secrets. With log = false, nothing is logged.'
    ),
)

MAN: Final = _help(
    _("Show the manual page."),
    _("In a pipe or a file, the output is roff: rolecall man > rolecall.1"),
)

PIN: Final = _help(
    _("Write which AWS account this directory belongs to."),
    as_is(
        "rolecall pin               # " + _("for the profile of this shell"),
        "awsp .                     # " + _("anyone: switches to their own profile for it"),
        "rolecall exec . -- make    # " + _("runs in that account, or not at all"),
    ),
    _(
        "Writes the account ID, the permission set or role ARN, the region and the start URL of PROFILE to .rolecall.toml, but not its name, because names differ between users. PROFILE defaults to AWS_PROFILE. The file applies to the directory and everything below it. Shows the file and asks for confirmation. You trust what you write; others run `rolecall trust`."
    ),
)

PROMPT: Final = _help(
    _("Print the profile of this shell for its prompt."),
    as_is("rolecall prompt", "rolecall prompt --format '{profile}[ {production}][ {left}]'"),
    _(
        "The fields are {profile}, {account}, {alias}, {account_id}, {role}, {region}, {production}, {left} and {directory}. A part in brackets is left out if its fields are empty. {production} is “PROD?” for every profile while the settings cannot be read, and has “production=?” while words of that setting are not used; {left} is “renews” if the access token has expired and renews itself; {directory} is the account of the directory's .rolecall.toml if this shell is in another account. Reads only files, and prints nothing if all fields are empty."
    ),
)

SAVE: Final = _help(
    _("Save permission sets as profiles."),
    _("Save one, all, or those that match WORDS."),
    as_is(
        "rolecall save --account audit --permission-set AWSReadOnlyAccess",
        "rolecall save --all prod --template '{account|slug}-{short}' --dry-run",
    ),
    _(
        "An existing profile keeps its name and the settings that you made by hand; --region and --output change only those two. On a terminal, rolecall shows the difference and asks once. Without a terminal, it writes new and changed profiles; a deletion needs --yes. Exit status 3 if some accounts could not be listed; what is known is saved. Exit status 4 if names collide or are invalid; then nothing is written."
    ),
)

SERVE: Final = _help(
    _("Serve the credentials of PROFILE to local programs."),
    _(
        "The server listens on the loopback interface, works like the one in an ECS container, and renews the credentials before they expire."
    ),
    as_is("rolecall serve audit-admin -- ./night-long-job"),
    _(
        "Runs COMMAND with the variables that the AWS CLI and the SDKs need, serves until it exits, and returns its exit status. Without COMMAND, it prints the variables and serves until Ctrl+C. If the default profile has credentials, the programs get a read-only copy of ~/.aws/config without them, so they cannot save profiles."
    ),
)

LOGIN: Final = _help(
    _("Sign in to the AWS console, as `aws login` does."),
    _(
        "PROFILE defaults to AWS_PROFILE, or to default. Its new key login_session is shown before it is written. The link and its QR code are printed to standard error; the page in the browser shows a code to paste here. The AWS CLI 2.32 and later and the SDKs use the same files. Exit status 0 if signed in, 1 if the sign-in failed, 130 after Ctrl+C."
    ),
)

SIGN_IN: Final = _help(
    _("Sign in to an sso-session, or at a portal's address."),
    _(
        "For an address that no session has, rolecall finds the region, and after the sign-in it writes a new session to ~/.aws/config and prints the change. NAME defaults to the session of AWS_PROFILE, or to the only session. The link and the code are printed to standard error. A token that is still valid, or that can be renewed, is used without asking. Exit status 0 if signed in, 1 if the sign-in failed, 130 after Ctrl+C."
    ),
)

SIGN_OUT: Final = _help(
    _("Sign out of a session, or of a console sign-in."),
    _(
        "NAME is an sso-session, or a profile with a login_session. It defaults to the session of AWS_PROFILE, or to the only session. Deletes its access token or keys and its role credentials in the AWS CLI's cache, and signs out of the access portal if the token is still valid. Lists what will be deleted, and asks for confirmation. Other sessions stay signed in."
    ),
)

SWITCH: Final = _help(
    _("Print the statements that switch to a profile."),
    _(
        "`awsp` evaluates them. WORDS are the name of a profile, or words to search for; `-` is the previous profile, and `.` is your profile for the directory's .rolecall.toml. Without WORDS, the picker opens. On a terminal, rolecall asks once before it uses a production profile. Without one, only the full name of a profile leads to production. Exit status 130 if nothing was chosen."
    ),
)

TOKENS: Final = _help(
    _("Show the time left of each access token."),
    _(
        "Also shows console sign-ins, and the short-term credentials in ~/.aws/credentials. Does not ask AWS."
    ),
    _(
        "Exit status 0 if the session has a token that is valid or can be renewed, otherwise 1; short-term credentials do not count. The session is the one that you name, the one of AWS_PROFILE, or any. A console sign-in is also a session."
    ),
)

TEAM: Final = _help(
    _("Share aliases, portals and naming with a team."),
    as_is(
        "rolecall team add ~/src/aws/rolecall-team.toml",
        "rolecall team add https://intranet.example/rolecall-team.toml",
        "rolecall team export > rolecall-team.toml",
    ),
    _(
        "A team file has access portals, the naming template, short names, production names, regions, and an alias, a note and groups for accounts. Your own settings, aliases and sessions come first. A team file cannot run anything: unknown keys are refused."
    ),
)
TEAM_ADD: Final = _help(
    _("Add the team file at LOCATION."),
    _(
        "LOCATION is a file, a folder with a rolecall-team.toml, such as a git checkout, or an https:// address. Shows the changes and asks for confirmation. The access portals become sessions in ~/.aws/config. An earlier team file is replaced."
    ),
)
TEAM_UPDATE: Final = _help(
    _("Fetch the team file again."),
    _(
        "Shows the changes and asks for confirmation. If the file cannot be fetched or is wrong, nothing changes."
    ),
)
TEAM_REMOVE: Final = _help(
    _("Remove the team file."),
    _("Its sessions in ~/.aws/config stay, because profiles may use them."),
)
TEAM_EXPORT: Final = _help(
    _("Print a team file made from your own settings."),
    _(
        "It has your sessions, naming, production names, regions, aliases, notes and groups, and those of your team. Check it before you share it."
    ),
)

TRUST: Final = _help(
    _("Trust the .rolecall.toml of this directory."),
    _(
        "Shows the file, the name of the account, and PROD if it is production, and asks for confirmation. The file is trusted in this place and with this content; a changed file must be trusted again. Links are refused."
    ),
)

UNDO: Final = _help(
    _("Undo rolecall's last change to an AWS file."),
    _(
        "Shows the changes and asks for confirmation. Refuses if the file has changed in the meantime. Also undoes `rolecall init --install`."
    ),
)
UNINSTALL: Final = _help(
    _("Remove what rolecall has written."),
    _(
        "Deletes rolecall's settings, records, backups and cache, and takes `awsp` out of the start-up files of your shells. Shows it first and asks. ~/.aws stays as it is: profiles, sessions and tokens are those of all AWS clients. Sign out before it if nobody should use them."
    ),
)

WATCH: Final = _help(
    _("Show the time left of every token and credential."),
    _(
        "Fits a pane of 40×5. Tokens that can be renewed are renewed. Press r to renew, / to filter, q to quit."
    ),
)

WHOAMI: Final = _help(
    _("Ask AWS (STS) for the identity of this shell."),
    _(
        "Shows whether the credentials come from the environment, a profile or a file, and what overrides what. Exit status 1 if AWS does not answer."
    ),
)


def first_line(command: str) -> str:
    """The first sentence of a command's help, as `rolecall --help` shows it."""
    text: str = globals()[command.upper().replace("-", "_")]
    return text.partition("\n")[0]


def summary(command: str) -> str:
    """The same without its full stop, as a shell shows it."""
    return first_line(command).removesuffix(".")
