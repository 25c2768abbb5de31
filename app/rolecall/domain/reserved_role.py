"""The IAM role that AWS creates for a permission set in an account.

https://docs.aws.amazon.com/singlesignon/latest/userguide/referencingpermissionsets.html
"""

from __future__ import annotations

from typing import Final

from rolecall.domain.partitions import partition_of

_NOT_IN_THE_PATH: Final = "us-east-1"


def role_arn(region: str, account_id: str, permission_set: str) -> str:
    """Return the role's ARN for use in a policy with ArnLike, as AWS recommends: `*` replaces the
    suffix that changes with each first assignment. `region` is the region of the Identity Center.
    """
    partition = partition_of(region).name
    place = "" if region == _NOT_IN_THE_PATH else f"{region}/"
    name = f"AWSReservedSSO_{permission_set}_*"
    return f"arn:{partition}:iam::{account_id}:role/aws-reserved/sso.amazonaws.com/{place}{name}"
