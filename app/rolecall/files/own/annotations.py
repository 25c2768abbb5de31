"""What the user and the team say about accounts: the one reader of accounts.toml and team.toml.

tomllib needs half a second for ten thousand accounts. What tomli-w has written is read with one
regular expression, also with comments between the accounts; a file that was edited in another way
is left to tomllib. Prompts and `rolecall list` wait for this import.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, Final

from rolecall.domain.inventory.annotations import (
    LONGEST_ALIAS,
    LONGEST_NOTE,
    MOST_GROUPS,
    Annotation,
    Annotations,
    TomlMistake,
    TomlProblem,
    annotations_of,
    merged,
    one_line,
    refuse_unknown,
)
from rolecall.domain.text import safe
from rolecall.files.paths import Paths
from rolecall.files.read import read

if TYPE_CHECKING:
    from rolecall.domain.errors.file_errors import TomlInvalid

TABLE: Final = "accounts"
LARGEST: Final = 16 * 1024 * 1024  # bytes
_LONGEST_SHOWN: Final = 80
_HTML: Final = ("<!doctype", "<html", "<head", "<?xml")
_START: Final = "[accounts."
_STRING: Final = r'"((?:[^"\\\x00-\x1f\x7f]|\\["\\bfnrt]|\\u(?!d[89a-f])[0-9a-f]{4})*)"'
_GROUPS: Final = r'groups = \[\n((?:    "[\w./@+-]{1,64}",\n)+)\]\n'
_ENTRY: Final = (
    rf"\[accounts\.([0-9]{{12}})\]\n"
    rf"(?:alias = {_STRING}\n)?(?:note = {_STRING}\n)?(?:{_GROUPS})?\n?"
)
# What users add between two accounts: comments and blank lines.
_GAP: Final = r"(?:[ \t]*(?:#[^\x00-\x08\n-\x1f\x7f]*)?\n)*"


def split(text: str) -> tuple[str, str]:
    """Return the part before the accounts, and the accounts."""
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
        alias, note = _unescaped(alias), _unescaped(note)
        if len(alias) > LONGEST_ALIAS or len(note) > LONGEST_NOTE:
            return None
        found[id_] = Annotation(one_line(alias), one_line(note), groups)
    is_whole = end == len(text) or re.compile(_GAP).fullmatch(text, end)
    return found if is_whole and count == len(found) else None


def _unescaped(string: str) -> str:
    if "\\" not in string:
        return string
    import json  # late: few have escapes

    text: str = json.loads(f'"{string}"')
    return text


def decoded(data: bytes, place: str) -> str:
    """Return the text of a TOML file. Raises TomlInvalid, naming the place."""
    if len(data) <= LARGEST:
        try:
            return data.decode("utf-8-sig").replace("\r\n", "\n")
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            raise _invalid(place, line, TomlProblem.NOT_TEXT) from None
    raise _invalid(place, 0, TomlProblem.TOO_LARGE, detail=f"{LARGEST // 1024 // 1024} MB")


def accounts_of(data: bytes, place: str, *, has_head: bool) -> dict[str, Annotation]:
    """Return what the bytes of a file say about each account. Raises TomlInvalid, naming the place.

    `has_head`: the file may have other tables too, as a team file has.
    """
    text = decoded(data, place)
    head, accounts = split(text) if has_head else ("", text)
    is_elsewhere = TABLE in head or "\\" in head  # in another notation
    if not is_elsewhere and (found := parse(accounts)) is not None:
        return found
    with mistakes_in(text, place):
        values = values_in(text, place)
        for key in values:
            if key != TABLE and not has_head:
                refuse_unknown((key,), (TABLE,))
        return annotations_of(values.get(TABLE, {}))


def values_in(text: str, place: str) -> dict[str, Any]:
    """Return what a text says, read by tomllib. Raises TomlInvalid, naming the place."""
    from rolecall.files.own.toml_text import NotToml, parsed, repeated  # late: few are edited

    if text.lstrip()[:16].lower().startswith(_HTML):
        raise _invalid(place, 1, TomlProblem.HTML)
    try:
        return parsed(text)
    except NotToml as error:
        if twice := repeated(text):
            raise _invalid(place, twice[1], TomlProblem.TWICE, twice[0]) from None
        raise _invalid(place, error.line, TomlProblem.NOT_TOML, detail=error.detail) from None


@contextmanager
def mistakes_in(text: str, place: str) -> Iterator[None]:
    """Raise TomlInvalid with the line for a TomlMistake."""
    try:
        yield
    except TomlMistake as mistake:
        from rolecall.files.own.toml_text import line_of

        line = line_of(text, mistake.keys)
        raise _invalid(place, line, mistake.problem, mistake.keys, mistake.detail) from None


def _invalid(
    place: str, line: int, problem: TomlProblem, keys: Sequence[str] = (), detail: str = ""
) -> TomlInvalid:
    from rolecall.domain.errors.file_errors import TomlInvalid  # late: most files can be read

    shown = safe(".".join(keys)[:_LONGEST_SHOWN]), safe(detail[:_LONGEST_SHOWN])
    return TomlInvalid(place, line, problem, *shown)


def own_accounts(path: str) -> dict[str, Annotation]:
    """Return what the user says, by account ID. Raises FileUnreadable, TomlInvalid."""
    return accounts_of(read(path) or b"", safe(path), has_head=False)


def shared_accounts(path: str) -> dict[str, Annotation]:
    """Return what the team says, by account ID. Raises FileUnreadable, TomlInvalid."""
    return accounts_of(read(path) or b"", safe(path), has_head=True)


def read_both(paths: Paths[str]) -> Annotations:
    """Return what the user and the team say. Raises FileUnreadable, TomlInvalid."""
    shared = shared_accounts(paths.team)
    return merged(own_accounts(paths.accounts), shared)


def read_readable(paths: Paths[str]) -> tuple[Annotations, bool]:
    """Return what the user and the team say, and whether both files can be used: one that cannot
    says nothing.
    """
    from rolecall.domain.errors.file_errors import FileError  # late: it takes a while

    found: list[Annotations] = []
    for read_accounts, path in (own_accounts, paths.accounts), (shared_accounts, paths.team):
        with suppress(FileError):
            found.append(read_accounts(path))
    is_all = len(found) == 2
    return merged(*found) if is_all else dict(*found), is_all
