"""The partitions of AWS: their names in ARNs, their regions and the domains of their pages.

https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html
"""

from __future__ import annotations

from typing import Final, NamedTuple

# The form of a region. AWS adds regions, so there is no list of them.
REGION: Final = "[a-z]{2,}(?:-[a-z]+)+-[0-9]{1,2}"


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
