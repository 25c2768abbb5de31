"""The words about sessions: several at once, signing in and out, on the screen and in commands.

Quick to import: a prompt waits for `rolecall tokens`.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

from rolecall.domain.time_left import Level, TimeLeft
from rolecall.presentation.labels import LEVEL_SIGNS, SIGNED_OUT
from rolecall.presentation.times import time_left

if TYPE_CHECKING:
    from rolecall.services.switching import TokenEnd
    from rolecall.services.tokens import SignOutPlan

# --- the list of sessions ----------------------------------------------------------------------

ALL_SESSIONS: Final = "All sessions"
ALL_SESSIONS_HINT: Final = "the accounts of all of them in one list"
TOKEN: Final = "Access token"
ENDED_ELSEWHERE: Final = "The access token of {session} has ended. {sessions} signs in again."

# --- rolecall sign-in --------------------------------------------------------------------------

WAITING: Final = "Waiting for your approval; the code holds for {left}. Ctrl+C gives up."
GIVEN_UP: Final = "Given up: nobody was signed in."
BY_COMMAND: Final = {
    "DeviceCodeExpired": "The code has expired: nobody approved it in time. `rolecall sign-in` asks for a new one.",
    "SignInDenied": "The sign-in was denied. `rolecall sign-in` asks for a new code.",
    "RegistrationRejected": "The server does not know this client any more. `rolecall sign-in` registers anew.",
}
SIGNED_IN_ALREADY: Final = "Signed in to {session} already. The access token holds until {end}."

# --- signing out -------------------------------------------------------------------------------

SIGN_OUT_TITLE: Final = "Sign out of {session}"
SIGN_OUT_INTRO: Final = (
    "This goes, and the session at the access portal ends, in a browser too. All other"
    " sessions, the profiles and the client registration stay."
)
PORTAL_STAYS: Final = (
    "The access portal can't be told without a token that holds: its session stays in a browser."
)
SIGN_OUT_HERE_INTRO: Final = (
    f"This goes from this machine. {PORTAL_STAYS} All other sessions, the profiles and the client"
    " registration stay."
)
GOES: Final = "This goes:"
SIGN_OUT_ASK: Final = "Sign out?"
SIGN_OUT_NEEDS_YES: Final = "There is nobody to ask: --yes signs out without."
SIGNED_OUT_ALREADY: Final = "Signed out of {session} already."
TOKEN_GOES: Final = "the access token of {session} ({left})"
BROKEN_TOKEN_GOES: Final = "the file of the access token of {session}, which no client can read"
ROLE_GOES: Final = "role credentials in the AWS CLI's cache: {account} {permission_set} ({left})"
PORTAL_NOT_TOLD: Final = "It is gone from this machine, but the portal could not be told:"


def leaving(gone: SignOutPlan, now: datetime) -> list[str]:
    """What a sign-out takes away, a line each."""
    lines = []
    name = gone.session.cache_key
    if gone.token_expires_at is not None:
        ends = time_left(TimeLeft.until(gone.token_expires_at, now))
        lines.append(TOKEN_GOES.format(session=name, left=ends))
    elif gone.has_token_file:
        lines.append(BROKEN_TOKEN_GOES.format(session=name))
    for role in gone.roles:
        ends = time_left(TimeLeft.until(role.expires_at, now))
        lines.append(
            ROLE_GOES.format(account=role.account, permission_set=role.permission_set, left=ends)
        )
    return lines


# --- which session ------------------------------------------------------------------------------

NO_SESSION: Final = "No sso-session in {path}. `rolecall` makes one."
NO_SUCH_SESSION: Final = "No sso-session is named {name}. There is: {names}"
WHICH_SESSION: Final = "Which sso-session? --sso-session NAME, one of: {names}"
NAME_A_SESSION: Final = "Which session? Name one of: {names}"


# --- rolecall tokens ---------------------------------------------------------------------------

KEYS_LEFT: Final = "short-term keys, {left} left"
KEYS_ENDED: Final = "short-term keys, {left}"
KEYS_UNTOLD: Final = "short-term keys, end not told"


def keys_standing(end: datetime | None, now: datetime, name: str) -> str:
    """`◐ pasted  short-term keys, 12 min left`."""
    if end is None:
        return f"{LEVEL_SIGNS[Level.UNTOLD]} {name}  {KEYS_UNTOLD}"
    remaining = TimeLeft.until(end, now)
    words = KEYS_ENDED if remaining.level is Level.GONE else KEYS_LEFT
    return f"{LEVEL_SIGNS[remaining.level]} {name}  {words.format(left=time_left(remaining))}"


def standing(token: TokenEnd | None, now: datetime, *, usable: bool, name: str) -> str:
    """`● corp  7 h 12 min left, then it renews itself`."""
    from rolecall.presentation.switch_strings import remaining

    if token is None:
        return f"{LEVEL_SIGNS[Level.GONE]} {name}  {SIGNED_OUT}"
    level = TimeLeft.until(token.ends, now).level
    sign = Level.SOON if usable and level is Level.GONE else level
    return f"{LEVEL_SIGNS[sign]} {name}  {remaining(token, now)}"
