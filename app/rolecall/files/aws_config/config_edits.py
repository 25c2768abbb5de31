"""The edits to ~/.aws/config. Every client reads the resulting sections in the same way."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar, Final

from rolecall.domain.config.profile_process import renamed_process
from rolecall.domain.errors.file_errors import EditRefused, EditRule
from rolecall.domain.naming import names as naming
from rolecall.domain.records import dataclass
from rolecall.domain.text import original, safe
from rolecall.files.aws_config import javascript_ini
from rolecall.files.aws_config.glued_headers import is_glued
from rolecall.files.aws_config.ini import Document, Section
from rolecall.files.aws_config.ini_edit import (
    add_section,
    copy_section,
    delete_key,
    move_comments,
    normalise_header,
    own_lines,
    remove_section,
    rename_section,
    replace_lines,
    sections_read_as_part,
    separate_headers_below,
    set_value,
)
from rolecall.files.aws_config.ini_sections import SectionKind

DRAFT: Final = "profile.ini"  # the name of the file that an editor opens
_KEY: Final = re.compile(r"[a-z][a-z0-9_]*")
# Also lone surrogates, which no file can have.
_LINE_BREAKS_AND_CONTROLS: Final = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_COMMENT: Final = re.compile(r"(^|\s)[#;]")


@dataclass(frozen=True, slots=True)
class NamedEdit:
    """An edit of the section with this name. `verb` is the first word of its summary."""

    verb: ClassVar[str]
    name: str

    @property
    def summary(self) -> str:
        return f"{self.verb} {self.name}"


@dataclass(frozen=True, slots=True)
class _SetSection(NamedEdit):
    """Create a section or change its keys; None deletes a key."""

    kind: ClassVar[SectionKind]
    values: Mapping[str, str | None]

    def footprint(self, document: Document) -> object:
        sections = document.named(self.kind, original(self.name))
        return [[section.values.get(key) for key in self.values] for section in sections]

    def apply(self, document: Document) -> None:
        _set(document, self.kind, self.name, self.values)


class SetProfile(_SetSection):
    """Create a profile or change its keys; None deletes a key."""

    verb = "set-profile"
    kind = SectionKind.PROFILE


@dataclass(frozen=True, slots=True)
class SaveProfile(SetProfile):
    """The same for a profile of an sso-session, which must be in the file; "" for no session."""

    session: str

    def apply(self, document: Document) -> None:
        if self.session and not document.named(SectionKind.SSO_SESSION, original(self.session)):
            header = _header(SectionKind.SSO_SESSION, self.session)
            raise EditRefused(document.path, EditRule.MISSING.value, str(safe(header)))
        _set(document, self.kind, self.name, self.values)


class ChangeProfile(SetProfile):
    """Change keys of a profile that is in the file."""

    def apply(self, document: Document) -> None:
        _existing(document, self.name)
        super().apply(document)


class SetSsoSession(_SetSection):
    """Create an sso-session or change its keys; None deletes a key."""

    verb = "set-sso-session"
    kind = SectionKind.SSO_SESSION


@dataclass(frozen=True, slots=True)
class ReplaceProfile(NamedEdit):
    """Replace the section of a profile, the last if there are several, with a typed one.

    Bytes that are not UTF-8 are surrogates in the text; it is then refused as malformed.
    """

    verb = "set-profile"
    text: str

    def footprint(self, document: Document) -> object:
        return [list(each.lines()) for each in document.named(SectionKind.PROFILE, self.name)]

    def apply(self, document: Document) -> None:
        *_, section = _existing(document, self.name)
        ending = "\r\n" if "\r\n" in self.text else "\n"
        data = f"{self.text.rstrip()}{ending}".encode("utf-8", "surrogateescape")
        typed = Document.parse(data, Path(DRAFT))
        if [each.header for each in typed.sections] != [section.header]:
            raise EditRefused(document.path, EditRule.HEADER.value, str(safe(section.header)))
        replace_lines(section, typed)


def section_text(document: Document, name: str) -> str:
    """Return the section of a profile as it is, with the comments above it. Raises EditRefused."""
    *_, section = _existing(document, name)
    return "".join(own_lines(section))


@dataclass(frozen=True, slots=True)
class CopyProfile:
    """Copy a profile to another name, with other values for some keys; None deletes a key."""

    old: str
    new: str
    values: Mapping[str, str | None]

    @property
    def summary(self) -> str:
        return f"set-profile {self.new}"

    def footprint(self, document: Document) -> object:
        return _profile_values(document, self.old), _profile_values(document, self.new)

    def apply(self, document: Document) -> None:
        sections = _existing(document, self.old)
        _check_free(document, self.new)
        copy_section(document, sections[-1], _header(SectionKind.PROFILE, self.new))
        _set(document, SectionKind.PROFILE, self.new, self.values)


class _DeleteSection(NamedEdit):
    """Delete all sections that botocore reads as this one."""

    __slots__ = ()
    kind: ClassVar[SectionKind]

    def footprint(self, document: Document) -> object:
        return [each.values for each in document.named(self.kind, original(self.name))]

    def apply(self, document: Document) -> None:
        for section in _existing(document, self.name, self.kind):
            remove_section(document, section)


class DeleteProfile(_DeleteSection):
    """Delete a profile."""

    verb = "delete-profile"
    kind = SectionKind.PROFILE


class DeleteSsoSession(_DeleteSection):
    """Delete an sso-session. Profiles that name it stay."""

    verb = "delete-sso-session"
    kind = SectionKind.SSO_SESSION


@dataclass(frozen=True, slots=True)
class RenameProfiles:
    """Rename profiles (old name → new), also where another profile uses them as its source."""

    names: Mapping[str, str]

    @property
    def summary(self) -> str:
        return ", ".join(f"rename-profile {old} {new}" for old, new in self.names.items())

    def footprint(self, document: Document) -> object:
        return [
            (_profile_values(document, old), _profile_values(document, new))
            for old, new in self.names.items()
        ]

    def apply(self, document: Document) -> None:
        for old, new in self.names.items():
            self._rename(document, old, new)
        names = {original(old): new for old, new in self.names.items()}
        users = [
            (section, names[entry.value])
            for section in document.sections
            if (entry := section.entries.get("source_profile")) and entry.value in names
        ]
        for section, name in users:
            set_value(document, section, "source_profile", name)
        for section in document.sections:
            process = section.entries.get("credential_process")
            if process and (renamed := renamed_process(process.value, names)):
                set_value(document, section, "credential_process", renamed)

    def _rename(self, document: Document, old: str, new: str) -> None:
        *unused, section = _existing(document, old)
        _check_free(document, new)
        for each in reversed(unused):  # the comments of the first come first
            move_comments(each, section)
            remove_section(document, each)
        rename_section(document, section, _header(SectionKind.PROFILE, new))
        separate_headers_below(document, section)


def _existing(
    document: Document, name: str, kind: SectionKind = SectionKind.PROFILE
) -> list[Section]:
    sections = document.named(kind, original(name))
    if not sections:
        raise EditRefused(document.path, EditRule.MISSING.value, str(safe(name)))
    return sections


def _check_free(document: Document, name: str) -> None:
    _check_new(document, SectionKind.PROFILE, name)
    if document.named(SectionKind.PROFILE, name):
        raise EditRefused(document.path, EditRule.TAKEN.value, name)


def _set(
    document: Document, kind: SectionKind, name: str, values: Mapping[str, str | None]
) -> None:
    for key, value in values.items():
        check_value(document, key, value)
        if value is None and key in document.defaults:
            raise EditRefused(document.path, EditRule.INHERITED.value, key)
    sections = document.named(kind, original(name))
    wanted = {key: value for key, value in values.items() if value is not None}
    if not sections:
        _check_new(document, kind, name)
        after = _sibling(document, kind, wanted)
        add_section(document, _header(kind, name), wanted, after)
        _check_hidden(document, kind, name, values)
        return
    for section in sections:
        for key, value in values.items():
            if value is not None:
                set_value(document, section, key, value)
            else:
                delete_key(section, key)
    for section in sections:
        below = sections_read_as_part(document, section)
        if any(not values.keys().isdisjoint(each.entries) for each in below):
            separate_headers_below(document, section)
    _normalise_header(document, kind, sections)
    _check_hidden(document, kind, original(name), values)


def _normalise_header(document: Document, kind: SectionKind, sections: list[Section]) -> None:
    """If every SDK could read the name but one reads none of its sections, write a plain header."""
    section = sections[-1]
    name, header = section.name, _header(kind, section.name)
    if naming.check(name) is None and not any(_is_plain(each) for each in sections):
        normalise_header(document, section, header)


def _is_plain(section: Section) -> bool:
    """Return whether the other SDKs read the header as botocore does."""
    wanted = f"{section.kind.value}{javascript_ini.SEPARATOR}{section.name}"
    is_same = javascript_ini.line_id(section.head) in {wanted, "default"}
    return is_same and not is_glued(section.head)


def check_value(document: Document, key: str, value: str | None) -> None:
    """Check that every client reads the value as it is. Raises EditRefused."""
    if not _KEY.fullmatch(key):
        raise EditRefused(document.path, EditRule.KEY.value, str(safe(key)))
    if value is None:
        return
    if not value:
        raise EditRefused(document.path, EditRule.VALUE_EMPTY.value, key)
    if _LINE_BREAKS_AND_CONTROLS.search(value):
        raise EditRefused(document.path, EditRule.VALUE_CONTROL.value, key)
    if value != value.strip():
        raise EditRefused(document.path, EditRule.VALUE_SPACE.value, key)
    if _COMMENT.search(value):
        raise EditRefused(document.path, EditRule.VALUE_COMMENT.value, key)


def _check_new(document: Document, kind: SectionKind, name: str) -> None:
    """Check that a new section can have the name: it is valid, and no client reads it already."""
    if naming.check(name) is not None or name in javascript_ini.REFUSED_NAMES:
        raise EditRefused(document.path, EditRule.NAME.value, str(safe(name)))
    read_as = f"{kind.value}{javascript_ini.SEPARATOR}{name}"
    for section in document.others():
        if javascript_ini.line_id(section.head) == read_as:
            raise EditRefused(document.path, EditRule.OTHERS_READ_IT.value, str(safe(name)))


def _check_hidden(
    document: Document, kind: SectionKind, name: str, wanted: Mapping[str, str | None]
) -> None:
    """Check that JavaScript reads the values, if it has a header of the section where botocore has
    none: a line of a value, or `[profile.dev]`, which it reads as `[profile dev]`. It prefers
    `[profile default]` to `[default]`, and the last of equal keys, so the one that was written may
    not be the one that it reads.
    """
    read_as = f"{kind.value}{javascript_ini.SEPARATOR}{name}", _header(kind, name)
    heads = (section.head for section in document.others())
    lines = (*document.brackets_in_values(), *heads)
    if not any(javascript_ini.line_id(line) in read_as for line in lines):
        return
    found = javascript_ini.parse("".join(document.lines()))
    values = next((found[each] for each in read_as if each in found), {})
    if any(values.get(key) != value for key, value in wanted.items()):
        raise EditRefused(document.path, EditRule.OTHERS_READ_IT.value, str(safe(name)))


def _header(kind: SectionKind, name: str) -> str:
    return name if kind is SectionKind.PROFILE and name == "default" else f"{kind.value} {name}"


def _sibling(document: Document, kind: SectionKind, values: Mapping[str, str]) -> Section | None:
    """Return the section below which a person would write the new one: a related one if any."""
    if kind is SectionKind.PROFILE:
        for key in ("sso_session", "sso_start_url", "source_profile"):
            for section in reversed(document.sections if key in values else []):
                entry = section.entries.get(key) if section.kind is kind else None
                if entry and entry.value == values[key]:
                    return section
        if sources := document.named(SectionKind.PROFILE, values.get("source_profile", "")):
            return sources[-1]
        if named := document.named(SectionKind.SSO_SESSION, values.get("sso_session", "")):
            return named[-1]
    of_kind = [section for section in document.sections if section.kind is kind]
    return next(reversed(of_kind or document.sections), None)


def _profile_values(document: Document, name: str) -> list[dict[str, str]]:
    sections = document.named(SectionKind.PROFILE, original(name))
    return [section.values for section in sections]
