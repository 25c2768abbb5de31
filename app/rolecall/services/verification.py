"""Verify profiles: ask AWS who the user of each profile is."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Event
from typing import Final

from rolecall.aws import identity
from rolecall.domain.errors import RolecallError
from rolecall.domain.model import Identity, Profile, SsoSession, VerifyResult
from rolecall.domain.text import original
from rolecall.files.config_file import ConfigFile
from rolecall.services.renewal import Renewal

# boto3 renews in the last 15 minutes, each session for itself, but a refresh token works only once.
_WOULD_RENEW: Final = timedelta(minutes=16)


@dataclass(frozen=True, slots=True)
class VerificationService:
    """Verifies profiles in a separate process, as the programs of the user would."""

    config: ConfigFile
    renewal: Renewal
    environ: Mapping[str, str]
    clock: Callable[[], datetime]

    def verify(self, name: str) -> Identity:
        """Return who the user of the profile is. Takes up to a minute. Raises VerifyFailed."""
        return identity.verify(original(name), self.environ)

    def verify_all(
        self,
        names: Sequence[str],
        on_answer: Callable[[str, VerifyResult], None],
        cancelled: Event | None = None,
    ) -> None:
        """Verify profiles, eight at a time.

        `on_answer` is called once for each name, on this thread, until `cancelled` is set.
        """
        for session in self._sessions_of(names):
            with suppress(RolecallError):  # the results show the error
                self._renew_in_time(session)
        shown = {original(name): name for name in names}
        identity.verify_all(
            list(shown),
            self.environ,
            lambda name, answer: on_answer(shown[name], answer),
            cancelled,
        )

    def _sessions_of(self, names: Sequence[str]) -> list[SsoSession]:
        """Return the sessions whose tokens are needed for these profiles."""
        try:
            config = self.config.read()
        except RolecallError:
            return []
        by_name = {profile.name: profile for profile in config.profiles}
        wanted = [each for name in names for each in _with_sources(by_name, name)]
        return [
            session
            for session in config.sso_sessions
            if any(profile.is_of(session) for profile in wanted)
        ]

    def _renew_in_time(self, session: SsoSession) -> None:
        token = self.renewal.valid_token(session)
        if (
            token
            and self.renewal.can_renew(token)
            and token.expires_at - self.clock() < _WOULD_RENEW
        ):
            self.renewal.renew(session)


def _with_sources(by_name: Mapping[str, Profile], name: str) -> list[Profile]:
    """Return the profile and its chain of sources."""
    found: list[Profile] = []
    profile = by_name.get(name)
    while profile is not None and profile not in found:
        found.append(profile)
        profile = by_name.get(profile.source or "")
    return found
