"""What a team shares: take a file over, update it, remove it, and make one.

A file that cannot be fetched, or that is wrong, changes nothing. The user's own settings, aliases
and sessions come first.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from rolecall.aws.download import download
from rolecall.aws.session import Clients
from rolecall.domain.config.file_change import Change
from rolecall.domain.config.redaction import shown_location
from rolecall.domain.errors.file_errors import FileUnreadable, NoTeam, TomlInvalid
from rolecall.domain.inventory.annotations import TomlMistake
from rolecall.domain.model import ACCOUNT_ACCESS_SCOPE, SsoSession
from rolecall.domain.production import more_than_default
from rolecall.domain.records import NamedTuple, dataclass
from rolecall.domain.settings.settings import DEFAULTS, SignInMethod
from rolecall.domain.start_url import respelled
from rolecall.domain.team import FILE_NAME, Portal, Team
from rolecall.domain.text import original
from rolecall.domain.web_address import is_public
from rolecall.files.aws_config.config_edits import SetSsoSession
from rolecall.files.aws_config.config_file import ConfigFile
from rolecall.files.own.annotations import LARGEST
from rolecall.files.own.team_file import Shared, TeamFile, parse_shared, read_shared, shared_text
from rolecall.services.base.settings import SettingsService
from rolecall.services.team.annotations import AnnotationsService
from rolecall.services.team.team_overview import OwnValues, TeamOverview, entries_of


class TeamPlan(NamedTuple):
    """What taking a file over, or removing it, writes: rolecall's copy, and ~/.aws/config.

    `location` is empty for a removal. `kept` are the sessions that the user has with other values
    than the team.
    """

    location: str
    copy: Change
    config: Change
    kept: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        return self.copy.is_empty and self.config.is_empty

    @property
    def shown_location(self) -> str:
        return shown_location(self.location)

    def diff(self) -> str:
        """Return the differences of both files."""
        return "\n".join(filter(None, (self.copy.diff(), self.config.diff())))


@dataclass(frozen=True, slots=True)
class TeamService:
    """All methods raise FileError; those that fetch a file, ServiceError too."""

    file: TeamFile
    config: ConfigFile
    settings: SettingsService
    annotations: AnnotationsService
    clients: Callable[[], Clients]

    def last_location(self) -> str:
        """Return where the file that was taken over is; empty if there is none, if the copy is
        broken, or if the address may contain a secret.
        """
        shared = self._shared_or_none()
        if shared is None or original(shown_location(shared.location)) != shared.location:
            return ""
        return shared.location

    def overview(self) -> TeamOverview:
        """Return what was taken over, and what the user has instead."""
        shared = self.file.read()
        if shared is None:
            return TeamOverview()
        settings = self.settings.file.read().own
        own = OwnValues(settings, self._own_portals(), self.annotations.own())
        entries = tuple(entries_of(shared.team, own))
        return TeamOverview(shown_location(shared.location), self.file.fetched_at(), entries)

    def plan(self, location: str) -> TeamPlan:
        """Fetch a file, and return what taking it over writes."""
        if "://" not in location:
            location = _whole_path(location)
        team = self._fetch(location)
        shared = self._shared_or_none()
        edits, kept = self._session_edits(team, shared)
        return TeamPlan(
            location, self.file.plan(location, team), self.config.plan(edits), tuple(kept)
        )

    def plan_update(self) -> TeamPlan:
        """Fetch the file that was taken over again. Raises NoTeam if none was."""
        shared = self.file.read()
        if shared is None:
            raise NoTeam
        return self.plan(shared.location)

    def plan_removal(self) -> TeamPlan:
        """Plan to remove what was taken over. Its sessions stay. Raises NoTeam."""
        change = self.file.plan_removal()
        if change.before is None:
            raise NoTeam
        return TeamPlan("", change, self.config.plan([]))

    def commit(self, plan: TeamPlan) -> None:
        """Write both files, and read the settings again. A plan without changes is noted as a
        fetch.
        """
        if plan.copy.is_empty:
            self.file.note_fetched()
        self.config.commit(plan.config)
        self.file.commit(plan.copy)
        self.settings.read_again()

    def export(self) -> str:
        """Return a file for others: what the user and the team have."""
        if self.settings.last.problem:  # what is used in their place is not for others
            self.settings.plan({})  # these raise why they cannot be read
            self.file.read()
        settings = self.settings.settings
        sessions = {
            name: Portal(original(each.start_url), original(each.region))
            for name, each in self._sessions().items()
            if is_public(each.start_url) and each.region
        }
        team = Team(
            "" if settings.template == DEFAULTS.template else settings.template,
            more_than_default(settings.production),
            SignInMethod.PKCE if settings.sign_in is SignInMethod.ONLY_PKCE else "",
            settings.must_narrow,
            settings.shorten,
            settings.regions,
            settings.presets,
            sessions,
            self.annotations.read(),
        )
        try:
            return shared_text(team)
        except TomlMistake as mistake:
            name = ".".join(mistake.keys)
            raise TomlInvalid(FILE_NAME, 0, mistake.problem, name, mistake.detail) from None

    def _fetch(self, location: str) -> Team:
        if "://" in location:
            data = download(self.clients(), location, LARGEST)
        else:
            data = read_shared(location)
        return parse_shared(data, location)

    def _shared_or_none(self) -> Shared | None:
        """Return what was taken over; None if there is nothing, or if it is broken."""
        try:
            return self.file.read()
        except (TomlInvalid, FileUnreadable):
            return None

    def _sessions(self) -> dict[str, SsoSession]:
        found = self.config.read().sso_sessions
        return {original(each.name): each for each in found if each.name}

    def _own_portals(self) -> dict[str, Portal]:
        sessions = self._sessions().items()
        return {name: Portal(respelled(each.start_url), each.region) for name, each in sessions}

    def _session_edits(
        self, team: Team, shared: Shared | None
    ) -> tuple[list[SetSsoSession], list[str]]:
        """Return how to add the team's sessions, and to change those that the user has left as the
        team had them; and the names of the others.
        """
        old = shared.team.portals if shared else {}
        own = self._own_portals()
        edits, kept = [], []
        for name, portal in team.portals.items():
            if name not in own:
                if portal not in own.values():  # else the user has it under another name
                    values: dict[str, str | None] = {**_values(portal)}
                    values["sso_registration_scopes"] = ACCOUNT_ACCESS_SCOPE
                    edits.append(SetSsoSession(name, values))
            elif own[name] != portal:
                if old.get(name) == own[name]:
                    edits.append(SetSsoSession(name, _values(portal)))
                else:
                    kept.append(name)
        return edits, kept


def _whole_path(location: str) -> str:
    """Return the absolute path, if the home and the current folder are known."""
    path = Path(os.path.expanduser(location))  # noqa: PTH111 - Path raises for an unknown user
    with suppress(OSError):
        path = path.absolute()
    return str(path)


def _values(portal: Portal) -> dict[str, str | None]:
    return {"sso_start_url": portal.start_url, "sso_region": portal.region}
