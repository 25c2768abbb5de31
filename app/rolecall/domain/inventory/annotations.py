"""What a user and a team say about accounts: an alias, a note and groups.

`rolecall list` waits for this module, so it imports little.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any, Final, NoReturn

from rolecall.domain.arns import ACCOUNT_ID
from rolecall.domain.records import NamedTuple
from rolecall.domain.text import original, safe

KEYS: Final = ("alias", "note", "groups")
LONGEST_ALIAS: Final = 64
LONGEST_NOTE: Final = 1000
MOST_GROUPS: Final = 32
# A group is one word, so that a filter can name it.
GROUP: Final = r"[\w./@+-]{1,64}"
# The first letters of a word of a filter that names a group.
GROUP_PREFIX: Final = "group:"


class TomlProblem(StrEnum):
    """What is wrong in a file of rolecall's own that several people may write."""

    NOT_TEXT = "not-text"  # bytes that are not UTF-8
    NOT_TOML = "not-toml"
    HTML = "html"  # a web page, as a sign-in page of a proxy
    TOO_LARGE = "too-large"
    TOO_SLOW = "too-slow"
    TWICE = "twice"
    UNKNOWN_KEY = "unknown-key"
    RUNS = "runs"  # an unknown key that would run something, or call another server
    NO_TABLE = "no-table"
    NO_STRING = "no-string"
    NO_LIST = "no-list"
    NO_ACCOUNT = "no-account"
    TOO_LONG = "too-long"
    BAD_GROUP = "bad-group"
    BAD_REGION = "bad-region"
    BAD_TEMPLATE = "bad-template"
    BAD_PATTERN = "bad-pattern"
    BAD_SIGN_IN = "bad-sign-in"
    BAD_CHOICE = "bad-choice"
    BAD_START_URL = "bad-start-url"
    BAD_SESSION = "bad-session"
    MISSING = "missing"
    NO_FILE = "no-file"
    NOT_HTTPS = "not-https"
    STATUS = "status"  # of the answer of a web server
    REDIRECTS = "redirects"
    NOT_PUBLIC = "not-public"  # http, a port, or an IP address
    REDIRECT_NOT_PUBLIC = "redirect-not-public"


class TomlMistake(Exception):
    """`keys` lead to the wrong entry. `detail` is its value, what is possible, or a limit."""

    def __init__(self, problem: TomlProblem, keys: Sequence[str], detail: str = "") -> None:
        super().__init__(problem)
        self.problem = problem
        self.keys = tuple(keys)
        self.detail = detail


class Annotation(NamedTuple):
    """What is said about one account."""

    alias: str = ""
    note: str = ""
    groups: tuple[str, ...] = ()

    @property
    def group_words(self) -> str:
        """The groups as words that a filter finds: `group:payments group:eu`."""
        return " ".join([f"{GROUP_PREFIX}{each}" for each in self.groups])

    @property
    def names(self) -> tuple[str, ...]:
        """What is said as names of the account: its alias and its groups."""
        return self.alias, *self.groups

    def over(self, other: Annotation) -> Annotation:
        """Return this annotation, with what only the other says."""
        groups = dict.fromkeys((*self.groups, *other.groups))
        return Annotation(self.alias or other.alias, self.note or other.note, tuple(groups))

    def values(self) -> dict[str, Any]:
        """Return what a file has about it."""
        texts = {"alias": original(self.alias), "note": original(self.note)}
        return {key: value for key, value in {**texts, "groups": [*self.groups]}.items() if value}


Annotations = Mapping[str, Annotation]  # by account ID
NOTHING: Final = Annotation()


def merged(own: Annotations, shared: Annotations) -> Annotations:
    """Return what both say. Where they say something else, the user's own counts."""
    if not own or not shared:
        return own or shared
    both = own.keys() & shared.keys()
    return {**shared, **own, **{id_: own[id_].over(shared[id_]) for id_ in both}}


def annotations_of(value: object, keys: Sequence[str] = ("accounts",)) -> dict[str, Annotation]:
    """Return what a table of accounts says. Raises TomlMistake."""
    if not isinstance(value, dict):
        raise TomlMistake(TomlProblem.NO_TABLE, keys)
    return {id_: annotation_of(each, (*keys, id_)) for id_, each in value.items()}


def annotation_of(value: object, keys: Sequence[str]) -> Annotation:
    """Return what a table says about the account that its last key names. Raises TomlMistake."""
    if not re.fullmatch(ACCOUNT_ID, keys[-1], re.ASCII):
        raise TomlMistake(TomlProblem.NO_ACCOUNT, keys)
    if not isinstance(value, dict):
        raise TomlMistake(TomlProblem.NO_TABLE, keys)
    for key in value:
        if key not in KEYS:
            refuse_unknown((*keys, key), KEYS)
    return Annotation(
        one_line(string_of(value.get("alias", ""), (*keys, "alias"), LONGEST_ALIAS)),
        one_line(string_of(value.get("note", ""), (*keys, "note"), LONGEST_NOTE)),
        _groups_of(value.get("groups", []), (*keys, "groups")),
    )


def string_of(value: object, keys: Sequence[str], longest: int) -> str:
    """Return the value as text. Raises TomlMistake."""
    if not isinstance(value, str):
        raise TomlMistake(TomlProblem.NO_STRING, keys, str(value)[:LONGEST_ALIAS])
    if len(value) > longest:
        raise TomlMistake(TomlProblem.TOO_LONG, keys, str(longest))
    return value


def one_line(text: str) -> str:
    """Return the text as one line that is safe to show."""
    return safe(" ".join(text.split()))


def _groups_of(value: object, keys: Sequence[str]) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise TomlMistake(TomlProblem.NO_LIST, keys)
    if len(value) > MOST_GROUPS:
        raise TomlMistake(TomlProblem.TOO_LONG, keys, str(MOST_GROUPS))
    for each in value:
        if not is_group(string_of(each, keys, LONGEST_NOTE)):
            raise TomlMistake(TomlProblem.BAD_GROUP, keys, each)
    return tuple(dict.fromkeys(value))


def is_group(text: str) -> bool:
    return re.fullmatch(GROUP, text) is not None


# Parts of keys of AWS and of other tools that run something or call another server.
_RUNNING: Final = (
    "process|command|exec|script|endpoint|hook|action|shell|run|url|proxy|bundle|plugin"
)


def refuse_unknown(keys: Sequence[str], known: Sequence[str]) -> NoReturn:
    """Raise TomlMistake for a key that does not exist."""
    is_running = re.search(_RUNNING, keys[-1].lower())
    problem = TomlProblem.RUNS if is_running else TomlProblem.UNKNOWN_KEY
    raise TomlMistake(problem, keys, ", ".join(known))
