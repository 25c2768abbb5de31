"""What a user asks to be lent."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence

from rolecall.domain.errors.file_errors import FileUnreadable
from rolecall.domain.errors.lending_errors import AgentRefused, NarrowingRequired, PolicyInvalid
from rolecall.domain.lending.grants import PRESETS, parse
from rolecall.domain.lending.narrowing import Narrowing, description_of
from rolecall.domain.lending.policy import PolicyProblem, policy_in, policy_of
from rolecall.domain.process.agents import mark_in
from rolecall.domain.records import NamedTuple
from rolecall.domain.settings.settings import Settings
from rolecall.domain.text import safe
from rolecall.files.read import read


class Asked(NamedTuple):
    """The options of a command: grants, the path of a policy, minutes, and the ID if there is one.

    An empty path is a wrong one, such as that of a variable that is not set: None is no path.
    """

    allow: Sequence[str] = ()
    deny: Sequence[str] = ()
    policy: str | None = None
    minutes: int = 0
    lend_id: str = ""

    @property
    def narrows_rights(self) -> bool:
        return bool(self.allow or self.deny or self.policy is not None)


def narrowing_of(asked: Asked, reason: str, presets: Mapping[str, str]) -> Narrowing | None:
    """Return what to lend; None if that is everything that the role may do, for as long as it is
    valid. `presets` are those of the user and the team; rolecall has some more.

    Raises GrantInvalid, PolicyInvalid, PolicyTooLarge.
    """
    if not (asked.narrows_rights or asked.minutes):
        return None
    lend_id = asked.lend_id or secrets.token_hex(4)
    known = {**PRESETS, **presets}
    allow, deny = parse(asked.allow, known), parse(asked.deny, known, denies=True)
    policy = "" if asked.policy is None else _policy_of_file(asked.policy)
    if allow or deny:
        policy = policy_of(allow, deny)
    return Narrowing(
        lend_id,
        policy,
        allow,
        deny,
        safe(asked.policy or ""),
        asked.minutes,
        description_of(reason, lend_id),
    )


def check_required(
    rights: object, settings: Settings, name: str, is_production: Callable[[], bool]
) -> None:
    """Raise NarrowingRequired if the settings or the team want `rights` of production narrowed,
    and they are not.
    """
    if not rights and settings.must_narrow and is_production():
        raise NarrowingRequired(safe(name))


def check_agent(environ: Mapping[str, str], name: str, is_production: Callable[[], bool]) -> None:
    """Raise AgentRefused if an agent calls, and this is production."""
    if (mark := mark_in(environ)) and is_production():
        raise AgentRefused(safe(name), mark)


def _policy_of_file(path: str) -> str:
    try:
        data = read(path)
    except FileUnreadable as error:
        raise PolicyInvalid(safe(path), PolicyProblem.UNREADABLE, error.reason) from None
    if data is None:
        raise PolicyInvalid(safe(path) or '""', PolicyProblem.MISSING)
    return policy_in(data, safe(path))
