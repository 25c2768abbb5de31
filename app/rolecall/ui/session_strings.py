"""The words about sessions: several at once, signing in and out, on the screen and in commands.

Quick to import: a prompt waits for `rolecall tokens`.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

from rolecall.domain.lifetime import Level, Remaining
from rolecall.ui.strings import LEVEL_SIGNS, SIGNED_OUT

if TYPE_CHECKING:
    from rolecall.services.switching import TokenEnd

# --- the list of sessions ----------------------------------------------------------------------

ALL_SESSIONS: Final = "All sessions"
ALL_SESSIONS_HINT: Final = "the accounts of all of them in one list"
TOKEN: Final = "Access token"
ENDED_ELSEWHERE: Final = "The access token of {session} has ended. S signs in again."

# --- rolecall tokens ---------------------------------------------------------------------------

NO_SESSION: Final = "No session in ~/.aws/config. `rolecall` makes one."
NO_SUCH_SESSION: Final = "No sso-session is named {name}."


def standing(token: TokenEnd | None, now: datetime, *, usable: bool, name: str) -> str:
    """`● corp  7 h 12 min left, then it renews itself`."""
    from rolecall.ui.switch_strings import remaining

    if token is None:
        return f"{LEVEL_SIGNS[Level.GONE]} {name}  {SIGNED_OUT}"
    level = Remaining.until(token.ends, now).level
    sign = Level.SOON if usable and level is Level.GONE else level
    return f"{LEVEL_SIGNS[sign]} {name}  {remaining(token, now)}"
