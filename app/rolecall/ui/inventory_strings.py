"""Words about what a sign-in reaches."""

from __future__ import annotations

from typing import Final

# https://docs.aws.amazon.com/singlesignon/latest/userguide/howtocreatepermissionset.html and what
# users report of the portal: what was assigned after the sign-in is not listed until the next.
PORTAL_HIDES: Final = (
    "AWS shows a new permission set only after the next sign-in: {sessions}, then {refresh_all}."
)
SCATTERED: Final = "as scattered letters"
