"""What the screens show."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from operator import attrgetter, itemgetter
from typing import TYPE_CHECKING, TypeVar

from rolecall.domain.production import PRODUCTION, Production, production_rule
from rolecall.domain.records import dataclass, field
from rolecall.presentation import labels
from rolecall.presentation.texts import inventory_strings
from rolecall.ui.state.rows import AccountRow, AssignmentRow
from rolecall.ui.state.session_state import SessionState

if TYPE_CHECKING:
    from rolecall.domain.config.config import Config
    from rolecall.domain.config.findings import Finding
    from rolecall.domain.inventory.annotations import Annotations
    from rolecall.domain.lending.lent import Loan
    from rolecall.domain.model import AccessToken, Account, Profile, SsoSession
    from rolecall.services.inventory.startup_snapshot import StartupSnapshot
    from rolecall.services.tokens.expiries import Expiries
    from rolecall.services.tokens.expiry import Expiry
    from rolecall.services.tokens.token_keeper import RenewalFailure

R = TypeVar("R", bound=AccountRow | AssignmentRow)


@dataclass(frozen=True)
class Question:
    """The config, and how often each session was signed out, when AWS was asked."""

    config: Config | None
    sign_outs: Counter[SsoSession]


@dataclass
class AppState:
    """The state of the app, shared by all screens.

    Each field is written in one place: by a method of this class, or by one flow.

    `annotations`: by account ID; `has_groups`: whether there are any.
    `session_states`: in the order of ~/.aws/config. `session`: the current one, whose token the
    header shows: the one that was chosen, or another while ~/.aws/config lacks that one.
    `all_shown`: the tables show the rows of all sessions. `looking_for_token`: rolecall has not
    decided yet with which session it starts. `first_profiles`: those of the first paint, until
    `config` is read. `expiries` and `usable_tokens`, the valid access tokens, are of one reading of
    the files. `…_problem`: why they, or some of them, cannot be read; without annotations every
    role is production. `cached_names`: all names that the cache has for each account, by its ID.
    `loans`: what is lent, or None until that is read.
    `running_actions`: how many run in the background. `awaits_welcome`: the form of a first visit
    is not there yet, and gets all that is typed until then. `shell_profile`: the one that the shell
    uses in which rolecall runs; empty if it has none.
    """

    session_states: dict[SsoSession, SessionState] = field(default_factory=dict)
    session: SsoSession | None = None
    all_shown: bool = False
    looking_for_token: bool = True
    config: Config | None = None
    annotations: Annotations = field(default_factory=dict)
    has_groups: bool = False
    first_profiles: tuple[Profile, ...] = ()
    expiries: Sequence[Expiry] = ()
    expiries_read: bool = False
    usable_tokens: dict[SsoSession, AccessToken] = field(default_factory=dict)
    expiries_problem: str = ""
    annotations_problem: str = ""
    renewal_failures: Mapping[SsoSession, RenewalFailure] = field(default_factory=dict)
    profiles_problem: str = ""
    sessions_problem: str = ""
    loans: Sequence[Loan] | None = None
    running_actions: int = 0
    shell_profile: str = ""
    awaits_welcome: bool = False
    production_pattern: Callable[[], str] = field(default=lambda: PRODUCTION)
    cached_names: Mapping[str, Sequence[str]] = field(default_factory=dict)
    _named: Sequence[Profile] | None = None  # the profiles of `_names`
    _names: Mapping[str, Sequence[str]] = field(default_factory=dict)
    _known: dict[SsoSession, SessionState] = field(default_factory=dict)
    _chosen: SsoSession | None = None
    verifying: Sequence[str] = ()  # profiles that AWS is being asked about
    _verifications: dict[str, tuple[Config | None, bool]] = field(default_factory=dict)
    _sign_outs: Counter[SsoSession] = field(default_factory=Counter)
    _shown_reading: int = 0

    # --- sessions

    @property
    def sessions(self) -> list[SsoSession]:
        return list(self.session_states)

    @property
    def session_state(self) -> SessionState | None:
        """The state of the current session."""
        return None if self.session is None else self.state_of(self.session)

    @property
    def shown(self) -> list[SessionState]:
        """The sessions whose rows the tables show."""
        if self.all_shown:
            return list(self.session_states.values())
        return [self.session_state] if self.session_state else []

    def state_of(self, session: SsoSession) -> SessionState:
        """Return the state of the session, also of one that is gone; an empty one if it is new."""
        return self._known.get(session) or SessionState(session, self.usable_tokens)

    def set_sessions(
        self, sessions: Sequence[SsoSession], signed_in: Iterable[SsoSession] = ()
    ) -> None:
        """Set the sessions that exist, and which of them have a usable token.

        A session keeps its state while ~/.aws/config lacks it: another program may be writing that.
        While the chosen session is gone, another takes its place.
        """
        self.session_states = {each: self.state_of(each) for each in sessions}
        self._known |= self.session_states
        candidates = _successors(self._chosen, self.session, sessions, list(signed_in))
        self._set_current(next(candidates, None))

    def show_snapshot(self, snapshot: StartupSnapshot) -> None:
        """Show what the cache has for the first paint."""
        self.show_session(snapshot.session)
        self.state_of(snapshot.session).show_snapshot(snapshot.catalogue, snapshot.favourites)
        self.first_profiles = snapshot.profiles

    def show_session(self, session: SsoSession | None, *, with_others: bool = False) -> None:
        """Make this the current session, alone or with the rows of all others."""
        if session is not None and session not in self.session_states:
            self.set_sessions([*self.session_states, session])
        self._set_current(session)
        self._chosen, self.all_shown = session, with_others

    def _set_current(self, session: SsoSession | None) -> None:
        self.session = session  # only here: each field of the state has one writer

    @property
    def session_label(self) -> str:
        """The name of the current session, and how many more are shown."""
        if self.session is None:
            return ""
        more = len(self.shown) - 1
        return f"{self.session.label} +{more}" if more > 0 else self.session.label

    # --- tokens

    @property
    def token(self) -> AccessToken | None:
        """The access token of the current session."""
        return self.session_state.token if self.session_state else None

    def set_expiries(self, found: Expiries) -> None:
        """Set what the files have, unless a later reading is shown already.

        Once the token of a session is gone, its profiles no longer count as verified.
        """
        if found.number < self._shown_reading:
            return
        gone = self.usable_tokens.keys() - found.usable.keys()
        self._shown_reading = found.number
        self.expiries, self.expiries_read = found.rows, True
        self.usable_tokens.clear()  # the sessions share this object
        self.usable_tokens |= found.usable
        self._sign_outs += Counter(gone)
        for name in self._names_through(gone) & self._verifications.keys() if gone else ():
            del self._verifications[name]

    def token_expiry(self, session: SsoSession | None) -> Expiry | None:
        """Return the expiry of the session's access token, or None if it is signed out."""
        if session is None:
            return None
        ours = (each for each in self.expiries if each.session == session)
        return next((each for each in ours if each.renews is not None), None)

    # --- rows

    def is_in_use(self, row: AccountRow | AssignmentRow) -> bool:
        """Return whether the shell uses a profile of the row."""
        name = self.shell_profile
        return bool(name) and any(each.name == name for each in self.profiles_of(row))

    def sign_of(self, row: AccountRow | AssignmentRow) -> str:
        """Return the sign in front of a row: in use by the shell, a favourite, or new in the last
        complete crawl.
        """
        if self.is_in_use(row):
            return labels.IN_USE
        session_state = self.state_of(row.session)
        if session_state.is_favourite(row.key):
            return inventory_strings.FAVOURITE
        return inventory_strings.NEW if session_state.is_new(row.key) else ""

    @property
    def accounts(self) -> Sequence[AccountRow]:
        """Favourites first, then recently used accounts, then the rest by name."""
        boosted = [row for each in self._listed for row in each.boosted_accounts]
        return _boosted_first(self._by_name, boosted)

    @property
    def _by_name(self) -> list[AccountRow]:
        """The accounts of all shown sessions by name: who looks for one looks there, whichever
        session it is of.
        """
        listed = self._listed
        rows = list(chain.from_iterable([each.rows.accounts for each in listed]))
        if len(listed) < 2:
            return rows
        keys = list(chain.from_iterable([each.catalogue.order for each in listed]))
        return [rows[i] for i in sorted(range(len(rows)), key=keys.__getitem__)]

    @property
    def assignments(self) -> Sequence[AssignmentRow]:
        """Favourites first, then recently used permission sets, then the rest."""
        listed = self._listed
        if len(listed) < 2:
            rows = list(chain.from_iterable([each.rows.assignments for each in listed]))
        else:
            rows = [row for account in self._by_name for row in account.assignments]
        boosted = [row for each in listed for row in each.boosted_assignments]
        return _boosted_first(rows, boosted)

    @property
    def _listed(self) -> list[SessionState]:
        """The shown sessions that have rows from the cache or from AWS."""
        return [each for each in self.shown if each.loaded or each.is_partial]

    def assignments_of(self, account: AccountRow) -> Sequence[AssignmentRow]:
        """Return the permission sets of one account, in the order of `assignments`."""
        boosted = self.state_of(account.session).boosted_assignments
        rows = account.assignments
        return _boosted_first(rows, [each for each in boosted if each[1] in rows])

    def account_of(self, profile: Profile) -> Account | None:
        """Return the profile's account, or None if its session does not list it.

        Login sessions and roles have no sso-session; any session may know the account's name.
        """
        if profile.account_of_role or profile.login_session:
            return self.account_with(profile.acts_in, None)
        session = self.session_of(profile) if profile.account_id else None
        return self.account_with(profile.account_id or "", session) if session else None

    def account_with(self, account_id: str, session: SsoSession | None) -> Account | None:
        """Return the account with this ID that the session lists, or any session if it is None."""
        for each in self.session_states.values():
            listing = each.catalogue.get(account_id) if session in {None, each.session} else None
            if listing:
                return listing.account
        return None

    def account_name(self, profile: Profile) -> str:
        """Return the name of the profile's account, or its ID if the name is unknown."""
        account = self.account_of(profile)
        return account.name if account else profile.acts_in

    def names_of(self, profile: Profile) -> list[str]:
        """Return the names of a profile and its account, for a title."""
        return [name for name in (profile.name, self.account_name(profile)) if name]

    # --- production

    @property
    def production(self) -> Production:
        """What decides which roles are production, by all that is known now."""
        rule = production_rule(self.production_pattern())
        return Production(rule, self.names_of_account, lambda: not self.annotations_problem)

    def names_of_account(self, account_id: str) -> Iterator[str]:
        """Yield the names of its profiles, its alias and groups, and its own names."""
        yield from self._profile_names.get(account_id, ())
        if said := self.annotations.get(account_id):
            yield from said.names
        for each in self.session_states.values():
            if listing := each.catalogue.get(account_id):
                yield listing.account.name
        yield from self.cached_names.get(account_id, ())

    def acts_in(self, profile_name: str) -> str:
        """Return the account that the credentials of a profile are for; empty if it is unknown."""
        found = (id_ for id_, names in self._profile_names.items() if profile_name in names)
        return next(found, "")

    @property
    def _profile_names(self) -> Mapping[str, Sequence[str]]:
        profiles = self.first_profiles if self.config is None else self.config.profiles
        if self._named is not profiles:
            names: dict[str, list[str]] = {}
            for each in profiles:
                names.setdefault(each.acts_in, []).append(each.name)
            self._named, self._names = profiles, names
        return self._names

    # --- annotations

    def set_annotations(self, annotations: Annotations) -> None:
        self.annotations = annotations
        self.has_groups = any(each.groups for each in annotations.values())

    # --- profiles

    @property
    def profiles(self) -> tuple[Profile, ...]:
        return self.config.profiles if self.config else ()

    def set_config(self, config: Config) -> None:
        """Set what ~/.aws/config contains. The same contents keep the same object."""
        if config != self.config or self._settings_of(config) != self._settings_of(self.config):
            self.config = config

    @staticmethod
    def _settings_of(config: Config | None) -> list[tuple[object, object]]:
        """Return the keys of the profiles. Those of ~/.aws/credentials are in no other field."""
        profiles = config.profiles if config else ()
        return [(profile.settings, profile.overridden) for profile in profiles]

    def note_verifying(self, name: str, *, is_asked: bool) -> None:
        """Record whether AWS is being asked for the identity of the profile now."""
        others = [each for each in self.verifying if each != name]
        self.verifying = [*others, name] if is_asked else others

    def question(self) -> Question:
        """Return what an answer of AWS about profiles depends on, when AWS is about to be asked."""
        return Question(self.config, self._sign_outs.copy())

    def note_verified(self, name: str, asked: Question, works: bool) -> None:
        """Record whether the profile worked when AWS was asked for its identity.

        An answer about another config does not count, nor does success through a session that was
        signed out meanwhile.
        """
        gone = self._sign_outs - asked.sign_outs
        is_void = works and gone and name in self._names_through(gone.keys())
        if asked.config is self.config and not is_void:
            self._verifications[name] = asked.config, works

    def verification_of(self, name: str) -> bool | None:
        """Return whether the profile worked, or None if it was not tried with this config."""
        config, works = self._verifications.get(name, (None, None))
        return works if config is self.config else None

    def profiles_of(self, row: AccountRow | AssignmentRow) -> list[Profile]:
        """Return the profiles of the row's account, or permission set, through its session."""
        profiles = self.first_profiles if self.config is None else self.config.profiles
        return self.state_of(row.session).profiles_of(profiles, row.key)

    def session_of(self, profile: Profile) -> SsoSession | None:
        """Return the session that the profile uses, or None if it is not in ~/.aws/config."""
        return next((each for each in self.session_states if profile.is_of(each)), None)

    def is_unassigned(self, profile: Profile) -> bool:
        """Return whether the listing of its session no longer has the profile's permission set."""
        session = self.session_of(profile) if profile.account_id else None
        if session is None or not profile.permission_set or not self.state_of(session).complete:
            return False
        catalogue = self.state_of(session).catalogue
        return catalogue.lacks(profile.account_id or "", profile.permission_set)

    def _names_through(self, sessions: Collection[SsoSession]) -> set[str]:
        """Return the profiles that use one of the sessions, by themselves or through sources."""
        by_name = {each.name: each for each in self.profiles}

        def is_through(profile: Profile) -> bool:
            seen: set[str] = set()
            at: Profile | None = profile
            while at is not None and at.name not in seen:
                if any(map(at.is_of, sessions)):
                    return True
                seen.add(at.name)
                at = at.source_in(by_name)
            return False

        return {each.name for each in self.profiles if is_through(each)}

    def findings_of(self, profile: Profile) -> list[Finding]:
        """Return the findings in the section of the profile, then those about it in other lines."""
        findings = self.config.findings if self.config else ()
        starts = ((False, profile.lines.start), (False, profile.lines.stop), (True, 0))
        place = attrgetter("is_elsewhere", "line")
        start, stop, others = (bisect_left(findings, each, key=place) for each in starts)
        elsewhere = (each for each in findings[others:] if each.subject == profile.name)
        return [*findings[start:stop], *elsewhere]


def _boosted_first(rows: Sequence[R], boosted: Sequence[tuple[float, R]]) -> Sequence[R]:
    if not boosted:
        return rows
    first = [row for _, row in sorted(boosted, key=itemgetter(0), reverse=True)]
    ids = set(map(id, first))
    return first + [row for row in rows if id(row) not in ids]


def _successors(
    chosen: SsoSession | None,
    current: SsoSession | None,
    sessions: Sequence[SsoSession],
    signed_in: Sequence[SsoSession],
) -> Iterator[SsoSession]:
    """Yield the sessions that can be the current one, the best first: the chosen one, one of its
    name, as after a change of scopes, or of its portal, as after a change of the name. Then one
    that is signed in, if possible the current one.
    """
    if chosen is not None:
        portal = chosen.start_url, chosen.region
        yield from (each for each in sessions if each == chosen)
        yield from (each for each in sessions if chosen.name and each.name == chosen.name)
        yield from (each for each in sessions if (each.start_url, each.region) == portal)
    for usable in (signed_in, sessions):
        yield from (each for each in usable if each == current)
        yield from usable
