"""Which of its keys give a profile its credentials."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from enum import Enum
from typing import Final


class ProfileKind(Enum):
    """How a profile gets its credentials."""

    SSO = "sso"  # sso_session, sso_account_id, sso_role_name
    SSO_LEGACY = "sso-legacy"  # sso_start_url, … in the profile itself
    ROLE = "role"  # role_arn with source_profile or credential_source
    STATIC = "static"  # keys
    PROCESS = "process"  # credential_process
    WEB_IDENTITY = "web-identity"
    LOGIN = "login"  # login_session: see `domain.login_session`
    PLAIN = "plain"  # settings only, or a session for tokens only


SSO: Final = frozenset({ProfileKind.SSO, ProfileKind.SSO_LEGACY})

SSO_ROLE_KEYS: Final = ("sso_account_id", "sso_role_name")
_STATIC_KEYS: Final = ("aws_access_key_id", "aws_secret_access_key")
_AFTER_SSO: Final = (
    ("login_session", ProfileKind.LOGIN),
    ("credential_process", ProfileKind.PROCESS),
    ("aws_access_key_id", ProfileKind.STATIC),
)


def has_static_keys(values: Collection[str]) -> bool:
    """Return whether a source profile with these keys assumes no role, as botocore's
    `AssumeRoleProvider._has_static_credentials` does.
    """
    return any(key in values for key in _STATIC_KEYS)


def legacy_start_url(values: Mapping[str, str]) -> str | None:
    """Return the start URL of a profile that has a session without an sso-session; None if it has
    none. The session is for the credentials of the profile, or for tokens only.
    """
    return None if "sso_session" in values else values.get("sso_start_url")


def kind_of(values: Mapping[str, str], stored: Collection[str] = ()) -> ProfileKind:
    """Return the kind of a profile with these keys, in the order of botocore.

    `stored` are those of its keys that ~/.aws/credentials has. The order is that of
    `credentials.create_credential_resolver` and its `ProfileProviderBuilder`; a session or a start
    URL alone is not a source (`SSOProvider._PROFILE_REQUIRED_CONFIG_VARS`).
    """
    if "web_identity_token_file" in values:
        return ProfileKind.WEB_IDENTITY
    if "role_arn" in values:
        return ProfileKind.ROLE
    if any(key in values for key in SSO_ROLE_KEYS):
        return ProfileKind.SSO if "sso_session" in values else ProfileKind.SSO_LEGACY
    if "aws_access_key_id" in stored:
        return ProfileKind.STATIC
    return next((kind for key, kind in _AFTER_SSO if key in values), ProfileKind.PLAIN)
