"""Texts of signing in, in each way, and of what follows a sign-in or sign-out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from html import escape
from typing import TYPE_CHECKING, Final

from rolecall.domain.link import Link, LinkProblem
from rolecall.domain.sign_in.progress import Here
from rolecall.domain.text import safe
from rolecall.presentation.texts.errors.error_strings import BROWSER_PROBLEMS
from rolecall.presentation.texts.session_strings import role_deleted
from rolecall.presentation.translation import _, join_sentences, ngettext
from rolecall.terminal import browser
from rolecall.terminal.browser import OpenResult

if TYPE_CHECKING:
    from rolecall.services.tokens.login_sign_out import LoginSignOutPlan

SESSIONS_INTRO: Final = _("Sessions found in {path}")
SESSIONS_NONE: Final = _("No session yet. {new_session} adds the start URL of your access portal.")
NEW_SESSION_TITLE: Final = _("New session")
START_URL_HINT: Final = "https://d-1234567890.awsapps.com/start"
# Translators: the first screen of a new user, three lines of at most 76 characters.
WELCOME_TITLE: Final = _("Welcome to rolecall")
WELCOME: Final = "\n".join(
    (
        _("The access portal is the web page where you sign in to your AWS accounts."),
        _("Its address, the start URL, looks like https://d-1234567890.awsapps.com/start"),
        _("Find it in your invitation e-mail, or in IAM Identity Center under Settings."),
    )
)
WELCOME_STEP: Final = _("Welcome")
SESSION_NAME: Final = _("Session name")
REGION_NOT_THERE: Final = _("Region {region} does not exist. Did you mean {near}?")
REGION_IS_FOUND: Final = _("Leave empty to find it. If you know it, typing it is quicker.")
FINDING_REGION: Final = _(
    "Looking for the region of the Identity Center: {region}, {done} of {total}…"
)
REGION_IS: Final = _("The region of this Identity Center is {region}. Enter signs in there.")
REGION_MAY_BE: Final = _(
    "The Identity Center is in one of these regions: {regions}. Enter tries the one in the field."
)
TENANT_HINT: Final = _("optional: https://aa-example.account-access.eu-west-1.app.aws")
ROLES_OF_A_SESSION: Final = _(
    "An account access portal. It has no sign-in: its roles belong to a session."
)
WHICH_SESSION: Final = _("Which session gets these roles? Space shows the next session.")
# Translators: in the place of the name of a session.
ANOTHER_SESSION: Final = _("a new session")
EDIT_TITLE: Final = _("Edit the session {name}")
DELETE_TITLE: Final = _("Delete the session {name}")
USERS_STAY: Final = _("These profiles lose their session and stop working: {names}.")
TOKEN_STAYS: Final = _(
    "You stay signed in, and cannot sign out once the session is deleted. {sign_out} on the Tokens screen signs out first."
)
NOT_A_SECTION: Final = _(
    "{name} is not an sso-session in the file; its profiles name the start URL."
)
ALL_IS_NO_SESSION: Final = _("This row is for all sessions. Go to one of them first.")
TRYING: Final = _("Trying to sign in before anything is written…")
CANCELS: Final = _("Ctrl+C cancels")
QR_HINT: Final = _("{show_qr} shows the link as a QR code for a phone.")
QR_TOO_BIG: Final = _(
    "The QR code needs {columns}×{rows}; this terminal is {size}. Make it larger or its font smaller, or copy the link with {copy_link}."
)
TOKEN_FOUND: Final = _("Using the cached access token of {session}.")
SIGN_IN_AGAIN: Final = _(
    "AWS no longer accepts the access token. The list continues once you sign in again."
)
LINK_COPIED: Final = _("Link sent to the clipboard.")
CODE_COPIED: Final = _("Code sent to the clipboard.")
BROWSER_INSTEAD: Final = _("{copy_link} copies the link.")
APPROVED_DEMO: Final = _("Approved, as you would on your phone.")
SIGNED_OUT_OF: Final = _("Signed out of {session}.")
RENEWED: Final = _("Renewed the access token of {session}. It expires at {end}.")
CANNOT_RENEW: Final = _("The access token of {session} cannot be renewed. {way_in} signs in.")


_PAGE: Final = (
    '<!doctype html><html lang="en"><meta charset="utf-8"><title>rolecall</title>'
    "<h1>{title}</h1><p>{sentence}</p></html>"
)
_DONE: Final = (_("Back to your terminal"), _("rolecall has your answer. You can close this page."))
_NOT_OURS: Final = (
    _("Nothing to do here"),
    _("rolecall is waiting for another page. Go back to your terminal."),
)

UNSAFE_LINK: Final[Mapping[LinkProblem | None, str]] = {
    LinkProblem.NOT_A_LINK: _(
        "Careful: this is not a plain https link. rolecall does not open it."
    ),
    LinkProblem.OTHER_HOST: _(
        "Careful: this page is neither on AWS nor on your access portal. rolecall does not open it."
    ),
}
_OPENED: Final = _("Opened in the browser.")


def here(environ: Mapping[str, str], port: int = 0) -> Here:
    """Return what this machine has for a browser, and the pages that it shows at the end. `port` is
    the one to listen on, if the user has named one.
    """
    can_open = browser.opener(environ) is not None
    is_remote = not can_open or browser.is_elsewhere(environ)
    return Here(pages(), can_open, is_remote, port)


def open_link(environ: Mapping[str, str], link: Link, instead: str = "") -> str:
    """Open the link if there is a browser here. Return the result as a sentence; if nothing opened,
    also what to do `instead`.
    """
    if link.problem:
        return UNSAFE_LINK[link.problem]
    result = browser.open_link(environ, link)
    if result is OpenResult.OPENED:
        return _OPENED
    return join_sentences(BROWSER_PROBLEMS[result.value], instead)


def pages() -> tuple[str, str]:
    """Return the HTML pages that the browser shows: after the answer, and for any other address."""
    done, not_ours = (
        _PAGE.format(title=escape(title), sentence=escape(sentence))
        for title, sentence in (_DONE, _NOT_OURS)
    )
    return done, not_ours


# Translators: below "You signed in as …, but … is for …."
REPLACE: Final = _("Change the profile?")
# Translators: `who` is the ARN of a user or role.
ALREADY: Final = _(
    "{profile} is signed in as {who}. Its keys are valid until {end} and renew themselves."
)
STILL_USES: Final = _("{profile} still uses {old}.")
NOT_REPLACED: Final = _("{profile} still uses {old}. --yes replaces it without asking.")

KEYS_RENEWED: Final = _("Renewed the keys of {profile}. They expire at {end}.")
SIGN_OUT_TITLE: Final = _("Sign out of {profile}")
KEYS_STAY: Final = _(
    "Programs that have already read the keys can use them for at most 15 minutes."
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
