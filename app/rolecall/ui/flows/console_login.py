"""Signing in with console credentials, as `aws login` does."""

from __future__ import annotations

import os
from functools import partial
from typing import TYPE_CHECKING

from rolecall.domain.errors.file_errors import LocksMissing
from rolecall.domain.text import original
from rolecall.presentation import labels, times
from rolecall.presentation.differences import difference
from rolecall.presentation.errors import ask_unlocked
from rolecall.presentation.sign_in_progress import said
from rolecall.presentation.texts import file_strings, session_strings, sign_in_strings
from rolecall.ui.flows.dialogs import Flow, asked, confirmed, in_background
from rolecall.ui.state.events import ConfigChanged, TokensChanged
from rolecall.ui.work import in_thread

if TYPE_CHECKING:
    from rolecall.domain.model import LoginSession
    from rolecall.ui.screens.sign_in.sign_in import SignInScreen


class ConsoleLoginFlow(Flow):
    """Gets the keys of login sessions, and ends them. Profiles are named as on the screen."""

    @in_background(opens=True)
    async def begin(self, profile: str) -> None:
        """Sign in for the profile."""
        from rolecall.ui.screens.sign_in.sign_in import SignInScreen

        def done(screen: SignInScreen, _: LoginSession) -> None:
            screen.dismiss(None)
            self._host.spawn(partial(self._report, said(screen.progress).state))

        here = sign_in_strings.here(os.environ)
        sign_ins = await in_thread(lambda: self._host.services.sign_ins)
        sign_in = sign_ins.with_console(original(profile), here)
        self._host.require_asker()
        await self._host.push_screen(
            SignInScreen(sign_in, done, partial(self._ask_about_identity, profile))
        )

    @in_background()
    async def _ask_about_identity(self, profile: str, screen: SignInScreen) -> None:
        """Show how the profile changes, or that there are no locks. Continue the sign-in only if
        the user agrees.
        """
        service, progress = self._host.services.console_login, screen.progress
        if isinstance(missing := progress.error, LocksMissing):
            title, intro = file_strings.UNLOCKED_TITLE, ask_unlocked(missing)
            if await confirmed(self._host, labels.WRITE, title, "", intro=intro):
                screen.shown.sign_in.give("y")
                return
            screen.dismiss(None)
            self._host.flash_error(missing)
            return
        plan = partial(service.plan, original(profile), original(progress.who))
        change = await in_thread(plan)
        diff = await in_thread(partial(difference, change))
        title = said(progress).title
        if await confirmed(self._host, labels.WRITE, title, diff):
            screen.shown.sign_in.give("y")
            return
        screen.dismiss(None)
        kept = sign_in_strings.STILL_USES.format(profile=profile, old=progress.before)
        self._host.flash(kept)

    @in_background()
    async def renew(self, profile: str) -> None:
        """Renew the keys now."""
        services, name = self._host.services, original(profile)

        def renew() -> LoginSession:
            arn = services.console_login.login_session(name)
            return services.login_sessions.renew(arn, profile, services.console_login.region(name))

        session = await asked(self._host, renew)
        end = times.moment(session.keys.expires_at, self._host.now())
        await self._report(sign_in_strings.KEYS_RENEWED.format(profile=profile, end=end))

    @in_background(opens=True)
    async def sign_out(self, profile: str) -> None:
        """Delete the session of the profile after a confirmation."""
        services = self._host.services
        login = partial(services.console_login.login_session, original(profile))
        arn = await in_thread(login)
        plan = await in_thread(partial(services.login_sign_out.plan, arn))
        if not plan:
            self._host.flash(session_strings.SIGNED_OUT_ALREADY.format(session=profile))
            return
        title = sign_in_strings.SIGN_OUT_TITLE.format(profile=profile)
        lines = sign_in_strings.sign_out_lines(plan, self._host.now())
        removed = "\n".join(f"- {line}" for line in lines)
        intro = sign_in_strings.SIGN_OUT_INTRO
        if await confirmed(self._host, labels.SIGN_OUT, title, removed, intro=intro):
            await asked(self._host, partial(services.login_sign_out.sign_out, arn))
            await self._report(sign_in_strings.SIGNED_OUT.format(profile=profile))

    async def _report(self, text: str) -> None:
        await self._host.announce(ConfigChanged())
        await self._host.announce(TokensChanged())
        self._host.show_state()
        self._host.flash(text)
