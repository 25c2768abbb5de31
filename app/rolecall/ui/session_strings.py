"""The words about sessions: several at once, signing in and out, on the screen and in commands."""

from __future__ import annotations

from typing import Final

ALL_SESSIONS: Final = "All sessions"
ALL_SESSIONS_HINT: Final = "the accounts of all of them in one list"
TOKEN: Final = "Access token"
ENDED_ELSEWHERE: Final = "The access token of {session} has ended. S signs in again."
