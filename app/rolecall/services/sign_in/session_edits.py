"""Add, change and delete the sso-sessions of ~/.aws/config. Every change is planned first."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from rolecall.domain import start_url
from rolecall.domain.access_role import SCOPES, Tenant, known_tenant
from rolecall.domain.account_access import TENANT_KEY, part_of_portal
from rolecall.domain.config.file_change import Change
from rolecall.domain.config.profile_tree import dependents
from rolecall.domain.errors import RegionInvalid, SessionNameInvalid
from rolecall.domain.errors.role_errors import TenantInvalid
from rolecall.domain.model import ACCOUNT_ACCESS_SCOPE, SsoSession, with_tenant_scopes
from rolecall.domain.naming import names as naming
from rolecall.domain.records import dataclass, replace
from rolecall.domain.text import original, safe
from rolecall.files.aws_config.config_edits import DeleteSsoSession, SetSsoSession
from rolecall.files.aws_config.config_file import ConfigFile
from rolecall.files.aws_config.credentials_file import CredentialsFile

TAKEN: Final = "taken"
REGION_TO_FIND: Final = "…"  # in the plan of a session whose region is found before it is written


@dataclass(frozen=True, slots=True)
class SessionEditsService:
    """Plans and saves changes of sessions that have a name. All methods raise FileError."""

    config: ConfigFile
    credentials: CredentialsFile

    def suggest_session_name(self, typed: str, sessions: Iterable[SsoSession]) -> str:
        """Return a name that none of the sessions has. Raises StartUrlInvalid."""
        name = start_url.suggest_session_name(start_url.normalise(typed))
        return naming.unique(name, {session.name or "" for session in sessions})

    def check_session_name(self, name: str, typed_start_url: str | None = None) -> str | None:
        """Return a NameProblem, TAKEN if the name has another start URL, or None."""
        if problem := naming.check(name):
            return problem
        for session in self._sessions():
            if session.name == name and session.start_url != typed_start_url:
                return TAKEN
        return None

    def plan_session(
        self, name: str, typed_start_url: str, region: str, tenant: Tenant | None = None
    ) -> Change:
        """Plan to add an `[sso-session]` to ~/.aws/config; without a region only to show the plan.

        `tenant` is the account access manager whose roles the session gives access to.

        Raises StartUrlInvalid, RegionInvalid, SessionNameInvalid, FileError.
        """
        session = self.new_session(name, typed_start_url, region, tenant)
        values: dict[str, str | None] = {
            "sso_start_url": session.start_url,
            "sso_region": session.region or REGION_TO_FIND,
            "sso_registration_scopes": ",".join(session.scopes or ()),
        }
        if tenant is not None:
            values[TENANT_KEY] = tenant.address
        return self.config.plan([SetSsoSession(name, values)])

    def add_session(
        self, name: str, typed_start_url: str, region: str, tenant: Tenant | None = None
    ) -> SsoSession:
        """Write the session and return it. Raises what `plan_session` raises."""
        if not checked_address(typed_start_url, region)[1]:
            raise RegionInvalid(region)
        self.config.commit(self.plan_session(name, typed_start_url, region, tenant))
        return next(session for session in self._sessions() if session.name == name)

    def new_session(
        self, name: str, typed_start_url: str, region: str, tenant: Tenant | None = None
    ) -> SsoSession:
        """Return a session that can be added to ~/.aws/config once it has a region. A region in the
        address is used.

        Raises StartUrlInvalid, RegionInvalid, SessionNameInvalid, FileError.
        """
        url, region = checked_address(typed_start_url, region)
        if problem := self.check_session_name(name, url):
            raise SessionNameInvalid(name, problem)
        scopes = (ACCOUNT_ACCESS_SCOPE,) if tenant is None else with_tenant_scopes(None)
        return SsoSession(name, url, region, scopes, tenant)

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

    def needs_sign_in(self, session: SsoSession, edited: SsoSession) -> bool:
        """Return whether only a sign-in proves the change. Without roles there is nothing new."""
        gets_roles = edited.tenant is not None and edited.tenant != session.tenant
        is_there = (edited.start_url, edited.region) == (session.start_url, session.region)
        return gets_roles or not is_there

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

    def _sessions(self) -> tuple[SsoSession, ...]:
        return self.config.read_with(self.credentials).sso_sessions


def checked_address(typed_start_url: str, region: str) -> tuple[str, str]:
    """Return start URL and region as they are written. A region in the address comes first.

    The region is empty if neither names one. Raises StartUrlInvalid, RegionInvalid.
    """
    url = start_url.normalise(typed_start_url)
    region = start_url.region_of(url) or region.strip().lower()
    if region and not naming.is_region(region):
        raise RegionInvalid(region)
    return url, region
