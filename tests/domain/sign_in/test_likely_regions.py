"""The regions in which a portal is looked for: their partition and their order."""

from __future__ import annotations

import pytest

from rolecall.aws.regions import regions
from rolecall.domain.partitions import partition_of
from rolecall.domain.sign_in.likely_regions import likely_regions


@pytest.mark.parametrize(
    ("url", "first", "partition"),
    [
        ("https://d-1234567890.awsapps.com/start", "us-east-1", "aws"),
        ("https://sso.acme.com/start", "us-east-1", "aws"),
        ("https://aws.acme.eu", "us-east-1", "aws"),
        ("https://start.us-gov-home.awsapps.com/directory/d-1", "us-gov-west-1", "aws-us-gov"),
        (
            "https://start.us-gov-east-1.us-gov-home.awsapps.com/directory/d-1",
            "us-gov-east-1",
            "aws-us-gov",
        ),
        ("https://identitycenter.us-gov.amazonaws.com/ssoins-1", "us-gov-west-1", "aws-us-gov"),
        ("https://start.home.awsapps.cn/directory/d-1", "cn-north-1", "aws-cn"),
        ("https://start.cn-northwest-1.home.awsapps.cn/directory/d", "cn-northwest-1", "aws-cn"),
        ("https://identitycenter.amazonaws.com.cn/ssoins-1", "cn-north-1", "aws-cn"),
        ("https://identitycenter.amazonaws.eu/ssoins-1", "eusc-de-east-1", "aws-eusc"),
    ],
)
def test_the_regions_are_those_of_the_partition(url: str, first: str, partition: str) -> None:
    likely = likely_regions(url, ["", "mars"], regions())
    assert likely[0] == first
    assert sorted(likely) == [each for each in regions() if partition_of(each).name == partition]


def test_regions_in_use_come_first_also_new_ones() -> None:
    used = ["eu-north-9", "cn-north-1", "sa-east-1", "sa-east-1", "eu-west-1"]
    likely = likely_regions("https://d-1.awsapps.com/start", used, regions())
    assert likely[:4] == ["eu-north-9", "sa-east-1", "eu-west-1", "us-east-1"]
    assert len(likely) == len(set(likely))
