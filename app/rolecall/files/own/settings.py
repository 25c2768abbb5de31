"""settings.toml: the one reader of what the user and the team have set, and changes to the file.

Each wrong entry is ignored alone. A file that cannot be read or is not TOML gives settings on the
safe side. A prompt waits for this module: what parses is imported only if there is a file, what
writes one only for a write.
"""

from __future__ import annotations

from codecs import BOM_UTF8
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from rolecall.domain.production import with_shared
from rolecall.domain.records import dataclass, field, replace
from rolecall.domain.settings.settings import (
    ACTIONS,
    DEFAULTS,
    NAMES,
    ONLY_PRODUCTION,
    SAFE,
    SHARED,
    TABLES,
    BadSetting,
    SettingProblem,
    Settings,
    SignInMethod,
    check,
    checked,
    choices,
    has_other_bytes,
)
from rolecall.domain.text import safe
from rolecall.files.read import data_of

if TYPE_CHECKING:
    from pathlib import Path

    from rolecall.domain.config.file_change import Change

_ACCOUNTS: Final = b"\n[accounts."  # a team's file may have thousands of them, after its settings


@dataclass(frozen=True, slots=True)
class SettingsRead:
    """The settings, and what the files say about them.

    `own` are the entries of the user's file that apply. `bad` are those that are ignored, or what
    is wrong with the whole file. `text` is that of the file.
    """

    settings: Settings = DEFAULTS
    bad: tuple[BadSetting, ...] = ()
    own: Mapping[str, Any] = field(default_factory=dict)
    text: str = field(default="", repr=False)

    @property
    def problem(self) -> BadSetting | None:
        """Why every profile counts as production: a whole file is wrong, the user's or the team's.
        If it is the user's, nothing is logged either.
        """
        return next((each for each in self.bad if each.hides_production), None)

    @property
    def production_problem(self) -> BadSetting | None:
        """Why it is in doubt what is production: that, or an entry of the user or the team that is
        not used. Without the entry, the default and the other one decide.
        """
        wrong = (each for each in self.bad if each.name == "production")
        return self.problem or next(wrong, None)

    def line_of(self, name: str) -> int:
        """Return the line of an entry (`keys.save`), or of the table that it is in, from 1; 0 if it
        has none.
        """
        return _line_of(self.text, name.split("."))


def read_settings(path: str, team: str = "") -> SettingsRead:
    """Return the settings of the user's file and, if the user has not set one, of rolecall's copy
    of a team's file. To what is production the team only adds, and how to sign in it decides.

    Raises nothing. Without a file the settings are the defaults. If the team's file cannot be used,
    every profile counts as production.
    """
    data = _bytes(path)
    shared, bad_shared = _shared(team)
    if isinstance(data, BadSetting):
        return SettingsRead(replace(SAFE, **_tightened(shared, bad_shared)), (data,))
    own, bad, text = _parsed(data) if data else ({}, (), "")
    tightened = _tightened(shared, (*bad, *bad_shared))
    if any(each.is_of_file for each in bad):
        return SettingsRead(replace(SAFE, **tightened), bad, text=text)
    wrong = {each.name for each in bad} - TABLES  # they have their defaults, not the team's value
    values = _merged(shared, own, wrong) | tightened
    read = SettingsRead(
        Settings(**values) if values else DEFAULTS, (*bad, *bad_shared), own, text=text
    )
    if read.problem:
        return replace(read, settings=read.settings.with_all_production())
    return read


@dataclass(frozen=True, slots=True)
class SettingsFile:
    """The file. `state` is rolecall's state folder, for the locks."""

    path: Path
    state: Path

    def read(self) -> SettingsRead:
        """Return the settings of this file alone. Raises nothing."""
        return read_settings(str(self.path))

    def plan(self, values: Mapping[str, Any]) -> Change:
        """Return the change that sets these values.

        None deletes the key, so its default applies again. A whole table cannot be set, but its
        entry, as "table.key". Raises EditRefused, FileUnreadable, FileMalformed.
        """
        from rolecall.files.safe import atomic

        return _plan(self.path, atomic.read(self.path), values)

    def save(self, values: Mapping[str, Any]) -> None:
        """Set the values as `plan` describes.

        Raises FileBusy, FileChanged, FileMalformed, FileUnreadable, FileUnwritable,
        StateRefused.
        """
        from rolecall.files.safe import atomic

        with atomic.lock(self.path, self.state):
            change = _plan(self.path, atomic.read(self.path), values)
            if not change.is_empty:
                atomic.apply(change)


def _bytes(path: str) -> bytes | BadSetting:
    """Return the bytes of a file, or why it cannot be read; no bytes if there is no file."""
    try:
        return data_of(path) or b""
    except OSError as error:
        from rolecall.domain.errors.file_error_reason import (
            reason_of,  # late: most files can be read
        )

        return BadSetting("", SettingProblem.UNREADABLE, reason_of(error))


def _shared(team: str) -> tuple[Mapping[str, Any], tuple[BadSetting, ...]]:
    """Return the settings in rolecall's copy of a team's file, and those that are wrong, or what is
    wrong with the whole file.
    """
    data = _bytes(team) if team else b""
    if isinstance(data, BadSetting):
        return {}, (replace(data, problem=SettingProblem.TEAM_UNREADABLE, path=team),)
    values, bad, _ = _parsed(data.partition(_ACCOUNTS)[0]) if data else ({}, (), "")
    for each in bad:
        if each.is_of_file:
            return {}, (replace(each, problem=SettingProblem.TEAM_NOT_TOML, path=team),)
    wrong = (replace(each, path=team) for each in bad if each.name.partition(".")[0] in SHARED)
    return {name: values[name] for name in SHARED if name in values}, tuple(wrong)


def _merged(
    shared: Mapping[str, Any], own: Mapping[str, Any], wrong: Collection[str]
) -> dict[str, Any]:
    """Return the entries of both. The user's entries come first and override the team's, also those
    that are `wrong`. What is production for the team is production for the user, too.
    """
    both = TABLES & shared.keys() & own.keys()
    merged: dict[str, Any] = {name: {**own[name], **shared[name], **own[name]} for name in both}
    if words := shared.get("production"):
        merged["production"] = with_shared(own.get("production", DEFAULTS.production), words)
    of_team = {name: value for name, value in shared.items() if name not in {*wrong, "sign_in"}}
    return {**of_team, **own, **merged}


def _tightened(shared: Mapping[str, Any], bad: Iterable[BadSetting]) -> dict[str, Any]:
    """Return what the user cannot set otherwise: a team may allow no device codes, and want fewer
    rights for production. A wrong value of that wants them, too.
    """
    found: dict[str, Any] = {}
    if shared.get("sign_in") is SignInMethod.PKCE:
        found["sign_in"] = SignInMethod.ONLY_PKCE
    if shared.get("must_narrow") or any(each.name == "must_narrow" for each in bad):
        found["must_narrow"] = ONLY_PRODUCTION
    return found


@lru_cache(maxsize=2)  # a process asks more than once: for the language, the log, production
def _parsed(data: bytes) -> tuple[Mapping[str, Any], tuple[BadSetting, ...], str]:
    """Return the entries that apply, those that are wrong, and the text."""
    text = _decoded(data)
    document = _document(text)
    if isinstance(document, BadSetting):
        return {}, (document,), text
    checks = _Checks(text)
    for name, value in document.items():
        checks.add(name, value)
    return checks.good, tuple(checks.bad), text


def _decoded(data: bytes) -> str:
    """Return the text of the file, without the mark that some editors for Windows begin it with.

    Bytes that are not UTF-8 are lone surrogates in it: a comment may have some, a value may not.
    """
    return data.removeprefix(BOM_UTF8).decode("utf-8", "surrogateescape")


class _Checks:
    """Sorts the entries of a file by whether they can be used."""

    def __init__(self, text: str) -> None:
        self.good: dict[str, Any] = {}
        self.bad: list[BadSetting] = []
        self._text = text

    def add(self, name: str, value: object) -> None:
        if name not in TABLES:
            if problem := check(name, value):
                self._refuse((name,), problem, _detail(name, problem, value))
            else:
                self.good[name] = checked(name, value)
        elif not isinstance(value, dict):
            self._refuse((name,), SettingProblem.NOT_A_TABLE)
        else:
            add = self._add_action if name == ACTIONS else self._add_entry
            self.good[name] = {}
            for key, each in value.items():
                if has_other_bytes([key, each]):
                    self._refuse((name, key), SettingProblem.NOT_UTF_8)
                else:
                    add(name, key, each)

    def _add_entry(self, table: str, key: str, value: object) -> None:
        if problem := check(table, value):
            self._refuse((table, key), problem, _detail(table, problem, value))
        else:
            self.good[table][key] = checked(table, value)

    def _add_action(self, table: str, key: str, value: object) -> None:
        from rolecall.domain.settings.action_entries import (
            read as action_of,  # late: few have actions
        )

        found = action_of(key, value)
        if isinstance(found, list):
            for each in found:
                keys = filter(None, (table, key, each.key))
                self._refuse(tuple(keys), each.problem, _shown(each.detail))
        elif found is not None:
            self.good[table][key] = found

    def _refuse(self, keys: Sequence[str], problem: SettingProblem, detail: str = "") -> None:
        name = safe(".".join(keys))
        self.bad.append(BadSetting(name, problem, detail, _line_of(self._text, keys)))


def _detail(setting: str, problem: SettingProblem, value: object) -> str:
    names = NAMES if problem is SettingProblem.UNKNOWN else choices(setting)
    return ", ".join(names) or _shown(str(value))


def _shown(text: str) -> str:
    """Return text of the file, safe to show. A command may have a secret in it."""
    from rolecall.domain.log.shown import shown_text  # late: few files have mistakes

    return safe(shown_text(text, {}))


def _line_of(text: str, keys: Sequence[str]) -> int:
    from rolecall.files.own.toml_text import line_of

    return line_of(text, keys)


def _document(text: str) -> dict[str, Any] | BadSetting:
    """Return the entries of the text, or why it is not TOML."""
    from rolecall.files.own.toml_text import NotToml, parsed

    try:
        return parsed(text)
    except NotToml as error:
        return BadSetting("", SettingProblem.NOT_TOML, safe(error.detail), error.line)


def _plan(path: Path, before: bytes | None, values: Mapping[str, Any]) -> Change:
    from rolecall.domain.config.file_change import Change
    from rolecall.domain.errors.file_errors import EditRefused, EditRule, FileMalformed
    from rolecall.files.own.toml_edit import edited

    text = _decoded(before or b"")
    current = _document(text)  # tomlkit accepts other mistakes, and finds no line for some
    if isinstance(current, BadSetting):
        lines = text.splitlines()[current.line - 1 : current.line]
        raise FileMalformed(path, current.line, "not-toml", _shown("".join(lines).strip()))
    after = None
    if _has_tables(current, values):
        after = edited(text, {_path_of(name): value for name, value in values.items()})
    if after is None:
        raise EditRefused(path, EditRule.UNSAFE.value, ", ".join(map(safe, values)))
    mark = BOM_UTF8 if before and before.startswith(BOM_UTF8) else b""
    written = mark + after.encode("utf-8", "surrogateescape")
    return Change(path, before, written, f"set {', '.join(values)}")


def _path_of(name: str) -> tuple[str, ...]:
    """`keys.save` → keys, save."""
    table, _, key = name.rpartition(".")
    return (table, key) if table else (key,)


def _has_tables(current: Mapping[str, Any], values: Mapping[str, Any]) -> bool:
    """Return whether the file has no other value in place of a table of these values."""
    tables = [name.rpartition(".")[0] for name in values if "." in name]
    return all(isinstance(current.get(table, {}), dict) for table in tables)
