"""The man page's own texts. Those of the commands are in `command_help`."""

from __future__ import annotations

from typing import Final

from rolecall.presentation.translation import _

MANUAL: Final = _("User Commands")
NAME: Final = _("NAME")
ABOUT: Final = _("AWS IAM Identity Center in a full-screen terminal")
SYNOPSIS: Final = _("SYNOPSIS")
DESCRIPTION: Final = _("DESCRIPTION")
COMMANDS: Final = _("COMMANDS")
FILES: Final = _("FILES")
FILES_AND_USES: Final = {
    "~/.aws/config": _("Profiles and sessions, or the file that AWS_CONFIG_FILE names."),
    "~/.aws/credentials": _("Keys, or the file that AWS_SHARED_CREDENTIALS_FILE names."),
    "~/.aws/sso/cache": _("Access tokens and client registrations, as the AWS CLI keeps them."),
    "~/.aws/cli/cache": _("Role credentials, as the AWS CLI keeps them."),
    "~/.aws/login/cache": _("Console sign-ins and their keys, as the AWS CLI keeps them."),
    "~/.config/rolecall/settings.toml": _("Settings."),
    "~/.config/rolecall/accounts.toml": _("Your aliases, notes and groups of accounts."),
    "~/.config/rolecall/team.toml": _("The copy of the team's file."),
    "~/.cache/rolecall": _(
        "Accounts, permission sets, favourites, and the first screen of the last time."
    ),
    "~/.local/state/rolecall": _(
        "Backups of changed files, locks, crash reports, recent profiles, trusted .rolecall.toml files, commands typed after `!`, and the log of what was handed out."
    ),
}
EXIT_STATUS: Final = _("EXIT STATUS")
EXIT_STATUSES: Final = {
    "0": _("It worked."),
    "1": _("It failed, and standard error says why; or the answer is no, as of `tokens`."),
    "2": _("The command line is wrong, or the terminal cannot show a full screen."),
    "3": _("`list`: something is missing. `save`: names collide, and nothing was written."),
    "4": _("`save --all`: it was written, but AWS did not list everything."),
    "125": _("`exec` and `serve`: there are no credentials."),
    "126, 127": _("`exec` and `serve`: the command cannot be run, or was not found."),
    "130": _("Nothing was chosen, or Ctrl+C was pressed."),
    "128+N": _(
        "Signal N ended the full screen. Otherwise `exec` and `serve` return the status of their command."
    ),
}
ENVIRONMENT: Final = _("ENVIRONMENT")
VARIABLES_AND_USES: Final = {
    "AWS_PROFILE, AWS_DEFAULT_PROFILE": _(
        "The profile, where a command needs one and none is named."
    ),
    "AWS_CONFIG_FILE, AWS_SHARED_CREDENTIALS_FILE": _("Other files instead of those in ~/.aws."),
    "AWS_LOGIN_CACHE_DIRECTORY": _("Another folder instead of ~/.aws/login/cache."),
    "NO_COLOR, CLICOLOR=0, FORCE_COLOR=0": _("No colours."),
    "FORCE_COLOR, CLICOLOR_FORCE": _("Colours also in a pipe. NO_COLOR overrides them."),
    "PAGER": _(
        "Shows the output of `list`, `log`, `doctor`, `help`, `save --dry-run` and `undo --list` if it is longer than the terminal."
    ),
    "VISUAL, EDITOR": _("The editor for the section of a profile. The default is vi."),
    "BROWSER": _(
        "Opens links. Without it, `open`, `wslview`, `explorer.exe`, `xdg-open` or `gio` does. Over SSH, used only in VS Code."
    ),
    "LANGUAGE, LC_ALL, LC_MESSAGES, LANG": _("The language and the characters that can be shown."),
    "XDG_CONFIG_HOME, XDG_CACHE_HOME, XDG_STATE_HOME": _(
        "Where the settings, the lists and the backups are."
    ),
    "ROLECALL_NO_LAUNCH_IMAGE": _("Do not begin with the first screen of the last time."),
    "ROLECALL_THEME": _("A theme, instead of the one in the settings."),
    "ROLECALL_PROFILE, AWS_VAULT": _(
        "Set for the command of `exec` or `serve`, such as a shell with a prompt: the profile."
    ),
}
SEE_ALSO: Final = _("SEE ALSO")
OTHERS: Final = "aws(1)"
NO_MAN: Final = _(
    "There is no program man here. `rolecall --help` and `rolecall COMMAND --help` show the same."
)
