"""What tells one sign-in from another, however its start URL is spelled.

Users and tools write `https://acme.awsapps.com/start`, `…/start/`, `…/start/#/` and upper-case
hosts for the same portal. Clients hash the spelling for the names of their files; what rolecall
keeps is found by this key. A shell waits for this module, and `domain.start_url` takes longer to
import.
"""

from __future__ import annotations

from typing import Final

_ENDS: Final = "/#"
_LOWER: Final = {code: code + 32 for code in range(ord("A"), ord("Z") + 1)}  # as SQLite's lower()


def bare_url(start_url: str) -> str:
    """Return a start URL in a form in which equal addresses are equal texts."""
    return start_url.rstrip(_ENDS).translate(_LOWER)


def sign_in_key(session: str, start_url: str) -> tuple[str, str]:
    """Return the key of a session. The name of one without a section is its start URL."""
    url = bare_url(start_url)
    return (url if session == start_url else session), url
