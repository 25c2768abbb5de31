"""Findings about sessions that cannot sign in, or never have."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress

from rolecall.aws.regions import regions
from rolecall.domain.config.findings import Finding, FindingKind
from rolecall.domain.errors.file_errors import FileError
from rolecall.domain.model import SsoSession
from rolecall.domain.text import original
from rolecall.domain.text.closest_match import closest_match
from rolecall.files.caches.sso_cache import SsoCache
from rolecall.services.config.merged_files import MergedFiles


def region_findings(files: MergedFiles) -> Iterator[Finding]:
    """Yield each `sso_region` of a session or profile that rolecall does not know."""
    sessions = [
        (name, values["sso_region"])
        for name, values in files.config.session_values.items()
        if "sso_region" in values
    ]
    profiles = [each for each in files.profiles.values() if "sso_region" in each.settings]
    known = regions() if sessions or profiles else ()

    def problem(region: str) -> tuple[FindingKind, str] | None:
        """Return the kind, and the region that was meant."""
        if not known or not region or region in known:
            return None
        near = closest_match(region.lower(), known)
        return (FindingKind.REGION_MISTYPED if near else FindingKind.REGION_UNKNOWN), near

    for name, region in sessions:
        if found := problem(region):
            at = files.place_in_session(name, "sso_region")
            yield Finding(found[0], at.path, at.line, name, detail=found[1])
    for profile in profiles:
        if found := problem(original(profile.settings["sso_region"])):
            yield files.finding(found[0], profile, "sso_region", found[1])


def never_signed_in(sessions: Iterable[SsoSession], cache: SsoCache) -> list[SsoSession]:
    """Return the sessions that no client has signed in to on this machine, but could.

    A sign-out deletes the token, but not the registration.
    """
    found = []
    for session in sessions:
        if not session.region:  # no client can sign in, which is a finding of the file
            continue
        with suppress(FileError):  # another check reports it
            if not cache.has_token_file(session) and cache.registration(session) is None:
                found.append(session)
    return found
