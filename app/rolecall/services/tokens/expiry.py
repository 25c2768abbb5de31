"""What expires on this machine, and when: one thing, and the order of several."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from enum import Enum, StrEnum
from typing import Final

from rolecall.domain.arns import ACCOUNT_ID
from rolecall.domain.errors.file_errors import FileUnwritable, TokenNotRenewed
from rolecall.domain.login_session import LONGEST_SESSION, identity_of
from rolecall.domain.model import SsoSession
from rolecall.domain.records import dataclass
from rolecall.domain.time_left import Level, TimeLeft


class ExpiryKind(Enum):
    """What expires."""

    ACCESS_TOKEN = "access-token"
    CLIENT_REGISTRATION = "client-registration"
    ROLE_CREDENTIALS = "role-credentials"
    SHORT_TERM_CREDENTIALS = "short-term-credentials"
    LOGIN_SESSION = "login-session"
    LOGIN_KEYS = "login-keys"


class NoRenewal(StrEnum):
    """Why an access token does not renew itself."""

    NO_REFRESH_TOKEN = "no-refresh-token"
    LEGACY = "legacy"
    NO_REGISTRATION = "no-registration"
    REGISTRATION_EXPIRED = "registration-expired"
    REGISTRATION_EXPIRES_FIRST = "registration-expires-first"
    REVOKED = "revoked"
    NO_SESSION = "no-session"
    UNWRITABLE = "unwritable"  # a new token could not be saved
    LONGEST = "longest"  # a login session: at its end, only a new sign-in helps
    SESSION_OVER = "session-over"  # the keys of a login session that has ended


_ACCOUNT_ID: Final = re.compile(rf"(?<!\d){ACCOUNT_ID}(?!\d)")

# How long each is usually valid, for the bar: the files have the expiry but not the start.
_TYPICAL_LIFETIMES: Final = {
    ExpiryKind.ACCESS_TOKEN: timedelta(hours=8),
    ExpiryKind.CLIENT_REGISTRATION: timedelta(days=90),
    ExpiryKind.ROLE_CREDENTIALS: timedelta(hours=1),
    ExpiryKind.SHORT_TERM_CREDENTIALS: timedelta(hours=1),
    ExpiryKind.LOGIN_SESSION: LONGEST_SESSION,
    ExpiryKind.LOGIN_KEYS: timedelta(minutes=15),
}

# How long an expired one is still of interest. Clients register again and get new role credentials
# on their own.
_SHOWN_AFTER_EXPIRY: Final = {
    ExpiryKind.ACCESS_TOKEN: timedelta(days=1),
    ExpiryKind.CLIENT_REGISTRATION: timedelta(0),
    ExpiryKind.ROLE_CREDENTIALS: timedelta(0),
    ExpiryKind.SHORT_TERM_CREDENTIALS: timedelta(hours=1),
    ExpiryKind.LOGIN_SESSION: timedelta(days=1),
    ExpiryKind.LOGIN_KEYS: timedelta(0),
}


@dataclass(frozen=True, slots=True)
class Expiry:
    """One thing that expires.

    `name` is the session, the profile, or account and permission set. `id` is the name of its file,
    section or session, and does not change. `session` is None if it belongs to no session in
    ~/.aws/config. `expires_at` is None if the expiry is unknown. `renews` is None if things of this
    kind are never renewed; if it is False, `no_renewal` is the reason, and `unwritable` is what a
    renewal would raise if it is the file. `refused`: AWS no longer accepts it, though it has not
    expired. `signed_out`: the session has no access token. `detail` has more facts. `key` is the
    key of ~/.aws/credentials that has the expiry. `login` is the ARN of a login session and of its
    keys, `profile` the first profile that uses it.
    """

    kind: ExpiryKind
    id: str
    name: str
    session: SsoSession | None
    expires_at: datetime | None
    renews: bool | None = None
    no_renewal: NoRenewal | None = None
    refused: bool = False
    signed_out: bool = False
    detail: str = ""
    key: str = ""
    login: str = ""
    profile: str = ""
    unwritable: FileUnwritable | TokenNotRenewed | None = None

    @property
    def account_id(self) -> str:
        """The account of role credentials or a login session; empty if unknown."""
        if self.login:
            return identity_of(self.login).account_id
        if self.kind is not ExpiryKind.ROLE_CREDENTIALS:
            return ""
        found = _ACCOUNT_ID.search(self.detail)
        return found[0] if found else ""

    @property
    def typical_lifetime(self) -> timedelta:
        """How long things of this kind are usually valid."""
        return _TYPICAL_LIFETIMES[self.kind]

    @property
    def counts(self) -> bool:
        """Whether the user loses something when it expires. A registration is renewed by the next
        sign-in, and is not a sign of one; the keys of a login session are renewed by the next call.
        """
        return self.kind not in {ExpiryKind.CLIENT_REGISTRATION, ExpiryKind.LOGIN_KEYS}

    def level(self, now: datetime) -> Level:
        """Return how urgent the expiry is."""
        if self.refused or self.signed_out:
            return Level.GONE
        return Level.UNKNOWN if self.expires_at is None else self.remaining(now).level

    def remaining(self, now: datetime) -> TimeLeft:
        """Return the time left. The expiry must be known."""
        assert self.expires_at is not None
        return TimeLeft.until(self.expires_at, now)

    def is_stale(self, now: datetime) -> bool:
        """Whether it expired so long ago that it is of no interest."""
        if self.kind is ExpiryKind.ACCESS_TOKEN and self.session is None:
            return self.level(now) is Level.GONE
        return (
            self.expires_at is not None and now - self.expires_at >= _SHOWN_AFTER_EXPIRY[self.kind]
        )


def sort_expiries(rows: Iterable[Expiry], now: datetime) -> list[Expiry]:
    """Return them sorted by expiry, the earliest first.

    Those whose expiry is unknown follow, then the stale ones, the latest first.
    """
    current: list[Expiry] = []
    stale: list[Expiry] = []
    for row in sorted(rows, key=sort_key):
        (stale if row.is_stale(now) else current).append(row)
    return current + stale[::-1]


def sort_key(expiry: Expiry) -> tuple[bool, bool, bool, datetime, str, str]:
    """Return a key that sorts refused ones first, then by expiry, then those with an unknown
    expiry.

    Those that do not count come last.
    """
    is_unknown = expiry.expires_at is None
    expires_at = expiry.expires_at or datetime.max.replace(tzinfo=UTC)
    return (
        not expiry.counts,
        is_unknown,
        not expiry.refused,
        expires_at,
        expiry.kind.value,
        expiry.id,
    )
