"""Find what a file seems to say but does not, or what clients read differently.

These are the findings about the lines of one file. Those about whole profiles need both files:
`services/config/profile_findings.py`. A finding names the line. The comments of `FindingKind` say
which client reads what, as tested (tests/files/corpus). The sentences are in
`presentation/texts/file_strings.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from rolecall.domain.account_access import TENANT_KEY, portal_of
from rolecall.domain.config.findings import Finding, FindingKind
from rolecall.domain.config.redaction import safe_key
from rolecall.domain.naming import names as naming
from rolecall.domain.text import hide_userinfo, safe
from rolecall.domain.web_address import is_web_address
from rolecall.files.aws_config import javascript_ini
from rolecall.files.aws_config.ini import Document, Entry, Section
from rolecall.files.aws_config.ini_sections import DEFAULT, SectionKind, identify, nested_values

_COMMENT: Final = re.compile(r"(^|\s)[#;]")
_PROFILE_KEYS: Final = re.compile(
    r"region|output|role_arn|source_profile|credential_process|(sso|aws)_\w+"
)


def config_findings(document: Document) -> tuple[Finding, ...]:
    """Return the findings in ~/.aws/config alone, in the order of its lines."""
    found = [
        *_carriage_returns(document),
        *_repeated(document),
        *(finding for section in document.sections for finding in _header(document, section)),
        *key_findings(document),
        *_sessions(document),
        *_account_access(document),
        *_endpoints(document),
    ]
    return tuple(sorted(found, key=lambda finding: (finding.line, finding.kind.value)))


def key_findings(document: Document) -> Iterator[Finding]:
    """Yield what is wrong with single keys, in any file."""
    for section in document.sections:
        after_nested = False
        for entry in section.entries.values():
            if not _is_unremarkable(entry):
                found = list(_entry(entry, after_nested))
                key, _, value = javascript_ini.entry(entry.first)
                if not found and (key, value) != (entry.key, entry.value.partition("\n")[0]):
                    found = [(FindingKind.LINE_NOT_SHARED, entry.line)]
                for kind, line in found:
                    yield Finding(kind, document.path, line, safe_key(entry.key))
                after_nested |= entry.value[:1] in {"", "\n"}


def _is_unremarkable(entry: Entry) -> bool:
    """Return whether an entry is like nearly all others. It is a quick check, done first."""
    line, value = entry.first, entry.value
    is_plain = bool(value) and line.rstrip("\r\n ") == f"{entry.key} = {value}"
    return is_plain and line.isascii() and "#" not in line and ";" not in line


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
    theirs = javascript_ini.header(section.head)
    if theirs is None:
        return FindingKind.HEADER_GLUED
    if section.kind is SectionKind.OTHER:
        return _other_header_kind(section)
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
    """Yield sessions that lack a key. Of sections with the same name, clients use the last."""
    sessions = {s.name: s for s in document.sections if s.kind is SectionKind.SSO_SESSION}
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


def _account_access(document: Document) -> Iterator[Finding]:
    """Yield sessions with a text that is not the address of an account access portal."""
    for section in document.sections:
        entry = section.entries.get(TENANT_KEY) if section.kind is SectionKind.SSO_SESSION else None
        if entry and entry.value and portal_of(entry.value) is None:
            name = str(safe(section.name))
            detail = str(safe(hide_userinfo(entry.value)))
            kind = FindingKind.ACCOUNT_ACCESS_INVALID
            yield Finding(kind, document.path, entry.line, name, detail=detail)


def _endpoints(document: Document) -> Iterator[Finding]:
    """Yield endpoints of `[services]` sections that no client can call."""
    for section in document.sections:
        if section.kind is not SectionKind.SERVICES:
            continue
        for entry in section.entries.values():
            url = nested_values(entry.value).get("endpoint_url") if entry.value[:1] == "\n" else ""
            if url and not is_web_address(url):
                subject, detail = str(safe(section.header)), str(safe(hide_userinfo(url)))
                line = entry.line + _offset(entry, "endpoint_url")
                kind = FindingKind.ENDPOINT_INVALID
                yield Finding(kind, document.path, line, subject, detail=detail)


def _offset(entry: Entry, nested: str) -> int:
    """Return at which of its lines the entry has the nested key; the last one counts."""
    keys = [line.partition("=")[0].strip() for line in entry.lines]
    return len(keys) - 1 - keys[::-1].index(nested)


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
