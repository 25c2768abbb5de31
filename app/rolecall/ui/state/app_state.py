"""What the screens show: one truth for all of them, changed by the app alone."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, takewhile
from operator import attrgetter, itemgetter
from typing import TYPE_CHECKING, TypeVar

from rolecall.presentation import table_strings
from rolecall.ui.state.session_state import AccountRow, AssignmentRow, SessionState

if TYPE_CHECKING:
    from rolecall.domain.model import AccessToken, Account, Profile, SsoSession
    from rolecall.services.expiries import Expiry
    from rolecall.services.inventory.startup_snapshot import StartupSnapshot
    from rolecall.services.profiles import Config, Finding
    from rolecall.services.token_keeper import RenewalFailure

Row = TypeVar("Row", bound=AccountRow | AssignmentRow)


@dataclass
class AppState:
    """`session_states`: one a session, in the order of ~/.aws/config. `session` is the one in
    view, whose token the header tells of; with `all_shown` the tables show the rows of all.
    `looking_for_token`: when rolecall has just begun. `usable_tokens`: those that are valid;
    `renewal_failures`: by session. `first_profiles` are shown until `config` is read;
    `profiles_problem` is why it cannot be read now.
    """

    session_states: dict[SsoSession, SessionState] = field(default_factory=dict)
    session: SsoSession | None = None
    all_shown: bool = False
    looking_for_token: bool = True
    config: Config | None = None
    first_profiles: tuple[Profile, ...] = ()
    verified: dict[str, bool] = field(default_factory=dict)
    expiries: Sequence[Expiry] = ()
    expiries_read: bool = False
    expiries_problem: str = ""
    usable_tokens: Mapping[SsoSession, AccessToken] = field(default_factory=dict)
    renewal_failures: Mapping[SsoSession, RenewalFailure] = field(default_factory=dict)
    profiles_problem: str = ""
    problem: str = ""

    # --- sessions

    @property
    def sessions(self) -> list[SsoSession]:
        return list(self.session_states)

    @property
    def session_state(self) -> SessionState | None:
        """Of the session in view."""
        return None if self.session is None else self.state_of(self.session)

    @property
    def shown(self) -> list[SessionState]:
        """What the tables show."""
        if self.all_shown:
            return list(self.session_states.values())
        return [self.session_state] if self.session_state else []

    def state_of(self, session: SsoSession) -> SessionState:
        if session not in self.session_states:
            self.session_states[session] = SessionState(session)
        return self.session_states[session]

    def set_sessions(self, sessions: Sequence[SsoSession]) -> None:
        """Those that there are now; what is known of those that stay is kept."""
        self.session_states = {
            each: self.session_states.get(each) or SessionState(each) for each in sessions
        }

    def show_first(self, first: StartupSnapshot) -> None:
        """What the cache has for the first screen."""
        session_state = self.state_of(first.session)
        session_state.catalogue, session_state.favourites = first.catalogue, first.marks
        session_state.is_partial = True
        self.first_profiles = first.profiles
        self.show_session(first.session)

    def show_session(self, session: SsoSession | None) -> None:
        """This one comes into view, alone."""
        self.session, self.all_shown = session, False

    @property
    def session_label(self) -> str:
        """The name of the session in view, and how many more are shown."""
        if self.session is None:
            return ""
        more = len(self.shown) - 1
        return f"{self.session.label} +{more}" if more > 0 else self.session.label

    # --- tokens

    @property
    def token(self) -> AccessToken | None:
        """Of the session in view."""
        return self.session_state.token if self.session_state else None

    def token_expiry(self, session: SsoSession | None) -> Expiry | None:
        """The session's access token, as the Tokens screen has it."""
        if session is None:
            return None
        ours = (each for each in self.expiries if each.session == session)
        return next((each for each in ours if each.renews is not None), None)

    # --- rows

    def sign_of(self, row: Row) -> str:
        """What stands before a row: a favourite, or new since the crawl before the last."""
        session_state = self.state_of(row.session)
        if session_state.is_favourite(row.key):
            return table_strings.FAVOURITE
        return table_strings.NEW if session_state.is_new(row.key) else ""

    @property
    def accounts(self) -> Sequence[AccountRow]:
        """Favourites first, then recently used accounts, then the rest in the order of AWS."""
        states = self._listed
        rows = list(chain.from_iterable([state.rows.accounts for state in states]))
        return _in_order(rows, [row for state in states for row in state.boosted_accounts])

    @property
    def assignments(self) -> Sequence[AssignmentRow]:
        """The permission sets, in the order of `accounts`."""
        states = self._listed
        rows = list(chain.from_iterable([state.rows.assignments for state in states]))
        return _in_order(rows, [row for state in states for row in state.boosted_assignments])

    @property
    def _listed(self) -> list[SessionState]:
        """The shown sessions that have rows from the cache or from AWS."""
        return [state for state in self.shown if state.loaded or state.is_partial]

    def in_order(self, account: AccountRow) -> Sequence[AssignmentRow]:
        """The permission sets of one account, in the same order."""
        boosted = self.state_of(account.session).boosted_assignments
        rows = account.assignments
        return _in_order(rows, [each for each in boosted if each[1] in rows])

    def account_of(self, profile: Profile) -> Account | None:
        """The account that a profile points at, where its session is known to reach it."""
        session = self.session_of(profile) if profile.account_id else None
        return self.account_with(profile.account_id or "", session) if session else None

    def account_with(self, account_id: str, session: SsoSession | None) -> Account | None:
        """The account with the id, where the session, or else any, is known to reach it."""
        for state in self.session_states.values():
            listing = state.catalogue.get(account_id) if session in {None, state.session} else None
            if listing:
                return listing.account
        return None

    def account_name(self, profile: Profile) -> str:
        """The account's name where the profile's session knows it, else its id."""
        account = self.account_of(profile)
        return account.name if account else profile.account_id or ""

    def names_of(self, *profiles: Profile) -> list[str]:
        """What tells whether they are production: their names and those of their accounts."""
        return [name for each in profiles for name in (each.name, self.account_name(each)) if name]

    # --- profiles

    @property
    def profiles(self) -> tuple[Profile, ...]:
        return self.config.profiles if self.config else ()

    def set_config(self, config: Config) -> None:
        """What stands in ~/.aws/config."""
        if config != self.config:
            self.verified.clear()  # of profiles that may have been other ones
        self.config = config
        self.first_profiles = ()

    def note_verified(self, name: str, works: bool) -> None:
        """AWS was asked who the profile is, and has said it or not."""
        self.verified[name] = works

    def profiles_of(self, row: AccountRow | AssignmentRow) -> list[Profile]:
        """The profiles that point at the account, or at its permission set, as the row does:
        through the same session.
        """
        return self.state_of(row.session).profiles_of(self.profiles or self.first_profiles, row.key)

    def session_of(self, profile: Profile) -> SsoSession | None:
        return next((each for each in self.session_states if profile.is_of(each)), None)

    def findings_of(self, profile: Profile) -> list[Finding]:
        """What is the matter with the lines of the profile's section."""
        findings = self.config.findings if self.config else ()
        start = bisect_left(findings, profile.lines.start, key=attrgetter("line"))
        return list(takewhile(lambda each: each.line < profile.lines.stop, findings[start:]))


def _in_order(rows: Sequence[Row], boosted: Sequence[tuple[float, Row]]) -> Sequence[Row]:
    if not boosted:
        return rows
    first = [row for _, row in sorted(boosted, key=itemgetter(0), reverse=True)]
    ids = set(map(id, first))
    return first + [row for row in rows if id(row) not in ids]
