"""Texts of the sign-in: sessions, device code, and what follows a sign-in or sign-out."""

from __future__ import annotations

from typing import Final

SESSIONS_TITLE: Final = "Sessions"
SIGN_IN_TITLE: Final = "Sign in"
SESSIONS_INTRO: Final = "Sessions found in {path}"
SESSIONS_NONE: Final = "No session yet. {new_session} names the start URL of your access portal."
NEW_SESSION_TITLE: Final = "A new session"
START_URL_HINT: Final = "https://d-1234567890.awsapps.com/start"
SESSION_NAME: Final = "Session name"
CONNECTING: Final = "Asking {host} for a code…"
ENTER_CODE: Final = "Open this link on any device, check that it shows this code, and allow it:"
QR_HINT: Final = "{show_qr} shows the link as a QR code for a phone."
QR_TOO_BIG: Final = "The QR code needs {columns}×{rows}; this terminal is smaller."
NO_CODE: Final = "There is no code now: {new_code} asks for one."
WAITING: Final = "Waiting for your approval"
CODE_LEFT: Final = "the code holds for {left}"
CODE_EXPIRED: Final = (
    "The code has expired: nobody approved it in time. {new_code} asks for a new one."
)
DENIED: Final = "The sign-in was denied. {new_code} asks for a new code."
TROUBLE: Final = "The connection is lost; trying again by itself. {what}"
SIGNED_IN: Final = "Signed in to {session}. The access token holds until {end}."
TOKEN_FOUND: Final = "Using the token of {session} that was here already."
SIGN_IN_AGAIN: Final = "The access token has ended; once you are signed in again, the list goes on."
LINK_COPIED: Final = "Link sent to the clipboard."
CODE_COPIED: Final = "Code sent to the clipboard."
BROWSER_INSTEAD: Final = "{copy_link} copies the link."
APPROVED_DEMO: Final = "Approved, as you would on your phone."
SIGNED_OUT_OF: Final = "Signed out of {session}."
RENEWED: Final = "Renewed: {session} holds until {end}."
CANNOT_RENEW: Final = "{session} cannot be renewed without you: {way_in} signs in."
