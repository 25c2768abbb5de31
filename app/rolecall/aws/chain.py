"""Credentials through botocore's own chain: from another program, with a web identity, or from the
machine.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, Final

from rolecall.aws import credential_programs
from rolecall.aws.clock_skew import ClockSkew
from rolecall.aws.identity import VerifyProblem, failure
from rolecall.domain.errors import VerifyFailed
from rolecall.domain.model import Credentials, keys_of
from rolecall.domain.text import safe
from rolecall.domain.timestamps import with_room

# Names the profiles in progress for the program that a profile gets its credentials from, because
# the program may ask rolecall for the same profile again. It is set for that program only: other
# calls of this process are not part of the loop. The AWS CLI uses _AWS_CLI_PROFILE_CHAIN for this.
_IN_PROGRESS: Final = "ROLECALL_ASKED_FOR"


def credentials_of(
    profile: str,
    config: Path,
    credentials: Path,
    *,
    assumes_role: bool = False,
    may_read: bool = False,
    has_terminal: bool = True,
) -> Credentials:
    """Return the credentials from the files, not from the environment. Raises VerifyFailed.

    Its `role_arn` has no effect unless it `assumes_role`; with a web identity, it always has one.
    Unless a program for credentials `may_read` the standard input, that is empty for it. Unless it
    `has_terminal`, it cannot ask at all.
    """
    import botocore.session
    from botocore.credentials import AssumeRoleProvider, ProcessProvider

    before = os.environ.get(_IN_PROGRESS, "")
    if profile in before.split("\n"):
        raise VerifyFailed(safe(profile), VerifyProblem.LOOP, "")
    environ = os.environ | {_IN_PROGRESS: f"{before}\n{profile}"}
    stdin = None if may_read else subprocess.DEVNULL
    popen: Callable[..., Any] = partial(subprocess.Popen, env=environ, stdin=stdin)
    if not has_terminal:
        popen = partial(credential_programs.start, env=environ)
    skew = ClockSkew(partial(datetime.now, UTC))
    try:
        session = botocore.session.Session()
        events: Any = session.get_component("event_emitter")
        events.register("after-call", skew.measure)
        session.set_config_variable("profile", profile)
        session.set_config_variable("config_file", str(config))
        session.set_config_variable("credentials_file", str(credentials))
        chain = session.get_component("credential_provider")
        if not assumes_role:
            chain.remove(AssumeRoleProvider.METHOD)
        program = ProcessProvider(profile, lambda: session.full_config, popen=popen)
        chain.insert_before(ProcessProvider.METHOD, program)
        found = session.get_credentials()
        keys = None if found is None else found.get_frozen_credentials()
    except Exception as error:  # a credential chain can raise anything
        raise failure(safe(profile), error, (), skew) from None
    if keys is None or not keys.access_key or not keys.secret_key:
        raise VerifyFailed(safe(profile), VerifyProblem.NO_CREDENTIALS, "")
    expires_at = getattr(found, "_expiry_time", None)  # as `aws configure export-credentials` does
    end = None if expires_at is None else with_room(expires_at)
    account_id = getattr(keys, "account_id", None)
    return keys_of(keys.access_key, keys.secret_key, keys.token, end, account_id)
