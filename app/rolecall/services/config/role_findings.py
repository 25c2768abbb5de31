"""Findings about roles, their sources and login sessions that cannot work."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib.util import find_spec
from typing import Final

from rolecall.domain.arns import is_role_arn
from rolecall.domain.config.findings import Finding, FindingKind
from rolecall.domain.config.profile_process import used_profile
from rolecall.domain.model import Profile
from rolecall.domain.profile_kind import ProfileKind, has_static_keys
from rolecall.services.base.own_program import how_to_install
from rolecall.services.config.merged_files import MergedFiles

# Sources of credentials for a role, by the names that botocore knows (`CANONICAL_NAME`).
_CREDENTIAL_SOURCES: Final = ("Environment", "Ec2InstanceMetadata", "EcsContainer")

# The kind, the key whose line is reported, and the detail.
_Found = tuple[FindingKind, str, str]


def role_findings(files: MergedFiles) -> Iterator[Finding]:
    """Yield the findings. The rules are those of botocore's `AssumeRoleProvider`."""
    for profile in files.profiles.values():
        for kind, key, detail in _of_profile(profile, files.profiles):
            yield files.finding(kind, profile, key, detail)


def _of_profile(profile: Profile, by_name: Mapping[str, Profile]) -> Iterator[_Found]:
    if profile.kind is ProfileKind.ROLE:
        if not is_role_arn(profile.settings.get("role_arn", "")):
            yield FindingKind.ROLE_ARN_INVALID, "role_arn", ""
        if found := _of_source(profile, by_name):
            yield found
    elif profile.kind is ProfileKind.LOGIN:
        if find_spec("awscrt") is None:
            yield FindingKind.LOGIN_NEEDS_CRT, "login_session", how_to_install("awscrt")
    elif profile.kind is ProfileKind.PROCESS:
        used = used_profile(profile)
        if used is not None and used not in by_name:
            yield FindingKind.PROCESS_PROFILE_MISSING, "credential_process", used


def _of_source(role: Profile, by_name: Mapping[str, Profile]) -> _Found | None:
    source, provider = role.settings.get("source_profile"), role.settings.get("credential_source")
    if source is not None and provider is not None:
        return FindingKind.TWO_SOURCES, "credential_source", ""
    if provider is not None:
        unknown = FindingKind.CREDENTIAL_SOURCE_UNKNOWN
        found = unknown, "credential_source", ", ".join(_CREDENTIAL_SOURCES)
        return None if provider in _CREDENTIAL_SOURCES else found
    if source is None:
        return FindingKind.NO_SOURCE, "role_arn", ""
    if source not in by_name:
        return FindingKind.SOURCE_MISSING, "source_profile", source
    if chain := _loop(role, by_name):
        return FindingKind.SOURCE_LOOP, "source_profile", " → ".join(chain)
    return None


def _loop(role: Profile, by_name: Mapping[str, Profile]) -> list[str] | None:
    """Return the chain of sources if it has a loop. A source with its own keys ends a chain."""
    chain, current = [role.name], role
    while (source := current.source_in(by_name)) is not None:
        has_keys = has_static_keys(source.settings)
        if has_keys and (source is current or source.name not in chain):
            return None
        chain.append(source.name)
        if source.name in chain[:-1]:
            return chain
        current = source
    return None
