"""The regions that are read from botocore's data, without botocore."""

from __future__ import annotations

from rolecall.aws.regions import regions
from rolecall.aws.session import isolated_session


def test_the_regions_are_those_of_botocore() -> None:
    session = isolated_session()
    known = [
        region
        for partition in session.get_available_partitions()
        for region in session.get_available_regions("sso-oidc", partition)
    ]
    assert list(regions()) == sorted(known)
    assert {"eu-west-1", "us-gov-west-1", "cn-north-1"} <= set(known)
