"""What the address of a portal leads to: the portal behind a company's own domain, and a region."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime

from rolecall.aws.portal_page import portal_behind, region_on_page
from rolecall.aws.regions import regions
from rolecall.aws.session import Clients
from rolecall.aws.sign_in import Oidc
from rolecall.domain import start_url
from rolecall.domain.errors import DeviceCodeRefused, RegionMoved, RolecallError
from rolecall.domain.errors.file_errors import FileError
from rolecall.domain.model import SsoSession
from rolecall.domain.records import dataclass, replace
from rolecall.domain.sign_in.likely_regions import likely_regions
from rolecall.files.aws_config.config_file import ConfigFile
from rolecall.services.sign_in.region_search import Asked, Found, RegionSearch


@dataclass(frozen=True, slots=True)
class PortalsService:
    """`clock` returns an aware UTC datetime."""

    clients: Clients
    config: ConfigFile
    environ: Mapping[str, str]
    clock: Callable[[], datetime]

    def portal_of(self, session: SsoSession) -> str:
        """Return the start URL to sign in at: not the session's if that is a company's own domain.

        Raises PortalNotFound, RegionMoved, ServiceError.
        """
        portal = self.behind(session.start_url)
        region = start_url.region_of(portal)
        if portal != session.start_url and region not in {"", session.region}:
            raise RegionMoved(session.cache_key, session.start_url, session.region, region)
        return portal

    def behind(self, address: str) -> str:
        """Return the start URL of AWS that the address leads to. Raises PortalNotFound,
        ServiceError.
        """
        return portal_behind(self.clients, address) if _may_redirect(address) else address

    def prepare(self) -> None:
        """Import and read what the first call needs, while the user types."""
        with suppress(RolecallError):
            self.clients.oidc("us-east-1")

    def region_named(self, address: str) -> str:
        """Return the region that the address names, or the portal it leads to; empty without one.

        Raises PortalNotFound, ServiceError.
        """
        return start_url.region_of(self.behind(address))

    def search(
        self,
        session: SsoSession,
        tell: Callable[[Asked], None] = lambda _: None,
        *,
        elsewhere: bool = False,
    ) -> RegionSearch:
        """Return a search for the region of the session's portal, not started yet.

        `elsewhere`: not in the region of the session, but where a replica may be. Raises
        PortalNotFound, ServiceError.
        """
        portal = self.behind(session.start_url)

        def ask(region: str) -> Found:
            there = replace(session, region=region)
            address = start_url.in_region(portal, region)
            oidc = Oidc(self.clients.oidc(region), there, self.clock, address)
            registration = oidc.register(tries=1)
            named = ""
            with suppress(DeviceCodeRefused):  # it has not refused the start URL
                named = start_url.region_named(oidc.start(registration, tries=1).link.url)
            return Found(region, registration, named)

        def read_page() -> str:
            return region_on_page(self.clients, portal) if has_page else ""

        roles = [session.tenant.region] if session.tenant else []
        likely = likely_regions(portal, [*roles, *self._used_regions()], regions())
        if elsewhere:
            likely = [each for each in likely if each != session.region]
        if self.clients.has_endpoint("sso-oidc"):  # the same for every region
            likely = likely[:1]
        has_page = start_url.is_of_aws(start_url.host_of(portal)) and len(likely) > 1
        return RegionSearch(session.start_url, likely, ask, tell, read_page)

    def may_move(self, session: SsoSession) -> bool:
        """Return whether the portal may be in another region than the session says: not if one
        address is configured for all regions, and profiles keep the region that they name.
        """
        with suppress(RolecallError):
            return session.name is not None and not self.clients.has_endpoint("sso-oidc")
        return False  # of a setting that no client can be made with

    def replica(self, session: SsoSession, region: str) -> SsoSession:
        """Return the session as it is for the replica of its Identity Center in the region."""
        address = start_url.in_region(session.start_url, region)
        return replace(session, start_url=address, region=region)

    def _used_regions(self) -> list[str]:
        """Return the regions of ~/.aws/config, the most used first, and of the environment."""
        config_regions: list[str] = []
        with suppress(FileError):
            config = self.config.read()
            config_regions += [each.region for each in config.sso_sessions]
            profiles = Counter(each.region for each in config.profiles if each.region)
            config_regions += [region for region, _ in profiles.most_common()]
        named = [self.environ.get(each, "") for each in ("AWS_REGION", "AWS_DEFAULT_REGION")]
        return [*config_regions, *named]


def _may_redirect(address: str) -> bool:
    return address.lower().startswith("https://") and start_url.is_own_domain(address)
