"""Which profiles a query means."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from rolecall.domain.folding import Haystacks, fold
from rolecall.domain.search import Query
from rolecall.domain.switching import Target


class Matches(NamedTuple):
    """Profiles that match equally well, and better than all others.

    `guessed`: none has the words, but these their letters, in order and with others between; a
    word with a letter amiss finds such too.
    """

    targets: list[Target]
    guessed: bool = False


def best_matches(
    targets: Mapping[str, Target], account_names: Mapping[tuple[str, str], str], query: str
) -> Matches:
    """A name that has the query goes before an account or a permission set that has it."""
    rows = list(targets.values())
    asked = fold(query)
    if same := [row for row in rows if fold(row.name) == asked]:
        return Matches(same)
    parsed = Query.parse(query)
    if parsed.is_empty:
        return Matches([])
    names = ((row.name,) for row in rows)
    every = (
        (
            row.name,
            account_names.get((row.session, row.account_id), ""),
            row.account_id,
            row.role,
        )
        for row in rows
    )
    best = parsed.equally_good(Haystacks.of(names))
    if best.scattered:
        best = parsed.equally_good(Haystacks.of(every))
    return Matches([rows[i] for i in best.rows], best.scattered)
