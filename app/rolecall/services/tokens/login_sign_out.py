"""Sign out of login sessions, as `aws logout` does: it makes no call to AWS."""

from __future__ import annotations

from typing import Final

from rolecall.domain.model import Profile
from rolecall.domain.records import dataclass
from rolecall.domain.text import original
from rolecall.files.aws_config.config_file import ConfigFile
from rolecall.files.aws_config.credentials_file import CredentialsFile
from rolecall.files.caches.cli_cache import CliCache
from rolecall.files.caches.login_cache import LoginCache
from rolecall.files.caches.login_file import login_stem
from rolecall.files.caches.refusals import Refusals
from rolecall.services.tokens.cached_roles import CachedRole, assumed_roles, cached_roles

_LOCK_TIMEOUT: Final = 30.0  # seconds; a renewal makes one call


@dataclass(frozen=True, slots=True)
class LoginSignOutPlan:
    """What a sign-out deletes. `profiles` are those of the session, `roles` are assumed with it."""

    arn: str
    profiles: tuple[str, ...]
    has_file: bool
    roles: tuple[CachedRole, ...]

    def __bool__(self) -> bool:
        return self.has_file or bool(self.roles)


@dataclass(frozen=True, slots=True)
class LoginSignOutService:
    """Signs out of login sessions, which are named by their ARN."""

    config: ConfigFile
    credentials: CredentialsFile
    cache: LoginCache
    cli_cache: CliCache
    refusals: Refusals

    def plan(self, arn: str) -> LoginSignOutPlan:
        """Return what `sign_out` would delete; nothing for an empty ARN. Raises FileError."""
        config = self.config.read()
        profiles = list(config.merged_profiles(self.credentials.sections()).values())

        def is_of(profile: Profile) -> bool:
            return bool(arn) and original(profile.login_session or "") == arn

        cached = dict(self.cli_cache.entries())
        names = assumed_roles(profiles, is_of) if cached else {}
        return LoginSignOutPlan(
            arn,
            tuple(profile.name for profile in profiles if is_of(profile)),
            self.cache.has_file(arn),
            tuple(cached_roles(names, cached)),
        )

    def sign_out(self, arn: str) -> None:
        """Delete the session and the credentials of roles that are assumed with it.

        This waits for a renewal in progress, so that it does not bring the session back. Raises
        FileError.
        """
        with self.cache.renewal_lock(arn, _LOCK_TIMEOUT):
            self.cache.forget(arn)
            self.refusals.forget(login_stem(arn))
        for role in self.plan(arn).roles:
            self.cli_cache.forget(role.stem)
