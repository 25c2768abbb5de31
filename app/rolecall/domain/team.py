"""What a team shares in a file: portals, naming, production names, regions and accounts.

The file has data only. Nothing in it runs, and no key names a server other than an access portal.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from rolecall.domain import start_url
from rolecall.domain.errors import StartUrlInvalid
from rolecall.domain.inventory.annotations import (
    Annotation,
    TomlMistake,
    TomlProblem,
    annotations_of,
    refuse_unknown,
    string_of,
)
from rolecall.domain.naming import names as naming
from rolecall.domain.records import dataclass, field
from rolecall.domain.settings import settings
from rolecall.domain.settings.settings import SHARED, SettingProblem, SignInMethod
from rolecall.domain.text import hide_userinfo
from rolecall.domain.web_address import is_public

FILE_NAME: Final = "rolecall-team.toml"  # in a checkout
KEYS: Final = (*SHARED, "portals", "accounts")
PORTAL_KEYS: Final = ("start_url", "region")
_LONGEST: Final = 300
_MOST_PORTALS: Final = 50
_MOST_ENTRIES: Final = 1000
_MOST_PATTERNS: Final = 100  # each is tried for each account
_MOST_ACCOUNTS: Final = 100_000
_SESSION: Final = r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}"
_PROBLEMS: Final = {
    SettingProblem.TEMPLATE: TomlProblem.BAD_TEMPLATE,
    SettingProblem.PATTERN: TomlProblem.BAD_PATTERN,
    SettingProblem.REGION: TomlProblem.BAD_REGION,
    SettingProblem.CHOICE: TomlProblem.BAD_CHOICE,
}


@dataclass(frozen=True, slots=True)
class Portal:
    """The access portal of a session."""

    start_url: str
    region: str


@dataclass(frozen=True, slots=True)
class Team:
    """The content of a file. `portals` are by the name of their session, `accounts` by ID."""

    template: str = ""
    production: str = ""
    sign_in: str = ""
    must_narrow: str = ""
    shorten: Mapping[str, str] = field(default_factory=dict)
    regions: Mapping[str, str] = field(default_factory=dict)
    presets: Mapping[str, str] = field(default_factory=dict)
    portals: Mapping[str, Portal] = field(default_factory=dict)
    accounts: Mapping[str, Annotation] = field(default_factory=dict)

    def head(self) -> dict[str, Any]:
        """Return what a file has before the accounts."""
        portals = {
            name: {"start_url": each.start_url, "region": each.region}
            for name, each in self.portals.items()
        }
        values = {name: getattr(self, name) for name in SHARED} | {"portals": portals}
        return {name: value for name, value in values.items() if value}


def team_of(values: Mapping[str, Any]) -> Team:
    """Return what a file says. Raises TomlMistake."""
    for key in values:
        if key not in KEYS:
            refuse_unknown((key,), KEYS)
    return Team(
        _setting("template", values.get("template", "")),
        _setting("production", values.get("production", "")),
        _way_in(values.get("sign_in", "")),
        _setting("must_narrow", values.get("must_narrow", "")),
        _table("shorten", values.get("shorten", {}), _MOST_ENTRIES),
        _table("regions", values.get("regions", {}), _MOST_PATTERNS),
        _table("presets", values.get("presets", {}), _MOST_ENTRIES),
        _portals(values.get("portals", {})),
        annotations_of(_entries(values.get("accounts", {}), ("accounts",), _MOST_ACCOUNTS)),
    )


def _setting(name: str, value: object, *keys: str) -> str:
    path = (name, *keys)
    text = string_of(value, path, _LONGEST)
    if not text:
        return text
    if problem := settings.check(name, text):
        shown = ", ".join(settings.choices(name)) or text
        raise TomlMistake(_PROBLEMS[problem], path, shown)
    found: str = settings.checked(name, text)
    return found


def _way_in(value: object) -> str:
    """A team may only tighten it."""
    way = string_of(value, ("sign_in",), _LONGEST)
    if way not in {"", SignInMethod.PKCE}:
        raise TomlMistake(TomlProblem.BAD_SIGN_IN, ("sign_in",), way)
    return way


def _table(name: str, value: object, most: int) -> dict[str, str]:
    entries = _entries(value, (name,), most)
    for key in entries:
        string_of(key, (name, key), _LONGEST)
    return {key: _setting(name, each, key) for key, each in entries.items()}


def _entries(value: object, keys: Sequence[str], most: int) -> dict[str, object]:
    if not isinstance(value, dict):
        raise TomlMistake(TomlProblem.NO_TABLE, keys)
    if len(value) > most:
        raise TomlMistake(TomlProblem.TOO_LONG, keys, str(most))
    return value


def _portals(value: object) -> dict[str, Portal]:
    portals = _entries(value, ("portals",), _MOST_PORTALS)
    return {name: _portal(each, ("portals", name)) for name, each in portals.items()}


def _portal(value: object, keys: Sequence[str]) -> Portal:
    if not re.fullmatch(_SESSION, keys[-1]):
        raise TomlMistake(TomlProblem.BAD_SESSION, keys)
    entries = _entries(value, keys, _MOST_ENTRIES)
    for key in entries:
        if key not in PORTAL_KEYS:
            refuse_unknown((*keys, key), PORTAL_KEYS)
    for key in PORTAL_KEYS:
        if key not in entries:
            raise TomlMistake(TomlProblem.MISSING, keys, key)
    address = string_of(entries["start_url"], (*keys, "start_url"), start_url.MAX_LENGTH)
    region = string_of(entries["region"], (*keys, "region"), _LONGEST)
    try:
        address = start_url.normalise(address)
    except StartUrlInvalid:
        shown = hide_userinfo(address)
        raise TomlMistake(TomlProblem.BAD_START_URL, (*keys, "start_url"), shown) from None
    if not is_public(address):
        raise TomlMistake(TomlProblem.NOT_PUBLIC, (*keys, "start_url"), address)
    if not naming.is_region(region):
        raise TomlMistake(TomlProblem.BAD_REGION, (*keys, "region"), region)
    return Portal(address, region)
