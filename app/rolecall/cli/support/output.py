"""What commands print: text for people, and values for programs. Without click, which is slow.

Text has names from AWS, from files and from the user's own arguments. Printed here, it cannot
control a terminal.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Sequence
from typing import Final, TextIO, cast

from rolecall.domain.question import current
from rolecall.domain.text import COMBINING_MARKS, UNSAFE_CHARACTERS, safe_lines

# Line breaks between the values of JSON stay; those in a value are already escaped.
_UNSAFE_IN_JSON: Final = (
    rf"(?!\n)[{UNSAFE_CHARACTERS}]|(?<=[{COMBINING_MARKS}]{{8}})[{COMBINING_MARKS}]"
)
# SGR codes (ECMA-48 8.3.117). Red is production only.
BOLD: Final = "1"
RED: Final = "1;31"
_NOT_ASCII: Final = r"[^\x00-\x7f]"


def echo(text: str = "", *, err: bool = False) -> None:
    """Print a text of one or more lines, without anything that controls a terminal."""
    write(f"{in_words(safe_lines(text))}\n", err=err)


def in_words(text: str) -> str:
    """Return the text as the plain mode says it: without signs."""
    if text.isascii():
        return text
    from rolecall.terminal import capabilities

    if not capabilities.is_plain(os.environ):
        return text
    from rolecall.presentation.texts.plain_strings import without_signs

    return without_signs(text)


def coloured(text: str, codes: str, *, err: bool = False) -> str:
    """Return the text with SGR codes if the stream that it is printed to shows colours."""
    from rolecall.terminal import capabilities

    stream = sys.stderr if err else sys.stdout
    if not (text and codes and capabilities.shows_colours(os.environ, stream)):
        return text
    return f"\x1b[{codes}m{text}\x1b[m"


def echo_notice(text: str) -> None:
    """Print a note to standard error that nobody has to read. If that is closed, print nothing."""
    try:
        echo(text, err=True)
    except OSError:
        # The interpreter would try to write the rest at exit, and exit with another status.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())


def write(text: str, *, err: bool = False) -> None:
    """Print a text as it is, with rolecall's own escape sequences."""
    stream = sys.stderr if err else sys.stdout
    stream.write(text)
    stream.flush()
    current().note_words()


def write_bytes(*parts: bytes | memoryview, err: bool = False) -> None:
    """Print the output of other programs as it is, without copying it."""
    stream = sys.stderr if err else sys.stdout
    stream.flush()
    for part in parts:
        stream.buffer.write(part)
    stream.buffer.flush()


def write_value(text: str) -> None:
    """Print a value for programs to standard output as it is, in UTF-8."""
    write_bytes(text.encode("utf-8", "surrogateescape"))


def write_json(value: object) -> None:
    """Print a value as JSON. Characters that control a terminal, or that it lacks, are escaped."""
    import json

    write(escape_json(json.dumps(value, indent=2, ensure_ascii=False)) + "\n")


def write_json_objects(
    names: Sequence[str], rows: Sequence[Sequence[str | bool | Sequence[str]]]
) -> None:
    """Print rows as objects with these names, like `write_json`, but fast for many rows. An empty
    text is unknown, so it is null.
    """
    from json.encoder import encode_basestring

    known: dict[str | bool | Sequence[str], str] = {True: "true", False: "false", "": "null"}

    def encoded(value: str | bool | Sequence[str]) -> str:
        text = known.get(value)
        if text is None:
            if isinstance(value, str):
                text = escape_json(encode_basestring(value))
            else:
                items = ",\n      ".join(map(encoded, cast("Sequence[str]", value)))
                text = f"[\n      {items}\n    ]" if value else "[]"
            known[value] = text
        return text

    form = ",\n".join(f'    "{name}": %s' for name in names)
    form = f"  {{\n{form}\n  }}"
    objects = ",\n".join([form % tuple(map(encoded, row)) for row in rows])
    write(f"[\n{objects}\n]\n" if rows else "[]\n")


def escape_json(text: str) -> str:
    """Escape characters in JSON that control a terminal, or that standard output lacks."""
    if text.isascii() and "\x7f" not in text:  # fast: everything else is already escaped
        return text
    return re.sub(_unsafe(), _escape, text)


def escape_toml(text: str) -> str:
    """Do the same in TOML with strings in one line each."""
    return re.sub(_unsafe(), lambda found: f"\\U{ord(found[0]):08x}", text)


def _unsafe() -> str:
    return _UNSAFE_IN_JSON if _is_utf8(sys.stdout) else _NOT_ASCII


def replace_missing_characters() -> None:
    """Print `?` for each character that the encoding of the terminal lacks."""
    for stream in (sys.stdout, sys.stderr):
        if not _is_utf8(stream):
            stream.reconfigure(errors="replace")  # type: ignore[union-attr]


def _escape(match: re.Match[str]) -> str:
    units = match.group().encode("utf-16-be", "surrogatepass")
    pairs = zip(units[::2], units[1::2], strict=True)
    return "".join(f"\\u{high:02x}{low:02x}" for high, low in pairs)


def _is_utf8(stream: TextIO) -> bool:
    return stream.encoding.lower().replace("-", "") == "utf8"
