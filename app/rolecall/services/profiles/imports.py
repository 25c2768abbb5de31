"""Profiles that granted, aws-sso-cli and aws-sso-util have written, as profiles of a session.

Only ~/.aws/config is read. It has what they ran for credentials, and the role:

- granted: `granted_sso_*` (https://docs.commonfate.io/granted/recipes/credential-process)
- aws-sso-util: `sso_*`, as the AWS CLI did before it had sessions
- aws-sso-cli: the ARN of the role, after `--arn`; the start URL is in its own config
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import PurePath
from shlex import split
from typing import Final

from rolecall.domain.config.file_change import Change
from rolecall.domain.model import Account, Assignment, PermissionSet, Profile, SsoSession
from rolecall.domain.records import NamedTuple
from rolecall.domain.start_url import respelled
from rolecall.domain.text import original
from rolecall.files.aws_config.config_edits import SaveProfile
from rolecall.services.profiles.profiles import ProfilesService

_PREFIXES: Final = {"granted": "granted_sso", "dgranted": "granted_sso", "aws-sso-util": "sso"}
_ARN: Final = re.compile(r"arn:aws[\w-]*:iam::(\d{12}):role/([\w+=,.@-]+)", re.ASCII)
_NO_LONGER: Final = {
    *("credential_process", "sso_start_url", "sso_region", "sso_auto_populated"),
    *("granted_sso_start_url", "granted_sso_region"),
    *("granted_sso_account_id", "granted_sso_role_name"),
}


class Found(NamedTuple):
    """A profile of another program. `start_url` is empty if the profile does not have it."""

    profile: Profile
    account_id: str
    role: str
    start_url: str = ""


class Imported(NamedTuple):
    """The change, the profiles in it, and those whose session is not known."""

    change: Change
    profiles: tuple[Found, ...]
    left: tuple[Found, ...]


def found_in(profiles: Sequence[Profile]) -> list[Found]:
    """Return the profiles that run one of these programs for a role."""
    return [each for each in map(_found, profiles) if each is not None]


def _found(profile: Profile) -> Found | None:
    values = profile.values
    try:
        program, *arguments = split(values.get("credential_process", ""))
    except ValueError:  # no program, or a quote that does not end
        return None
    name = PurePath(program).name
    if prefix := _PREFIXES.get(name):
        keys = (f"{prefix}_{key}" for key in ("account_id", "role_name", "start_url"))
        account_id, role, start_url = (values.get(key, "") for key in keys)
        is_whole = account_id and role and start_url
        return Found(profile, account_id, role, start_url) if is_whole else None
    arn = _ARN.fullmatch(arguments[-1]) if name == "aws-sso" and arguments else None
    return Found(profile, arn[1], arn[2]) if arn else None


def plan(
    service: ProfilesService,
    found: Sequence[Found],
    sessions: Sequence[SsoSession],
    of_others: SsoSession | None,
) -> Imported:
    """Plan to make them profiles of their sessions, under the same names; other keys stay.

    `of_others` is the session of profiles without a start URL. Raises FileError.
    """
    by_url = {respelled(each.start_url): each for each in reversed(sessions)}
    done, edits = [], []
    for each in found:
        session = by_url.get(respelled(each.start_url)) if each.start_url else of_others
        if session is None:
            continue
        account = Account(each.account_id, "", "")
        keys = service.keys_of(session, Assignment(account, PermissionSet(each.role)))
        for key in each.profile.settings.keys() & _NO_LONGER:
            keys.setdefault(key, None)
        name, in_session = original(each.profile.name), original(session.name or "")
        edits.append(SaveProfile(name, keys, in_session))
        done.append(each)
    left = tuple(each for each in found if each not in done)
    return Imported(service.config.plan(edits), tuple(done), left)
