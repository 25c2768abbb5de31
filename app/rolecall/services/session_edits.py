"""Change and delete the sso-sessions of ~/.aws/config. Every change is planned first."""

from __future__ import annotations

from rolecall.domain.file_change import Change
from rolecall.domain.model import SsoSession
from rolecall.domain.records import dataclass, replace
from rolecall.domain.text import original
from rolecall.files.config_edits import DeleteSsoSession, SetSsoSession
from rolecall.files.config_file import ConfigFile
from rolecall.services.sign_in import REGION_TO_FIND, checked_address


@dataclass(frozen=True, slots=True)
class SessionEditsService:
    """Plans and saves changes of sessions that have a name. All methods raise FileError."""

    config: ConfigFile

    def edited(self, session: SsoSession, typed_start_url: str, region: str) -> SsoSession:
        """Return the session with another address. Raises StartUrlInvalid, RegionInvalid."""
        url, region = checked_address(typed_start_url, region)
        if typed_start_url == session.start_url:  # in its own spelling, which clients hash
            url = typed_start_url
        return replace(session, start_url=url, region=region)

    def plan_edit(self, session: SsoSession, edited: SsoSession) -> Change:
        """Plan the changed keys; without a region only to show the plan. Raises FileError."""
        values: dict[str, str | None] = {}
        if edited.start_url != session.start_url:
            values["sso_start_url"] = edited.start_url
        if edited.region != session.region:
            values["sso_region"] = edited.region or REGION_TO_FIND
        edits = [SetSsoSession(original(session.cache_key), values)] if values else []
        return self.config.plan(edits)

    def plan_delete(self, session: SsoSession) -> Change:
        return self.config.plan([DeleteSsoSession(original(session.cache_key))])

    def users_of(self, session: SsoSession) -> list[str]:
        """Return the names of the profiles that use the session."""
        profiles = self.config.read().profiles
        return [each.name for each in profiles if each.session_name == session.name]

    def commit(self, change: Change) -> None:
        self.config.commit(change)
