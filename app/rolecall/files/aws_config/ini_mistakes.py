"""Why the AWS CLI and boto3 refuse a file: found when `ini_sections` knows the line."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from enum import Enum
from pathlib import Path
from typing import Final

from rolecall.domain.config.config import ACCESS_KEYS
from rolecall.domain.config.redaction import hide_secrets, known_key, safe_key
from rolecall.domain.errors.file_errors import FileMalformed
from rolecall.domain.text import safe

_BOM: Final = "\ufeff"
_WITH_VALUE: Final = re.compile(r"[^=:]*[=:]\s*\S")  # a key and the start of its value
_SHOWN: Final = 120  # characters of a malformed line

Values = Mapping[str, str]


class IniProblem(Enum):
    """Why the AWS CLI and boto3 refuse a file."""

    NOT_UTF8 = "not-utf8"
    BOM = "byte-order-mark"
    DUPLICATE_SECTION = "duplicate-section"
    DUPLICATE_KEY = "duplicate-key"
    NO_SECTION = "no-section"
    NO_DELIMITER = "no-delimiter"
    KEY_WITHOUT_DELIMITER = "key-without-delimiter"
    WRAPPED = "wrapped"  # without delimiter, below a key that its value may belong to
    NO_KEY = "no-key"
    BAD_HEADER = "bad-header"
    NESTED = "nested-without-delimiter"


def not_utf8(path: str | os.PathLike[str], before: bytes) -> FileMalformed:
    """Return the error about the byte after these."""
    text = before.decode().replace("\r\n", "\n").replace("\r", "\n")
    return _malformed(path, text.count("\n") + 1, IniProblem.NOT_UTF8)


def in_line(
    path: str | os.PathLike[str], lines: Sequence[str], number: int, above: Values | None
) -> FileMalformed:
    """Return the error about a line that is not a header, key or continuation. `above` are the keys
    of the section that it is in, or None.
    """
    line = lines[number - 1]
    problem, text = _mistake(line.strip(), above)
    if number == 1 and line.startswith(_BOM):
        problem, text = IniProblem.BOM, ""
    return _malformed(path, number, problem, text)


def in_nested(
    path: str | os.PathLike[str], lines: Sequence[str], ends: Mapping[int, int]
) -> FileMalformed:
    """Return the error about the first nested line without `=`. `ends` are the last lines of
    continued values, by the line of the key.
    """
    for start, end in ends.items():
        if _WITH_VALUE.match(lines[start - 1]):
            continue  # it is not nested
        for number in range(start + 1, end + 1):
            text = lines[number - 1].strip()
            parts = [part for part in text.splitlines() if part.strip()]
            if text and text[0] not in "#;" and not all("=" in part for part in parts):
                return _malformed(path, number, IniProblem.NESTED)
    return _malformed(path, next(iter(ends)), IniProblem.NESTED)


def _mistake(text: str, above: Values | None) -> tuple[IniProblem, str]:
    """Return what is wrong with a line, and the header or key in it."""
    end = text.rfind("]")
    at = min((text.index(each) for each in "=:" if each in text), default=-1)
    if text[0] == "[" and end >= 2:
        return IniProblem.DUPLICATE_SECTION, text[: end + 1]
    if text[0] == "[" and (at < 0 or above is None):
        return IniProblem.BAD_HEADER, _safe_header(text)
    if above is None:
        return IniProblem.NO_SECTION, ""
    if at >= 0:
        key = safe_key(text[:at].rstrip().lower())
        return (IniProblem.DUPLICATE_KEY, key) if at else (IniProblem.NO_KEY, "")
    return _no_delimiter(above, text)


def _no_delimiter(above: Values, text: str) -> tuple[IniProblem, str]:
    """Return why a line below these keys has no delimiter, and the key that it is about."""
    if key := known_key(text):
        return IniProblem.KEY_WITHOUT_DELIMITER, key
    last, value = next(reversed([*above.items()]), ("", " "))
    if not value or last in ACCESS_KEYS:
        return IniProblem.WRAPPED, safe_key(last)
    return IniProblem.NO_DELIMITER, ""


def _safe_header(text: str) -> str:
    """Return an incomplete header with `…` for each word that may be a secret, or a part of one."""
    words = hide_secrets(text)[1:].split()
    return text if text == "[]" else f"[{' '.join(map(safe_key, words))}"


def _malformed(
    path: str | os.PathLike[str], line: int, problem: IniProblem, text: str = ""
) -> FileMalformed:
    """Return the error. `text` is a header or a key, never a value: that may be a secret."""
    return FileMalformed(Path(path), line, problem.value, str(safe(text.strip()[:_SHOWN])))
