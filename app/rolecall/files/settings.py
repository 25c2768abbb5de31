"""rolecall's own settings.toml: read it and find mistakes, change it and keep the comments.

tomllib is imported only if there is a file, and what writes one only for a write: the first paint
waits for this module.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from rolecall.domain.file_errors import EditRefused, FileError, FileMalformed
from rolecall.domain.records import dataclass, field, replace
from rolecall.domain.settings import (
    ACTIONS,
    NAMES,
    TABLES,
    BadSetting,
    SettingProblem,
    Settings,
    check,
    checked,
    choices,
    line_of,
)
from rolecall.domain.text import safe
from rolecall.files import atomic

if TYPE_CHECKING:
    from rolecall.domain.action import Action
    from rolecall.domain.file_change import Change

SHARED: Final = ("template", "production", "shorten", "regions")  # settings that a team may have
_HEADER: Final = re.compile(r"""\s*\[\s*["']?([^"'\]]+?)["']?\s*\]""")
_KEY: Final = re.compile(r"""\s*(?:"((?:[^"\\]|\\.)*)"|'([^']*)'|([A-Za-z0-9_-]+))\s*[.=]""")
# What tomllib raises: also ValueError for a number that is too long, and RecursionError.
_NOT_READ: Final = (ValueError, RecursionError)
_AT_LINE: Final = re.compile(r"\s*\(at line (\d+), column \d+\)")


@dataclass(frozen=True, slots=True)
class SettingsRead:
    """The content of the file. `bad` are the ignored entries. `lines` are the line numbers of the
    entries, from 1, by dotted name.
    """

    settings: Settings = field(default_factory=Settings)
    bad: tuple[BadSetting, ...] = ()
    lines: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SettingsFile:
    """The file. `state` is rolecall's state folder, for the locks."""

    path: Path
    state: Path

    def read(self) -> SettingsRead:
        """Return the settings; the defaults if there is no file. Raises FileUnreadable."""
        data = atomic.read(self.path)
        return SettingsRead() if data is None else _parse(data.decode("utf-8", "replace"))

    def plan(self, values: Mapping[str, Any]) -> Change:
        """Return what setting these values would write.

        None deletes the key, so its default applies again. A whole table cannot be set, but its
        entry, as "table.key". Raises FileUnreadable, FileMalformed.
        """
        return _plan(self.path, atomic.read(self.path), values)

    def save(self, values: Mapping[str, Any]) -> None:
        """Set the values as `plan` describes.

        Raises FileBusy, FileChanged, FileMalformed, FileUnreadable, FileUnwritable,
        StateUnwritable.
        """
        with atomic.lock(self.path, self.state):
            change = _plan(self.path, atomic.read(self.path), values)
            if not change.is_empty:
                atomic.apply(change)


def with_shared(own: SettingsRead, shared: Mapping[str, Any]) -> SettingsRead:
    """Return the settings with those of a team that the user does not have."""
    values: dict[str, Any] = {
        name: {**getattr(own.settings, name), **_others(value, getattr(own.settings, name))}
        if name in TABLES
        else value
        for name, value in shared.items()
        if name in TABLES or name not in own.lines
    }
    return replace(own, settings=replace(own.settings, **values)) if values else own


def _others(shared: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in shared.items() if key not in own}


def shared_settings(path: Path) -> dict[str, Any]:
    """Return the settings in what was taken over from a team; those that are wrong are left out."""
    try:
        if (data := atomic.read(path)) is None:
            return {}
        from tomllib import loads  # late: few have a team's file

        from rolecall.files.fast.annotations import split

        values = loads(split(data.decode())[0])
    except (FileError, ValueError, RecursionError):
        return {}
    return {name: value for name in SHARED if _is_fine(name, value := values.get(name))}


def _is_fine(name: str, value: object) -> bool:
    if name in TABLES:
        return isinstance(value, dict) and not any(check(name, each) for each in value.values())
    return value is not None and check(name, value) is None


def _parse(text: str) -> SettingsRead:
    import tomllib

    try:
        document = tomllib.loads(text)
    except _NOT_READ as error:
        return SettingsRead(bad=(_not_toml(str(error), text),))
    lines = dict(_lines(text))
    good: dict[str, Any] = {}
    bad: list[BadSetting] = []
    for name, value in document.items():
        if name in TABLES and not isinstance(value, dict):
            bad.append(BadSetting(safe(name), SettingProblem.NOT_A_TABLE))
        elif name == ACTIONS:
            good[name] = dict(_good_actions(value, bad))
        elif name in TABLES:
            good[name] = dict(_good_entries(name, value, bad))
        elif problem := check(name, value):
            bad.append(_bad(name, name, problem, value))
        else:
            good[name] = checked(name, value)
    numbered = tuple(replace(each, line=line_of(each.name, lines)) for each in bad)
    return SettingsRead(Settings(**good), numbered, lines)


def _good_entries(
    table: str, entries: Mapping[str, object], bad: list[BadSetting]
) -> Iterator[tuple[str, Any]]:
    for key, value in entries.items():
        if problem := check(table, value):
            bad.append(_bad(table, f"{table}.{key}", problem, value))
        else:
            yield key, checked(table, value)


def _good_actions(
    entries: Mapping[str, object], bad: list[BadSetting]
) -> Iterator[tuple[str, Action]]:
    from rolecall.domain.action_entries import read  # late: few have actions

    for action_id, value in entries.items():
        found = read(action_id, value)
        if isinstance(found, list):
            names = (".".join(filter(None, (ACTIONS, action_id, each.key))) for each in found)
            bad += [
                BadSetting(safe(name), each.problem, _shown(each.detail))
                for name, each in zip(names, found, strict=True)
            ]
        elif found is not None:
            yield action_id, found


def _bad(setting: str, name: str, problem: SettingProblem, value: object) -> BadSetting:
    detail = ", ".join(NAMES if problem is SettingProblem.UNKNOWN else choices(setting))
    return BadSetting(safe(name), problem, detail or _shown(str(value)))


def _shown(text: str) -> str:
    """Return text of the file, safe to show. A command may have a secret in it."""
    from rolecall.domain.command_redaction import shown_text  # late: few files have mistakes

    return safe(shown_text(text, {}))


def _not_toml(words: str, text: str) -> BadSetting:
    found = _AT_LINE.search(words)
    line = int(found[1]) if found else text.count("\n") + 1
    detail = safe(_AT_LINE.sub("", words).removesuffix(" (at end of document)"))
    return BadSetting("", SettingProblem.NOT_TOML, detail, line)


def _lines(text: str) -> Iterator[tuple[str, int]]:
    """Yield each entry's dotted name and line number, which tomllib does not report."""
    table = ""
    for number, line in enumerate(text.splitlines(), 1):
        if header := _HEADER.match(line):
            table = f"{header[1]}."
            yield header[1], number
        elif key := _KEY.match(line):
            yield safe(f"{table}{key[1] or key[2] or key[3]}"), number


def _line(text: str, number: int) -> str:
    return _shown("".join(text.splitlines()[number - 1 : number]).strip())


def _plan(path: Path, before: bytes | None, values: Mapping[str, Any]) -> Change:
    import tomllib

    from rolecall.domain.file_change import Change
    from rolecall.files.edit_rules import EditRule
    from rolecall.files.toml_edit import edited

    text = _decoded(path, before or b"")
    try:
        current = tomllib.loads(text)  # tomlkit accepts other mistakes, and finds no line for some
    except _NOT_READ as error:
        line = _not_toml(str(error), text).line
        raise FileMalformed(path, line, "not-toml", _line(text, line)) from None
    after = None
    if _has_tables(current, values):
        after = edited(text, {_path_of(name): value for name, value in values.items()})
    if after is None:
        raise EditRefused(path, EditRule.UNSAFE.value, ", ".join(map(safe, values)))
    return Change(path, before, after.encode(), f"set {', '.join(values)}")


def _decoded(path: Path, data: bytes) -> str:
    """Return the text, of which no byte is lost. Raises FileMalformed."""
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise FileMalformed(path, line, "not-text") from None


def _path_of(name: str) -> tuple[str, ...]:
    """`keys.save` → keys, save."""
    table, _, key = name.rpartition(".")
    return (table, key) if table else (key,)


def _has_tables(current: Mapping[str, Any], values: Mapping[str, Any]) -> bool:
    """Return whether what is there for the tables of these values are tables."""
    tables = [name.rpartition(".")[0] for name in values if "." in name]
    return all(isinstance(current.get(table, {}), dict) for table in tables)
