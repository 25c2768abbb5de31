"""From no token to a token, and what is done with tokens after."""

from __future__ import annotations

import os
from functools import partial
from typing import TYPE_CHECKING

from rolecall.domain.errors import RolecallError, SignInNeeded
from rolecall.domain.settings import SignInMethod
from rolecall.presentation import browser_strings, session_strings, sign_in_strings, times
from rolecall.presentation.commands import with_keys
from rolecall.presentation.errors import explain
from rolecall.ui import modes
from rolecall.ui.screens.base.command import CommandScreen
from rolecall.ui.threads import in_thread

if TYPE_CHECKING:
    from rolecall.domain.model import AccessToken, SsoSession
    from rolecall.services.sign_in import SignInService
    from rolecall.ui.app import RolecallApp


class SignInFlow:
    def __init__(self, app: RolecallApp) -> None:
        self._app = app
        self._came_from = self._app.DEFAULT_MODE
        self._goes_on: SsoSession | None = None

    @property
    def _service(self) -> SignInService:
        return self._app.services.sign_in

    def open(self) -> None:
        """The first thing: a token that somebody left and that still holds, else a sign-in."""
        self._app.run_worker(self._open_and_tell(), exclusive=True, group="open")

    def mended(self) -> None:
        """~/.aws/config can be read again: what could not begin begins now."""
        state = self._app.state
        state.problem = ""
        if state.session is None:
            state.looking_for_token = True
            self._app.spawn(self._find, "open")

    def choose(self) -> None:
        """The list of sessions."""
        self._app.spawn(self._show_list, "open", opens=True)

    def begin(self, session: SsoSession, reason: str = "", *, anew: bool = False) -> None:
        """Asks for a device code, on a screen of its own; where a token holds, only if `anew`."""
        self._app.spawn(partial(self._begin, session, reason, anew=anew), "open")

    def in_browser(self, session: SsoSession) -> None:
        """Signs in with the browser of this machine (PKCE), on a screen of its own."""
        self._app.spawn(partial(self._in_browser, session, "", opens=True), "open")

    def with_code(self, session: SsoSession, reason: str) -> None:
        """Signs in with a device code, for the reason that another way gave up."""
        self._app.spawn(partial(self._with_code, session, reason), "open")

    async def show(self, session: SsoSession) -> None:
        """This session comes into view, signed in or not."""
        await self._enter(session, await self._usable(session))

    def show_all(self) -> None:
        """The tables show the rows of every session."""
        self._app.spawn(self._show_all, "open")

    def back(self) -> None:
        """To where one was before the list of sessions."""
        self._app.go(self._came_from)

    def new_session(self) -> None:
        self._app.spawn(self._new_session, "open", opens=True)

    def signed_in(self, session: SsoSession, token: AccessToken) -> None:
        self._app.spawn(partial(self._signed_in, session, token), "open")

    def ended(self, session: SsoSession, *, asks: bool = True) -> None:
        """The portal refused the token: renew it, or ask, and go on where the list stopped.

        Without `asks` it is only said: nobody was waiting for the answer.
        """
        self._app.spawn(partial(self._again, session, asks=asks), f"again {session.cache_key}")

    def renew(self, session: SsoSession) -> None:
        self._app.spawn(partial(self._renew, session), "tokens")

    def sign_out(self, session: SsoSession) -> None:
        self._app.spawn(partial(self._sign_out, session), "tokens")

    # --- how

    async def _read_sessions(self) -> None:
        state = self._app.state
        try:
            state.set_sessions(await in_thread(self._service.sessions))
            tokens = await in_thread(partial(self._service.valid_tokens, state.sessions))
        except RolecallError as error:
            state.problem = explain(error)
            return
        for session, token in tokens.items():
            session_state = state.state_of(session)
            session_state.token = session_state.token or token

    async def _open_and_tell(self) -> None:
        await self._open()
        self._app.settings_form.say_bad()

    async def _open(self) -> None:
        state = self._app.state
        try:
            await self._app.open_services()
        except RolecallError as error:
            state.looking_for_token, state.problem = False, explain(error)
            self._app.show_state()
            return
        await self._find()

    async def _find(self) -> None:
        state = self._app.state
        await self._app.profiles.read_now()
        await self._app.tokens.read_now()
        await self._read_sessions()
        for session in state.sessions:
            state.show_session(session)
            await self._app.inventory.load(session)
            try:
                token = await in_thread(partial(self._service.valid_token, session))
            except RolecallError as error:
                self._app.flash_error(error)
                continue
            if token is not None:
                state.looking_for_token = False
                await self._enter(session, token)
                self._app.flash(sign_in_strings.TOKEN_FOUND.format(session=session.label))
                return
        state.show_session(next(iter(state.session_states), None))
        state.looking_for_token = False
        if state.problem:
            self._app.show_state()
        elif len(state.sessions) == 1:
            await self._begin(state.sessions[0], "")
        else:
            await self._app.switch_mode(modes.SIGN_IN)
            if not state.sessions:
                await self._new_session()

    async def _show_list(self) -> None:
        turn = self._app.type_ahead.turn
        await self._choose()
        await self._app.hand_on_typed(turn)

    async def _choose(self) -> None:
        """The list itself: a code that stood there is given up."""
        await self._read_sessions()
        app = self._app
        if app.current_mode != modes.SIGN_IN:
            if isinstance(app.screen, CommandScreen) and app.screen.closes_when_left:
                await app.pop_screen()
            self._came_from = app.current_mode
            await app.switch_mode(modes.SIGN_IN)
        while len(app.screen_stack) > 1:
            await app.pop_screen()

    async def _load_others(self) -> None:
        """What else is known, for the names of the accounts that profiles point at."""
        for session_state in list(self._app.state.session_states.values()):
            if not session_state.loaded:
                await self._app.inventory.load(session_state.session)

    async def _show_all(self) -> None:
        state = self._app.state
        state.session = state.session or next(iter(state.session_states), None)
        state.all_shown, state.looking_for_token = True, False
        await self._leave_sign_in()
        await self._load_others()
        for session_state in state.shown:
            if not session_state.crawling:
                session_state.token = session_state.token or await self._usable(
                    session_state.session
                )
                await self._app.inventory.start(session_state.session)
        self._app.show_state()

    async def _leave_sign_in(self) -> None:
        """Back to where one was; a code that stands there is given up."""
        app = self._app
        if app.current_mode == modes.SIGN_IN:
            await app.switch_mode(self._came_from)
        await app.remove_mode(modes.SIGN_IN)
        app.add_mode(modes.SIGN_IN, modes.sessions_screen)

    async def _begin(self, session: SsoSession, reason: str, *, anew: bool = False) -> None:
        if not (reason or anew) and (token := await self._usable(session)) is not None:
            await self._signed_in(session, token, already=True)
            return
        if self._app.settings.sign_in is not SignInMethod.PKCE:
            await self._with_code(session, reason)
        elif sentence := browser_strings.obstacle(os.environ):
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
            return await in_thread(partial(self._service.valid_token, session))
        except RolecallError:
            return None  # asking for a code will say what is the matter

    async def _new_session(self) -> None:
        from rolecall.ui.screens.new_session import NewSessionScreen

        regions = await in_thread(self._service.regions)
        sessions = self._app.state.sessions
        region = sessions[0].region if sessions else ""
        session = await self._app.push_screen_wait(NewSessionScreen(regions, region))
        if session is not None:
            turn = self._app.type_ahead.turn
            await self._begin(session, "")
            await self._app.hand_on_typed(turn)

    async def _signed_in(
        self, session: SsoSession, token: AccessToken, *, already: bool = False
    ) -> None:
        app = self._app
        app.state.problem, app.state.looking_for_token = "", False
        await app.tokens.read_now()  # so that every clock says so at once
        await self._leave_sign_in()
        goes_on, self._goes_on = self._goes_on, None
        await self._enter(session, token, refresh=not already and session != goes_on)
        end = times.moment(token.expires_at, app.now())
        if isinstance(app.screen, CommandScreen):
            words = session_strings.SIGNED_IN_ALREADY if already else sign_in_strings.SIGNED_IN
            app.screen.flash_good(words.format(session=session.label, end=end))

    async def _enter(
        self, session: SsoSession, token: AccessToken | None, *, refresh: bool = False
    ) -> None:
        """`refresh`: somebody has just signed in, and AWS shows what is new only after that."""
        state = self._app.state
        session_state = state.state_of(session)
        state.show_session(session)
        if not session_state.loaded:
            await self._app.inventory.load(session)
        session_state.token = token
        self._app.show_state()
        if refresh or not session_state.crawling:
            await self._app.inventory.start(session, refresh=refresh)
        else:
            self._app.inventory.now_asked(session)
        self._app.spawn(self._load_others, "others")

    async def _again(self, session: SsoSession, *, asks: bool) -> None:
        try:
            token = await in_thread(partial(self._service.valid_token, session))
        except RolecallError as error:
            self._app.flash_error(error)
            token = None
        state = self._app.state
        await self._app.tokens.read_now()  # so that no clock says that the old one holds
        state.state_of(session).token = token
        if token is not None:
            await self._app.inventory.start(session)
        elif asks and session == state.session:
            self._goes_on = session
            self._app.spawn(partial(self._begin, session, sign_in_strings.SIGN_IN_AGAIN), "open")
        else:
            self._app.flash(with_keys(session_strings.EXPIRED, session=session.label))
            self._app.show_state()

    async def _renew(self, session: SsoSession) -> None:
        try:
            token = await in_thread(partial(self._app.services.tokens.renew, session))
        except SignInNeeded:
            way_in = self._app.sign_in_hint(session, "sign_in")
            said = sign_in_strings.CANNOT_RENEW.format(session=session.label, way_in=way_in)
            self._app.flash(said)
            return
        except RolecallError as error:
            self._app.flash_error(error)
            return
        self._app.state.state_of(session).token = token
        end = times.moment(token.expires_at, self._app.now())
        await self._clocks_changed(sign_in_strings.RENEWED.format(session=session.label, end=end))

    async def _sign_out(self, session: SsoSession) -> None:
        tokens, session_state = self._app.services.tokens, self._app.state.state_of(session)
        try:
            leaving = await in_thread(partial(tokens.plan_sign_out, session))
            title = session_strings.SIGN_OUT_TITLE.format(session=session.label)
            lines = session_strings.sign_out_lines(leaving, self._app.now())
            going = "\n".join(f"- {line}" for line in lines)
            intro = (
                session_strings.SIGN_OUT_INTRO
                if leaving.ends_portal_session
                else session_strings.SIGN_OUT_HERE_INTRO
            )
            if not await self._app.changes.confirmed(title, going, intro=intro):
                return
            await in_thread(partial(tokens.sign_out, session))
            text = sign_in_strings.SIGNED_OUT_OF.format(session=session.label)
        except RolecallError as error:
            text = explain(error)
        self._app.inventory.stop(session)
        session_state.token = None  # what was listed stays to be seen
        await self._clocks_changed(text)

    async def _clocks_changed(self, text: str) -> None:
        await self._app.tokens.read_now()
        self._app.show_state()
        self._app.flash(text)
