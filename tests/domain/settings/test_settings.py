"""Which values settings can have, and the region for profiles of an account."""

from __future__ import annotations

import pytest

from rolecall.domain.settings.settings import DEFAULTS, SettingProblem, Settings, check
from tests.support.for_each import for_each


def test_the_first_matching_pattern_sets_the_region() -> None:
    settings = Settings(region="eu-west-1", regions={"*-us": "us-east-1", "acme-*": "eu-north-1"})
    assert settings.region_of("Acme-US") == "us-east-1"
    assert settings.region_of("acme-x") == "eu-north-1"
    assert settings.region_of("other") == "eu-west-1"


def test_the_bell_and_the_mouse_are_off_by_default() -> None:
    assert (DEFAULTS.bell, DEFAULTS.mouse) == (False, False)


@for_each(
    ("hours", "problem"),
    [
        (0, None),
        (0.5, None),
        (8760, None),
        (8761, SettingProblem.NOT_HOURS),
        (-1, SettingProblem.NOT_HOURS),
        (float("nan"), SettingProblem.NOT_HOURS),
        (True, SettingProblem.NOT_HOURS),
        ("1", SettingProblem.NOT_HOURS),
    ],
)
def test_hours_are_between_none_and_a_year(hours: object, problem: SettingProblem | None) -> None:
    assert check("refresh_hours", hours) == problem


@pytest.mark.parametrize(
    ("region", "problem"),
    [
        ("", None),
        ("eu-west-1", None),
        ("Ireland", SettingProblem.REGION),
        (1, SettingProblem.NOT_TEXT),
    ],
)
def test_a_region_may_be_empty(region: object, problem: SettingProblem | None) -> None:
    assert check("region", region) == problem


@pytest.mark.thorough
@pytest.mark.usefixtures("no_collection")
@pytest.mark.parametrize(
    ("name", "valid", "invalid", "problem"),
    [
        ("role_session_name", ["", "kim"], ["k", "kim@é", 7], SettingProblem.SESSION_NAME),
        ("role_duration", [0, 900, 43200], [899, 43201, False, 900.0], SettingProblem.DURATION),
        ("jobs", [1, 1000], [0, 1001, True, 2.0], SettingProblem.JOBS),
        ("keys", ["x", ["x", "f2"], []], ["", 7, ["x", ""], ["x", 7]], SettingProblem.NOT_KEYS),
        ("notify_command", ["", "say 'to me'"], ["say 'to me"], SettingProblem.NOT_A_COMMAND),
        ("notify_command", [], [["say"]], SettingProblem.NOT_TEXT),
        ("production", ["prod"], ["(prod", f"a{{{10**12}}}", "(" * 5000], SettingProblem.PATTERN),
        ("production", [], [7], SettingProblem.NOT_TEXT),
        ("template", ["{account}"], ["{accounts}"], SettingProblem.TEMPLATE),
        ("template", [], [7], SettingProblem.NOT_TEXT),
        ("shorten", ["ro"], [7], SettingProblem.NOT_TEXT),
        ("log", [True, False, "full"], ["yes", 1, 0, ["full"]], SettingProblem.CHOICE),
        ("bell", [True, False], ["yes", 1], SettingProblem.NOT_YES_OR_NO),
        ("output", ["", "json"], ["xml", 7], SettingProblem.CHOICE),
        ("pink", [], ["x"], SettingProblem.UNKNOWN),
    ],
)
def test_each_setting_says_what_is_wrong_with_a_value(
    name: str, valid: list[object], invalid: list[object], problem: SettingProblem
) -> None:
    assert [check(name, value) for value in valid] == [None] * len(valid)
    assert [check(name, value) for value in invalid] == [problem] * len(invalid)
