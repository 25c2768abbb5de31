"""What rolecall says as a program: its manual, terminals, crashes, lost output."""

from __future__ import annotations

from typing import Final

from rolecall.presentation.translation import Counted, _, join_sentences
from rolecall.terminal.clipboard import ClipboardAccess
from rolecall.terminal.environment import Trait

DEMO_AND_COMMAND: Final = _(
    "--demo opens the full screen and takes no command. To try commands on a demo, run: python -m rolecall.demo --help"
)
NEEDS_YES: Final = _("There is no terminal to ask on. --yes does it without asking.")
# Translators: the user types one of the numbers above; Enter alone takes the first.
NUMBER: Final = _("Number, 1 to {count} [1]:")
NEEDS_WSL: Final = _("rolecall needs WSL on Windows.")
# Translators: the name of an option of a command.
NEEDS_TEXT: Final = _("{option} needs a text that does not begin with two dashes.")
TWO_NAMES: Final = _("Give one name, not both {one} and {other}.")
NO_SUCH_COMMAND: Final = _("There is no command {name}.")
DID_YOU_MEAN: Final = _("Did you mean {near}?")
UNSUPPORTED: Final = {
    "no-terminal": _(
        "rolecall: stdin and stderr must be a terminal. Over SSH, try: ssh -t HOST rolecall"
    ),
    "dumb": _(
        "rolecall: the terminal “{term}” cannot show a full screen. Set TERM, for example TERM=xterm-256color."
    ),
    "too-small": _(
        "rolecall: the terminal is {columns}×{rows}; at least {least} is needed. Make it larger and start again."
    ),
}
SLOW: Final = _("Waiting for {operation} at {host}…")
SLOW_THROTTLED: Final = _("Waiting for {operation}: {host} limits the rate of calls…")
SLOW_LOCKED: Final = _("Waiting for another rolecall…")
SLOW_PAUSED: Final = _("Waiting: AWS limits the rate of calls…")
OUTPUT_LOST: Final = _(
    "rolecall: standard output cannot be written ({reason}). Make room there, or redirect it elsewhere."
)
CRASHED_NO_REPORT: Final = _(
    "rolecall: an internal error occurred ({what}). No file was left half written."
)
CRASHED: Final = join_sentences(CRASHED_NO_REPORT, _("A report without secrets is in {path}"))


def no_such_command(name: str, near: str) -> str:
    """`There is no command lst. Did you mean list?`"""
    text = NO_SUCH_COMMAND.format(name=name)
    return f"{text} {DID_YOU_MEAN.format(near=near)}" if near else text


def still_waiting(operation: str, host: str, is_throttled: bool) -> str:
    """Return what is said about a wait for AWS: for what `Question.report_slow` reports."""
    text = SLOW if operation else SLOW_LOCKED
    if is_throttled:
        text = SLOW_THROTTLED if operation else SLOW_PAUSED
    return text.format(operation=operation, host=host)


# Translators: follow "Link sent to the clipboard."
CLIPBOARD: Final = {
    ClipboardAccess.TERMINAL: _(
        "Not there? The terminal may need a setting that lets programs copy (OSC 52)."
    ),
    ClipboardAccess.TMUX: _(
        "Not there? tmux needs “set -g set-clipboard on” or “allow-passthrough on”."
    ),
    ClipboardAccess.SCREEN: _(
        "Not there? The terminal around screen may not let programs copy (OSC 52)."
    ),
    ClipboardAccess.REFUSES: _(
        "This terminal does not let programs copy: select it with the mouse."
    ),
}

NO_SHELL: Final = _("rolecall was not started from a shell that can resume it.")
TERMINAL: Final = _("Terminal: {term}, {columns}×{rows}, {colours}.")
# Translators: {names} are names in Textual's code.
OTHER_TEXTUAL: Final = _(
    "Textual {version} is not the version that rolecall was made for: the screen sends more data. Missing: {names}"
)
NO_TERMINAL: Final = _("Terminal: none; standard error is not a terminal.")
COLOURS: Final = {0: _("no colours"), 2**24: _("16.7 million colours")}
TRAITS: Final = {
    Trait.SSH: _(
        "SSH: no browser is opened here. The link, the QR code and the clipboard (y) work on your own machine. ssh -C speeds up a slow line."
    ),
    Trait.MOSH: _("mosh: it limits screen updates itself, and does not pass on links (OSC 8)."),
    Trait.TMUX: _(
        "tmux: copying needs “set -g set-clipboard on” or “set -g allow-passthrough on”. tmux keeps Ctrl+B for itself; no command here needs it."
    ),
    Trait.SCREEN: _(
        "GNU screen: copied text is passed through it, and links are not clickable. screen keeps Ctrl+A for itself; no command here needs it."
    ),
    Trait.WSL: _("WSL: links open in the browser of Windows, through wslview or explorer.exe."),
    Trait.VS_CODE: _(
        "VS Code: links open on your own machine, over SSH too. It keeps some keys for itself; : opens the search if Ctrl+P does not."
    ),
    Trait.JETBRAINS: _(
        "JetBrains: programs cannot copy to its clipboard (OSC 52); the text is always on the screen."
    ),
    Trait.CLOUDSHELL: _(
        "AWS CloudShell: no browser is opened here. It keeps the home directory for 120 days, the machine for minutes."
    ),
    Trait.CODESPACES: _("Codespaces: links open on your own machine if $BROWSER is set."),
    Trait.CONTAINER: _(
        "Container: what is saved in ~/.aws is lost with the container, unless ~/.aws is mounted."
    ),
    Trait.NO_SIZE: _(
        "The terminal does not report its size, so 80×24 is assumed. Set it with: stty columns C rows R"
    ),
    Trait.LINUX_CONSOLE: _(
        "Linux console: characters missing from its fonts are shown in ASCII, colours are its own, and nothing can be copied."
    ),
    Trait.ASCII: _(
        "The locale is not UTF-8, so borders, bars and signs are in ASCII. LANG=C.UTF-8 changes that."
    ),
    Trait.NO_CLIPBOARD: _(
        "This terminal does not let programs copy (OSC 52): select with the mouse."
    ),
    Trait.PLAIN: _("Plain mode: lines are only appended, without colours, links and signs."),
    Trait.NO_COLOUR: _("No colours: every colour also has a sign or a word."),
    Trait.FEW_COLOURS: _(
        "Few colours: the terminal's own palette is used. Over SSH, TERM=xterm-256color has 256."
    ),
}


def colours(count: int) -> str:
    """`256 colours`."""
    return COLOURS.get(count) or Counted("{count} colour", "{count} colours")(count)


MANUAL: Final = _("User Commands")
NAME: Final = _("NAME")
ABOUT: Final = _("AWS IAM Identity Center in a full-screen terminal")
SYNOPSIS: Final = _("SYNOPSIS")
DESCRIPTION: Final = _("DESCRIPTION")
COMMANDS: Final = _("COMMANDS")
FILES: Final = _("FILES")
FILES_AND_USES: Final = {
    "~/.aws/config": _("Profiles and sessions. AWS_CONFIG_FILE names another file."),
    "~/.aws/credentials": _("Keys. AWS_SHARED_CREDENTIALS_FILE names another file."),
    "~/.aws/sso/cache": _("Access tokens and client registrations, as the AWS CLI keeps them."),
    "~/.aws/cli/cache": _("Role credentials, as the AWS CLI keeps them."),
    "~/.aws/login/cache": _("Console sign-ins and their keys, as the AWS CLI keeps them."),
    "~/.config/rolecall/settings.toml": _("Settings."),
    "~/.config/rolecall/accounts.toml": _("Your aliases, notes and groups for accounts."),
    "~/.config/rolecall/team.toml": _("The copy of the team file."),
    "~/.cache/rolecall": _(
        "Accounts, permission sets, favourites, and an image of the first screen."
    ),
    "~/.local/state/rolecall": _(
        "Backups of changed files, locks, crash reports, recent profiles, trusted .rolecall.toml files, commands typed after `!`, and the log of what was handed out."
    ),
}
# What `rolecall --help` lists below each title.
TOPICS: Final = {
    _("Sign in and out"): ("sign-in", "sign-out", "login", "tokens", "watch"),
    _("Browse"): ("list", "whoami", "console", "log"),
    _("Profiles"): ("save", "import", "undo", "pin", "trust"),
    _("Switch"): ("switch", "prompt", "init"),
    _("Credentials, for one account or many"): (
        *("exec", "serve", "lend", "ask", "export", "credential-process", "credentials"),
    ),
    _("Set up and help"): ("team", "doctor", "completion", "help", "man", "uninstall"),
}
EXIT_STATUS: Final = _("EXIT STATUS")
EXIT_STATUSES: Final = {
    "0": _("It worked."),
    "1": _("It failed, and standard error says why; or the answer is no, as with `tokens`."),
    "2": _("The command line is wrong, or the terminal cannot show a full screen."),
    "3": _(
        "`list`, `save`, `exec --all`: AWS did not list everything. What is known was listed, saved or run."
    ),
    "4": _("`save`: names collide, and nothing was written."),
    "75": _("It is asked for, and nobody has decided yet: `ask`."),
    "125": _("`exec`, `serve` and `lend`: there are no credentials, or no seal."),
    "126, 127": _("`exec`, `serve` and `lend`: the command cannot be run, or was not found."),
    "130": _("Nothing was chosen, or Ctrl+C was pressed."),
    "128+N": _(
        "Signal N ended the full screen. Otherwise `exec`, `serve` and `lend` return the status of their command."
    ),
}
ENVIRONMENT: Final = _("ENVIRONMENT")
VARIABLES_AND_USES: Final = {
    "AWS_PROFILE, AWS_DEFAULT_PROFILE": _("The profile, if a command needs one and you name none."),
    "AWS_CONFIG_FILE, AWS_SHARED_CREDENTIALS_FILE": _("Other files instead of those in ~/.aws."),
    "AWS_LOGIN_CACHE_DIRECTORY": _("Another folder instead of ~/.aws/login/cache."),
    "NO_COLOR, CLICOLOR=0, FORCE_COLOR=0": _("No colours."),
    "FORCE_COLOR, CLICOLOR_FORCE": _("Colours also in a pipe. NO_COLOR overrides them."),
    "PAGER": _(
        "Shows the output of `list`, `log`, `doctor`, `help`, `save --dry-run` and `undo --list` if it is longer than the terminal."
    ),
    "VISUAL, EDITOR": _("The editor for the section of a profile. The default is vi."),
    "BROWSER": _(
        "Opens links, also over SSH. Without it, `open`, `wslview`, `explorer.exe`, `xdg-open` or `gio` opens them, but not over SSH."
    ),
    "LANGUAGE, LC_ALL, LC_MESSAGES, LANG": _("The language and the characters that can be shown."),
    "XDG_CONFIG_HOME, XDG_CACHE_HOME, XDG_STATE_HOME": _(
        "Where the settings, the lists and the backups are."
    ),
    "ROLECALL_NO_LAUNCH_IMAGE": _("Do not start with the saved image of the first screen."),
    "ROLECALL_THEME": _("A theme, instead of the one in the settings."),
    "ROLECALL_PROFILE, AWS_VAULT": _(
        "Set for the command of `exec`, `serve` or `lend`, such as a shell with a prompt: the profile."
    ),
}
# What `rolecall help` also explains: a title, and what is below it.
REFERENCE: Final = {
    "exit-statuses": (EXIT_STATUS, EXIT_STATUSES),
    "environment": (ENVIRONMENT, VARIABLES_AND_USES),
    "files": (FILES, FILES_AND_USES),
}
SEE_ALSO: Final = _("SEE ALSO")
OTHERS: Final = "aws(1)"
NO_MAN: Final = _(
    "The program man is not installed here. `rolecall --help` and `rolecall COMMAND --help` show the same."
)
