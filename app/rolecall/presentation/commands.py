"""The declaration of all commands. Bindings, footer, palette and the tables of keys are made from
it.

The command `save` is the method `do_save` of the screen where it works, or an entry of
`ui/app/wiring.py: APP_COMMANDS`.
"""

from __future__ import annotations

from enum import Enum
from typing import Final

from rolecall.domain.records import dataclass
from rolecall.presentation.filling import fill
from rolecall.presentation.key_names import show_key
from rolecall.presentation.texts import command_strings


class Place(Enum):
    """Where a command works: a screen, or a group of screens."""

    EVERYWHERE = "everywhere"
    TABLES = "tables"
    MARKS = "marks"
    PANE = "pane"
    ACCOUNTS = "accounts"
    PERMISSION_SETS = "permission_sets"
    PROFILES = "profiles"
    TOKENS = "tokens"
    SESSIONS = "sessions"
    CREDENTIALS = "credentials"
    CONSOLE = "console"
    SIGN_IN = "sign_in"
    FORMS = "forms"
    SAVED = "saved"
    HELP = "help"
    PALETTE = "palette"
    ROW_COMMANDS = "row_commands"
    CHOICES = "choices"
    CONFIRM = "confirm"
    WORKBENCH = "workbench"
    CHANGES = "changes"
    WATCH = "watch"
    VERIFIED = "verified"
    DRIFT = "drift"
    TEAM = "team"
    RUNS = "runs"
    OUTPUT = "output"
    LOG = "log"
    DOCTOR = "doctor"
    LENT = "lent"
    REQUEST = "request"


USER_KEYS: Final[dict[str, tuple[str, ...]]] = {}  # set by the user, by command id


@dataclass(frozen=True, slots=True)
class Command:
    """A command of the full screen.

    `default_keys` apply unless the user has set others. `footer` is its rank among the keys at the
    foot of the screen, 0 if it is not there. `for_marked`: it is for all marked rows at once.
    `texts` are the name and the help of an action of the settings.
    """

    id: str
    default_keys: tuple[str, ...]
    places: tuple[Place, ...]
    footer: int = 0
    for_marked: bool = False
    texts: tuple[str, str] | None = None

    @property
    def keys(self) -> tuple[str, ...]:
        """Its keys now: a key that came later gives way to the user's."""
        if self.texts is not None:
            return self.default_keys
        if self.id in USER_KEYS:
            return USER_KEYS[self.id]
        later = LATER.get(self.id, frozenset())
        return tuple(k for k in self.default_keys if k not in later or not _is_given(self, k))

    @property
    def name(self) -> str:
        return (self.texts or command_strings.COMMAND_TEXTS[self.id])[0]

    @property
    def help(self) -> str:
        return (self.texts or command_strings.COMMAND_TEXTS[self.id])[1]

    @property
    def shown_keys(self) -> str:
        return " ".join(show_key(key) for key in self.keys)


# Keys that commands got after users could give them to other commands and to actions.
LATER: Final[dict[str, frozenset[str]]] = {
    "menu": frozenset({"m"}),
    "go_log": frozenset({"5"}),
    "help": frozenset({"ctrl+g"}),
    "show_qr": frozenset({"Q"}),
    "next_problem": frozenset({"N"}),
    "update_or_add": frozenset({"U"}),
    "show_values": frozenset({"d"}),
    "write_keys": frozenset({"s"}),
    "find_region": frozenset({"slash"}),
    "next_match": frozenset({"greater_than_sign"}),
    "previous_match": frozenset({"less_than_sign"}),
}


def _is_given(command: Command, key: str) -> bool:
    """Return whether the user has given the key to something else on a screen of the command."""
    others = [BY_ID[each] for each, keys in USER_KEYS.items() if key in keys]
    others += [each for each in ACTIONS.values() if key in each.default_keys]
    screens = [set(groups) for groups in GROUPS.values() if set(groups) & set(command.places)]
    return any(screen.intersection(other.places) for other in others for screen in screens)


def key_of(command_id: str) -> str:
    """Return the key of a command, or how to find a command without a key in the palette."""
    command, others = BY_ID[command_id], BY_ID["palette"]
    if command.keys or not others.keys:
        return show_key((command.keys or command.default_keys)[0])
    return f"{show_key(others.keys[0])} {command.name}"


class _Keys(dict[str, object]):
    def __missing__(self, command_id: str) -> str:
        return key_of(command_id)


def with_keys(sentence: str, /, **facts: object) -> str:
    """Return the text with the facts filled in, and for ids of commands their current keys."""
    return fill(sentence, facts, _Keys)


_ROWS: Final = (Place.ACCOUNTS, Place.PERMISSION_SETS, Place.PROFILES)
_WITH_A_PANE: Final = (
    *(*_ROWS, Place.TOKENS, Place.DRIFT, Place.CHANGES, Place.SESSIONS),
    *(Place.VERIFIED, Place.RUNS, Place.TEAM, Place.LOG, Place.DOCTOR, Place.LENT),
)
_WITH_DETAILS: Final = (*_WITH_A_PANE, Place.WORKBENCH)

COMMANDS: Final[tuple[Command, ...]] = (
    Command("open_permission_sets", ("enter",), (Place.ACCOUNTS,), footer=1),
    Command("save", ("s", "enter"), (Place.PERMISSION_SETS,), footer=1, for_marked=True),
    Command("save_account", ("s",), (Place.ACCOUNTS,), footer=2, for_marked=True),
    Command("exec", ("exclamation_mark",), _ROWS, footer=8, for_marked=True),
    Command("use", ("u",), (Place.PERMISSION_SETS, Place.PROFILES, Place.SAVED), footer=2),
    Command("annotate", ("e",), (Place.ACCOUNTS,), footer=3),
    Command("edit", ("e",), (Place.PROFILES,), footer=3, for_marked=True),
    Command("edit_section", ("E",), (Place.PROFILES,)),
    Command("delete", ("x",), (Place.PROFILES,), footer=4, for_marked=True),
    Command("duplicate", (), (Place.PROFILES,), for_marked=True),
    Command("chain", ("n",), (Place.PROFILES,)),
    Command("details", ("d",), _WITH_DETAILS),
    Command("pane", ("tab",), _WITH_A_PANE, footer=7),
    Command("menu", ("m",), _WITH_DETAILS, footer=9),
    Command("copy_line", ("y",), (Place.PANE,), footer=1),
    Command("next_tab", ("right", "l"), (Place.PANE,), footer=2),
    Command("previous_tab", ("left", "h"), (Place.PANE,)),
    Command("leave_pane", ("tab", "escape"), (Place.PANE,)),
    Command("drift", ("w",), (Place.PROFILES,)),
    Command("save_missing", ("s",), (Place.DRIFT,), footer=1),
    Command("prune", ("x",), (Place.DRIFT,), footer=2, for_marked=True),
    Command("go_to_profile", ("enter",), (Place.DRIFT, Place.LOG, Place.DOCTOR), footer=3),
    Command("open_row", ("enter",), (Place.PROFILES,), footer=5),
    Command(
        "verify", ("v",), (Place.PROFILES, Place.SAVED, Place.VERIFIED), footer=1, for_marked=True
    ),
    Command("copy_command", ("y",), (Place.PROFILES, Place.SAVED), footer=4),
    Command("undo", ("z",), (*_ROWS, Place.SAVED, Place.DRIFT, Place.SESSIONS)),
    Command("preview", ("s",), (Place.WORKBENCH,), footer=1),
    Command("take_name", ("enter",), (Place.WORKBENCH,), footer=2),
    Command("edit_row", ("e",), (Place.WORKBENCH,), footer=3),
    Command("fix_names", ("F",), (Place.WORKBENCH,), footer=3),
    Command("next_problem", ("N",), (Place.WORKBENCH,), footer=4),
    Command("next_preset", ("ctrl+n",), (Place.WORKBENCH,), footer=4),
    Command("update_or_add", ("U",), (Place.WORKBENCH,)),
    Command("confirm", ("enter",), (Place.CONFIRM,), footer=1),
    Command("close_saved", ("enter", "escape"), (Place.SAVED,), footer=5),
    Command("credentials", ("c",), (Place.PERMISSION_SETS, Place.PROFILES, Place.SAVED), footer=5),
    Command("console", ("o",), (Place.PERMISSION_SETS, Place.PROFILES, Place.SAVED), footer=6),
    Command(
        "cloudshell", ("O",), (Place.PERMISSION_SETS, Place.PROFILES, Place.CONSOLE), footer=11
    ),
    Command("show_values", ("d",), (Place.CREDENTIALS,), footer=2),
    Command("copy_credentials", ("enter", "y"), (Place.CREDENTIALS,), footer=1),
    Command("write_keys", ("s",), (Place.CREDENTIALS,), footer=3),
    Command("renew", ("r",), (Place.TOKENS, Place.WATCH), footer=1),
    Command("sign_in", ("enter",), (Place.TOKENS,), footer=2),
    Command("sign_out", ("x",), (Place.TOKENS,), footer=3),
    Command("team_add", ("n",), (Place.TEAM,), footer=1),
    Command("team_update", ("r",), (Place.TEAM,), footer=2),
    Command("team_remove", ("x",), (Place.TEAM,), footer=3),
    Command("choose_session", ("enter",), (Place.SESSIONS,), footer=1),
    Command("new_session", ("n",), (Place.SESSIONS,), footer=2),
    Command("edit_session", ("e",), (Place.SESSIONS,), footer=3),
    Command("delete_session", ("x",), (Place.SESSIONS,), footer=4),
    Command("copy_link", ("y",), (Place.SIGN_IN, Place.CONSOLE), footer=2),
    Command("copy_code", ("Y",), (Place.SIGN_IN,), footer=3),
    Command("open_browser", ("o",), (Place.SIGN_IN, Place.CONSOLE), footer=4),
    Command("show_qr", ("Q",), (Place.SIGN_IN, Place.CONSOLE), footer=5),
    Command("new_code", ("n",), (Place.SIGN_IN,), footer=6),
    Command("other_way", ("p",), (Place.SIGN_IN,), footer=7),
    Command("find_region", ("slash",), (Place.SIGN_IN,), footer=1),
    Command("type_code", ("enter", "tab"), (Place.SIGN_IN,), footer=1),
    Command("show_output", ("enter",), (Place.RUNS,), footer=1),
    Command("run_again", ("r",), (Place.RUNS,), footer=2),
    Command("stop_run", ("x",), (Place.RUNS, Place.OUTPUT), footer=3),
    Command("answer", ("enter",), (Place.LENT,), footer=1),
    Command("take_back", ("x",), (Place.LENT,), footer=2),
    Command("approve", ("ctrl+y",), (Place.REQUEST,), footer=1),
    Command("deny", ("x",), (Place.REQUEST,), footer=2),
    Command("narrow", ("e",), (Place.REQUEST,), footer=3),
    Command("mute", ("M",), (Place.REQUEST,), footer=4),
    Command("search", ("slash",), (Place.OUTPUT,), footer=1),
    Command("next_match", ("greater_than_sign",), (Place.OUTPUT,), footer=2),
    Command("previous_match", ("less_than_sign",), (Place.OUTPUT,), footer=2),
    Command("scroll_left", ("left", "h"), (Place.OUTPUT,)),
    Command("scroll_right", ("right", "l"), (Place.OUTPUT,), footer=4),
    Command("run_command", ("enter",), (Place.PALETTE, Place.ROW_COMMANDS, Place.HELP), footer=1),
    Command("row_commands", ("right",), (Place.PALETTE,), footer=2),
    Command("choose", ("enter",), (Place.CHOICES,), footer=1),
    Command("filter", ("slash",), (Place.TABLES,), footer=5),
    Command("group", ("b",), (Place.ACCOUNTS,)),
    Command("fold", ("left", "h"), (Place.ACCOUNTS,)),
    Command("unfold", ("right", "l"), (Place.ACCOUNTS,)),
    Command("fold_all", ("minus",), (Place.ACCOUNTS,)),
    Command("unfold_all", ("equals_sign",), (Place.ACCOUNTS,)),
    Command("favourite", ("f",), (Place.ACCOUNTS, Place.PERMISSION_SETS), footer=6),
    Command("refresh", ("r",), (Place.ACCOUNTS, Place.PERMISSION_SETS), footer=11),
    Command("refresh_all", ("R",), (*_ROWS, Place.DRIFT, Place.LOG, Place.DOCTOR)),
    Command("changes", ("w",), (Place.ACCOUNTS, Place.PERMISSION_SETS)),
    Command("copy_id", ("y",), (Place.ACCOUNTS, Place.PERMISSION_SETS), footer=12, for_marked=True),
    Command("copy_role", (), (Place.PERMISSION_SETS,), for_marked=True),
    Command("mark", ("space",), (Place.MARKS,)),
    Command("mark_all", ("a",), (Place.MARKS,)),
    Command("mark_none", ("A",), (Place.MARKS,)),
    Command("sort_next", ("greater_than_sign",), (Place.TABLES,)),
    Command("sort_previous", ("less_than_sign",), (Place.TABLES,)),
    Command("sort_reverse", (), (Place.TABLES,)),
    Command("submit", ("enter",), (Place.FORMS,), footer=1),
    Command("next_field", ("tab",), (Place.FORMS, Place.WORKBENCH), footer=2),
    Command("page_down", ("pagedown",), (Place.FORMS, Place.CONFIRM, Place.REQUEST)),
    Command("page_up", ("pageup",), (Place.FORMS, Place.CONFIRM, Place.REQUEST)),
    Command(
        "cancel",
        ("escape",),
        (Place.FORMS, Place.SIGN_IN, Place.CONFIRM, Place.REQUEST),
        footer=8,
    ),
    Command("go_accounts", ("1",), (Place.EVERYWHERE,)),
    Command("go_permission_sets", ("2",), (Place.EVERYWHERE,)),
    Command("go_profiles", ("3",), (Place.EVERYWHERE,)),
    Command("go_tokens", ("4",), (Place.EVERYWHERE,)),
    Command("go_log", ("5",), (Place.EVERYWHERE,)),
    Command("sessions", ("S",), (Place.EVERYWHERE,)),
    Command("back", ("escape",), (Place.TABLES, Place.CONSOLE, Place.OUTPUT)),
    Command(
        "help",
        ("question_mark", "ctrl+g", "f1"),
        (
            *(Place.EVERYWHERE, Place.FORMS, Place.CONFIRM, Place.PALETTE, Place.REQUEST),
            *(Place.CHOICES, Place.ROW_COMMANDS),
        ),
        footer=9,
    ),
    Command("palette", ("colon", "ctrl+p"), (Place.EVERYWHERE,), footer=6),
    Command("toggle_theme", ("t",), (Place.EVERYWHERE, Place.WATCH)),
    Command("redraw", ("ctrl+l",), (Place.EVERYWHERE, Place.WATCH)),
    Command("settings", ("comma",), (Place.EVERYWHERE,)),
    Command("team", (), (Place.EVERYWHERE,)),
    Command("runs", (), (Place.EVERYWHERE,)),
    Command("doctor", (), (Place.EVERYWHERE,)),
    Command("lent", (), (Place.EVERYWHERE,)),
    Command(
        "suspend",
        ("ctrl+z",),
        (
            *(Place.EVERYWHERE, Place.FORMS, Place.CONFIRM, Place.PALETTE),
            *(Place.WATCH, Place.REQUEST),
        ),
    ),
    Command("quit", ("q", "ctrl+c"), (Place.EVERYWHERE, Place.WATCH), footer=10),
)

TYPING: Final = {Place.FORMS, Place.PALETTE}  # a field has the keyboard: letters are typed
# Old keys of commands that have other keys now, or only a place in the menu of the row and in `:`.
MOVED: Final[dict[Place, dict[str, str]]] = {
    Place.TABLES: {"i": "sort_reverse"},
    Place.PROFILES: {"D": "duplicate"},
    Place.PERMISSION_SETS: {"Y": "copy_role"},
    Place.OUTPUT: {"n": "next_match", "N": "previous_match"},
    Place.WORKBENCH: {"n": "next_problem", "b": "update_or_add", "p": "next_preset"},
    Place.SIGN_IN: {"a": "type_code", "f": "find_region", "k": "show_qr"},
    Place.CONSOLE: {"k": "show_qr"},
    Place.CREDENTIALS: {"v": "show_values", "w": "write_keys"},
}
LAST: Final = ("help", "quit")  # at the right end of the foot of every screen
ACTION_PLACES: Final = _ROWS
ACTIONS: Final[dict[str, Command]] = {}  # of the settings, by their ids, such as "actions.eks"
MAIN: Final = (*_ROWS, Place.TOKENS, Place.LOG)  # the main places, each with its own key
BY_ID: Final = {command.id: command for command in COMMANDS}

_ANYWHERE: Final = (Place.EVERYWHERE,)
_TABLE: Final = (Place.TABLES, *_ANYWHERE)
_MARKED: Final = (Place.MARKS, *_TABLE)
# The groups whose commands work on a screen, its own first.
GROUPS: Final[dict[Place, tuple[Place, ...]]] = {
    place: (place, *groups)
    for place, groups in {
        Place.ACCOUNTS: _MARKED,
        Place.PERMISSION_SETS: _MARKED,
        Place.PROFILES: _MARKED,
        Place.TOKENS: _TABLE,
        Place.SESSIONS: _TABLE,
        Place.CREDENTIALS: _TABLE,
        Place.PANE: (),
        Place.CONSOLE: _ANYWHERE,
        Place.SIGN_IN: _ANYWHERE,
        Place.FORMS: (),
        Place.SAVED: _ANYWHERE,
        Place.HELP: _TABLE,
        Place.CONFIRM: (),
        Place.WORKBENCH: _TABLE,
        Place.DRIFT: _MARKED,
        Place.TEAM: _TABLE,
        Place.VERIFIED: _TABLE,
        Place.CHANGES: _TABLE,
        Place.RUNS: _TABLE,
        Place.OUTPUT: _ANYWHERE,
        Place.WATCH: (Place.TABLES,),
        Place.PALETTE: (Place.TABLES,),
        Place.ROW_COMMANDS: (Place.TABLES,),
        Place.LOG: _TABLE,
        Place.DOCTOR: _TABLE,
        Place.LENT: _TABLE,
        Place.REQUEST: (),
        Place.CHOICES: (Place.TABLES,),
    }.items()
}

# The command that shows a place; any screen can run it.
WAYS: Final[dict[Place, str]] = {
    **{place: f"go_{place.value}" for place in MAIN},
    Place.SESSIONS: "sessions",
    Place.TEAM: "team",
    Place.RUNS: "runs",
    Place.DOCTOR: "doctor",
    Place.LENT: "lent",
    Place.DRIFT: "drift",
    Place.CHANGES: "changes",
}
# The command of a row, or of marked rows, that opens a screen.
OPENED_BY: Final[dict[Place, str]] = {
    Place.CREDENTIALS: "credentials",
    Place.CONSOLE: "console",
    Place.SIGN_IN: "sign_in",
    Place.SAVED: "save",
    Place.REQUEST: "answer",
    Place.OUTPUT: "show_output",
}
OPENED_BY_MARKED: Final = {Place.WORKBENCH: "save", Place.VERIFIED: "verify"}

# Keys that move the cursor of a table, or scroll an output.
MOVES: Final = {
    "move(1)": ("j", "down"),
    "move(-1)": ("k", "up"),
    "first": ("g", "home"),
    "last": ("G", "end"),
    "page(1)": ("pagedown",),
    "page(-1)": ("pageup",),
    "page(0.5)": ("ctrl+d",),
    "page(-0.5)": ("ctrl+u",),
}
MOVING: Final = {Place.TABLES, Place.OUTPUT}  # where they do
_BACK: Final = 5  # its rank in the footer if it leaves the screen


def commands_of(place: Place) -> list[Command]:
    """Return the commands that work on a screen, its own first.

    A command whose key is taken by an earlier one is left out.
    """
    found: dict[str, Command] = {}
    taken: set[str] = set()
    for group in GROUPS[place]:
        for command in (*COMMANDS, *ACTIONS.values()):
            if group in command.places and not taken.intersection(command.keys):
                found[command.id] = command
                taken.update(command.keys)
    return list(found.values())


def keys_at(place: Place, command: Command) -> tuple[str, ...]:
    """Return the keys of the command on a screen, without those that are typed into its fields."""
    if place not in TYPING:
        return command.keys
    return tuple(key for key in command.keys if len(show_key(key)) > 1)


def action_with(key: str, place: Place) -> Command | None:
    """Return the action of the settings that has the key on a screen."""
    return next((c for c in ACTIONS.values() if key in c.keys and place in c.places), None)


def footer_of(place: Place, *, goes_back: bool = False) -> list[Command]:
    """Return the commands at the foot of a screen, the most important first.

    With `goes_back` they include the way back.
    """
    ranks = {c.id: c.footer for c in commands_of(place) if c.keys}
    if goes_back and "back" in ranks:
        ranks["back"] = _BACK
    found = [command for command in commands_of(place) if ranks.get(command.id)]
    return sorted(found, key=lambda command: ranks[command.id])
