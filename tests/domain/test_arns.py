"""What is an ARN or the ID of an access key, and what only looks like one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rolecall.domain.access_role import RoleOptions, RoleProcess, read_arn, read_process
from rolecall.domain.arns import access_key_id, is_mfa_arn, is_role_arn
from rolecall.domain.partitions import partition_named, partition_of, role_arn
from rolecall.domain.search.folding import SearchIndex
from rolecall.domain.search.query import Query
from tests.support.for_each import for_each

ACCOUNT = "123456789012"


@for_each(
    ("typed", "found"),
    [
        ("AKIAIOSFODNN7EXAMPLE", "AKIAIOSFODNN7EXAMPLE"),
        (" asiaiosfodnn7example\n", "ASIAIOSFODNN7EXAMPLE"),
        ("AIDAIOSFODNN7EXAMPLE", ""),
        ("AKIAIOSFODNN7EXAMPL", ""),
        ("AKIAIOSFODNN7EXAMPLES", ""),
        ("", ""),
    ],
)
def test_a_typed_key_id_is_known_by_its_form(typed: str, found: str) -> None:
    assert access_key_id(typed) == found


@pytest.mark.parametrize("partition", ["aws", "aws-cn", "aws-us-gov"])
def test_roles_and_mfa_devices_of_all_partitions(partition: str) -> None:
    start = f"arn:{partition}:iam::{ACCOUNT}"
    assert is_role_arn(f"{start}:role/path/Deployer")
    assert is_mfa_arn(f"{start}:mfa/kim")
    assert not is_role_arn(f"{start}:mfa/kim")
    assert not is_mfa_arn(f"{start}:role/kim")
    assert not is_role_arn(f"{start}:role/")
    assert not is_role_arn(f"{start}:role/é")


@for_each(
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


ARN = "arn:aws:iam::111122223333:role/ops/Deployer"


def test_the_arn_of_a_role_has_its_account_and_its_name_with_the_path() -> None:
    assert read_arn(ARN) == ("111122223333", "role/ops/Deployer")
    assert read_arn(ARN.replace("aws", "aws-us-gov")) == ("111122223333", "role/ops/Deployer")


@for_each(
    "arn",
    ["", f"{ARN}/", f"{ARN} ", ARN.replace("role", "user"), ARN.replace("1111", "111"), f"{ARN}é"],
)
def test_another_text_is_not_the_arn_of_a_role(arn: str) -> None:
    assert read_arn(arn) is None


@given(
    st.sampled_from(["rolecall", "/opt/my tools/rolecall"]),
    st.text(),
    st.sampled_from(["", "kim@example.com"]),
    st.sampled_from([0, 900, 43200]),
)
def test_a_process_is_read_as_it_is_written(
    program: str, session: str, session_name: str, duration: int
) -> None:
    options = RoleOptions(session_name, duration)
    process = RoleProcess(program, session, "111122223333", "role/ops/Deployer", ARN, options)
    assert read_process(process.text) == process


@for_each(
    "value",
    [
        "/opt/vault --password x",
        f"vault credential-process --sso-session corp --role-arn {ARN}",
        f"rolecall export --sso-session credential-process --role-arn {ARN}",
        f"rolecall credential-process --sso-session corp --role-arn {ARN} more",
        f"rolecall credential-process --sso-session corp --role-arn {ARN} --profile x",
        f"rolecall credential-process --sso-session corp --role-arn {ARN} --duration 15m",
        f"rolecall credential-process --sso-session corp --role-arn {ARN}/",
        "rolecall credential-process --sso-session corp",
        "rolecall credential-process --sso-session 'corp",
    ],
)
def test_another_process_is_not_rolecalls_for_a_role(value: str) -> None:
    assert read_process(value) is None
