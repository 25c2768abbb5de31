"""Which words mean which roles, and how strictly. Every command asks this module.

A role is a permission set or a role of account access manager in an account. Words are searched in
the same texts of it by all commands, and a role of account access manager is found by its short
name and by its path: `Deployer`, `ops/Deployer`, `role/ops/Deployer`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from enum import Enum
from typing import Final

from rolecall.domain.access_role import is_role
from rolecall.domain.inventory.annotations import Annotation
from rolecall.domain.records import NamedTuple
from rolecall.domain.search.folding import Prose, SearchIndex
from rolecall.domain.search.query import Query, Selection

_NAMES: Final = 3  # of a role: its account, its permission set and its profiles


class Strictness(Enum):
    """How words mean roles, by what is done with the roles.

    What only `SHOWS` takes parts of words and, if nothing has these, scattered letters. What writes
    or `HANDS_OUT` takes whole words: a mistyped or short word would mean unwanted roles. An option
    that means one role takes names: `named`.
    """

    SHOWS = "shows"
    HANDS_OUT = "hands out"


class SearchedRole(NamedTuple):
    """A role with its profiles. The names are those of the JSON and the CSV of `rolecall list`."""

    account: str
    account_id: str
    email: str
    permission_set: str
    profiles: tuple[str, ...]
    sso_session: str
    alias: str = ""
    note: str = ""
    groups: tuple[str, ...] = ()
    production: bool = False

    @property
    def cells(self) -> tuple[str, ...]:
        """The columns that every list has."""
        return (*self[:4], " ".join(self.profiles))

    def searched(self, *, with_session: bool) -> tuple[str, ...]:
        """Return the texts in which words are searched, the `_NAMES` first. The session is one of
        them only among several: the name of the only one would match everything.
        """
        names = self.account, self.permission_set, " ".join(self.profiles)
        sessions = (self.sso_session,) if with_session else ()
        texts = (*names, self.account_id, self.email, *sessions)
        if not (self.alias or self.note or self.groups):
            return texts
        return (*texts, self.alias, Prose(self.note), Annotation(groups=self.groups).group_words)


def select(
    query: Query,
    roles: Iterable[SearchedRole],
    strictness: Strictness,
    boosts: Mapping[int, float] | None = None,
    *,
    with_session: bool = False,
) -> Selection:
    """Return the roles that the query means, by index: the best first or, if they are handed out,
    in the given order. `boosts` are those of `Query.select`.
    """
    texts = (role.searched(with_session=with_session) for role in roles)
    index = SearchIndex.of(texts, _NAMES)
    if strictness is Strictness.HANDS_OUT:
        return query.in_whole_words(index)
    return query.select(index, boosts=boosts)


def best(query: Query, rows: Iterable[Sequence[str]], strictness: Strictness) -> Selection:
    """Return the rows of texts that the query means best, all equally well, by index."""
    index = SearchIndex.of(rows)
    if strictness is Strictness.HANDS_OUT:
        return query.in_whole_words(index)
    return query.best_matches_only(index)


def named(name: str, names: Iterable[str]) -> list[str]:
    """Return the name itself if it is one of the names, or else the roles of account access manager
    with this short name or end of the path. Several are ambiguous.
    """
    known = list(names)
    if name in known:
        return [name]
    return [each for each in known if name and is_role(each) and each.endswith(f"/{name}")]
