"""The rows that a command can run over, and their credentials.

The credentials come from the AWS CLI's cache or from AWS, at the rate that the listing of accounts
shares. New ones stay in memory, so that each role is asked for once, until a sign-out or a sign-in.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial
from threading import Event
from typing import Final
from weakref import WeakSet

from rolecall.domain.credentials.credential_formats import Export
from rolecall.domain.errors import NoCredentials
from rolecall.domain.errors.run_errors import RoleChanged, RunNarrowed
from rolecall.domain.lending.narrowing import Narrowing
from rolecall.domain.log.hand_out import NOT_NARROWED, HandOutKind, Lend
from rolecall.domain.model import Account, Assignment, PermissionSet, Profile, SsoSession
from rolecall.domain.production import Production
from rolecall.domain.records import NamedTuple, dataclass, field, replace
from rolecall.domain.switching.variables import FOR_PROMPTS, SUBSHELL, SwitchTarget
from rolecall.domain.text import original, safe
from rolecall.files.own.command_history import CommandHistory
from rolecall.files.own.run_records import RunRecords
from rolecall.services.base.retry import RetryPolicy
from rolecall.services.credentials.credentials import CredentialsService
from rolecall.services.credentials.role_credentials import RoleMemories
from rolecall.services.inventory.inventory import InventoryService
from rolecall.services.lending.asked import check_agent, check_required
from rolecall.services.lending.lender import Lender
from rolecall.services.log.hand_outs import HandOuts
from rolecall.services.profiles.profiles import ProfilesService
from rolecall.services.runs.board import RunBoard
from rolecall.services.runs.child import check
from rolecall.services.runs.run_events import RunRow
from rolecall.services.runs.runs import MakeEnvironment, Runs
from rolecall.services.switching.switching import Switching

RoleRow = tuple[SsoSession, Assignment]
_RECORDED: Final = ("name", "profile", "account_id", "account", "permission_set")


class Unfinished(NamedTuple):
    """The rows of the last run that are not done, of all that it had."""

    began_at: datetime
    total: int
    rows: list[RunRow]


@dataclass(frozen=True, slots=True)
class RunsService:
    """Runs a command over rows. `monotonic` is in seconds. `history` has earlier command lines, and
    `records` earlier runs. `clock` returns an aware UTC datetime.
    """

    credentials: CredentialsService
    inventory: InventoryService
    profiles: ProfilesService
    hand_outs: HandOuts
    environ: Mapping[str, str]
    monotonic: Callable[[], float]
    history: CommandHistory
    records: RunRecords
    clock: Callable[[], datetime]
    _memories: RoleMemories = field(default_factory=RoleMemories)
    _lends: dict[str, Lend] = field(default_factory=dict)  # by access key ID
    _made: WeakSet[Runs] = field(default_factory=WeakSet)

    def of_profiles(self, names: Iterable[str]) -> list[RunRow]:
        """Return one row for each profile. Raises NoCredentials, FileError."""
        return [self._of_profile(name) for name in dict.fromkeys(names)]

    def of_roles(self, roles: Iterable[RoleRow]) -> list[RunRow]:
        """Return a row for each permission set of an account. Raises FileError.

        Its name is that of its profile, or the account and the permission set.
        """
        wanted = list(roles)
        profiles = {
            session: self.profiles.profiles_of(session)
            for session in dict.fromkeys(session for session, _ in wanted)
        }
        return _with_distinct_names(
            [
                self._of_role(session, assignment, profiles[session].get(assignment.key, ()))
                for session, assignment in wanted
            ]
        )

    def unfinished(self, narrowing: Narrowing | None = None) -> Unfinished:
        """Return the rows of the last run that are not done, with their names in it. If its roles
        were narrowed, so must these be.

        Raises NoRun, RunGoesOn, RunNarrowed, RoleChanged, NoCredentials, SessionIncomplete,
        FileError.
        """
        recorded = self.records.last()
        if recorded.narrowed and recorded.left and narrowing is None:
            raise RunNarrowed(recorded.narrowed)
        rows = [self._recorded_row(row) for row in recorded.left]
        return Unfinished(recorded.began_at, recorded.total, rows)

    def runs(
        self,
        rows: Sequence[RunRow],
        command: Sequence[str],
        *,
        jobs: int | None = None,
        fail_fast: bool = False,
        reason: str = "",
        narrowing: Narrowing | None = None,
        environment: MakeEnvironment | None = None,
    ) -> Runs:
        """Prepare the runs of a command; call `run` of the result. The log has the reason, and
        `records` how the rows end.

        `jobs` is how many programs run at the same time; the settings have the default. The default
        of `environment` is that with the credentials of the row.
        """
        jobs = jobs or self.profiles.settings.settings.jobs
        narrowed = narrowing.options if narrowing else ""
        on_start = None
        if environment is None:
            environment = partial(self.environment, narrowing=narrowing)
            on_start = partial(self.note, command=command, reason=reason)
        runs = Runs(
            rows,
            command,
            self.environ,
            environment,
            on_start,
            jobs=jobs,
            fail_fast=fail_fast,
            record=self.records.new(self.clock(), list(map(_recorded, rows)), narrowed),
        )
        self._made.add(runs)
        return runs

    def board(
        self,
        rows: Sequence[RunRow],
        command: Sequence[str],
        production: Production,
        environment: MakeEnvironment | None = None,
    ) -> RunBoard:
        """Prepare the runs of a command, with what a screen shows of them."""
        runs = self.runs(rows, command, environment=environment)
        return RunBoard(runs, production, self.monotonic)

    def environment(
        self, row: RunRow, cancelled: Event, narrowing: Narrowing | None = None
    ) -> dict[str, str]:
        """Return the environment of a program with the row's credentials, narrowed if that is asked
        for.

        Raises Cancelled, NarrowingRequired, AgentRefused, and what `CredentialsService.export` and
        `Lender` raise.
        """
        rights, settings = narrowing and narrowing.policy, self.profiles.settings.settings
        check_required(rights, settings, row.name, partial(self._is_production, row))
        check_agent(self.environ, row.name, partial(self._is_production, row))
        service = self.credentials.unsaved(
            self._memories.of(self.credentials.sign_ins()),
            partial(self._retry_policy, cancelled=cancelled),
        )
        if row.profile:
            exported = service.export(row.profile)
        else:
            assert row.session is not None
            found = service.of_role(row.session, row.account_id, row.permission_set)
            exported = Export(found, original(row.region) or None, "")
        if narrowing:
            clients = service.clients_of(row.profile) if row.profile else service.clients
            lender = Lender(narrowing, partial(replace, exported), clients, self.clock)
            exported = lender()
            self._lends[exported.credentials.access_key_id] = lender.lend
        named = dict.fromkeys((SUBSHELL, FOR_PROMPTS), row.profile or None)
        variables = {**self.environ, **exported.variables(), **named}
        return {name: value for name, value in variables.items() if value is not None}

    def note(
        self, row: RunRow, environ: Mapping[str, str], command: Sequence[str], reason: str = ""
    ) -> None:
        """Note in the log that the command has the credentials of this environment."""
        key_id = environ.get("AWS_ACCESS_KEY_ID", "")
        if row.profile:
            target = self.hand_outs.target(row.profile)
        else:
            session = row.session.cache_key if row.session else ""
            target = SwitchTarget("", row.account_id, row.permission_set, session)
        lend = self._lends.get(key_id, NOT_NARROWED)
        self.hand_outs.note(
            HandOutKind.EXEC, target, key_id, command=command, reason=reason, lend=lend
        )

    def _is_production(self, row: RunRow) -> bool:
        production = Switching(self.environ).production_of_many()
        return production.is_production(row.account_id, row.name, row.account)

    def check(self, command: Sequence[str]) -> None:
        """Raise CommandNotRun if there is no such program."""
        check(command, self.environ)

    def end_all(self) -> None:
        """Stop what still runs, and wait until it has ended: the process is about to end."""
        made = list(self._made)
        for runs in made:
            runs.stop_all()
        self.credentials.end_programs()  # a row may wait for one
        for runs in made:
            runs.end()

    def _recorded_row(self, recorded: Mapping[str, str]) -> RunRow:
        """Return the row for the role of then, with the profile if it still has that role."""
        name, profile, account_id, account_name, permission_set = (
            safe(recorded.get(fact, "")) for fact in _RECORDED
        )
        row = RunRow(name, profile, account_id, account_name, permission_set)
        key = recorded.get("sso_session")
        session = self.credentials.session(key) if key else None
        if row.profile:
            try:
                now = self._of_profile(original(row.profile))
            except NoCredentials:
                if session is None:
                    raise
            else:
                if now.role == row.role:
                    return replace(now, name=row.name)
        if session is None:
            raise RoleChanged(row.profile)
        account = Account(row.account_id, row.account, "")
        role = Assignment(account, PermissionSet(row.permission_set))
        return replace(self.of_roles([(session, role)])[0], name=row.name)

    def _of_profile(self, name: str) -> RunRow:
        profile = self.credentials.profile(name)
        session = None
        if profile.is_sso:
            session = self.credentials.session_of(profile)
        account_id = profile.acts_in
        return RunRow(
            name=safe(name),
            profile=name,
            account_id=account_id,
            account=self._account_name(session, account_id),
            permission_set=profile.permission_set or "",
            session=session,
        )

    def _of_role(
        self,
        session: SsoSession,
        assignment: Assignment,
        profiles: Sequence[Profile],
    ) -> RunRow:
        account, role = assignment.account, assignment.permission_set.name
        profile = next(iter(profiles), None)
        return RunRow(
            name=profile.name if profile else f"{account.name or account.id}/{role}",
            profile=original(profile.name) if profile else "",
            account_id=account.id,
            account=account.name,
            permission_set=role,
            session=session,
            region="" if profile else self.profiles.default_region(session, account),
        )

    def _account_name(self, session: SsoSession | None, account_id: str) -> str:
        if session is None:
            return ""
        listing = self.inventory.cached(session).catalogue.get(account_id)
        return listing.account.name if listing else ""

    def _retry_policy(self, session: SsoSession, *, cancelled: Event) -> RetryPolicy:
        return RetryPolicy(self.inventory.request_rate(session), self.monotonic, cancelled)


def _recorded(row: RunRow) -> dict[str, str]:
    """Return what names the row in a record."""
    facts = {name: original(getattr(row, name)) for name in _RECORDED}
    return {**facts, "sso_session": row.session.cache_key if row.session else ""}


def _with_distinct_names(rows: list[RunRow]) -> list[RunRow]:
    """Add the account ID, and if need be the session, to names that several rows have."""
    for part in ("account_id", "session_label"):
        counts = Counter(row.name for row in rows)
        rows = [
            replace(row, name=f"{row.name} ({getattr(row, part)})") if counts[row.name] > 1 else row
            for row in rows
        ]
    return rows
