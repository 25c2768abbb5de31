"""Find the profiles that match a query best."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from rolecall.domain.folding import SearchIndex, fold
from rolecall.domain.search import Query
from rolecall.domain.switching import AccountKey, SwitchTarget


class Matches(NamedTuple):
    """Profiles that match equally well, and better than all others.

    `guessed`: no profile has the words, but these have their letters in order, with others between.
    So a word with a missing letter is found too.
    """

    targets: list[SwitchTarget]
    guessed: bool = False


def best_matches(
    targets: Mapping[str, SwitchTarget], account_names: Mapping[AccountKey, str], query: str
) -> Matches:
    """Return the best matches. A match in the name is better than one in the account or role."""
    rows = list(targets.values())
    asked = fold(query)
    if exact := [row for row in rows if fold(row.name) == asked]:
        return Matches(exact)
    parsed = Query.parse(query)
    if parsed.is_empty:
        return Matches([])
    names = ((row.name,) for row in rows)
    every = (
        (
            row.name,
            account_names.get(row.account_key, ""),
            row.account_id,
            row.role,
        )
        for row in rows
    )
    best = parsed.best_matches_only(SearchIndex.of(names))
    if best.scattered:
        best = parsed.best_matches_only(SearchIndex.of(every))
    return Matches([rows[i] for i in best.rows], best.scattered)


def picker_shows(
    targets: Iterable[SwitchTarget], account_names: Mapping[AccountKey, str], query: str
) -> bool:
    """Return whether the picker, which searches sessions too, shows one of the targets."""
    rows = [
        (row.name, account_names.get(row.account_key, ""), row.account_id, row.role, row.session)
        for row in targets
    ]
    parsed = Query.parse(query)
    return parsed.is_empty or bool(parsed.select(SearchIndex.of(rows)).rows)
