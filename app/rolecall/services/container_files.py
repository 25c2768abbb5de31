"""AWS files without credentials of the default profile, for the clients of `rolecall serve`.

A client that names no profile looks for credentials of the default profile before it asks the
container endpoint (`botocore.credentials.create_credential_resolver`; the SDK for JavaScript does
the same). With an SSO default profile it would be another identity than the served one. botocore
also looks for keys in the file of boto 2.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from rolecall.domain.errors import FileError
from rolecall.files import atomic
from rolecall.files.fast import paths
from rolecall.files.ini import DEFAULT, Document, SectionKind
from rolecall.files.ini_edit import delete_key
from rolecall.files.temporary_folder import temporary_folder
from rolecall.services.credentials import CredentialsService

_CREDENTIAL_KEYS: Final = (
    *("aws_access_key_id", "aws_secret_access_key", "aws_session_token", "aws_security_token"),
    *("sso_session", "sso_start_url", "sso_region", "sso_account_id", "sso_role_name"),
    *("role_arn", "source_profile", "credential_source", "web_identity_token_file"),
    *("credential_process", "login_session"),
)


@contextmanager
def container_files(
    service: CredentialsService, environ: Mapping[str, str]
) -> Iterator[dict[str, str]]:
    """Yield the variables for a client's environment: none if no file has other credentials.

    The copy of ~/.aws/config in a temporary folder keeps all other settings and profiles. If the
    default profile is in ~/.aws/credentials, that file is replaced by an empty one. Raises
    FileError.
    """
    boto = {"BOTO_CONFIG": os.devnull} if _boto_has_keys(environ) else {}
    if not service.default_has_credentials():
        yield boto
        return
    document = service.config.document()
    for section in document.sections:
        if section.header == DEFAULT or _is_default(section.kind, section.name):
            for key in _CREDENTIAL_KEYS:
                delete_key(section, key)
    with temporary_folder("serve") as folder:
        config = folder / "config"
        atomic.write(config, document.to_bytes())
        variables = boto | {"AWS_CONFIG_FILE": str(config)}
        if service.credentials.values("default"):
            credentials = folder / "credentials"
            atomic.write(credentials, b"")
            variables["AWS_SHARED_CREDENTIALS_FILE"] = str(credentials)
        yield variables


def _is_default(kind: SectionKind, name: str) -> bool:
    return kind is SectionKind.PROFILE and name == "default"


def _boto_has_keys(environ: Mapping[str, str]) -> bool:
    """Whether the file of boto 2 has keys (`botocore.credentials.BotoProvider`)."""
    for path in map(Path, paths.boto(environ)):
        with suppress(FileError):  # botocore then refuses every call
            document = Document.parse(atomic.read(path) or b"", path)
            found = [each for each in document.sections if each.header == "Credentials"]
            if any("aws_access_key_id" in document.defaults | each.values for each in found):
                return True
    return False
