"""What ~/.aws/credentials says about profiles that will be saved in ~/.aws/config."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rolecall.domain.model import Profile
from rolecall.domain.profile_kind import SSO_ROLE_KEYS
from rolecall.domain.profiles.plan import PlanKey, target_of


class StoredProfiles:
    """Made from the profiles of both files, as clients read them."""

    def __init__(self, profiles: Iterable[Profile]) -> None:
        self._overridden: dict[str, Sequence[str]] = {}
        self._stored: dict[PlanKey, str] = {}
        in_config: set[PlanKey] = set()
        for each in profiles:
            if each.overridden:
                self._overridden[each.name] = tuple(each.overridden)
            if (target := each.target) is None:
                continue
            key = target_of(each.session_name, each.start_url, *target)
            if _is_of_credentials(each):
                self._stored.setdefault(key, each.name)
            else:
                in_config.add(key)
        for key in in_config:
            self._stored.pop(key, None)

    def overridden_keys(self, name: str) -> Sequence[str]:
        """Return the keys of a profile of the config that ~/.aws/credentials overrides."""
        return self._overridden.get(name, ())

    def profile_for(self, target: PlanKey) -> str | None:
        """Return the profile for a permission set that ~/.aws/credentials has, and the config has
        none.
        """
        return self._stored.get(target)


def _is_of_credentials(profile: Profile) -> bool:
    """Whether it is ~/.aws/credentials that names its permission set."""
    in_config = tuple(profile.in_config(key) for key in SSO_ROLE_KEYS)
    return profile.only_in_credentials or (profile.is_sso and in_config != profile.target)
