"""The settings of the user: read once and early, because the first paint needs some of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from rolecall.domain.errors.file_errors import FileError, HomeUnknown
from rolecall.domain.records import dataclass, field, replace
from rolecall.domain.settings.settings import BadSetting, Settings
from rolecall.files.locations import Locations
from rolecall.files.own.settings import SettingsFile, SettingsRead, read_settings
from rolecall.files.safe import atomic

if TYPE_CHECKING:
    from rolecall.domain.config.file_change import Change


@dataclass(slots=True)
class SettingsService:
    """Reads and saves settings.

    If the file cannot be read, or is not TOML, safe settings are used; what was read before stays.
    """

    file: SettingsFile
    team: Path  # what was taken over from a team
    last: SettingsRead = field(default_factory=SettingsRead)
    home_error: HomeUnknown | None = None
    _has_read: bool = False

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> Self:
        """Read the settings. Raises nothing."""
        try:
            locations = Locations.from_environment(environ)
        except HomeUnknown as error:
            return cls(SettingsFile(Path(), Path()), Path(), home_error=error)
        service = cls(SettingsFile(locations.settings, locations.state), locations.team)
        service.read_again()
        return service

    @classmethod
    def copy_of(cls, own: Mapping[str, str], environ: Mapping[str, str]) -> Self:
        """Copy the settings file of `own` to that of `environ`, where later changes are saved."""
        service = cls.from_environment(environ)
        try:
            data = atomic.read(Locations.from_environment(own).settings)
            if data is not None:
                atomic.write(service.file.path, data)
        except FileError:
            return service
        service.read_again()
        return service

    @property
    def files(self) -> frozenset[Path]:
        """The files whose changes can change the settings."""
        return frozenset((self.file.path, self.team))

    @property
    def settings(self) -> Settings:
        return self.last.settings

    def read_again(self) -> None:
        """Read the file again. Raises nothing: what is wrong is in `last`."""
        if self.home_error is not None:
            return
        found = read_settings(str(self.file.path), str(self.team))
        is_broken = found.problem is not None and found.problem.is_of_file
        if is_broken and self._has_read:
            found = replace(found, settings=self.settings.on_safe_side())
        self.last, self._has_read = found, self._has_read or not is_broken

    def add_bad(self, bad: Iterable[BadSetting]) -> None:
        """Add settings that other checks found to be wrong."""
        self.last = replace(self.last, bad=(*self.last.bad, *bad))

    def plan(self, values: Mapping[str, Any]) -> Change:
        """Return the plan to save these values. Raises FileUnreadable, FileMalformed."""
        return self.file.plan(values)

    def save(self, values: Mapping[str, Any]) -> None:
        """Save these values and read the file again. Raises FileError."""
        if self.home_error is not None:
            raise self.home_error
        self.file.save(values)
        self.read_again()
