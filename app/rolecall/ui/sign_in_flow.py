"""From no token to a token, and what is done with tokens after."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Final

from rolecall.domain.errors import RolecallError, SignInNeeded
from rolecall.domain.lifetime import Level, Remaining
from rolecall.domain.settings import SignInMethod
from rolecall.ui import browser, browser_strings, modes, strings
from rolecall.ui.explain import explain
from rolecall.ui.screens.command_screen import CommandScreen
from rolecall.ui.state import label
from rolecall.ui.threads import in_thread

if TYPE_CHECKING:
    from rolecall.domain.model import AccessToken, SsoSession
    from rolecall.services.sign_in import SignInService
    from rolecall.ui.app import RolecallApp

_LOOK_EVERY: Final = timedelta(minutes=1)


class SignInFlow:
    def __init__(self, app: RolecallApp) -> None:
        self._app = app
        self.sessions: list[SsoSession] = []
        self._goes_on: SsoSession | None = None
        self._look_again = datetime.min.replace(tzinfo=UTC)

    @property
    def _service(self) -> SignInService:
        return self._app.workplace.sign_in

    def open(self) -> None:
        """The first thing: a token that somebody left and that still holds, else a sign-in."""
        self._app.run_worker(self._open_and_tell(), exclusive=True, group="open")

    def choose(self) -> None:
        """The list of sessions."""
        self._app.spawn(self._choose, "open")

    def begin(self, session: SsoSession, reason: str = "") -> None:
        """Asks for a device code, on a screen of its own."""
        self._app.spawn(partial(self._begin, session, reason), "open")

    def in_browser(self, session: SsoSession) -> None:
        """Signs in with the browser of this machine (PKCE), on a screen of its own."""
        self._app.spawn(partial(self._in_browser, session, "", opens=True), "open")

    def with_code(self, session: SsoSession, reason: str) -> None:
        """Signs in with a device code, for the reason that another way gave up."""
        self._app.spawn(partial(self._with_code, session, reason), "open")

    def new_session(self) -> None:
        self._app.spawn(self._new_session, "open")

    def signed_in(self, session: SsoSession, token: AccessToken) -> None:
        self._app.spawn(partial(self._signed_in, session, token), "open")

    def ended(self, session: SsoSession) -> None:
        """The portal refused the token: renew it, or ask, and go on where the list stopped."""
        self._app.spawn(partial(self._again, session), "open")

    def renew(self, session: SsoSession) -> None:
        self._app.spawn(partial(self._renew, session), "tokens")

    def keep_up(self) -> None:
        """Once a second: near its end the token is renewed, or is found to have been by others."""
        state, now = self._app.state, self._app.now()
        if state.token is None or state.session is None or now < self._look_again:
            return
        if Remaining.until(state.token.expires_at, now).level is not Level.FINE:
            self._look_again = now + _LOOK_EVERY
            self._app.spawn(self._keep_up, "keep-up")

    def sign_out(self, session: SsoSession) -> None:
        self._app.spawn(partial(self._sign_out, session), "tokens")

    # --- how

    async def _read_sessions(self) -> None:
        try:
            self.sessions = await in_thread(self._service.sessions)
        except RolecallError as error:
            self.sessions = []
            self._app.state.problem = explain(error)

    async def _open_and_tell(self) -> None:
        await self._open()
        self._app.settings_flow.say_bad()

    async def _open(self) -> None:
        state = self._app.state
        try:
            await self._app.open_workplace()
        except RolecallError as error:
            state.looking, state.problem = False, explain(error)
            self._app.show_state()
            return
        await self._app.profiles.read_now()
        await self._app.profiles.read_clocks_now()
        await self._read_sessions()
        for session in self.sessions:
            state.show_session(session)
            await self._app.inventory.load(session)
            try:
                token = await in_thread(partial(self._service.usable_token, session))
            except RolecallError as error:
                self._app.flash_error(error)
                continue
            if token is not None:
                state.looking = False
                await self._enter(session, token)
                self._app.flash(strings.TOKEN_FOUND.format(session=label(session)))
                return
        state.looking = False
        if state.problem:
            self._app.show_state()
        elif len(self.sessions) == 1:
            await self._begin(self.sessions[0], "")
        else:
            await self._app.switch_mode(modes.SIGN_IN)
            if not self.sessions:
                await self._new_session()

    async def _choose(self) -> None:
        await self._read_sessions()
        if self._app.current_mode == modes.SIGN_IN:
            self._app.go(modes.SIGN_IN)
        else:
            await self._app.switch_mode(modes.SIGN_IN)

    async def _begin(self, session: SsoSession, reason: str) -> None:
        if not reason and (token := await self._usable(session)) is not None:
            await self._signed_in(session, token)
            return
        if self._app.settings.sign_in is not SignInMethod.PKCE:
            await self._with_code(session, reason)
        elif sentence := browser.why_not(os.environ):
            instead = browser_strings.INSTEAD.format(sentence=sentence)
            await self._with_code(session, " ".join(filter(None, (reason, instead))))
        else:
            # Where something else has ended, nothing opens by itself.
            await self._in_browser(session, reason, opens=not reason)

    async def _with_code(self, session: SsoSession, reason: str) -> None:
        from rolecall.ui.screens.device_code import DeviceCodeScreen

        await self._choose()
        await self._app.push_screen(DeviceCodeScreen(session, reason))

    async def _in_browser(self, session: SsoSession, reason: str, *, opens: bool) -> None:
        from rolecall.ui.screens.browser_sign_in import BrowserSignInScreen

        await self._choose()
        await self._app.push_screen(BrowserSignInScreen(session, reason, opens=opens))

    async def _usable(self, session: SsoSession) -> AccessToken | None:
        try:
            return await in_thread(partial(self._service.usable_token, session))
        except RolecallError:
            return None  # asking for a code will say what is the matter

    async def _new_session(self) -> None:
        from rolecall.ui.screens.new_session import NewSessionScreen

        regions = await in_thread(self._service.regions)
        region = self.sessions[0].region if self.sessions else ""
        session = await self._app.push_screen_wait(NewSessionScreen(regions, region))
        if session is not None:
            await self._begin(session, "")

    async def _signed_in(self, session: SsoSession, token: AccessToken) -> None:
        app = self._app
        app.state.problem, app.state.looking = "", False
        if app.current_mode == modes.SIGN_IN:
            await app.switch_mode("accounts")
        await app.remove_mode(modes.SIGN_IN)
        app.add_mode(modes.SIGN_IN, modes.sessions_screen)
        goes_on, self._goes_on = self._goes_on, None
        await self._enter(session, token, refresh=session != goes_on)
        end = strings.moment(token.expires_at, app.now())
        if isinstance(app.screen, CommandScreen):
            app.screen.flash_good(strings.SIGNED_IN.format(session=label(session), end=end))

    async def _enter(
        self, session: SsoSession, token: AccessToken, *, refresh: bool = False
    ) -> None:
        """`refresh`: somebody has just signed in, and AWS shows what is new only after that."""
        state = self._app.state
        if session != state.session:
            state.show_session(session)
            await self._app.inventory.load(session)
        state.token = token
        await self._app.inventory.start(refresh=refresh)

    async def _again(self, session: SsoSession) -> None:
        try:
            token = await in_thread(partial(self._service.usable_token, session))
        except RolecallError as error:
            self._app.flash_error(error)
            token = None
        # The very token that was refused, still good by its date, is of no use.
        if token is not None and token != self._app.state.token:
            await self._enter(session, token)
            return
        self._app.state.token = None
        self._goes_on = session
        await self._begin(session, strings.SIGN_IN_AGAIN)

    async def _keep_up(self) -> None:
        session = self._app.state.session
        if session is None:
            return
        try:
            token = await in_thread(partial(self._service.usable_token, session))
        except RolecallError as error:
            self._app.flash_error(error)
            return
        if token is not None and session == self._app.state.session:
            self._app.state.token = token
            self._app.show_state()

    async def _renew(self, session: SsoSession) -> None:
        try:
            token = await in_thread(partial(self._app.workplace.tokens.renew, session))
        except SignInNeeded:
            self._app.flash(strings.CANNOT_RENEW.format(session=label(session)))
            return
        except RolecallError as error:
            self._app.flash_error(error)
            return
        if session == self._app.state.session:
            self._app.state.token = token
        end = strings.moment(token.expires_at, self._app.now())
        await self._clocks_changed(strings.RENEWED.format(session=label(session), end=end))

    async def _sign_out(self, session: SsoSession) -> None:
        state = self._app.state
        reached = list(state.catalogue.assignments()) if session == state.session else []
        try:
            await in_thread(partial(self._app.workplace.tokens.sign_out, session, reached))
            text = strings.SIGNED_OUT_OF.format(session=label(session))
        except RolecallError as error:
            text = explain(error)
        if session == state.session:
            self._app.inventory.stop()
            state.token = None  # what was listed stays to be seen
        await self._clocks_changed(text)

    async def _clocks_changed(self, text: str) -> None:
        await self._app.profiles.read_clocks_now()
        self._app.show_state()
        self._app.flash(text)
