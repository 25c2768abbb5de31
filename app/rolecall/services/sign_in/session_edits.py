"""Change and delete the sso-sessions of ~/.aws/config. Every change is planned first."""

from __future__ import annotations

from collections.abc import Iterable

from rolecall.domain.access_role import SCOPES, Tenant, known_tenant
from rolecall.domain.account_access import TENANT_KEY, part_of_portal
from rolecall.domain.config.file_change import Change
from rolecall.domain.config.profile_tree import dependents
from rolecall.domain.errors.role_errors import TenantInvalid
from rolecall.domain.model import SsoSession, with_tenant_scopes
from rolecall.domain.records import dataclass, replace
from rolecall.domain.text import original, safe
from rolecall.files.aws_config.config_edits import DeleteSsoSession, SetSsoSession
from rolecall.files.aws_config.config_file import ConfigFile
from rolecall.files.aws_config.credentials_file import CredentialsFile
from rolecall.services.sign_in.sign_in import REGION_TO_FIND, checked_address


@dataclass(frozen=True, slots=True)
class SessionEditsService:
    """Plans and saves changes of sessions that have a name. All methods raise FileError."""

    config: ConfigFile
    credentials: CredentialsFile

    def edited(
        self, session: SsoSession, typed_start_url: str, region: str, typed_tenant: str
    ) -> SsoSession:
        """Return the session with another address, and that of an account access portal, if any.

        Raises StartUrlInvalid, RegionInvalid, TenantInvalid.
        """
        url, region = checked_address(typed_start_url, region)
        if typed_start_url == session.start_url:  # in its own spelling, which clients hash
            url = typed_start_url
        tenant = self.tenant_at(typed_tenant) if typed_tenant.strip() else None
        return self.with_roles(replace(session, start_url=url, region=region), tenant)

    def tenant_at(self, typed: str) -> Tenant:
        """Return the tenant of this address. A part of it, such as the ID alone, is enough if the
        sessions have only one such tenant.

        Raises TenantInvalid.
        """
        part = part_of_portal(typed)
        sessions = self.config.read().sso_sessions if part else ()
        if tenant := known_tenant(typed, (each.tenant for each in sessions)):
            return tenant
        if part:
            raise TenantInvalid(safe(typed), "incomplete", part.tenant)
        raise TenantInvalid(safe(typed))

    def session_of(self, tenant: Tenant, sessions: Iterable[SsoSession]) -> SsoSession | None:
        """Return the session whose roles are those of the tenant: the only one that has it, or the
        only one if it has none. None if only the user knows.
        """
        named = [each for each in sessions if each.name is not None]
        if len(named) == 1 and named[0].tenant is None:
            return named[0]
        having = [each for each in named if each.tenant == tenant]
        return having[0] if len(having) == 1 else None

    def with_roles(self, session: SsoSession, tenant: Tenant | None) -> SsoSession:
        """Return the session with the roles of the tenant, or without roles."""
        if tenant == session.tenant:
            return session
        if tenant is not None:
            return replace(session, scopes=with_tenant_scopes(session.scopes), tenant=tenant)
        scopes = tuple(each for each in session.scopes or () if each not in SCOPES)
        return replace(session, scopes=scopes, tenant=None)

    def plan_edit(self, session: SsoSession, edited: SsoSession) -> Change:
        """Plan the changed keys; without a region only to show the plan. Raises FileError."""
        values: dict[str, str | None] = {}
        if edited.start_url != session.start_url:
            values["sso_start_url"] = edited.start_url
        if edited.region != session.region:
            values["sso_region"] = edited.region or REGION_TO_FIND
        if edited.tenant != session.tenant:
            values[TENANT_KEY] = edited.tenant.address if edited.tenant else None
            values["sso_registration_scopes"] = ",".join(edited.scopes or ()) or None
        edits = [SetSsoSession(original(session.cache_key), values)] if values else []
        return self.config.plan(edits)

    def plan_delete(self, session: SsoSession) -> Change:
        return self.config.plan([DeleteSsoSession(original(session.cache_key))])

    def users_of(self, session: SsoSession) -> list[str]:
        """Return the names of the profiles that use the session, also through other profiles."""
        profiles = self.config.read_with(self.credentials).profiles
        names = [each.name for each in profiles if each.session_name == session.name]
        return names + [each.name for each in dependents(names, profiles)]

    def commit(self, change: Change) -> None:
        self.config.commit(change)
