"""What is an ARN or the ID of an access key, and what only looks like one."""

from __future__ import annotations

import pytest

from rolecall.domain.arns import access_key_id, is_mfa_arn, is_role_arn

ACCOUNT = "123456789012"


@pytest.mark.parametrize(
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
