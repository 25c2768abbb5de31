"""Role credentials in the cache of the AWS CLI that a sign-out deletes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime

from rolecall.domain.model import Profile, RoleCredentials
from rolecall.domain.records import NamedTuple
from rolecall.domain.text import original, safe
from rolecall.files.caches.cli_cache import assume_role_arguments, assumed_stem


class CachedRole(NamedTuple):
    """Role credentials in the cache of the AWS CLI, in the file with the stem.

    `account` is the name of the account, or its ID if that is unknown. For a role that is assumed
    through the session, it is the name of the profile, and `permission_set` the name of the role.
    """

    account: str
    permission_set: str
    expires_at: datetime
    stem: str


# By the stem of the file: the name of the account or profile, and that of the role.
RoleNames = dict[str, tuple[str, str]]


def cached_roles(
    names: Mapping[str, tuple[str, str]], cached: Mapping[str, RoleCredentials]
) -> Iterator[CachedRole]:
    """Yield the named roles that are in the cache."""
    for stem, (account, role) in names.items():
        if found := cached.get(stem):
            yield CachedRole(account, role, found.expires_at, stem)


def assumed_roles(profiles: Sequence[Profile], is_source: Callable[[Profile], bool]) -> RoleNames:
    """Return the roles that are assumed with credentials of such a source, through others too."""
    names: RoleNames = {}
    by_name = {profile.name: profile for profile in profiles}
    for profile in profiles:
        *roles, base = profile.chain_in(by_name)
        if roles and is_source(base):
            settings = {key: original(value) for key, value in profile.settings.items()}
            role = safe(settings["role_arn"].rpartition("/")[2])
            names[assumed_stem(assume_role_arguments(settings))] = profile.name, role
    return names
