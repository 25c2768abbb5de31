"""~/.aws/config: profiles and sso-sessions, as botocore reads them."""

from __future__ import annotations

import sys

from rolecall.domain.config import Config, legacy_sessions, profile_from
from rolecall.domain.model import sso_session_of
from rolecall.domain.records import dataclass, field
from rolecall.domain.text import safe
from rolecall.files import atomic
from rolecall.files.editor import IniFile
from rolecall.files.findings import config_findings
from rolecall.files.ini import Document, SectionKind, nested_values


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

    def _parse(self, data: bytes) -> Config:
        document = Document.parse(data, self.path)
        sections = _merged(document, SectionKind.SSO_SESSION)
        sessions = {name: values for name, (_, values) in sections.items()}
        profiles = tuple(
            profile_from(name, values, sessions.get(values.get("sso_session", ""), {}), lines)
            for name, (lines, values) in _merged(document, SectionKind.PROFILE).items()
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
            _endpoint_urls(document),
            config_findings(document),
            tuple(document.lines()),
        )


def _merged(document: Document, kind: SectionKind) -> dict[str, tuple[range, dict[str, str]]]:
    """Return name → lines and values. Of sections with the same name botocore uses the last."""
    defaults = document.defaults
    starts = [section.line - len(section.comments) for section in document.sections]
    places = zip(document.sections, starts, [*starts[1:], sys.maxsize], strict=False)
    return {
        section.name: (range(start, end), defaults | section.values)
        for section, start, end in places
        if section.kind is kind
    }


def _endpoint_urls(document: Document) -> dict[str, dict[str, str]]:
    """Return the endpoint URLs of the `[services]` sections, by name and service."""
    services = _merged(document, SectionKind.SERVICES)
    return {
        name: {
            service: url
            for service, value in values.items()
            if (url := nested_values(value).get("endpoint_url") if value.startswith("\n") else None)
        }
        for name, (_, values) in services.items()
    }
