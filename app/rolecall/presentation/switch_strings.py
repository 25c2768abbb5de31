"""Every word of switching: `awsp`, its picker, `rolecall init` and `rolecall whoami`.

Quick to import, for a shell waits for the first of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Final

from rolecall.domain.time_left import Level, TimeLeft
from rolecall.presentation.labels import PRODUCTION
from rolecall.presentation.times import time_left

if TYPE_CHECKING:
    from rolecall.services.switching import TokenEnd

# --- the picker --------------------------------------------------------------------------------

PICK: Final = "type to find a profile"
PICK_KEYS: Final = "{count} · Enter use · Esc leave"
PICK_NOTHING: Final = "{count} · Esc leave"
PICK_IN_USE: Final = "{count} · ✓ in use now · Enter use · Esc leave"
IN_USE: Final = "✓"
PICK_SAVES: Final = "{count} · Enter save as a profile and use · Esc leave"
NOTHING_TO_PICK: Final = "Nothing matches. Backspace widens the search, Esc leaves."
LOOKING: Final = "No profile yet. Looking for what your sign-ins reach…"
NOTHING_THERE: Final = "No profile yet, and nothing known of what your sign-ins reach. `rolecall` signs in and lists it."
IS_PRODUCTION: Final = "Production: y uses {name}, any other key goes back."
LEFT: Final = "Signed in"
SIGNED_OUT_SHORT: Final = "signed out"
RENEWS_SHORT: Final = "renews"
SIGN_IN_FIRST: Final = "Signed out of {session}: sign in first"
SIGN_IN_KEYS: Final = "y copy link · Y copy code · o browser · n new code · Esc back"
SIGN_IN_OR_LATER: Final = "y copy link · Y copy code · o browser · n new code · Esc later"
ASKING: Final = "Asking {session} for a code…"
SAVED: Final = "Saved as {name} in {path}."


def left_short(token: TokenEnd | None, now: datetime) -> str:
    """What is left of a sign-in, in a column: `7 h 12 min`, `renews`, `signed out`."""
    if token is None:
        return SIGNED_OUT_SHORT
    end = TimeLeft.until(token.ends, now)
    if end.level is not Level.GONE:
        return time_left(end)
    renews = token.renewable_until is not None and now < token.renewable_until
    return RENEWS_SHORT if renews else SIGNED_OUT_SHORT


# --- what a switch says ------------------------------------------------------------------------

CLEARED: Final = "No profile any more."
NO_PREVIOUS: Final = "This shell has had no other profile yet."
NO_SUCH_PROFILE: Final = "No profile matches “{query}”."
MEANT: Final = " Did you mean {near}?"
SHOWS_ALL: Final = " `awsp` alone shows all there are."
GONE: Final = "{name} is not in {path} any more."
SEVERAL: Final = "“{query}” matches several profiles equally well:"
MORE: Final = "  … and {count} more"
ASKS: Final = "{name} is a production profile: give its whole name, or pick it in a terminal."
NOT_FOR_SHELL: Final = "{name} has a character that {shell} cannot be told."
SIGNED_OUT: Final = "signed out of {session}"
HOW_TO_SIGN_IN: Final = "`rolecall sign-in {session}` signs in."
NO_SUCH_SESSION: Final = (
    "There is no sso-session {session} in {path}: no client can use this profile."
)
HOLDS: Final = "{left} left"
RENEWS: Final = "{left} left, renews itself"
RENEWS_NOW: Final = "access token ended, renews itself at the next call"
ENDED: Final = "sign-in {left}"
NO_SESSION: Final = "no sso-session: nothing here to count down"
UNSET: Final = "Unset, for they would overrule it: {names}."
UNSET_ONE: Final = "Unset, for it would overrule it: {names}."
REGION_SET: Final = "{variables} are {region}."
REGION_UNSET: Final = "Unset, for a switch had set the region: {variables}."
REGION_STAYS: Final = "{variable}={region} stays, before the profile's own region."
REGION_INVALID: Final = "a region looks like eu-west-1"
COMMAND_NAME_INVALID: Final = "letters, digits, _ and -, and not rolecall itself"
_RED: Final = "\x1b[1;31m{}\x1b[0m"


def standing(
    parts: Iterable[str], token: TokenEnd | None, now: datetime, session: str, *, production: bool
) -> str:
    """`audit-admin · audit 038410265977 · AWSAdministratorAccess · 7 h 12 min left`."""
    told = [part for part in parts if part]
    if production:
        told.insert(1, PRODUCTION)
    told.append(remaining(token, now) if token else _no_token(session))
    return " · ".join(told)


def remaining(token: TokenEnd, now: datetime) -> str:
    """What is left of an access token."""
    end = TimeLeft.until(token.ends, now)
    renews = token.renewable_until is not None and now < token.renewable_until
    if end.level is Level.GONE:
        return RENEWS_NOW if renews else ENDED.format(left=time_left(end))
    return (RENEWS if renews else HOLDS).format(left=time_left(end))


def _no_token(session: str) -> str:
    return SIGNED_OUT.format(session=session) if session else NO_SESSION


def in_red(text: str) -> str:
    return _RED.format(text)


def unset(names: tuple[str, ...]) -> str:
    return (UNSET_ONE if len(names) == 1 else UNSET).format(names=", ".join(names))


# --- whoami ------------------------------------------------------------------------------------

NAMED_BY: Final = "named by {variable}"
NOBODY_NAMES: Final = "the default, for nothing names another"
FROM: Final = {
    "environment": "from the environment: {variable}",
    "profile": "from the profile {profile} ({place}), {named}",
    "file": "from the keys of {profile} ({place}), {named}",
    "machine": "from this machine's own role: no profile and no keys go before it",
    "other": "from somewhere that botocore does not name",
}
NO_DEFAULT: Final = "nothing names a profile, and there is no {profile} in any file"
FROM_NOWHERE: Final = "the profile {profile}, {named}, is in no file"
OR_THIS: Final = "; did you mean {near}?"
OVERRULED: Final = {
    "keys-first": "{by} goes before {what}: the AWS CLI and boto3 use the keys. `awsp` unsets them.",
    "web-identity-first": "{by} goes before {what}: the AWS CLI and boto3 assume AWS_ROLE_ARN with it. `awsp` unsets them.",
    "profile-first": "{by} goes before {what} in the AWS CLI 2 and most SDKs; boto3 goes by the latter. `awsp` unsets it.",
    "option-first": "{by} goes before {what}.",
    "sso-or-keys": "{by} has keys in {what} too: the AWS CLI and boto3 use SSO, the SDKs for JavaScript and Go those keys.",
    "region-first": "{by} goes before the profile's own region, {what}.",
}
