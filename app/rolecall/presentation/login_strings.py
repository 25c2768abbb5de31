"""Texts of the sign-in with console credentials, as `aws login` does it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

from rolecall.domain.errors import RolecallError, SignInDenied
from rolecall.domain.text import safe
from rolecall.presentation.commands import with_keys
from rolecall.presentation.errors import explain
from rolecall.presentation.session_strings import role_deleted
from rolecall.presentation.translation import _, join_sentences, ngettext

if TYPE_CHECKING:
    from rolecall.services.login_sign_out import LoginSignOutPlan

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
STILL_USES: Final = _("{profile} still uses {old}.")
DENIED: Final = _("The sign-in was denied. `rolecall login` makes a new link.")
DENIED_HERE: Final = _("The sign-in was denied. {new_link} makes a new link.")
NOT_REPLACED: Final = _("{profile} still uses {old}. --yes replaces it without asking.")

# --- the screen

# Translators: `profile` is the name of a profile.
TITLE: Final = _("Console sign-in · {profile}")
PASTE_HINT: Final = _("paste the code here")
PREPARING: Final = _("Preparing the link…")
CHECKING: Final = _("Sending the code…")
NO_LINK: Final = _("There is no link now.")
RENEWED: Final = _("Renewed the keys of {profile}. They expire at {end}.")
SIGN_OUT_TITLE: Final = _("Sign out of {profile}")
KEYS_STAY: Final = _(
    "Programs that have read the keys already can use them for 15 minutes at most."
)
SIGN_OUT_INTRO: Final = join_sentences(
    _("This is deleted from this machine."), KEYS_STAY, _("The profile stays.")
)
SIGNED_OUT: Final = _("{profile} is signed out.")


def failure(error: RolecallError) -> str:
    """Return why a sign-in has failed, on the screen where it began."""
    return with_keys(DENIED_HERE) if isinstance(error, SignInDenied) else explain(error)


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
