"""~/.aws/config: profiles and sso-sessions, as botocore reads them."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING

from rolecall.domain.config.config import ClientSettings, Config, legacy_sessions, profile_from
from rolecall.domain.errors.file_errors import FileError
from rolecall.domain.model import sso_session_of
from rolecall.domain.records import dataclass, field
from rolecall.domain.text import safe
from rolecall.files.aws_config.editor import IniFile
from rolecall.files.aws_config.findings import config_findings
from rolecall.files.aws_config.ini import Document
from rolecall.files.aws_config.ini_sections import (
    SectionKind,
    SectionValues,
    by_kind,
    nested_values,
)
from rolecall.files.safe import atomic

if TYPE_CHECKING:
    from rolecall.files.aws_config.credentials_file import CredentialsFile


@dataclass(frozen=True, slots=True)
class ConfigFile(IniFile):
    """The config. `plan` and `commit` are the editor's; `read` returns what the file means."""

    # The file that was parsed last, its bytes and their config: at most one item.
    _last: list[tuple[int | None, bytes, Config]] = field(
        default_factory=list, init=False, repr=False, compare=False
    )

    def read(self) -> Config:
        """Return the current config. It is parsed only if the bytes have changed.

        A missing file is an empty config. If another program is writing the file in place, this
        waits until it is complete, a second at most. Raises FileUnreadable, FileMalformed.
        """
        inode, found = atomic.inode(self.path), atomic.read(self.path)
        data = (found if self._last else self.complete(found)) or b""
        for last_inode, last_data, config in self._last:
            if data != last_data and inode == last_inode:
                data = self.complete(data, last_data) or b""
                self._last[:] = [(None, last_data, config)]  # wait once, also if it is malformed
            if data == last_data:
                return config
        config = self._parse(data)
        self._last[:] = [(inode, data, config)]
        return config

    def read_with(self, credentials: CredentialsFile) -> Config:
        """Return the config with what ~/.aws/credentials adds, as clients read both. Raises
        FileError as `read` does.
        """
        return self.read().as_clients_read_it(credentials.sections())

    def client_settings_of(self, name: str, credentials: CredentialsFile) -> ClientSettings:
        """Return what both files say about clients for the profile with this name. A file that
        cannot be read counts as empty, so that it stops no sign-in.
        """
        stored: dict[str, str] = {}
        try:
            with suppress(FileError):
                stored = credentials.values(name)
            return self.read().client_settings_of(name, stored)
        except FileError:
            return ClientSettings()

    def _parse(self, data: bytes) -> Config:
        document = Document.parse(data, self.path)
        found = by_kind(document.values)
        sessions = found[SectionKind.SSO_SESSION]
        lines = _lines_of_profiles(document)
        profiles = tuple(
            profile_from(name, values, sessions.get(values.get("sso_session", ""), {}), lines[name])
            for name, values in found[SectionKind.PROFILE].items()
        )
        named = [
            sso_session_of(name, values)
            for name, values in sessions.items()
            if values.get("sso_start_url")
        ]
        return Config(
            profiles,
            tuple(named + legacy_sessions(profiles)),
            {safe(name): values for name, values in sessions.items()},
            _endpoint_urls(found[SectionKind.SERVICES]),
            config_findings(document),
            tuple(document.lines()),
        )


def _lines_of_profiles(document: Document) -> dict[str, range]:
    """Return the lines of each profile, with the comments above it."""
    starts = [section.line - len(section.comments) for section in document.sections]
    places = zip(document.sections, starts, [*starts[1:], sys.maxsize], strict=False)
    return {
        section.name: range(start, end)
        for section, start, end in places
        if section.kind is SectionKind.PROFILE
    }


def _endpoint_urls(services: Mapping[str, SectionValues]) -> dict[str, dict[str, str]]:
    """Return the endpoint URLs of the `[services]` sections, by name and service."""
    return {
        name: {
            service: url
            for service, value in values.items()
            if (url := nested_values(value).get("endpoint_url") if value.startswith("\n") else None)
        }
        for name, values in services.items()
    }
