"""Text of the AWS files without secrets, for errors, differences and the screen."""

from __future__ import annotations

import re
from typing import Final

from rolecall.domain.access_role import read_process

_SECRET: Final = re.compile(
    r"(\s*(?:[#;]+\s*)?(?:aws_secret_access_key|aws_session_token|aws_security_token)\s*[=:]\s*)(\S?)",
    re.IGNORECASE,
)
# A program, in quotes if it has spaces, and its arguments, which may be passwords.
_PROGRAM: Final = re.compile(
    r"(\s*credential_process\s*[=:]\s*(?:\"[^\"]*\"|'[^']*'|[^\s\"']\S*)?)(.*)", re.IGNORECASE
)
# The rest of a wrapped secret, as Base64 ends; some editors space the `=`.
_REST: Final = re.compile(r"\S+=+|\S+\s*=\s*=+")
_WORD: Final = re.compile(r"([^\s=#;\[][^\s=]*)\s*=")
_INDENT: Final = re.compile(r"[ \t]+(?=\S)")
# Longer than every key of the AWS files, and shorter than every secret: a secret access key has 40
# characters. https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_access-keys.html
_KEY: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,35}")
# A key with which clients begin a line. Another word may be the rest of a wrapped secret.
_KNOWN_KEY: Final = re.compile(
    r"(region|output|role_arn|source_profile|credential_process|(?:sso|aws)_[a-z_]+)(?![^\s=:])",
    re.IGNORECASE,
)


def known_key(line: str) -> str:
    """Return the key of the clients that is the first word of a line, or ""."""
    found = _KNOWN_KEY.match(line)
    return found[1].lower() if found else ""


def may_be_secret(key: str, value: str) -> bool:
    """Return whether a key and its value may be parts of a secret that was wrapped."""
    return known_key(key) != key and (safe_key(key) != key or not value.strip("= "))


def hide_secrets(text: str, *, is_diff: bool = False) -> str:
    """Replace the values of secret keys, and the lines that continue them, with `…`.

    So are lines whose key may be a wrapped secret, and values of keys that are commented out.
    Of a `credential_process` the program is left, because its arguments may be secret; those of
    rolecall's for a role are not. In a diff, the first character of each line is not part of it.
    """
    hidden: list[str] = []
    is_secret = False
    for line in text.split("\n"):
        sign, content = (line[:1], line[1:]) if is_diff else ("", line)
        if found := _SECRET.match(content):
            is_secret = True
            hidden.append(f"{sign}{found[1]}{'…' if found[2] else ''}")
        elif found := _PROGRAM.match(content):
            is_secret = True
            is_ours = read_process(content.partition("=")[2].strip()) is not None
            more = found[2] if is_ours else " …" if found[2].strip() else ""
            hidden.append(f"{sign}{found[1]}{more}")
        elif is_secret and (indent := _INDENT.match(content)):
            hidden.append(f"{sign}{indent[0]}…")
        elif _may_be_rest(content, is_secret=is_secret):
            hidden.append(f"{sign}…")
        else:
            is_secret &= not content.strip()
            hidden.append(line)
    return "\n".join(hidden)


def _may_be_rest(line: str, *, is_secret: bool) -> bool:
    """Return whether a line without indent may be the rest of a secret. `is_secret` says whether
    it is below one.
    """
    if is_secret and _REST.fullmatch(line.rstrip()):
        return True
    word = _WORD.match(line)
    return word is not None and safe_key(word[1]) != word[1]


def safe_key(key: str) -> str:
    """Return a key that may be shown; `…` for one that may be a wrapped secret."""
    return key if _KEY.fullmatch(key) else "…"
