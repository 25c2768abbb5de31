"""Whether profiles work: who AWS says their user is, or why it does not say it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Event
from typing import Final

from rolecall.aws import identity
from rolecall.aws.identity import VerifyResult
from rolecall.domain.errors import RolecallError
from rolecall.domain.model import Identity, Profile, SsoSession
from rolecall.domain.text import original
from rolecall.files.config_file import ConfigFile
from rolecall.services.renewal import Renewal

__all__ = ("VerificationService", "VerifyResult")

# boto3 renews in the last 15 minutes, in each of its sessions, and a refresh token works only once.
_WOULD_RENEW: Final = timedelta(minutes=16)


@dataclass(frozen=True, slots=True)
class VerificationService:
    """Profiles are asked about as the user's own programs will ask, in a process beside this."""

    config: ConfigFile
    renewal: Renewal
    environ: Mapping[str, str]
    clock: Callable[[], datetime]

    def verify(self, name: str) -> Identity:
        """Takes up to a minute. Raises VerifyFailed."""
        return identity.verify(original(name), self.environ)

    def verify_all(
        self,
        names: Sequence[str],
        on_answer: Callable[[str, VerifyResult], None],
        cancelled: Event | None = None,
    ) -> None:
        """Eight at a time; `on_answer` is called once for each name, from this thread, unless
        `cancelled` is set before.
        """
        for session in self._sessions_of(names):
            with suppress(RolecallError):  # then the answers say so
                self._renew_in_time(session)
        shown = {original(name): name for name in names}
        identity.verify_all(
            list(shown),
            self.environ,
            lambda name, answer: on_answer(shown[name], answer),
            cancelled,
        )

    def _sessions_of(self, names: Sequence[str]) -> list[SsoSession]:
        """The sessions whose tokens verifying them takes."""
        try:
            config = self.config.read()
        except RolecallError:
            return []
        there = {profile.name: profile for profile in config.profiles}
        wanted = [each for name in names for each in _with_sources(there, name)]
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


def _with_sources(there: Mapping[str, Profile], name: str) -> list[Profile]:
    """The profile, and those that it goes by way of."""
    found: list[Profile] = []
    profile = there.get(name)
    while profile is not None and profile not in found:
        found.append(profile)
        profile = there.get(profile.source or "")
    return found
