"""What stands in a file and is not what it seems, or not the same to every client.

A finding names the line; which clients read what there is in `FindingKind`'s comments, as tried on
them (tests/files/corpus), and in words in `presentation/file_strings.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Final

from rolecall.domain import naming
from rolecall.domain.text import safe
from rolecall.files import javascript
from rolecall.files.ini import DEFAULT, Document, Entry, Kind, Section, identify

_COMMENT: Final = re.compile(r"(^|\s)[#;]")
_PROFILE_KEYS: Final = re.compile(
    r"region|output|role_arn|source_profile|credential_process|(sso|aws)_\w+"
)
_ROLE_KEYS: Final = ("sso_account_id", "sso_role_name")
_START_KEYS: Final = ("sso_start_url", "sso_region")


class FindingKind(Enum):
    """In the comments: CLI is the AWS CLI and boto3, JS the SDK for JavaScript."""

    # Headers
    TWO_DEFAULTS = "two-defaults"  # CLI: the later one; JS, Go: [profile default]
    TWINS = "twins"  # one name, quoted differently. CLI: the last alone; JS merges them
    HEADER_GLUED = "header-glued"  # `[profile x]# c`. JS: no header, keys go to the one above
    HEADER_SPACING = "header-spacing"  # `[profile  x]`. JS: skipped
    NAME_NOT_SHARED = "name-not-shared"  # spaces, accents, … JS: skipped
    NOT_A_PROFILE = "not-a-profile"  # `[x]`, `[ profile x ]`, `[profilex]`: skipped by all
    NOT_A_SESSION = "not-a-session"  # `[sso-session spa"ce]`: skipped by CLI
    ONLY_JAVASCRIPT = "only-javascript"  # `[profile.x]`
    JAVASCRIPT_REFUSES = "javascript-refuses"  # `[profile __proto__]`: JS drops the whole file
    DEFAULTS_FOR_ALL = "defaults-for-all"  # `[DEFAULT]`. CLI: its keys are in every section
    # Keys
    KEY_CASE = "key-case"  # `Region = x`. CLI: region; JS: another key
    COLON = "colon"  # `region: x`. JS: skipped
    COMMENT_IN_VALUE = "comment-in-value"  # `x # c`. CLI: all of it; JS, Go: x
    EMPTY_VALUE = "empty-value"  # `region =`. CLI: empty; JS: not set
    CONTINUED = "continued"  # a value that goes on in the next line. JS: its first line only
    HEADER_IN_VALUE = "header-in-value"  # indented `[profile x]`. CLI: value; JS: a section
    NESTED_BY_INDENT = "nested-by-indent"  # an indented key after a nested one. JS: nested too
    CARRIAGE_RETURNS = "carriage-returns"  # lines that end in CR alone. JS: one long line
    # Meaning
    SESSION_MISSING = "session-missing"  # sso_session names none
    SESSION_DIFFERS = "session-differs"  # sso_region or sso_start_url is not the session's
    SESSION_INCOMPLETE = "session-incomplete"  # no sso_start_url or no sso_region
    PROFILE_INCOMPLETE = "profile-incomplete"  # some of an SSO profile's keys: CLI refuses it
    SERVICES_MISSING = "services-missing"  # services names none, or an empty one
    ROLE_ARN_INVALID = "role-arn-invalid"  # AWS refuses it
    SOURCE_MISSING = "source-missing"  # source_profile names none, in either file
    SOURCE_LOOP = "source-loop"  # source_profile leads back
    NO_SOURCE = "no-source"  # role_arn, and neither source_profile nor credential_source
    TWO_SOURCES = "two-sources"  # both of them
    CREDENTIAL_SOURCE_UNKNOWN = "credential-source-unknown"  # CLI minds the case
    SCOPES_MISSING = "scopes-missing"  # no sso_registration_scopes: no refresh token
    SHADOWED_KEYS = "shadowed-keys"  # keys under an SSO profile's name. CLI: SSO; JS, Go: keys
    # Files
    BROKEN_CACHE_FILE = "broken-cache-file"  # the CLI fails until somebody deletes it
    EXPOSED = "exposed"  # secrets that others on the machine can read


@dataclass(frozen=True, slots=True)
class Finding:
    """`line` counts from 1, 0 where it is about the whole file. `subject` is the profile, session
    or key it is about, made safe; `other` a second line that it is about; `detail` what is missing.
    """

    kind: FindingKind
    path: Path
    line: int = 0
    subject: str = ""
    other: int = 0
    detail: str = ""


def config_findings(document: Document) -> tuple[Finding, ...]:
    """What to know about ~/.aws/config, in the order of its lines."""
    found = [
        *_carriage_returns(document),
        *_twins(document),
        *(finding for section in document.sections for finding in _header(document, section)),
        *key_findings(document),
        *_sessions(document),
        *_services(document),
    ]
    return tuple(sorted(found, key=lambda finding: (finding.line, finding.kind.value)))


def key_findings(document: Document) -> Iterator[Finding]:
    """What is the matter with single keys, in any file."""
    for section in document.sections:
        after_nested = False
        for entry in section.entries.values():
            if not _is_unremarkable(entry):
                for kind, line in _entry(entry, after_nested):
                    yield Finding(kind, document.path, line, str(safe(entry.key)))
                after_nested |= entry.value[:1] in {"", "\n"}


def _is_unremarkable(entry: Entry) -> bool:
    """As nearly all are; asked first, for there are many."""
    value = entry.value
    is_usual = bool(value) and entry.first.startswith(f"{entry.key} = {value}")
    return is_usual and "#" not in value and ";" not in value


def _entry(entry: Entry, after_nested: bool) -> Iterator[tuple[FindingKind, int]]:
    text = entry.first.strip()
    if not text.startswith(entry.key):
        yield FindingKind.KEY_CASE, entry.line
    if text[len(entry.key) :].lstrip().startswith(":"):
        yield FindingKind.COLON, entry.line
    first = entry.value.partition("\n")[0]
    if _COMMENT.search(first):
        yield FindingKind.COMMENT_IN_VALUE, entry.line
    if not entry.value:
        yield FindingKind.EMPTY_VALUE, entry.line
    elif first and len(entry.lines) > 1:
        yield FindingKind.CONTINUED, entry.line
    if after_nested and entry.indent:
        yield FindingKind.NESTED_BY_INDENT, entry.line
    for offset, line in enumerate(entry.lines[1:], start=1):
        if javascript.header(line) is not None:
            yield FindingKind.HEADER_IN_VALUE, entry.line + offset


def _carriage_returns(document: Document) -> Iterator[Finding]:
    for number, line in enumerate(document.lines(), start=1):
        if line.endswith("\r"):
            yield Finding(FindingKind.CARRIAGE_RETURNS, document.path, number)
            return


def _twins(document: Document) -> Iterator[Finding]:
    for kind in (Kind.PROFILE, Kind.SSO_SESSION):
        seen: dict[str, int] = {}
        for section in document.sections:
            if section.kind is not kind:
                continue
            if (other := seen.get(section.name)) is not None:
                is_default = kind is Kind.PROFILE and section.name == "default"
                twins = FindingKind.TWO_DEFAULTS if is_default else FindingKind.TWINS
                subject = str(safe(section.name))
                yield Finding(twins, document.path, section.line, subject, other)
            seen[section.name] = section.line


def _header(document: Document, section: Section) -> Iterator[Finding]:
    kind = _header_kind(section)
    if kind is not None:
        name = section.header if section.kind is Kind.OTHER else section.name
        yield Finding(kind, document.path, section.line, str(safe(name)))


def _header_kind(section: Section) -> FindingKind | None:
    header, name = section.header, section.name
    if section.kind is Kind.OTHER:
        return _other_header_kind(section)
    if javascript.header(section.head) is None:
        return FindingKind.HEADER_GLUED
    if header in javascript.REFUSED_NAMES:
        return FindingKind.JAVASCRIPT_REFUSES
    if javascript.line_id(section.head) in {"default", f"{section.kind.value}.{name}"}:
        return None
    is_plain = naming.check(name) is None
    return FindingKind.HEADER_SPACING if is_plain else FindingKind.NAME_NOT_SHARED


def _other_header_kind(section: Section) -> FindingKind | None:
    """What botocore skips, if it looks as though somebody meant a profile."""
    header = section.header
    if header == DEFAULT:
        return FindingKind.DEFAULTS_FOR_ALL
    if (javascript.line_id(section.head) or "").startswith("profile."):
        return FindingKind.ONLY_JAVASCRIPT
    squeezed = " ".join(header.split())
    if squeezed.startswith("sso-session"):
        return FindingKind.NOT_A_SESSION
    looks_meant = squeezed.startswith("profile") or (identify(squeezed)[0] is not Kind.OTHER)
    if looks_meant or any(_PROFILE_KEYS.fullmatch(key) for key in section.entries):
        return FindingKind.NOT_A_PROFILE
    return None


def _sessions(document: Document) -> Iterator[Finding]:
    """Where profiles and their sessions do not fit together: the CLI refuses such a profile."""
    sessions = {s.name: s for s in document.sections if s.kind is Kind.SSO_SESSION}
    whole = {name for name, s in sessions.items() if all(key in s.entries for key in _START_KEYS)}
    defaults = document.defaults
    for section in sessions.values():
        found = [
            kind
            for kind, keys in (
                (FindingKind.SESSION_INCOMPLETE, ("sso_start_url", "sso_region")),
                (FindingKind.SCOPES_MISSING, ("sso_registration_scopes",)),
            )
            if not all(key in section.entries for key in keys)
        ]
        for kind in found:
            yield Finding(kind, document.path, section.line, str(safe(section.name)))
    for section in document.sections:
        if section.kind is not Kind.PROFILE:
            continue
        entry = section.entries.get("sso_session")
        if entry is None or entry.value not in whole or not _says_which_role(section):
            yield from _incomplete(document.path, section, defaults, sessions)
        if entry is None:
            continue
        subject = str(safe(section.name))
        session = sessions.get(entry.value)
        if session is None:
            yield Finding(FindingKind.SESSION_MISSING, document.path, entry.line, subject)
            continue
        for key in ("sso_start_url", "sso_region"):
            own, theirs = section.entries.get(key), session.entries.get(key)
            if own and theirs and own.value != theirs.value:
                kind = FindingKind.SESSION_DIFFERS
                yield Finding(kind, document.path, own.line, subject, theirs.line)


def _services(document: Document) -> Iterator[Finding]:
    """The CLI refuses every call of such a profile (botocore's `ConfiguredEndpointProvider`)."""
    there = {s.name for s in document.sections if s.kind is Kind.SERVICES and s.entries}
    for section in document.sections:
        entry = section.entries.get("services") if section.kind is Kind.PROFILE else None
        if entry and entry.value not in there:
            name, detail = str(safe(section.name)), str(safe(entry.value))
            kind = FindingKind.SERVICES_MISSING
            yield Finding(kind, document.path, entry.line, name, detail=detail)


def _says_which_role(section: Section) -> bool:
    return all(key in section.entries for key in _ROLE_KEYS)


def _incomplete(
    path: Path, section: Section, defaults: Mapping[str, str], sessions: Mapping[str, Section]
) -> Iterator[Finding]:
    """An SSO profile that lacks some of what it takes (botocore's `SSOProvider`)."""
    has = {*defaults, *section.entries}
    wanted = _ROLE_KEYS if not has.isdisjoint(_ROLE_KEYS) else ()
    if "sso_session" in has:
        session = sessions.get(section.values.get("sso_session", defaults.get("sso_session", "")))
        if not wanted or session is None:
            return  # for tokens alone; or its session is not there, which is said already
        has.update(session.entries)
    elif not wanted and _START_KEYS[0] not in has:
        return
    if missing := [key for key in (*_START_KEYS, *wanted) if key not in has]:
        name, kind = str(safe(section.name)), FindingKind.PROFILE_INCOMPLETE
        yield Finding(kind, path, section.line, name, detail=", ".join(missing))
