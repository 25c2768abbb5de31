"""The partitions of AWS: their names in ARNs, their regions and the domains of their pages.

https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html
"""

from __future__ import annotations

from typing import Final

from rolecall.domain.records import NamedTuple

# The form of a region. AWS adds regions, so there is no list of them.
REGION: Final = "[a-z]{2,}(?:-[a-z]+)+-[0-9]{1,2}"
_NOT_IN_THE_PATH: Final = "us-east-1"  # of the roles of permission sets


class Partition(NamedTuple):
    """`web_domain` is the domain of the console. `sts_region` is used if no region is named."""

    name: str
    region_prefix: str
    web_domain: str
    sts_region: str = "us-east-1"


AWS: Final = Partition("aws", "", "aws.amazon.com")
PARTITIONS: Final = (
    Partition("aws-cn", "cn-", "amazonaws.cn", "cn-north-1"),
    Partition("aws-us-gov", "us-gov-", "amazonaws-us-gov.com", "us-gov-west-1"),
    Partition("aws-eusc", "eusc-", "amazonaws-eusc.eu"),
    AWS,
)


def partition_of(region: str) -> Partition:
    """Return the partition of a region; `aws` if the region is unknown."""
    return next(each for each in PARTITIONS if region.startswith(each.region_prefix))


def partition_named(name: str) -> Partition:
    """Return the partition with this name; `aws` if there is none."""
    return next((each for each in PARTITIONS if each.name == name), AWS)


def role_arn(region: str, account_id: str, permission_set: str) -> str:
    """Return the ARN of the role that AWS creates for a permission set, for a policy with ArnLike:
    `*` replaces the suffix that changes with each first assignment. `region` is the region of the
    Identity Center.

    https://docs.aws.amazon.com/singlesignon/latest/userguide/referencingpermissionsets.html
    """
    partition = partition_of(region).name
    place = "" if region == _NOT_IN_THE_PATH else f"{region}/"
    name = f"AWSReservedSSO_{permission_set}_*"
    return f"arn:{partition}:iam::{account_id}:role/aws-reserved/sso.amazonaws.com/{place}{name}"
