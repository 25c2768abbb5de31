from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from rolecall.demo.workload import BUCKET, OBJECT
from tests.demo.conftest import Client, DemoClock
from tests.demo.test_sts import keys, sts

__all__ = ["keys"]
Keys = dict[str, str]


def policy(*actions: str, effect: str = "Allow", **more: object) -> str:
    statement = {"Effect": effect, "Action": actions, "Resource": "*", **more}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def narrowed(demo: Client, keys: Keys, **asked: Any) -> Keys:
    issued = sts(demo, keys).get_scoped_credentials(**asked)["Credentials"]
    return {
        "aws_access_key_id": issued["AccessKeyId"],
        "aws_secret_access_key": issued["SecretAccessKey"],
        "aws_session_token": issued["SessionToken"],
    }


def refusal(demo: Client, keys: Keys, **asked: Any) -> str:
    with pytest.raises(ClientError) as caught:
        sts(demo, keys).get_scoped_credentials(**asked)
    return str(caught.value.response["Error"]["Code"])


def client(demo: Client, keys: Keys, service: Any) -> Any:
    config = Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"})
    options: dict[str, Any] = {**keys}
    session = boto3.Session(region_name=demo.server.region, **options)
    return session.client(service, endpoint_url=demo.server.url, config=config)


def test_the_answer_has_the_same_identity(demo: Client, keys: Keys, clock: DemoClock) -> None:
    before = sts(demo, keys).get_caller_identity()
    answer = sts(demo, keys).get_scoped_credentials(
        Policy=policy("s3:Get*"), DurationSeconds=600, ScopedSessionDescription="find it"
    )
    assert answer["SessionInfo"]["Arn"] == before["Arn"]
    assert answer["Credentials"]["Expiration"] == clock.now + timedelta(minutes=10)
    assert answer["ScopedPoliciesCount"] == 1
    assert answer["SessionTokenSize"] == len(answer["Credentials"]["SessionToken"])
    assert 0 < answer["SessionTokenUtilization"] <= 100
    lent = narrowed(demo, keys, Policy=policy("s3:Get*"))
    assert sts(demo, lent).get_caller_identity()["Arn"] == before["Arn"]


def test_without_a_duration_it_ends_with_the_session(
    demo: Client, keys: Keys, clock: DemoClock
) -> None:
    answer = sts(demo, keys).get_scoped_credentials(Policy=policy("s3:*"))
    assert answer["Credentials"]["Expiration"] == clock.now + timedelta(hours=1)


def test_a_token_has_at_least_the_size_that_was_asked_for(demo: Client, keys: Keys) -> None:
    answer = sts(demo, keys).get_scoped_credentials(
        DurationSeconds=60, MinimumSessionTokenSize=2000
    )
    assert len(answer["Credentials"]["SessionToken"]) == 2000
    assert answer["ScopedPoliciesCount"] == 0


def test_permissions_are_an_intersection(demo: Client, keys: Keys) -> None:
    lent = narrowed(demo, keys, Policy=policy("s3:Get*", "s3:List*"))
    again = narrowed(demo, lent, Policy=policy("s3:Get*", "ec2:*"))
    assert client(demo, keys, "s3").list_buckets()["Buckets"][0]["Name"] == BUCKET
    assert client(demo, lent, "s3").list_objects_v2(Bucket=BUCKET)["Contents"][0]["Key"] == OBJECT
    assert client(demo, again, "s3").get_object(Bucket=BUCKET, Key=OBJECT)["Body"].read()
    for who, call in (
        (lent, lambda s3: s3.delete_object(Bucket=BUCKET, Key=OBJECT)),
        (again, lambda s3: s3.list_objects_v2(Bucket=BUCKET)),
    ):
        with pytest.raises(ClientError, match="AccessDenied"):
            call(client(demo, who, "s3"))
    with pytest.raises(ClientError, match="AccessDenied"):
        client(demo, again, "ec2").describe_vpcs()


def test_a_denial_comes_before_what_is_allowed(demo: Client, keys: Keys) -> None:
    statements = [
        {"Effect": "Allow", "Action": "*", "Resource": "*"},
        {"Effect": "Deny", "Action": "logs:describe*", "Resource": "*"},
    ]
    lent = narrowed(demo, keys, Policy=json.dumps({"Statement": statements}))
    assert client(demo, lent, "secretsmanager").list_secrets()
    with pytest.raises(ClientError, match="AccessDeniedException"):
        client(demo, lent, "logs").describe_log_groups()


def test_a_resource_can_be_named(demo: Client, keys: Keys) -> None:
    lent = narrowed(demo, keys, Policy=policy("s3:*", Resource=f"arn:aws:s3:::{BUCKET}/2026/*"))
    s3 = client(demo, lent, "s3")
    assert s3.get_object(Bucket=BUCKET, Key=OBJECT)
    with pytest.raises(ClientError, match="AccessDenied"):
        s3.get_object(Bucket=BUCKET, Key="2025/report.csv")


def test_a_narrowed_role_assumes_another_one_only_if_that_is_allowed(
    demo: Client, keys: Keys
) -> None:
    account_id = demo.server.organisation.accounts[0].id
    asked = {"RoleArn": f"arn:aws:iam::{account_id}:role/Deployer", "RoleSessionName": "me"}
    assert sts(demo, narrowed(demo, keys, Policy=policy("sts:*"))).assume_role(**asked)
    with pytest.raises(ClientError, match="AccessDenied"):
        sts(demo, narrowed(demo, keys, Policy=policy("s3:*"))).assume_role(**asked)


def test_a_fourth_layer_is_denied_but_not_a_shorter_time(demo: Client, keys: Keys) -> None:
    for _ in range(3):
        keys = narrowed(demo, keys, Policy=policy("s3:*"))
    assert refusal(demo, keys, Policy=policy("s3:*")) == "AccessDenied"
    assert narrowed(demo, keys, DurationSeconds=60)


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({}, "ValidationError"),
        ({"ScopedSessionDescription": "nothing else"}, "ValidationError"),
        ({"Policy": "{"}, "MalformedPolicyDocument"),
        ({"Policy": policy("*:Get*")}, "MalformedPolicyDocument"),
        ({"Policy": policy("s3:Get*", effect="allow")}, "MalformedPolicyDocument"),
        ({"Policy": policy("s3:Get*", Resource=[])}, "MalformedPolicyDocument"),
        ({"Policy": policy("s3:Get*") + " " * 2048}, "ValidationError"),
        ({"Policy": policy("s3:Get*") + "本"}, "ValidationError"),
        ({"DurationSeconds": 0}, "ValidationError"),
        ({"DurationSeconds": 129_601}, "ValidationError"),
        ({"DurationSeconds": 3601}, "InsufficientSessionLifetime"),
        ({"DurationSeconds": 60, "ScopedSessionDescription": "x"}, "ValidationError"),
        ({"DurationSeconds": 60, "ScopedSessionDescription": "調査"}, "ValidationError"),
        ({"DurationSeconds": 60, "MinimumSessionTokenSize": 4097}, "ValidationError"),
    ],
)
def test_invalid_requests_are_refused(
    demo: Client, keys: Keys, asked: dict[str, Any], code: str
) -> None:
    assert refusal(demo, keys, **asked) == code


def test_a_policy_can_be_too_large_after_it_was_packed(start: Callable[..., Client]) -> None:
    demo = start(packed_policy_limit=60)
    issued = demo.sso.get_role_credentials(
        accessToken=demo.server.sign_in().value.reveal(),
        accountId=demo.server.organisation.named("audit").id,
        roleName="AWSAdministratorAccess",
    )["roleCredentials"]
    keys = {
        "aws_access_key_id": issued["accessKeyId"],
        "aws_secret_access_key": issued["secretAccessKey"],
        "aws_session_token": issued["sessionToken"],
    }
    assert refusal(demo, keys, Policy=policy("s3:Get*")) == "PackedPolicyTooLarge"


def test_the_global_endpoint_does_not_know_the_operation(demo: Client, keys: Keys) -> None:
    known = sts(demo, keys)
    known.meta.events.register(
        "before-sign.sts",
        lambda request, **_: request.headers.add_header("Host", "sts.amazonaws.com"),
    )
    with pytest.raises(ClientError) as caught:
        known.get_scoped_credentials(DurationSeconds=60)
    assert caught.value.response["Error"]["Code"] == "InvalidAction"


def test_wrong_keys_are_refused(demo: Client, keys: Keys) -> None:
    wrong = {**keys, "aws_secret_access_key": "wrong"}
    assert refusal(demo, wrong, DurationSeconds=60) == "SignatureDoesNotMatch"
