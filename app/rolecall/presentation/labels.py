"""Column headings, signs and other short texts that several areas share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rolecall.domain.time_left import Level

if TYPE_CHECKING:
    from rolecall.domain.model import Profile

NAME: Final = "rolecall"
USUAL_CONFIG: Final = "~/.aws/config"
EMPTY_PATH: Final = "an empty path"  # where a variable names the file, and is empty
DEMO: Final = "DEMO"
PRODUCTION: Final = "PROD"
ABOUT: Final = " · "
DEMO_STANDING: Final = "A demo, on this machine alone: your own ~/.aws is neither read nor touched."
SIGNED_OUT: Final = "signed out"
LEVEL_SIGNS: Final = {
    Level.FINE: "●",
    Level.SOON: "◐",
    Level.URGENT: "◔",
    Level.GONE: "○",
    Level.UNTOLD: "?",
}
TOO_SMALL: Final = "rolecall needs {least}; this terminal is {columns}×{rows}."
ACCOUNT: Final = "Account"
ACCOUNT_ID: Final = "Id"
EMAIL: Final = "E-mail"
PERMISSION_SETS: Final = "Permission sets"
PERMISSION_SETS_COUNT: Final = "Sets"
PERMISSION_SET: Final = "Permission set"
PROFILE: Final = "Profile"
PROFILES: Final = "Profiles"
SESSION: Final = "Session"
REGION: Final = "Region"
OUTPUT: Final = "Output"
KIND: Final = "Kind"
WHAT: Final = "What"
NAME_COLUMN: Final = "Name"
LEFT: Final = "Left"
ENDS: Final = "Ends"
START_URL: Final = "Start URL"
PROFILE_KINDS: Final = {
    "sso": "SSO",
    "sso-legacy": "SSO old",
    "role": "role",
    "static": "keys",
    "process": "process",
    "web-identity": "web id",
    "login": "login",
    "plain": "plain",
}
ROLE_VIA: Final = "{role} via {source}"


def what_a_profile_is(profile: Profile) -> str:
    """In brackets behind a name that is taken: `123456789012 AWSReadOnlyAccess`."""
    if profile.account_id and profile.permission_set:
        return f"{profile.account_id} {profile.permission_set}"
    return PROFILE_KINDS[profile.kind.value]


WILL_CHANGE: Final = "This will change in {path}:"
COMMAND_COPIED: Final = "Sent to the clipboard: {command}"
NO_ROW: Final = "There is no row here."
FIELD_MISSING: Final = "{field} is missing."
FINDINGS: Final = "line {line}: {sentence}"
THEME_NOW: Final = "Colours: {theme}."
THEMES: Final = {
    "rolecall-dark": "dark",
    "rolecall-light": "light",
    "rolecall-terminal": "the terminal's own",
}
