"""Create a home directory for the demo, so that the files of the user are not used."""

from __future__ import annotations

import errno
import os
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from string import Template
from typing import Final

from rolecall.demo.organisation import Organisation, organisation_of
from rolecall.domain.access_role import Tenant
from rolecall.domain.account_access import TENANT_KEY
from rolecall.domain.model import ACCOUNT_ACCESS_SCOPE, with_tenant_scopes
from rolecall.domain.timestamps import write_time

SESSION: Final = "demo"

_CONFIG: Final = Template("""\
# The files of rolecall's demo. Your own files are not used.

[default]
region = $region
output = json

[sso-session $session]
sso_start_url = $start_url
sso_region = $region
sso_registration_scopes = $scopes
$tenant
# Saved last week.
[profile $slug-readonly]
sso_session = $session
sso_account_id = $account_id
sso_role_name = $permission_set
region = $region

# A role in the same account, assumed through the profile above.
[profile deploy]
role_arn = arn:aws:iam::$account_id:role/Deployer
source_profile = $slug-readonly
role_session_name = demo
region = eu-central-1

# Keys from another program.
[profile vault]
credential_process = /opt/vault/bin/aws-credentials --role ci
region = us-east-1
output = table
""")
_CREDENTIALS: Final = Template("""\
# Pasted from the access portal. These keys expire.
[pasted-sandbox]
aws_access_key_id = ASIAIOSFODNN7EXAMPLE
aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY
aws_session_token = IQoJb3JpZ2luX2VjEXAMPLETOKEN
x_security_token_expires = $expires
""")


def create_home(
    home: Path,
    start_url: str,
    region: str,
    organisation: Organisation,
    *,
    now: datetime | None = None,
    tenant: Tenant | None = None,
) -> None:
    """Write ~/.aws/config and ~/.aws/credentials into a new home (0700, files 0600).

    There are no tokens: a new demo starts signed out. Raises FileExistsError if one of the two
    exists; then nothing is written.
    """
    now = now or datetime.now(UTC)
    # The second account, because new users are shown how to save the first, `audit`.
    account = (*organisation.accounts, *organisation_of(2).accounts)[1]
    words = {
        "region": region,
        "session": SESSION,
        "start_url": start_url,
        "scopes": ",".join(with_tenant_scopes(None) if tenant else (ACCOUNT_ACCESS_SCOPE,)),
        "tenant": f"{TENANT_KEY} = {tenant.address}\n" if tenant else "",
        "slug": re.sub("[^a-z0-9]+", "-", account.name.lower()).strip("-") or "saved",
        "account_id": account.id,
        "permission_set": ("AWSReadOnlyAccess", *organisation.permission_sets(account.id))[-1],
        "expires": write_time(now + timedelta(minutes=42)),
    }
    folder = home / ".aws"
    texts = {folder / "config": _CONFIG, folder / "credentials": _CREDENTIALS}
    for path in texts:
        if path.exists():
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path))
    for directory in (home, folder):
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    for path, text in texts.items():
        _write(path, text.substitute(words))


def _write(path: Path, text: str) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
