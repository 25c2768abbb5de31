"""What the log has of a command and of a reason.

Of a command it has only what cannot be a secret, whatever the command is. A reason is written for
the log, so it is kept without what has the form of a secret. Both take linear time.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Final

from rolecall.domain.config.redaction import names_secret, shown_location
from rolecall.domain.text import hide_userinfo

_HIDDEN: Final = "…"
_LONGEST: Final = 1000  # characters
_PROGRAM: Final = re.compile(r"[\w.+][\w.+-]{0,63}")
# Well-known programs whose first word, or first two, say what they do: the next is an argument.
_ONE_SUBCOMMAND: Final = "cdk git helm npm packer pulumi sam terraform terragrunt tofu"
_TWO_SUBCOMMANDS: Final = "aws docker eksctl gh kubectl podman"
_SUBCOMMANDS: Final = {
    **dict.fromkeys(_ONE_SUBCOMMAND.split(), 1),
    **dict.fromkeys(_TWO_SUBCOMMANDS.split(), 2),
}
_SUBCOMMAND: Final = re.compile(r"[a-z][a-z-]*|ec2|route53|s3|s3api")
# A value may follow the letter of a short option at once.
_OPTION: Final = re.compile(r"(--[a-z][a-z-]*)(?:(=).*)?|(-[A-Za-z]).*", re.DOTALL)

_SHORTEST_RANDOM: Final = 20
_KEY_LENGTH: Final = 40
_SHORTEST_VALUE: Final = 6  # of a variable; a shorter one is found in harmless words
_PEM: Final = re.compile(r"-----BEGIN .*?(?:-----END [^-\n]*-----|\Z)", re.DOTALL)
_ARN: Final = r"\barn:[\w:./+=,@*-]+"
_RUN: Final = re.compile(rf"({_ARN})|[A-Za-z0-9+/_-]{{{_SHORTEST_RANDOM},}}=*")
# More names of secrets, in sentences.
_SECRET_WORDS: Final = frozenset(
    {"pw", "pin", "key", "passcode", "credentials", "creds", "パスワード"}
)
_NAME_IS: Final = re.compile(
    r"""(?<![\w.-])([\w.-]++)["'”’)]*+\s*+(?:[=:：]|(?:is|was|are)\b)\s*+""", re.IGNORECASE
)
_JAPANESE_NAME_IS: Final = re.compile(r"(?<=パスワードは).+", re.DOTALL)
_SCHEMES: Final = frozenset({"bearer", "basic"})  # of the header Authorization
_NO_WORD: Final = re.compile(r"[\d@#$%^&*+=/\\|~<>]")


def shown_command(words: Sequence[str], *, is_full: bool = False) -> str:
    """Return the program, its first subcommands if it is a well-known one, and the names of its
    options, with `…` for the rest; or, if `is_full`, the command as a shell would take it.
    """
    if is_full:
        return _cut(shlex.join(words))
    return _cut(" ".join(part for part, _ in groupby(_parts(words))))


def _parts(words: Sequence[str]) -> Iterator[str]:
    """Yield what is shown of each word."""
    program = words[0].rpartition("/")[2] if words else ""
    left = _SUBCOMMANDS.get(program, 0)
    has_options = True
    for number, word in enumerate(words):
        option = _OPTION.fullmatch(word) if has_options else None
        if option is not None:
            name = option[1] or option[3]
            has_value = option[2] or len(word) > len(name)
            left = 0  # the next word may be the value of the option
            yield f"{name}{option[2] or ''}{_HIDDEN if has_value else ''}"
        elif number == 0 and _PROGRAM.fullmatch(program):
            yield program
        elif left and _SUBCOMMAND.fullmatch(word):
            left -= 1
            yield word
        else:
            has_options = has_options and word != "--"
            left = 0
            yield _HIDDEN


def shown_text(text: str, environ: Mapping[str, str]) -> str:
    """Return a sentence with `…` for what has the form of a secret: values of variables that are
    named like one, PEM keys, long random characters, what follows the name of a secret, and users
    and queries of addresses.
    """
    if len(text) > _LONGEST:  # a part of a secret may have no form
        text = f"{text[:_LONGEST].rpartition(' ')[0]}{_HIDDEN}"
    for name, value in environ.items():
        if len(value) >= _SHORTEST_VALUE and value in text and names_secret(name):
            text = text.replace(value, _HIDDEN)
    text = re.sub(r"\S+", _shown_address, _PEM.sub(_HIDDEN, text))
    text = _JAPANESE_NAME_IS.sub(_HIDDEN, text)
    for found in _NAME_IS.finditer(text):
        if _names_secret(found[1]):
            text = f"{text[: found.end()]}{_HIDDEN}"
            break
    words = re.split(r"(\s+)", text)
    for i in range(2, len(words), 2):
        if _is_before_secret(words[i - 2].strip("\"'“”‘’(){}[],"), words[i]):
            words[i] = _HIDDEN
    shown = "".join(words)
    return _RUN.sub(lambda found: found[0] if found[1] else _unless_random(found[0]), shown)


def _is_before_secret(word: str, following: str) -> bool:
    """A name may be a word of a sentence: “the password for kim”, “the key INC-4711”."""
    if word.lower() in _SCHEMES:
        return True
    is_name = _names_secret(word) and word.lower() != "key"
    return is_name and (word[0] == "-" or bool(_NO_WORD.search(following)))


def _shown_address(found: re.Match[str]) -> str:
    return shown_location(found[0]) if "://" in found[0] else hide_userinfo(found[0])


def _names_secret(word: str) -> bool:
    return word.lower() in _SECRET_WORDS or names_secret(word) or names_secret(word.rstrip("s"))


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
