"""The accounts, permission sets and roles of sessions, for `rolecall list`.

If the cache has all of them, the command is answered without importing the services. What needs
more than the cache, or an error message, is left to them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime

from rolecall.domain.access_role import tenant_of
from rolecall.domain.account_access import TENANT_KEY
from rolecall.domain.errors.file_errors import FileError
from rolecall.domain.inventory.annotations import NOTHING, Annotation, Annotations
from rolecall.domain.production import NO_PRODUCTION, Production
from rolecall.domain.profile_kind import legacy_start_url
from rolecall.domain.records import NamedTuple
from rolecall.domain.search.folding import fold, plain, without_groups
from rolecall.domain.search.query import Query, Selection
from rolecall.domain.search.role_search import SearchedRole, Strictness, select
from rolecall.domain.text import safe
from rolecall.domain.time_left import is_signed_in, is_within
from rolecall.files.caches.token_file import token_expiry
from rolecall.files.inventory import queries as inventory
from rolecall.files.own.annotations import read_both
from rolecall.files.own.settings import read_settings
from rolecall.files.paths import paths_of
from rolecall.services.config.production import Said, production_of
from rolecall.services.config.switch_targets import Sections
from rolecall.services.inventory.startup_snapshot import favourites_of, profiles_of

Key = tuple[str, str]


class ListedAccount(NamedTuple):
    """An account with the names of its permission sets."""

    id: str
    name: str
    email: str
    permission_sets: tuple[str, ...]
    said: Annotation = NOTHING


class ListedSession(NamedTuple):
    """A session, its accounts, its profiles by account ID and permission set, its boosts, and what
    decides which of its rows are production.
    """

    name: str
    accounts: Sequence[ListedAccount]
    profiles: Mapping[Key, tuple[str, ...]]
    boosts: Mapping[Key, float]
    production: Production = NO_PRODUCTION

    def rows(self, accounts: Sequence[ListedAccount]) -> Iterator[SearchedRole]:
        none: tuple[str, ...] = ()
        is_production = self.production.is_production
        for id_, name, email, permission_sets, said in accounts:
            production = is_production(id_, name)
            for each in permission_sets:
                profiles = self.profiles.get((id_, each), none)
                yield SearchedRole(name, id_, email, each, profiles, self.name, *said, production)

    def folded(self) -> list[str]:
        """Return a folded text for each account, with all that is searched in its rows."""
        profiles: dict[str, str] = {}
        for (id_, _), names in self.profiles.items():
            profiles[id_] = "\n".join([profiles.get(id_, ""), *names])
        sets: dict[tuple[str, ...], str] = {}
        texts = []
        for id_, name, email, permission_sets, said in self.accounts:
            joined = sets.get(permission_sets)
            if joined is None:
                joined = sets[permission_sets] = "\n".join([self.name, *permission_sets])
            text = f"{name}\n{id_}\n{email}\n{joined}{profiles.get(id_, '')}"
            if said is not NOTHING:
                note = without_groups(fold(said.note))
                text = f"{text}\n{said.alias}\n{note}\n{said.group_words}"
            texts.append(text)
        folded = [text.lower() if text.isascii() else plain(fold(text)) for text in texts]
        # An ID with dashes is also found without them.
        return [f"{text}\n{text.replace('-', '')}" for text in folded]


def listed_in_cache(
    environ: Mapping[str, str], name: str | None, now: datetime
) -> list[ListedSession] | None:
    """Return the named session, or the only one, or all that are signed in.

    Returns None if not all of them are in the cache, complete and recent, or if `cli.list` has to
    say what is wrong in a file.
    """
    if (paths := paths_of(environ)) is None:
        return None
    try:
        both = Sections.read(paths.config, paths.credentials)
        said = read_both(paths)
    except FileError:
        return None
    if both.problem is not None or (names := _sessions(both, name)) is None:
        return None
    urls = {each: both.sessions[each]["sso_start_url"] for each in names}
    if len(names) > 1:
        names = [each for each in names if is_signed_in(token_expiry(paths, each, urls[each]), now)]
    settings = read_settings(paths.settings, paths.team).settings
    all_said = Said(said, is_all=True)
    production = production_of(
        paths.cache, lambda: both, lambda: all_said, settings.production, of_many=True
    )
    found = []
    for each in names:
        tenant = tenant_of(both.sessions[each].get(TENANT_KEY, ""))
        roles_of = tenant.address if tenant else ""
        at = inventory.complete_at(paths.cache, each, urls[each], roles_of)
        if at is None or not is_within(settings.refresh_age, datetime.fromtimestamp(at, UTC), now):
            return None
        listed = _read(paths.cache, both, each, urls[each], roles_of=roles_of, said=said)
        found.append(listed._replace(production=production))
    return found or None


def matching_rows(
    sessions: Sequence[ListedSession], words: Sequence[str], strictness: Strictness
) -> list[SearchedRole]:
    """Return the permission sets and roles that match all words, as `role_search.select` does."""
    query = Query.parse(" ".join(words))
    if query.is_empty:
        return [row for each in sessions for row in each.rows(each.accounts)]
    texts = [each.folded() for each in sessions]
    rows, selection = _select(query, sessions, texts, strictness, scattered=False)
    if selection.scattered:  # no row has all words as they are
        rows, selection = _select(query, sessions, texts, strictness, scattered=True)
    return [rows[i] for i in selection.rows]


def _select(
    query: Query,
    sessions: Sequence[ListedSession],
    texts: Sequence[Sequence[str]],
    strictness: Strictness,
    *,
    scattered: bool,
) -> tuple[list[SearchedRole], Selection]:
    """Search only the accounts that may match: preparing a row takes longer than searching it."""
    rows: list[SearchedRole] = []
    boosts: dict[int, float] = {}
    for session, folded in zip(sessions, texts, strict=True):
        start = len(rows)
        kept = query.candidates(folded, scattered=scattered)
        rows += session.rows([session.accounts[i] for i in kept])
        if session.boosts:
            keys = ((row.account_id, row.permission_set) for row in rows[start:])
            found = enumerate(map(session.boosts.get, keys), start)
            boosts |= {i: boost for i, boost in found if boost is not None}
    with_session = len(sessions) > 1
    return rows, select(query, rows, strictness, boosts, with_session=with_session)


def _sessions(both: Sections, name: str | None) -> list[str] | None:
    """Return the names of the sessions to list; None if one is legacy or incomplete."""
    if name is None:
        if any(legacy_start_url(values) is not None for values in both.profiles.values()):
            return None
        names = list(both.sessions)
    else:
        names = [name]
    found = [both.sessions.get(each, {}) for each in names]
    is_complete = all(each.get("sso_start_url") and each.get("sso_region") for each in found)
    return names if names and is_complete else None


def _read(
    cache: str, both: Sections, name: str, start_url: str, *, roles_of: str, said: Annotations
) -> ListedSession:
    parsed: dict[tuple[str, str | None], tuple[str, ...]] = {}
    accounts = []
    for id_, account, email, sets, roles in inventory.accounts(cache, name, start_url, roles_of):
        key = sets, roles
        permission_sets = parsed.get(key)
        if permission_sets is None:
            names = [each for text in filter(None, key) for each in json.loads(text)]
            permission_sets = parsed[key] = tuple(map(safe, names))
        texts = id_, account, email
        if not (whole := "".join(texts)).isascii() or not whole.isprintable():
            texts = safe(id_), safe(account), safe(email)
        accounts.append(ListedAccount(*texts, permission_sets, said.get(id_, NOTHING)))
    profiles: dict[Key, tuple[str, ...]] = {}
    for each in profiles_of(both, safe(name)):
        if each.account_id and each.permission_set:
            target = each.account_id, each.permission_set
            profiles[target] = (*profiles.get(target, ()), each.name)
    boosts = favourites_of(cache, name, start_url).boosts()
    return ListedSession(safe(name), accounts, profiles, boosts)
