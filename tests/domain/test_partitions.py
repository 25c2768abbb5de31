"""Regions and names of partitions."""

from __future__ import annotations

import pytest

from rolecall.domain.partitions import partition_named, partition_of


@pytest.mark.parametrize(
    ("region", "name", "sts_region"),
    [
        ("eu-west-1", "aws", "us-east-1"),
        ("us-east-1", "aws", "us-east-1"),
        ("cn-northwest-1", "aws-cn", "cn-north-1"),
        ("us-gov-east-1", "aws-us-gov", "us-gov-west-1"),
        ("eusc-de-east-1", "aws-eusc", "us-east-1"),
        ("", "aws", "us-east-1"),
    ],
)
def test_a_region_has_its_partition(region: str, name: str, sts_region: str) -> None:
    partition = partition_of(region)
    assert (partition.name, partition.sts_region) == (name, sts_region)
    assert partition_named(name) is partition


def test_an_unknown_name_gives_the_partition_aws() -> None:
    assert partition_named("aws-iso").name == "aws"
