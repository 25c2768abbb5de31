"""Every word of `rolecall list`."""

from __future__ import annotations

from typing import Final

NO_SESSION: Final = "No sso-session in ~/.aws/config. `rolecall` makes one."
NO_SUCH_SESSION: Final = "No sso-session is named {name}. There is: {names}"
WHICH_SESSION: Final = "Which sso-session? --sso-session NAME, one of: {names}"
NAME_A_SESSION: Final = "Which session? Name one of: {names}"
SIGNED_OUT: Final = (
    "Signed out of {session}. Sign in with `rolecall sign-in` or `aws sso login`, then list again."
)
NOT_LISTED_YET: Final = "not listed yet"
MISSING_ONE: Final = "The permission sets of 1 account are missing:"
MISSING: Final = "The permission sets of {count:,} accounts are missing:"
MAY_BE_OLD: Final = "So what is listed may be old, and accounts may be missing."
NOTHING_FOUND: Final = "Nothing matches “{query}”."
ONE_FORM: Final = "--json or --csv, not both."
FINDING_ACCOUNTS: Final = "Listing accounts…"


def missing(count: int) -> str:
    return MISSING_ONE if count == 1 else MISSING.format(count=count)


def progress(listed: int, total: int, waiting: int, seconds_left: float | None) -> str:
    """`412/665 accounts · 3 waiting on AWS's rate limit · about 20 s`."""
    if not total:
        return FINDING_ACCOUNTS
    parts = [f"{listed:,}/{total:,} accounts"]
    if waiting:
        parts.append(f"{waiting} waiting on AWS's rate limit")
    if seconds_left is not None:
        parts.append(about(seconds_left))
    return " · ".join(parts)


def about(seconds: float) -> str:
    """`about 20 s`, `about 4 min`: rounded, for it is a guess and should stay still."""
    if seconds < 10:
        return "a few seconds"
    if seconds < 90:
        return f"about {round(seconds / 5) * 5} s"
    return f"about {round(seconds / 60)} min"
