"""Profiles that assume a role and cannot: for the role, or for what they are to go by way of."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from operator import attrgetter
from pathlib import Path
from typing import Final

from rolecall.domain import naming
from rolecall.domain.model import Profile, ProfileKind
from rolecall.files.config_file import Config
from rolecall.files.findings import Finding, FindingKind

# What botocore takes a role's first credentials from, as written (`CANONICAL_NAME`).
_CREDENTIAL_SOURCES: Final = ("Environment", "Ec2InstanceMetadata", "EcsContainer")

# The kind, the key whose line it is about, and the detail.
_Found = tuple[FindingKind, str, str]


def all_findings(
    config: Config, path: Path, names_with_keys: Callable[[], Collection[str]]
) -> tuple[Finding, ...]:
    """Those of the config file and these, by their lines.

    As botocore's `AssumeRoleProvider` has it, which looks for sources in both files:
    `names_with_keys`, the credentials file's, is asked only where the config file is not enough.
    """
    by_name = {profile.name: profile for profile in config.profiles}
    roles = [each for each in config.profiles if each.kind is ProfileKind.ROLE]
    found: list[tuple[Profile, _Found | None]] = [
        (role, (FindingKind.ROLE_ARN_INVALID, "role_arn", ""))
        for role in roles
        if not naming.is_role_arn(role.settings.get("role_arn", ""))
    ]
    if any(_look(role, by_name, ()) for role in roles):
        elsewhere = names_with_keys()
        found += [(role, _look(role, by_name, elsewhere)) for role in roles]
    of_roles = [
        Finding(what[0], path, config.line_of(role, what[1]), role.name, detail=what[2])
        for role, what in found
        if what
    ]
    return tuple(sorted((*config.findings, *of_roles), key=attrgetter("line")))


def _look(
    role: Profile, by_name: Mapping[str, Profile], elsewhere: Collection[str]
) -> _Found | None:
    source, provider = role.settings.get("source_profile"), role.settings.get("credential_source")
    if source is not None and provider is not None:
        return FindingKind.TWO_SOURCES, "credential_source", ""
    if provider is not None:
        unknown = FindingKind.CREDENTIAL_SOURCE_UNKNOWN
        found = unknown, "credential_source", ", ".join(_CREDENTIAL_SOURCES)
        return None if provider in _CREDENTIAL_SOURCES else found
    if source is None:  # the section of this name in the credentials file may have one
        return None if role.name in elsewhere else (FindingKind.NO_SOURCE, "role_arn", "")
    if source not in by_name and source not in elsewhere:
        return FindingKind.SOURCE_MISSING, "source_profile", source
    if way := _loop(role, by_name, elsewhere):
        return FindingKind.SOURCE_LOOP, "source_profile", " → ".join(way)
    return None


def _loop(
    role: Profile, by_name: Mapping[str, Profile], elsewhere: Collection[str]
) -> list[str] | None:
    """The way from a role to where it has been already; keys of its own end it before."""
    way, at = [role.name], role
    while (source := by_name.get(at.source or "")) is not None:
        has_keys = "aws_access_key_id" in source.settings or source.name in elsewhere
        if has_keys and (source is at or source.name not in way):
            return None
        way.append(source.name)
        if source.name in way[:-1]:
            return way
        at = source
    return None
