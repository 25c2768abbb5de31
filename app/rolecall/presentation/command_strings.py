"""The names and help texts of the commands, the places where they work, and the help page."""

from __future__ import annotations

from typing import Final

from rolecall.presentation import credential_strings

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
HELP_TITLE: Final = "every key"
ID_IN_SETTINGS: Final = "{standing} · in the settings: {id}"
COMMANDS_TITLE: Final = "commands"
WHERE: Final = "Where"
KEYS: Final = "Keys"
COMMAND: Final = "Command"
KEYS_NOUN: Final = ("key", "keys")
COMMANDS_NOUN: Final = ("command", "commands")
