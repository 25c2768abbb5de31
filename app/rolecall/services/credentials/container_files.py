"""AWS files without credentials of the default profile, for the clients of `rolecall serve`.

A client that names no profile looks for credentials of the default profile before it asks the
container endpoint (`botocore.credentials.create_credential_resolver`; the SDK for JavaScript does
the same). With an SSO default profile it would not be the identity that is served. botocore
also looks for keys in the file of boto 2.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Final

from rolecall.domain.config.file_change import Change
from rolecall.domain.errors.file_error_reason import reason_of
from rolecall.domain.errors.file_errors import FileError, FileUnwritable
from rolecall.domain.records import dataclass
from rolecall.files.aws_config.ini_edit import delete_key
from rolecall.files.aws_config.ini_sections import DEFAULT, SectionKind
from rolecall.files.safe import atomic
from rolecall.files.safe.folders import SERVED_COPIES
from rolecall.files.safe.temporary_folder import temporary_folder
from rolecall.services.credentials.credentials import CredentialsService
from rolecall.services.credentials.old_key_files import boto_with_keys

_CREDENTIAL_KEYS: Final = (
    *("aws_access_key_id", "aws_secret_access_key", "aws_session_token", "aws_security_token"),
    *("sso_session", "sso_start_url", "sso_region", "sso_account_id", "sso_role_name"),
    *("role_arn", "source_profile", "credential_source", "web_identity_token_file"),
    *("credential_process", "login_session"),
)


@contextmanager
def container_files(
    service: CredentialsService, environ: Mapping[str, str], on_lost: Callable[[Change], None]
) -> Iterator[dict[str, str]]:
    """Yield the variables for a client's environment: none if no file has other credentials.

    The copy of ~/.aws/config in a temporary folder keeps all other settings and profiles. If the
    default profile is in ~/.aws/credentials, that file is replaced by an empty one. Writes to a
    copy would be lost: rolecall refuses them (`files.atomic`), and modes stop other programs.
    `on_lost` gets what is written anyway, for example by root. Raises FileError.
    """
    boto = {"BOTO_CONFIG": os.devnull} if boto_with_keys(environ) else {}
    if not service.default_has_credentials():
        yield boto
        return
    document = service.config.document()
    for section in document.sections:
        if section.header == DEFAULT or _is_default(section.kind, section.name):
            for key in _CREDENTIAL_KEYS:
                delete_key(section, key)
    with _folder(environ) as folder:
        config = _Copy(folder / "config", service.config.path, document.to_bytes())
        copies = {"AWS_CONFIG_FILE": config}
        if service.credentials.values("default"):
            empty = _Copy(folder / "credentials", service.credentials.path, b"")
            copies["AWS_SHARED_CREDENTIALS_FILE"] = empty
        for copy in copies.values():
            copy.write()
        folder.chmod(0o500)  # a program may write a new file and rename it
        try:
            yield boto | {variable: str(copy.path) for variable, copy in copies.items()}
        finally:
            for change in filter(None, map(_Copy.change, copies.values())):
                on_lost(change)


@contextmanager
def _folder(environ: Mapping[str, str]) -> Iterator[Path]:
    with ExitStack() as stack:
        try:
            folder = stack.enter_context(temporary_folder(SERVED_COPIES))
        except OSError as error:
            path = error.filename or environ.get("TMPDIR") or "/tmp"
            raise FileUnwritable(Path(path), reason_of(error)) from error
        yield folder


@dataclass(frozen=True, slots=True)
class _Copy:
    """A read-only copy of the file `original`."""

    path: Path
    original: Path
    data: bytes

    def write(self) -> None:
        try:
            descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400)
            with os.fdopen(descriptor, "wb") as file:
                file.write(self.data)
        except OSError as error:
            raise FileUnwritable(self.path, reason_of(error)) from error

    def change(self) -> Change | None:
        """Return what was written to it, as a change of the original; None if nothing was."""
        with suppress(FileError):
            now = atomic.read(self.path)
            if now not in (None, self.data):
                return Change(self.original, self.data, now or b"", "")
        return None


def _is_default(kind: SectionKind, name: str) -> bool:
    return kind is SectionKind.PROFILE and name == "default"
