"""Credentials for a command: those of the role or, if that is asked for, narrowed ones."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from rolecall.domain.log.hand_out import NOT_NARROWED, Lend

if TYPE_CHECKING:
    from rolecall.domain.credentials.credential_formats import Export
    from rolecall.services.credentials.credentials import CredentialsService
    from rolecall.services.lending.asked import Asked


class Source:
    """Where a command gets credentials from.

    Raises GrantInvalid, PolicyInvalid, PolicyTooLarge.
    """

    def __init__(self, service: CredentialsService, asked: Asked | None, reason: str) -> None:
        self.service = service
        self._narrowing = None
        if asked is not None:
            from rolecall.services.lending.asked import narrowing_of  # late: few narrow

            self._narrowing = narrowing_of(asked, reason)
            self.service = service.without_saving()
        self._lend: Callable[[], Lend] = lambda: NOT_NARROWED

    @property
    def lend(self) -> Lend:
        """What the log has of the last credentials."""
        return self._lend()

    def of(self, get: Callable[[], Export], profile: str | None) -> Callable[[], Export]:
        """Return what to call for credentials. `get` returns the role's own, of the profile if
        there is one.

        Raises NoCredentials, FileError.
        """
        if self._narrowing is None:
            return get
        from rolecall.services.lending.lender import Lender

        service = self.service
        clients = service.clients_of(profile) if profile else service.clients
        lender = Lender(self._narrowing, get, clients, service.clock)
        self._lend = lambda: lender.lend
        return lender
