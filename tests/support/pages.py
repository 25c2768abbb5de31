"""`make pages`: the pages of docs/ that are made from the code.

They are commands.md, settings.md, messages.md and keys.md.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

os.environ["LC_ALL"] = "C"  # the pages are in English
os.environ.pop("LANGUAGE", None)

import click

from rolecall.cli.main import rolecall
from rolecall.cli.man_page import commands_below
from rolecall.domain.errors import ClockWrong
from rolecall.domain.errors.file_errors import FileBusy
from rolecall.domain.settings import settings
from rolecall.presentation import times
from rolecall.presentation.commands import key_of
from rolecall.presentation.key_tables import letters, markdown_table
from rolecall.presentation.texts import (
    command_strings,
    finding_strings,
    program_strings,
    settings_strings,
)
from rolecall.presentation.texts.errors import error_strings
from rolecall.presentation.texts.errors.error_sentences import SENTENCES
from rolecall.presentation.translation import join_sentences

FOLDER: Final = Path(__file__).resolve().parents[2] / "docs"
_MADE: Final = "<!-- Made by `make pages`. -->"
# The files that are named in messages.
_FILES: Final = {"config": "`~/.aws/config`", "credentials": "`~/.aws/credentials`"}


# Why each error appears. What to do is in its sentence.
CAUSES: Final = {
    "StartUrlInvalid": "What was typed cannot be the address of an access portal.",
    "StartUrlUnknown": "The region or the address is mistyped, or the Identity Center is gone.",
    "RegionInvalid": "What was typed does not look like a region.",
    "SessionIncomplete": "The sso-session, or the profile, is incomplete.",
    "SessionNameInvalid": "Some client could not read a session with this name.",
    "DeviceCodeExpired": "Codes are valid for about ten minutes.",
    "ApprovalLost": "A code works once, and its answer did not arrive.",
    "SignInDenied": "Someone refused the request in the browser.",
    "AuthorizationRejected": "Settings of the Identity Center, or a fault of its sign-in page.",
    "AuthorizationExpired": "The page in the browser was left open for too long.",
    "CodeInvalid": "What was pasted is incomplete, or from another link.",
    "DeviceCodeRefused": "An organisation or a team forbids device codes.",
    "NoListener": "Another program uses the ports, or the machine has no loopback interface.",
    "RegistrationRejected": "A client registration is valid for 90 days, or less if AWS ends it.",
    "SignInNeeded": "There is no token, or it is no longer valid and cannot be renewed.",
    "Unreachable": "The network, a proxy, a firewall or a wrong region.",
    "NotIdentityCenter": "A proxy, a Wi-Fi login page or a wrong address answers.",
    "Throttled": "Many calls in a short time, perhaps by other programs or users.",
    "AccessRefused": "A policy refuses the call, or the permission set is no longer yours.",
    "NotFound": "The account or the permission set is gone.",
    "UnexpectedAnswer": "The answer is cut off or changed on its way.",
    "ServiceFault": "A fault of AWS.",
    "RequestRejected": "AWS does not accept the call for another reason, which it names.",
    "ClientSettingInvalid": "A variable or a key of the profile has a value that cannot be used.",
    "NoAssignment": "The permission set is not assigned to you in this account.",
    "DestinationInvalid": "What was typed is not a page of the console.",
    "NoCredentials": "The profile gives no credentials.",
    "TemplateInvalid": "The template has a mistake.",
    "VerifyFailed": "AWS was asked who the profile is, and did not accept it.",
    "CredentialsExpired": "AWS was asked who the profile is, and refused its credentials.",
    "ClockWrong": "AWS was asked who the profile is, and its answer has another time.",
    "PinInvalid": "The file has a mistake, or another version of rolecall wrote it.",
    "PinUntrusted": "Someone else wrote or changed the file.",
    "PinToProduction": "A script is not asked before it uses production.",
    "PinMissed": "You have no access to the account, or not as this permission set.",
    "NoPin": "The directory is not in a repository that says its account.",
    "NoRun": "No command has run with many roles yet, or its record could not be written.",
    "RunGoesOn": "Another rolecall runs a command with many roles.",
    "RunNarrowed": "A run without these options would have all rights of the roles.",
    "RoleChanged": "The profile was edited after the run.",
    "RegionMoved": "The Identity Center was set up again in another region.",
    "RegionNotFound": "The address is mistyped, or the network blocks some regions.",
    "PortalNotFound": "The address leads nowhere, or to something else.",
    "HomeUnknown": "The program was started without a home, as some services do.",
    "FileUnreadable": "Permissions, a folder in its place, or the disk.",
    "FileMalformed": "The file has a mistake. The AWS CLI cannot read an AWS file with it either.",
    "FileUnwritable": "Permissions, a full disk, or a read-only file system.",
    "FileNotDeleted": "Permissions, or a read-only file system.",
    "StateUnwritable": "Permissions, a full disk, or a read-only file system.",
    "LocksMissing": "A network or FUSE file system has no locks, and there is no `--no-lock`.",
    "TokenNotRenewed": "A refresh token works once, so the new one must be saved.",
    "SessionDiffers": "The profile was moved to another session, or copied, by hand.",
    "ActionRefused": "The row, tmux or the AWS CLI does not provide what the action needs.",
    "CommandNotRun": "The program is missing, or may not be run.",
    "FileKept": "The disk failed after AWS had answered.",
    "TokenNotSaved": "The disk failed after AWS had given the token.",
    "TokenKept": "The disk failed after AWS had given the token.",
    "RenewalInterrupted": "A process was killed, or the answer was lost, after AWS renewed it.",
    "TokenNotDeleted": "Permissions, or a read-only file system.",
    "FileBusy": "Another process holds the lock.",
    "FileChanged": "An editor or another program wrote at the same moment.",
    "UndoRefused": "The file was edited after the change.",
    "BackupChanged": "Another program has changed the backup, or an earlier rolecall has made it.",
    "TenantInvalid": "What was typed is another address, or only part of the portal's.",
    "TokenLacksScopes": "The token is from a sign-in without account access manager.",
    "TenantUnknown": "The address is mistyped, or belongs to another organisation.",
    "NoTenant": "Roles of account access manager need the address of their portal.",
    "GrantInvalid": "`--allow` or `--deny` names what AWS does not have.",
    "PolicyInvalid": "`--policy` names something else than an IAM policy.",
    "PolicyTooLarge": "AWS takes only small policies for narrowed credentials.",
    "NarrowingRefused": "AWS was asked for narrower credentials, and gave none.",
    "NarrowingRequired": "The settings or the team want fewer rights for production.",
    "AgentRefused": "A coding agent has set a variable, which your shell may have inherited.",
    "LendEnded": "A program asks for credentials after the `--minutes`.",
    "AskInvalid": "`rolecall ask` asks for something that cannot be shown to you.",
    "NotLent": "A program asks for keys that were taken back, or that nobody has approved.",
    "SealImpossible": "`rolecall lend` starts no program that it cannot seal.",
    "LendUnasked": "`rolecall lend` without a terminal, and without fewer rights.",
    "RoleRefused": "Account access manager gives no credentials for this role.",
    "LoginNeeded": "Console credentials need a sign-in, which lasts at most 12 hours.",
    "LoginRefused": "A policy does not allow console credentials for command lines.",
    "LoginTaken": "Clients use a console sign-in only as a last resort.",
    "CrtMissing": "rolecall was installed without the extra `login`.",
    "NoTeam": "No team file was added.",
    "TomlInvalid": "The file has a mistake. Nothing in it is used.",
    "EditRefused": "The change would make clients read something else than it says.",
}


# What to do if the sentence of an error does not say it.
ACTIONS: Final = {
    "StartUrlInvalid": "Copy the address of your access portal from your invitation.",
    "SessionNameInvalid": "Use letters, digits, dashes and underscores.",
    "BrowserUnusable": "Sign in with a code, or paste the address at which your browser ends.",
    "NoListener": "Sign in with a code, or choose another port.",
    "ClientSettingInvalid": "Correct the value.",
    "RoleRefused": "Ask the administrator who assigns it.",
    "LoginCodeInvalid": "Copy the whole code, and paste it.",
    "NoCredentials": "Correct the profile: `E` on Profiles opens its section in your editor.",
    "VerifyFailed": "Correct the profile: `E` on Profiles opens its section in your editor.",
    "CommandNotRun": "Install the program, or correct the command.",
    "NoRun": "Run the command with `exec --all` first.",
    "RoleChanged": "Run the command without `--resume`.",
    "ActionRefused": "Choose another row, or correct the action in the settings.",
    "PinInvalid": "Correct the file, or write it with `rolecall pin`.",
    "TomlInvalid": "Correct the file.",
    "TemplateInvalid": "Correct the template.",
    "RenewalInterrupted": "Sign in again.",
    "EditRefused": "Choose another value.",
    "DeviceCodeRefused": "Sign in with the browser.",
    "CodeInvalid": "Copy the whole address, and paste it.",
    "GrantInvalid": "Write the name that AWS uses in its policies.",
    "PolicyInvalid": "Correct the file.",
    "NarrowingRefused": "Start from the role itself.",
    "AgentRefused": "Start the agent with `rolecall lend`, or unset the variable.",
    "LendEnded": "Start the command with more minutes.",
    "AskInvalid": "Ask for something else.",
    "NotLent": "Look at the place Lent: `:`, then `lent`.",
    "SealImpossible": "`rolecall lend --check` says what works on this machine.",
    "LendUnasked": "Say what the program needs: --allow, --deny or --policy.",
}
_EDIT: Final = "Correct the section: `E` on Profiles opens it in your editor."


def pages() -> dict[str, str]:
    """Return the pages by their names."""
    made = {
        "commands.md": _commands(),
        "settings.md": _settings(),
        "messages.md": _messages(),
        "keys.md": _keys(),
    }
    return {name: "\n".join([_MADE, "", *lines]).rstrip() + "\n" for name, lines in made.items()}


def _commands() -> Iterator[str]:
    yield from ("# Commands", "")
    context = click.Context(rolecall, info_name="rolecall", **rolecall.context_settings)
    for each in (context, *commands_below(context)):
        yield from (f"## `{each.command_path}`" if each.parent else "## rolecall", "")
        usage = " ".join((each.command_path, *each.command.collect_usage_pieces(each)))
        yield from ("```text", usage, "```", "")
        yield from _paragraphs(each.command.help or "")
        yield from _options(each)
        *examples, _address = (each.command.epilog or "").split("\n\n")
        yield from _paragraphs("\n\n".join(examples))
    statuses = _table(("Status", "Meaning"), program_strings.EXIT_STATUSES)
    yield from ("## Exit statuses", "", *statuses)
    yield from ("", "## Variables", "")
    yield from _table(("Variable", "What it does"), program_strings.VARIABLES_AND_USES)


def _paragraphs(text: str) -> Iterator[str]:
    for paragraph in filter(None, text.split("\n\n")):
        if paragraph.startswith("\b\n"):
            example = paragraph.removeprefix("\b\n")
            yield from (f"```{_language(example)}", example, "```", "")
        else:
            yield from (_escaped(paragraph), "")


def _options(context: click.Context) -> Iterator[str]:
    records = [
        parameter.get_help_record(context)
        for parameter in context.command.get_params(context)
        if isinstance(parameter, click.Option)
    ]
    shown = {names: text for names, text in filter(None, records) if "--help" not in names}
    if shown:
        yield from (*_table(("Option", "What it does"), shown), "")


def _settings() -> Iterator[str]:
    yield from ("# Settings", "")
    yield (
        "`,` changes the common settings in the full screen. All are in "
        "`~/.config/rolecall/settings.toml` (or below `XDG_CONFIG_HOME`); rolecall keeps your "
        "comments. An entry that is not valid is reported with its line, and the others are used. "
        "If the file cannot be read or is not TOML, everything is on the safe side: every profile "
        "counts as production, so that `awsp` asks before each use, nothing is logged, and the "
        "prompt shows `PROD?`. If `team.toml` or `accounts.toml` in the same folder cannot be "
        "used, every profile counts as production, too: `rolecall doctor` says why. "
        "A running full screen notices within seconds what another program writes there; keys, "
        "mouse and language change at the next start."
    )
    yield from ("", "| Setting | Default | What it is |", "|---|---|---|")
    for name in settings.NAMES:
        default = getattr(settings.DEFAULTS, name)
        what = settings_strings.IN_FILE.get(name) or settings_strings.HELP[name]
        what = what.partition(": Space")[0]
        if choices := settings.choices(name):
            what += ": " + ", ".join(f"`{choice}`" for choice in choices)
        yield f"| `{_name(name)}` | {_value(default)} | {_cell(what)} |"
    yield from ("", *PRODUCTION, "", "An example with all of them:", "", "```toml", EXAMPLE, "```")


def _language(example: str) -> str:
    """The language of an example. A table has what each shell needs."""
    first = example.split(maxsplit=1)[0]
    return "ini" if first.startswith("[") else "sh" if first in {"rolecall", "awsp"} else "text"


def _name(name: str) -> str:
    return f"[{name}]" if name in settings.TABLES else name


def _value(default: object) -> str:
    if isinstance(default, bool):
        return f"`{str(default).lower()}`"
    return _cell(f"`{default}`") if default not in ("", {}) else ""


PRODUCTION: Final = (
    "`production` has words and globs, with `|` between them, and ignores case. A word is found as "
    "a separate word: `live` in `core-live2` and `CoreLive`, but not in `Delivery`, and not "
    "after `non-`, `not-` or `pre-`. A word with `*` is a glob, which fits a whole name: `*prod*` "
    'fits `acmeprod`, `prod-*` fits `prod-eu`. `*` alone fits every name, and `production = ""` '
    "has no word. A [team](team.md) adds words to yours, or to the default ones; it cannot take "
    "any away.",
    "",
    "Earlier versions had a regular expression there. One with an obvious meaning is read as words "
    r"and globs: `(?i)prod` and `\bprod\b` as `prod`, `^prod-.*` as `prod-*`, `.*prod.*` as "
    "`*prod*`. Any other is not used, so that the default words decide: `rolecall doctor` names "
    "it, and the prompt shows `production=?`.",
)
EXAMPLE: Final = """\
template = "{account|slug}-{short}"
region = "eu-west-1"
output = "json"
production = "prod|prd|live|*-p"
must_narrow = "production"
theme = "auto"
bell = true
notify_command = "my-script --to phone"
mouse = false
sign_in = "device-code"
sign_in_port = 0  # 8400 with ssh -L 8400:127.0.0.1:8400
language = "ja"
refresh_hours = 24
role_session_name = "kim"
role_duration = 3600
log = true
jobs = 8
launch_image = true
plain = false

[shorten]
DeployPermissionSet = "deploy"

[regions]
"*-us" = "us-east-1"

[presets]
uploads = "s3,logs,lambda:list"

[keys]
save = ["s", "f2"]

[actions]
eks = true

[actions.logs]
key = "L"
name = "Logs"
command = "aws logs describe-log-groups --region {region} --output table"
wait = true"""


def _messages() -> Iterator[str]:
    yield from ("# Messages", "")
    yield (
        "Every message of rolecall: why it appears, and what to do. In the messages, `‹…›` stands "
        "for a name. [Troubleshooting](troubleshooting.md) goes by what you were doing."
    )
    yield from ("", "## Errors", "", "| Message | Why | What to do |", "|---|---|---|")
    of_facts = {FileBusy: error_strings.BUSY, ClockWrong: times.CLOCK_SKEW}
    for kind, said in SENTENCES.items():
        name, problems = kind.__name__, said.problems or of_facts.get(kind, {"": ""})
        for problem in dict.fromkeys(problems.values()):
            text = said.text.replace("{problem}", problem).replace("{purpose}", problem)
            message, to_do = _parts(join_sentences(text, said.advice))
            action = to_do or ACTIONS.get(name, "")
            yield f"| {_cell(message)} | {_cell(CAUSES[name])} | {_cell(action)} |"
    yield from (
        "",
        "## What `rolecall doctor` reports",
        "",
        "| Message | What to do |",
        "|---|---|",
    )
    for text in finding_strings.FINDINGS.values():
        message, to_do = _parts(text)
        yield f"| {_cell(message)} | {_cell(to_do or _EDIT)} |"


def _parts(text: str) -> tuple[str, str]:
    """Return the first sentence, and the others."""
    shown = re.sub(r"(?<!\{)\{(\w+)\}(?!\})", _placeholder, text)
    shown = shown.replace("{{", "{").replace("}}", "}")
    first, _, rest = re.sub(r"([.?!][”)]?) (?=[A-Z`‹“])", "\\1\0", shown, count=1).partition("\0")
    return first, rest


def _placeholder(match: re.Match[str]) -> str:
    """A file, the key of a command, or a name."""
    if match[1] in _FILES:
        return _FILES[match[1]]
    if match[1] in command_strings.COMMAND_TEXTS:
        return f"`{key_of(match[1])}`"
    return f"‹{match[1].replace('_', ' ')}›"


def _keys() -> Iterator[str]:
    yield from ("# Keys", "")
    yield (
        "`:` finds accounts, permission sets, profiles, commands of all screens, settings, help and"
        " the log: Enter opens the row or runs the command, `→` shows what else it can do. `m` has"
        " all commands of a row, and `?` all keys, those of the screen first. `[keys]` in the"
        " [settings](settings.md) changes them."
    )
    yield ""
    yield f"A letter means the same on all screens: {letters()}."
    yield from ("", markdown_table())


def _table(titles: Iterable[str], rows: Mapping[str, str]) -> Iterator[str]:
    yield f"| {' | '.join(titles)} |"
    yield "|---|---|"
    for name, what in rows.items():
        yield f"| {_cell(f'`{name}`')} | {_cell(what)} |"


def _cell(text: str) -> str:
    return _escaped(" ".join(text.split())).replace("|", "\\|")


def _escaped(text: str) -> str:
    """The text without what Markdown would read as HTML or a link. Code stays as it is."""
    parts = text.split("`")
    parts[::2] = [re.sub(r"([<>\[\]*_])", r"\\\1", each) for each in parts[::2]]
    return "`".join(parts)


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name, content in pages().items():
        (FOLDER / name).write_text(content, encoding="utf-8")
