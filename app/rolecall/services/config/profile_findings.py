"""Findings about profiles that cannot work, as clients merge them from both files.

The rules are those of `botocore.credentials`. Each finding names the file and line of the key that
decides.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from rolecall.domain.arns import ACCOUNT_ID
from rolecall.domain.config.findings import Finding, FindingKind
from rolecall.domain.model import Profile
from rolecall.domain.profile_kind import SSO_ROLE_KEYS, ProfileKind
from rolecall.domain.text import hide_userinfo, original, safe
from rolecall.domain.web_address import is_web_address
from rolecall.files.aws_config.ini_sections import SectionKind
from rolecall.services.config.merged_files import MergedFiles
from rolecall.services.config.role_findings import role_findings

_ACCOUNT_ID: Final = re.compile(ACCOUNT_ID)
_START_KEYS: Final = ("sso_start_url", "sso_region")


def all_findings(files: MergedFiles) -> tuple[Finding, ...]:
    """Return the findings of ~/.aws/config, and those about the profiles of both files.

    They are sorted by line; those that are not in the profile's section of ~/.aws/config come last.
    """
    found = [
        *files.config.findings,
        *_sessions(files),
        *_incomplete(files),
        *_regions_of_start_urls(files),
        *_services(files),
        *_values(files),
        *role_findings(files),
    ]
    return tuple(sorted(found, key=lambda each: (each.is_elsewhere, each.line, each.kind.value)))


def _sso_profiles(files: MergedFiles) -> Iterator[Profile]:
    """Yield the profiles whose SSO keys clients use: nothing else gives them credentials."""
    for profile in files.profiles.values():
        if profile.is_sso or profile.kind is ProfileKind.PLAIN:
            yield profile


def _sessions(files: MergedFiles) -> Iterator[Finding]:
    """Yield where profiles and their sessions do not match (botocore's `SSOProvider`)."""
    for profile in _sso_profiles(files):
        name = profile.settings.get("sso_session")
        if name is None:
            continue
        session = files.config.session_values.get(name)
        if session is None:
            yield files.finding(FindingKind.SESSION_MISSING, profile, "sso_session")
            continue
        for key, value in session.items():
            if original(profile.settings.get(key, value)) != value:
                theirs = files.place_in_session(name, key)
                yield files.finding(FindingKind.SESSION_DIFFERS, profile, key, other=theirs)


def _incomplete(files: MergedFiles) -> Iterator[Finding]:
    """Yield SSO profiles that lack required keys (botocore's `SSOProvider`)."""
    for profile in _sso_profiles(files):
        if missing := _missing(files, profile):
            header = files.header(profile, ("sso_session", *_START_KEYS, *SSO_ROLE_KEYS))
            detail = ", ".join(missing)
            yield files.finding(FindingKind.PROFILE_INCOMPLETE, profile, header, detail)


def _missing(files: MergedFiles, profile: Profile) -> list[str]:
    has = set(profile.settings)
    wanted = SSO_ROLE_KEYS if not has.isdisjoint(SSO_ROLE_KEYS) else ()
    if "sso_session" in has:
        session = files.config.session_values.get(profile.settings["sso_session"])
        if not wanted or session is None:
            return []  # it is for tokens only, or its session is missing: another finding
        has.update(session)
    elif not wanted and _START_KEYS[0] not in has:
        return []
    return [key for key in (*_START_KEYS, *wanted) if key not in has]


def _regions_of_start_urls(files: MergedFiles) -> Iterator[Finding]:
    """Yield legacy profiles of one start URL, and so of one token file, with different regions."""
    first: dict[str, Profile] = {}
    for profile in files.profiles.values():
        settings = profile.settings
        if "sso_session" in settings or not settings.keys() >= set(_START_KEYS):
            continue
        known = first.setdefault(settings["sso_start_url"], profile)
        if (region := known.settings["sso_region"]) != settings["sso_region"]:
            kind, other = FindingKind.REGION_DIFFERS, files.place(known, "sso_region")
            yield files.finding(kind, profile, "sso_region", region, other)


def _services(files: MergedFiles) -> Iterator[Finding]:
    """Yield profiles without their `services` section (botocore's ConfiguredEndpointProvider)."""
    users = [each for each in files.profiles.values() if "services" in each.settings]
    sections = files.config_document.sections if users else []
    there = {safe(s.name) for s in sections if s.kind is SectionKind.SERVICES and s.entries}
    for profile in users:
        if (name := profile.settings["services"]) not in there:
            yield files.finding(FindingKind.SERVICES_MISSING, profile, "services", name)


def _values(files: MergedFiles) -> Iterator[Finding]:
    """Yield profiles with a value that AWS or the AWS CLI refuses."""
    for profile in _sso_profiles(files):
        account = profile.settings.get("sso_account_id")
        if account is not None and not _ACCOUNT_ID.fullmatch(account):
            yield files.finding(FindingKind.ACCOUNT_ID_INVALID, profile, "sso_account_id")
    for profile in files.profiles.values():
        if "endpoint_url" in profile.settings:
            ours = files.config.client_settings(profile)
            urls = () if ours.ignores_endpoint_urls else ours.endpoint_urls
            if (url := next((each.url for each in urls if not each.service), "")) and (
                not is_web_address(url)
            ):
                address, kind = str(safe(hide_userinfo(url))), FindingKind.ENDPOINT_INVALID
                yield files.finding(kind, profile, "endpoint_url", address)
        # `botocore.credentials.AssumeRoleWithWebIdentityProvider`
        if "web_identity_token_file" in profile.settings and "role_arn" not in profile.settings:
            yield files.finding(FindingKind.ROLE_ARN_MISSING, profile, "web_identity_token_file")
