"""The nouns of IAM Identity Center, its tokens and the AWS files.

Every time is an aware UTC datetime. Names from AWS or from a file have been through `text.safe`;
`text.original` returns what they were.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Final, NoReturn

from rolecall.domain import access_role
from rolecall.domain.access_role import NO_OPTIONS, RoleOptions, Tenant
from rolecall.domain.account_access import TENANT_KEY
from rolecall.domain.arns import account_in
from rolecall.domain.errors import VerifyFailed
from rolecall.domain.login_session import KEY
from rolecall.domain.partitions import role_arn
from rolecall.domain.profile_kind import SSO, ProfileKind, has_static_keys
from rolecall.domain.records import dataclass, field
from rolecall.domain.text import original, safe

if TYPE_CHECKING:
    from rolecall.domain.link import Link

# The scope that a token needs to list accounts and to be renewed:
# https://docs.aws.amazon.com/singlesignon/latest/userguide/customermanagedapps-saml2-oauth2.html
ACCOUNT_ACCESS_SCOPE: Final = "sso:account:access"


class Secret:
    """A value that is shown only by an explicit call of `reveal()`."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """Return the value, for a call or a file; never for a text."""
        return self._value

    def __repr__(self) -> str:
        return "Secret(…)"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        return hash(self._value)

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret is not pickled")


@dataclass(frozen=True, slots=True)
class SsoSession:
    """An `[sso-session NAME]`, or the start URL of a legacy profile.

    `name` is None for a legacy one (`sso_start_url` in the profile itself). `start_url` is exactly
    as written, because the AWS CLI names its cache file after it. `scopes` is None without the key
    sso_registration_scopes, and empty if the key is. `tenant` is the account access manager whose
    roles a sign-in gives access to as well; its scopes are then among `scopes`. `uses_device_code`
    is sso_use_device_code.
    """

    name: str | None
    start_url: str
    region: str
    scopes: tuple[str, ...] | None = (ACCOUNT_ACCESS_SCOPE,)
    tenant: Tenant | None = None
    uses_device_code: bool = field(default=False, compare=False)

    @property
    def cache_key(self) -> str:
        """The text whose SHA-1 is the name of the AWS CLI's token file."""
        return self.start_url if self.name is None else self.name

    @property
    def label(self) -> str:
        """The name on screen."""
        return short_start_url(self.start_url) if self.name is None else self.name

    def role_arn(self, account_id: str, permission_set: str) -> str:
        """Return the ARN of a role. That of a permission set is for policies: it ends with `*`."""
        if access_role.is_role(permission_set) and self.tenant is not None:
            return access_role.arn_of(self.tenant, account_id, permission_set)
        return role_arn(self.region, account_id, permission_set)


def sso_session_of(name: str, values: Mapping[str, str]) -> SsoSession:
    """Return the session that a section `[sso-session NAME]` with these values is."""
    scopes = values.get("sso_registration_scopes")
    asked = None if scopes is None else read_scopes(scopes)
    tenant = access_role.tenant_of(values.get(TENANT_KEY, ""))
    return SsoSession(
        name=safe(name),
        start_url=safe(values.get("sso_start_url", "")),
        region=safe(values.get("sso_region", "")),
        scopes=asked if tenant is None else with_tenant_scopes(asked),
        tenant=tenant,
        uses_device_code=values.get("sso_use_device_code", "").strip().lower() == "true",
    )


def with_tenant_scopes(scopes: tuple[str, ...] | None) -> tuple[str, ...]:
    """Return the scopes with those of account access manager."""
    return tuple(dict.fromkeys((*(scopes or (ACCOUNT_ACCESS_SCOPE,)), *access_role.SCOPES)))


def read_scopes(value: str) -> tuple[str, ...]:
    """Read sso_registration_scopes (AWS CLI: `sso.utils.parse_sso_registration_scopes`)."""
    return tuple(filter(None, (scope.strip() for scope in value.split(","))))


def short_start_url(start_url: str) -> str:
    """Return the identifying part: `d-1234567890.awsapps.com`, with the path if it has one."""
    short = start_url.partition("://")[2].rstrip("/#").removesuffix("/start")
    return short or start_url


@dataclass(frozen=True, slots=True)
class Account:
    """An AWS account."""

    id: str
    name: str
    email: str


@dataclass(frozen=True, slots=True)
class PermissionSet:
    """A permission set of an Identity Center, or a role of account access manager.

    The name of a role has its path, `role/ops/Deployer` (see `domain.access_role`).
    """

    name: str

    @property
    def is_role(self) -> bool:
        return access_role.is_role(self.name)


@dataclass(frozen=True, slots=True)
class Assignment:
    """A permission set that is assigned to the user in an account."""

    account: Account
    permission_set: PermissionSet

    @property
    def key(self) -> tuple[str, str]:
        return self.account.id, self.permission_set.name


@dataclass(frozen=True, slots=True)
class ClientRegistration:
    """The registration of this client, which gets and renews tokens."""

    client_id: str
    client_secret: Secret
    expires_at: datetime
    scopes: tuple[str, ...] | None = None
    grant_types: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class AccessToken:
    """The token that the portal accepts, in the fields that the AWS CLI stores."""

    start_url: str
    region: str
    value: Secret
    expires_at: datetime
    refresh_token: Secret | None = None
    registration: ClientRegistration | None = None


@dataclass(frozen=True, slots=True)
class Credentials:
    """Keys that sign calls to AWS. Long-lived keys have no session token and do not expire.

    Without `expires_at`, keys with a session token expire at an unknown time.
    """

    access_key_id: str
    secret_access_key: Secret
    session_token: Secret | None = None
    expires_at: datetime | None = None
    account_id: str | None = None


@dataclass(frozen=True, slots=True)
class RoleCredentials(Credentials):
    """Short-term credentials of one role in one account."""

    session_token: Secret
    expires_at: datetime
    arn: str | None = None


def keys_of(
    access_key_id: str,
    secret_access_key: str,
    session_token: str | None,
    expires_at: datetime | None,
    account_id: str | None,
) -> Credentials:
    """Return keys that a file or a program has. Without a session token, they may expire too."""
    secret = Secret(secret_access_key)
    if not session_token:
        return Credentials(access_key_id, secret, None, expires_at, account_id)
    token = Secret(session_token)
    if expires_at is None:
        return Credentials(access_key_id, secret, token, None, account_id)
    return RoleCredentials(access_key_id, secret, token, expires_at, account_id)


@dataclass(frozen=True, slots=True)
class LoginSession:
    """A login session, as it is in its file: see `domain.login_session`.

    `arn` is the login_session of profiles. `sign_in_region` is empty in the files of older clients:
    then it is the region of the profile. `ends_at` is the latest moment at which the keys may be
    renewed; None if the file does not say when the session began.
    """

    arn: str
    keys: RoleCredentials
    client_id: str
    refresh_token: Secret
    dpop_key: Secret
    id_token: Secret | None = None
    token_type: str = "aws_sigv4"
    sign_in_region: str = ""
    ends_at: datetime | None = None

    def may_renew(self, now: datetime) -> bool:
        """Whether the session may still give new keys, according to its file."""
        return self.ends_at is None or now < self.ends_at


@dataclass(frozen=True, slots=True)
class DeviceCode:
    """What a user needs to approve a sign-in on another device (RFC 8628 §3.2).

    `link` is the page that asks for the code, with the code in it. `lifetime` and `interval` are in
    seconds from the time of the answer.
    """

    user_code: str
    device_code: Secret
    link: Link
    lifetime: int
    interval: int


@dataclass(frozen=True, slots=True)
class Identity:
    """The caller's identity according to AWS (STS GetCallerIdentity).

    `method` is botocore's name for the source of the credentials: `env`, `sso`, `assume-role`, …
    """

    account_id: str
    arn: str
    user_id: str
    method: str = ""


VerifyResult = Identity | VerifyFailed


@dataclass(frozen=True, slots=True)
class Profile:
    """A profile as the clients read it: of ~/.aws/config, or `only_in_credentials`.

    The account ID of a login session is that of the identity. If its `credential_process` is
    rolecall's for a role of account access manager, `session_name`, `account_id`, `permission_set`
    and `role_options` are those of the role. `lines` are the lines of its section and of the
    comments above it, from 1; `settings` has all keys. `overridden` has the keys that
    ~/.aws/credentials sets for a profile of the config, with what the config says: it has no
    effect.
    """

    name: str
    kind: ProfileKind
    session_name: str | None = None
    start_url: str | None = None
    sso_region: str | None = None
    account_id: str | None = None
    permission_set: str | None = None
    region: str | None = None
    output: str | None = None
    role_options: RoleOptions = NO_OPTIONS
    lines: range = range(0)
    only_in_credentials: bool = False
    settings: dict[str, str] = field(default_factory=dict, compare=False, repr=False)
    overridden: dict[str, str | None] = field(default_factory=dict, compare=False, repr=False)

    @property
    def values(self) -> dict[str, str]:
        """The settings as they are in the files, not made safe."""
        return {key: original(value) for key, value in self.settings.items()}

    @property
    def is_sso(self) -> bool:
        """Whether its credentials come from a sign-in at an access portal."""
        return self.kind in SSO

    @property
    def is_access_role(self) -> bool:
        """Whether its credentials are those of a role of account access manager."""
        return self.kind is ProfileKind.PROCESS and self.target is not None

    @property
    def login_session(self) -> str | None:
        """The ARN of the identity whose login session gives its credentials, else None."""
        return self.settings.get(KEY) if self.kind is ProfileKind.LOGIN else None

    @property
    def account_of_role(self) -> str:
        """The account of the role that the profile assumes; empty if it assumes none."""
        is_role = self.kind in {ProfileKind.ROLE, ProfileKind.WEB_IDENTITY}
        return account_in(self.settings.get("role_arn", "")) if is_role else ""

    @property
    def acts_in(self) -> str:
        """The account that its credentials are for; empty if it is unknown."""
        return self.account_of_role or self.account_id or ""

    @property
    def source(self) -> str | None:
        """The source profile of a role, else None."""
        return self.settings.get("source_profile") if self.kind is ProfileKind.ROLE else None

    def source_in(self, by_name: Mapping[str, Profile]) -> Profile | None:
        """Return the source profile of a role; None if it has none, or if it is not there."""
        return None if self.source is None else by_name.get(self.source)

    def chain_in(self, by_name: Mapping[str, Profile]) -> list[Profile]:
        """Return the profile and its chain of sources. The last one has the credentials.

        A source with its own keys ends a chain (`botocore.credentials.AssumeRoleProvider`).
        """
        found = [self]
        while (source := found[-1].source_in(by_name)) is not None and source not in found:
            found.append(source)
            if has_static_keys(source.settings):
                break
        return found

    @property
    def target(self) -> tuple[str, str] | None:
        """The account ID and the permission set or role; None if it does not name both."""
        if self.account_id and self.permission_set:
            return self.account_id, self.permission_set
        return None

    def in_config(self, key: str) -> str | None:
        """Return what ~/.aws/config says about the key, None if nothing."""
        return self.overridden.get(key, self.settings.get(key))

    def points_at(self, account_id: str, permission_set: str) -> bool:
        """Return whether the profile is for this permission set in this account."""
        return self.account_id == account_id and self.permission_set == permission_set

    def is_of(self, session: SsoSession) -> bool:
        """Return whether the profile uses this session."""
        if session.name is not None:
            return self.session_name == session.name
        return self.session_name is None and self.start_url == session.start_url

    def signs_in_to(self, session: SsoSession) -> bool:
        """Return whether its credentials come from this session. It may be for tokens only."""
        return (self.is_sso or self.is_access_role) and self.is_of(session)
