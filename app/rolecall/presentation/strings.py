"""The words of the commands, and those that several screens share. What an area alone says is in a
module of its own beside this; a second language would be a second set of them.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

from rolecall.domain.time_left import Level, TimeLeft
from rolecall.presentation import credential_strings

if TYPE_CHECKING:
    from rolecall.domain.model import Profile
    from rolecall.services.inventory.service import Progress

NAME: Final = "rolecall"

# --- commands: id → (name, help) ---------------------------------------------------------------

COMMANDS: Final[dict[str, tuple[str, str]]] = {
    "open_permission_sets": ("open", "the permission sets of the account"),
    "save": ("save", "save the permission set, or all that are marked, as profiles"),
    "save_account": ("save", "save the account's permission sets, or all marked accounts'"),
    "use": ("use", "leave rolecall with this profile: its name goes to stdout"),
    "open_row": ("go to row", "the account and permission set that the profile points at"),
    "verify": ("verify", "ask AWS who this profile is, or each of the marked"),
    "copy_command": ("copy command", "copy the command that tries the profile out"),
    "undo": ("undo", "show what rolecall wrote last, and take it back"),
    "edit": ("edit", "another name, region or output, for one or for all that are marked"),
    "delete": ("delete", "delete the profile, or all that are marked"),
    "duplicate": ("duplicate", "the same once more in another region"),
    "chain": ("new role", "a role by way of this profile: role chaining"),
    "details": ("section", "show the section as it stands in the file, with its findings"),
    "drift": ("in step", "what the last listing says against the profiles there are"),
    "save_missing": (
        "save missing",
        "save the marked permission sets that have no profile, or all",
    ),
    "prune": ("prune", "delete the marked profiles that are dead, or all of them"),
    "go_to_profile": ("go to profile", "the row's profile among the others"),
    "confirm": ("do it", "do what is shown"),
    "preview": ("write…", "what will change in ~/.aws/config, before it does"),
    "edit_row": ("edit row", "give the row a name, region or output of its own"),
    "fix_names": ("tell apart", "add what tells names that collide apart"),
    "next_problem": ("next problem", "the next row that keeps the rest from being written"),
    "next_preset": ("preset", "the next template: ours, the AWS CLI's, other tools'"),
    "beside": ("beside", "keep the names of profiles that are there, or make new ones beside them"),
    "close_saved": ("done", "back to the permission sets"),
    "renew": ("renew", "renew the access token now"),
    "sign_in": ("sign in", "sign in to the session of the row, anew where a token holds"),
    "sign_out": ("sign out", "sign out of the row's session, and of no other"),
    "choose_session": ("open", "see what the session reaches; sign in where that takes it"),
    "new_session": ("new session", "name a start URL that is not in the list"),
    "copy_link": ("copy link", "copy the link"),
    "copy_code": ("copy code", "copy the code alone"),
    "open_browser": ("browser", "open the link here, where there is a browser"),
    "show_qr": ("QR code", "show the link as a QR code, and back"),
    "new_code": ("new code", "ask for a new code"),
    "browser_sign_in": ("PKCE", "sign in with the browser of this machine instead of a code"),
    "use_device_code": ("code", "sign in with a code, on any device, instead"),
    "start_again": ("start again", "register anew, and ask the browser again"),
    "approve_demo": ("approve", "approve the sign-in, in the demo only"),
    "run_command": ("run", "run the command"),
    "filter": ("filter", "show the rows that have all the words typed, in any column"),
    "mark": ("mark", "mark the row, or take its mark away, and go on to the next"),
    "mark_all": ("mark all", "mark every row that the filter shows"),
    "mark_none": ("mark none", "take every mark away, also those that the filter hides"),
    "favourite": ("favourite", "favourites stand first; again takes it back"),
    "changes": ("what changed", "what is new and what is gone since the listing before"),
    "copy_id": ("copy id", "copy the account's id, or those of all that are marked"),
    "copy_role": ("copy role", "copy the role's ARN, with * for the ending that AWS gives it"),
    "refresh": ("refresh row", "ask AWS again about the row"),
    "refresh_all": ("refresh all", "ask AWS, or read the file, again from the start"),
    "sort_next": ("sort →", "sort by the next column"),
    "sort_previous": ("sort ←", "sort by the column before"),
    "sort_reverse": ("reverse", "turn the order round"),
    "submit": ("continue", "take what the form says"),
    "page_down": ("page", "scroll the difference by a page; PgUp back"),
    "page_up": ("page up", "scroll the difference back by a page"),
    "next_field": ("next field", "the next field; Shift+Tab the one before"),
    "cancel": ("cancel", "give up and go back"),
    "go_accounts": ("Accounts", "the accounts you can reach"),
    "go_permission_sets": ("Permission sets", "every permission set of every account"),
    "go_profiles": ("Profiles", "the profiles in ~/.aws/config"),
    "go_tokens": ("Tokens", "everything that expires, and what is left of it"),
    "sessions": ("sessions", "see another session, or all; sign in"),
    "back": ("back", "clear the filter, then go back"),
    "help": ("keys", "every key"),
    "palette": ("commands", "find a command by its name"),
    "redraw": ("redraw", "paint the screen anew, where something else has written on it"),
    "toggle_theme": ("theme", "dark, light, or the terminal's own colours"),
    "settings": ("settings", "template, region, output, production, theme, bell, mouse, sign-in"),
    "suspend": ("suspend", "to the shell, where fg brings you back; not where the key is for undo"),
    "quit": ("quit", "leave rolecall"),
    **credential_strings.COMMANDS,
}

MOVEMENT: Final = (
    ("j k ↑ ↓", "one row"),
    ("g G Home End", "the first row, the last row"),
    ("PgUp PgDn Ctrl+U Ctrl+D", "a page, half a page"),
)

PLACES: Final = {
    "movement": "Moving",
    "everywhere": "Everywhere",
    "tables": "Tables",
    "marks": "Marking",
    "accounts": "Accounts",
    "permission_sets": "Permission sets",
    "profiles": "Profiles",
    "tokens": "Tokens",
    "sessions": "Sessions",
    "credentials": "Credentials",
    "console": "Console",
    "device_code": "Sign-in",
    "browser_sign_in": "In the browser",
    "forms": "Forms",
    "saved": "After saving",
    "palette": "Commands",
    "confirm": "Before it is done",
    "workbench": "Workbench",
    "verified": "Verified",
    "drift": "In step",
    "changes": "What changed",
    "watch": "rolecall watch",
}
PLACES_SHORT: Final = {**PLACES, "permission_sets": "Sets"}
KEY_TABLE_HEAD: Final = "| where | keys |"

# --- the frame ---------------------------------------------------------------------------------

USUAL_CONFIG: Final = "~/.aws/config"
EMPTY_PATH: Final = "an empty path"  # where a variable names the file, and is empty
DEMO: Final = "DEMO"
PRODUCTION: Final = "PROD"
ABOUT: Final = " · "
DEMO_STANDING: Final = "A demo, on this machine alone: your own ~/.aws is neither read nor touched."
SIGNED_OUT: Final = "signed out"
LEVEL_SIGNS: Final = {
    Level.FINE: "●",
    Level.SOON: "◐",
    Level.URGENT: "◔",
    Level.GONE: "○",
    Level.UNTOLD: "?",
}
TOO_SMALL: Final = "rolecall needs {least}; this terminal is {columns}×{rows}."

# --- tables ------------------------------------------------------------------------------------

ACCOUNT: Final = "Account"
ACCOUNT_ID: Final = "Id"
EMAIL: Final = "E-mail"
PERMISSION_SETS: Final = "Permission sets"
PERMISSION_SETS_COUNT: Final = "Sets"
PERMISSION_SET: Final = "Permission set"
PROFILE: Final = "Profile"
PROFILES: Final = "Profiles"
SESSION: Final = "Session"
REGION: Final = "Region"
OUTPUT: Final = "Output"
KIND: Final = "Kind"
WHAT: Final = "What"
NAME_COLUMN: Final = "Name"
LEFT: Final = "Left"
ENDS: Final = "Ends"
START_URL: Final = "Start URL"

SCATTERED: Final = "as scattered letters"
ROWS_NOUN: Final = ("row", "rows")
ACCOUNTS_NOUN: Final = ("account", "accounts")
PERMISSION_SETS_NOUN: Final = ("permission set", "permission sets")
PROFILES_NOUN: Final = ("profile", "profiles")
CLOCKS_NOUN: Final = ("clock", "clocks")

FILTER: Final = "filter: words, an id, an e-mail"
MARKED: Final = "{count:,} marked"
NOT_LISTED_YET: Final = "…"
FAILED_ROW: Final = "! {problem}"
FAILED: Final = "{failed} failed: {refresh} on the row tries again"
FAVOURITE: Final = "★"
NEW: Final = "+"
GONE: Final = "−"
CHANGES_NOUN: Final = ("change", "changes")
CHANGES_NONE: Final = "Nothing has changed since the listing before. AWS shows a new permission set only after the next sign-in at the portal: {go_tokens}, then {sign_in}."
CHANGES_ONCE: Final = "There is nothing to compare yet: everything was listed once. AWS shows a new permission set only after the next sign-in at the portal."
CHANGES_SINCE: Final = "since {when} · AWS shows a new permission set only after the next sign-in"
CHANGE: Final = "Change"
CHANGE_NEW: Final = "new"
CHANGE_GONE: Final = "gone"
WHOLE_ACCOUNT: Final = "(the account)"
DEAD_PROFILES: Final = "dead: {names}"
WHY_FAILED: Final = "{refresh} tries again: {sentence}"
NOTHING_MATCHES: Final = "Nothing matches “{query}”. {back} clears the filter."
LOOKING: Final = "Looking for a token that still holds…"
LISTING: Final = "Asking the access portal for your accounts…"
LISTING_SETS: Final = "Asking the access portal for the permission sets of this account…"
NO_ACCOUNTS: Final = "No account is assigned to you in this Identity Center."
LISTED_AGAIN: Final = "Listed again."
NO_SETS: Final = "No permission set is assigned to you here."
SIGN_IN_FIRST: Final = "Signed out. {sessions} signs in."
NO_PROFILES: Final = "No profile yet in {path}: {go_permission_sets}, then {save}, saves the first."

PROFILE_KINDS: Final = {
    "sso": "SSO",
    "sso-legacy": "SSO old",
    "role": "role",
    "static": "keys",
    "process": "process",
    "web-identity": "web id",
    "login": "login",
    "plain": "plain",
}
ROLE_VIA: Final = "{role} via {source}"


def what_a_profile_is(profile: Profile) -> str:
    """In brackets behind a name that is taken: `123456789012 AWSReadOnlyAccess`."""
    if profile.account_id and profile.permission_set:
        return f"{profile.account_id} {profile.permission_set}"
    return PROFILE_KINDS[profile.kind.value]


def position(shown: int, total: int, one: str, many: str) -> str:
    """`41 accounts`, or `3 of 41 accounts` under a filter."""
    noun = one if total == 1 else many
    return f"{total:,} {noun}" if shown == total else f"{shown:,} of {total:,} {noun}"


def progress(now: Progress) -> str:
    """`412/665 accounts · 3 waiting on AWS's rate limit · about 20 s`."""
    parts = [f"{now.listed:,}/{now.total:,}{'' if now.complete else '+'} accounts"]
    if now.waiting:
        parts.append(f"{now.waiting} waiting on AWS's rate limit")
    if now.failed:
        parts.append(f"{now.failed} failed")
    if now.seconds_left is not None:
        parts.append(about(now.seconds_left))
    return " · ".join(parts)


def about(seconds: float) -> str:
    """Rounded so that it stands still: `about 5 s`, `about 40 s`, `about 3 min`."""
    if seconds < 90:
        step = 5 if seconds < 30 else 10
        return f"about {max(step, round(seconds / step) * step)} s"
    return f"about {round(seconds / 60)} min"


def seen(age: TimeLeft) -> str:
    """How old what stands here is."""
    return f"seen {_ago(age)}"


# --- time --------------------------------------------------------------------------------------


def left(remaining: TimeLeft) -> str:
    """What is left, in words that stay still: `7 h 12 min`, `12 min`, `4:59`, `ended 3 min ago`."""
    if remaining.level is Level.GONE:
        return f"ended {_ago(remaining)}"
    if remaining.level is Level.URGENT:
        return f"{remaining.seconds // 60}:{remaining.seconds % 60:02d}"
    if remaining.days >= 2:
        return f"{remaining.days} days"
    if remaining.hours:
        return f"{remaining.hours} h {remaining.minutes % 60} min"
    return f"{remaining.minutes} min"


def _ago(age: TimeLeft) -> str:
    if age.days >= 2:
        return f"{age.days} days ago"
    if age.hours:
        return f"{age.hours} h ago"
    return f"{age.minutes} min ago" if age.minutes else "just now"


def moment(when: datetime, now: datetime) -> str:
    """A moment in local time: `21:49` today, `25 Nov 00:28` this year, else the date alone."""
    here, today = when.astimezone(), now.astimezone()
    if here.date() == today.date():
        return f"{here:%H:%M}"
    return f"{here:%d %b %H:%M}" if here.year == today.year else f"{here:%d %b %Y}"


# --- sign-in -----------------------------------------------------------------------------------

SESSIONS_TITLE: Final = "Sessions"
SIGN_IN_TITLE: Final = "Sign in"
SESSIONS_INTRO: Final = "Sessions found in {path}"
SESSIONS_NONE: Final = "No session yet. {new_session} names the start URL of your access portal."
NEW_SESSION_TITLE: Final = "A new session"
START_URL_HINT: Final = "https://d-1234567890.awsapps.com/start"
SESSION_NAME: Final = "Session name"
WILL_CHANGE: Final = "This will change in {path}:"
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
COMMAND_COPIED: Final = "Sent to the clipboard: {command}"
BROWSER_INSTEAD: Final = "{copy_link} copies the link."
APPROVED_DEMO: Final = "Approved, as you would on your phone."

# --- saving ------------------------------------------------------------------------------------

SAVE_OF: Final = "Save as a profile · {account} {account_id} · {permission_set}"
SAVED_LINE: Final = "{name} is in {path}."
SAVE_ALREADY: Final = "{path} says so already: there is nothing to write."
TRY_IT: Final = "Try it:"
TRY_COMMAND: Final = "aws sts get-caller-identity --profile {name}"
VERIFYING: Final = "Asking AWS who {name} is…"
IT_WORKS: Final = "It works. AWS says that you are"
USE_NEEDS_PROFILE: Final = "There is no profile for this permission set yet: {save} saves one."
NO_ROW: Final = "There is no row here."
NOT_SSO: Final = "{name} does not point at a permission set."
NO_SUCH_ROW: Final = "{account} {permission_set} is not among what this session lists."
NAME_FREE: Final = "free"
NAME_UPDATES: Final = "updates the profile that is there: same account and permission set"
NAME_TAKEN: Final = "taken by another profile ({what}); choose another name"
NAME_IN_CREDENTIALS: Final = "stands in {path} too: some SDKs would use those keys instead"
NAME_PROBLEMS: Final = {
    "empty": "Give the profile a name.",
    "spaces": "No spaces: no spelling of a name with a space is read by every client.",
    "characters": "Use letters, digits and . _ - + @ % / : only; some SDKs do not see other characters.",
    "too-long": "That is too long; 64 characters are enough.",
    "leading-dash": "A name does not begin with a dash: a command line takes it for an option.",
    "reserved": "The SDK for JavaScript reads nothing at all in a file with that name.",
}
MORE_BELOW: Final = "… {count:,} more lines: PgDn"
FIELD_MISSING: Final = "{field} is missing."
REGION_UNKNOWN: Final = "No such region is known here; it is saved as typed."
REGION_INVALID: Final = "A region looks like eu-west-1."
OUTPUT_INVALID: Final = "One of json, yaml, yaml-stream, text, table, off."

UNDO_TITLE: Final = "Take back: {what}"
UNDO_INTRO: Final = "Written at {when}. This will change in {path}:"
UNDO_NOTHING: Final = "rolecall has written nothing here that could be taken back."
UNDONE: Final = "Taken back: {what}."
FINDINGS: Final = "line {line}: {sentence}"

SIGNED_OUT_OF: Final = "Signed out of {session}."
RENEWED: Final = "Renewed: {session} holds until {end}."
CANNOT_RENEW: Final = "{session} cannot be renewed without you: {way_in} signs in."

# --- help, palette -----------------------------------------------------------------------------

HELP_TITLE: Final = "every key"
ID_IN_SETTINGS: Final = "{standing} · in the settings: {id}"
COMMANDS_TITLE: Final = "commands"
WHERE: Final = "Where"
KEYS: Final = "Keys"
COMMAND: Final = "Command"
KEYS_NOUN: Final = ("key", "keys")
COMMANDS_NOUN: Final = ("command", "commands")
THEME_NOW: Final = "Colours: {theme}."
THEMES: Final = {
    "rolecall-dark": "dark",
    "rolecall-light": "light",
    "rolecall-terminal": "the terminal's own",
}

# --- the command line --------------------------------------------------------------------------

DEMO_AND_COMMAND: Final = "--demo opens the full screen, and no command goes with it. A demo that commands can be tried on: python -m rolecall.demo --help"
UNFIT: Final = {
    "no-terminal": "rolecall: needs a terminal: stdin and stderr must be one. Try: ssh -t HOST rolecall",
    "dumb": "rolecall: the terminal says it is “{term}”, which cannot show a full screen. Set TERM, for example TERM=xterm-256color.",
    "too-small": "rolecall: the terminal is {columns}×{rows}; at least {least} is needed. Make it larger and start again.",
}
OUTPUT_LOST: Final = "rolecall: standard output could not be written ({reason}). Where it goes is full or gone; make room, or send it elsewhere."
CRASHED: Final = "rolecall: something went wrong that should not have ({what}). Nothing was half-written. A report without secrets is in {path}"
CRASHED_NO_REPORT: Final = (
    "rolecall: something went wrong that should not have ({what}). Nothing was half-written."
)
