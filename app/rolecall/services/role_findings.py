"""Findings about profiles that cannot work: a wrong role or source, or something missing."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from importlib.util import find_spec
from operator import attrgetter
from pathlib import Path
from typing import Final

from rolecall.domain.arns import is_role_arn
from rolecall.domain.config import Config
from rolecall.domain.findings import Finding, FindingKind
from rolecall.domain.model import Profile
from rolecall.domain.profile_kind import ProfileKind
from rolecall.domain.profile_process import used_profile
from rolecall.services.own_program import how_to_install

# Sources of credentials for a role, by the names that botocore knows (`CANONICAL_NAME`).
_CREDENTIAL_SOURCES: Final = ("Environment", "Ec2InstanceMetadata", "EcsContainer")

# The kind, the key whose line is reported, and the detail.
_Found = tuple[FindingKind, str, str]


def all_findings(
    config: Config, path: Path, stored_names: Callable[[], Collection[str]]
) -> tuple[Finding, ...]:
    """Return the findings of the config file and those about roles and logins, sorted by line.

    The rules are those of botocore's `AssumeRoleProvider`, which looks for sources in both files.
    `stored_names` reads the credentials file; it is called only if it is needed.
    """
    by_name = {profile.name: profile for profile in config.profiles}
    roles = [each for each in config.profiles if each.kind is ProfileKind.ROLE]
    found: list[tuple[Profile, _Found | None]] = [
        (role, (FindingKind.ROLE_ARN_INVALID, "role_arn", ""))
        for role in roles
        if not is_role_arn(role.settings.get("role_arn", ""))
    ]
    logins = [each for each in config.profiles if each.kind is ProfileKind.LOGIN]
    if logins and find_spec("awscrt") is None:
        needs = FindingKind.LOGIN_NEEDS_CRT, "login_session", how_to_install("awscrt")
        found += [(each, needs) for each in logins]
    users = [*roles, *(each for each in config.profiles if each.kind is ProfileKind.PROCESS)]
    if any(_finding(each, by_name, ()) for each in users):
        in_credentials = stored_names()
        found += [(each, _finding(each, by_name, in_credentials)) for each in users]
    of_profiles = [
        Finding(what[0], path, config.line_of(role, what[1]), role.name, detail=what[2])
        for role, what in found
        if what
    ]
    return tuple(sorted((*config.findings, *of_profiles), key=attrgetter("line")))


def _finding(
    profile: Profile, by_name: Mapping[str, Profile], in_credentials: Collection[str]
) -> _Found | None:
    if profile.kind is ProfileKind.ROLE:
        return _of_role(profile, by_name, in_credentials)
    used = used_profile(profile)
    if used is None or used in by_name or used in in_credentials:
        return None
    return FindingKind.PROCESS_PROFILE_MISSING, "credential_process", used


def _of_role(
    role: Profile, by_name: Mapping[str, Profile], in_credentials: Collection[str]
) -> _Found | None:
    source, provider = role.settings.get("source_profile"), role.settings.get("credential_source")
    if source is not None and provider is not None:
        return FindingKind.TWO_SOURCES, "credential_source", ""
    if provider is not None:
        unknown = FindingKind.CREDENTIAL_SOURCE_UNKNOWN
        found = unknown, "credential_source", ", ".join(_CREDENTIAL_SOURCES)
        return None if provider in _CREDENTIAL_SOURCES else found
    if source is None:  # its section in the credentials file may have one
        return None if role.name in in_credentials else (FindingKind.NO_SOURCE, "role_arn", "")
    if source not in by_name and source not in in_credentials:
        return FindingKind.SOURCE_MISSING, "source_profile", source
    if chain := _loop(role, by_name, in_credentials):
        return FindingKind.SOURCE_LOOP, "source_profile", " → ".join(chain)
    return None


def _loop(
    role: Profile, by_name: Mapping[str, Profile], in_credentials: Collection[str]
) -> list[str] | None:
    """Return the chain of sources if it has a loop. A source with its own keys ends a chain."""
    chain, current = [role.name], role
    while (source := current.source_in(by_name)) is not None:
        has_keys = "aws_access_key_id" in source.settings or source.name in in_credentials
        if has_keys and (source is current or source.name not in chain):
            return None
        chain.append(source.name)
        if source.name in chain[:-1]:
            return chain
        current = source
    return None
