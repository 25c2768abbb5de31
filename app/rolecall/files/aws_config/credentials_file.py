"""~/.aws/credentials: the keys of profiles, and the edits of the file."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Final

from rolecall.domain.config.config import ACCESS_KEYS
from rolecall.domain.config.findings import Finding
from rolecall.domain.errors.file_errors import EditRefused, EditRule, FileError
from rolecall.domain.model import RoleCredentials
from rolecall.domain.naming import names as naming
from rolecall.domain.records import dataclass
from rolecall.domain.text import original, safe
from rolecall.domain.timestamps import write_time
from rolecall.files.aws_config.config_edits import NamedEdit, check_value
from rolecall.files.aws_config.editor import IniFile
from rolecall.files.aws_config.findings import key_findings, sso_in_credentials
from rolecall.files.aws_config.ini import Document, Section
from rolecall.files.aws_config.ini_edit import add_section, delete_key, remove_section, set_value
from rolecall.files.aws_config.ini_reader import read_stored
from rolecall.files.aws_config.ini_sections import SectionValues
from rolecall.files.aws_config.key_expiry import (
    EXPIRY_KEYS,
    expiry_of,
    is_long_lived,
    is_short_term,
)

_WRITTEN_EXPIRY: Final = "x_security_token_expires"
# What is deleted with the keys: also what the tools of EXPIRY_KEYS write next to them.
_KEYS: Final = frozenset({*EXPIRY_KEYS, *ACCESS_KEYS, "x_principal_arn"})


@dataclass(frozen=True, slots=True)
class StoredKeys:
    """A section of the file, without secrets.

    `line` counts from 1. `is_short_term` means that the keys expire, even if the time is unknown;
    `expires_at` is that time, and `expiry_key` the key of the section that has it. `source` is the
    section's source_profile.
    """

    name: str
    line: int
    expires_at: datetime | None
    expiry_key: str | None
    has_keys: bool
    is_short_term: bool
    source: str | None = None


@dataclass(frozen=True, slots=True)
class CredentialsFile(IniFile):
    """The credentials file. `plan` and `commit` are the editor's."""

    def read(self) -> tuple[StoredKeys, ...]:
        """Return all sections; none if there is no file. Raises FileUnreadable, FileMalformed."""
        ini = self.ini()
        lines = {header: line for (header, _), line in zip(ini.sections, ini.heads, strict=True)}
        return tuple(_stored(name, lines[name], values) for name, values in ini.by_header().items())

    def names(self) -> set[str]:
        """Return the names of the sections; none if the file is unreadable, as for the clients."""
        return {keys.name for keys in self._read_or_nothing()}

    def names_with_keys(self) -> set[str]:
        """Return the names of the sections that have access keys; none if it is unreadable."""
        return {keys.name for keys in self._read_or_nothing() if keys.has_keys}

    def users_of(self, names: Collection[str]) -> list[str]:
        """Return the names of the sections whose source_profile is one of these."""
        return [keys.name for keys in self._read_or_nothing() if keys.source in names]

    def _read_or_nothing(self) -> tuple[StoredKeys, ...]:
        try:
            return self.read()
        except FileError:
            return ()

    def problem(self) -> FileError | None:
        """Return why the file cannot be read, or None."""
        return read_stored(self.path, waits=self.waits)[1]

    def values(self, name: str) -> dict[str, str]:
        """Return all values of a section, secrets included; empty if there is none.

        Raises FileUnreadable, FileMalformed.
        """
        return self.ini().by_header().get(original(name), {})

    def sections(self) -> dict[str, dict[str, str]]:
        """Return the values of all sections, secrets included; none if the file is unreadable."""
        return read_stored(self.path, waits=self.waits)[0]

    def readable_document(self) -> Document:
        """Return the parsed file; empty if it is unreadable, as for the clients."""
        try:
            return self.document()
        except FileError:
            return Document(self.path, [], [])

    def findings(self) -> tuple[Finding, ...]:
        """Return what clients read differently. Raises FileUnreadable, FileMalformed."""
        document = self.document()
        return (*key_findings(document), *sso_in_credentials(document))


class _OfSection(NamedEdit):
    """An edit that depends on all keys of its section."""

    __slots__ = ()

    def footprint(self, document: Document) -> object:
        section = _section(document, self.name)
        return section and section.values


@dataclass(frozen=True, slots=True)
class StoreKeys(_OfSection):
    """Store short-term credentials under a name, with their region.

    The edit is refused if the name is in `sso_profiles`, because the CLI and boto3 would use SSO,
    JavaScript and Go the keys. It is also refused if it would replace long-lived keys.
    """

    verb = "store-keys"
    credentials: RoleCredentials
    region: str | None = None
    sso_profiles: Collection[str] = ()

    def apply(self, document: Document) -> None:
        if self.name in self.sso_profiles:
            raise EditRefused(document.path, EditRule.SSO_PROFILE.value, str(safe(self.name)))
        values = {
            "aws_access_key_id": self.credentials.access_key_id,
            "aws_secret_access_key": self.credentials.secret_access_key.reveal(),
            "aws_session_token": self.credentials.session_token.reveal(),
            _WRITTEN_EXPIRY: write_time(self.credentials.expires_at),
        }
        if self.region:
            values["region"] = self.region
        section = _section(document, self.name)
        if section is None:
            if naming.check(self.name) is not None:
                raise EditRefused(document.path, EditRule.NAME.value, str(safe(self.name)))
            after = document.sections[-1] if document.sections else None
            add_section(document, self.name, values, after)
            return
        if is_long_lived(section.values):
            raise EditRefused(document.path, EditRule.LONG_LIVED_KEYS.value, str(safe(self.name)))
        for key in (*EXPIRY_KEYS, *ACCESS_KEYS):  # clients prefer an old aws_security_token
            if key not in values:
                delete_key(section, key)
        for key, value in values.items():
            set_value(document, section, key, value)


class DeleteKeys(_OfSection):
    """Delete short-term credentials, and their section if nothing else is in it.

    The edit is refused for long-lived keys.
    """

    __slots__ = ()
    verb = "delete-keys"

    def apply(self, document: Document) -> None:
        section = _section(document, self.name)
        if section is None:
            raise EditRefused(document.path, EditRule.MISSING.value, str(safe(self.name)))
        if is_long_lived(section.values):
            raise EditRefused(document.path, EditRule.LONG_LIVED_KEYS.value, str(safe(self.name)))
        # A region without keys has a meaning in [default] only.
        if section.values.keys() <= (_KEYS if self.name == "default" else _KEYS | {"region"}):
            remove_section(document, section)
            return
        for key in _KEYS:
            delete_key(section, key)


@dataclass(frozen=True, slots=True)
class SetStored(NamedEdit):
    """Change keys of a section that is in the file, except secrets."""

    verb = "set-profile"
    values: Mapping[str, str]

    def footprint(self, document: Document) -> object:
        section = _section(document, self.name)
        return section and [section.values.get(key) for key in self.values]

    def apply(self, document: Document) -> None:
        section = _section(document, self.name)
        if section is None:
            raise EditRefused(document.path, EditRule.MISSING.value, str(safe(self.name)))
        for key, value in self.values.items():
            check_value(document, key, value)
            set_value(document, section, key, value)


def _section(document: Document, name: str) -> Section | None:
    """Return a profile's section: in this file, the header is the name, without `profile `."""
    return next((s for s in document.sections if s.header == original(name)), None)


def _stored(header: str, line: int, values: SectionValues) -> StoredKeys:
    expires_at, expiry_key = expiry_of(values)
    return StoredKeys(
        name=safe(header),
        line=line,
        expires_at=expires_at,
        expiry_key=expiry_key,
        has_keys="aws_access_key_id" in values,
        is_short_term=is_short_term(values),
        source=safe(values["source_profile"]) if "source_profile" in values else None,
    )
