"""Policies for `sts:GetScopedCredentials`: made of grants, or from a file.

https://docs.aws.amazon.com/STS/latest/APIReference/API_GetScopedCredentials.html
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import StrEnum
from typing import Any, Final

from rolecall.domain.errors.lending_errors import PolicyInvalid, PolicyTooLarge
from rolecall.domain.lending.grants import Grant, actions_of
from rolecall.domain.text import safe

LARGEST: Final = 2048  # characters
_VERSION: Final = "2012-10-17"
_WORDS: Final = re.compile("[A-Z]?[^A-Z]*")


class PolicyProblem(StrEnum):
    """Why the content of a file is no policy (`PolicyInvalid.problem`)."""

    MISSING = "missing"
    UNREADABLE = "unreadable"
    NOT_JSON = "not-json"
    NOT_A_POLICY = "not-a-policy"
    TWICE = "twice"


def policy_of(allow: Sequence[Grant], deny: Sequence[Grant]) -> str:
    """Return the policy that allows some actions, or all without `allow`, and denies others.

    Raises PolicyTooLarge.
    """
    policy = _written(allow, deny, _by_words)
    if len(policy) > LARGEST:  # shorter wildcards, which are harder to read
        policy = _written(allow, deny, list)
    if len(policy) > LARGEST:
        raise PolicyTooLarge(len(policy), LARGEST, "grants", _to_leave_out(allow, deny))
    return policy


def policy_in(data: bytes, path: str) -> str:
    """Return the policy of a file without spaces. Raises PolicyInvalid, PolicyTooLarge."""
    try:
        content = json.loads(data.decode("utf-8-sig"), object_pairs_hook=_once)
    except _Twice as twice:
        raise PolicyInvalid(path, PolicyProblem.TWICE, safe(twice.args[0])) from None
    except (ValueError, RecursionError) as error:
        line = str(error.lineno) if isinstance(error, json.JSONDecodeError) else "1"
        raise PolicyInvalid(path, PolicyProblem.NOT_JSON, line) from None
    if not isinstance(content, dict) or not content.get("Statement"):
        raise PolicyInvalid(path, PolicyProblem.NOT_A_POLICY)
    policy = _compact(content)
    if len(policy) > LARGEST:
        raise PolicyTooLarge(len(policy), LARGEST, "file")
    return policy


def patterns(
    wanted: Iterable[str], others: Iterable[str], split: Callable[[str], list[str]]
) -> list[str]:
    """Return wildcards and names that match all of `wanted`, and none of `others`.

    `split` cuts a name into the parts after which a wildcard may follow. IAM ignores case.
    """
    unwanted = [name.lower() for name in others]
    return sorted(_matching("", [(name, split(name)) for name in wanted], unwanted))


def _matching(
    prefix: str, names: list[tuple[str, list[str]]], unwanted: list[str]
) -> Iterator[str]:
    """Yield what matches the names with this prefix. Each has the parts that come after it."""
    if len(names) == 1:
        yield names[0][0]
        return
    unwanted = [name for name in unwanted if name.startswith(prefix.lower())]
    if prefix and not unwanted:
        yield f"{prefix}*"
        return
    groups: dict[str, list[tuple[str, list[str]]]] = defaultdict(list)
    for name, parts in names:
        if parts:
            groups[parts[0].lower()].append((name, parts[1:]))
        else:
            yield name
    for group in groups.values():
        name, rest = group[0]
        yield from _matching(name[: len(name) - len("".join(rest))], group, unwanted)


def _by_words(name: str) -> list[str]:
    return [word for word in _WORDS.findall(name) if word]


def _written(
    allow: Sequence[Grant], deny: Sequence[Grant], split: Callable[[str], list[str]]
) -> str:
    allowed: object = _actions(allow, split) if allow else "*"
    statements = [_statement("Allow", allowed)]
    if deny:
        statements.append(_statement("Deny", _actions(deny, split)))
    return _compact({"Version": _VERSION, "Statement": statements})


def _statement(effect: str, actions: object) -> dict[str, object]:
    return {"Effect": effect, "Action": actions, "Resource": "*"}


def _actions(grants: Sequence[Grant], split: Callable[[str], list[str]]) -> list[str]:
    found: dict[str, set[str]] = defaultdict(set)
    for grant in grants:
        found[grant.service].update(grant.actions)
    written: list[str] = []
    for service, names in found.items():
        known = {name for each in actions_of(service).values() for name in each}
        shown = ["*"] if "*" in names else patterns(names, known - names, split)
        written += [f"{service}:{name}" for name in shown]
    return written


def _to_leave_out(allow: Sequence[Grant], deny: Sequence[Grant]) -> str:
    """Return the grants without which the policy fits, the longest first."""
    kept = [*allow, *deny]
    by_length = sorted(kept, key=lambda each: -len("".join(_actions([each], list))))
    left_out: list[str] = []
    for grant in by_length:
        kept.remove(grant)
        left_out.append(str(grant))
        rest = [each for each in allow if each in kept], [each for each in deny if each in kept]
        if len(_written(*rest, list)) <= LARGEST:
            break
    return ", ".join(left_out)


def _compact(content: object) -> str:
    """Return it as JSON in ASCII without spaces: AWS takes only Latin-1."""
    return json.dumps(content, separators=(",", ":"))


class _Twice(Exception):
    """An object has this key twice: AWS and rolecall may take different ones."""


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise _Twice(key)
        found[key] = value
    return found
