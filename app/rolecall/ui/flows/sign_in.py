"""Signing in, and choosing the session."""

from __future__ import annotations

import os
from asyncio import shield
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

from rolecall.domain.errors import RolecallError, SignInNeeded
from rolecall.presentation import times
from rolecall.presentation.errors import explain
from rolecall.presentation.sign_in_progress import said
from rolecall.presentation.texts import session_strings, sign_in_strings
from rolecall.ui.flows.dialogs import (
    Flow,
    close_all,
    go_to,
    in_background,
    leave,
    show_row,
    written,
)
from rolecall.ui.screens import modes
from rolecall.ui.screens.base.command import CommandScreen
from rolecall.ui.state import events
from rolecall.ui.work import Left, WorkGroup, in_thread

if TYPE_CHECKING:
    from rolecall.domain.model import AccessToken, SsoSession
    from rolecall.services.sign_in.sign_in import Located, SignInService
    from rolecall.ui.state.host import Host


class SignInFlow(Flow):
    """Signs in, and makes a session the current one."""

    def __init__(self, host: Host) -> None:
        super().__init__(host)
        self._came_from = host.DEFAULT_MODE
        self._goes_to: tuple[str, str] | None = None  # after the sign-in: account, permission set
        self._resumes: SsoSession | None = None  # its crawl resumes after the sign-in

    @property
    def _service(self) -> SignInService:
        return self._host.services.sign_in

    # --- what screens and events start

    async def start(self) -> None:
        """Use a valid token that is there already, or ask for a sign-in."""
        state = self._host.state
        try:
            await self._host.gate.opened()
        except RolecallError as error:
            state.looking_for_token, state.sessions_problem = False, explain(error)
            state.awaits_welcome = False
            self._host.show_state()
            return
        await self._select_first_session()

    async def retry_start(self) -> None:
        """Start again if ~/.aws/config was unreadable at the start."""
        state = self._host.state
        state.sessions_problem = ""
        if state.session is None:
            state.looking_for_token = True
            self._host.spawn(self._select_first_session, WorkGroup.SESSION)

    async def update_sessions(self) -> None:
        """Show the sessions that ~/.aws/config has after a change."""
        if not self._host.state.looking_for_token:  # otherwise the start reads them
            with suppress(RolecallError):  # the old ones stay; the screens say what is wrong
                await self._take_sessions()

    def begin(
        self,
        session: SsoSession,
        reason: str = "",
        *,
        force: bool = False,
        found: Located | None = None,
    ) -> None:
        """Sign in to the session. A valid token is used, unless `force` is set.

        `reason`: why the user has to sign in. `found` is what is written afterwards, if the file
        does not have the session like this.
        """
        self._goes_to = None
        begin = partial(self._begin, session, reason, force=force, found=found)
        self._host.spawn(begin, WorkGroup.SESSION)

    async def show(self, session: SsoSession) -> None:
        """Make this the current session, signed in or not."""
        await self._enter(session, await self._valid_token(session))

    def back(self) -> None:
        """Go from the list of sessions to where the user was before."""
        go_to(self._host, self._came_from)

    async def replace_token(self, session: SsoSession, is_awaited: bool) -> None:
        """Renew a token that AWS refused, or ask for a sign-in; then the crawl resumes.

        Unless it `is_awaited`, the user is only informed.
        """
        token, problem = None, None
        try:
            token = await in_thread(partial(self._service.renewal.needed_token, session))
        except SignInNeeded as error:
            problem = error
        except RolecallError as error:
            self._host.flash_error(error)
        state = self._host.state
        await self._host.announce(
            events.TokensChanged()
        )  # so that the expiry shown is not the old one
        await self._host.announce(events.TokenKnown(session, token))
        if token is not None:
            await self._host.announce(events.TokenReplaced(session))
        elif is_awaited and session == state.session:
            self._resumes = session
            self.begin(session, sign_in_strings.SIGN_IN_AGAIN)
        else:
            if problem is not None:
                self._host.flash_error(problem)
            self._host.show_state()

    async def refresh_list(self) -> None:
        """Read the sessions again if their list is on the screen."""
        if self._host.current_mode == modes.SIGN_IN:
            await self._read_sessions()
            self._host.show_state()

    async def replace_session(self, old: SsoSession, new: SsoSession | None) -> None:
        """Show the sessions without `old`. If it was current, `new` or the first becomes so."""
        state = self._host.state
        await self._read_sessions()
        if state.session == old:
            if current := new or next(iter(state.sessions), None):
                await self.show(current)
            else:
                state.show_session(None)
        self._host.show_state()

    # --- the start

    async def _select_first_session(self) -> None:
        state = self._host.state
        try:
            await self._host.announce(events.ConfigChanged())
            await self._host.announce(events.TokensChanged())
            await self._read_sessions()
            if await self._enter_first_with_token():
                return
            state.show_session(next(iter(state.sessions), None))
        finally:  # also if the user has chosen a session in the meantime
            state.looking_for_token = False
            state.awaits_welcome &= not (state.sessions or state.sessions_problem)
            if state.config is None and not state.profiles_problem:
                self._host.spawn(partial(self._host.announce, events.ConfigChanged()))
            self._host.show_state()
        if state.sessions_problem:
            return
        if len(state.sessions) == 1:
            await self._begin(state.sessions[0], "")
            return
        self._host.require_asker()
        await self._host.switch_mode(modes.SIGN_IN)
        if not state.sessions:
            self.new_session()

    async def _enter_first_with_token(self) -> bool:
        """Enter the first session with a valid token. Return whether there is one."""
        state = self._host.state
        for session in state.sessions:
            state.show_session(session)
            await self._host.announce(events.SessionSelected(session))
            try:
                token = await in_thread(partial(self._service.valid_token, session))
            except RolecallError as error:
                self._host.flash_error(error)
                continue
            if token is not None:
                state.looking_for_token = False
                await self._enter(session, token)
                found = sign_in_strings.TOKEN_FOUND.format(session=session.label)
                self._host.flash(found, asked=False)
                return True
        return False

    async def _read_sessions(self) -> None:
        try:
            await self._take_sessions()
        except RolecallError as error:
            self._host.state.sessions_problem = explain(error)

    async def _take_sessions(self) -> None:
        """Show the sessions that ~/.aws/config has. Raises RolecallError."""

        def read() -> tuple[Sequence[SsoSession], dict[SsoSession, AccessToken]]:
            found = self._service.sessions()
            return found, self._service.valid_tokens(found)

        sessions, tokens = await in_thread(read)
        state = self._host.state
        before, shown_before = state.sessions, [each.session for each in state.shown]
        state.set_sessions(sessions, tokens)
        for session in before:
            if session not in sessions:
                await self._host.announce(events.SessionGone(session))
        for session, token in tokens.items():
            if state.state_of(session).token is None:
                await self._host.announce(events.TokenKnown(session, token))
        if not state.looking_for_token:
            for each in state.shown:
                if each.session not in shown_before:
                    await self._host.announce(events.SessionSelected(each.session))
                    await self._host.announce(events.SessionReady(each.session))
        self._host.show_state()

    # --- the list of sessions

    @in_background(WorkGroup.SESSION_LIST, opens=True)
    async def choose(self) -> None:
        turn = self._host.type_ahead.turn
        await self._show_list()
        await self._host.deliver_typed_keys(turn)

    async def _show_list(self) -> None:
        """Show the list of sessions. A sign-in that was open there is cancelled."""
        await self._read_sessions()
        host = self._host
        host.require_asker()
        if host.current_mode != modes.SIGN_IN:
            leave(host)
            self._came_from = host.current_mode
            await host.switch_mode(modes.SIGN_IN)  # it takes the held keys when it is mounted
            if host.current_mode != modes.SIGN_IN:  # a key has led to another place meanwhile
                raise Left
        close_all(host, modes.SIGN_IN)

    async def _leave_list(self) -> None:
        """Go back to where the user was. A sign-in that is open is cancelled."""
        host = self._host
        if host.current_mode == modes.SIGN_IN:
            host.switch_mode(self._came_from)
        close_all(host, modes.SIGN_IN)
        removal = host.remove_mode(modes.SIGN_IN)
        host.add_mode(modes.SIGN_IN, modes.MODES[modes.SIGN_IN])  # before the next key
        await shield(removal)  # if the app closes now, it waits for the removal itself

    @in_background(WorkGroup.SESSION)
    async def show_all(self) -> None:
        """Show the rows of every session in the tables."""
        state = self._host.state
        first = state.session or next(iter(state.sessions), None)
        state.show_session(first, with_others=True)
        state.looking_for_token = False
        await self._leave_list()
        await self._host.announce(events.AllSessionsSelected())
        for each in state.shown:
            if not each.crawling:
                if each.token is None:
                    token = await self._valid_token(each.session)
                    await self._host.announce(events.TokenKnown(each.session, token))
                await self._host.announce(events.SessionReady(each.session))
        self._host.show_state()

    @in_background(WorkGroup.SESSION, opens=True)
    async def new_session(self) -> None:
        """Ask for a new sso-session and sign in to it."""
        from rolecall.ui.screens.sign_in.new_session import NewSessionScreen

        try:
            regions = await in_thread(self._service.regions)
        finally:
            self._host.state.awaits_welcome = False
        form = NewSessionScreen(regions, is_first=not self._host.state.sessions)
        session = await self._host.ask(form)
        if session is not None:
            self._goes_to = form.assignment
            turn = self._host.type_ahead.turn
            try:
                await self._begin(session, "", found=form.located)
            finally:
                await self._host.deliver_typed_keys(turn)

    # --- signing in

    async def _begin(
        self,
        session: SsoSession,
        reason: str,
        *,
        force: bool = False,
        found: Located | None = None,
    ) -> None:
        if not (reason or force) and (token := await self._valid_token(session, found)) is not None:
            await self._ended(session, token, found=found)
            return
        from rolecall.ui.screens.sign_in.sign_in import SignInScreen

        def done(screen: SignInScreen, token: AccessToken) -> None:
            text = said(screen.progress).state
            ended = partial(self._ended, session, token, text, found=found)
            self._host.spawn(ended, WorkGroup.SESSION)

        # If the user did not start the sign-in, the browser does not open by itself.
        here, opens = sign_in_strings.here(os.environ), not reason
        others = found.others if found else ()
        sign_in = await in_thread(
            lambda: self._host.services.sign_ins.at_portal(
                session, here, opens=opens, others=others
            )
        )
        await self._show_list()
        screen = SignInScreen(sign_in, done, reason=reason, is_written=found is None)
        await self._host.push_screen(screen)

    async def _valid_token(
        self, session: SsoSession, found: Located | None = None
    ) -> AccessToken | None:
        """Return a valid token, if there is one; for what is `found`, only one that proves it."""
        service = self._service
        read = partial(service.proof, found) if found else partial(service.valid_token, session)
        try:
            return await in_thread(read)
        except RolecallError:
            return None  # the sign-in that follows reports what is wrong

    async def _ended(
        self,
        session: SsoSession,
        token: AccessToken,
        text: str = "",
        *,
        found: Located | None = None,
    ) -> None:
        """Show the session of a sign-in. If ~/.aws/config does not have it like this, it is written
        now; a change that the user has not seen is shown first.
        """
        services = self._host.services
        edits, there = services.session_edits, services.portals.replica(session, token.region)
        if found or there != session:
            before = await in_thread(partial(self._service.session_named, there.name or ""))
            if before is None:
                new = there.name or "", there.start_url, there.region, there.tenant
                there = await written(self._host, partial(edits.add_session, *new))
                await self._host.announce(events.ConfigChanged())
            elif before != there and found and (before, there) == (found.before, found.session):
                change = await in_thread(partial(edits.plan_edit, before, there))
                await written(self._host, partial(edits.commit, change))
                await self._host.announce(events.ConfigChanged())
                await self._host.announce(events.SessionReplaced(before, there))
            elif before != there:
                await self._leave_list()
                await self._host.announce(events.RegionProven(before, there))
                return
        await self._signed_in(there, token, text)

    async def _signed_in(self, session: SsoSession, token: AccessToken, text: str = "") -> None:
        """Show the session. `text` says that the user has just signed in."""
        host = self._host
        goes_to, self._goes_to = self._goes_to, None
        is_waiting = host.current_mode == modes.SIGN_IN  # not in another place
        host.state.sessions_problem, host.state.looking_for_token = "", False
        await host.announce(
            events.TokensChanged()
        )  # so that every expiry on the screen is new at once
        await self._leave_list()
        resumes, self._resumes = self._resumes, None
        await self._enter(session, token, refresh=bool(text) and session != resumes)
        if goes_to is not None and is_waiting:
            await show_row(host, *goes_to)
        if isinstance(host.screen, CommandScreen):
            end = times.moment(token.expires_at, host.now())
            already = session_strings.SIGNED_IN_ALREADY.format(session=session.label, end=end)
            host.screen.flash_good(text or already)

    async def _enter(
        self, session: SsoSession, token: AccessToken | None, *, refresh: bool = False
    ) -> None:
        """Make this the current session, and list it.

        `refresh`: the user has just signed in. AWS shows new accounts only after that.
        """
        state = self._host.state
        state.show_session(session)
        if not state.state_of(session).loaded:
            await self._host.announce(events.SessionSelected(session))
        await self._host.announce(events.TokenKnown(session, token))
        self._host.show_state()
        await self._host.announce(events.SessionReady(session, refresh))
