"""What the screens show: one truth for all of them, changed by the app alone."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from itertools import takewhile
from operator import attrgetter
from typing import TYPE_CHECKING, TypeVar

from rolecall.ui import strings

if TYPE_CHECKING:
    from rolecall.domain.catalogue import Catalogue, Changes
    from rolecall.domain.model import AccessToken, Profile, SsoSession
    from rolecall.services.inventory import Marks, Progress
    from rolecall.services.profiles import Config, Finding
    from rolecall.services.tokens import Clock

Row = TypeVar("Row")


@dataclass
class State:
    """`complete`: every account is known by name; `crawling`: answers still come in; `seen_at`:
    nothing that is shown was seen longer ago; `loaded`: the
    cache was asked; `looking`: for a token, when rolecall has just begun.
    """

    session: SsoSession | None = None
    token: AccessToken | None = None
    complete: bool = False
    crawling: bool = False
    looking: bool = True
    loaded: bool = False
    progress: Progress | None = None
    seen_at: datetime | None = None
    config: Config | None = None
    verified: dict[str, bool] = field(default_factory=dict)
    clocks: Sequence[Clock] = ()
    profiles_problem: str = ""
    problem: str = ""
    _new_of: Changes | None = None
    _new_keys: set[tuple[str, str]] = field(default_factory=set)
    _by_target: dict[tuple[str, str], list[Profile]] | None = None

    @cached_property
    def catalogue(self) -> Catalogue:
        """What the session in view is known to reach; assigned anew with every answer."""
        return _empty()

    @cached_property
    def marks(self) -> Marks:
        """Favourites and recent uses; assigned anew when one changes."""
        from rolecall.services.inventory import Marks

        return Marks()

    @cached_property
    def changes(self) -> Changes:
        """What the last complete crawl found new and gone."""
        from rolecall.domain.catalogue import Changes

        return Changes()

    def sign_of(self, account_id: str, permission_set: str = "") -> str:
        """What stands before a row: a favourite, or new since the crawl before the last."""
        if (account_id, permission_set) in self.marks.favourites:
            return strings.FAVOURITE
        return strings.NEW if (account_id, permission_set) in self._new else ""

    @property
    def _new(self) -> set[tuple[str, str]]:
        if self._new_of is not self.changes:
            self._new_of = self.changes
            self._new_keys = {each.key for each in self.changes.new_assignments}
            self._new_keys |= {(account.id, "") for account in self.changes.new_accounts}
        return self._new_keys

    def in_order(self, rows: Sequence[Row], key: Callable[[Row], tuple[str, str]]) -> Sequence[Row]:
        """Favourites first, then what was used last, then the rest as it came."""
        boosts = self.marks.boosts()
        if not boosts:
            return rows
        return sorted(rows, key=lambda row: -boosts.get(key(row), 0.0))

    @property
    def session_label(self) -> str:
        """The session's name; of a legacy one, its start URL's host."""
        if self.session is None:
            return ""
        return label(self.session)

    @property
    def token_end(self) -> datetime | None:
        return self.token.expires_at if self.token else None

    @property
    def profiles(self) -> tuple[Profile, ...]:
        return self.config.profiles if self.config else ()

    def set_config(self, config: Config | None) -> None:
        """What stands in ~/.aws/config; None where it cannot be read."""
        if config != self.config:
            self.verified.clear()  # of profiles that may have been other ones
        self.config = config
        self._by_target = None

    def note_verified(self, name: str, works: bool) -> None:
        """AWS was asked who the profile is, and has said it or not."""
        self.verified[name] = works

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
        """What is the matter with the lines of the profile's section."""
        findings = self.config.findings if self.config else ()
        start = bisect_left(findings, profile.lines.start, key=attrgetter("line"))
        return list(takewhile(lambda each: each.line < profile.lines.stop, findings[start:]))

    def show_session(self, session: SsoSession | None) -> None:
        """Another session comes into view: what was listed of the last one goes."""
        if session != self.session:
            self.catalogue, self.complete, self.seen_at = _empty(), False, None
            self.__dict__.pop("marks", None)
            self.__dict__.pop("changes", None)
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
