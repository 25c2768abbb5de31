"""Sign in with console credentials, as `aws login` does: with a code to paste, or in a browser."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from contextlib import ExitStack, closing
from datetime import datetime
from functools import partial

from rolecall.aws.console_sign_in import CROSS_DEVICE, SAME_DEVICE, ConsoleSignIn, LoginAsk
from rolecall.aws.dpop import new_key, prover
from rolecall.aws.session import Clients
from rolecall.aws.sign_in import Pkce
from rolecall.domain.config.file_change import Change
from rolecall.domain.errors import RegionInvalid
from rolecall.domain.errors.file_errors import FileKept
from rolecall.domain.errors.login_errors import CrtMissing, LoginTaken
from rolecall.domain.login_session import KEY, other_source
from rolecall.domain.model import LoginSession, Profile, Secret
from rolecall.domain.naming import names as naming
from rolecall.domain.records import dataclass
from rolecall.domain.switching.variables import REGIONS, profile_of
from rolecall.domain.text import original, safe
from rolecall.files.aws_config.config_edits import SetProfile
from rolecall.files.aws_config.config_file import ConfigFile
from rolecall.files.aws_config.credentials_file import CredentialsFile, SetStored
from rolecall.files.aws_config.editor import IniFile
from rolecall.files.caches.login_cache import LoginCache
from rolecall.services.base.own_program import how_to_install
from rolecall.services.sign_in.attempts import BrowserSignIn, PastedSignIn
from rolecall.services.tokens.login_sessions import (
    DEFAULT_REGION,
    LOCK_TIMEOUT,
    aws_time,
    with_aws_time,
)

Write = Callable[[Change, Callable[[], None]], None]


def write_at_once(_change: Change, commit: Callable[[], None]) -> None:
    """Write without showing the change, as screens show it in another way."""
    commit()


@dataclass(frozen=True, slots=True)
class ConsoleLoginService:
    """Begins sign-ins and saves their sessions. `clock` returns an aware UTC datetime, `uptime`
    seconds.
    """

    clients: Clients
    config: ConfigFile
    credentials: CredentialsFile
    cache: LoginCache
    environ: Mapping[str, str]
    clock: Callable[[], datetime]
    uptime: Callable[[], float]

    def default_profile(self) -> str:
        """Return the profile of `aws login` without a name."""
        return profile_of(self.environ) or "default"

    def login_session(self, profile: str) -> str:
        """Return the ARN of the profile's login session; empty without one. Raises FileError."""
        found = self._profile(profile)
        return original(found.login_session or "") if found else ""

    def region(self, profile: str) -> str:
        """Return the region to sign in at, if none is given. Raises FileError."""
        found = self._profile(profile)
        of_environ = next(filter(None, map(self.environ.get, REGIONS)), "")
        own = original(found.region) if found and found.region else ""
        return own or of_environ or DEFAULT_REGION

    def begin(self, profile: str, region: str = "") -> PastedSignIn:
        """Begin a sign-in whose code is pasted. An empty region is that of the profile.

        Raises LoginTaken, CrtMissing, RegionInvalid, ServiceError, FileError.
        """
        with ExitStack() as room:
            sign_in, save = self._checked(profile, region, room)
            ask = _new_ask(CROSS_DEVICE, sign_in.confirmation, secrets.token_urlsafe())
            redeem = partial(self._redeem, sign_in, ask)
            return PastedSignIn(sign_in.link(ask), ask.pkce.state, redeem, room.pop_all(), save)

    def begin_in_browser(
        self, profile: str, region: str, pages: tuple[str, str], port: int = 0
    ) -> BrowserSignIn[LoginSession]:
        """Begin a sign-in in a browser, which ends at a loopback address of this machine.

        `pages` are two HTML pages: the one shown at the end, and the one for any other request.
        `port` is the one to listen on; 0 is any.
        Raises NoListener too.
        """
        from rolecall.aws.callback import Callback  # late: it is rarely needed

        with ExitStack() as room:
            sign_in, save = self._checked(profile, region, room)
            state = secrets.token_urlsafe()
            callback = room.enter_context(closing(Callback(state, pages, port)))
            ask = _new_ask(SAME_DEVICE, callback.redirect_uri, state)
            redeem = partial(self._redeem, sign_in, ask)
            link = sign_in.link(ask)
            return BrowserSignIn(
                link, callback, redeem, self.uptime, room=room.pop_all(), save=save
            )

    def keep(
        self,
        profile: str,
        session: LoginSession,
        save: Callable[[LoginSession], None],
        region: str = "",
        write: Write = write_at_once,
    ) -> None:
        """Save the session with `save`, and name it in the profile; a region only if it has none.

        `write` gets the change of the profile and what writes both. The session is not lost to a
        renewal in another process. Raises FileError.
        """
        file, change = self._plan(profile, session.arn, region)

        def commit() -> None:
            kept: FileKept | None = None
            try:
                save(session)
            except FileKept as error:
                kept = error
            file.commit(change)
            if kept is not None:
                raise kept

        write(change, commit)

    def plan(self, profile: str, arn: str) -> Change:
        """Return the change of the profile that `keep` makes. Raises FileError."""
        return self._plan(profile, arn, "")[1]

    def _plan(self, profile: str, arn: str, region: str) -> tuple[IniFile, Change]:
        """Return which file has to change, and how. If ~/.aws/credentials names a session, that one
        counts for all clients.
        """
        found = self._profile(profile)
        stored = self.credentials.values(profile).get(KEY)
        values = {} if stored == arn else {KEY: arn}
        if region and not (found and found.region):
            values["region"] = region
        if stored in {None, arn}:
            return self.config, self.config.plan([SetProfile(profile, values)] if values else [])
        return self.credentials, self.credentials.plan([SetStored(profile, values)])

    def _checked(
        self, profile: str, region: str, room: ExitStack
    ) -> tuple[ConsoleSignIn, Callable[[LoginSession], None]]:
        """Return the sign-in of a region, and what saves its result, for which there is room."""
        region = region or self.region(profile)
        if not naming.is_region(region):
            raise RegionInvalid(safe(region))
        found = self._profile(profile)
        key = other_source(found.settings) if found else ""
        stored = self.credentials.values(profile)
        if key := key or other_source(stored):
            raise LoginTaken(safe(profile), key, in_credentials=key in stored)
        arn = self.login_session(profile) or f"arn:aws:iam::{'0' * 12}:root"
        self._plan(profile, arn, region)
        save = room.enter_context(self.cache.reserving(arn, LOCK_TIMEOUT))
        return ConsoleSignIn(self.clients.console_sign_in(region), region, self.clock), save

    def _redeem(self, sign_in: ConsoleSignIn, ask: LoginAsk, code: Secret) -> LoginSession:
        prove = prover(ask.key, lambda: aws_time(self.clients, self.clock))
        return with_aws_time(self.clients, lambda: sign_in.redeem(ask, code, prove))

    def _profile(self, name: str) -> Profile | None:
        """Return the profile as clients read it. One of ~/.aws/credentials may have no other
        section.
        """
        profiles = self.config.read_with(self.credentials).profiles
        return next((each for each in profiles if original(each.name) == name), None)


def _new_ask(client_id: str, redirect_uri: str, state: str) -> LoginAsk:
    try:
        key = new_key()
    except ImportError:
        raise CrtMissing(how_to_install("awscrt")) from None
    return LoginAsk(client_id, Pkce.new(redirect_uri, state), key)
