"""Roles of account access manager: their ARNs, and the `credential_process` of their profiles."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rolecall.domain.access_role import RoleOptions, RoleProcess, read_arn, read_process

ARN = "arn:aws:iam::111122223333:role/ops/Deployer"


def test_the_arn_of_a_role_has_its_account_and_its_name_with_the_path() -> None:
    assert read_arn(ARN) == ("111122223333", "role/ops/Deployer")
    assert read_arn(ARN.replace("aws", "aws-us-gov")) == ("111122223333", "role/ops/Deployer")


@pytest.mark.parametrize(
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


@pytest.mark.parametrize(
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
