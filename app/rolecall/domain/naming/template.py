"""Name templates: `{account|slug}-{short}`.

Braces contain a field, followed by filters with their arguments: `{account|strip_prefix:
acme-|lower}`, `{account|replace: :_}`. All other text is literal.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from enum import StrEnum
from functools import cached_property
from operator import attrgetter
from typing import Final

from rolecall.domain.access_role import short_name
from rolecall.domain.errors import TemplateInvalid
from rolecall.domain.model import Account, Assignment, SsoSession
from rolecall.domain.naming import names as naming
from rolecall.domain.records import dataclass, field
from rolecall.domain.text import original, safe
from rolecall.domain.text.closest_match import close_matches, closest_match

# The default profile names of other tools.
PRESETS: Final[Mapping[str, str]] = {
    "rolecall": "{account|slug}-{short}",
    # https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-sso.html
    "the AWS CLI": "{permission_set}-{account_id}",
    # aws-sso-util 4.33, populate_profiles.py: --components account_name,role_name
    "aws-sso-util": "{account|safe}.{permission_set}",
    # aws-sso-cli 2, setup wizard: {{ .AccountIdPad }}:{{ .RoleName }}
    "aws-sso-cli": "{account_id}:{permission_set}",
}


class TemplateProblem(StrEnum):
    """What is wrong with a template."""

    EMPTY = "empty"
    UNCLOSED = "unclosed"
    STRAY = "stray"  # a closing brace without an opening one
    NO_FIELD = "no-field"
    UNKNOWN_FIELD = "unknown-field"
    NO_FILTER = "no-filter"
    UNKNOWN_FILTER = "unknown-filter"
    TOO_FEW = "too-few"
    TOO_MANY = "too-many"
    CHARACTERS = "characters"  # characters that no name can have


class NameFacts:
    """The values for a template: one permission set of one account, through one session.

    `shorten` has the user's own short forms, as in `naming.short_permission_set`. Without an
    `alias` the account's name takes its place.
    """

    def __init__(
        self,
        session: SsoSession,
        assignment: Assignment,
        shorten: Mapping[str, str] = naming.NO_SHORTENINGS,
        alias: str = "",
    ) -> None:
        self.account_of: Account = assignment.account
        self.account = original(assignment.account.name)
        self.account_id = original(assignment.account.id)
        self.email = original(assignment.account.email)
        self.permission_set = short_name(original(assignment.permission_set.name))
        host = session.start_url.partition("://")[2].partition("/")[0]
        self.session = original(session.name or host)
        self.alias = original(alias) or self.account
        self._shorten = shorten

    @cached_property
    def account_slug(self) -> str:
        return naming.account_slug(self.account_of)

    @cached_property
    def short(self) -> str:
        return naming.short_permission_set(self.permission_set, self._shorten)


FIELDS: Final = ("account", "alias", "permission_set", "short", "account_id", "session", "email")
_NAMES: Final = {"account", "alias"}  # of the account; a filter leaves something of them


@dataclass(frozen=True, slots=True)
class Filter:
    """`apply` takes the text and as many arguments as `arguments` names."""

    arguments: tuple[str, ...]
    apply: Callable[..., str]


FILTERS: Final[Mapping[str, Filter]] = {
    "slug": Filter((), naming.slug),
    "lower": Filter((), str.lower),
    "safe": Filter((), lambda text: naming.UNSAFE.sub("-", text).strip("-")),
    "strip_prefix": Filter(("prefix",), str.removeprefix),
    "strip_suffix": Filter(("suffix",), str.removesuffix),
    "replace": Filter(("old", "new"), str.replace),
}
# They can remove a whole name, so they have a fallback.
_FILLS_IN: Final = {"slug", "safe"}


@dataclass(frozen=True, slots=True)
class TemplateField:
    """A field of a template: its name and its filters, each with its arguments."""

    name: str
    filters: tuple[tuple[str, ...], ...] = ()

    @property
    def getter(self) -> Callable[[NameFacts], str]:
        """Return the fastest way to the value: thousands of rows are named at every key press."""
        if not self.filters:
            return attrgetter(self.name)
        is_default = self.name == "account" and self.filters == (("slug",),)
        return attrgetter("account_slug") if is_default else self.value

    def value(self, facts: NameFacts) -> str:
        text: str = getattr(facts, self.name)
        for name, *arguments in self.filters:
            if self.name in _NAMES and name == "slug":
                text = naming.account_slug(facts.account_of, text)
                continue
            text = FILTERS[name].apply(text, *arguments)
            if self.name in _NAMES and name in _FILLS_IN and not text:
                text = naming.account_slug(facts.account_of)
        return text


@dataclass(frozen=True, slots=True)
class Template:
    """`parts` are fields and the text between them."""

    source: str
    parts: tuple[TemplateField | str, ...]
    _getters: tuple[Callable[[NameFacts], str] | str, ...] = field(compare=False, repr=False)

    @classmethod
    def parse(cls, source: str) -> Template:
        """Return the parsed template. Raises TemplateInvalid."""
        parts = tuple(_parts(source))
        getters = [part if isinstance(part, str) else part.getter for part in parts]
        return cls(source, parts, tuple(getters))

    def name(self, facts: NameFacts) -> str:
        """Return the name: not too long, and without a dash at the end. It may still be invalid."""
        parts = [get if isinstance(get, str) else get(facts) for get in self._getters]
        return "".join(parts)[: naming.MAX_LENGTH].rstrip("-")


def check(source: str) -> TemplateInvalid | None:
    """Return what is wrong with a template, and where; None if it is valid."""
    try:
        Template.parse(source)
    except TemplateInvalid as error:
        return error
    return None


@dataclass(frozen=True, slots=True)
class Completion:
    """The possible words at the cursor, best first; they replace the text from `start`."""

    start: int
    words: tuple[str, ...]
    kind: str  # "field" or "filter"


def complete(source: str, cursor: int) -> Completion | None:
    """Return the completions of the word before the cursor; None outside braces."""
    opened = source.rfind("{", 0, cursor)
    if opened < 0 or "}" in source[opened:cursor]:
        return None
    inside = source[opened + 1 : cursor]
    _, bar, typed = inside.rpartition("|")
    if bar and ":" in typed:
        return None
    kind, known = ("filter", FILTERS) if bar else ("field", FIELDS)
    words: Sequence[str] = [word for word in known if word.startswith(typed)]
    if not words:
        words = close_matches(typed, known)
    return Completion(cursor - len(typed), tuple(words), kind)


def _parts(source: str) -> list[TemplateField | str]:
    if not source.strip():
        raise TemplateInvalid(0, TemplateProblem.EMPTY)
    parts: list[TemplateField | str] = []
    at = 0
    while at < len(source):
        opened = source.find("{", at)
        literal = source[at:] if opened < 0 else source[at:opened]
        if literal:
            _check_literal(literal, at)
            parts.append(literal)
        if opened < 0:
            break
        closed = source.find("}", opened)
        again = source.find("{", opened + 1)
        if closed < 0 or opened < again < closed:
            raise _invalid(opened, TemplateProblem.UNCLOSED, source[opened:])
        parts.append(_field(source[opened + 1 : closed], opened + 1))
        at = closed + 1
    return parts


def _check_literal(text: str, column: int) -> None:
    if (stray := text.find("}")) >= 0:
        raise _invalid(column + stray, TemplateProblem.STRAY, "}")
    if found := naming.UNSAFE.search(text):
        raise _invalid(column + found.start(), TemplateProblem.CHARACTERS, found[0])


def _field(text: str, column: int) -> TemplateField:
    name, *filters = text.split("|")
    if not name:
        raise _invalid(column, TemplateProblem.NO_FIELD, "", FIELDS)
    if name not in FIELDS:
        raise _invalid(column, TemplateProblem.UNKNOWN_FIELD, name, FIELDS)
    column += len(name) + 1
    made = []
    for each in filters:
        made.append(_filter(each, column))
        column += len(each) + 1
    return TemplateField(name, tuple(made))


def _filter(text: str, column: int) -> tuple[str, ...]:
    name, *arguments = text.split(":")
    if not name:
        raise _invalid(column, TemplateProblem.NO_FILTER, "", FILTERS)
    if name not in FILTERS:
        raise _invalid(column, TemplateProblem.UNKNOWN_FILTER, name, FILTERS)
    wanted = FILTERS[name].arguments
    usage = ":".join([name, *wanted])
    if len(arguments) < len(wanted) or (wanted and not arguments[0]):
        raise TemplateInvalid(column, TemplateProblem.TOO_FEW, safe(text), usage)
    if len(arguments) > len(wanted):
        raise TemplateInvalid(column, TemplateProblem.TOO_MANY, safe(text), usage)
    return name, *arguments


def _invalid(
    column: int, problem: TemplateProblem, text: str, known: Collection[str] = ()
) -> TemplateInvalid:
    """Name the closest match or, if there is none, all possible values."""
    near = closest_match(text, known)
    return TemplateInvalid(column, problem, safe(text), near or ", ".join(known))
