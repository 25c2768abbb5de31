"""Credentials for a command: those of the role or, if that is asked for, narrowed ones."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from rolecall.domain.log.hand_out import NOT_NARROWED, Lend
from rolecall.domain.process.agents import mark_in
from rolecall.domain.switching.variables import SwitchTarget
from rolecall.services.switching.switching import Switching

if TYPE_CHECKING:
    from datetime import datetime

    from rolecall.domain.credentials.credential_formats import Export
    from rolecall.services.credentials.credentials import CredentialsService
    from rolecall.services.lending.asked import Asked


class Source:
    """Where a command gets credentials from.

    `target` is the role. `is_approved`: by a user. Raises AgentRefused, GrantInvalid,
    PolicyInvalid, PolicyTooLarge, NarrowingRequired, FileError.
    """

    def __init__(
        self,
        service: CredentialsService,
        target: SwitchTarget,
        asked: Asked | None,
        reason: str,
        *,
        is_approved: bool = False,
    ) -> None:
        self.service = service
        self.began_at: datetime | None = None  # None: when it first gets credentials
        self._target = target
        self._narrowing = None
        switching = Switching(os.environ)
        settings = switching.settings.settings
        is_production = partial(switching.is_production, target)
        if not is_approved and mark_in(os.environ):
            from rolecall.services.lending.asked import check_agent  # few are agents

            check_agent(os.environ, target.name or target.role, is_production)
        if asked is not None or settings.must_narrow:
            from rolecall.services.lending.asked import check_required, narrowing_of  # few narrow

            rights = asked and asked.narrows_rights
            check_required(rights, settings, target.name or target.role, is_production)
            if asked is not None:
                self._narrowing = narrowing_of(asked, reason, settings.presets)
                self.service = service.without_saving()
        self._lend: Callable[[], Lend] = lambda: NOT_NARROWED

    @property
    def lend(self) -> Lend:
        """What the log has of the last credentials."""
        return self._lend()

    def of(self, get: Callable[[], Export]) -> Callable[[], Export]:
        """Return what to call for credentials. `get` returns the role's own.

        Raises NoCredentials, FileError.
        """
        if self._narrowing is None:
            return get
        from rolecall.services.lending.lender import Lender

        service, name = self.service, self._target.name
        clients = service.clients_of(name) if name else service.clients
        lender = Lender(self._narrowing, get, clients, service.clock, self.began_at)
        self._lend = lambda: lender.lend
        return lender
