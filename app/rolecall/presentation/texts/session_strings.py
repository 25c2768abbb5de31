"""Texts about sessions: several at once, signing in and out, on the screen and in commands.

Quick to import, because a prompt waits for `rolecall tokens`.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

from rolecall.domain.time_left import Level, TimeLeft
from rolecall.presentation.labels import LEVEL_SIGNS, REVOKED, SIGNED_OUT
from rolecall.presentation.times import time_left
from rolecall.presentation.translation import Counted, _, join_sentences

if TYPE_CHECKING:
    from rolecall.domain.time_left import TokenExpiry
    from rolecall.services.tokens.cached_roles import CachedRole
    from rolecall.services.tokens.tokens import SignOutPlan

# --- the list of sessions ----------------------------------------------------------------------

ALL_SESSIONS: Final = _("All sessions")
ALL_SESSIONS_HINT: Final = _("the accounts of all sessions in one list")
TOKEN: Final = _("Access token")

# --- rolecall sign-in --------------------------------------------------------------------------

CANCELLED: Final = _("The sign-in was cancelled.")
NOT_WRITTEN: Final = _(
    "Nothing was written to {path}: a session is written once the sign-in in it has succeeded."
)
SIGNED_IN_ALREADY: Final = _(
    "Already signed in to {session}. The access token is valid until {end}."
)

# --- signing out -------------------------------------------------------------------------------

SIGN_OUT_TITLE: Final = _("Sign out of {session}")
_REST_STAYS: Final = _("All other sessions, the profiles and the client registration stay.")
PORTAL_STAYS: Final = _(
    "Without a valid access token the access portal cannot be reached, so a browser stays signed"
    " in there."
)
SIGN_OUT_INTRO: Final = join_sentences(
    _("This is deleted, and the session at the access portal is signed out, in a browser too."),
    _REST_STAYS,
)
SIGN_OUT_HERE_INTRO: Final = join_sentences(
    _("This is deleted from this machine."), PORTAL_STAYS, _REST_STAYS
)
IS_DELETED: Final = _("This is deleted:")
SIGN_OUT_ASK: Final = _("Sign out?")
SIGNED_OUT_ALREADY: Final = _("Already signed out of {session}.")
TOKEN_DELETED: Final = _("the access token of {session} ({left})")
BROKEN_TOKEN_DELETED: Final = _(
    "the file of the access token of {session}, which no client can read"
)
ROLE_DELETED: Final = _(
    "role credentials in the AWS CLI's cache: {account} {permission_set} ({left})"
)
PORTAL_FAILED: Final = _(
    "Everything is deleted from this machine, but the portal did not sign you out: {what} The access token is valid there until {end} at the latest. An administrator can end the session sooner, in the IAM Identity Center console."
)


def sign_out_lines(plan: SignOutPlan, now: datetime) -> list[str]:
    """Return what a sign-out deletes, a line each."""
    lines = []
    name = plan.session.cache_key
    if plan.token_expires_at is not None:
        left = time_left(TimeLeft.until(plan.token_expires_at, now))
        lines.append(TOKEN_DELETED.format(session=name, left=left))
    elif plan.has_token_file:
        lines.append(BROKEN_TOKEN_DELETED.format(session=name))
    return lines + [role_deleted(role, now) for role in plan.roles]


def role_deleted(role: CachedRole, now: datetime) -> str:
    """Return the line about role credentials that a sign-out deletes."""
    left = time_left(TimeLeft.until(role.expires_at, now))
    return ROLE_DELETED.format(account=role.account, permission_set=role.permission_set, left=left)


# --- which session ------------------------------------------------------------------------------

NO_SESSION: Final = _("There is no sso-session in {path}. `rolecall` adds one.")
NO_SUCH_SESSION: Final = _("There is no sso-session named {name}. Existing: {names}")
UNPROTECTED: Final = _(
    "Other users of this machine can read or change {path}. Protect it with chmod go-rwx. `rolecall doctor` lists all such files."
)
UNPROTECTED_FOREIGN: Final = _(
    "Another user of this machine can change {path}. `rolecall doctor` says how to protect it."
)
UNPROTECTED_FOLDER: Final = _(
    "Other users of this machine can add or replace files in {path}. `rolecall doctor` says how to protect it."
)
WHICH_SESSION: Final = _("Which sso-session? Add --sso-session NAME, one of: {names}")
NONE_SIGNED_IN: Final = _("Signed out of all sessions: {names}. `rolecall sign-in NAME` signs in.")
REGION_FOUND: Final = _("Found in {region}.")
WHICH_REGION: Final = _("The Identity Center may be in several regions. Which one is it?")
REGIONS_FOUND: Final = _(
    "The Identity Center is in one of these regions: {regions}. Name one of them with --region."
)
SESSION_WRITTEN: Final = _("The session {session} is in {path}. `rolecall undo` undoes the change.")
REGION_OF_PROFILES: Final = _(
    "--region changes an sso-session, but {session} is not one: its profiles in {path} have the sso_region."
)
LOGIN_INSTEAD: Final = _(
    "{profile} has console credentials and no sso-session. `rolecall login {profile}` signs in."
)
ROLES_OF_WHICH: Final = _(
    "Which session gets the roles of this account access portal? Add --start-url URL for a new session, or --name NAME, one of: {names}"
)
ROLES_OF_NONE: Final = _(
    "An account access portal has no sign-in: its roles belong to a session, and there is none. `rolecall sign-in {address} --start-url URL` adds one. URL is the start URL of the access portal that you sign in to."
)
START_URL_OF_WHAT: Final = _("--start-url needs the address of an account access portal.")
NAME_A_SESSION: Final = _("Which session? Name one of: {names}")


# --- rolecall tokens ---------------------------------------------------------------------------

# Translators: "7 h 12 min left", "12 min left".
LEFT: Final = _("{left} left")
KEYS: Final = _("short-term credentials, {left}")
KEYS_UNKNOWN: Final = _("short-term credentials, expiry unknown")
# Translators: a sign-in with console credentials, as `aws login` makes it. Its keys are valid for
# minutes and renew themselves for hours: "console sign-in, at most 11 h 3 min left".
LOGIN_LEFT: Final = _("console sign-in, at most {left} left")
LOGIN_KEYS: Final = _("console credentials, {left}")
LOGIN_OUT: Final = _("console sign-in, {left}")


def keys_line(end: datetime | None, now: datetime, name: str) -> str:
    """`◐ pasted  short-term credentials, 12 min left`."""
    if end is None:
        return f"{LEVEL_SIGNS[Level.UNKNOWN]} {name}  {KEYS_UNKNOWN}"
    remaining = TimeLeft.until(end, now)
    left = time_left(remaining)
    if remaining.level is not Level.GONE:
        left = LEFT.format(left=left)
    return f"{LEVEL_SIGNS[remaining.level]} {name}  {KEYS.format(left=left)}"


def token_line(token: TokenExpiry | None, now: datetime, *, usable: bool, name: str) -> str:
    """`● corp  7 h 12 min left, then it renews itself`."""
    from rolecall.presentation.texts.switch_strings import remaining

    if token is None:
        return f"{LEVEL_SIGNS[Level.GONE]} {name}  {SIGNED_OUT}"
    level = TimeLeft.until(token.expires_at, now).level
    sign = Level.SOON if usable and level is Level.GONE else level
    return f"{LEVEL_SIGNS[sign]} {name}  {remaining(token, now)}"


def login_line(keys: TokenExpiry | None, now: datetime, *, name: str) -> str:
    """`● dev  console sign-in, at most 11 h 3 min left`, or the time left of keys that are not
    renewed.
    """
    if keys is None:
        return f"{LEVEL_SIGNS[Level.GONE]} {name}  {LOGIN_OUT.format(left=SIGNED_OUT)}"
    until = keys.renewable_until if keys.renews(now) else None
    end, words = TimeLeft.until(until or keys.expires_at, now), LOGIN_LEFT if until else LOGIN_KEYS
    left = time_left(end)
    if end.level is Level.GONE:
        words, left = LOGIN_OUT, REVOKED if keys.is_revoked(now) else left
    elif words is LOGIN_KEYS:
        left = LEFT.format(left=left)
    return f"{LEVEL_SIGNS[end.level]} {name}  {words.format(left=left)}"


REGION_SEARCHED: Final = Counted(
    "Looking for the Identity Center in {count:,} region…",
    "Looking for the Identity Center in {count:,} regions…",
)
