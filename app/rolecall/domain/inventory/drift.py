"""How the profiles of a session differ from its last complete listing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime

from rolecall.domain.access_role import is_role
from rolecall.domain.inventory.catalogue import Catalogue
from rolecall.domain.model import Assignment, Profile, SsoSession
from rolecall.domain.records import dataclass


@dataclass(frozen=True, slots=True)
class Drift:
    """`complete_at` is when the last complete listing finished; without one, no profile
    counts as missing or not assigned.

    missing: permission sets without a profile of the session
    not_assigned: profiles of the session whose permission set is gone according to that listing
    duplicates: profiles of the session that are the same under several names, region included
    """

    complete_at: datetime | None = None
    missing: tuple[Assignment, ...] = ()
    not_assigned: tuple[Profile, ...] = ()
    duplicates: tuple[tuple[Profile, ...], ...] = ()

    def __bool__(self) -> bool:
        """Return whether there is any drift."""
        return any((self.missing, self.not_assigned, self.duplicates))


def compare(
    session: SsoSession,
    profiles: Iterable[Profile],
    catalogue: Catalogue,
    seen: Collection[str],
    complete_at: datetime | None,
) -> Drift:
    """Return the drift of a session.

    `catalogue` is the result of the last complete listing, finished at `complete_at`. `seen` are
    the IDs of the accounts whose permission sets it got; in other accounts nothing counts as gone.
    """
    ours = [each for each in profiles if each.is_of(session) and each.target is not None]
    targets = {each.target for each in ours}
    missing: list[Assignment] = []
    not_assigned: list[Profile] = []
    if complete_at is not None:
        missing = [each for each in catalogue.assignments() if each.key not in targets]
        not_assigned = [each for each in ours if _is_gone(each, catalogue, seen)]
    return Drift(complete_at, tuple(missing), tuple(not_assigned), _duplicates(ours))


def without_session(
    profiles: Iterable[Profile], session_names: Collection[str]
) -> tuple[Profile, ...]:
    """Return the profiles whose sso-session is not in the file."""
    return tuple(
        each for each in profiles if each.session_name and each.session_name not in session_names
    )


def _is_gone(profile: Profile, catalogue: Catalogue, seen: Collection[str]) -> bool:
    account_id, name = profile.account_id or "", profile.permission_set or ""
    is_listed = is_role(name) or account_id not in catalogue or account_id in seen
    return is_listed and catalogue.lacks(account_id, name)


def _duplicates(profiles: Iterable[Profile]) -> tuple[tuple[Profile, ...], ...]:
    alike: dict[object, list[Profile]] = defaultdict(list)
    for each in profiles:
        alike[each.target, each.region].append(each)
    return tuple(tuple(each) for each in alike.values() if len(each) > 1)
