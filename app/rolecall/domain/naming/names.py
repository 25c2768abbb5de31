"""Names of profiles, sessions and regions: suggestions, and which names every client can read.

The alphabet is what the AWS CLI and the SDKs for Python, JavaScript, Go and Ruby all read in a
section header of ~/.aws/config.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container, Iterator, Mapping
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from rolecall.domain.access_role import short_name
from rolecall.domain.model import Account
from rolecall.domain.partitions import REGION
from rolecall.domain.text import CASE_CHANGE, original, plain

MAX_LENGTH: Final = 64
_ACCOUNT_LENGTH: Final = 36
_REGION = re.compile(REGION)
UNSAFE: Final = re.compile(r"[^A-Za-z0-9_./%@:+-]+")
_NO_WORD = re.compile(r"[^a-z0-9]+")
_DASHES = re.compile("-{2,}")
_REFUSED = "__proto__"  # with it, the SDK for JavaScript reads nothing at all

_SHORT_NAMES: Final = {
    "AdministratorAccess": "admin",
    "AWSAdministratorAccess": "admin",
    "ReadOnlyAccess": "readonly",
    "AWSReadOnlyAccess": "readonly",
    "PowerUserAccess": "power",
    "AWSPowerUserAccess": "power",
    "ViewOnlyAccess": "view",
    "AWSServiceCatalogAdminFullAccess": "catalog-admin",
    "AWSServiceCatalogEndUserAccess": "catalog-user",
    "DatabaseAdministrator": "dba",
    "SystemAdministrator": "sysadmin",
}
_SHORT_WORDS: Final = {"administrator": "admin", "administrators": "admin"}
_SAYS_NOTHING: Final = frozenset({"access", "permission", "permissions", "role", "set"})
NO_SHORTENINGS: Final[Mapping[str, str]] = MappingProxyType({})
# Letters without a Unicode decomposition, in their common ASCII spelling.
_ASCII_SPELLINGS: Final = str.maketrans(
    {"ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "ß": "ss"}
    | {"Ø": "O", "Æ": "AE", "Œ": "OE", "Ł": "L", "Đ": "D", "Ð": "D", "Þ": "TH"}
)


class NameProblem(StrEnum):
    """Why a text cannot be the name of a profile or session."""

    EMPTY = "empty"
    SPACES = "spaces"
    CHARACTERS = "characters"
    LEADING_DASH = "leading-dash"  # it looks like an option on a command line
    TOO_LONG = "too-long"
    RESERVED = "reserved"


def check(name: str) -> NameProblem | None:
    """Return why this is not a valid name for a profile or session; None if it is valid."""
    if not name:
        return NameProblem.EMPTY
    if UNSAFE.search(name):
        has_space = any(character.isspace() for character in name)
        return NameProblem.SPACES if has_space else NameProblem.CHARACTERS
    if name.startswith("-"):
        return NameProblem.LEADING_DASH
    if name == _REFUSED:
        return NameProblem.RESERVED
    return NameProblem.TOO_LONG if len(name) > MAX_LENGTH else None


def repaired(name: str) -> str:
    """Return the name without what no name can have; "" if letters of it would be lost.

    A valid name stays as it is.
    """
    if check(name) is None:
        return name
    if not name.isascii() and any(each.isalnum() and not slug(each) for each in name):
        return ""
    decomposed = unicodedata.normalize("NFKD", name.translate(_ASCII_SPELLINGS))
    text = "".join(each for each in decomposed if not unicodedata.combining(each))
    text = _DASHES.sub("-", UNSAFE.sub("-", text)).strip("-")
    return text[:MAX_LENGTH].rstrip("-") if text != _REFUSED else text.strip("_")


def is_region(text: str) -> bool:
    """Return whether the text looks like a region. AWS adds regions, so there is no fixed list."""
    return _REGION.fullmatch(text) is not None


def suggest(
    account: Account,
    permission_set: str,
    taken: Container[str] = (),
    shorten: Mapping[str, str] = NO_SHORTENINGS,
) -> str:
    """Return a short, valid name that is not `taken`: `audit` + `AWSAdministratorAccess` →
    `audit-admin`.

    If the short name is taken, the end of the account ID is added, else the whole ID, else a
    number. `shorten` has the user's own short forms, as in `short_permission_set`.
    """
    stem = account_slug(account)
    role = short_permission_set(short_name(permission_set), shorten)
    return next(name for name in _candidates(stem, role, slug(account.id)) if name not in taken)


def unique(name: str, taken: Container[str]) -> str:
    """Return the name, with the first number that makes it unique if it is taken."""
    return next(each for each in numbered(name) if each not in taken)


def numbered(name: str) -> Iterator[str]:
    """Yield the name, then the name with 2, 3, …, without end and never too long."""
    yield name
    number = 2
    while True:
        yield with_suffix(name, str(number))
        number += 1


def with_suffix(name: str, suffix: str) -> str:
    """Return `name-suffix`. The name is cut if the result would be too long."""
    return f"{name[: MAX_LENGTH - len(suffix) - 1].rstrip('-')}-{suffix}"


def short_permission_set(name: str, shorten: Mapping[str, str] = NO_SHORTENINGS) -> str:
    """Return a permission set's name without its meaningless parts.

    `shorten` maps whole names, or words of them in lower case, to their replacements.
    """
    name = original(name)
    if name in shorten:
        return slug(shorten[name])
    if name in _SHORT_NAMES:
        return _SHORT_NAMES[name]
    words = [
        slug(shorten[word]) if word in shorten else _SHORT_WORDS.get(word, word)
        for word in _words(name)
    ]
    words = [word for word in words if word]
    significant = words[1:] if words[:1] == ["aws"] else words
    while significant and significant[-1] in _SAYS_NOTHING:
        significant = significant[:-1]
    return "-".join(significant or words)


def slug(text: str) -> str:
    """Return lower-case ASCII words joined by `-`. Accents and other characters are removed."""
    ascii_text = original(text).casefold()
    if not ascii_text.isascii():
        ascii_text = plain(ascii_text.translate(_ASCII_SPELLINGS)).lower()
    return _NO_WORD.sub("-", ascii_text).strip("-")


@lru_cache(maxsize=1 << 16)
def account_slug(account: Account, name: str | None = None) -> str:
    """Return the account's part of a profile name: never empty, and not too long.

    `name` replaces the account's own name. If nothing of the name remains in ASCII, the e-mail
    address is used, else the account ID.
    """
    part = _account_part(account, original(account.name) if name is None else name)
    return part[:_ACCOUNT_LENGTH].strip("-")


def _account_part(account: Account, name: str) -> str:
    part = slug(name)
    if part and not _mostly_lost(name):
        return part
    local = original(account.email).partition("@")[0]
    base, _, tag = local.partition("+")
    for candidate in (tag, base):
        if re.search("[a-z]", slug(candidate)):
            return slug(candidate)
    return slug(account.id) or part or "account"


def _mostly_lost(name: str) -> bool:
    """Return whether most letters have no ASCII form: `2` would not describe `本番環境 2`."""
    if name.isascii():
        return False
    letters = [character for character in name if character.isalnum()]
    return sum(1 for letter in letters if not slug(letter)) > len(letters) / 2


def _words(name: str) -> list[str]:
    """`AWSReadOnlyAccess` → aws, read, only, access."""
    found = slug(re.sub(CASE_CHANGE, " ", name))
    return found.split("-") if found else []


def _candidates(stem: str, role: str, account_id: str) -> Iterator[str]:
    yield _joined(stem, role)
    if account_id and account_id != stem:
        yield _joined(stem, account_id[-4:], role)
        yield _joined(stem, account_id, role)
    yield from numbered(_joined(stem, role))


def _joined(*parts: str) -> str:
    return "-".join(filter(None, parts))[:MAX_LENGTH].rstrip("-")
