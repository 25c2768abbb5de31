"""What expires, grouped: each access token with what belongs to its session, and the rest."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from rolecall.services.expiries import Expiry, ExpiryKind

# The kinds that belong to no session that is shown, in their order.
OTHER_KINDS: Final = (
    ExpiryKind.SHORT_TERM_CREDENTIALS,
    ExpiryKind.ROLE_CREDENTIALS,
    ExpiryKind.CLIENT_REGISTRATION,
)
_KINDS_OF_SESSIONS: Final = {ExpiryKind.CLIENT_REGISTRATION, ExpiryKind.ROLE_CREDENTIALS}


def parts_of_sessions(rows: Sequence[Expiry]) -> list[Expiry]:
    """Return the rows that belong to the session of an access token among them."""
    shown = {row.session for row in rows if row.kind is ExpiryKind.ACCESS_TOKEN} - {None}
    return [row for row in rows if row.kind in _KINDS_OF_SESSIONS and row.session in shown]


def by_session(rows: Sequence[Expiry], parts: Sequence[Expiry]) -> list[Expiry]:
    """Return each access token, and after it those `parts` of its session; then the rest."""
    ordered = []
    for row in rows:
        if row.kind is ExpiryKind.ACCESS_TOKEN:
            ordered += [row, *(part for part in parts if part.session == row.session)]
    taken = set(map(id, ordered))
    rest = [row for row in rows if id(row) not in taken]
    return ordered + sorted(rest, key=lambda row: OTHER_KINDS.index(row.kind))
