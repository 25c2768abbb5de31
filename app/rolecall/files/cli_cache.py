"""~/.aws/cli/cache: the role credentials that the AWS CLI keeps between its runs."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from rolecall.domain.model import RoleCredentials, Secret, SsoSession
from rolecall.domain.text import original
from rolecall.domain.timestamps import write_time
from rolecall.files.json_cache import Fields, JsonFolder, moment, text

AssumeRoleArguments = Mapping[str, str | int]

_FIELDS: Final = frozenset({"ProviderType", "Credentials"})


@dataclass(frozen=True, slots=True)
class CliCache:
    """`state` is rolecall's state folder, where the locks are.

    Reading raises FileUnreadable, writing FileBusy and FileUnwritable.
    """

    folder: Path
    state: Path

    def credentials(
        self, session: SsoSession, account_id: str, permission_set: str
    ) -> RoleCredentials | None:
        return self._load(credentials_stem(session, account_id, permission_set))

    def save(
        self,
        session: SsoSession,
        account_id: str,
        permission_set: str,
        credentials: RoleCredentials,
    ) -> None:
        stem = credentials_stem(session, account_id, permission_set)
        self._save(stem, "sso", credentials, account_id)

    def assumed(self, arguments: AssumeRoleArguments) -> RoleCredentials | None:
        """What AssumeRole answered to these arguments."""
        return self._load(assumed_stem(arguments))

    def save_assumed(self, arguments: AssumeRoleArguments, credentials: RoleCredentials) -> None:
        account_id = credentials.account_id or ""
        self._save(assumed_stem(arguments), "assume-role", credentials, account_id)

    def forget(self, session: SsoSession, account_id: str, permission_set: str) -> None:
        """The files tell not whose they are: whoever signs out names what the session reached."""
        self._files.forget(credentials_stem(session, account_id, permission_set))

    def entries(self) -> list[tuple[str, RoleCredentials]]:
        """All credentials there, of any provider, with the stem of their file's name."""
        found = ((stem, read_credentials(fields)) for stem, fields in self._files.all())
        return [(stem, credentials) for stem, credentials in found if credentials is not None]

    def files(self) -> list[Path]:
        return self._files.paths()

    def broken(self) -> list[Path]:
        """The files that no client can read."""
        return self._files.broken()

    def _load(self, stem: str) -> RoleCredentials | None:
        fields = self._files.load(stem)
        return None if fields is None else read_credentials(fields)

    def _save(
        self, stem: str, provider: str, credentials: RoleCredentials, account_id: str
    ) -> None:
        fields: Fields = {
            "ProviderType": provider,
            "Credentials": {
                "AccessKeyId": credentials.access_key_id,
                "SecretAccessKey": credentials.secret_access_key.reveal(),
                "SessionToken": credentials.session_token.reveal(),
                "Expiration": write_time(credentials.expires_at),
                "AccountId": account_id,
            },
        }
        self._files.save(stem, fields, _FIELDS)

    @property
    def _files(self) -> JsonFolder:
        return JsonFolder(self.folder, self.state)


def assumed_stem(arguments: AssumeRoleArguments) -> str:
    """The CLI's key (`botocore.credentials.BaseAssumeRoleCredentialFetcher._create_cache_key`).

    `arguments` are AssumeRole's, without a session name that nobody has chosen.
    """
    text = json.dumps(dict(arguments), sort_keys=True)
    return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()


def credentials_stem(session: SsoSession, account_id: str, permission_set: str) -> str:
    """The CLI's key (`botocore.credentials.SSOCredentialFetcher._create_cache_key`)."""
    key = {"accountId": account_id, "roleName": original(permission_set)}
    if session.name is None:
        key["startUrl"] = original(session.start_url)
    else:
        key["sessionName"] = original(session.name)
    text = json.dumps(key, sort_keys=True, separators=(",", ":"))
    return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()


def read_credentials(fields: Fields) -> RoleCredentials | None:
    inner = fields.get("Credentials")
    if not isinstance(inner, dict):
        return None
    key_id, secret = text(inner, "AccessKeyId"), text(inner, "SecretAccessKey")
    token, expires_at = text(inner, "SessionToken"), moment(inner, "Expiration")
    if key_id is None or secret is None or token is None or expires_at is None:
        return None
    assumed = fields.get("AssumedRoleUser")
    return RoleCredentials(
        access_key_id=key_id,
        secret_access_key=Secret(secret),
        session_token=Secret(token),
        expires_at=expires_at,
        account_id=text(inner, "AccountId"),
        arn=text(assumed, "Arn") if isinstance(assumed, dict) else None,
    )
