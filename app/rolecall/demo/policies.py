"""Policies as IAM evaluates them: a part that is enough to see what narrowed credentials may do.

Conditions and principals are refused, because the demo does not evaluate them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

Policy = list[dict[str, Any]]  # the statements

_VERSIONS: Final = {"2012-10-17", "2008-10-17"}
_ACTION: Final = re.compile(r"\*|[a-z0-9-]+:[A-Za-z0-9*?]+")
_KNOWN: Final = {"Sid", "Effect", "Action", "NotAction", "Resource", "NotResource"}


def parse(text: str) -> Policy:
    """Return the statements. Raises ValueError with what is malformed."""
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        raise ValueError("Syntax errors in policy.") from None
    if not isinstance(content, dict) or content.keys() - {"Version", "Id", "Statement"}:
        raise ValueError("Syntax errors in policy.")
    if content.get("Version", "2008-10-17") not in _VERSIONS:
        raise ValueError("Version is not supported.")
    statements = _listed(content.get("Statement"))
    if not statements:
        raise ValueError("Policy document must have a statement.")
    for each in statements:
        _check(each)
    return statements


def allows(layers: Sequence[Policy], action: str, resource: str) -> bool:
    """Whether every layer allows the action, and none denies it."""
    return all(_allows(policy, action, resource) for policy in layers)


def _allows(policy: Policy, action: str, resource: str) -> bool:
    effects = {each["Effect"] for each in policy if _applies(each, action, resource)}
    return effects == {"Allow"}


def _applies(statement: dict[str, Any], action: str, resource: str) -> bool:
    return _fits(statement, "Action", action, re.IGNORECASE) and _fits(
        statement, "Resource", resource, re.NOFLAG
    )


def _fits(statement: dict[str, Any], key: str, value: str, flags: re.RegexFlag) -> bool:
    is_not = f"Not{key}" in statement
    patterns = _listed(statement.get(f"Not{key}" if is_not else key))
    return is_not != any(re.fullmatch(_expression(each), value, flags) for each in patterns)


def _expression(pattern: str) -> str:
    return re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")


def _check(statement: object) -> None:
    if not isinstance(statement, dict) or statement.keys() - _KNOWN:
        raise ValueError("Syntax errors in policy.")
    if statement.get("Effect") not in {"Allow", "Deny"}:
        raise ValueError("Effect must be Allow or Deny.")
    for key in "Action", "Resource":
        if (key in statement) == (f"Not{key}" in statement):
            raise ValueError(f"Policy statement must contain {key.lower()}s.")
    for action in _texts(statement, "Action"):
        if not _ACTION.fullmatch(action):
            raise ValueError("Actions/Conditions must be prefaced by a vendor.")
    if not all(resources := [*_texts(statement, "Resource")]) or not resources:
        raise ValueError("Resource must not be empty.")


def _texts(statement: dict[str, Any], key: str) -> Iterator[str]:
    for each in _listed(statement.get(key, statement.get(f"Not{key}"))):
        if not isinstance(each, str):
            raise ValueError("Syntax errors in policy.")
        yield each


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
