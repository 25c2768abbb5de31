"""What expires, grouped: each access token with what belongs to its session, and the rest."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from rolecall.domain.model import SsoSession
from rolecall.services.tokens.expiry import Expiry, ExpiryKind

# The kinds that belong to no session that is shown, in their order.
OTHER_KINDS: Final = (
    ExpiryKind.SHORT_TERM_CREDENTIALS,
    ExpiryKind.ROLE_CREDENTIALS,
    ExpiryKind.CLIENT_REGISTRATION,
)
SESSION_KINDS: Final = frozenset({ExpiryKind.ACCESS_TOKEN, ExpiryKind.LOGIN_SESSION})
_KINDS_OF_SESSIONS: Final = {
    ExpiryKind.CLIENT_REGISTRATION,
    ExpiryKind.ROLE_CREDENTIALS,
    ExpiryKind.LOGIN_KEYS,
}


def parts_of_sessions(rows: Sequence[Expiry]) -> list[Expiry]:
    """Return the rows that belong to an access token or login session among them."""
    shown = {_owner(row) for row in rows if row.kind in SESSION_KINDS} - {None}
    return [row for row in rows if row.kind in _KINDS_OF_SESSIONS and _owner(row) in shown]


def by_session(rows: Sequence[Expiry], parts: Sequence[Expiry]) -> list[Expiry]:
    """Return each access token and login session, and after it those `parts` that belong to it;
    then the rest.
    """
    ordered = []
    for row in rows:
        if row.kind in SESSION_KINDS:
            ordered += [row, *(part for part in parts if _owner(part) == _owner(row))]
    taken = set(map(id, ordered))
    rest = [row for row in rows if id(row) not in taken]
    return ordered + sorted(rest, key=lambda row: OTHER_KINDS.index(row.kind))


def _owner(row: Expiry) -> SsoSession | str | None:
    return row.login or row.session
