"""The rows of the first screen, read from the cache for the first paint.

The services read the same data later. Importing them takes longer than the first paint may, so this
module reads the files directly.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from rolecall.domain.errors.file_errors import FileError
from rolecall.domain.records import dataclass
from rolecall.domain.text import safe
from rolecall.domain.time_left import is_signed_in
from rolecall.files.paths import Paths, known_paths

if TYPE_CHECKING:
    from rolecall.domain.inventory.catalogue import Catalogue
    from rolecall.domain.inventory.favourites import Favourites
    from rolecall.domain.model import Profile, SsoSession
    from rolecall.services.config.switch_targets import Sections

_COUNT = 120  # the lines of a tall terminal


@dataclass(frozen=True, slots=True)
class StartupSnapshot:
    """What the first screen shows of one session.

    `catalogue` has only as many accounts as fit a screen. `profiles` are those of the session, with
    account and permission set only. `tried`: the name and the start URL of the sessions of the file
    up to this one, which is the first with a token.
    """

    session: SsoSession
    catalogue: Catalogue
    favourites: Favourites
    profiles: tuple[Profile, ...]
    tried: tuple[tuple[str, str], ...]


def startup_snapshot(
    environ: Mapping[str, str], clock: Callable[[], datetime]
) -> StartupSnapshot | None:
    """Return the snapshot of the session that rolecall opens with, or None."""
    try:
        paths = known_paths(environ)
        if not Path(paths.cache, "inventory.sqlite").exists():
            return None  # before more modules are imported
        from rolecall.services.config.switch_targets import Sections

        both = Sections.read(paths.config, paths.credentials, waits=False)
        tried = _tried(both, paths, clock())
        return None if tried is None else _rows_of(tried, both, paths.cache)
    except (FileError, OSError, ValueError):
        return None


def has_sessions(environ: Mapping[str, str]) -> bool:
    """Return whether the files of the user have a session, or cannot be read."""
    from rolecall.domain.profile_kind import legacy_start_url
    from rolecall.services.config.switch_targets import Sections

    try:
        paths = known_paths(environ)
        both = Sections.read(paths.config, paths.credentials, waits=False)
    except (FileError, OSError, ValueError):
        return True
    return bool(both.sessions) or any(map(legacy_start_url, both.profiles.values()))


def _tried(both: Sections, paths: Paths[str], now: datetime) -> tuple[tuple[str, str], ...] | None:
    """Return the sessions up to the first whose token is valid or can be renewed, or None."""
    from rolecall.files.caches.token_file import token_expiry

    tried = []
    for name, values in both.sessions.items():
        if not values.get("sso_start_url"):
            continue
        tried.append((name, values["sso_start_url"]))
        if is_signed_in(token_expiry(paths, *tried[-1]), now):
            return tuple(tried)
    return None


def favourites_of(cache: str, session: str, start_url: str) -> Favourites:
    """Return the favourites and uses of the session with this cache key and start URL."""
    from rolecall.domain.inventory.favourites import Favourites
    from rolecall.domain.sign_in.sign_in_key import sign_in_key
    from rolecall.files.inventory import queries as inventory

    sign_in = sign_in_key(session, start_url)
    uses = {
        (safe(each.account[2]), safe(each.permission_set)): each
        for each in inventory.role_uses(cache)
        if each.account[:2] == sign_in
    }
    used = {
        key: datetime.fromtimestamp(each.used_at, UTC) for key, each in uses.items() if each.used_at
    }
    return Favourites(frozenset(key for key, each in uses.items() if each.is_favourite), used)


def profiles_of(both: Sections, session_name: str | None) -> tuple[Profile, ...]:
    """Return the profiles of a session, with account and permission set only."""
    from rolecall.domain.access_role import read_process
    from rolecall.domain.model import Profile
    from rolecall.domain.profile_kind import SSO, ProfileKind

    def shown(values: Mapping[str, str], key: str) -> str | None:
        return safe(values[key]) if key in values else None

    found = []
    for name, values in both.profiles.items():
        kind = both.kind(name)
        is_process = kind is ProfileKind.PROCESS
        role = read_process(values["credential_process"]) if is_process else None
        if kind in SSO and shown(values, "sso_session") == session_name:
            target = shown(values, "sso_account_id"), shown(values, "sso_role_name")
        elif role is not None and safe(role.session) == session_name:
            target = role.account_id, role.name
        else:
            continue
        found.append(
            Profile(safe(name), kind, session_name, account_id=target[0], permission_set=target[1])
        )
    return tuple(found)


def _rows_of(
    tried: tuple[tuple[str, str], ...], both: Sections, cache: str
) -> StartupSnapshot | None:
    import json

    from rolecall.domain.inventory.catalogue import Catalogue, Listing
    from rolecall.domain.model import Account, PermissionSet, sso_session_of
    from rolecall.files.inventory import queries as inventory

    def sets(names: str | None) -> tuple[PermissionSet, ...] | None:
        if names is None:
            return None
        return tuple(PermissionSet(safe(each)) for each in json.loads(names))

    name, _ = tried[-1]
    session = sso_session_of(name, both.sessions[name])
    key = session.cache_key, session.start_url
    roles_of = session.tenant.address if session.tenant else ""
    listings = [
        Listing(Account(safe(id_), safe(name), safe(email)), sets(names), sets(roles))
        for id_, name, email, names, roles in inventory.first_accounts(
            cache, *key, _COUNT, roles_of
        )
    ]
    if not listings:
        return None
    profiles = profiles_of(both, session.name)
    favourites = favourites_of(cache, *key)
    return StartupSnapshot(session, Catalogue.of(listings), favourites, profiles, tried)
