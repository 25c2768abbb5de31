"""Which regions an Identity Center is likely to be in, the most likely first."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from rolecall.domain.naming.names import is_region
from rolecall.domain.partitions import AWS, REGION, Partition, partition_named, partition_of
from rolecall.domain.start_url import host_of

# Where most organisations have theirs, as far as public repositories show.
_POPULAR: Final = (
    *("us-east-1", "eu-west-1", "us-west-2", "eu-central-1", "us-east-2", "ap-southeast-2"),
    *("ap-northeast-1", "eu-west-2", "ap-southeast-1", "ap-south-1", "ca-central-1", "eu-north-1"),
    *("eu-west-3", "sa-east-1", "us-gov-west-1", "cn-north-1", "eusc-de-east-1"),
)
_PARTITIONS: Final = (
    (re.compile(r"\.cn$"), "aws-cn"),
    (re.compile(r"\.us-gov(?:-home)?\."), "aws-us-gov"),
    (re.compile(r"\.amazon[a-z]+\.eu$"), "aws-eusc"),
)


def likely_regions(start_url: str, used: Iterable[str], known: Iterable[str]) -> list[str]:
    """Return the regions of the portal's partition, without duplicates.

    `used` are regions that the user has something to do with, the most likely first; `known` are
    all regions.
    """
    host = host_of(start_url)
    named = re.findall(rf"(?<=\.){REGION}(?=\.)", host)
    ordered = dict.fromkeys((*named, *used, *_POPULAR, *known))
    partition = _partition(host)
    return [each for each in ordered if is_region(each) and partition_of(each) == partition]


def _partition(host: str) -> Partition:
    """Return the partition of a portal's host."""
    for pattern, name in _PARTITIONS:
        if pattern.search(host):
            return partition_named(name)
    return AWS
