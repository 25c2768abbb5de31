"""~/.aws/cli/cache: the role credentials that the AWS CLI keeps between runs."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Final

from rolecall.domain.access_role import NO_OPTIONS, RoleOptions
from rolecall.domain.model import RoleCredentials, SsoSession
from rolecall.domain.text import original
from rolecall.domain.timestamps import write_time
from rolecall.files.caches.json_cache import JsonCache, role_credentials
from rolecall.files.json_fields import OF_ROLE, Fields, keys_of, text

AssumeRoleArguments = Mapping[str, str | int]

_ARGUMENTS: Final = {
    "role_session_name": "RoleSessionName",
    "external_id": "ExternalId",
    "mfa_serial": "SerialNumber",
}
_FIELDS: Final = frozenset({"ProviderType", "Credentials", "AssumedRoleUser"})


class CliCache(JsonCache):
    """The role credentials of all clients that use this cache."""

    __slots__ = ()

    def credentials(
        self,
        session: SsoSession,
        account_id: str,
        permission_set: str,
        options: RoleOptions = NO_OPTIONS,
    ) -> RoleCredentials | None:
        """Return the credentials of a permission set; None if there are none, or broken ones."""
        return self._load(credentials_stem(session, account_id, permission_set, options))

    def save(
        self,
        session: SsoSession,
        account_id: str,
        permission_set: str,
        credentials: RoleCredentials,
        options: RoleOptions = NO_OPTIONS,
    ) -> None:
        stem = credentials_stem(session, account_id, permission_set, options)
        self._save(stem, "sso", credentials, account_id)

    def assumed(self, arguments: AssumeRoleArguments) -> RoleCredentials | None:
        """Return the answer of AssumeRole to these arguments; None if there is none."""
        return self._load(assumed_stem(arguments))

    def save_assumed(self, arguments: AssumeRoleArguments, credentials: RoleCredentials) -> None:
        account_id = credentials.account_id or ""
        self._save(assumed_stem(arguments), "assume-role", credentials, account_id)

    def forget(self, stem: str) -> None:
        """Delete the file with this stem, if there is one.

        A file does not name its session, so a sign-out calls this for each role.
        """
        self._files.forget(stem)

    def entries(self) -> list[tuple[str, RoleCredentials]]:
        """Return all credentials, of any provider, with the stem of the file's name."""
        found = ((stem, read_credentials(fields)) for stem, fields in self._files.all())
        return [(stem, credentials) for stem, credentials in found if credentials is not None]

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
        if credentials.arn is not None:
            fields["AssumedRoleUser"] = {"Arn": credentials.arn}
        self._files.save(stem, fields, _FIELDS)


def assume_role_arguments(settings: Mapping[str, str]) -> AssumeRoleArguments:
    """Return the arguments of AssumeRole for the settings of a profile with a role_arn.

    The rule is `botocore.credentials.AssumeRoleProvider`.
    """
    arguments: dict[str, str | int] = {"RoleArn": settings["role_arn"]}
    arguments |= {new: settings[key] for key, new in _ARGUMENTS.items() if key in settings}
    if (duration := settings.get("duration_seconds", "")).isdecimal():
        arguments["DurationSeconds"] = int(duration)
    return arguments


def assumed_stem(arguments: AssumeRoleArguments) -> str:
    """Return the stem of the file in which the CLI caches the answer of AssumeRole.

    `arguments` are those of the call, without a generated session name. The rule is
    `botocore.credentials.BaseAssumeRoleCredentialFetcher._create_cache_key`.
    """
    text = json.dumps(dict(arguments), sort_keys=True)
    return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()


def credentials_stem(
    session: SsoSession, account_id: str, permission_set: str, options: RoleOptions = NO_OPTIONS
) -> str:
    """Return the stem of the file in which the CLI caches a permission set's credentials.

    The rule is `botocore.credentials.SSOCredentialFetcher._create_cache_key`. Roles of account
    access manager follow it too; the options of a role are a part of the key if it has any.
    """
    key = {"accountId": account_id, "roleName": original(permission_set)}
    if session.name is None:
        key["startUrl"] = original(session.start_url)
    else:
        key["sessionName"] = original(session.name)
    if options != NO_OPTIONS:
        key |= {"roleSessionName": options.session_name, "duration": str(options.duration)}
    text = json.dumps(key, sort_keys=True, separators=(",", ":"))
    return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()


def read_credentials(fields: Fields) -> RoleCredentials | None:
    """Return the credentials in a file; None if a member is missing or unreadable."""
    keys, assumed = keys_of(fields.get("Credentials"), OF_ROLE), fields.get("AssumedRoleUser")
    if keys is None:
        return None
    arn = text(assumed, "Arn") if isinstance(assumed, dict) else None
    return role_credentials(keys, keys.account_id, arn)
