"""What a team's file may have, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest

from rolecall.domain.inventory.annotations import Annotation, TomlMistake, TomlProblem
from rolecall.domain.team import Portal, Team, team_of
from tests.support.for_each import for_each

URL = "https://d-1234567890.awsapps.com/start"
FALSE_URL = "https://awsapps.com.evil.example"
PORTAL = {"start_url": URL, "region": "eu-west-1"}
WHOLE: dict[str, Any] = {
    "template": "{alias}-{short}",
    "production": "live|*-prd",
    "sign_in": "pkce",
    "shorten": {"Deployer": "dep"},
    "regions": {"*-us": "us-east-1"},
    "must_narrow": "production",
    "presets": {"uploads": "s3,logs"},
    "portals": {"corp": PORTAL},
    "accounts": {"111122223333": {"alias": "pay", "groups": ["payments"]}},
}


def test_a_whole_file_is_read() -> None:
    team = team_of(WHOLE)
    assert team == Team(
        "{alias}-{short}",
        "live|*-prd",
        "pkce",
        "production",
        {"Deployer": "dep"},
        {"*-us": "us-east-1"},
        {"uploads": "s3,logs"},
        {"corp": Portal(URL, "eu-west-1")},
        {"111122223333": Annotation("pay", "", ("payments",))},
    )
    assert team.head() == {name: value for name, value in WHOLE.items() if name != "accounts"}
    assert team_of({}) == Team()
    assert Team().head() == {}


def _portal(key: str, value: object) -> dict[str, Any]:
    return {"portals": {"a": {**PORTAL, key: value}}}


@for_each(
    ("values", "problem", "keys"),
    [
        ({"keys": {}}, TomlProblem.UNKNOWN_KEY, "keys"),
        ({"must_narrow": "never"}, TomlProblem.BAD_CHOICE, "must_narrow"),
        ({"must_narrow": True}, TomlProblem.NO_STRING, "must_narrow"),
        ({"actions": {}}, TomlProblem.RUNS, "actions"),
        ({"endpoint_url": "x"}, TomlProblem.RUNS, "endpoint_url"),
        (_portal("credential_process", "x"), TomlProblem.RUNS, "portals.a.credential_process"),
        (_portal("endpoint_url", "x"), TomlProblem.RUNS, "portals.a.endpoint_url"),
        ({"portals": {"a": {"start_url": URL}}}, TomlProblem.MISSING, "portals.a"),
        (_portal("region", "x"), TomlProblem.BAD_REGION, "portals.a.region"),
        (_portal("start_url", "http://x.io"), TomlProblem.BAD_START_URL, "portals.a.start_url"),
        (_portal("start_url", FALSE_URL), TomlProblem.BAD_START_URL, "portals.a.start_url"),
        *(
            (_portal("start_url", url), TomlProblem.NOT_PUBLIC, "portals.a.start_url")
            for url in ("http://127.0.0.1:9999/start", "https://localhost", "https://x.io:8443")
        ),
        (_portal("start_url", "10.0.0.1"), TomlProblem.BAD_START_URL, "portals.a.start_url"),
        (_portal("start_url", 3), TomlProblem.NO_STRING, "portals.a.start_url"),
        ({"portals": {"a b": PORTAL}}, TomlProblem.BAD_SESSION, "portals.a b"),
        ({"portals": {"a]\n[b": PORTAL}}, TomlProblem.BAD_SESSION, "portals.a]\n[b"),
        ({"portals": [PORTAL]}, TomlProblem.NO_TABLE, "portals"),
        ({"portals": {"a": URL}}, TomlProblem.NO_TABLE, "portals.a"),
        ({"portals": {f"a{i}": PORTAL for i in range(51)}}, TomlProblem.TOO_LONG, "portals"),
        ({"template": "{what}"}, TomlProblem.BAD_TEMPLATE, "template"),
        ({"template": ["x"]}, TomlProblem.NO_STRING, "template"),
        ({"production": "("}, TomlProblem.BAD_PATTERN, "production"),
        ({"production": "(?!)"}, TomlProblem.BAD_PATTERN, "production"),
        ({"production": r"[\w-]?" * 48 + "!"}, TomlProblem.BAD_PATTERN, "production"),
        ({"production": "x" * 301}, TomlProblem.TOO_LONG, "production"),
        ({"shorten": {f"A{i}": "a" for i in range(1001)}}, TomlProblem.TOO_LONG, "shorten"),
        ({"regions": {f"a{i}": "eu-west-1" for i in range(101)}}, TomlProblem.TOO_LONG, "regions"),
        ({"accounts": {f"{i:012}": {} for i in range(100_001)}}, TomlProblem.TOO_LONG, "accounts"),
        ({"shorten": {"A" * 301: "a"}}, TomlProblem.TOO_LONG, f"shorten.{'A' * 301}"),
        ({"shorten": "x"}, TomlProblem.NO_TABLE, "shorten"),
        ({"shorten": {"A": 1}}, TomlProblem.NO_STRING, "shorten.A"),
        ({"regions": {"*": "nowhere"}}, TomlProblem.BAD_REGION, "regions.*"),
        ({"accounts": {"1": {}}}, TomlProblem.NO_ACCOUNT, "accounts.1"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_refused(values: Any, problem: TomlProblem, keys: str) -> None:
    with pytest.raises(TomlMistake) as caught:
        team_of({**WHOLE, **values})
    assert (caught.value.problem, ".".join(caught.value.keys)) == (problem, keys)


def test_more_accounts_than_a_file_may_have_are_refused() -> None:
    with pytest.raises(TomlMistake) as caught:
        team_of({**WHOLE, "accounts": {f"{i:012}": {} for i in range(100_001)}})
    assert (caught.value.problem, *caught.value.keys) == (TomlProblem.TOO_LONG, "accounts")


@pytest.mark.parametrize(
    "values",
    [
        {"production": "x" * 300},
        {"shorten": {f"A{i}": "a" for i in range(1000)}},
        {"regions": {f"a{i}-*": "eu-west-1" for i in range(100)}},
        {"portals": {f"a{i}": PORTAL for i in range(50)}},
    ],
)
def test_the_most_that_a_file_may_have_is_read(values: dict[str, Any]) -> None:
    assert team_of(values).head() == values


def test_a_password_in_a_wrong_start_url_is_not_shown() -> None:
    with pytest.raises(TomlMistake) as caught:
        team_of(_portal("start_url", "https://me:hunter2@a.awsapps.com/start"))
    assert caught.value.detail == "https://…@a.awsapps.com/start"
