from __future__ import annotations

import json
import re
from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rolecall.domain.errors.lending_errors import PolicyInvalid, PolicyTooLarge
from rolecall.domain.lending import actions
from rolecall.domain.lending.grants import Grant, actions_of, parse
from rolecall.domain.lending.levels import Level
from rolecall.domain.lending.policy import LARGEST, patterns, policy_in, policy_of
from tests.support.for_each import for_each

KNOWN = {
    f"{service}:{name}": (service, level)
    for service in actions.ACTIONS
    for level, names in actions_of(service).items()
    for name in names
}
GRANTS = st.sampled_from(sorted(set(KNOWN.values()))).map(lambda each: Grant(each[0], (each[1],)))
NAMES = st.from_regex(r"\A(Get|List|GetA|Put|G)([A-Z][a-b]{0,2}){0,3}\Z").filter(bool)


def matched(found: Iterable[str], names: Iterable[str]) -> set[str]:
    """The names that wildcards match, as IAM compares them."""
    expression = "|".join(re.escape(each).replace(r"\*", ".*") for each in found)
    compiled = re.compile(expression, re.IGNORECASE)
    return {name for name in names if compiled.fullmatch(name)}


def allowed(policy: str) -> set[str]:
    """The known actions that a policy allows."""
    found: set[str] = set()
    for statement in json.loads(policy)["Statement"]:
        listed = statement["Action"]
        names = matched([listed] if listed == "*" else listed, KNOWN)
        found = found | names if statement["Effect"] == "Allow" else found - names
    return found


@settings(deadline=None, max_examples=25)
@given(st.sets(GRANTS, min_size=1, max_size=4), st.sets(GRANTS, max_size=2))
def test_a_policy_allows_exactly_what_was_asked_for(allow: set[Grant], deny: set[Grant]) -> None:
    try:
        policy = policy_of(tuple(allow), tuple(deny))
    except PolicyTooLarge:
        return
    granted = {(each.service, level) for each in allow for level in each.levels}
    denied = {(each.service, level) for each in deny for level in each.levels}
    assert allowed(policy) == {name for name, of in KNOWN.items() if of in granted - denied}
    assert len(policy) <= LARGEST


@settings(max_examples=50)
@given(st.sets(NAMES, min_size=1, max_size=8), st.sets(NAMES, max_size=8), st.booleans())
def test_wildcards_match_all_that_is_wanted_and_nothing_else(
    wanted: set[str], others: set[str], by_letters: bool
) -> None:
    lowered = {name.lower() for name in wanted}
    others = {name for name in others if name.lower() not in lowered}
    split = list if by_letters else lambda name: [name[:3], name[3:]] if len(name) > 3 else [name]
    found = patterns(wanted, others, split)
    assert matched(found, wanted | others) == wanted


def test_a_denied_service_alone_leaves_everything_else() -> None:
    policy = policy_of((), parse(["iam", "sts"], denies=True))
    assert json.loads(policy)["Statement"] == [
        {"Effect": "Allow", "Action": "*", "Resource": "*"},
        {"Effect": "Deny", "Action": ["iam:*", "sts:*"], "Resource": "*"},
    ]


def test_reading_needs_no_secrets() -> None:
    names = allowed(policy_of(parse(["secretsmanager,ssm,ecr"]), ()))
    assert "ssm:DescribeParameters" in names
    assert {KNOWN[name][1] for name in names} == {Level.LIST, Level.READ}


def test_all_of_a_service_is_one_wildcard() -> None:
    policy = policy_of(parse(["lambda:all", "lambda:read"]), ())
    assert json.loads(policy)["Statement"][0]["Action"] == ["lambda:*"]


def test_a_large_policy_says_without_which_grants_it_fits() -> None:
    with pytest.raises(PolicyTooLarge) as caught:
        policy_of(parse(["s3", "ec2:write", "iam:write"]), ())
    error = caught.value
    assert (error.limit, error.leave_out, error.problem) == (2048, "ec2:write", "grants")
    assert error.size > 2048
    assert policy_of(parse(["s3", "iam:write"]), ())


def test_a_file_is_sent_without_spaces() -> None:
    data = b'\xef\xbb\xbf{ "Version": "2012-10-17",\n "Statement": [ {"Sid": "\xe6\x9c\xac"} ] }'
    policy = policy_in(data, "p.json")
    assert policy == '{"Version":"2012-10-17","Statement":[{"Sid":"\\u672c"}]}'


@for_each(
    ("data", "problem", "detail"),
    [
        (b"{\n\n nothing", "not-json", "3"),
        (b"\xff", "not-json", "1"),
        (b"[" * 100_000, "not-json", "1"),
        (b"[]", "not-a-policy", ""),
        (b"{}", "not-a-policy", ""),
        (b'{"Statement": []}', "not-a-policy", ""),
        (b'{"Statement": [{"Effect": "Deny", "Effect": "Allow"}]}', "twice", "Effect"),
    ],
)
def test_what_is_no_policy_is_refused(data: bytes, problem: str, detail: str) -> None:
    with pytest.raises(PolicyInvalid) as caught:
        policy_in(data, "p.json")
    assert (caught.value.problem, caught.value.detail) == (problem, detail)


def test_a_file_that_is_too_large_is_refused() -> None:
    data = json.dumps({"Statement": [{"Sid": "x" * 2048}]}).encode()
    with pytest.raises(PolicyTooLarge) as caught:
        policy_in(data, "p.json")
    assert caught.value.problem == "file"
