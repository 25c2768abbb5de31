"""Keeping the clocks true: what others do to the files, what is renewed, what ends soon."""

from __future__ import annotations

import os
import time
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Final

from rolecall.domain.time_left import Level
from rolecall.presentation import times, token_strings
from rolecall.presentation.errors import explain
from rolecall.terminal import capabilities
from rolecall.ui.rendering.driver import Driver
from rolecall.ui.threads import in_thread

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rolecall.domain.model import AccessToken, SsoSession
    from rolecall.services.expiries import Expiries, Expiry
    from rolecall.services.token_keeper import KeeperReport, RenewalFailure
    from rolecall.ui.app import RolecallApp
    from rolecall.ui.state.session_state import SessionState

_LOOK_EVERY: Final = 2  # ticks
# Seconds by which the clock may run away from the time that has passed: more is a jump.
_JUMP: Final = 3.0
_WARNED: Final = (Level.SOON, Level.URGENT)


class TokensFlow:
    def __init__(self, app: RolecallApp) -> None:
        self._app = app
        self._ticks = 0
        self._looking = False
        self._force = False
        self._renewing: set[SsoSession] = set()
        self._failed: list[RenewalFailure] = []
        self._last: tuple[datetime, float] | None = None
        self._said: dict[SsoSession, str] = {}
        self._missing: set[SsoSession] = set()
        self._warned: dict[tuple[str, datetime | None], Level] = {}
        self._title: str | None = None

    def tick(self) -> None:
        """Once a second."""
        self._ticks += 1
        if self._has_jumped():
            self._app.show_state()
            self.check(force=True)
        elif self._ticks % _LOOK_EVERY == 0:
            self.check()
        self._warn()

    def check(self, *, force: bool = False) -> None:
        """Check once at a time. Tokens that are due are renewed in their own threads."""
        self._force |= force
        if not self._looking:
            self._app.spawn(self._look, "upkeep")

    async def read_now(self) -> None:
        """What stands in the files."""
        self._show(await in_thread(self._app.services.expiries.read))

    # --- how

    async def _look(self) -> None:
        upkeep = self._app.services.token_keeper
        self._looking = True
        try:
            while True:
                force, self._force = self._force, False
                report = await in_thread(partial(upkeep.check, force=force))
                if report is not None:
                    self._take(report)
                if not self._force:
                    break
        finally:
            self._looking = False
        for session, token in upkeep.due().items():
            if session not in self._renewing:
                self._renewing.add(session)
                renew = partial(self._renew, session, token)
                self._app.spawn(renew, f"upkeep {session.cache_key}")

    def _take(self, report: KeeperReport) -> None:
        self._app.state.renewal_failures = report.failures
        self._show(report.expiries)
        self._say_what_failed()
        places = self._app.services.locations
        if not report.changed.isdisjoint({places.config, places.credentials}):
            self._app.changes.notice()

    async def _renew(self, session: SsoSession, token: AccessToken) -> None:
        try:
            renew = partial(self._app.services.token_keeper.renew, session, token)
            trouble = await in_thread(renew)
        finally:
            self._renewing.discard(session)
        if trouble is None:
            self._said.pop(session, None)
        else:
            self._failed.append(trouble)
        self.check(force=True)

    def _say_what_failed(self) -> None:
        """Once it is shown, for it says more than the warning that comes of it."""
        failed, self._failed = self._failed, []
        for trouble in failed:
            said = explain(trouble.error)
            if trouble.was_valid_at_start and self._said.get(trouble.session) != said:
                self._said[trouble.session] = said
                self._app.flash_warning(self._words(trouble))

    def _show(self, clocks: Expiries) -> None:
        """The one place where what the files say of tokens becomes what is shown of them."""
        app, state = self._app, self._app.state
        holds = app.services.tokens.renewal.is_valid
        state.expiries, state.expiries_read = clocks.rows, True
        state.expiries_problem = " ".join(map(explain, clocks.problems))
        state.usable_tokens = {
            session: token for session, token in clocks.tokens.items() if holds(token)
        }
        for session_state in list(state.session_states.values()):
            self._give_token(session_state)
        app.show_state()
        self._warn()
        config = app.services.locations.config
        if state.problem and not any(
            getattr(each, "path", None) == config for each in clocks.problems
        ):
            app.sign_in.mended()

    def _give_token(self, session_state: SessionState) -> None:
        """One that is missing is looked for once more: it may have come while we looked."""
        token = self._app.state.usable_tokens.get(session_state.session)
        missing = (
            token is None
            and session_state.token is not None
            and session_state.session not in self._missing
        )
        if missing:
            self._missing.add(session_state.session)
            self.check(force=True)
        else:
            self._missing.discard(session_state.session)
            session_state.token = token

    def _words(self, trouble: RenewalFailure) -> str:
        app, name = self._app, trouble.session.label
        token = app.state.usable_tokens.get(trouble.session)
        end = token and times.moment(token.expires_at, app.now())
        validity = token_strings.VALID_UNTIL.format(end=end) if end else token_strings.HAS_EXPIRED
        if trouble.again_at is None:
            way_in = app.sign_in_hint(trouble.session)
            return token_strings.REVOKED.format(session=name, state=validity, way_in=way_in)
        return token_strings.NOT_RENEWED.format(
            session=name,
            what=explain(trouble.error),
            state=validity,
            time=token_strings.time(trouble.again_at),
        )

    def _has_jumped(self) -> bool:
        """The clock was put forward or back, or the machine slept, which only the clock counts."""
        now, passed = self._app.now(), time.monotonic()
        last, self._last = self._last, (now, passed)
        return (
            last is not None and abs((now - last[0]).total_seconds() - (passed - last[1])) > _JUMP
        )

    # --- warnings

    def _warn(self) -> None:
        """At 15 and at 5 minutes, for what nobody renews."""
        now = self._app.now()
        ending = [each for each in self._app.state.expiries if self._ends_soon(each, now)]
        new = [each for each in ending if self._is_new(each, now)]
        if new:
            self._app.flash_warning(
                token_strings.warning(new, now, self._app.sign_in_hint(new[0].session))
            )
            if self._app.settings.bell:
                self._app.bell()
        self._show_title(ending, now)

    def _ends_soon(self, clock: Expiry, now: datetime) -> bool:
        warned = clock.kind.value in token_strings.WARNINGS and not clock.renews
        return warned and clock.level(now) in _WARNED

    def _is_new(self, clock: Expiry, now: datetime) -> bool:
        key, level = (clock.id, clock.expires_at), clock.level(now)
        known, self._warned[key] = self._warned.get(key), level
        return known is not level

    def _show_title(self, ending: Sequence[Expiry], now: datetime) -> None:
        title = None
        if ending and ending[0].expires_at:
            end = times.moment(ending[0].expires_at, now)
            title = token_strings.TITLE.format(name=ending[0].name, end=end)
        driver = self._app._driver
        if (
            title != self._title
            and isinstance(driver, Driver)
            and capabilities.has_title(os.environ)
        ):
            driver.show_title(title)
        self._title = title
