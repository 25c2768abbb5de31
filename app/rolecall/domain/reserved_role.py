"""The role that stands for a permission set in an account.

https://docs.aws.amazon.com/singlesignon/latest/userguide/referencingpermissionsets.html
"""

from __future__ import annotations

from typing import Final

_PARTITIONS: Final = {"cn-": "aws-cn", "us-gov-": "aws-us-gov", "eusc-": "aws-eusc"}
_NOT_IN_THE_PATH: Final = "us-east-1"


def role_arn(region: str, account_id: str, permission_set: str) -> str:
    """Its ARN, with `*` for the suffix that AWS gives it anew with each first assignment; as AWS
    advises to write it in a policy, under ArnLike. `region` is the Identity Center's.
    """
    partition = next((p for start, p in _PARTITIONS.items() if region.startswith(start)), "aws")
    place = "" if region == _NOT_IN_THE_PATH else f"{region}/"
    name = f"AWSReservedSSO_{permission_set}_*"
    return f"arn:{partition}:iam::{account_id}:role/aws-reserved/sso.amazonaws.com/{place}{name}"
