"""Role credentials in the cache of the AWS CLI, fetched once for all processes.

They are read from that cache and saved there in its format, under a lock that all processes share.
They are fetched again when the AWS CLI would fetch them again.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext, suppress
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Final, Self, TypeGuard

from rolecall.aws.account_access import AccountAccess, RoleProblem
from rolecall.aws.pages import CallPolicy
from rolecall.aws.portal import Portal
from rolecall.aws.session import Clients
from rolecall.domain.access_role import NO_OPTIONS, RoleOptions, is_role
from rolecall.domain.errors import NoAssignment, RolecallError, SignInNeeded
from rolecall.domain.errors.file_errors import FileBusy, FileError, FileUnreadable
from rolecall.domain.errors.role_errors import NoTenant, RoleRefused, TokenLacksScopes
from rolecall.domain.model import AccessToken, RoleCredentials, SsoSession
from rolecall.domain.records import dataclass, field, replace
from rolecall.domain.text import safe
from rolecall.files.caches.cli_cache import (
    AssumeRoleArguments,
    CliCache,
    assumed_stem,
    credentials_stem,
)
from rolecall.files.safe import atomic
from rolecall.services.tokens.renewal import Renewal

# With less time left they are fetched again (`botocore.credentials.CachedCredentialFetcher`).
REFETCH_BEFORE: Final = timedelta(minutes=15)
# A session of a role lasts 12 hours at most. If more is left, another client has saved the expiry,
# and the clock of this machine is behind.
_LONGEST: Final = timedelta(hours=12, minutes=5)
# Seconds that a process waits for one that asks for the same credentials. It may be stopped, and a
# second call does no harm, so that then both ask.
_LOCK_TIMEOUT: Final = 10.0
# Seconds that a process waits for a renewal or a sign-out before it saves an answer.
_SAVE_TIMEOUT: Final = 2.0

# Is entered while credentials are saved; raises if what gave them has ended in the meantime.
KeptWhile = Callable[[], AbstractContextManager[None]]


@dataclass(frozen=True, slots=True)
class RoleMemory:
    """Role credentials that only this process has. Each role is asked for by one thread."""

    _known: dict[str, RoleCredentials] = field(default_factory=dict)
    _locks: dict[str, threading.Lock] = field(default_factory=dict)

    def known_or_new(
        self,
        stem: str,
        is_due: Callable[[RoleCredentials], bool],
        ask: Callable[[], RoleCredentials],
    ) -> RoleCredentials:
        """Return the credentials with this stem, or new ones if there are none or they are due."""
        with self._locks.setdefault(stem, threading.Lock()):
            known = self._known.get(stem)
            if known is None or is_due(known):
                known = self._known[stem] = ask()
            return known

    def known(self, stem: str) -> RoleCredentials | None:
        """Return the last credentials with this stem."""
        return self._known.get(stem)


@dataclass(slots=True)
class RoleMemories:
    """The memory of a process in which users sign out, and others sign in."""

    _sign_ins: object = None
    _memory: RoleMemory = field(default_factory=RoleMemory)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def of(self, sign_ins: object) -> RoleMemory:
        """Return the memory for these sign-ins. It is empty if they have changed."""
        with self._lock:
            if sign_ins != self._sign_ins:
                self._sign_ins, self._memory = sign_ins, RoleMemory()
            return self._memory


@dataclass(frozen=True, slots=True)
class RoleCredentialsService:
    """Gets role credentials. `clock` returns an aware UTC datetime.

    With a `memory`, new ones are kept there and nothing is saved. `call_policy` makes the calls to
    AWS, for a session. `default_options` returns those of the settings, for roles of account access
    manager. Without `may_ask` only valid keys of the cache are returned, and LookupError is raised
    if there are none.
    """

    clients: Clients
    cli_cache: CliCache
    renewal: Renewal
    clock: Callable[[], datetime]
    memory: RoleMemory | None = None
    call_policy: Callable[[SsoSession], CallPolicy] | None = None
    default_options: Callable[[], RoleOptions] = lambda: NO_OPTIONS
    may_ask: bool = True

    def with_clients(self, clients: Clients) -> Self:
        """Return this service with other clients, also for the renewal of tokens."""
        return replace(self, clients=clients, renewal=replace(self.renewal, clients=clients))

    def of_role(
        self,
        session: SsoSession,
        account_id: str,
        permission_set: str,
        options: RoleOptions = NO_OPTIONS,
    ) -> RoleCredentials:
        """Return the credentials from the AWS CLI's cache, or new ones if they expire soon.

        New ones are saved there. A failed fetch is not an error while the old ones are valid.
        `options` are for a role of account access manager. A sign-out while AWS is asked makes the
        answer invalid.
        Raises SignInNeeded, NoTenant, TokenLacksScopes, RoleRefused, TenantUnknown, ServiceError,
        RegionInvalid, FileError.
        """
        role = account_id, permission_set

        def ask() -> RoleCredentials:
            if is_role(permission_set):
                new = self._ask_account_access(session, *role, options)
            else:
                new = self._ask_portal(session, *role)
            self._check_signed_in(session)
            return new

        def save(new: RoleCredentials) -> None:
            with self._signed_in(session):
                self.cli_cache.save(session, *role, new, options)

        return self._cached_or_new(
            credentials_stem(session, *role, options),
            lambda: self.cli_cache.credentials(session, *role, options),
            ask,
            save,
        )

    def assumed(
        self,
        arguments: AssumeRoleArguments,
        ask: Callable[[], RoleCredentials],
        source: Callable[[], KeptWhile],
    ) -> RoleCredentials:
        """Return the credentials of a role that is assumed with these arguments of AssumeRole.

        `ask` calls AssumeRole. `source` returns, before that, in what the answer is saved. Raises
        what they raise, and FileError.
        """
        kept_while: KeptWhile = nullcontext

        def ask_first() -> RoleCredentials:
            nonlocal kept_while
            kept_while = source()
            return ask()

        def save(new: RoleCredentials) -> None:
            with kept_while():
                self.cli_cache.save_assumed(arguments, new)

        return self._cached_or_new(
            assumed_stem(arguments), lambda: self.cli_cache.assumed(arguments), ask_first, save
        )

    def while_signed_in(self, session: SsoSession) -> KeptWhile:
        """Return a function that raises SignInNeeded once the user has signed out, from now on."""
        is_signed_out = self.renewal.token(session) is None
        return nullcontext if is_signed_out else partial(self._signed_in, session)

    def _cached_or_new(
        self,
        stem: str,
        load: Callable[[], RoleCredentials | None],
        ask: Callable[[], RoleCredentials],
        save: Callable[[RoleCredentials], None],
    ) -> RoleCredentials:
        """Return the cached credentials or, if they expire soon, new ones from `ask`.

        One process asks at a time. The others wait a while for it, unless their credentials are
        valid.
        """
        cached = _load(load)
        if cached is not None and not self._is_due(cached):
            return cached
        if not self.may_ask:
            if self._is_valid(cached):
                return cached
            raise LookupError(stem)
        if self.memory is not None:
            return self._known_or_new(self.memory, stem, cached, ask)
        cache = self.cli_cache
        timeout = 0.0 if self._is_valid(cached) else _LOCK_TIMEOUT
        path = cache.folder / f"{stem}.json"
        try:
            with _alone(path, cache.state, timeout):
                cached = _load(load)
                if cached is not None and not self._is_due(cached):
                    return cached
                new = self._by_this_clock(ask())
                with suppress(FileError):  # they are valid even if they cannot be saved
                    save(new)
                return new
        except RolecallError:
            if self._is_valid(cached) and self._is_valid(still := _load(load)):
                return still
            raise

    def _known_or_new(
        self,
        memory: RoleMemory,
        stem: str,
        cached: RoleCredentials | None,
        ask: Callable[[], RoleCredentials],
    ) -> RoleCredentials:
        """Return the credentials in memory or, if they expire soon, new ones."""
        try:
            return memory.known_or_new(stem, self._is_due, lambda: self._by_this_clock(ask()))
        except RolecallError:
            for old in (memory.known(stem), cached):
                if self._is_valid(old):
                    return old
            raise

    def _is_due(self, credentials: RoleCredentials) -> bool:
        return not REFETCH_BEFORE <= credentials.expires_at - self.clock() <= _LONGEST

    def _is_valid(self, credentials: RoleCredentials | None) -> TypeGuard[RoleCredentials]:
        return (
            credentials is not None
            and timedelta(0) < credentials.expires_at - self.clock() <= _LONGEST
        )

    def _by_this_clock(self, credentials: RoleCredentials) -> RoleCredentials:
        """Return the credentials with their expiry by the clock of this machine.

        AWS gives it as a moment, which every client compares with that clock, however wrong it is.
        """
        difference = self.clients.clock_skew.difference
        return replace(credentials, expires_at=credentials.expires_at - difference)

    def _ask_portal(
        self, session: SsoSession, account_id: str, permission_set: str
    ) -> RoleCredentials:
        portal = Portal(self.clients.portal(session.region), session)
        policy = self.call_policy(session) if self.call_policy else None

        def ask(token: AccessToken) -> RoleCredentials:
            with self.renewal.noting_refusal(session, token):
                return portal.role_credentials(token, account_id, permission_set, policy)

        return self._asked(session, ask)

    def _ask_account_access(
        self, session: SsoSession, account_id: str, name: str, options: RoleOptions
    ) -> RoleCredentials:
        if session.tenant is None:
            raise NoTenant(session.cache_key)
        client = self.clients.account_access(session.tenant.region)
        access = AccountAccess(client, session.cache_key, session.tenant)
        policy = self.call_policy(session) if self.call_policy else None
        default = self.default_options()
        chosen = RoleOptions(
            options.session_name or default.session_name, options.duration or default.duration
        )

        def ask_with(token: AccessToken) -> RoleCredentials:
            try:
                return access.role_credentials(token, account_id, name, chosen, policy)
            except RoleRefused as refused:
                if refused.problem == RoleProblem.DENIED:
                    refused.problem = access.why_denied(token, account_id, name)
                if refused.problem == RoleProblem.DURATION:
                    access.check_tenant(token)
                if refused.problem == RoleProblem.NOT_ASSIGNED:
                    raise NoAssignment(safe(account_id), safe(name)) from None
                raise

        def ask(token: AccessToken) -> RoleCredentials:
            try:
                return ask_with(token)
            except TokenLacksScopes:
                self._check_token(session, token)
                raise

        return self._asked(session, ask)

    def _asked(
        self, session: SsoSession, ask: Callable[[AccessToken], RoleCredentials]
    ) -> RoleCredentials:
        """Ask with a valid token, and once more if that is refused: another process may have signed
        in again, or the token can be renewed.
        """
        try:
            return ask(self.renewal.needed_token(session))
        except SignInNeeded:
            return ask(self.renewal.needed_token(session))

    def _check_token(self, session: SsoSession, token: AccessToken) -> None:
        """Raise SignInNeeded if the portal refuses the token too: then the scopes do not matter."""
        portal = Portal(self.clients.portal(session.region), session)
        with self.renewal.noting_refusal(session, token):
            next(portal.accounts(token))

    @contextmanager
    def _signed_in(self, session: SsoSession) -> Iterator[None]:
        """No sign-out is possible within this context. Raises SignInNeeded after one, FileBusy."""
        with self.renewal.renewal_lock(session, _SAVE_TIMEOUT):  # a sign-out has it too
            self._check_signed_in(session)
            yield

    def _check_signed_in(self, session: SsoSession) -> None:
        """Raise SignInNeeded if the user has signed out meanwhile."""
        if self.renewal.token(session) is None:
            raise self.renewal.sign_in_needed(session, None)


@contextmanager
def _alone(path: Path, state: Path, timeout: float) -> Iterator[None]:
    """A lock, or nothing if it cannot be taken. Raises FileBusy if the timeout is 0."""
    with ExitStack() as stack:
        try:
            stack.enter_context(atomic.lock_if_possible(path, state, timeout, purpose="asking"))
        except FileBusy:
            if not timeout:
                raise
        yield


def _load(load: Callable[[], RoleCredentials | None]) -> RoleCredentials | None:
    """Load the credentials; None if the file is missing or unreadable. It is then rewritten."""
    try:
        return load()
    except FileUnreadable:
        return None
