"""What is allowed or denied, as a user writes it: `s3:read,logs` is two grants."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from functools import cache
from typing import Final

from rolecall.domain.errors.lending_errors import GrantInvalid
from rolecall.domain.lending import actions
from rolecall.domain.lending.levels import ALL, READING, Level
from rolecall.domain.records import dataclass
from rolecall.domain.text import safe
from rolecall.domain.text.closest_match import closest_match


class GrantProblem(StrEnum):
    """Why a text is no grant."""

    UNKNOWN_SERVICE = "unknown-service"
    MISSPELLED = "misspelled"
    UNKNOWN_LEVEL = "unknown-level"
    LEVELS_UNKNOWN = "levels-unknown"
    NOTHING = "nothing"
    EMPTY = "empty"


# Shorter names of services, as people say them.
_ALIASES: Final = {
    "cognito": "cognito-idp",
    "efs": "elasticfilesystem",
    "elb": "elasticloadbalancing",
    "eventbridge": "events",
    "stepfunctions": "states",
    "waf": "wafv2",
}
# Several grants under one name, which is that of no service.
PRESETS: Final[Mapping[str, str]] = {
    "investigate": "logs,cloudwatch,cloudtrail,xray,s3:list,lambda,ecs",
    "containers": "ecs,ecr,eks,logs",
    "costs": "ce,tag",
}


@dataclass(frozen=True, slots=True)
class Grant:
    """Actions of one service: those of some levels, or all if `levels` is empty."""

    service: str
    levels: tuple[Level, ...] = ()

    def __str__(self) -> str:
        if self.levels == READING:
            return self.service
        return ",".join(f"{self.service}:{each}" for each in self.levels or (ALL,))

    @property
    def actions(self) -> list[str]:
        """The names of its actions; `*` stands for all."""
        known = actions_of(self.service)
        return [name for level in self.levels for name in known.get(level, ())] or ["*"]


@cache
def actions_of(service: str) -> Mapping[Level, tuple[str, ...]]:
    """Return the actions of a service by level; nothing if they are not known."""
    parts = actions.ACTIONS.get(service, "").split("; ")
    pairs = (part.split(": ") for part in parts if part)
    return {Level(level): tuple(names.split()) for level, names in pairs}


@cache
def services() -> tuple[str, ...]:
    """Return all services, those whose levels are known first."""
    return *actions.ACTIONS, *actions.OTHERS.split()


def parse(
    texts: Iterable[str], presets: Mapping[str, str] = PRESETS, *, denies: bool = False
) -> tuple[Grant, ...]:
    """Return the grants of some texts, each with commas between grants and names of presets.

    A service alone is read, or denied as a whole. Raises GrantInvalid.
    """
    words = [word.strip() for text in texts for word in text.split(",")]
    found = (_grant(each, denies, presets) for word in words for each in _spread(word, presets))
    return tuple(dict.fromkeys(found))


def granted(rights: str) -> tuple[Grant, ...]:
    """Return the grants of what `Narrowing.words` says of an `--allow`. Raises GrantInvalid."""
    return parse([rights.removeprefix("allow ")], {})


def is_within(inner: Iterable[Grant], outer: Iterable[Grant]) -> bool:
    """Return whether the grants allow nothing that the others do not, by what they say."""
    pairs = {(grant.service, level) for grant in outer for level in grant.levels or (ALL,)}
    return all(
        (grant.service, level) in pairs or (grant.service, ALL) in pairs
        for grant in inner
        for level in grant.levels or (ALL,)
    )


def _spread(word: str, presets: Mapping[str, str]) -> Iterator[str]:
    """Yield the word, or what the preset with this name stands for."""
    if word in presets and _service(word.partition(":")[0]) not in services():
        yield from (each.strip() for each in presets[word].split(","))
    else:
        yield word


def _service(name: str) -> str:
    """Return the prefix in IAM of a service that a user names."""
    return _ALIASES.get(name.lower(), name.lower())


def _grant(text: str, denies: bool, presets: Iterable[str]) -> Grant:
    name, colon, level = text.lower().partition(":")
    service = _service(name)
    if not name:
        raise GrantInvalid(safe(text), GrantProblem.EMPTY)
    if service not in services():
        near = closest_match(name, [*services(), *_ALIASES, *presets]) if len(name) > 1 else ""
        problem = GrantProblem.MISSPELLED if near else GrantProblem.UNKNOWN_SERVICE
        raise GrantInvalid(safe(text), problem, safe(near))
    if level == ALL or (denies and not colon):
        return Grant(service)
    if colon and level not in {*Level}:
        near = closest_match(level, [*Level, ALL]) or ", ".join([*Level, ALL])
        raise GrantInvalid(safe(text), GrantProblem.UNKNOWN_LEVEL, near)
    known = actions_of(service)
    if not known:
        raise GrantInvalid(safe(text), GrantProblem.LEVELS_UNKNOWN, f"{service}:{ALL}")
    grant = Grant(service, (Level(level),) if colon else READING)
    if not known.keys() & {*grant.levels}:
        raise GrantInvalid(safe(text), GrantProblem.NOTHING, ", ".join([*known, ALL]))
    return grant
