"""Findings about sessions that cannot sign in, or never have."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from rolecall.aws.regions import regions
from rolecall.domain.closest_match import closest_match
from rolecall.domain.errors import FileError
from rolecall.domain.findings import Finding, FindingKind
from rolecall.domain.model import SsoSession
from rolecall.domain.text import safe
from rolecall.files import atomic
from rolecall.files.ini import Document, SectionKind
from rolecall.files.sso_cache import SsoCache


def region_findings(path: Path) -> Iterator[Finding]:
    """Yield each `sso_region` of ~/.aws/config that rolecall does not know. Raises FileError."""
    document = Document.parse(atomic.read(path) or b"", path)
    entries = [
        (section.name, section.entries["sso_region"])
        for section in document.sections
        if section.kind is not SectionKind.OTHER and "sso_region" in section.entries
    ]
    known = regions() if entries else ()
    for name, entry in entries:
        if known and entry.value and entry.value not in known:
            near = closest_match(entry.value.lower(), known)
            kind = FindingKind.REGION_MISTYPED if near else FindingKind.REGION_UNKNOWN
            yield Finding(kind, path, entry.line, str(safe(name)), detail=near)


def never_signed_in(sessions: Iterable[SsoSession], cache: SsoCache) -> list[SsoSession]:
    """Return the sessions that no client has signed in to on this machine.

    A sign-out deletes the token, but not the registration.
    """
    found = []
    for session in sessions:
        with suppress(FileError):  # another check reports it
            if not cache.has_token_file(session) and cache.registration(session) is None:
                found.append(session)
    return found
