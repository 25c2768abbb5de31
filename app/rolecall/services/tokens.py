"""What is done with a token that is there: renewed by hand, and signed out of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from rolecall.aws.portal import Portal
from rolecall.aws.session import Clients
from rolecall.domain.errors import SignInNeeded
from rolecall.domain.model import AccessToken, Assignment, SsoSession
from rolecall.files.cli_cache import CliCache, credentials_stem
from rolecall.files.config_file import ConfigFile
from rolecall.files.sso_cache import SsoCache
from rolecall.services.renewal import Renewal


@dataclass(frozen=True, slots=True)
class TokensService:
    clients: Clients
    config: ConfigFile
    cache: SsoCache
    cli_cache: CliCache
    renewal: Renewal

    def renew(self, session: SsoSession) -> AccessToken:
        """Renew now. Raises SignInNeeded where that takes an approval, ServiceError, FileError."""
        return self.renewal.now(session)

    def sign_out(self, session: SsoSession, reached: Iterable[Assignment] = ()) -> None:
        """End this session alone: at the portal, its token, its role credentials for the CLI.

        The CLI names those files by a hash: found are those of the profiles and of `reached`. The
        client registration stays, as do other sessions. What is here goes first, so that a
        portal that cannot be reached (ServiceError) leaves nothing usable behind.
        """
        token = self.cache.token(session)
        self._forget_role_credentials(session, reached)
        self.cache.forget_token(session)
        if token is None or not self.renewal.holds(token):
            return
        try:
            Portal(self.clients.portal(session.region), session).sign_out(token)
        except SignInNeeded:
            return  # it had ended already

    def _forget_role_credentials(self, session: SsoSession, reached: Iterable[Assignment]) -> None:
        targets = {assignment.key for assignment in reached}
        targets |= {
            (profile.account_id, profile.permission_set)
            for profile in self.config.read().profiles
            if profile.account_id and profile.permission_set and profile.is_of(session)
        }
        present = {stem for stem, _ in self.cli_cache.entries()}
        for target in targets:
            if credentials_stem(session, *target) in present:
                self.cli_cache.forget(session, *target)
