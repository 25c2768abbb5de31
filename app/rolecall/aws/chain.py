"""Credentials by botocore's own chain: what a profile gets from another program, with a web
identity, or from where the machine has some.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC
from pathlib import Path
from typing import Final

from rolecall.aws.identity import VerifyProblem, problem_of
from rolecall.aws.translate import detail
from rolecall.domain.errors import VerifyFailed
from rolecall.domain.model import Credentials, RoleCredentials, Secret
from rolecall.domain.text import safe

# The profiles that are being asked for: a program may ask rolecall for the same profile again. The
# AWS CLI has _AWS_CLI_PROFILE_CHAIN for this.
_ASKED: Final = "ROLECALL_ASKED_FOR"


def credentials_of(profile: str, config: Path, credentials: Path) -> Credentials:
    """By the files; the environment's keys do not go before them. Raises VerifyFailed."""
    import botocore.session

    with _not_again(profile):
        try:
            session = botocore.session.Session()
            session.set_config_variable("profile", profile)
            session.set_config_variable("config_file", str(config))
            session.set_config_variable("credentials_file", str(credentials))
            found = session.get_credentials()
            keys = None if found is None else found.get_frozen_credentials()
        except Exception as error:  # anything that a chain of credentials can come up with
            raise VerifyFailed(safe(profile), problem_of(error, ()), detail(error)) from None
    if keys is None or not keys.access_key or not keys.secret_key:
        raise VerifyFailed(safe(profile), VerifyProblem.NO_CREDENTIALS, "")
    ends = getattr(found, "_expiry_time", None)  # as `aws configure export-credentials` has it
    secret, account_id = Secret(keys.secret_key), getattr(keys, "account_id", None)
    token = Secret(keys.token) if keys.token else None
    if token is not None and ends is not None:
        return RoleCredentials(keys.access_key, secret, token, ends.astimezone(UTC), account_id)
    return Credentials(keys.access_key, secret, token, account_id=account_id)


@contextmanager
def _not_again(profile: str) -> Iterator[None]:
    before = os.environ.get(_ASKED, "")
    if profile in before.split("\n"):
        raise VerifyFailed(safe(profile), VerifyProblem.LOOP, "")
    os.environ[_ASKED] = f"{before}\n{profile}"
    try:
        yield
    finally:
        if before:
            os.environ[_ASKED] = before
        else:
            del os.environ[_ASKED]
