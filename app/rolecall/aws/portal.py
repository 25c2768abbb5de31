"""The access portal: accounts, permission sets, role credentials, signing out.

https://docs.aws.amazon.com/singlesignon/latest/PortalAPIReference/welcome.html
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from rolecall.aws.call import call
from rolecall.aws.hosts import host_of
from rolecall.aws.pages import PAGE_SIZE, CallPolicy, once, pages_of
from rolecall.aws.sign_in import SignInProblem
from rolecall.aws.translate import AnswerProblem
from rolecall.domain.errors import NoAssignment, ServiceError, SignInNeeded, UnexpectedAnswer
from rolecall.domain.model import (
    AccessToken,
    Account,
    PermissionSet,
    RoleCredentials,
    Secret,
    SsoSession,
)
from rolecall.domain.text import original, safe

if TYPE_CHECKING:
    from mypy_boto3_sso.client import SSOClient


class Portal:
    """The access portal of one session.

    All methods raise ServiceError, and SignInNeeded if the token is not valid.
    """

    def __init__(self, client: SSOClient, session: SsoSession) -> None:
        self._client = client
        self._meanings = {
            "UnauthorizedException": partial(SignInNeeded, session.cache_key, SignInProblem.REVOKED)
        }

    def accounts(
        self, token: AccessToken, call_policy: CallPolicy = once
    ) -> Iterator[list[Account]]:
        """Yield pages of accounts, each account once. `call_policy` makes each call."""
        seen: set[str] = set()
        bearer = token.value.reveal()

        def ask(more: dict[str, Any]) -> tuple[list[Account], str | None]:
            answer = self._client.list_accounts(accessToken=bearer, maxResults=PAGE_SIZE, **more)
            return [_account(each) for each in answer["accountList"]], answer.get("nextToken")

        pages = pages_of(self._client, "ListAccounts", ask, self._meanings, call_policy)
        for accounts in pages:
            new = [account for account in accounts if account.id not in seen]
            seen.update(account.id for account in new)
            yield list({account.id: account for account in new}.values())

    def permission_sets(
        self, token: AccessToken, account_id: str, call_policy: CallPolicy = once
    ) -> list[PermissionSet]:
        """Return the permission sets of an account that the user may use, without duplicates."""
        bearer = token.value.reveal()

        def ask(more: dict[str, Any]) -> tuple[list[str], str | None]:
            answer = self._client.list_account_roles(
                accessToken=bearer, accountId=original(account_id), maxResults=PAGE_SIZE, **more
            )
            return [each["roleName"] for each in answer["roleList"]], answer.get("nextToken")

        pages = pages_of(self._client, "ListAccountRoles", ask, self._meanings, call_policy)
        names = dict.fromkeys(name for names in pages for name in names)
        return [PermissionSet(safe(name)) for name in names]

    def role_credentials(
        self,
        token: AccessToken,
        account_id: str,
        permission_set: str,
        call_policy: CallPolicy | None = None,
    ) -> RoleCredentials:
        """Return the credentials of a permission set in an account.

        `call_policy` makes the call; without one, it is repeated a few times. Raises NoAssignment
        if the user does not have it, for which AWS uses two error codes.
        """
        no_assignment = partial(NoAssignment, safe(account_id), safe(permission_set))
        meanings = self._meanings | {
            "ForbiddenException": no_assignment,
            "ResourceNotFoundException": no_assignment,
        }

        def ask() -> RoleCredentials:
            answer = self._client.get_role_credentials(
                accessToken=token.value.reveal(),
                accountId=original(account_id),
                roleName=original(permission_set),
            )["roleCredentials"]
            return RoleCredentials(
                access_key_id=answer["accessKeyId"],
                secret_access_key=Secret(answer["secretAccessKey"]),
                session_token=Secret(answer["sessionToken"]),
                expires_at=datetime.fromtimestamp(answer["expiration"] / 1000, UTC),
                account_id=account_id,
            )

        if call_policy is None:
            return call(self._client, "GetRoleCredentials", ask, meanings)
        return call_policy(
            partial(call, self._client, "GetRoleCredentials", ask, meanings, tries=1)
        )

    def sign_out(self, token: AccessToken) -> None:
        """End the session at the portal; the token is no longer valid.

        Raises SignInNeeded if it was not valid before. Any server, such as a captive portal, can
        answer 200: an answer without AWS's request ID is a temporary error, and in the end counts
        only if AWS then refuses the token.
        https://docs.aws.amazon.com/singlesignon/latest/PortalAPIReference/API_Logout.html
        """
        bearer = token.value.reveal()

        def ask() -> None:
            answer: Any = self._client.logout(accessToken=bearer)
            if "RequestId" not in answer["ResponseMetadata"]:
                raise UnexpectedAnswer("Logout", host_of(self._client), AnswerProblem.UNREADABLE)

        try:
            call(self._client, "Logout", ask, self._meanings)
        except UnexpectedAnswer:
            with suppress(ServiceError):
                next(self.accounts(token))
            raise


def _account(answer: Any) -> Account:
    return Account(
        id=safe(answer["accountId"]),
        name=safe(answer.get("accountName") or ""),
        email=safe(answer.get("emailAddress") or ""),
    )
