"""What the user and the team say about accounts: the one reader of accounts.toml and team.toml.

tomllib needs half a second for ten thousand accounts. What tomli-w has written is read with one
regular expression, also with comments between the accounts; a file that somebody has edited
otherwise is left to tomllib. Prompts and `rolecall list` wait for this import.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from contextlib import suppress
from typing import Final

from rolecall.domain.inventory.annotations import (
    LONGEST_ALIAS,
    LONGEST_NOTE,
    MOST_GROUPS,
    Annotation,
    Annotations,
    TomlProblem,
    annotations_of,
    merged,
    one_line,
    refuse_unknown,
)
from rolecall.domain.text import safe
from rolecall.files import paths
from rolecall.files.read import read

TABLE: Final = "accounts"
LARGEST: Final = 16 * 1024 * 1024  # bytes
_START: Final = "[accounts."
_STRING: Final = r'"((?:[^"\\\x00-\x1f\x7f]|\\["\\bfnrt]|\\u(?!d[89a-f])[0-9a-f]{4})*)"'
_GROUPS: Final = r'groups = \[\n((?:    "[\w./@+-]{1,64}",\n)+)\]\n'
_ENTRY: Final = (
    rf"\[accounts\.([0-9]{{12}})\]\n"
    rf"(?:alias = {_STRING}\n)?(?:note = {_STRING}\n)?(?:{_GROUPS})?\n?"
)
# What people add between two accounts: comments and blank lines.
_GAP: Final = r"(?:[ \t]*(?:#[^\x00-\x08\n-\x1f\x7f]*)?\n)*"


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
        if match.start() != end and not re.compile(_GAP).fullmatch(text, end, match.start()):
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
    is_whole = end == len(text) or re.compile(_GAP).fullmatch(text, end)
    return found if is_whole and count == len(found) else None


def decoded(data: bytes, place: str) -> str:
    """Return the text of a TOML file. Raises TomlInvalid, naming the place."""
    if len(data) <= LARGEST:
        try:
            return data.decode("utf-8-sig").replace("\r\n", "\n")
        except UnicodeDecodeError as error:
            line, problem, detail = data.count(b"\n", 0, error.start) + 1, TomlProblem.NOT_TEXT, ""
    else:
        line, problem, detail = 0, TomlProblem.TOO_LARGE, f"{LARGEST // 1024 // 1024} MB"
    from rolecall.domain.errors.file_errors import TomlInvalid  # late: most files can be read

    raise TomlInvalid(place, line, problem, detail=detail)


def accounts_of(data: bytes, place: str, *, has_head: bool) -> dict[str, Annotation]:
    """Return what the bytes of a file say about each account. Raises TomlInvalid, naming the place.

    `has_head`: the file may have something else too, as a team's.
    """
    text = decoded(data, place)
    head, accounts = split(text) if has_head else ("", text)
    is_elsewhere = TABLE in head or "\\" in head  # in another notation
    if not is_elsewhere and (found := parse(accounts)) is not None:
        return found
    from rolecall.files.own.toml_text import mistakes_in, parsed  # late: few files are edited

    with mistakes_in(lambda: text, place):
        values = parsed(text, place)
        for key in values:
            if key != TABLE and not has_head:
                refuse_unknown((key,), (TABLE,))
        return annotations_of(values.get(TABLE, {}))


def own_accounts(path: str) -> dict[str, Annotation]:
    """Return what the user says, by account ID. Raises FileUnreadable, TomlInvalid."""
    return accounts_of(read(path) or b"", safe(path), has_head=False)


def shared_accounts(path: str) -> dict[str, Annotation]:
    """Return what the team says, by account ID. Raises FileUnreadable, TomlInvalid."""
    return accounts_of(read(path) or b"", safe(path), has_head=True)


def read_both(environ: Mapping[str, str], home: str) -> Annotations:
    """Return what the user and the team say. Raises FileUnreadable, TomlInvalid."""
    shared = shared_accounts(paths.team(environ, home))
    return merged(own_accounts(paths.accounts(environ, home)), shared)


def read_readable(environ: Mapping[str, str], home: str) -> Annotations:
    """Return what the user and the team say; a file that is broken says nothing."""
    from rolecall.domain.errors.file_errors import FileError  # late: it takes a while

    own: Annotations = {}
    shared: Annotations = {}
    with suppress(FileError):
        own = own_accounts(paths.accounts(environ, home))
    with suppress(FileError):
        shared = shared_accounts(paths.team(environ, home))
    return merged(own, shared)
