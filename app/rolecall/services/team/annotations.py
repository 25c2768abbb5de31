"""The aliases, notes and groups of accounts: the user's own, and those of the team."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rolecall.domain.config.file_change import Change
from rolecall.domain.inventory.annotations import NOTHING, Annotation, Annotations, merged
from rolecall.domain.records import dataclass
from rolecall.files.locations import Locations
from rolecall.files.own.accounts_file import AccountsFile

if TYPE_CHECKING:
    from rolecall.files.own.team_file import TeamFile


@dataclass(frozen=True, slots=True)
class AnnotationsService:
    """Reads and saves what is said about accounts. All methods raise FileError."""

    locations: Locations

    def read(self) -> Annotations:
        """Return what the user and the team say, by account ID."""
        return merged(self._own.read(), self._team.accounts())

    def own(self) -> Annotations:
        """Return what the user says, by account ID."""
        return self._own.read()

    def own_and_shared(self, account_id: str) -> tuple[Annotation, Annotation]:
        """Return what the user says about the account, and what the team says."""
        own, shared = self._own.read(), self._team.accounts()
        return own.get(account_id, NOTHING), shared.get(account_id, NOTHING)

    def alias(self, account_id: str) -> str:
        """Return the alias of the account, or "" if it has none."""
        return self.read().get(account_id, NOTHING).alias

    def plan(self, account_id: str, annotation: Annotation) -> Change:
        """Plan to save what the user says about the account."""
        return self._own.plan(account_id, annotation)

    def commit(self, change: Change) -> None:
        self._own.commit(change)

    @property
    def _team(self) -> TeamFile:
        from rolecall.files.own.team_file import TeamFile

        return TeamFile(self.locations.team, self.locations.state)

    @property
    def _own(self) -> AccountsFile:
        return AccountsFile(self.locations.accounts, self.locations.state)
