"""Find what a file seems to say but does not, or what clients read differently.

A finding names the line. The comments of `FindingKind` say which client reads what, as tested
(tests/files/corpus). `presentation/file_strings.py` has the sentences.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from rolecall.domain import naming
from rolecall.domain.account_access import TENANT_KEY, portal_of
from rolecall.domain.arns import ACCOUNT_ID
from rolecall.domain.findings import Finding, FindingKind
from rolecall.domain.redaction import safe_key
from rolecall.domain.text import safe
from rolecall.files import javascript_ini
from rolecall.files.ini import DEFAULT, Document, Entry, Section, SectionKind, identify

_ACCOUNT_ID: Final = re.compile(ACCOUNT_ID)
_COMMENT: Final = re.compile(r"(^|\s)[#;]")
_PROFILE_KEYS: Final = re.compile(
    r"region|output|role_arn|source_profile|credential_process|(sso|aws)_\w+"
)
_ROLE_KEYS: Final = ("sso_account_id", "sso_role_name")
_START_KEYS: Final = ("sso_start_url", "sso_region")


def config_findings(document: Document) -> tuple[Finding, ...]:
    """Return the findings in ~/.aws/config, in the order of its lines."""
    found = [
        *_carriage_returns(document),
        *_repeated(document),
        *(finding for section in document.sections for finding in _header(document, section)),
        *key_findings(document),
        *_sessions(document),
        *_regions_of_start_urls(document),
        *_services(document),
        *_account_access(document),
        *_values(document),
    ]
    return tuple(sorted(found, key=lambda finding: (finding.line, finding.kind.value)))


def key_findings(document: Document) -> Iterator[Finding]:
    """Yield what is wrong with single keys, in any file."""
    for section in document.sections:
        after_nested = False
        for entry in section.entries.values():
            if not _is_unremarkable(entry):
                for kind, line in _entry(entry, after_nested):
                    yield Finding(kind, document.path, line, safe_key(entry.key))
                after_nested |= entry.value[:1] in {"", "\n"}


def _is_unremarkable(entry: Entry) -> bool:
    """Return whether an entry is like nearly all others. It is a quick check, done first."""
    value = entry.value
    is_plain = bool(value) and entry.first.startswith(f"{entry.key} = {value}")
    return is_plain and "#" not in value and ";" not in value


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
        if javascript_ini.header(line) is not None:
            yield FindingKind.HEADER_IN_VALUE, entry.line + offset
        text = line.strip()
        if entry.value[0] == "\n" and text[:1] not in {"#", ";"} and _COMMENT.search(text):
            yield FindingKind.COMMENT_IN_VALUE, entry.line + offset


def _carriage_returns(document: Document) -> Iterator[Finding]:
    for number, line in enumerate(document.lines(), start=1):
        if line.endswith("\r"):
            yield Finding(FindingKind.CARRIAGE_RETURNS, document.path, number)
            return


def _repeated(document: Document) -> Iterator[Finding]:
    for kind in (SectionKind.PROFILE, SectionKind.SSO_SESSION):
        seen: dict[str, int] = {}
        for section in document.sections:
            if section.kind is not kind:
                continue
            if (other := seen.get(section.name)) is not None:
                is_default = kind is SectionKind.PROFILE and section.name == "default"
                found_kind = FindingKind.TWO_DEFAULTS if is_default else FindingKind.REPEATED
                subject = str(safe(section.name))
                yield Finding(found_kind, document.path, section.line, subject, other)
            seen[section.name] = section.line


def _header(document: Document, section: Section) -> Iterator[Finding]:
    kind = _header_kind(section)
    if kind is not None:
        name = section.header if section.kind is SectionKind.OTHER else section.name
        yield Finding(kind, document.path, section.line, str(safe(name)))


def _header_kind(section: Section) -> FindingKind | None:
    header, name = section.header, section.name
    if section.kind is SectionKind.OTHER:
        return _other_header_kind(section)
    theirs = javascript_ini.header(section.head)
    if theirs is None:
        return FindingKind.HEADER_GLUED
    if header in javascript_ini.REFUSED_NAMES:
        return FindingKind.JAVASCRIPT_REFUSES
    if javascript_ini.section_id(theirs) in {"default", f"{section.kind.value}.{name}"}:
        return None
    is_plain = naming.check(name) is None
    return FindingKind.HEADER_SPACING if is_plain else FindingKind.NAME_NOT_SHARED


def _other_header_kind(section: Section) -> FindingKind | None:
    """Return the finding for a section that botocore skips but that looks like a profile."""
    header = section.header
    if header == DEFAULT:
        return FindingKind.DEFAULTS_FOR_ALL
    if (javascript_ini.line_id(section.head) or "").startswith("profile."):
        return FindingKind.ONLY_JAVASCRIPT
    squeezed = " ".join(header.split())
    if squeezed.startswith("sso-session"):
        return FindingKind.NOT_A_SESSION
    looks_meant = squeezed.startswith("profile") or (identify(squeezed)[0] is not SectionKind.OTHER)
    if looks_meant or any(_PROFILE_KEYS.fullmatch(key) for key in section.entries):
        return FindingKind.NOT_A_PROFILE
    return None


def _sessions(document: Document) -> Iterator[Finding]:
    """Yield where profiles and their sessions do not match: the CLI refuses such a profile."""
    sessions = {s.name: s for s in document.sections if s.kind is SectionKind.SSO_SESSION}
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
        if section.kind is not SectionKind.PROFILE:
            continue
        yield from _incomplete(document.path, section, defaults, sessions)
        entry = section.entries.get("sso_session")
        if entry is None:
            continue
        session = sessions.get(entry.value)
        if session is None:
            subject = str(safe(section.name))
            yield Finding(FindingKind.SESSION_MISSING, document.path, entry.line, subject)
            continue
        for key, theirs in session.entries.items():
            own = section.entries.get(key)
            if own and own.value != theirs.value:
                kind, subject = FindingKind.SESSION_DIFFERS, str(safe(section.name))
                yield Finding(kind, document.path, own.line, subject, theirs.line)


def _regions_of_start_urls(document: Document) -> Iterator[Finding]:
    """Yield profiles without sso-session that have the start URL of another, and another region.

    They share one token file, which is named after the start URL.
    """
    first: dict[str, Entry] = {}
    for section in document.sections:
        entries = section.entries
        url, region = (entries.get(key) for key in _START_KEYS)
        if section.kind is SectionKind.PROFILE and "sso_session" not in entries and url and region:
            known = first.setdefault(url.value, region)
            if known.value != region.value:
                name, kind = str(safe(section.name)), FindingKind.REGION_DIFFERS
                detail = str(safe(known.value))
                yield Finding(kind, document.path, region.line, name, known.line, detail)


def _services(document: Document) -> Iterator[Finding]:
    """Yield profiles whose `services` section is missing or empty.

    The CLI refuses every call of such a profile (botocore's `ConfiguredEndpointProvider`).
    """
    there = {s.name for s in document.sections if s.kind is SectionKind.SERVICES and s.entries}
    for section in document.sections:
        entry = section.entries.get("services") if section.kind is SectionKind.PROFILE else None
        if entry and entry.value not in there:
            name, detail = str(safe(section.name)), str(safe(entry.value))
            kind = FindingKind.SERVICES_MISSING
            yield Finding(kind, document.path, entry.line, name, detail=detail)


def _account_access(document: Document) -> Iterator[Finding]:
    """Yield sessions with a text that is not the address of an account access portal."""
    for section in document.sections:
        entry = section.entries.get(TENANT_KEY) if section.kind is SectionKind.SSO_SESSION else None
        if entry and entry.value and portal_of(entry.value) is None:
            name, detail = str(safe(section.name)), str(safe(entry.value))
            kind = FindingKind.ACCOUNT_ACCESS_INVALID
            yield Finding(kind, document.path, entry.line, name, detail=detail)


def _values(document: Document) -> Iterator[Finding]:
    """Yield profiles with a value that AWS or the AWS CLI refuses."""
    path = document.path
    for section in document.sections:
        if section.kind is not SectionKind.PROFILE:
            continue
        account = section.entries.get("sso_account_id")
        if account is not None and not _ACCOUNT_ID.fullmatch(account.value):
            subject = str(safe(section.name))
            yield Finding(FindingKind.ACCOUNT_ID_INVALID, path, account.line, subject)
        web_identity = section.entries.get("web_identity_token_file")
        if web_identity and "role_arn" not in {*document.defaults, *section.entries}:
            subject = str(safe(section.name))
            yield Finding(FindingKind.ROLE_ARN_MISSING, path, web_identity.line, subject)


def sso_in_credentials(document: Document) -> Iterator[Finding]:
    """Yield the sections of the credentials file with SSO keys.

    botocore and JavaScript update the profile of the config with them
    (`botocore.session.Session.full_config`).
    """
    for section in document.sections:
        found = [entry for key, entry in section.entries.items() if key.startswith("sso_")]
        if found:
            keys = ", ".join(str(safe(entry.key)) for entry in found)
            name, kind = str(safe(section.header)), FindingKind.SSO_IN_CREDENTIALS
            yield Finding(kind, document.path, found[0].line, name, detail=keys)


def _incomplete(
    path: Path, section: Section, defaults: Mapping[str, str], sessions: Mapping[str, Section]
) -> Iterator[Finding]:
    """Yield a finding if an SSO profile lacks required keys (botocore's `SSOProvider`)."""
    has = {*defaults, *section.entries}
    wanted = _ROLE_KEYS if not has.isdisjoint(_ROLE_KEYS) else ()
    if "sso_session" in has:
        session = sessions.get(section.values.get("sso_session", defaults.get("sso_session", "")))
        if not wanted or session is None:
            return  # it is for tokens only, or its session is missing: another finding
        has.update(session.entries)
    elif not wanted and _START_KEYS[0] not in has:
        return
    if missing := [key for key in (*_START_KEYS, *wanted) if key not in has]:
        name, kind = str(safe(section.name)), FindingKind.PROFILE_INCOMPLETE
        yield Finding(kind, path, section.line, name, detail=", ".join(missing))
