"""Every command, declared once: bindings, footer, palette, help page and the README's key table
all come from here.

A command named `save` is the method `do_save` of the screen it works on, or of the app.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Final

from rolecall.ui import strings


class Place(Enum):
    """Where a command works: a screen, or a group of screens."""

    EVERYWHERE = "everywhere"
    TABLES = "tables"
    MARKS = "marks"
    ACCOUNTS = "accounts"
    PERMISSION_SETS = "permission_sets"
    PROFILES = "profiles"
    TOKENS = "tokens"
    SESSIONS = "sessions"
    CREDENTIALS = "credentials"
    CONSOLE = "console"
    DEVICE_CODE = "device_code"
    BROWSER_SIGN_IN = "browser_sign_in"
    FORMS = "forms"
    SAVED = "saved"
    HELP = "help"
    PALETTE = "palette"
    CONFIRM = "confirm"
    WORKBENCH = "workbench"
    CHANGES = "changes"
    WATCH = "watch"
    VERIFIED = "verified"
    IN_STEP = "in_step"


CHANGED: Final[dict[str, tuple[str, ...]]] = {}  # keys that the user has set, by command


@dataclass(frozen=True, slots=True)
class Command:
    """`usual` are the keys that it has unless the user has set others. `footer` is its rank among
    the keys at the foot of the screen, 0 for none.
    """

    id: str
    usual: tuple[str, ...]
    places: tuple[Place, ...]
    footer: int = 0

    @property
    def keys(self) -> tuple[str, ...]:
        return CHANGED.get(self.id, self.usual)

    @property
    def name(self) -> str:
        return strings.COMMANDS[self.id][0]

    @property
    def help(self) -> str:
        return strings.COMMANDS[self.id][1]

    @property
    def shown_keys(self) -> str:
        return " ".join(show_key(key) for key in self.keys)


_SHOWN: Final = {
    "slash": "/",
    "question_mark": "?",
    "colon": ":",
    "comma": ",",
    "enter": "Enter",
    "escape": "Esc",
    "less_than_sign": "<",
    "greater_than_sign": ">",
    "pageup": "PgUp",
    "pagedown": "PgDn",
    "up": "↑",
    "down": "↓",
    "tab": "Tab",
    "space": "Space",
    "shift+tab": "Shift+Tab",
}


def show_key(key: str) -> str:
    """A key as it stands on a keyboard: `ctrl+p` → `Ctrl+P`, `slash` → `/`."""
    if key in _SHOWN:
        return _SHOWN[key]
    if key.startswith("ctrl+"):
        return f"Ctrl+{key[5:].upper()}"
    if key[0] == "f" and key[1:].isdigit():
        return key.upper()
    try:
        return unicodedata.lookup(key.replace("_", " ")) if "_" in key else key
    except KeyError:
        return key


def key_of(command_id: str) -> str:
    """As it stands on a keyboard; of a command without a key, how it is found among the others."""
    command, others = BY_ID[command_id], BY_ID["palette"]
    if command.keys or not others.keys:
        return show_key((command.keys or command.usual)[0])
    return f"{show_key(others.keys[0])} {command.name}"


class _Keys(dict[str, object]):
    def __missing__(self, command_id: str) -> str:
        return key_of(command_id)


def with_keys(sentence: str, /, **facts: object) -> str:
    """The sentence with the facts in it, and for the ids of commands the keys in force."""
    return sentence.format_map(_Keys(facts))


_E, _T, _M = (Place.EVERYWHERE,), (Place.TABLES,), (Place.MARKS,)
_A, _P, _R, _K = Place.ACCOUNTS, Place.PERMISSION_SETS, Place.PROFILES, Place.TOKENS
_S, _D, _F, _V = Place.SESSIONS, Place.DEVICE_CODE, Place.FORMS, Place.SAVED
_C, _W = Place.CONFIRM, Place.WORKBENCH
_Q, _L = Place.CREDENTIALS, Place.CONSOLE

COMMANDS: Final[tuple[Command, ...]] = (
    Command("open_permission_sets", ("enter",), (_A,), footer=1),
    Command("save", ("s", "enter"), (_P,), footer=1),
    Command("save_account", ("s",), (_A,), footer=2),
    Command("use", ("u",), (_P, _R, _V), footer=2),
    Command("edit", ("e",), (_R,), footer=3),
    Command("delete", ("x",), (_R,), footer=4),
    Command("duplicate", ("D",), (_R,)),
    Command("chain", ("n",), (_R,)),
    Command("details", ("d",), (_R,), footer=5),
    Command("in_step", ("w",), (_R,)),
    Command("save_missing", ("s",), (Place.IN_STEP,), footer=1),
    Command("prune", ("x",), (Place.IN_STEP,), footer=2),
    Command("go_to_profile", ("enter",), (Place.IN_STEP,), footer=3),
    Command("open_row", ("enter",), (_R,), footer=5),
    Command("verify", ("v",), (_R, _V, Place.VERIFIED), footer=1),
    Command("copy_command", ("y",), (_R, _V), footer=4),
    Command("undo", ("ctrl+z", "z"), (_R, Place.IN_STEP)),
    Command("preview", ("s",), (_W,), footer=1),
    Command("edit_row", ("enter",), (_W,), footer=2),
    Command("fix_names", ("F",), (_W,), footer=3),
    Command("next_problem", ("n",), (_W,), footer=4),
    Command("next_preset", ("ctrl+n", "p"), (_W,), footer=4),
    Command("beside", ("b",), (_W,)),
    Command("confirm", ("enter",), (_C,), footer=1),
    Command("close_saved", ("enter", "escape"), (_V,), footer=5),
    Command("credentials", ("c",), (_P, _R), footer=5),
    Command("console", ("o",), (_P, _R), footer=6),
    Command("cloudshell", ("O",), (_P, _R, _L), footer=11),
    Command("show_values", ("v",), (_Q,), footer=1),
    Command("copy_bash", ("y", "b"), (_Q,), footer=2),
    Command("write_keys", ("w",), (_Q,), footer=3),
    Command("copy_fish", ("f",), (_Q,)),
    Command("copy_powershell", ("p",), (_Q,)),
    Command("copy_cmd", ("m",), (_Q,)),
    Command("copy_nu", ("n",), (_Q,)),
    Command("copy_tcsh", ("T",), (_Q,)),
    Command("copy_dotenv", ("e",), (_Q,)),
    Command("copy_json", ("j",), (_Q,)),
    Command("copy_ini", ("i",), (_Q,)),
    Command("copy_key_id", ("k",), (_Q,)),
    Command("copy_secret", ("s",), (_Q,)),
    Command("copy_session_token", ("o",), (_Q,)),
    Command("renew", ("r",), (_K, Place.WATCH), footer=1),
    Command("sign_in", ("enter",), (_K,), footer=2),
    Command("sign_out", ("x",), (_K,), footer=3),
    Command("choose_session", ("enter",), (_S,), footer=1),
    Command("new_session", ("n",), (_S,), footer=2),
    Command("copy_link", ("y",), (_D, _L, Place.BROWSER_SIGN_IN), footer=2),
    Command("copy_code", ("Y",), (_D,), footer=3),
    Command("open_browser", ("o",), (_D, _L, Place.BROWSER_SIGN_IN), footer=4),
    Command("show_qr", ("k",), (_D, _L), footer=5),
    Command("new_code", ("n",), (_D,), footer=6),
    Command("browser_sign_in", ("p",), (_D,)),
    Command("use_device_code", ("p",), (Place.BROWSER_SIGN_IN,), footer=4),
    Command("start_again", ("n",), (Place.BROWSER_SIGN_IN,), footer=5),
    Command("approve_demo", ("a",), (_D,), footer=1),
    Command("run_command", ("enter",), (Place.PALETTE,), footer=1),
    Command("filter", ("slash",), _T, footer=5),
    Command("favourite", ("f",), (_A, _P), footer=6),
    Command("refresh", ("r",), (_A, _P), footer=11),
    Command("refresh_all", ("R",), (_A, _P, _R, Place.IN_STEP)),
    Command("changes", ("w",), (_A, _P)),
    Command("mark", ("space",), _M),
    Command("mark_all", ("a",), _M),
    Command("mark_none", ("A",), _M),
    Command("sort_next", ("greater_than_sign",), _T),
    Command("sort_previous", ("less_than_sign",), _T),
    Command("sort_reverse", ("i",), _T),
    Command("submit", ("enter",), (_F,), footer=1),
    Command("next_field", ("tab",), (_F, _W), footer=2),
    Command("page_down", ("pagedown",), (_F, _C)),
    Command("page_up", ("pageup",), (_F, _C)),
    Command("cancel", ("escape",), (_F, _D, _C, Place.BROWSER_SIGN_IN), footer=8),
    Command("go_accounts", ("1",), _E),
    Command("go_permission_sets", ("2",), _E),
    Command("go_profiles", ("3",), _E),
    Command("go_tokens", ("4",), _E),
    Command("sessions", ("S",), _E),
    Command("back", ("escape",), (*_T, _S, _Q, _L)),
    Command("help", ("question_mark",), _E, footer=9),
    Command("palette", ("colon", "ctrl+p"), _E),
    Command("toggle_theme", ("t",), (*_E, Place.WATCH)),
    Command("redraw", ("ctrl+l",), (*_E, Place.WATCH)),
    Command("settings", ("comma",), _E),
    Command("quit", ("q", "ctrl+c"), (*_E, Place.WATCH), footer=10),
)

MAIN: Final = (_A, _P, _R, _K)  # the four places, one key each
BY_ID: Final = {command.id: command for command in COMMANDS}

# What each screen is: the groups whose commands work on it, its own first.
GROUPS: Final[dict[Place, tuple[Place, ...]]] = {
    Place.ACCOUNTS: (Place.ACCOUNTS, Place.MARKS, Place.TABLES, Place.EVERYWHERE),
    Place.PERMISSION_SETS: (Place.PERMISSION_SETS, Place.MARKS, Place.TABLES, Place.EVERYWHERE),
    Place.PROFILES: (Place.PROFILES, Place.MARKS, Place.TABLES, Place.EVERYWHERE),
    Place.TOKENS: (Place.TOKENS, Place.TABLES, Place.EVERYWHERE),
    Place.SESSIONS: (Place.SESSIONS, Place.EVERYWHERE),
    Place.CREDENTIALS: (Place.CREDENTIALS, Place.EVERYWHERE),
    Place.CONSOLE: (Place.CONSOLE, Place.EVERYWHERE),
    Place.DEVICE_CODE: (Place.DEVICE_CODE, Place.EVERYWHERE),
    Place.BROWSER_SIGN_IN: (Place.BROWSER_SIGN_IN, Place.EVERYWHERE),
    Place.FORMS: (Place.FORMS,),
    Place.SAVED: (Place.SAVED, Place.EVERYWHERE),
    Place.HELP: (Place.TABLES, Place.EVERYWHERE),
    Place.CONFIRM: (Place.CONFIRM,),
    Place.WORKBENCH: (Place.WORKBENCH, Place.TABLES, Place.EVERYWHERE),
    Place.IN_STEP: (Place.IN_STEP, Place.MARKS, Place.TABLES, Place.EVERYWHERE),
    Place.VERIFIED: (Place.VERIFIED, Place.TABLES, Place.EVERYWHERE),
    Place.CHANGES: (Place.TABLES, Place.EVERYWHERE),
    Place.WATCH: (Place.WATCH, Place.TABLES),
    Place.PALETTE: (Place.PALETTE, Place.TABLES),
}

# Keys that move about a table.
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
_BACK: Final = 5  # its rank in the footer, where it leaves the screen
WITH_TABLES: Final = {Place.TABLES, Place.SESSIONS}


def commands_of(place: Place) -> list[Command]:
    """The commands that work on a screen, its own first, without any whose key is taken."""
    found: dict[str, Command] = {}
    taken: set[str] = set()
    for group in GROUPS[place]:
        for command in COMMANDS:
            if group in command.places and not taken.intersection(command.keys):
                found[command.id] = command
                taken.update(command.keys)
    return list(found.values())


def footer_of(place: Place, *, goes_back: bool = False) -> list[Command]:
    """What the foot of the screen shows, most wanted first; `goes_back`: the way back too."""
    ranks = {c.id: c.footer for c in commands_of(place) if c.keys}
    if goes_back and "back" in ranks:
        ranks["back"] = _BACK
    return sorted((BY_ID[name] for name, rank in ranks.items() if rank), key=lambda c: ranks[c.id])


# Keys that widgets handle themselves; told in the help and the README, never bound here.
MOVEMENT: Final[tuple[tuple[str, str], ...]] = strings.MOVEMENT


_KeyRow = tuple[str, str, str, Command | None]


def key_table() -> Iterator[tuple[str, list[_KeyRow]]]:
    """For each place its rows of (keys, name, help, command), as help page and README show them;
    the keys of a table are no command's.
    """
    yield strings.PLACES["movement"], [(keys, "", text, None) for keys, text in MOVEMENT]
    for place in Place:
        rows: list[_KeyRow] = [
            (command.shown_keys, command.name, command.help, command)
            for command in COMMANDS
            if place in command.places
        ]
        if rows:
            yield strings.PLACES[place.value], rows


def markdown_table() -> str:
    """The README's key table: a row a place."""
    lines = [strings.KEY_TABLE_HEAD, "|---|---|"]
    for place, rows in key_table():
        cells = [f"{_code(keys)} {name or text}" for keys, name, text, _ in rows]
        lines.append(f"| {place} | {' · '.join(cells)} |")
    return "\n".join(lines) + "\n"


def _code(keys: str) -> str:
    return " ".join(f"`{key}`" for key in keys.split(" "))
