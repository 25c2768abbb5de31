"""The names and help texts of the commands, the places where they work, and the help page."""

from __future__ import annotations

from typing import Final

from rolecall.presentation import labels
from rolecall.presentation.paths import config_file
from rolecall.presentation.texts import credential_strings
from rolecall.presentation.translation import Counted, _, pgettext

# Command id → (name, help). Translators: names are shown at the foot of the screen; keep them short.
COMMAND_TEXTS: Final[dict[str, tuple[str, str]]] = {
    "open_permission_sets": (_("open"), _("show the permission sets of the account")),
    "save": (_("save"), _("save the permission set, or all marked ones, as profiles")),
    "save_account": (
        _("save"),
        _("save the permission sets of the account, or of all marked accounts"),
    ),
    "exec": (_("run"), _("run a command with the row, or with all marked rows")),
    "show_output": (_("output"), _("show all output of the row's program")),
    "run_again": (_("run again"), _("run the command again for the rows that did not succeed")),
    "stop_run": (_("stop"), _("stop the row's program, or do not start it")),
    "search": (_("search"), _("find the lines that contain what you type")),
    "next_match": (_("next"), _("go to the next line that matches the search")),
    "previous_match": (_("previous"), _("go to the previous line that matches the search")),
    "scroll_left": (_("left"), _("scroll long lines to the left")),
    "scroll_right": (_("right"), _("scroll long lines to the right")),
    "use": (_("use"), _("leave rolecall with this profile; its name is printed to stdout")),
    "open_row": (_("go to row"), _("show the account and permission set of the profile")),
    "verify": (_("verify"), _("ask AWS whether the profile works, or all marked ones")),
    "copy_command": (_("copy command"), _("copy a command that tests the profile")),
    "undo": (_("undo"), _("show rolecall's last change, and undo it")),
    "annotate": (_("edit"), _("give the account an alias, a note and groups")),
    "edit": (
        _("edit"),
        _("change the name, region or output of the profile, or of all marked ones"),
    ),
    "edit_section": (_("editor"), _("open the section of the profile in your editor")),
    "delete": (_("delete"), _("delete the profile, or all marked ones")),
    "duplicate": (_("duplicate"), _("copy the profile, or all marked ones, to another region")),
    "chain": (
        _("new role"),
        _("add a profile that assumes a role through this one (role chaining)"),
    ),
    "details": (_("show/hide details"), _("show or hide the details of the row")),
    "pane": (_("details"), _("go into the details of the row, to scroll and copy")),
    "menu": (_("more"), _("show all commands of the row")),
    "copy_line": (_("copy line"), _("copy the line under the cursor")),
    "next_tab": (_("next tab"), _("show the next tab of the details")),
    "previous_tab": (_("previous tab"), _("show the previous tab of the details")),
    "leave_pane": (_("back"), _("go back to the list")),
    "drift": (_("drift"), _("compare the profiles with what AWS lists")),
    "save_missing": (
        _("save missing"),
        _("name and save all permission sets without a profile"),
    ),
    "prune": (
        _("prune"),
        _("delete profiles whose permission set is not assigned to you: the marked ones, or all"),
    ),
    "go_to_profile": (_("go to profile"), _("show the profile in the list of all profiles")),
    "confirm": (_("confirm"), _("make the change that is shown")),
    "preview": (_("write…"), _("show the changes in ~/.aws/config before they are written")),
    "take_name": (_("take name"), _("give the row the repaired name; edit a row without one")),
    "edit_row": (_("edit row"), _("give the row its own name, region or output")),
    "fix_names": (_("repair names"), _("repair every name that is bad or collides")),
    "next_problem": (_("next problem"), _("go to the next row that cannot be written")),
    "next_preset": (
        _("preset"),
        _("use the next template: rolecall's, the AWS CLI's, or another tool's"),
    ),
    # Translators: a switch between two ways of writing a profile that exists already.
    "update_or_add": (
        _("update or add"),
        _("update the profiles that exist, or add new ones next to them"),
    ),
    "close_saved": (_("done"), _("go back to the permission sets")),
    "renew": (_("renew"), _("renew the access token now")),
    "sign_in": (_("sign in"), _("sign in to the row's session, even if its token is still valid")),
    "sign_out": (_("sign out"), _("sign out of the row's session only")),
    "choose_session": (_("open"), _("show the accounts of the session; sign in if necessary")),
    "new_session": (_("new session"), _("add the start URL of another access portal")),
    "edit_session": (_("edit"), _("change the start URL or the region of the session")),
    "delete_session": (_("delete"), _("delete the session from ~/.aws/config")),
    "copy_link": (_("copy link"), _("copy the link")),
    "copy_code": (_("copy code"), _("copy the code")),
    "open_browser": (_("browser"), _("open the link in the browser of this machine")),
    "show_qr": (_("QR code"), _("show the link as a QR code, or hide it")),
    "find_region": (_("find region"), _("look for the Identity Center in the other regions")),
    "new_code": (_("new code"), _("start the sign-in again, with a new link or code")),
    "other_way": (
        _("other way"),
        _("sign in in a browser instead of with a code, or with a code"),
    ),
    "type_code": (
        _("paste"),
        _("go to the field for what the browser shows at the end; Enter there sends it"),
    ),
    "run_command": (_("run"), _("run the command")),
    "row_commands": (_("more"), _("show the commands of the row")),
    "choose": (_("choose"), _("choose the row")),
    "filter": (_("filter"), _("show only the rows that contain all typed words, in any column")),
    "mark": (_("mark"), _("mark or unmark the row, and go to the next")),
    "mark_all": (_("mark all"), _("mark all rows that match the filter")),
    "mark_none": (_("unmark all"), _("unmark all rows, also those that the filter hides")),
    "favourite": (
        _("favourite"),
        _("make the row a favourite, which comes first; press again to undo"),
    ),
    "group": (_("groups"), _("show the accounts in their groups, or without groups")),
    # Translators: hides the accounts of a group; only its heading stays.
    "fold": (_("fold"), _("fold the row's group")),
    "unfold": (_("unfold"), _("show the accounts of the group again")),
    "fold_all": (_("fold all"), _("fold all groups")),
    "unfold_all": (_("unfold all"), _("show the accounts of all groups again")),
    "changes": (_("changes"), _("show what AWS has added and removed since the previous listing")),
    "copy_id": (_("copy ID"), _("copy the ID of the account, or of all marked ones")),
    "copy_role": (_("copy role"), _("copy the role's ARN, with * for the suffix that AWS adds")),
    "refresh": (_("refresh row"), _("ask AWS about the row again")),
    "refresh_all": (_("refresh all"), _("ask AWS about all rows again, or read the file again")),
    "sort_next": (_("sort →"), _("sort by the next column")),
    "sort_previous": (_("sort ←"), _("sort by the previous column")),
    "sort_reverse": (_("reverse"), _("reverse the order")),
    "submit": (_("continue"), _("submit the form")),
    "page_down": (_("page down"), _("scroll the changes down by a page")),
    "page_up": (_("page up"), _("scroll the changes up by a page")),
    "next_field": (_("next field"), _("go to the next field; Shift+Tab goes to the previous one")),
    "cancel": (_("cancel"), _("cancel and go back")),
    "go_accounts": (_("Accounts"), _("the accounts that are assigned to you")),
    "go_permission_sets": (_("Permission sets"), _("every permission set of every account")),
    "go_profiles": (_("Profiles"), _("the profiles in ~/.aws/config")),
    "go_tokens": (_("Tokens"), _("everything that expires, with the time left")),
    "go_log": (_("Log"), _("what was handed out on this machine")),
    "sessions": (_("sessions"), _("choose another session, or all; sign in")),
    "back": (_("back"), _("clear the filter, or go back")),
    "help": (_("help"), _("show the keys of this screen and of all others")),
    "palette": (_("search"), _("find accounts, profiles, commands, settings and help")),
    "redraw": (_("redraw"), _("paint the screen again after another program has written on it")),
    "toggle_theme": (_("theme"), _("switch between dark, light and the terminal's own colours")),
    "settings": (
        _("settings"),
        _("template, region, output, production, theme, bell, mouse, sign-in, actions"),
    ),
    # Translators: what a team shares in a file.
    "team": (_("team"), _("show the team file: portals, naming, aliases and notes")),
    "runs": (_("runs"), _("show the last command that ran with many rows")),
    "doctor": (_("doctor"), _("show the problems of the AWS files and settings")),
    "lent": (_("lent"), _("show the programs that have a role of yours")),
    "answer": (_("answer"), _("show what the program of the row asks for, and decide")),
    "approve": (_("approve"), _("lend the program what it asks for")),
    "deny": (_("deny"), _("deny it, with your reason")),
    "narrow": (_("less"), _("approve fewer rights or minutes")),
    "mute": (_("mute"), _("show no more requests of this program")),
    "take_back": (_("take back"), _("hand out nothing more, and end the program of a lend")),
    "team_add": (_("add"), _("add the team file at another location")),
    "team_update": (_("update"), _("fetch the team file again")),
    "team_remove": (_("remove"), _("remove the team file; its sessions stay")),
    "suspend": (_("suspend"), _("suspend rolecall; fg resumes it")),
    "quit": (_("quit"), _("leave rolecall")),
    **credential_strings.CREDENTIAL_COMMANDS,
}
# Translators: the key that shows the accounts without the headings of their groups.
WITHOUT_GROUPS: Final = _("no groups")
# Translators: what keys do while the filter has the keyboard: "Enter to the list", "Esc clear".
TO_THE_LIST: Final = _("to the list")
CLEAR_FILTER: Final = _("clear")
# Translators: the tabs of the details of a row: what is known, its lines in ~/.aws/config, and what
# the log has about it. Short.
PAGES: Final = (_("Details"), _("Config"), _("Activity"))
# Translators: which rows of the details are shown, such as 1 to 14 of 22.
ROWS_SHOWN: Final = _("{first:,}–{last:,} of {count:,}")
# Translators: what Enter does with a row of the workbench that was changed.
KEEP: Final = _("keep")
# Translators: what a key does while what to search for is typed: "Enter to the output".
TO_THE_OUTPUT: Final = _("to the output")
# Translators: "↑ earlier filter".
EARLIER_FILTER: Final = _("earlier filter")
# Translators: what a key does on a row that could not be listed: "r try again".
TRY_AGAIN: Final = _("try again")
SIGN_IN: Final = _("sign in")
# Translators: "save 12": for the marked rows.
FOR_MARKED: Final = _("{name} {count:,}")
# Translators: in the demo, where a key takes the place of the user's other device.
APPROVE: Final = _("approve")
# Translators: "QR code is Q now.": a command whose key has changed.
MOVED: Final = _("“{name}” has another key now: {key}.")
WITHOUT_KEY: Final = _("“{name}” no longer has a key: {palette} finds it.")
# The letters that several commands have: each means the same on all screens.
LETTERS: Final = {
    "a": (_("all"), ("mark_all",)),
    "c": (_("credentials"), ("credentials",)),
    "d": (_("details"), ("details", "show_values")),
    "e": (_("edit"), ("annotate", "edit", "edit_session", "edit_row", "narrow")),
    "f": (_("favourite"), ("favourite",)),
    "m": (_("more"), ("menu",)),
    # Translators: what the key `n` does: a new session, a new code, a new role.
    "n": (_("new"), ("chain", "team_add", "new_session", "new_code")),
    "o": (_("open in the browser"), ("console", "open_browser")),
    "r": (_("again"), ("renew", "refresh", "run_again", "team_update")),
    "s": (_("save"), ("save", "save_account", "save_missing", "preview", "write_keys")),
    "t": (_("theme"), ("toggle_theme",)),
    "u": (_("use"), ("use",)),
    "v": (_("verify"), ("verify",)),
    # Translators: what the key `w` shows: what has changed.
    "w": (_("what differs"), ("drift", "changes")),
    "x": (
        _("remove or stop"),
        (
            *("delete", "prune", "sign_out", "team_remove", "delete_session", "stop_run"),
            *("take_back", "deny"),
        ),
    ),
    "y": (
        _("copy"),
        ("copy_command", "copy_credentials", "copy_link", "copy_id", "copy_line"),
    ),
    "z": (_("undo"), ("undo",)),
    "h": (_("left"), ("fold", "scroll_left", "previous_tab")),
    "l": (_("right"), ("unfold", "scroll_right", "next_tab")),
}
# Keys that widgets handle themselves: shown in the help and the documentation, never bound here.
MOVEMENT: Final = (
    ("j k ↑ ↓", _("one row")),
    ("g G Home End", _("the first row, the last row")),
    ("PgUp PgDn Ctrl+U Ctrl+D", _("a page, half a page")),
)
# Translators: the headings of the help page.
PLACES: Final = {
    "movement": _("Movement"),
    "everywhere": _("Everywhere"),
    "tables": _("Tables"),
    "marks": _("Marks"),
    "pane": PAGES[0],
    "accounts": _("Accounts"),
    "permission_sets": _("Permission sets"),
    "profiles": _("Profiles"),
    "tokens": _("Tokens"),
    "sessions": _("Sessions"),
    "credentials": _("Credentials"),
    "console": _("Console"),
    "sign_in": _("Sign-in"),
    "forms": _("Forms"),
    "saved": _("After saving"),
    "palette": _("Search"),
    "row_commands": _("Commands of the row"),
    "choices": _("Choices"),
    "help": _("Help"),
    "confirm": _("Confirmation"),
    "workbench": _("Workbench"),
    "verified": _("Verified"),
    "drift": _("Drift"),
    "team": _("Team"),
    "changes": _("Changes"),
    "runs": _("Run"),
    "output": pgettext("what a program has written", "Output"),
    "log": _("Log"),
    "doctor": _("Doctor"),
    # Translators: a place: the programs that have a role of the user.
    "lent": _("Lent"),
    "request": _("Request"),
    "watch": "rolecall watch",
}
# What the details explain if there is no row, by place.
_ABOUT: Final = {
    "lent": _(
        "`rolecall lend PROFILE -- COMMAND` gives a program a role for a while. Here is what runs, and what it has asked for."
    ),
    "sessions": _(
        "A session is an access portal: its start URL, its region, and a name in {path}. One sign-in is for all accounts of a session."
    ),
    "team": _(
        "A team file has what a team shares: access portals, how profiles are named, which roles are production, and aliases, notes and groups of accounts. Your own values are used instead of the team's."
    ),
}


def about(place: str) -> str:
    """Return what a place is, or ""."""
    if place in _ABOUT:
        return _ABOUT[place].format(path=config_file())
    _name, text = COMMAND_TEXTS.get(f"go_{place}", ("", ""))
    return text


# For less room: in the header of a narrow terminal.
PLACES_SHORT: Final = {**PLACES, "permission_sets": labels.PERMISSION_SETS_COUNT}
KEY_TABLE_HEAD: Final = _("| where | keys |")
ID_IN_SETTINGS: Final = _("in the settings: {id}")
SEARCH_HINT: Final = _("name or command")
SEARCH_STEP: Final = _("Search")
# Translators: what a row of the search is: short, faint, at the end of the row.
KINDS: Final = {
    "account": _("account"),
    "set": _("permission set"),
    "profile": _("profile"),
    "place": _("place"),
    "command": _("command"),
    "setting": _("setting"),
    "help": _("help"),
    "log": _("log"),
}
KEYS_OF: Final = _("the keys there")
# Translators: the key and the name of a command follow: "then o console".
ROW_FIRST: Final = _("Choose a row, then {key} {name}.")
MARKS_FIRST: Final = _("Mark rows with {mark}, then {key} {name}.")
UNMARK_FIRST: Final = _("Other rows are marked: {mark_none} unmarks them.")
# Translators: "continue works in Forms only.": the name of a key, and a kind of screen.
ONLY_THERE: Final = _("“{name}” works only there: {place}.")
NO_MORE: Final = _("This row has no other commands.")
WHERE: Final = _("Where")
KEYS: Final = _("Keys")
COMMAND: Final = _("Command")
NAME: Final = _("Name")
KEYS_NOUN: Final = Counted("{count:,} key", "{count:,} keys")
COMMANDS_NOUN: Final = Counted("{count:,} command", "{count:,} commands")
FOUND_NOUN: Final = Counted("{count:,} entry", "{count:,} entries")
