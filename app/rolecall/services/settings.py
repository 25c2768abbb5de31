"""The user's settings: read once and early, for the first paint goes by some of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Self

from rolecall.domain.errors import FileError, HomeUnknown
from rolecall.domain.settings import BadSetting, Settings
from rolecall.files import atomic
from rolecall.files.change import Change
from rolecall.files.locations import Locations
from rolecall.files.settings import SettingsFile, SettingsRead

__all__ = ("BadSetting", "Change", "Settings", "SettingsRead", "SettingsService")


@dataclass(slots=True)
class SettingsService:
    """`read_error` is what kept the file from being read; then all is as usual."""

    file: SettingsFile
    last: SettingsRead = field(default_factory=SettingsRead)
    read_error: FileError | None = None

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> Self:
        """Never fails: what cannot be read is told by `read_error`."""
        try:
            locations = Locations.from_environment(environ)
        except HomeUnknown as error:
            return cls(SettingsFile(Path(), Path()), read_error=error)
        service = cls(SettingsFile(locations.settings, locations.state))
        service.read_again()
        return service

    @classmethod
    def copy_of(cls, own: Mapping[str, str], environ: Mapping[str, str]) -> Self:
        """Those of `own`, in the file of `environ`: what is changed from here on stays there."""
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
    def settings(self) -> Settings:
        return self.last.settings

    def read_again(self) -> None:
        try:
            self.last, self.read_error = self.file.read(), None
        except FileError as error:
            self.last, self.read_error = SettingsRead(), error

    def add_bad(self, bad: Iterable[BadSetting]) -> None:
        """What others than the file found wrong with what was set."""
        self.last = replace(self.last, bad=(*self.last.bad, *bad))

    def plan(self, values: Mapping[str, Any]) -> Change:
        """What setting these would write. Raises FileUnreadable, FileMalformed."""
        return self.file.plan(values)

    def save(self, values: Mapping[str, Any]) -> None:
        """Raises FileError."""
        if isinstance(self.read_error, HomeUnknown):
            raise self.read_error
        self.file.save(values)
        self.read_again()
