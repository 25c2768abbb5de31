"""A command or a sentence of the user's, without what looks secret, for the log.

It hides too much rather than too little: the log is there to find out what ran, not to run it
again.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from rolecall.domain.config.redaction import hide_userinfo

_HIDDEN: Final = "…"
_LONGEST: Final = 1000  # characters
_KEY_LENGTH: Final = 40
_SHORTEST_RANDOM: Final = 20
_SHORTEST_VALUE: Final = 6  # of a variable; a shorter one is found in harmless words
_NAME: Final = (
    r"[\w.-]*(?:passw|passphrase|passwd|pwd|secret|token|credential|cookie|signature|bearer"
    r"|auth(?!or(?!iz))|(?:api|access|private|account|session)[_-]?key"
    r"|(?<![a-z])(?:pass(?:in|out)?|pat)(?![a-z])|[a-z0-9]_key(?![a-z]))[\w.-]*"
)
_VALUE: Final = r"""(?:"[^"]*"|'[^']*'|(?:[^\s"'&;,}]|,(?=\S))+)"""
_NAMED: Final = re.compile(rf"""({_NAME}["']?\s*=\s*){_VALUE}""", re.IGNORECASE)
# A header, or a member of JSON or YAML.
_AFTER_COLON: Final = re.compile(rf"""({_NAME}["']?\s*:\s*["']?)[^\n"'}}]+""", re.IGNORECASE)
_OPTION: Final = re.compile(rf"((?<!\S)--?{_NAME}\s+){_VALUE}", re.IGNORECASE)
# A password may have an `@`.
_IN_URL: Final = re.compile(r"(://)[^\s/]+(?=@)|(\bhttps?://[^\s?]+\?)\S+", re.IGNORECASE)
_ARN: Final = r"\barn:[\w:./+=,@*-]+"
_RUN: Final = re.compile(rf"({_ARN})|[A-Za-z0-9+/_-]{{{_SHORTEST_RANDOM},}}=*")
# Programs that take a password right after `-p`.
_SHORT_PASSWORD: Final = ("mysql", "mariadb", "sshpass", "mongo")
# Programs that take it as the next word, too.
_SEPARATE_PASSWORD: Final = ("sshpass", "mongo")
_USER: Final = {"-u", "--user", "--proxy-user", "-U"}
_USER_GLUED: Final = re.compile("(-[uU][^:]+:).")
# A word that is a variable or an option with its value, unless it is a script after `sh -c`.
_ASSIGNED: Final = re.compile(rf"(-{{0,2}}{_NAME}=).", re.IGNORECASE | re.DOTALL)
_SCRIPT_FOLLOWS: Final = re.compile(r"-\w*c")


def shown_command(words: Sequence[str], environ: Mapping[str, str]) -> str:
    """Return the command as a shell would take it, with `…` for what looks secret."""
    import shlex

    program = words[0].rpartition("/")[2] if words else ""
    shown: list[str] = []
    before = ""
    for word in words:
        hidden = _hide_values(word, environ)
        if re.fullmatch(rf"--?{_NAME}", before, re.IGNORECASE) and not word.startswith("-"):
            hidden = _HIDDEN
        elif before in _USER and ":" in word:
            hidden = f"{word.partition(':')[0]}:{_HIDDEN}"
        elif before == "-p" and program.startswith(_SEPARATE_PASSWORD):
            hidden = _HIDDEN
        elif re.match("-p.", word) and program.startswith(_SHORT_PASSWORD):
            hidden = f"-p{_HIDDEN}"
        elif start := _before_secret(word, before):
            hidden = f"{start}{_HIDDEN}"
        else:
            hidden = _hide(hidden)
        shown.append(hidden if _HIDDEN in hidden and " " not in hidden else shlex.quote(hidden))
        before = word
    return _cut(" ".join(shown))


def _before_secret(word: str, before: str) -> str:
    """Return what is before the secret in a word that ends with one, or ""."""
    found = _USER_GLUED.match(word)
    if found is None and not _SCRIPT_FOLLOWS.fullmatch(before):
        found = _ASSIGNED.match(word)
    return found[1] if found else ""


def shown_text(text: str, environ: Mapping[str, str]) -> str:
    """Return the sentence with `…` for what looks secret."""
    return _cut(_hide(_hide_values(text, environ)))


def _hide_values(text: str, environ: Mapping[str, str]) -> str:
    """Hide the values of variables with such names: a shell may have put them in."""
    for name, value in environ.items():
        is_long = len(value) >= _SHORTEST_VALUE
        if is_long and value in text and re.fullmatch(_NAME, name, re.IGNORECASE):
            text = text.replace(value, _HIDDEN)
    return text


def _hide(text: str) -> str:
    for pattern in (_NAMED, _AFTER_COLON, _OPTION):
        text = pattern.sub(rf"\1{_HIDDEN}", text)
    text = _IN_URL.sub(lambda found: f"{found[1] or found[2]}{_HIDDEN}", text)
    text = re.sub(r"\S+", _without_userinfo, text)
    return _RUN.sub(lambda found: found[0] if found[1] else _unless_random(found[0]), text)


def _without_userinfo(found: re.Match[str]) -> str:
    """Return the word without user and password of an address that has no scheme."""
    return found[0] if "://" in found[0] else hide_userinfo(found[0])


def _unless_random(run: str) -> str:
    """Return the characters, or `…` if they look like a key. A secret access key has slashes."""
    parts = [run] if len(run) == _KEY_LENGTH else run.split("/")
    return _HIDDEN if any(map(_is_random, parts)) else run


def _is_random(part: str) -> bool:
    if re.fullmatch(r"[0-9a-fA-F]{32,}", part):
        return True
    kinds = "[a-z]", "[A-Z]", "[0-9]"
    return len(part) >= _SHORTEST_RANDOM and all(re.search(kind, part) for kind in kinds)


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}{_HIDDEN}"
