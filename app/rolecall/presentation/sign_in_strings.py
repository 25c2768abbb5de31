"""Texts of the sign-in: sessions, device code, and what follows a sign-in or sign-out."""

from __future__ import annotations

from typing import Final

from rolecall.presentation.translation import _

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
REGION_IS_FOUND: Final = _("Empty: Enter finds it. If you know it, type it: that is quicker.")
FINDING_REGION: Final = _(
    "Looking for the region of the Identity Center: {region}, {done} of {total}…"
)
FOUND_REGION: Final = _("The Identity Center was found in {region}.")
REGION_IS: Final = _("The region of this Identity Center is {region}. Enter writes it.")
TENANT_HINT: Final = _("optional: https://aa-example.account-access.eu-west-1.app.aws")
ROLES_OF_A_SESSION: Final = _(
    "An account access portal. It has no sign-in: its roles belong to a session."
)
WHICH_SESSION: Final = _("Which session has these roles? Space goes through the sessions.")
# Translators: in the place of the name of a session.
ANOTHER_SESSION: Final = _("a new session")
EDIT_TITLE: Final = _("Edit the session {name}")
DELETE_TITLE: Final = _("Delete the session {name}")
USERS_STAY: Final = _("These profiles lose their session and stop working: {names}.")
TOKEN_STAYS: Final = _(
    "You stay signed in to it, and cannot sign out once it is deleted. Before, {sign_out} on the screen Tokens signs out."
)
NOT_A_SECTION: Final = _("{name} is no sso-session of the file; its profiles name the start URL.")
ALL_IS_NO_SESSION: Final = _("These are all sessions. Go to one of them first.")
TRYING: Final = _("Trying to sign in, before anything is written…")
CANCELS: Final = _("Ctrl+C cancels")
PASTE_HINT: Final = _("paste the code here")
QR_HINT: Final = _("{show_qr} shows the link as a QR code for a phone.")
QR_TOO_BIG: Final = _("The QR code needs {columns}×{rows}; this terminal is smaller.")
TOKEN_FOUND: Final = _("Using the cached access token of {session}.")
SIGN_IN_AGAIN: Final = _(
    "AWS no longer accepts the access token. The list continues once you sign in again."
)
LINK_COPIED: Final = _("Link sent to the clipboard.")
CODE_COPIED: Final = _("Code sent to the clipboard.")
BROWSER_INSTEAD: Final = _("{copy_link} copies the link.")
APPROVED_DEMO: Final = _("Approved, as you would do on your phone.")
SIGNED_OUT_OF: Final = _("Signed out of {session}.")
RENEWED: Final = _("Renewed the access token of {session}. It expires at {end}.")
CANNOT_RENEW: Final = _("The access token of {session} cannot be renewed. {way_in} signs in.")
