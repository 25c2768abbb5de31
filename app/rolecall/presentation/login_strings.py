"""Texts of the sign-in with console credentials, as `aws login` does it."""

from __future__ import annotations

from typing import Final

from rolecall.presentation.translation import _

OPEN_LINK: Final = _(
    "Open this link in a browser on any device, and sign in to the AWS console. Then copy the code that the page shows:"
)
PASTE: Final = _("Paste the code")
# Translators: `who` is the ARN of a user or role.
SIGNED_IN: Final = _(
    "{profile} uses the console credentials of {who}, for 12 hours at most. Its keys renew themselves."
)
ALREADY: Final = _(
    "{profile} is signed in as {who}. Its keys are valid until {end}, and renew themselves."
)
REPLACE: Final = _("{profile} is signed in as {old}. Replace it with {new}?")
NOT_REPLACED: Final = _("{profile} still uses {old}. --yes replaces it without asking.")
