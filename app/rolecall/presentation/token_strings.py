"""The words for what ends, and for what is done to keep it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from typing import TYPE_CHECKING, Final

from rolecall.domain.time_left import SOON, URGENT, Level
from rolecall.presentation import times

if TYPE_CHECKING:
    from rolecall.services.expiries import Expiry

UTC_COLUMN: Final = "UTC"
RENEWS_COLUMN: Final = "Renews"
WHY_COLUMN: Final = "Why not"
NO_CLOCKS: Final = "Nothing here ends: no token, no registration, no short-term credentials."
READ_AGAIN: Final = "Read again."
NOT_A_SESSION_ROW: Final = "This row belongs to no session in {path}."
NOT_A_TOKEN: Final = "That works on an access token's row."
TROUBLE_RETRY: Final = (
    "What the file says is missing or old here. {renew} reads it again once it is mended."
)

KINDS: Final = {
    "access-token": "access token",
    "client-registration": "registration",
    "role-credentials": "role credentials",
    "short-term-credentials": "short-term keys",
}
# In full, where there is room.
KINDS_IN_FULL: Final = {
    "access-token": "access token",
    "client-registration": "client registration",
    "role-credentials": "role credentials",
    "short-term-credentials": "short-term credentials",
}
REFUSED: Final = "ended by AWS"
UNTOLD: Final = "end not told"
SPENT: Final = "{line} · {spent} spent, at the foot"
RENEWS: Final = {True: "yes", False: "no", None: ""}
RENEWS_LATER: Final = "later"
NO_RENEWAL: Final = {
    "no-refresh-token": "signed in without the scope for it",
    "legacy": "its profiles have no sso-session",
    "no-registration": "its client is not known here",
    "registration-ended": "its client registration has ended",
    "registration-ends-first": "its client registration ends before",
    "revoked": "AWS has ended the sign-in",
    "no-session": "of no session in the config file",
}
NOT_RENEWED_ROW: Final = "tried; again at {time}"

# What the detail says of a row beside the moment it ends.
RENEWS_ITSELF: Final = (
    "Renews itself from 10 minutes before its end, for as long as the portal session lasts: "
    "when that ends, AWS does not tell."
)
RENEWS_NOT: Final = {
    "no-refresh-token": "Does not renew itself: it was signed in without the scope sso:account:access. Add it as sso_registration_scopes, and sign in again.",
    "legacy": "Does not renew itself: its profiles name the start URL themselves. Those of an sso-session renew.",
    "no-registration": "Does not renew itself: the client it was made for is not in its file. {way_in} signs in again.",
    "registration-ended": "Does not renew itself: its client registration has ended. {way_in} signs in again.",
    "registration-ends-first": "Will not renew itself: its client registration ends before. {renew} renews it now.",
    "revoked": "Does not renew itself: AWS has ended the sign-in. {way_in} signs in again.",
    "no-session": "Nobody renews it: no session in the config file has this start URL and name.",
}
TRIED: Final = "Not renewed yet: {what} Next attempt at {time}."
REGISTRATION: Final = (
    "This machine as AWS knows it, for {name}. A sign-in registers it anew when it is time."
)
ROLE: Final = "{detail} · kept by the AWS CLI, which asks for new ones when they have ended."
ASSUMED_ROLE: Final = "{detail} · kept by the AWS CLI, which assumes the role again."
STORED_KEYS: Final = "[{name}] in {path} · {key}{tools}. Whoever wrote them can renew them."
UNTOLD_KEYS: Final = "[{name}] in {path} · They end, as all keys with a session token do; nothing in the file says when."
TOOLS: Final = {
    "x_security_token_expires": ", as saml2aws and okta-aws-cli write it",
    "aws_expiration": ", as aws-azure-login and clisso write it",
    "aws_session_expiration": ", as gsts writes it",
    "expiration": ", as aws-mfa and awsume write it",
}

# What happens by itself. `way_in`: the key, or the command, that signs in from where it is said.
WAY_IN_BY_COMMAND: Final = "`rolecall sign-in{session}`"
NOT_RENEWED: Final = "{session} was not renewed: {what} It {holds}; the next attempt is at {time}."
REVOKED: Final = "AWS has ended the sign-in of {session}: it is not renewed any more. It {holds}. {way_in} signs in again."
HOLDS_UNTIL: Final = "holds until {end}"
HAS_ENDED: Final = "has ended"
WARNING_SIGN_IN: Final = "{warning} {way_in} signs in again."
WARNING_MORE: Final = "{warning} (and {more} more)"
WARNINGS: Final = {
    "access-token": "The access token of {name} ends within {minutes} min and does not renew itself.",
    "short-term-credentials": "The short-term credentials of {name} end within {minutes} min.",
}
TITLE: Final = "{name} ends at {end} · rolecall"


def left(clock: Expiry, now: datetime) -> str:
    if clock.refused:
        return REFUSED
    return UNTOLD if clock.expires_at is None else times.time_left(clock.remaining(now))


def time(moment: datetime) -> str:
    """`21:49:23`, by this machine's zone."""
    return f"{moment.astimezone():%H:%M:%S}"


def exactly(moment: datetime, now: datetime | None = None, zone: tzinfo | None = None) -> str:
    """`until 2026-11-24 22:49:23 CET · 21:49:23 UTC`, the date twice only where it differs.

    `now` leaves dates out within a day of it. `zone` is the machine's own unless given.
    """
    here, utc = moment.astimezone(zone), moment.astimezone(UTC)
    is_near = now is not None and moment - now < timedelta(days=1)
    day = "" if is_near else f"{here:%Y-%m-%d} "
    if not here.utcoffset():
        return f"until {day}{utc:%H:%M:%S} UTC"
    date = "" if is_near or here.date() == utc.date() else f"{utc:%Y-%m-%d} "
    return f"until {day}{here:%H:%M:%S %Z} · {date}{utc:%H:%M:%S} UTC"


def in_utc(moment: datetime, now: datetime) -> str:
    """As `times.moment`, in UTC."""
    there, today = moment.astimezone(UTC), now.astimezone(UTC)
    if there.date() == today.date():
        return f"{there:%H:%M}"
    return f"{there:%d %b %H:%M}" if there.year == today.year else f"{there:%d %b %Y}"


def warning(warned: Sequence[Expiry], now: datetime, way_in: str) -> str:
    """What nobody renews and ends soon, first what ends first. It stays true while it stands."""
    first = warned[0]
    within = URGENT if first.level(now) is Level.URGENT else SOON
    minutes = within // timedelta(minutes=1)
    said = WARNINGS[first.kind.value].format(name=first.name, minutes=minutes)
    if first.session is not None:
        said = WARNING_SIGN_IN.format(warning=said, way_in=way_in)
    return said if len(warned) == 1 else WARNING_MORE.format(warning=said, more=len(warned) - 1)
