"""~/.aws/credentials: keys by profile, and the edits that put short-term ones there."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from rolecall.domain import naming
from rolecall.domain.errors import EditRefused, FileError
from rolecall.domain.findings import Finding
from rolecall.domain.model import RoleCredentials
from rolecall.domain.text import original, safe
from rolecall.domain.timestamps import write_time
from rolecall.files.edit_rules import EditRule
from rolecall.files.editor import IniFile
from rolecall.files.fast.key_expiry import EXPIRY_KEYS, expiry_of, is_long_lived, is_short_term
from rolecall.files.findings import key_findings
from rolecall.files.ini import Document, Section
from rolecall.files.ini_edit import add_section, delete_key, remove_section, set_value

_WRITTEN_EXPIRY: Final = "x_security_token_expires"
# What goes when keys go, with the notes that the tools of EXPIRY_KEYS leave beside them.
_KEYS: Final = frozenset(
    {
        *EXPIRY_KEYS,
        "aws_access_key_id",
        "aws_secret_access_key",
        "aws_session_token",
        "aws_security_token",
        "x_principal_arn",
    }
)


@dataclass(frozen=True, slots=True)
class StoredKeys:
    """A section of the file. `is_short_term`: it holds keys that end, whether `expires_at` and the
    `expiry_key` of the section tell when or not. `source` is the profile that it goes by way of.
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
    def read(self) -> tuple[StoredKeys, ...]:
        """A missing file is an empty one. Raises FileUnreadable, FileMalformed."""
        document = self.document()
        defaults = document.defaults
        return tuple(
            _stored(section, defaults | section.values)
            for section in document.sections
            if section.header != "DEFAULT"
        )

    def names(self) -> set[str]:
        """Its sections; none where it cannot be read, for what no client reads gives no keys."""
        return {keys.name for keys in self._readable()}

    def users_of(self, names: Collection[str]) -> list[str]:
        """Its sections that go by way of one of these profiles."""
        return [keys.name for keys in self._readable() if keys.source in names]

    def _readable(self) -> tuple[StoredKeys, ...]:
        try:
            return self.read()
        except FileError:
            return ()

    def values(self, name: str) -> dict[str, str]:
        """All that stands under a name, secrets too. Raises FileUnreadable, FileMalformed."""
        document = self.document()
        section = _section(document, name)
        return {} if section is None else document.defaults | section.values

    def findings(self) -> tuple[Finding, ...]:
        """What clients read differently. Raises FileUnreadable, FileMalformed."""
        return tuple(key_findings(self.document()))


@dataclass(frozen=True, slots=True)
class StoreKeys:
    """Put short-term keys under a name, with the region that they are for.

    Refused under a name in `sso_profiles` (CLI and boto3 would go on using SSO, JavaScript and Go
    the keys), and over long-lived keys.
    """

    name: str
    credentials: RoleCredentials
    region: str | None = None
    sso_profiles: Collection[str] = ()

    @property
    def summary(self) -> str:
        return f"store-keys {self.name}"

    def footprint(self, document: Document) -> object:
        section = _section(document, self.name)
        return None if section is None else section.values

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
        for key in EXPIRY_KEYS:
            if key not in values:
                delete_key(section, key)
        for key, value in values.items():
            set_value(document, section, key, value)


@dataclass(frozen=True, slots=True)
class DeleteKeys:
    """Take short-term keys out of the file, and the section with them where nothing else stands in
    it. Refused for long-lived keys.
    """

    name: str

    @property
    def summary(self) -> str:
        return f"delete-keys {self.name}"

    def footprint(self, document: Document) -> object:
        section = _section(document, self.name)
        return None if section is None else section.values

    def apply(self, document: Document) -> None:
        section = _section(document, self.name)
        if section is None:
            raise EditRefused(document.path, EditRule.MISSING.value, str(safe(self.name)))
        if is_long_lived(section.values):
            raise EditRefused(document.path, EditRule.LONG_LIVED_KEYS.value, str(safe(self.name)))
        # A region alone says something of [default] only.
        if section.values.keys() <= (_KEYS if self.name == "default" else _KEYS | {"region"}):
            remove_section(document, section)
            return
        for key in _KEYS:
            delete_key(section, key)


def _section(document: Document, name: str) -> Section | None:
    """The section is called as the profile is: this file knows no `profile ` prefix."""
    return next((s for s in document.sections if s.header == original(name)), None)


def _stored(section: Section, values: dict[str, str]) -> StoredKeys:
    expires_at, expiry_key = expiry_of(values)
    return StoredKeys(
        name=safe(section.header),
        line=section.line,
        expires_at=expires_at,
        expiry_key=expiry_key,
        has_keys="aws_access_key_id" in values,
        is_short_term=is_short_term(values),
        source=safe(values["source_profile"]) if "source_profile" in values else None,
    )
