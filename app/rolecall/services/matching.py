"""Which profiles a query means."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from rolecall.domain.folding import Haystacks, fold
from rolecall.domain.search import Query
from rolecall.services.switching import Target


def best_matches(
    targets: Mapping[str, Target], account_names: Mapping[tuple[str, str], str], query: str
) -> list[Target]:
    """Those that match equally well, and better than all others; none where nothing matches.

    A name that has the query goes before an account or a permission set that has it.
    """
    rows = list(targets.values())
    asked = fold(query)
    if same := [row for row in rows if fold(row.name) == asked]:
        return same
    parsed = Query.parse(query)
    if parsed.is_empty:
        return []
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
    return _best(parsed, rows, names) or _best(parsed, rows, every)


def _best(query: Query, rows: list[Target], fields: Iterable[Iterable[str]]) -> list[Target]:
    return [rows[i] for i in query.equally_good(Haystacks.of(fields))]
