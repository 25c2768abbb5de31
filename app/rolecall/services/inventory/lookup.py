"""Find accounts and permission sets by words, names and IDs, for commands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Self

from rolecall.domain.inventory.annotations import NOTHING, Annotations
from rolecall.domain.inventory.catalogue import Catalogue, Listing
from rolecall.domain.model import Account, Assignment, Profile, SsoSession
from rolecall.domain.records import NamedTuple
from rolecall.domain.search.query import Query
from rolecall.domain.search.role_search import SearchedRole, Strictness, select
from rolecall.domain.text import original
from rolecall.services.inventory.listed import Key, ListedAccount, ListedSession, matching_rows


class Listed(NamedTuple):
    """The catalogue of a session, and what is searched of it."""

    session: SsoSession
    catalogue: Catalogue
    searched: ListedSession

    @classmethod
    def of(
        cls,
        session: SsoSession,
        catalogue: Catalogue,
        profiles: Mapping[Key, Sequence[Profile]],
        annotations: Annotations,
        boosts: Mapping[Key, float] | None = None,
    ) -> Self:
        """`profiles` are those of the session, by account ID and permission set."""
        accounts = [_searched(each, annotations) for each in catalogue]
        names = {key: tuple(each.name for each in found) for key, found in profiles.items()}
        searched = ListedSession(session.cache_key, accounts, names, boosts or {})
        return cls(session, catalogue, searched)


def roles_meant(
    listed: Sequence[Listed], words: Sequence[str]
) -> list[tuple[SsoSession, Assignment]]:
    """Return the permission sets and roles that words mean to a command that writes or hands out,
    in the order of the sessions.
    """
    of = {each.searched.name: each for each in listed}

    @cache
    def assignments(session: str, account_id: str) -> dict[str, Assignment]:
        found = of[session].catalogue[account_id].assignments
        return {each.permission_set.name: each for each in found}

    rows = matching_rows([each.searched for each in listed], words, Strictness.HANDS_OUT)
    return [
        (
            of[row.sso_session].session,
            assignments(row.sso_session, row.account_id)[row.permission_set],
        )
        for row in rows
    ]


def profiles_meant(
    profiles: Sequence[Profile],
    words: Sequence[str],
    catalogue: Catalogue,
    annotations: Annotations,
) -> list[Profile]:
    """Return the profiles of one session that words mean, as `roles_meant` does. The permission
    sets of the profiles may be gone; the catalogue has the names of accounts.
    """

    def role_of(profile: Profile) -> SearchedRole:
        id_ = profile.account_id or ""
        account = listing.account if (listing := catalogue.get(id_)) else Account(id_, "", "")
        return SearchedRole(
            account.name,
            id_,
            account.email,
            profile.permission_set or "",
            (profile.name,),
            profile.session_name or "",
            *annotations.get(id_, NOTHING),
        )

    query = Query.parse(" ".join(words))
    return [profiles[i] for i in select(query, map(role_of, profiles), Strictness.HANDS_OUT).rows]


def _searched(listing: Listing, annotations: Annotations) -> ListedAccount:
    account = listing.account
    names = tuple(each.name for each in listing.all_sets or ())
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
