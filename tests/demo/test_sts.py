from __future__ import annotations

from typing import Any

import boto3
import pytest
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ClientError

from tests.demo.conftest import Client, DemoClock


@pytest.fixture
def keys(demo: Client, bearer: str) -> dict[str, str]:
    issued = demo.sso.get_role_credentials(
        accessToken=bearer,
        accountId=demo.server.organisation.named("audit").id,
        roleName="AWSAdministratorAccess",
    )["roleCredentials"]
    return {
        "aws_access_key_id": issued["accessKeyId"],
        "aws_secret_access_key": issued["secretAccessKey"],
        "aws_session_token": issued["sessionToken"],
    }


def sts(demo: Client, keys: dict[str, Any], **config: Any) -> Any:
    return boto3.Session(region_name=demo.server.region, **keys).client(
        "sts",
        endpoint_url=demo.server.url,
        config=Config(retries={"total_max_attempts": 1}, parameter_validation=False, **config),
    )


def refusal(demo: Client, keys: dict[str, str], **config: Any) -> tuple[str, int]:
    with pytest.raises(ClientError) as caught:
        sts(demo, keys, **config).get_caller_identity()
    response = caught.value.response
    return response["Error"]["Code"], response["ResponseMetadata"]["HTTPStatusCode"]


@pytest.mark.parametrize(
    ("key", "code"),
    [
        ("aws_access_key_id", "InvalidClientTokenId"),
        ("aws_session_token", "InvalidClientTokenId"),
        ("aws_secret_access_key", "SignatureDoesNotMatch"),
    ],
)
def test_each_wrong_key_is_noticed(demo: Client, keys: dict[str, str], key: str, code: str) -> None:
    assert refusal(demo, {**keys, key: "wrong"}) == (code, 403)


def test_calls_without_a_signature_are_refused(demo: Client, keys: dict[str, str]) -> None:
    assert refusal(demo, keys, signature_version=UNSIGNED) == ("MissingAuthenticationToken", 403)


def test_expired_credentials_are_refused(
    demo: Client, keys: dict[str, str], clock: DemoClock
) -> None:
    clock.move(hours=1)
    assert refusal(demo, keys) == ("ExpiredToken", 403)


def test_a_role_can_be_assumed_in_an_account_of_the_organisation(
    demo: Client, keys: dict[str, str], clock: DemoClock
) -> None:
    account_id = demo.server.organisation.named("network").id
    answer = sts(demo, keys).assume_role(
        RoleArn=f"arn:aws:iam::{account_id}:role/team/Deployer",
        RoleSessionName="me@work",
        DurationSeconds=900,
    )
    issued = answer["Credentials"]
    assert (issued["Expiration"] - clock.now).total_seconds() == 900
    chained = {
        "aws_access_key_id": issued["AccessKeyId"],
        "aws_secret_access_key": issued["SecretAccessKey"],
        "aws_session_token": issued["SessionToken"],
    }
    arn = f"arn:aws:sts::{account_id}:assumed-role/Deployer/me@work"
    assert (
        sts(demo, chained).get_caller_identity()["Arn"] == arn == answer["AssumedRoleUser"]["Arn"]
    )


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"RoleArn": "arn:aws:iam::999999999999:role/Deployer"}, "AccessDenied"),
        ({"RoleArn": "arn:aws:iam::nobody:user/Kim"}, "AccessDenied"),
        ({"DurationSeconds": 60}, "ValidationError"),
        ({"RoleSessionName": "no spaces"}, "ValidationError"),
    ],
)
def test_invalid_requests_to_assume_a_role_are_refused(
    demo: Client, keys: dict[str, str], asked: dict[str, Any], code: str
) -> None:
    account_id = demo.server.organisation.accounts[0].id
    good = {"RoleArn": f"arn:aws:iam::{account_id}:role/Deployer", "RoleSessionName": "me"}
    client = sts(demo, keys)
    client.assume_role(**good)
    with pytest.raises(ClientError) as caught:
        client.assume_role(**{**good, **asked})
    assert caught.value.response["Error"]["Code"] == code
