"""Texts of the sign-in with console credentials, as `aws login` does it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

from rolecall.domain.text import safe
from rolecall.presentation.session_strings import role_deleted
from rolecall.presentation.translation import _, join_sentences, ngettext

if TYPE_CHECKING:
    from rolecall.services.login_sign_out import LoginSignOutPlan

PASTE: Final = _("Paste the code")
# Translators: below "You signed in as …, but … is for …."
REPLACE: Final = _("Change the profile?")
# Translators: `who` is the ARN of a user or role.
ALREADY: Final = _(
    "{profile} is signed in as {who}. Its keys are valid until {end}, and renew themselves."
)
STILL_USES: Final = _("{profile} still uses {old}.")
NOT_REPLACED: Final = _("{profile} still uses {old}. --yes replaces it without asking.")

RENEWED: Final = _("Renewed the keys of {profile}. They expire at {end}.")
SIGN_OUT_TITLE: Final = _("Sign out of {profile}")
KEYS_STAY: Final = _(
    "Programs that have read the keys already can use them for 15 minutes at most."
)
SIGN_OUT_INTRO: Final = join_sentences(
    _("This is deleted from this machine."), KEYS_STAY, _("The profile stays.")
)
SIGNED_OUT: Final = _("{profile} is signed out.")


def sign_out_lines(plan: LoginSignOutPlan, now: datetime) -> list[str]:
    """Return what a sign-out deletes, a line each."""
    lines = []
    if plan.has_file:
        words = ngettext(
            "the console sign-in of {who} with its keys, which {profiles} uses",
            "the console sign-in of {who} with its keys, which {profiles} use",
            len(plan.profiles),
        )
        lines.append(words.format(who=safe(plan.arn), profiles=", ".join(plan.profiles)))
    return lines + [role_deleted(role, now) for role in plan.roles]
