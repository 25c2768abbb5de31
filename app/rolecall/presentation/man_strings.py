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
    "~/.config/rolecall/settings.toml": _("Settings."),
    "~/.cache/rolecall": _("Accounts, permission sets and favourites."),
    "~/.local/state/rolecall": _("Backups of changed files, locks and crash reports."),
}
SEE_ALSO: Final = _("SEE ALSO")
OTHERS: Final = "aws(1)"
NO_MAN: Final = _(
    "There is no program man here. `rolecall --help` and `rolecall COMMAND --help` show the same."
)
