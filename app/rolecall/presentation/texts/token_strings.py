"""Texts about what expires: the Tokens screen, the time left, renewal and its warnings."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from typing import TYPE_CHECKING, Final

from rolecall.domain.records import NamedTuple
from rolecall.domain.time_left import SOON, URGENT, Level, share
from rolecall.presentation import labels, times
from rolecall.presentation.filling import fill
from rolecall.presentation.texts import file_strings
from rolecall.presentation.translation import _, join_sentences

if TYPE_CHECKING:
    from rolecall.domain.errors.file_errors import FileUnwritable, TokenNotRenewed
    from rolecall.domain.model import SsoSession
    from rolecall.services.tokens.expiry import Expiry

UTC_COLUMN: Final = "UTC"
# Translators: the heading of a column of "yes" and "no".
RENEWS_COLUMN: Final = _("Renews")
WHY_COLUMN: Final = _("Why not")
NOTHING_EXPIRES: Final = _(
    "Nothing here expires: there are no tokens, registrations or short-term credentials."
)
READ_AGAIN: Final = _("Read again.")
NOT_A_SESSION_ROW: Final = _("This row belongs to no session in {path}.")
NOT_A_TOKEN: Final = _("Choose the row of an access token for that.")
TROUBLE_RETRY: Final = _(
    "The rows of that file are missing or old. Fix it, then {renew} reads it again."
)

# Translators: kinds of rows, in a column of 16 cells.
KINDS: Final = {
    "access-token": _("access token"),
    "client-registration": _("registration"),
    "role-credentials": _("role credentials"),
    "short-term-credentials": _("short-term credentials"),
    "login-session": _("console sign-in"),
    "login-keys": _("console keys"),
}
# Translators: the same in a column of 5 to 8 cells.
KINDS_SHORT: Final = {
    "access-token": _("token"),
    "client-registration": _("client"),
    "role-credentials": _("role"),
    "short-term-credentials": _("keys"),
    "login-session": _("login"),
    "login-keys": _("keys"),
}
# In full, if there is room.
KINDS_IN_FULL: Final = {
    "access-token": _("access token"),
    "client-registration": _("client registration"),
    "role-credentials": _("role credentials"),
    "short-term-credentials": _("short-term credentials"),
    "login-session": _("console sign-in"),
    "login-keys": _("console keys"),
}
# Translators: when something expires is unknown.
UNKNOWN: Final = _("expiry unknown")
EXPIRED_BELOW: Final = _("{count} expired, at the bottom")
RENEWS: Final = {True: _("yes"), False: _("no"), None: ""}
# In full, for the block of a session.
RENEWAL: Final = {True: _("renews itself"), False: _("does not renew itself"), None: ""}
# Translators: `way_in` is a key or a command.
SIGNS_IN: Final = _("{way_in} signs in")
RENEWS_LATER: Final = _("later")
# Translators: why a token does not renew itself, in a column of 22 to 36 cells.
NO_RENEWAL: Final = {
    "no-refresh-token": _("signed in without the scope for it"),
    "legacy": _("its profiles have no sso-session"),
    "no-registration": _("its client is unknown here"),
    "registration-expired": _("its client registration expired"),
    "registration-expires-first": _("its registration expires first"),
    "revoked": _("AWS revoked the sign-in"),
    "no-session": _("no session in the config file"),
    "unwritable": _("its file cannot be replaced"),
    "longest": _("lasts at most 12 hours"),
    "session-over": _("its sign-in has ended"),
}
# Translators: the time left of a console sign-in is the most that it can be.
AT_MOST: Final = _("at most")
NEXT_TRY: Final = _("{problem} The next try is at {time}.")
NOT_RENEWED_ROW: Final = _("failed; next try at {time}")

# What the detail says about a row, next to the moment when it expires.
RENEWS_ITSELF: Final = join_sentences(
    _("Renews itself 10 minutes before it expires, as long as the portal session lasts."),
    _("AWS does not say how long that is."),
)
RENEWS_NOT: Final = {
    "no-refresh-token": _(
        "Does not renew itself: signed in without the scope sso:account:access. Add it as sso_registration_scopes, and sign in again."
    ),
    "legacy": _(
        "Does not renew itself: its profiles contain the start URL. Only those with an sso-session renew."
    ),
    "no-registration": _(
        "Does not renew itself: the client it was made for is not in its file. {way_in} signs in again."
    ),
    "registration-expired": _(
        "Does not renew itself: its client registration has expired. {way_in} signs in again."
    ),
    "registration-expires-first": _(
        "Will not renew itself: its client registration expires first. {renew} renews it now."
    ),
    "revoked": _("Does not renew itself: AWS has revoked the sign-in. {way_in} signs in again."),
    "no-session": _(
        "Does not renew itself: no session in the config file has this start URL and name."
    ),
    "unwritable": "{problem}",
    "longest": _(
        "A console sign-in lasts at most 12 hours; AWS may end it sooner. {way_in} signs in again."
    ),
    "session-over": _(
        "They are not renewed: the console sign-in has ended. {way_in} signs in again."
    ),
}
# Translators: the file of a token. `way_out` is a sentence that says what to do.
UNWRITABLE: Final = _("Its file cannot be written ({reason}). {way_out}")
# A console sign-in, as `aws login` makes it, and its keys.
KEYS_RENEW: Final = _(
    "Console credentials, valid for 15 minutes. The next call renews them, as long as the sign-in lasts."
)
LOGIN_BY_COMMAND: Final = "`rolecall login {profile}`"
TRIED: Final = _("Not renewed yet: {what} The next try is at {time}.")
REGISTRATION: Final = _(
    "The registration of this machine with AWS, for {name}. A sign-in renews it when necessary."
)
ROLE: Final = _("{detail} · kept by the AWS CLI, which asks for new ones when these expire.")
ASSUMED_ROLE: Final = _("{detail} · kept by the AWS CLI, which assumes the role again.")
# Translators: `key` is the key in the file that has the expiry, `tools` those that write it.
STORED_KEYS: Final = _(
    "[{name}] in {path} · {key}{tools}. Only the tool that wrote them renews them."
)
KEYS_WITHOUT_EXPIRY: Final = _(
    "[{name}] in {path} · Keys with a session token expire, but the file does not say when."
)
# The tools that write a key.
TOOLS: Final = {
    "x_security_token_expires": " (saml2aws, okta-aws-cli)",
    "aws_expiration": " (aws-azure-login, clisso)",
    "aws_session_expiration": " (gsts)",
    "expiration": " (aws-mfa, awsume)",
}

SIGNED_OUT: Final = _("Signed out. {way_in} signs in.")

# Renewal in the background. `way_in`: the key or command that signs in.
# Translators: `what` and `state` are sentences; `state` says until when the token is valid.
NOT_RENEWED: Final = _("{session} was not renewed: {what} {state} The next try is at {time}.")
REVOKED: Final = _(
    "AWS has revoked the sign-in of {session}; it is no longer renewed. {state} {way_in} signs in again."
)
VALID_UNTIL: Final = _("It is valid until {end}.")
HAS_EXPIRED: Final = _("It has expired.")
WARNING_SIGN_IN: Final = _("{warning} {way_in} signs in again.")
WARNING_UNWRITABLE: Final = _("{warning} {why}")
WARNING_MORE: Final = _("{warning} (and {more} more)")
# About the user's command for notifications.
NOTIFY_FAILED: Final = _("The notification failed: {command}: {reason}")
NOTIFY_STATUS: Final = _("The notification failed: {command} ended with exit status {status}.")
NOTIFY_HANGS: Final = _("no answer")
WARNINGS: Final = {
    "access-token": _(
        "The access token of {name} expires within {minutes} min and does not renew itself."
    ),
    "short-term-credentials": _(
        "The short-term credentials of {name} expire within {minutes} min."
    ),
    "login-session": _("The console sign-in of {name} expires within {minutes} min."),
}
# Translators: the title of the terminal's window.
TITLE: Final = _("{name} expires at {end} · rolecall")
# Translators: "expires 21:49:23 UTC".
_EXPIRES_AT: Final = _("expires {moment}")


def left(expiry: Expiry, now: datetime) -> str:
    """The time left, `signed out`, `revoked by AWS`, or `expiry unknown`."""
    if expiry.signed_out:
        return labels.SIGNED_OUT
    if expiry.refused:
        return labels.REVOKED
    return UNKNOWN if expiry.expires_at is None else times.time_left(expiry.remaining(now))


def time(moment: datetime) -> str:
    """`21:49:23`, in this machine's zone."""
    return f"{moment.astimezone():%H:%M:%S}"


def next_try(problem: str, at: datetime | None) -> str:
    """`AWS cannot be reached. The next try is at 21:49:23.`; the problem alone without a moment."""
    return NEXT_TRY.format(problem=problem, time=time(at)) if at else problem


def exactly(moment: datetime, now: datetime | None = None, zone: tzinfo | None = None) -> str:
    """`expires 2026-11-24 22:49:23 CET · 21:49:23 UTC`; the date is repeated only if it differs.

    With `now`, dates are left out within a day of it. The default of `zone` is the machine's.
    """
    here, utc = moment.astimezone(zone), moment.astimezone(UTC)
    is_near = now is not None and moment - now < timedelta(days=1)
    day = "" if is_near else f"{here:%Y-%m-%d} "
    if not here.utcoffset():
        return _EXPIRES_AT.format(moment=f"{day}{utc:%H:%M:%S} UTC")
    date = "" if is_near or here.date() == utc.date() else f"{utc:%Y-%m-%d} "
    return _EXPIRES_AT.format(moment=f"{day}{here:%H:%M:%S %Z} · {date}{utc:%H:%M:%S} UTC")


def in_utc(moment: datetime, now: datetime) -> str:
    """The moment as `times.moment` shows it, but in UTC."""
    return times.short_moment(moment.astimezone(UTC), now.astimezone(UTC))


def not_notified(command: str, reason: str) -> str:
    """That the user's command has failed. `reason` is an exit status, a sentence or empty."""
    if reason.isdigit():
        return NOTIFY_STATUS.format(command=command, status=reason)
    return NOTIFY_FAILED.format(command=command, reason=reason or NOTIFY_HANGS)


def unwritable(error: FileUnwritable | TokenNotRenewed) -> str:
    """Return why a new token could not be saved and what to do, without the path of the file."""
    reason = file_strings.REASONS.get(error.reason, error.reason)
    way_out = file_strings.WAYS_OUT.get(error.reason, "")
    return UNWRITABLE.format(reason=reason, way_out=way_out).strip()


def way_in_by_command(session: SsoSession | None) -> str:
    """Return the command that signs in, for a view without a key that does."""
    name = "" if session is None else session.cache_key
    return fill("`rolecall sign-in {session}`", {"session": name})


def is_warned_of(expiry: Expiry, now: datetime) -> bool:
    """Whether it expires soon and does not renew itself."""
    is_warned = expiry.kind.value in WARNINGS and not expiry.renews
    return is_warned and expiry.level(now) in {Level.SOON, Level.URGENT}


def in_words(expiry: Expiry, now: datetime) -> str:
    """`corp, access token, 7 h 52 min, renews itself`."""
    parts = expiry.name, KINDS_IN_FULL[expiry.kind.value], left(expiry, now)
    is_over = expiry.level(now) is Level.GONE
    return ", ".join(filter(None, (*parts, "" if is_over else RENEWAL[expiry.renews])))


def warning(warned: Sequence[Expiry], now: datetime, way_in: str) -> str:
    """Return the warning about what expires soon and does not renew itself; the first expires first.

    It says "within 15 min" and not how many, so that it stays true while it is on screen.
    """
    first = warned[0]
    within = URGENT if first.level(now) is Level.URGENT else SOON
    minutes = within // timedelta(minutes=1)
    text = WARNINGS[first.kind.value].format(name=first.name, minutes=minutes)
    if first.unwritable is not None:  # a sign-in would be refused, too
        text = WARNING_UNWRITABLE.format(warning=text, why=unwritable(first.unwritable))
    elif first.session is not None:
        text = WARNING_SIGN_IN.format(warning=text, way_in=way_in)
    return text if len(warned) == 1 else WARNING_MORE.format(warning=text, more=len(warned) - 1)


_BAR_CELLS: Final = 5
_LEFT_CELLS: Final = 11  # `23 h 59 min`
WIDTH: Final = 2 + _BAR_CELLS + 1 + _LEFT_CELLS  # cells, as the next
SHORT_WIDTH: Final = 2 + _LEFT_CELLS


class TimeLeftText(NamedTuple):
    """What the table shows of the time shown.

    `text` begins with a sign, for terminals without colours. It includes the bar: the text of an
    expired row uses the room of the bar. `short` is without a bar.
    """

    row: Expiry
    level: Level
    text: str
    short: str
    is_stale: bool
    share: float | None  # of the lifetime


def time_left_text(row: Expiry, now: datetime) -> TimeLeftText:
    """Return what to show of the row at `now`."""
    level, shown = row.level(now), left(row, now)
    sign = labels.LEVEL_SIGNS[level] if row.counts else " "
    short = f"{sign} {shown}"
    part = None
    if row.counts and level is not Level.GONE and row.expires_at is not None:
        part = share(row.remaining(now), row.typical_lifetime)
        cells = max(1, round(part * _BAR_CELLS))
        shown = f"{'━' * cells}{'╌' * (_BAR_CELLS - cells)} {shown:>{_LEFT_CELLS}}"
    is_stale = level is Level.GONE and row.is_stale(now)
    return TimeLeftText(row, level, f"{sign} {shown}", short, is_stale, part)
