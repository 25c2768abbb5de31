"""Find out which credentials have expired if AWS says that those of a profile have."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Final

from rolecall.aws.identity import EXPIRED_CODES, VerifyProblem
from rolecall.domain.config.config import Config
from rolecall.domain.errors import CredentialsExpired, RequestRejected, RolecallError, VerifyFailed
from rolecall.domain.model import Profile
from rolecall.domain.profile_kind import ProfileKind
from rolecall.domain.text import original


class ExpiredKind(StrEnum):
    """What has expired (`CredentialsExpired.problem`)."""

    IN_CREDENTIALS = "credentials"
    IN_CONFIG = "config"
    ENVIRONMENT = "environment"
    PROCESS = "process"
    WEB_IDENTITY = "web-identity"
    LOGIN = "login"


# A profile of another kind gets new credentials with each try.
_BY_KIND: Final = {
    ProfileKind.STATIC: ExpiredKind.IN_CONFIG,
    ProfileKind.PROCESS: ExpiredKind.PROCESS,
    ProfileKind.WEB_IDENTITY: ExpiredKind.WEB_IDENTITY,
    ProfileKind.LOGIN: ExpiredKind.LOGIN,
}


def name_expired(
    failed: VerifyFailed,
    chain: Sequence[Profile],
    config: Config,
    stored: Mapping[str, Mapping[str, str]],
) -> None:
    """Set the cause if AWS says that credentials have expired.

    `chain` is the profile with its sources, `stored` are the sections of ~/.aws/credentials.
    """
    if failed.problem == VerifyProblem.CREDENTIALS_EXPIRED and chain:
        base = chain[-1]
        if kind := _kind_of(base, config, stored.get(original(base.name), {})):
            failed.cause = CredentialsExpired(base.name, kind, failed.detail)


def why_rejected(
    rejected: RequestRejected,
    name: str,
    source: Profile,
    config: Config,
    stored: Mapping[str, Mapping[str, str]],
) -> RolecallError:
    """Return the error of a profile if AWS refuses to let its source assume its role: VerifyFailed
    if the credentials of the source have expired, as in `whoami`.
    """
    if rejected.code not in EXPIRED_CODES:
        return rejected
    failed = VerifyFailed(name, VerifyProblem.CREDENTIALS_EXPIRED, rejected.detail)
    name_expired(failed, [source], config, stored)
    return failed


def _kind_of(base: Profile, config: Config, stored: Mapping[str, str]) -> ExpiredKind | None:
    if base.kind is ProfileKind.ROLE and "credential_source" in base.settings:
        is_environment = base.settings["credential_source"] == "Environment"
        return ExpiredKind.ENVIRONMENT if is_environment else None
    found = _BY_KIND.get(config.without_role(base, stored).kind)
    is_stored = found is ExpiredKind.IN_CONFIG and "aws_access_key_id" in stored
    return ExpiredKind.IN_CREDENTIALS if is_stored else found
