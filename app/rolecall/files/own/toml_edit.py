"""Change entries of a TOML file and keep every other byte: comments, order and line endings.

tomlkit does it. It is imported late, for a write only.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Final

from rolecall.files.own.toml_text import NOT_READ, NotToml, header_of, parsed

Keys = tuple[str, ...]  # the keys that lead to an entry
_NOTHING: Final = "[]"  # the canonical form of an empty table, not of an empty list


def edited(text: str, values: Mapping[Keys, Any]) -> str | None:
    """Return a valid text with these entries; None deletes one.

    None if tomlkit would write something else: it gets some documents wrong.
    """
    wanted = _merged(parsed(text), values)
    if not text.strip():  # nothing to keep
        import tomli_w

        return tomli_w.dumps(wanted)
    is_dos = "\r\n" in text and "\n" not in text.replace("\r\n", "")
    if is_dos:  # tomlkit ends new lines with LF
        text = text.replace("\r\n", "\n")
    if text and not text.endswith("\n"):
        text += "\n"  # tomlkit does not always begin a new line
    # In an inline table, and next to dotted keys, a new table cannot have a header.
    tries = (_edited(text, values, is_inline=is_inline) for is_inline in (False, True))
    after = next((each for each in tries if each is not None and _says(each, wanted)), None)
    return after.replace("\n", "\r\n") if after and is_dos else after


def _says(text: str, wanted: Mapping[str, Any]) -> bool:
    """Return whether a text has these entries."""
    try:
        return _canonical(parsed(text)) == _canonical(wanted)
    except NotToml:
        return False


def _merged(current: Mapping[str, Any], values: Mapping[Keys, Any]) -> dict[str, Any]:
    merged = dict(current)
    for path, value in values.items():
        merged = _with(merged, path, value)
    return merged


def _with(entries: Mapping[str, Any], path: Keys, value: Any) -> dict[str, Any]:
    key, *rest = path
    made = dict(entries)
    if rest:
        value = _with(made.get(key, {}), tuple(rest), value)
    elif value is None:
        made.pop(key, None)
        return made
    return {**made, key: value}


def _edited(text: str, values: Mapping[Keys, Any], *, is_inline: bool) -> str | None:
    """Return the text with these entries, or None if tomlkit cannot do it. A new table has a header
    unless it `is_inline`.
    """
    from tomlkit.exceptions import TOMLKitError

    # It raises ValueError for a table with a header in an inline one.
    with suppress(TOMLKitError, *NOT_READ):
        return _with_entries(text, values, is_inline=is_inline)
    return None


def _with_entries(text: str, values: Mapping[Keys, Any], *, is_inline: bool) -> str:
    """Return the text with these entries. Raises TOMLKitError, ValueError."""
    import tomlkit
    from tomlkit.items import Table

    document = tomlkit.parse(text)
    emptied = []
    for path, value in values.items():
        *tables, key = path
        entries: Any = document
        for number, name in enumerate(tables, 1):
            if name not in entries:
                if value is None:
                    break
                is_last = number == len(tables)
                if is_inline and is_last:
                    entries[name] = tomlkit.inline_table()
                else:
                    entries[name] = tomlkit.table(is_super_table=not is_last)
            entries = entries[name]
        else:
            if value is None and isinstance(table := entries.get(key), Table):
                for each in list(table):
                    table.pop(each)
                emptied.append(path)
            else:
                _set(entries, key, value)
    after = tomlkit.dumps(document)
    for path in emptied:
        after = _without_header(after, path)
    return after


def _set(entries: Any, key: str, value: Any) -> None:
    """Set an entry of a table, or delete it. Comments at the end stay there: they are about the
    table that follows.
    """
    from tomlkit.items import Table

    body = entries.value.body if isinstance(entries, Table) else []
    below: list[Any] = []
    while body and body[-1][0] is None:
        below.insert(0, body.pop())
    if value is None:
        entries.pop(key, None)
    elif entries.get(key) != value:
        entries[key] = value
    body.extend(below)


def _without_header(text: str, path: Keys) -> str:
    """Return the text without the header of a table that has no entries, and a blank line below.

    tomlkit would delete the comments below it, too, which are about the table that follows.
    """
    lines = text.split("\n")
    if number := header_of(text, path):
        del lines[number - 1]
        if lines[number - 1 : number] == [""] and number < len(lines):
            del lines[number - 1]
    return "\n".join(lines)


def _canonical(value: object) -> str:
    """Return the same text for equal values.

    The order in a table means nothing, nor does an empty one. `nan` does not equal itself.
    """
    if not isinstance(value, dict):
        return repr(value)
    entries = sorted((name, _canonical(each)) for name, each in value.items())
    return repr([each for each in entries if each[1] != _NOTHING])
