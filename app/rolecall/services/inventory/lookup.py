"""Find accounts and permission sets by words, names and IDs, for commands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rolecall.domain.annotations import NOTHING, Annotations
from rolecall.domain.catalogue import Catalogue, Listing
from rolecall.domain.folding import Prose, SearchIndex
from rolecall.domain.model import Assignment
from rolecall.domain.search import Query
from rolecall.domain.text import original
from rolecall.services.inventory.listed import ListedAccount, ListedSession


def matching_rows(
    words: Sequence[str],
    rows: Sequence[Sequence[str]],
    boosts: Mapping[int, float] | None = None,
    *,
    whole_words: bool = False,
) -> list[int]:
    """Return the indexes of the rows that match all words, best first.

    `whole_words` excludes rows that only have the letters of a word, scattered. A command that
    writes uses it, because a mistyped word would match unwanted rows.
    """
    query = Query.parse(" ".join(words))
    if query.is_empty:
        return list(range(len(rows)))
    selection = query.select(SearchIndex.of(rows), boosts=boosts)
    return [] if whole_words and selection.scattered else list(selection.rows)


def matching_assignments(
    words: Sequence[str], catalogue: Catalogue, annotations: Annotations
) -> list[Assignment]:
    """Return the permission sets that match all words as whole words, best first."""
    query = Query.parse(" ".join(words))
    listings = list(catalogue)
    if not query.is_empty:
        # Preparing all rows for the search takes longer than searching the accounts first.
        accounts = [_listed(each, annotations) for each in listings]
        texts = ListedSession("", accounts, {}, {}).folded()
        listings = [listings[i] for i in query.candidates(texts, scattered=False)]
    assignments = [found for each in listings for found in each.assignments]
    rows = [searched_texts(each, annotations) for each in assignments]
    return [assignments[i] for i in matching_rows(words, rows, whole_words=True)]


def searched_texts(assignment: Assignment, annotations: Annotations) -> tuple[str, ...]:
    """Return the texts of a permission set in an account in which words are searched."""
    account = assignment.account
    texts = account.name, account.id, account.email, assignment.permission_set.name
    said = annotations.get(account.id)
    return texts if said is None else (*texts, said.alias, Prose(said.note), said.group_words)


def _listed(listing: Listing, annotations: Annotations) -> ListedAccount:
    account = listing.account
    names = tuple(each.name for each in listing.permission_sets or ())
    said = annotations.get(account.id, NOTHING)
    return ListedAccount(account.id, account.name, account.email, names, said)


def missing_listings(catalogue: Catalogue) -> list[Listing]:
    """Return the accounts whose permission sets are unknown, or may be old."""
    return [each for each in catalogue if each.error or each.permission_sets is None]


def listings_named(catalogue: Catalogue, account: str, annotations: Annotations) -> list[Listing]:
    """Return the account with that ID, with or without dashes, or all accounts with that name, or
    with that alias. An empty text names none.
    """
    if not account:
        return []
    digits, folded = account.replace("-", ""), account.casefold()

    def alias(id_: str) -> str:
        return original(annotations.get(id_, NOTHING).alias).casefold()

    found = [each for each in catalogue if original(each.account.id) == digits]
    found = found or [
        each for each in catalogue if original(each.account.name).casefold() == folded
    ]
    return found or [each for each in catalogue if alias(each.account.id) == folded]
