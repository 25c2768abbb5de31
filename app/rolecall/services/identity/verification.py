"""Verify profiles: ask AWS who the user of each profile is."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from functools import cache
from threading import Event
from typing import Final, TypeGuard

from rolecall.aws import identity
from rolecall.domain.config.config import ClientSettings, Config
from rolecall.domain.errors import (
    ClientSettingInvalid,
    RolecallError,
    ServiceError,
    ServiceFault,
    Throttled,
    Unreachable,
    VerifyFailed,
)
from rolecall.domain.errors.file_errors import FileBusy, FileError, FileUnwritable, TokenNotRenewed
from rolecall.domain.errors.login_errors import CrtMissing, LoginNeeded, LoginRefused
from rolecall.domain.model import AccessToken, Identity, Profile, SsoSession, VerifyResult
from rolecall.domain.profile_kind import has_static_keys
from rolecall.domain.records import dataclass
from rolecall.domain.text import original
from rolecall.files.aws_config.config_file import ConfigFile
from rolecall.files.aws_config.credentials_file import CredentialsFile
from rolecall.services.base.own_program import how_to_install
from rolecall.services.credentials.expired_credentials import name_expired
from rolecall.services.tokens.login_sessions import RENEW_BEFORE, LoginSessions
from rolecall.services.tokens.renewal import Renewal

# boto3 renews in the last 15 minutes, each session for itself, but a refresh token works only once.
_WOULD_RENEW: Final = timedelta(minutes=16)
# boto3 renews the keys of a login session in their last five minutes (`RENEW_BEFORE`), without
# rolecall's lock. The process that asks may not.
_WOULD_RENEW_KEYS: Final = timedelta(minutes=6)
_Problem = tuple[identity.VerifyProblem, str, RolecallError | None]  # with its detail and cause
_TEMPORARY: Final = {
    identity.VerifyProblem.NO_NETWORK,
    identity.VerifyProblem.SERVICE_FAILED,
    identity.VerifyProblem.THROTTLED,
    identity.VerifyProblem.ODD_ANSWER,
    identity.VerifyProblem.NOT_RENEWED,
}
# botocore's errors for a file without certificates: ConfigParseError, SSLError.
_OF_A_BUNDLE: Final = {
    identity.VerifyProblem.MALFORMED,
    identity.VerifyProblem.NO_NETWORK,
    identity.VerifyProblem.OTHER,
}
_OF_A_TOKEN: Final = {identity.VerifyProblem.SIGN_IN_NEEDED, identity.VerifyProblem.TOKEN_REFUSED}


def is_temporary(answer: object) -> bool:
    """Whether a VerifyResult says nothing about the profile, so that it is worth asking again."""
    return isinstance(answer, VerifyFailed) and answer.problem in _TEMPORARY


@dataclass(frozen=True, slots=True)
class VerificationService:
    """Verifies profiles in a separate process, as the programs of the user would."""

    config: ConfigFile
    credentials: CredentialsFile
    renewal: Renewal
    logins: LoginSessions
    environ: Mapping[str, str]
    clock: Callable[[], datetime]

    def verify(self, name: str) -> Identity:
        """Return who the user of the profile is. Takes up to a minute. Raises VerifyFailed."""
        return self.verify_in(self.environ, name, original(name))

    def verify_in(self, environ: Mapping[str, str], name: str, asked: str) -> Identity:
        """Return who programs in this environment are. They name the profile `asked`, or none if
        that is empty, and use the profile `name`. Raises VerifyFailed.
        """
        return identity.only_answer(
            lambda on_answer: self._verify({asked: name}, environ, on_answer, Event())
        )

    def verify_keys(self, environ: Mapping[str, str], name: str) -> Identity:
        """Return who programs with keys in this environment are. They use the profile `name`, if
        there is one, for all else. Raises VerifyFailed.
        """
        if failed := self._wrong_addresses([name], uses_keys=True).get(name):
            raise failed
        try:
            return identity.verify("", environ)
        except VerifyFailed as failed:
            self._name_bundle(name, failed)
            raise

    def verify_all(
        self,
        names: Sequence[str],
        on_answer: Callable[[str, VerifyResult], None],
        cancelled: Event | None = None,
    ) -> None:
        """Verify profiles, eight at a time.

        `on_answer` is called once for each name, on this thread, until `cancelled` is set.
        """
        asked = {original(name): name for name in names}
        self._verify(asked, self.environ, on_answer, cancelled or Event())

    def _verify(
        self,
        names: Mapping[str, str],
        environ: Mapping[str, str],
        on_answer: Callable[[str, VerifyResult], None],
        cancelled: Event,
    ) -> None:
        """Verify profiles by what is asked for; once more if a token that renews is refused."""

        def explain(name: str, answer: VerifyResult) -> None:
            on_answer(name, self._with_cause(name, answer))

        refused = self._ask(names, environ, explain, cancelled)
        again = {asked: names[asked] for asked in refused if self._can_ask_again(names[asked])}
        final = {asked: answer for asked, answer in refused.items() if asked not in again}
        if again:
            final |= self._ask(again, environ, explain, cancelled)
        for asked, answer in final.items():
            if not cancelled.is_set():
                explain(names[asked], answer)

    def _with_cause(self, name: str, answer: VerifyResult) -> VerifyResult:
        """Return the answer with the session to sign in to, or with the expired credentials."""
        if isinstance(answer, VerifyFailed) and answer.problem in _OF_A_TOKEN:
            for session, token in self._tokens([name]).items():
                if token is None or not self.renewal.is_valid(token):
                    answer.cause = self.renewal.sign_in_needed(session, token)
        if _is_of(answer, identity.VerifyProblem.CREDENTIALS_EXPIRED):
            with suppress(RolecallError):
                stored, config = self.credentials.sections(), self.config.read()
                chain = _with_sources(config, stored, config.merged_profiles(stored), name)
                name_expired(answer, chain, config, stored)
        if _is_of(answer, identity.VerifyProblem.CRT_MISSING):
            answer.cause = CrtMissing(how_to_install("awscrt"))
        if isinstance(answer, VerifyFailed):
            self._name_bundle(name, answer)
        return answer

    def _name_bundle(self, name: str, answer: VerifyFailed) -> None:
        """Let the answer say which setting is wrong, if it is about a file without certificates."""
        if answer.problem not in _OF_A_BUNDLE:
            return
        chain = self._chains([name]).get(name, [])
        try:
            settings = _client_settings(self.config.read(), chain)
            self.renewal.clients.checked_ca_bundle(settings.ca_bundle)
        except ClientSettingInvalid as error:
            answer.problem, answer.detail, answer.cause = _said_by(error)
        except FileError:
            return  # the answer stands

    def _ask(
        self,
        names: Mapping[str, str],
        environ: Mapping[str, str],
        on_answer: Callable[[str, VerifyResult], None],
        cancelled: Event,
    ) -> dict[str, VerifyFailed]:
        """Renew what is due, and ask. Return the answers that say that AWS refused a token."""
        failed = self._wrong_addresses([*names.values()])
        failed |= self._renew_in_time([name for name in names.values() if name not in failed])
        for name, answer in failed.items():
            on_answer(name, answer)
        asked = [each for each, name in names.items() if name not in failed]
        used = self._tokens([*names.values()])
        refused: dict[str, VerifyFailed] = {}

        def on_asked(each: str, answer: VerifyResult) -> None:
            if _is_of(answer, identity.VerifyProblem.TOKEN_REFUSED):
                refused[each] = answer
            else:
                on_answer(names[each], answer)

        if asked:
            identity.verify_all(asked, environ, on_asked, cancelled)
        for session, token in self._tokens([names[each] for each in refused]).items():
            if token and token == used.get(session):  # else another one was refused
                self.renewal.note_refused(session, token)
        return refused

    def _wrong_addresses(
        self, names: Sequence[str], *, uses_keys: bool = False
    ) -> dict[str, VerifyFailed]:
        """Return the profiles with an invalid endpoint. boto3 does not say which key has it."""
        try:
            config = self.config.read()
        except RolecallError:
            return {}  # the process that asks says why
        failed: dict[str, VerifyFailed] = {}
        wrong_address = cache(self._wrong_address)  # most are alike
        for name, chain in self._chains(names).items():
            uses_portal = not uses_keys and any(profile.is_sso for profile in chain)
            if error := wrong_address(_client_settings(config, chain), uses_portal):
                failed[name] = VerifyFailed(name, *_said_by(error))
        return failed

    def _wrong_address(
        self, settings: ClientSettings, uses_portal: bool
    ) -> ClientSettingInvalid | None:
        clients = self.renewal.clients.with_settings(settings)
        try:
            clients.has_endpoint("sts")
            if uses_portal:
                clients.has_endpoint("sso")
        except ClientSettingInvalid as error:
            return error
        return None

    def _can_ask_again(self, name: str) -> bool:
        """Whether the profile needs tokens, and each is valid or can be renewed."""
        tokens = self._tokens([name]).values()
        return bool(tokens) and all(
            token and (self.renewal.is_valid(token) or self.renewal.can_renew(token))
            for token in tokens
        )

    def _tokens(self, names: Sequence[str]) -> dict[SsoSession, AccessToken | None]:
        """Return the tokens that these profiles need, valid or not."""
        found: dict[SsoSession, AccessToken | None] = {}
        for session in self._users(names):
            found[session] = None
            with suppress(RolecallError):
                found[session] = self.renewal.token(session)
        return found

    def _renew_in_time(self, names: Sequence[str]) -> dict[str, VerifyFailed]:
        """Renew the tokens that boto3 would renew. Return the profiles for which that fails."""
        failed = self._renew_logins(names)
        for session, users in self._users(names).items():
            problem: _Problem | None = None
            try:
                self._renew(session)
                if unsaved := self.renewal.why_unsaved(session):
                    problem = _said_by(unsaved)
            except RolecallError as error:
                problem = _why_not_renewed(error)
            if problem:
                failed |= {name: VerifyFailed(name, *problem) for name in users}
        return failed

    def _renew_logins(self, names: Sequence[str]) -> dict[str, VerifyFailed]:
        """Renew the keys of login sessions, as `_renew_in_time` does tokens."""
        failed: dict[str, VerifyFailed] = {}
        found: dict[str, _Problem | None] = {}  # by login session
        for name, chain in self._chains(names).items():
            for profile in chain:
                if (login := profile.login_session) is None:
                    continue
                if login not in found:
                    found[login] = self._renew_login(profile, login)
                if problem := found[login]:
                    failed[name] = VerifyFailed(name, *problem)
        return failed

    def _renew_login(self, profile: Profile, login: str) -> _Problem | None:
        """Renew the keys if boto3 would. Return why they are too old and cannot be renewed."""
        region = original(profile.region or "")
        try:
            self.logins.keys(
                original(login), profile.name, region, _WOULD_RENEW_KEYS, needed=RENEW_BEFORE
            )
        except RolecallError as error:
            return _why_not_renewed(error)
        unsaved = self.logins.why_unsaved(original(login))
        return _said_by(unsaved) if unsaved else None

    def _chains(self, names: Sequence[str]) -> dict[str, list[Profile]]:
        """Return each profile with its chain of sources."""
        try:
            config = self.config.read()
        except RolecallError:
            return {}
        stored = self.credentials.sections()
        by_name = config.merged_profiles(stored)
        return {name: _with_sources(config, stored, by_name, name) for name in names}

    def _users(self, names: Sequence[str]) -> dict[SsoSession, list[str]]:
        """Return the sessions whose tokens are needed, each with the profiles that need it."""
        try:
            config = self.config.read_with(self.credentials)
        except RolecallError:
            return {}
        chains = self._chains(names)
        users = {
            # The credentials of a role come from its source, whatever else the role has.
            session: [
                name for name, chain in chains.items() if chain and chain[-1].signs_in_to(session)
            ]
            for session in config.sso_sessions
        }
        return {session: found for session, found in users.items() if found}

    def _renew(self, session: SsoSession) -> None:
        token = self.renewal.valid_token(session)
        if (
            token
            and self.renewal.can_renew(token)
            and token.expires_at - self.clock() < _WOULD_RENEW
        ):
            # Not `renew`: another process may have renewed the token since it was read. It is still
            # valid, so there is no need to wait for a process that is renewing it.
            try:
                self.renewal.replace(token, session, 0.0)
            except ClientSettingInvalid:
                raise  # boto3 fails, too, although the token is valid
            except RolecallError:
                pass


def _is_of(answer: VerifyResult, problem: identity.VerifyProblem) -> TypeGuard[VerifyFailed]:
    return isinstance(answer, VerifyFailed) and answer.problem == problem


def _why_not_renewed(error: RolecallError) -> _Problem | None:
    """Return why a sign-in was not renewed; None if the process that asks finds the reason."""
    match error:
        case ServiceError():
            return _problem_of(error)
        case LoginNeeded():
            return identity.VerifyProblem.LOGIN_NEEDED, "", error
        case LoginRefused():
            return identity.VerifyProblem.ACCESS_REFUSED, error.detail, None
        case FileBusy():
            return identity.VerifyProblem.NOT_RENEWED, "", None
        case FileUnwritable() | TokenNotRenewed() | ClientSettingInvalid():
            return _said_by(error)
    return None


def _said_by(error: RolecallError) -> _Problem:
    """Return a problem that this error explains fully."""
    return identity.VerifyProblem.OTHER, "", error


def _problem_of(error: ServiceError) -> _Problem:
    problem = identity.VerifyProblem.ODD_ANSWER
    match error:
        case Unreachable():
            problem = identity.VerifyProblem.NO_NETWORK
        case Throttled():
            problem = identity.VerifyProblem.THROTTLED
        case ServiceFault():
            problem = identity.VerifyProblem.SERVICE_FAILED
    return problem, "", error


def _client_settings(config: Config, chain: Sequence[Profile]) -> ClientSettings:
    """Return what the first profile of the chain says about clients."""
    return config.client_settings(chain[0]) if chain else ClientSettings()


def _with_sources(
    config: Config,
    stored: Mapping[str, Mapping[str, str]],
    by_name: Mapping[str, Profile],
    name: str,
) -> list[Profile]:
    """Return the profile and its chain of sources, without the role of a source that has keys."""
    if name not in by_name:
        return []
    *found, base = by_name[name].chain_in(by_name)
    if base.source == base.name or (found and has_static_keys(base.settings)):
        base = config.without_role(base, stored.get(original(base.name), ()))
    return [*found, base]
