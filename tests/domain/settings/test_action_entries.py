"""The entries of `[actions]`: what is wrong with each, and how placeholders are filled."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rolecall.domain.errors.run_errors import ActionProblem, ActionRefused
from rolecall.domain.settings.action import Action, RunsIn, fill, variables
from rolecall.domain.settings.action_entries import BadKey, read
from rolecall.domain.settings.settings import SettingProblem
from rolecall.domain.settings.shipped_actions import SHIPPED
from tests.support.for_each import for_each

GOOD: dict[str, Any] = {"key": "L", "name": "Logs", "command": "aws logs '{account}' {region}"}


def action_of(command: Sequence[str]) -> Action:
    return Action("L", "Logs", tuple(command))


def test_a_command_is_a_list_of_arguments_or_a_text_that_is_split() -> None:
    expected = ("aws", "logs", "{account}", "{region}")
    for command in GOOD["command"], list(expected):
        assert read("logs", {**GOOD, "command": command}) == Action(
            "L", "Logs", expected, RunsIn.TERMINAL, needs_profile=False, waits=False, choose=()
        )


def test_all_keys_are_read() -> None:
    more = {"in": "tmux", "needs": "profile", "wait": True, "choose": "aws list"}
    command = ["x", "{choice}", "{choice.name}"]
    assert read("logs", {**GOOD, **more, "command": command}) == Action(
        "L", "Logs", tuple(command), RunsIn.TMUX, True, True, ("aws", "list")
    )


@for_each(
    ("change", "bad"),
    [
        ({"key": None}, BadKey("key", SettingProblem.NOT_TEXT, "None")),
        ({"name": " "}, BadKey("name", SettingProblem.NOT_TEXT, " ")),
        ({"nmae": "x"}, ("nmae", SettingProblem.UNKNOWN)),
        ({"command": "a 'b"}, BadKey("command", SettingProblem.NOT_A_COMMAND, "a 'b")),
        ({"command": ""}, BadKey("command", SettingProblem.NOT_ARGUMENTS, "")),
        ({"command": []}, BadKey("command", SettingProblem.NOT_ARGUMENTS, "[]")),
        ({"command": ["a", 1]}, BadKey("command", SettingProblem.NOT_ARGUMENTS, "['a', 1]")),
        ({"command": {"a": 1}}, BadKey("command", SettingProblem.NOT_ARGUMENTS, "{'a': 1}")),
        ({"command": 7}, BadKey("command", SettingProblem.NOT_ARGUMENTS, "7")),
        ({"in": "window"}, BadKey("in", SettingProblem.CHOICE, "terminal, tmux, background")),
        ({"in": []}, BadKey("in", SettingProblem.CHOICE, "terminal, tmux, background")),
        ({"needs": "keys"}, BadKey("needs", SettingProblem.CHOICE, "profile")),
        ({"wait": "yes"}, BadKey("wait", SettingProblem.NOT_YES_OR_NO, "yes")),
        ({"command": "a {acount}"}, BadKey("command", SettingProblem.PLACEHOLDER, "{acount}")),
        ({"command": "a {choice}"}, BadKey("command", SettingProblem.PLACEHOLDER, "{choice}")),
        ({"command": "a {region.x}"}, BadKey("command", SettingProblem.PLACEHOLDER, "{region.x}")),
        ({"choose": "a {choice}"}, BadKey("choose", SettingProblem.PLACEHOLDER, "{choice}")),
        ({"command": "{account} x"}, BadKey("command", SettingProblem.PROGRAM, "{account}")),
    ],
)
def test_a_bad_key_is_named(change: dict[str, Any], bad: BadKey | tuple[str, str]) -> None:
    found = read("logs", {**GOOD, **change})
    assert isinstance(found, list)
    assert [each[: len(bad)] for each in found] == [tuple(bad)]


@pytest.mark.parametrize("key", ["key", "name", "command"])
def test_a_key_that_is_missing_is_named(key: str) -> None:
    left = {name: value for name, value in GOOD.items() if name != key}
    assert read("logs", left) == [BadKey(key, SettingProblem.MISSING)]


@for_each("value", [3, "x", True, [], None])
def test_an_entry_must_be_a_table(value: object) -> None:
    found = read("logs", value)
    assert isinstance(found, list)
    assert [(each.key, each.problem) for each in found] == [("", SettingProblem.NOT_AN_ACTION)]


@for_each("name", ["", "a b", "A", "a.b", "é"])
def test_the_name_of_an_entry_is_plain(name: str) -> None:
    assert read(name, GOOD) == [BadKey("", SettingProblem.ACTION_NAME, name)]


def test_a_script_gets_values_as_its_arguments() -> None:
    command = ["sh", "-c", 'echo "$1" {{account}}', "sh", "{account}"]
    action = read("logs", {**GOOD, "command": command})
    assert isinstance(action, Action)
    assert fill(action, action.command, {"account": "a; rm"}) == [
        *("sh", "-c", 'echo "$1" {account}', "sh", "a__rm")
    ]


def test_other_braces_are_text() -> None:
    command = ["aws", "--query", "a[].{id: Id, name:Name}", '{"a": 1}', "{{.Name}}", "${HOME}"]
    assert isinstance(read("logs", {**GOOD, "command": command}), Action)
    assert fill(action_of(command), command, {}) == command


@given(st.sampled_from(["account", "session", "permission_set"]), st.text(min_size=1))
def test_a_value_of_others_is_one_argument_without_odd_characters(name: str, value: str) -> None:
    [filled] = fill(action_of(["x"]), [f"{{{name}}}"], {name: value})
    assert len(filled) == len(value)
    assert re.fullmatch(r"[\w@.,:+=][\w@.,:+=-]*", filled)
    assert all(b in (a, "_") for a, b in zip(value, filled, strict=True))


@for_each(
    ("name", "value"),
    [
        ("account_id", "111122223333"),
        ("region", "us-gov-west-1"),
        ("profile", "Core Prod (old) $1"),
        ("role_arn", "arn:aws-us-gov:iam::111122223333:role/ops/De.ploy=er,@+_1"),
        ("permission_set", "Admin-Access_1.2"),
        ("account", "Büro-データ@example.com"),
    ],
)
def test_a_value_of_the_form_that_it_has_in_aws_stays_as_it_is(name: str, value: str) -> None:
    assert fill(action_of(["x"]), [f"a={{{name}}}"], {name: value}) == [f"a={value}"]


def test_variables_have_the_values_as_they_are() -> None:
    values = {
        "account": "$(a); b",
        "choice": "c d",
        "choice.my-zone=": "-e",
        "session": "x\0\ud800",
    }
    assert variables({**values, "profile": "p", "region": "r"}) == {
        "ROLECALL_ACCOUNT_NAME": "$(a); b",
        "ROLECALL_CHOICE": "c d",
        "ROLECALL_CHOICE_MY_ZONE_": "-e",
        "ROLECALL_SESSION": "x?",
    }


@pytest.mark.parametrize(
    ("value", "problem"), [("", ActionProblem.NO_VALUE), ("--debug", ActionProblem.OPTION)]
)
def test_a_value_that_is_not_there_or_looks_like_an_option_is_refused(
    value: str, problem: ActionProblem
) -> None:
    with pytest.raises(ActionRefused) as caught:
        fill(action_of(["x"]), ["x", "{profile}"], {"profile": value})
    assert caught.value.problem is problem


def test_an_action_that_rolecall_brings_is_switched_on_or_changed() -> None:
    for name, action in SHIPPED.items():
        assert read(name, True) == action
        assert read(name, False) is None
        assert read(name, {}) == action
        changed = read(name, {"key": "F9"})
        assert isinstance(changed, Action)
        assert (changed.key, changed.command) == ("F9", action.command)


def test_the_actions_that_rolecall_brings_pass_the_checks() -> None:
    for name, action in SHIPPED.items():
        entry = {"key": action.key, "name": "n", "command": [*action.command]}
        if action.choose:
            entry["choose"] = [*action.choose]
        assert isinstance(read(f"my-{name}", entry), Action)
