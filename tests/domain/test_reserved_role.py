"""The role ARN of a permission set: for policies, and as a search query."""

from __future__ import annotations

import pytest

from rolecall.domain.partitions import role_arn
from rolecall.domain.search.folding import SearchIndex
from rolecall.domain.search.query import Query


@pytest.mark.parametrize(
    ("region", "arn"),
    [
        (
            "eu-west-2",
            "arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/eu-west-2/AWSReservedSSO_Db_*",
        ),
        (
            "us-east-1",
            "arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Db_*",
        ),
        (
            "cn-north-1",
            "arn:aws-cn:iam::111122223333:role/aws-reserved/sso.amazonaws.com/cn-north-1/AWSReservedSSO_Db_*",
        ),
    ],
)
def test_the_arn_matches_the_role_and_finds_its_row(region: str, arn: str) -> None:
    assert role_arn(region, "111122223333", "Db") == arn
    index = SearchIndex.of([("a", "111122223333", "Db"), ("a", "111122223333", "Other")])
    assert Query.parse(arn).select(index).rows == [0]
