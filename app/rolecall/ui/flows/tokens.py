"""Keeping the expiries current, warning of what expires, and signing out."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Final

from rolecall.domain.errors import RolecallError, SignInNeeded
from rolecall.domain.time_left import Level
from rolecall.presentation import labels, times
from rolecall.presentation.errors import explain, portal_failed, renewal_failed
from rolecall.presentation.texts import session_strings, sign_in_strings, token_strings
from rolecall.ui.flows.dialogs import Flow, asked, confirmed, in_background
from rolecall.ui.screens.base.command import CommandScreen
from rolecall.ui.state.events import ConfigChanged, ConfigReadable, SettingsChanged, SignedOut
from rolecall.ui.work import WorkGroup, in_thread

if TYPE_CHECKING:
    from rolecall.domain.model import AccessToken, SsoSession
    from rolecall.services.tokens.expiries import Expiries
    from rolecall.services.tokens.expiry import Expiry
    from rolecall.services.tokens.token_keeper import KeeperReport, RenewalFailure
    from rolecall.ui.state.host import Host

_CHECK_EVERY: Final = 2  # ticks
# Seconds by which the clock may differ from the time that has passed. A larger difference means
# that the clock was set, or that the machine slept.
_MAX_DRIFT: Final = 3.0


class TokensFlow(Flow):
    def __init__(self, host: Host) -> None:
        super().__init__(host)
        self._ticks = 0
        self._checking = False
        self._force = False
        self._renewing: set[SsoSession] = set()
        self._unreported: list[RenewalFailure] = []
        self._reported: dict[SsoSession, str] = {}
        self._last_tick: tuple[datetime, float] | None = None
        self._warned: dict[tuple[str, datetime | None], Level] = {}
        self._title: str | None = None
        self._is_skew_reported = False
        # What else a warning does.
        self.on_warning: Callable[[Sequence[Expiry]], None] = lambda _: None

    async def start(self) -> None:
        """Show the expiries once the services are open, without a sign-in."""
        try:
            await self._host.gate.opened()
        except RolecallError as error:
            self._host.state.expiries_problem = explain(error)
            self._host.show_state()
            return
        await self.read()
        self.check(force=True)

    def tick(self) -> None:
        """Check what is due. To be called once a second."""
        self._ticks += 1
        if self._clock_was_set():
            self._host.show_state()
            self.check(force=True)
        elif self._ticks % _CHECK_EVERY == 0:
            self.check()
        self._warn()

    def check(self, *, force: bool = False) -> None:
        """Look for changed files, or with `force` read all, and renew tokens that are due."""
        self._force |= force
        if not self._checking:
            self._host.spawn(self._check, WorkGroup.TOKEN_CHECK)

    async def read(self) -> None:
        """Read the expiries and tokens from the files, and show them."""
        await self._show(await in_thread(self._host.services.expiries.read))

    def watch_refusals(self) -> None:
        """Show what AWS refuses once any call learns of it, before its error is shown."""
        services = self._host.services

        def show() -> None:  # in the thread of the call
            self._host.call_later(self._show, services.expiries.read())

        services.refusals.on_change = show

    async def confirm(self, session: SsoSession, token: AccessToken | None) -> None:
        """Read again if the session does not have this token on the screens."""
        if self._host.state.usable_tokens.get(session) != token:
            await self.read()

    # --- checking and renewing

    async def _check(self) -> None:
        keeper = self._host.services.token_keeper
        self._checking = True
        try:
            while True:
                force, self._force = self._force, False
                report = await in_thread(partial(keeper.check, force=force))
                if report is not None:
                    await self._take(report)
                self._report_unsaved()
                self._report_clock_skew()
                if not self._force:
                    break
        finally:
            self._checking = False
        for session, token in keeper.due().items():
            if session not in self._renewing:
                self._renewing.add(session)
                self._renew_due(session, token)

    async def _take(self, report: KeeperReport) -> None:
        state, locations = self._host.state, self._host.services.locations
        state.renewal_failures = report.failures
        await self._show(report.expiries)
        self._report_failures()
        is_shown = state.config is not None or state.profiles_problem
        if is_shown and report.changed & {locations.config, locations.credentials}:
            self._host.spawn(partial(self._host.announce, ConfigChanged()), WorkGroup.CONFIG_CHANGE)
        if report.changed & self._host.settings_service.files:
            await self._host.announce(SettingsChanged())

    @in_background()
    async def _renew_due(self, session: SsoSession, token: AccessToken) -> None:
        try:
            renew = partial(self._host.services.token_keeper.renew, session, token)
            failure = await in_thread(renew)
        finally:
            self._renewing.discard(session)
        if failure is None:
            self._reported.pop(session, None)
        else:
            self._unreported.append(failure)
        self.check(force=True)

    def _report_failures(self) -> None:
        """Report each failure, after the warning about the same token: it says more."""
        failures, self._unreported = self._unreported, []
        for failure in failures:
            reason = explain(failure.error)
            if failure.was_valid_at_start and self._reported.get(failure.session) != reason:
                self._reported[failure.session] = reason
                self._host.flash_warning(self._describe(failure), about=failure.session)

    def _report_unsaved(self) -> None:
        """Report each token that could not be saved, now or by an interrupted renewal."""
        problems = self._host.services.tokens.renewal.problems
        while problems:
            self._host.flash_warning(explain(problems.pop(0)))

    def _report_clock_skew(self) -> None:
        """Report once that AWS's clock shows another time, when no other message is shown."""
        difference, screen = self._host.services.clock_skew, self._host.screen
        if not difference:
            self._is_skew_reported = False
            return
        is_busy = isinstance(screen, CommandScreen) and screen.status.flashed is not None
        if not self._is_skew_reported and not is_busy:
            self._is_skew_reported = True
            self._host.flash_warning(times.clock_skew(difference))

    def _describe(self, failure: RenewalFailure) -> str:
        token = self._host.state.usable_tokens.get(failure.session)
        end = token.expires_at if token else None
        hint = self._host.sign_in_hint(failure.session)
        return renewal_failed(failure, end, self._host.now(), hint)

    # --- what the user does with a token

    @in_background(WorkGroup.TOKEN, lambda session: session.cache_key)
    async def renew(self, session: SsoSession) -> None:
        """Renew the token now."""
        try:
            token = await asked(self._host, partial(self._host.services.tokens.renew, session))
        except SignInNeeded:
            hint = self._host.sign_in_hint(session, "sign_in")
            words = sign_in_strings.CANNOT_RENEW
            self._host.flash(words.format(session=session.label, way_in=hint))
            return
        end = times.moment(token.expires_at, self._host.now())
        await self.read()
        renewed = sign_in_strings.RENEWED.format(session=session.label, end=end)
        self._host.flash(renewed, about=session)

    @in_background(WorkGroup.TOKEN, lambda session: session.cache_key)
    async def sign_out(self, session: SsoSession) -> None:
        """Sign out of the session after a confirmation."""
        tokens = self._host.services.tokens
        plan = await in_thread(partial(tokens.plan_sign_out, session))
        title = session_strings.SIGN_OUT_TITLE.format(session=session.label)
        lines = session_strings.sign_out_lines(plan, self._host.now())
        removed = "\n".join(f"- {line}" for line in lines)
        intro = session_strings.SIGN_OUT_HERE_INTRO
        if plan.ends_portal_session:
            intro = session_strings.SIGN_OUT_INTRO
        if not await confirmed(self._host, labels.SIGN_OUT, title, removed, intro=intro):
            return
        text, is_signed_out = sign_in_strings.SIGNED_OUT_OF.format(session=session.label), True
        try:
            if failure := await asked(self._host, partial(tokens.sign_out, session)):
                text = portal_failed(failure, self._host.now())
        except RolecallError as error:  # the token may still be deleted
            text = explain(error)
            await self.read()
            is_signed_out = session not in self._host.state.usable_tokens
        if is_signed_out:
            await self._host.announce(SignedOut(session))
        self._host.flash(text, about=session)

    # --- showing

    async def _show(self, expiries: Expiries) -> None:
        host, state = self._host, self._host.state
        state.set_expiries(expiries)
        state.expiries_problem = " ".join(map(explain, expiries.problems))
        host.show_state()
        self._warn()
        config = host.services.locations.config
        unreadable = [getattr(each, "path", None) for each in expiries.problems]
        if state.sessions_problem and config not in unreadable:
            await host.announce(ConfigReadable())

    def _clock_was_set(self) -> bool:
        """Whether the clock has jumped since the last call: it was set, or the machine slept, which
        the monotonic clock does not count.
        """
        now, monotonic = self._host.now(), time.monotonic()
        last, self._last_tick = self._last_tick, (now, monotonic)
        if last is None:
            return False
        elapsed = (now - last[0]).total_seconds()
        return abs(elapsed - (monotonic - last[1])) > _MAX_DRIFT

    # --- warnings

    def _warn(self) -> None:
        """Warn 15 and 5 minutes before something expires that is not renewed."""
        now = self._host.now()
        rows = self._host.state.expiries
        expiring = [each for each in rows if token_strings.is_warned_of(each, now)]
        new = [each for each in expiring if self._is_new(each, now)]
        if new:
            hint = self._host.sign_in_hint(new[0].session)
            self._host.flash_warning(token_strings.warning(new, now, hint))
            if self._host.settings.bell:
                self._host.bell()
            self.on_warning(new)
        self._show_title(expiring, now)

    def _is_new(self, expiry: Expiry, now: datetime) -> bool:
        """Whether there was no warning yet for this expiry at this level."""
        key, level = (expiry.id, expiry.expires_at), expiry.level(now)
        known, self._warned[key] = self._warned.get(key), level
        return known is not level

    def _show_title(self, expiring: Sequence[Expiry], now: datetime) -> None:
        """Say in the title of the window what expires first."""
        title = None
        if expiring and expiring[0].expires_at:
            end = times.moment(expiring[0].expires_at, now)
            title = token_strings.TITLE.format(name=expiring[0].name, end=end)
        if title != self._title:
            self._host.show_title(title)
        self._title = title
