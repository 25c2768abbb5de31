"""Column headings, signs and other short texts that several areas share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rolecall.domain.login_session import identity_of
from rolecall.domain.time_left import Level
from rolecall.presentation.translation import _

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rolecall.domain.model import Profile

NAME: Final = "rolecall"
EMPTY_PATH: Final = _("an empty path")  # if the variable that names the file is empty
# Translators: a badge in the header, in capitals.
DEMO: Final = _("DEMO")
# Translators: a badge in the header, short: the file of the settings cannot be read.
SETTINGS_NOT_READ: Final = _("settings not read")
# Translators: a badge for production profiles, in capitals and short.
PRODUCTION: Final = _("PROD")
SEPARATOR: Final = " · "
# Translators: two hints next to a field of a form, neither with a full stop.
_HINTS: Final = _("{first}; {second}")
DEMO_NOTE: Final = _("This demo runs on this machine only. It does not use your own ~/.aws.")
SIGNED_OUT: Final = _("signed out")
REVOKED: Final = _("revoked by AWS")
ERROR_SIGN: Final = "✗"
LEVEL_SIGNS: Final = {
    Level.FINE: "●",
    Level.SOON: "◐",
    Level.URGENT: "◔",
    Level.GONE: "○",
    Level.UNKNOWN: "?",
}
# Before the profile that this shell uses, in every list; ✓ means that it was verified.
IN_USE: Final = "►"
# Translators: in the header, before the name of that profile.
SHELL: Final = _("shell:")
USED_BY_SHELL: Final = _("► used by this shell")
STARTING: Final = _("rolecall is starting…")
TOO_SMALL: Final = _("rolecall needs {least}; this terminal is {columns}×{rows}.")

# Column headings: short.
ACCOUNT: Final = _("Account")
ACCOUNT_ID: Final = _("ID")
EMAIL: Final = _("E-mail")
PERMISSION_SETS: Final = _("Permission sets")
# Translators: "permission sets", as the heading of a narrow column.
PERMISSION_SETS_COUNT: Final = _("Sets")
PERMISSION_SET: Final = _("Permission set")
PROFILE: Final = _("Profile")
PROFILES: Final = _("Profiles")
SESSION: Final = _("Session")
ROLE: Final = _("Role")
CONSOLE: Final = _("Console")
REGION: Final = _("Region")
OUTPUT: Final = _("Output")
KIND: Final = _("Kind")
WHAT: Final = _("What")
NAME_COLUMN: Final = _("Name")
PRODUCTION_COLUMN: Final = _("Production")
# Translators: the heading of a column of times left, such as "7 h 12 min".
TIME_LEFT: Final = _("Left")
# Translators: the heading of a column of moments, such as "21:49".
EXPIRES: Final = _("Expires")
START_URL: Final = _("Start URL")
# Translators: the start URL of a session, next to the address of an account access portal.
ACCESS_PORTAL: Final = _("Access portal")
# Translators: the address of an account access portal, next to "Start URL".
ACCOUNT_ACCESS: Final = _("Role portal")

# Translators: the kinds of profiles in ~/.aws/config, in a column of 12 cells.
PROFILE_KINDS: Final = {
    "sso": _("SSO"),
    "sso-legacy": _("SSO old"),
    "role": _("role"),
    "static": _("keys"),
    "process": _("process"),
    "web-identity": _("web id"),
    "login": _("login"),
    "plain": _("plain"),
}
ROLE_VIA: Final = _("{role} via {source}")


def join_hints(hints: Iterable[str]) -> str:
    """Return the hints next to a field as one, without the empty ones."""
    shown, *others = [*filter(None, hints)] or [""]
    for other in others:
        shown = _HINTS.format(first=shown, second=other)
    return shown


def profile_summary(profile: Profile) -> str:
    """The account and permission set of a profile, `123456789012 ReadOnly`, the account and identity
    of a login session, or the kind of any other.
    """
    if profile.account_id and profile.permission_set:
        return f"{profile.account_id} {profile.permission_set}"
    if profile.login_session:
        return " ".join(identity_of(profile.login_session))
    return PROFILE_KINDS[profile.kind.value]


# What a form is for, in the title of its box: after the name of the place.
SAVE_STEP: Final = _("Save")
EDIT_STEP: Final = _("Edit")
DUPLICATE_STEP: Final = _("Duplicate")
ROLE_STEP: Final = _("New role")
SESSION_STEP: Final = _("New session")
SETTINGS_STEP: Final = _("Settings")
# Translators: what Enter does on a confirmation: "Enter delete".
DELETE: Final = _("delete")
GO_ON: Final = _("go on")
WRITE: Final = _("write")
# Translators: what Esc does to an offer.
NOT_NOW: Final = _("not now")
UNDO: Final = _("undo")
SIGN_OUT: Final = _("sign out")
USE: Final = _("use")
QUIT: Final = _("quit")
QUIT_TITLE: Final = _("Quit and lose what you typed?")
NOT_SAVED: Final = _("It is not saved yet.")
COMMAND_COPIED: Final = _("Sent to the clipboard: {command}")
NO_ROW: Final = _("No row is selected.")
FIELD_MISSING: Final = _("{field} is missing.")
FINDING: Final = _("line {line}: {sentence}")
FINDING_IN: Final = _("{path}, line {line}: {sentence}")
# Translators: after a warning about a value.
ENTER_AGAIN: Final = _("Enter again saves it.")
# Translators: below a form, while what is in it would change nothing.
NO_CHANGES: Final = _("No changes to {path}.")
THEME_NOW: Final = _("Colours: {theme}.")
THEMES: Final = {
    "rolecall-dark": _("dark"),
    "rolecall-light": _("light"),
    # Translators: "Colours: the terminal's own."
    "rolecall-terminal": _("the terminal's own"),
}


def theme_name(name: str) -> str:
    """Return the name of a theme; those of Textual have theirs."""
    return THEMES.get(name, name.removeprefix("rolecall-"))
