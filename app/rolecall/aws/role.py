"""STS AssumeRole: use the credentials of a role, or long-lived keys, to get those of another role.

https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC
from typing import TYPE_CHECKING, Any

from rolecall.aws.call import TRIES, call
from rolecall.domain.model import RoleCredentials, Secret

if TYPE_CHECKING:
    from mypy_boto3_sts.client import STSClient


def assume_role(
    client: STSClient, arguments: Mapping[str, str | int], session_name: str
) -> RoleCredentials:
    """Return the credentials of the assumed role. Raises ServiceError.

    `arguments` are those of AssumeRole, at least `RoleArn`. `session_name` is used if they have no
    `RoleSessionName`.
    """
    request: dict[str, Any] = {"RoleSessionName": session_name, **arguments}

    def ask() -> RoleCredentials:
        whole = client.assume_role(**request)
        answer = whole["Credentials"]
        return RoleCredentials(
            access_key_id=answer["AccessKeyId"],
            secret_access_key=Secret(answer["SecretAccessKey"]),
            session_token=Secret(answer["SessionToken"]),
            expires_at=answer["Expiration"].astimezone(UTC),
            account_id=str(arguments["RoleArn"]).split(":")[4],
            arn=whole.get("AssumedRoleUser", {}).get("Arn"),
        )

    # The code of an MFA device works only once.
    return call(client, "AssumeRole", ask, tries=1 if "TokenCode" in request else TRIES)
