"""The table of accounts in files of rolecall's own, read without a TOML parser.

tomllib needs half a second for ten thousand accounts. What tomli-w has written is read with one
regular expression; a file that somebody has edited otherwise is left to tomllib.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Final

from rolecall.domain.annotations import (
    LONGEST_ALIAS,
    LONGEST_NOTE,
    MOST_GROUPS,
    NOTHING,
    Annotation,
    Annotations,
    TomlMistake,
    annotation_of,
    merged,
    one_line,
)
from rolecall.files.fast import paths
from rolecall.files.fast.read import read

_SMALL: Final = 65_536  # characters, which tomllib reads in milliseconds
_START: Final = "[accounts."
_STRING: Final = r'"((?:[^"\\\x00-\x1f\x7f]|\\["\\bfnrt]|\\u(?!d[89a-f])[0-9a-f]{4})*)"'
_GROUPS: Final = r'groups = \[\n((?:    "[\w./@+-]{1,64}",\n)+)\]\n'
_ENTRY: Final = (
    rf"\[accounts\.([0-9]{{12}})\]\n"
    rf"(?:alias = {_STRING}\n)?(?:note = {_STRING}\n)?(?:{_GROUPS})?\n?"
)


def split(text: str) -> tuple[str, str]:
    """Return what is before the accounts, and the accounts."""
    at = 0 if text.startswith(_START) else text.find(f"\n{_START}") + 1
    return (text[:at], text[at:]) if at or text.startswith(_START) else (text, "")


def parse(text: str) -> dict[str, Annotation] | None:
    """Return what is said about each account; None if tomllib has to read it."""
    found: dict[str, Annotation] = {}
    groups_of: dict[str, tuple[str, ...]] = {}
    end = count = 0
    for match in re.finditer(_ENTRY, text):
        if match.start() != end:
            return None
        end, count = match.end(), count + 1
        id_, alias, note, listed = match.groups("")
        groups = groups_of.get(listed)
        if groups is None:
            groups = groups_of[listed] = tuple(each[5:-2] for each in listed.splitlines())
            if len(groups) > MOST_GROUPS or len(set(groups)) < len(groups):
                return None
        if "\\" in alias:
            alias = json.loads(f'"{alias}"')
        if "\\" in note:
            note = json.loads(f'"{note}"')
        if len(alias) > LONGEST_ALIAS or len(note) > LONGEST_NOTE:
            return None
        found[id_] = Annotation(one_line(alias), one_line(note), groups)
    return found if end == len(text) and count == len(found) else None


def read_all(environ: Mapping[str, str], home: str) -> Annotations | None:
    """Return what the user and the team say; None if the full readers have to read a file."""
    found: list[Annotations] = []
    for path in (paths.accounts(environ, home), paths.team(environ, home)):
        try:
            data = read(path)
        except FileNotFoundError:
            found.append({})
            continue
        except OSError:
            return None
        try:
            head, accounts = split(data.decode())
        except UnicodeDecodeError:
            return None
        said = parse(accounts)
        if said is None or (head and not found):  # the user's own file has nothing else
            return None
        found.append(said)
    return merged(*found)


def alias_of(environ: Mapping[str, str], account_id: str) -> str:
    """Return the alias of one account, for a prompt: what cannot be read has none."""
    home = paths.home(environ) or ""
    for path in (paths.accounts(environ, home), paths.team(environ, home)):
        try:
            text = read(path).decode()
        except (OSError, ValueError):
            continue
        said = one(text, account_id)
        if not any(said) and len(text) <= _SMALL:
            said = _edited(text, account_id)
        if said.alias:
            return said.alias
    return ""


def _edited(text: str, account_id: str) -> Annotation:
    """Return what a small file says that somebody has edited."""
    import tomllib

    try:
        values = tomllib.loads(text).get("accounts", {})
        return annotation_of(values[account_id], (account_id,))
    except (ValueError, TypeError, KeyError, RecursionError, TomlMistake):
        return NOTHING


def one(text: str, account_id: str) -> Annotation:
    """Return what a text that `parse` can read says about one account."""
    at = text.find(f"{_START}{account_id}]")
    match = re.compile(_ENTRY).match(text, at) if at >= 0 else None
    return (parse(match[0]) or {}).get(account_id, NOTHING) if match else NOTHING
