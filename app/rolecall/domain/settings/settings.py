"""The user's settings, their defaults, and what is wrong with a value.

The name of a setting is its key in settings.toml.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from rolecall.domain.production import ANY, PRODUCTION, words_of
from rolecall.domain.records import dataclass, field, fields, replace

if TYPE_CHECKING:
    from rolecall.domain.model import SsoSession
    from rolecall.domain.settings.action import Action

# What only checks a value is imported late: the prompt and the first paint do not need it.

# Those of Textual, by their names there.
_TEXTUAL_THEMES: Final = (
    *("nord", "gruvbox", "dracula", "tokyo-night"),
    *("catppuccin-mocha", "catppuccin-latte", "solarized-light"),
)
THEMES: Final = ("auto", "dark", "light", "terminal", *_TEXTUAL_THEMES)
JOBS: Final = 8
_MOST_JOBS: Final = 1000
LAST_PORT: Final = 65535
FULL: Final = "full"  # of `log`: commands with their arguments
ONLY_PRODUCTION: Final = "production"  # of `must_narrow`
OUTPUTS: Final = ("json", "yaml", "yaml-stream", "text", "table", "off")


class SignInMethod(StrEnum):
    """How a sign-in begins."""

    DEVICE_CODE = "device-code"
    PKCE = "pkce"
    ASK = "ask"
    ONLY_PKCE = "only-pkce"  # what `pkce` means in a team's file

    @property
    def is_browser(self) -> bool:
        """Whether the browser comes first."""
        return self in {SignInMethod.PKCE, SignInMethod.ONLY_PKCE}


class SettingProblem(StrEnum):
    """Why a setting is not used."""

    UNREADABLE = "unreadable"
    NOT_TOML = "not-toml"
    TEAM_UNREADABLE = "team-unreadable"
    TEAM_NOT_TOML = "team-not-toml"
    UNKNOWN = "unknown"
    NOT_UTF_8 = "not-utf-8"
    NOT_TEXT = "not-text"
    NOT_YES_OR_NO = "not-yes-or-no"
    NOT_HOURS = "not-hours"
    NOT_A_COMMAND = "not-a-command"
    JOBS = "jobs"
    PORT = "port"
    DURATION = "duration"
    SESSION_NAME = "session-name"
    NOT_A_TABLE = "not-a-table"
    NOT_KEYS = "not-keys"
    REGION = "region"
    PATTERN = "pattern"
    TEMPLATE = "template"
    CHOICE = "choice"
    MISSING = "missing"
    NOT_AN_ACTION = "not-an-action"
    ACTION_NAME = "action-name"
    NOT_ARGUMENTS = "not-arguments"
    PLACEHOLDER = "placeholder"
    PROGRAM = "program"
    UNKNOWN_COMMAND = "unknown-command"
    UNKNOWN_KEY = "unknown-key"
    KEY_TWICE = "key-twice"
    KEY_TAKEN = "key-taken"


@dataclass(frozen=True, slots=True)
class BadSetting:
    """An entry that was ignored, or the whole file. `name` is dotted (`keys.save`); `line` counts
    from 1.

    `detail` is the entry's value, the possible choices, the parser's message, or the reason why the
    file cannot be read. `path` is the file if it is rolecall's copy of the team's.
    """

    name: str
    problem: SettingProblem
    detail: str = ""
    line: int = 0
    path: str = ""

    @property
    def is_of_file(self) -> bool:
        """Whether nothing in the user's file is used, so that the settings are on the safe side."""
        return self.problem in {SettingProblem.UNREADABLE, SettingProblem.NOT_TOML}

    @property
    def hides_production(self) -> bool:
        """Whether it is unknown what is production, so that every profile counts as such: a whole
        file is wrong.
        """
        return not self.name


@dataclass(frozen=True, slots=True)
class Settings:
    """An empty `region` or `output` means the one that ~/.aws/config suggests.

    `regions` maps shell-style patterns on account names to regions; the first match wins. `shorten`
    maps a permission set, or a word of one, to its short form in names. `production` has words and
    globs, as `words_of` returns them: the user's or the default ones, and those of the team. With
    `must_narrow`, keys of production are handed out only with fewer rights; `presets` maps names to
    grants: see `domain.lending.grants`. `keys`
    maps command IDs to keys; an empty list removes the command's keys. `refresh_hours` is the age
    at which the inventory is listed again. An empty `language` is that of the environment; which
    languages there are is known above the domain.
    `role_session_name` and `role_duration` (seconds) are those of sessions of roles of account
    access manager; empty and 0 leave the choice to rolecall and to AWS. `log`: note what is handed
    out, or with FULL the arguments of commands, too. `notify_command` is a program with arguments,
    which gets the text of a warning as the last one. `sign_in_port` is where the answer of a
    browser is waited for; 0 is any port. `jobs` is how many programs of a command with
    many roles run at the same time. `launch_image`: begin with the first screen of the last start.
    `plain`: questions with numbers instead of the full screen.
    `actions` are commands with a key, by the names that the user gives them.
    """

    template: str = "{account|slug}-{short}"
    region: str = ""
    output: str = ""
    regions: Mapping[str, str] = field(default_factory=dict)
    shorten: Mapping[str, str] = field(default_factory=dict)
    production: str = PRODUCTION
    must_narrow: str = ""
    presets: Mapping[str, str] = field(default_factory=dict)
    theme: str = "auto"
    bell: bool = False
    notify_command: str = ""
    mouse: bool = False
    sign_in: SignInMethod = SignInMethod.DEVICE_CODE
    sign_in_port: int = 0
    language: str = ""
    refresh_hours: float = 24
    role_session_name: str = ""
    role_duration: int = 0
    log: bool | str = True
    jobs: int = JOBS
    launch_image: bool = True
    plain: bool = False
    keys: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    actions: Mapping[str, Action] = field(default_factory=dict)

    @property
    def refresh_age(self) -> timedelta:
        return timedelta(hours=self.refresh_hours)

    def way_in(self, session: SsoSession | None = None) -> SignInMethod:
        """Return how a sign-in begins: at the access portal of the session, or with console
        credentials.
        """
        uses_code = session is not None and session.uses_device_code
        if uses_code and self.sign_in is not SignInMethod.ONLY_PKCE:
            return SignInMethod.DEVICE_CODE
        return self.sign_in

    def region_of(self, account_name: str) -> str:
        """Return the region for profiles of an account; empty if no setting has one."""
        from rolecall.domain.naming.region_rule import RegionRule

        return RegionRule.of(self.regions, self.region).region_of(account_name)

    def with_all_production(self) -> Settings:
        """Return the settings for when it is unknown what is production: every profile counts as
        such, so that each use of one is asked about.
        """
        return replace(self, production=ANY)

    def on_safe_side(self) -> Settings:
        """Return the settings for when the user's cannot be read: it is unknown what is production,
        and nothing is noted in the log.
        """
        return replace(self.with_all_production(), log=False)


DEFAULTS: Final = Settings()
SAFE: Final = DEFAULTS.on_safe_side()
NAMES: Final = tuple(each.name for each in fields(Settings))
ACTIONS: Final = "actions"  # a table of tables
TABLES: Final = frozenset({"regions", "shorten", "presets", "keys", ACTIONS})
SHARED: Final = (  # those that a team may have
    *("template", "production", "sign_in", "must_narrow", "shorten", "regions", "presets"),
)


def check(name: str, value: object) -> SettingProblem | None:
    """Return what is wrong with a value of this setting, or of one entry of a table."""
    if has_other_bytes(value):
        return SettingProblem.NOT_UTF_8
    if name in _CHOICES:
        is_one = isinstance(value, bool | str) and value in _CHOICES[name]  # 1 == True
        return None if is_one else SettingProblem.CHOICE
    return _CHECKS[name](value) if name in _CHECKS else SettingProblem.UNKNOWN


def choices(name: str) -> tuple[str, ...]:
    """Return the choices of a setting as the file has them; empty if it has no fixed choices."""
    values = (each for each in _CHOICES.get(name, ()) if each != "")
    return tuple(str(each).lower() if isinstance(each, bool) else each for each in values)


def has_other_bytes(value: object) -> bool:
    """Return whether a value of the file has bytes that are not UTF-8.

    The reader has decoded them with `surrogateescape`. No other value has lone surrogates: TOML
    has no escapes for them.
    """
    if isinstance(value, str):
        return any("\ud800" <= letter <= "\udfff" for letter in value)
    if isinstance(value, dict):
        return any(has_other_bytes(each) for each in (*value, *value.values()))
    return isinstance(value, list) and any(map(has_other_bytes, value))


def checked(name: str, value: Any) -> Any:
    """Return a valid value as the type that Settings has."""
    if name == "sign_in":
        return SignInMethod(value)
    if name == "keys":
        return tuple(value) if isinstance(value, list) else (value,)
    if name == "production":
        return words_of(value)
    return value


def _text(value: object) -> SettingProblem | None:
    return None if isinstance(value, str) else SettingProblem.NOT_TEXT


def _template(value: object) -> SettingProblem | None:
    from rolecall.domain.naming import template

    if not isinstance(value, str):
        return SettingProblem.NOT_TEXT
    return SettingProblem.TEMPLATE if template.check(value) else None


def _command(value: object) -> SettingProblem | None:
    if not isinstance(value, str):
        return SettingProblem.NOT_TEXT
    import shlex  # late: the first paint does not need it

    try:
        shlex.split(value)
    except ValueError:
        return SettingProblem.NOT_A_COMMAND
    return None


def _yes_or_no(value: object) -> SettingProblem | None:
    return None if isinstance(value, bool) else SettingProblem.NOT_YES_OR_NO


def _hours(value: object) -> SettingProblem | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return SettingProblem.NOT_HOURS
    return None if 0 <= value <= 24 * 365 else SettingProblem.NOT_HOURS


def _session_name(value: object) -> SettingProblem | None:
    from rolecall.domain.access_role import is_session_name

    is_fine = isinstance(value, str) and (not value or is_session_name(value))
    return None if is_fine else SettingProblem.SESSION_NAME


def _duration(value: object) -> SettingProblem | None:
    from rolecall.domain.access_role import is_duration

    if isinstance(value, bool) or not isinstance(value, int):
        return SettingProblem.DURATION
    return None if value == 0 or is_duration(value) else SettingProblem.DURATION


def _port(value: object) -> SettingProblem | None:
    if isinstance(value, bool) or not isinstance(value, int):
        return SettingProblem.PORT
    return None if 0 <= value <= LAST_PORT else SettingProblem.PORT


def _jobs(value: object) -> SettingProblem | None:
    if isinstance(value, bool) or not isinstance(value, int):
        return SettingProblem.JOBS
    return None if 1 <= value <= _MOST_JOBS else SettingProblem.JOBS


def _keys(value: object) -> SettingProblem | None:
    keys = value if isinstance(value, list) else [value]
    if all(isinstance(key, str) and key for key in keys):
        return None
    return SettingProblem.NOT_KEYS


def _region(value: object) -> SettingProblem | None:
    from rolecall.domain.naming.names import is_region

    if not isinstance(value, str):
        return SettingProblem.NOT_TEXT
    return None if not value or is_region(value) else SettingProblem.REGION


def _pattern(value: object) -> SettingProblem | None:
    if not isinstance(value, str):
        return SettingProblem.NOT_TEXT
    return None if words_of(value) is not None else SettingProblem.PATTERN


_CHOICES: Final[Mapping[str, tuple[bool | str, ...]]] = {
    "theme": THEMES,
    "output": ("", *OUTPUTS),
    "sign_in": (SignInMethod.DEVICE_CODE, SignInMethod.PKCE, SignInMethod.ASK),
    "log": (True, False, FULL),
    "must_narrow": ("", ONLY_PRODUCTION),
}
_CHECKS: Final[Mapping[str, Callable[[object], SettingProblem | None]]] = {
    "template": _template,
    "region": _region,
    "regions": _region,
    "shorten": _text,
    "production": _pattern,
    "presets": _text,
    "bell": _yes_or_no,
    "notify_command": _command,
    "mouse": _yes_or_no,
    "refresh_hours": _hours,
    "language": _text,
    "role_session_name": _session_name,
    "role_duration": _duration,
    "jobs": _jobs,
    "sign_in_port": _port,
    "launch_image": _yes_or_no,
    "plain": _yes_or_no,
    "keys": _keys,
}
