"""Words about what a sign-in reaches."""

from __future__ import annotations

from typing import Final

# https://docs.aws.amazon.com/singlesignon/latest/userguide/howtocreatepermissionset.html and what
# users report of the portal: what was assigned after the sign-in is not listed until the next.
PORTAL_HIDES: Final = (
    "AWS shows a new permission set only after the next sign-in: {go_tokens}, then {sign_in}."
)
ID_COPIED: Final = "Sent to the clipboard: {id}."
IDS_COPIED: Final = "{count:,} account ids sent to the clipboard."
ROLE_COPIED: Final = "Role ARN sent to the clipboard; * stands for the ending that only AWS knows."
ROLES_COPIED: Final = "{count:,} role ARNs sent to the clipboard, each with * for an ending."
UNLISTED: Final = "{count:,} not listed yet"
