"""Text of the AWS files without secrets, for errors, differences and the screen."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from rolecall.domain.access_role import read_process
from rolecall.domain.config.profile_process import is_process
from rolecall.domain.text import hide_userinfo, safe

# What a line with a secret or a program has in it, in lower case. It is a quick check, done first.
_STEMS: Final = (
    *("secret", "token", "pass", "pwd", "key", "pat", "auth", "cookie", "device", "sig"),
    "credential_process",
)
# A name in letters only.
_SECRET: Final = re.compile(
    r"secret|token$|(?:session|security|access|refresh|bearer|id|auth|authorization)token"
    r"|passw(?:or)?d|passphrase|privatekey|devicecode"
    # Not `key` alone: actions in the settings have one.
    r"|[a-z]key$|pass$|pwd$|(?<!com)pat$|auth$|authorization$|cookie$"
    r"|signature$|^sig$"
)
# Names with these words whose values are none: files, times, and the service Secrets Manager.
_NO_SECRET: Final = re.compile(
    r"secretsmanager|publickey$|(?:secret|token|password|passphrase|key)"
    r"(?:file|filename|path|expires|expiresat|expiration|expiry)$"
)
_NO_LETTERS: Final = re.compile(r"[^a-z]+")
_ONE_WORD: Final = re.compile(r"\s*(?:[#;]+\s*)?([\w-]+)\s*[=:]\s*")
_DELIMITER: Final = re.compile(r"[=:]\s*")
# What separates the words of a key, and what may stand before a key.
_NO_WORDS: Final = re.compile(r"[^\w\s.-]")
_BEFORE_KEY: Final = frozenset("\"'`{([,;&?")
# A variable before a space, in csh, fish and cmd.
_VARIABLE: Final = re.compile(
    r"\b(?:setenv|setx|set(?:\s+-[\w-]+)+)\s+(\w+)\s+(?=[^\s=:])", re.IGNORECASE
)
# Other keys before a space.
_BEFORE_SPACE: Final = re.compile(
    r"(?:secret[_\s-]?access[_\s-]?key|(?:session|security|access|refresh)[_-]?token"
    r"|client[_-]?secret)[\"']?\s+(?=[^\s=:])",
    re.IGNORECASE,
)
_NAMED_HEADER: Final = re.compile(r"\[(?:profile|sso-session|services)\s+[\w./%@:+-]+\]\s*")
# Any header; not a line of a shell, such as `[ -t 1 ] && export …`.
_HEADER: Final = re.compile(r"\[[^]]*\]\s*")
# A program, in quotes if it has spaces, and its arguments, which may be passwords.
_PROGRAM: Final = re.compile(
    r"(\s*(?:[#;]+\s*)?credential_process\s*[=:]\s*"
    r"(?:\"[^\"]*\"|'[^']*'|[^\s\"']\S*)?)(.*)",
    re.IGNORECASE,
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


def shown_location(location: str) -> str:
    """Return a path or an address, safe to show. An address has no user, password or query: that of
    a private repository may have a token.
    """
    scheme, separator, rest = location.partition("://")
    before, question, query = rest.partition("?")
    if not separator:
        return safe(location)
    if "@" in query:  # it may be a part of the password
        return safe(f"{scheme}://…")
    return safe(f"{hide_userinfo(f'{scheme}://{before}')}{'?…' if question else ''}")


def known_key(line: str) -> str:
    """Return the key of the clients that is the first word of a line, or ""."""
    found = _KNOWN_KEY.match(line)
    return found[1].lower() if found else ""


def may_be_secret(key: str, value: str) -> bool:
    """Return whether a key names a secret, or it and its value may be parts of a wrapped one."""
    if names_secret(key):
        return True
    return known_key(key) != key and (safe_key(key) != key or not value.strip("= "))


@lru_cache(maxsize=256)
def names_secret(key: str) -> bool:
    """Return whether a key is a name of secrets, in any spelling: `export AWS_SESSION_TOKEN`."""
    letters = _NO_LETTERS.sub("", key.lower())
    return _SECRET.search(_NO_SECRET.sub("", letters)) is not None


def hide_secrets(text: str, *, is_diff: bool = False) -> str:
    """Replace the values of secret keys, and the lines that continue them, with `…`.

    A key is one of these in any spelling: `export AWS_SECRET_ACCESS_KEY=`, `"SecretAccessKey":`.
    So are lines whose key may be a wrapped secret, and values of keys that are commented out.
    Of a `credential_process` the program is left, because its arguments may be secret; those of
    rolecall's for a role or a profile are not. Addresses lose user and password, but names of
    sections stay. In a diff, the first character of each line is not part of it.
    """
    hidden: list[str] = []
    is_secret = False
    named = _lines_with_names(text)
    for number, line in enumerate(text.split("\n")):
        sign, content = (line[:1], line[1:]) if is_diff else ("", line)
        is_named = number in named
        if is_named and (found := _PROGRAM.match(content)):
            is_secret = True
            process = content.partition("=")[2].strip()
            is_ours = read_process(process) is not None or is_process(process)
            more = found[2] if is_ours else " …" if found[2].strip() else ""
            shown = f"{found[1]}{more}"
        elif is_named and (at := _start_of_secret(content)) is not None:
            is_secret = True
            shown = f"{content[:at]}{'…' if content[at:].strip() else ''}"
        elif is_secret and (indent := _INDENT.match(content)):
            shown = f"{indent[0]}…"
        elif _may_be_rest(content, is_secret=is_secret):
            shown = "…"
        else:
            is_secret &= not content.strip() or content[0] in "#;"  # a value continues below these
            shown = content
        hidden.append(f"{sign}{shown if _HEADER.fullmatch(shown) else hide_userinfo(shown)}")
    return "\n".join(hidden)


def _lines_with_names(text: str) -> set[int]:
    """Return the numbers, from 0, of the lines that may name a secret or a program."""
    lower = text.lower()
    stems = [stem for stem in _STEMS if stem in lower]
    lines = lower.split("\n") if stems else []
    return {number for stem in stems for number, line in enumerate(lines) if stem in line}


def _start_of_secret(line: str) -> int | None:
    """Return where the value of the first key of a secret begins; None if there is no such key."""
    if (plain := _ONE_WORD.match(line)) and names_secret(plain[1]):
        return plain.end()
    if _NAMED_HEADER.fullmatch(line):
        return None
    variables = (found for found in _VARIABLE.finditer(line) if names_secret(found[1]))
    spaced = next(variables, None) or _BEFORE_SPACE.search(line)
    first = len(line) if spaced is None else spaced.end()
    key_start, is_key = 0, True  # all that is before the first delimiter is a key
    for delimiter in _DELIMITER.finditer(line, 0, first):
        before = line[key_start : delimiter.start()]
        key = before if is_key else _later_key(before)
        if names_secret(key):
            return delimiter.end()
        key_start, is_key = delimiter.end(), before.lower().endswith("$env")
    return None if spaced is None else first


def _later_key(before: str) -> str:
    """Return the key between another value and a delimiter: of JSON, or after `export A=b`."""
    text = before.rstrip().rstrip("\"'")
    key = _NO_WORDS.split(text)[-1]
    if key[:1].isspace() or text.removesuffix(key)[-1:] in _BEFORE_KEY:
        return key
    return "".join(key.split()[1:])


def _may_be_rest(line: str, *, is_secret: bool) -> bool:
    """Return whether a line without indent may be the rest of a secret."""
    if is_secret and _REST.fullmatch(line.rstrip()):
        return True
    word = _WORD.match(line)
    return word is not None and safe_key(word[1]) != word[1]


def safe_key(key: str) -> str:
    """Return a key that may be shown; `…` for one that may be a wrapped secret."""
    return key if _KEY.fullmatch(key) else "…"
