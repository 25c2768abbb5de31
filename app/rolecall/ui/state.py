"""What the screens show: one truth for all of them, changed by the app alone."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rolecall.domain.catalogue import Catalogue
    from rolecall.domain.model import AccessToken, Profile, SsoSession
    from rolecall.services.profiles import Finding
    from rolecall.services.tokens import Clock


@dataclass
class State:
    """`complete`: every account is known by name; `crawling`: answers still come in; `waiting`:
    how many calls wait on AWS's rate limit; `looking`: for a token, when rolecall has just begun.
    """

    session: SsoSession | None = None
    token: AccessToken | None = None
    complete: bool = False
    crawling: bool = False
    looking: bool = True
    waiting: int = 0
    profiles: tuple[Profile, ...] = ()
    clocks: Sequence[Clock] = ()
    profiles_problem: str = ""
    findings: Sequence[Finding] = ()
    problem: str = ""
    _by_target: dict[tuple[str, str], list[Profile]] | None = None

    @cached_property
    def catalogue(self) -> Catalogue:
        """What the session in view is known to reach; assigned anew with every answer."""
        return _empty()

    @property
    def session_label(self) -> str:
        """The session's name; of a legacy one, its start URL's host."""
        if self.session is None:
            return ""
        return label(self.session)

    @property
    def token_end(self) -> datetime | None:
        return self.token.expires_at if self.token else None

    def set_profiles(self, profiles: Sequence[Profile]) -> None:
        self.profiles = tuple(profiles)
        self._by_target = None

    def profiles_of(self, account_id: str, permission_set: str | None = None) -> list[Profile]:
        """The profiles of the session in view that point at the account, or at one set of it."""
        if self._by_target is None:
            self._by_target = {}
            for profile in self.profiles:
                if profile.account_id and profile.permission_set and self._ours(profile):
                    for key in (
                        (profile.account_id, profile.permission_set),
                        (profile.account_id, ""),
                    ):
                        self._by_target.setdefault(key, []).append(profile)
        return self._by_target.get((account_id, permission_set or ""), [])

    def findings_of(self, profile: Profile) -> list[Finding]:
        """What is the matter with the lines from the profile's header to the next one's."""
        after = [other.line for other in self.profiles if other.line > profile.line]
        end = min(after, default=sys.maxsize)
        return [finding for finding in self.findings if profile.line <= finding.line < end]

    def show_session(self, session: SsoSession | None) -> None:
        """Another session comes into view: what was listed of the last one goes."""
        if session != self.session:
            self.catalogue, self.complete = _empty(), False
            self._by_target = None
        self.session = session

    def _ours(self, profile: Profile) -> bool:
        return self.session is not None and profile.is_of(self.session)


def label(session: SsoSession) -> str:
    """What a session is called on screen."""
    if session.name is not None:
        return session.name
    return session.start_url.partition("://")[2].partition("/")[0]


def _empty() -> Catalogue:
    from rolecall.domain.catalogue import Catalogue  # late: the first paint needs none

    return Catalogue()
