"""The help of options that several commands have."""

from __future__ import annotations

from typing import Final

from rolecall.presentation.translation import _

SSO_SESSION: Final = _("The sso-session, if there are several.")
PROFILE: Final = _("The profile, instead of PROFILE.")
REFRESH: Final = _("Ask AWS even if the cache is recent.")
DRY_RUN: Final = _("Show the changes without writing them.")
REASON: Final = _("The reason to show in `rolecall log`.")
ALLOW: Final = _(
    "Only what GRANTS name, such as s3:read,logs. The levels are list, read, write, tag, permissions, secrets and all; a service alone is list and read."
)
DENY: Final = _(
    "Not what GRANTS name, such as iam,s3:write; a service alone is all of it. Without --allow, everything else is allowed."
)
POLICY: Final = _("Only what the IAM policy in FILE allows, too.")
MINUTES: Final = _("No longer than N minutes.")
YES: Final = _("Do not ask for confirmation.")
NO_LOCK: Final = _("Write also where the file system has no locks, without asking about that.")
JSON_ARRAY: Final = _("Print a JSON array.")
JSON_OBJECT: Final = _("Print a JSON object.")
