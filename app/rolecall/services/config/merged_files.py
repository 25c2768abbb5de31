"""~/.aws/config and ~/.aws/credentials, merged as clients do, and the line of each key."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import cached_property
from pathlib import Path

from rolecall.domain.config.config import Config
from rolecall.domain.config.findings import Finding, FindingKind
from rolecall.domain.model import Profile
from rolecall.domain.records import NamedTuple
from rolecall.domain.text import original
from rolecall.files.aws_config.config_file import ConfigFile
from rolecall.files.aws_config.credentials_file import CredentialsFile
from rolecall.files.aws_config.ini import Document, Entry, Section
from rolecall.files.aws_config.ini_sections import DEFAULT, SectionKind, by_header


class Place(NamedTuple):
    """A line of a file. `is_elsewhere`: it is not in the profile's section of ~/.aws/config."""

    path: Path
    line: int
    is_elsewhere: bool = False


class MergedFiles:
    """The profiles of both files by name, with the keys that clients use.

    A key in ~/.aws/credentials overrides the one in ~/.aws/config
    (`botocore.session.Session.full_config`). `config` is ~/.aws/config alone, `stored` has the
    sections of ~/.aws/credentials.
    """

    def __init__(self, config: Config, path: Path, credentials: Document) -> None:
        self.config = config
        self.stored = by_header(credentials.values)
        self.profiles = config.merged_profiles(self.stored)
        self._path = path
        self._credentials = credentials

    @classmethod
    def read(cls, config: ConfigFile, credentials: CredentialsFile) -> MergedFiles:
        """Return both files. Raises FileError if ~/.aws/config cannot be read."""
        return cls(config.read(), config.path, credentials.readable_document())

    @cached_property
    def config_document(self) -> Document:
        """The lines of ~/.aws/config. They are needed only if there is a finding."""
        return Document.parse("".join(self.config.text).encode(), self._path)

    def finding(
        self,
        kind: FindingKind,
        profile: Profile,
        place: Place | str,
        detail: str = "",
        other: Place | None = None,
    ) -> Finding:
        """Return a finding about a profile, at a place or at the line of a key."""
        at = self.place(profile, place) if isinstance(place, str) else place
        return Finding(
            kind,
            at.path,
            at.line,
            profile.name,
            other.line if other else 0,
            detail,
            other.path if other and other.path != at.path else None,
            is_elsewhere=at.is_elsewhere,
        )

    def place(self, profile: Profile, key: str) -> Place:
        """Return the line of the key that clients use."""
        for document, section in self._sections(profile):
            if (entry := _entry(document, section, key)) is not None:
                is_own = document is self.config_document and key in section.entries
                return Place(document.path, entry.line, is_elsewhere=not is_own)
        return Place(self._path, 0)

    def header(self, profile: Profile, keys: Collection[str]) -> Place:
        """Return the header of the profile in ~/.aws/config if that has one of the keys, else in
        ~/.aws/credentials.
        """
        is_in_config = any(profile.in_config(key) is not None for key in keys)
        sections = list(self._sections(profile))
        document, section = sections[-1 if is_in_config else 0]
        is_elsewhere = document is self._credentials
        return Place(document.path, section.line, is_elsewhere=is_elsewhere)

    def place_in_session(self, name: str, key: str) -> Place:
        """Return the line of a key of an sso-session."""
        document = self.config_document
        section = document.named(SectionKind.SSO_SESSION, original(name))[-1]
        entry = _entry(document, section, key)
        return Place(document.path, entry.line if entry else section.line)

    def _sections(self, profile: Profile) -> Iterator[tuple[Document, Section]]:
        """Yield the sections of a profile; what the first has overrides the other."""
        name = original(profile.name)
        if name in self._stored_sections:
            yield self._credentials, self._stored_sections[name]
        for section in self.config_document.named(SectionKind.PROFILE, name)[-1:]:
            yield self.config_document, section

    @cached_property
    def _stored_sections(self) -> dict[str, Section]:
        return {each.header: each for each in self._credentials.sections if each.header != DEFAULT}


def _entry(document: Document, section: Section, key: str) -> Entry | None:
    """Return the entry that gives the section its key: its own, or one of `[DEFAULT]`."""
    defaults = (each for each in document.others() if each.header == DEFAULT)
    return next((each.entries[key] for each in (section, *defaults) if key in each.entries), None)
