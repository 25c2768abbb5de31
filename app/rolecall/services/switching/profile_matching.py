"""Find the profiles that words mean."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Self

from rolecall.domain.inventory.annotations import NOTHING, Annotation, Annotations
from rolecall.domain.records import NamedTuple
from rolecall.domain.search.folding import fold
from rolecall.domain.search.query import Query
from rolecall.domain.search.role_search import SearchedRole, Strictness, best, select
from rolecall.domain.switching.variables import AccountKey, SwitchTarget
from rolecall.domain.text import safe

if TYPE_CHECKING:
    from rolecall.services.switching.switching import Switching


class Matches(NamedTuple):
    """Profiles that match equally well, and better than all others.

    `guessed`: no profile has the words, but these have their letters in order, with others between.
    So a word with a missing letter is found too.
    """

    targets: list[SwitchTarget]
    guessed: bool = False


class TargetRoles(NamedTuple):
    """The roles that targets stand for, in the form in which words are searched.

    `accounts` are the names and e-mail addresses of accounts, `said` what is said about them.
    `several`: there are several sessions.
    """

    accounts: Mapping[AccountKey, tuple[str, str]]
    said: Annotations
    several: bool = False

    @classmethod
    def read(cls, switching: Switching) -> Self:
        several = len(switching.start_urls()) > 1
        return cls(switching.accounts(), switching.annotations(), several)

    def searched(self, target: SwitchTarget) -> tuple[str, ...]:
        """Return the texts in which words are searched."""
        return self.role_of(target).searched(with_session=self.several)

    def role_of(self, target: SwitchTarget) -> SearchedRole:
        return SearchedRole(
            self._name_and_email(target)[0],
            target.account_id,
            self.email_of(target),
            target.role,
            (target.name,),
            target.session,
            *self.said_of(target),
        )

    def account_of(self, target: SwitchTarget) -> str:
        """Return the name of the account, or its ID if the name is unknown."""
        return safe(self._name_and_email(target)[0] or target.account_id)

    def email_of(self, target: SwitchTarget) -> str:
        return safe(self._name_and_email(target)[1])

    def said_of(self, target: SwitchTarget) -> Annotation:
        return self.said.get(target.account_id, NOTHING)

    def _name_and_email(self, target: SwitchTarget) -> tuple[str, str]:
        return self.accounts.get(target.account_key, ("", ""))


def best_matches(
    targets: Mapping[str, SwitchTarget],
    roles: TargetRoles,
    query: str,
    strictness: Strictness = Strictness.SHOWS,
) -> Matches:
    """Return the best matches. A match in the name is better than one elsewhere in the role."""
    rows = list(targets.values())
    asked = fold(query)
    if exact := [row for row in rows if fold(row.name) == asked]:
        return Matches(exact)
    parsed = Query.parse(query)
    if parsed.is_empty:
        return Matches([])
    found = best(parsed, ((row.name,) for row in rows), strictness)
    if found.scattered or not found.rows:
        found = best(parsed, (roles.searched(row) for row in rows), strictness)
    return Matches([rows[i] for i in found.rows], found.scattered)


def shown_matches(
    targets: Mapping[str, SwitchTarget],
    roles: TargetRoles,
    query: str,
    boosts: Mapping[str, float],
) -> list[SwitchTarget]:
    """Return all that the query finds, the best first, with `boosts` by name."""
    rows = list(targets.values())
    known = {i: boost for i, row in enumerate(rows) if (boost := boosts.get(row.name))}
    searched = (roles.role_of(row) for row in rows)
    found = select(
        Query.parse(query), searched, Strictness.SHOWS, known, with_session=roles.several
    )
    return [rows[i] for i in found.rows]


def any_shown(targets: Iterable[SwitchTarget], roles: TargetRoles, query: str) -> bool:
    """Return whether the picker shows one of the targets."""
    found = best(Query.parse(query), map(roles.searched, targets), Strictness.SHOWS)
    return bool(found.rows)
