"""Account access manager: the roles of the user, and their credentials.

botocore's model of `account-access-runtime` says which errors there are, but not how a token
without the scopes or a wrong tenant is refused. So other answers of AWS explain a refusal.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC
from enum import StrEnum
from functools import partial
from typing import Any, Final

from rolecall.aws.call import call
from rolecall.aws.pages import PAGE_SIZE, CallPolicy, once, pages_of
from rolecall.aws.translate import Meanings
from rolecall.domain.access_role import RoleOptions, Tenant, arn_of, read_arn
from rolecall.domain.errors.role_errors import RoleRefused, TenantUnknown, TokenLacksScopes
from rolecall.domain.model import (
    AccessToken,
    Account,
    Assignment,
    PermissionSet,
    RoleCredentials,
    Secret,
)
from rolecall.domain.text import safe

_PAGES_READ: Final = 20  # to find out why a role was denied


class RoleProblem(StrEnum):
    """Why account access manager does not give a role (`RoleRefused.problem`)."""

    DENIED = "denied"  # for one of the next two reasons
    NOT_ASSIGNED = "not-assigned"
    TRUST_POLICY = "trust-policy"
    DURATION = "duration"


class AccountAccess:
    """The account access manager of one session. All methods raise ServiceError.

    `session` is the name of the sso-session. TokenLacksScopes also stands for a token that is not
    valid: account access manager answers both in the same way.
    """

    def __init__(self, client: Any, session: str, tenant: Tenant) -> None:
        self._client = client
        self._tenant = tenant
        lacks_scopes = partial(TokenLacksScopes, session)
        self._tenant_unknown = partial(TenantUnknown, tenant.id, tenant.region, session)
        self._meanings: dict[str, Any] = {
            "UnauthorizedException": lacks_scopes,
            "AccessDeniedException": lacks_scopes,
        }

    def roles(
        self, token: AccessToken, call_policy: CallPolicy = once
    ) -> Iterator[list[Assignment]]:
        """Yield pages of roles, each role once. `call_policy` makes each call.

        Raises TokenLacksScopes, TenantUnknown.
        """
        seen: set[tuple[str, str]] = set()
        names: dict[str, PermissionSet] = {}  # equal names are one object: there are few
        bearer = token.value.reveal()

        def ask(more: dict[str, Any]) -> tuple[list[Any], str | None]:
            answer = self._client.list_roles(
                accessToken=bearer, tenantId=self._tenant.id, maxResults=PAGE_SIZE, **more
            )
            return answer["roles"], answer.get("nextToken")

        # Only the first page says something about the tenant.
        of_first: Meanings = {"ValidationException": self._tenant_unknown}
        for roles in pages_of(
            self._client, "ListRoles", ask, self._meanings, call_policy, of_first=of_first
        ):
            new = []
            for each in roles:
                account_id, name = read_arn(str(each.get("roleArn"))) or ("", "")
                if name and (account_id, name) not in seen:
                    seen.add((account_id, name))
                    account = Account(account_id, safe(each.get("accountName") or ""), "")
                    new.append(Assignment(account, names.setdefault(name, PermissionSet(name))))
            yield new

    def role_credentials(
        self,
        token: AccessToken,
        account_id: str,
        name: str,
        options: RoleOptions,
        call_policy: CallPolicy | None = None,
    ) -> RoleCredentials:
        """Return the credentials of a role.

        `call_policy` makes the call; without one, it is repeated a few times. Raises
        TokenLacksScopes, RoleRefused, TenantUnknown.
        """
        asked: dict[str, Any] = {}
        if options.session_name:
            asked["sessionName"] = options.session_name
        if options.duration:
            asked["sessionDuration"] = options.duration
        refused = partial(RoleRefused, account_id, safe(name))
        too_long = partial(refused, RoleProblem.DURATION, str(options.duration))
        meanings = self._meanings | {
            "AccessDeniedException": partial(refused, RoleProblem.DENIED),
            "ValidationException": too_long if options.duration else self._tenant_unknown,
        }

        def ask() -> RoleCredentials:
            keys = self._client.get_role_credentials(
                accessToken=token.value.reveal(),
                tenantId=self._tenant.id,
                roleArn=arn_of(self._tenant, account_id, name),
                accessType="PROGRAMMATIC_ACCESS",
                **asked,
            )["credentialsDetails"]["programmaticAccess"]
            return RoleCredentials(
                access_key_id=keys["accessKeyId"],
                secret_access_key=Secret(keys["secretAccessKey"]),
                session_token=Secret(keys["sessionToken"]),
                expires_at=keys["expiresAt"].astimezone(UTC),
                account_id=account_id,
            )

        if call_policy is None:
            return call(self._client, "GetRoleCredentials", ask, meanings)
        return call_policy(
            partial(call, self._client, "GetRoleCredentials", ask, meanings, tries=1)
        )

    def check_tenant(self, token: AccessToken) -> None:
        """Raise TenantUnknown if the tenant is wrong: AWS refuses a duration with the same code."""
        next(self.roles(token), None)

    def why_denied(self, token: AccessToken, account_id: str, name: str) -> RoleProblem:
        """Return why the credentials of a role were denied: a role that is listed is assigned.

        Only the first pages are read. Raises TokenLacksScopes, TenantUnknown.
        """
        for number, roles in enumerate(self.roles(token), start=1):
            if any(each.key == (account_id, name) for each in roles):
                return RoleProblem.TRUST_POLICY
            if number == _PAGES_READ:
                return RoleProblem.DENIED
        return RoleProblem.NOT_ASSIGNED
