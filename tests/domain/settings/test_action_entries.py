"""The entries of `[actions]`: what is wrong with each, and how placeholders are filled."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rolecall.domain.errors.action_errors import ActionProblem, ActionRefused
from rolecall.domain.settings.action import PLACEHOLDERS, Action, RunsIn, fill
from rolecall.domain.settings.action_entries import BadKey, read
from rolecall.domain.settings.settings import SettingProblem
from rolecall.domain.settings.shipped_actions import SHIPPED

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


@pytest.mark.parametrize(
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


@pytest.mark.parametrize("value", [3, "x", True, [], None])
def test_an_entry_must_be_a_table(value: object) -> None:
    found = read("logs", value)
    assert isinstance(found, list)
    assert [(each.key, each.problem) for each in found] == [("", SettingProblem.NOT_AN_ACTION)]


@pytest.mark.parametrize("name", ["", "a b", "A", "a.b", "é"])
def test_the_name_of_an_entry_is_plain(name: str) -> None:
    assert read(name, GOOD) == [BadKey("", SettingProblem.ACTION_NAME, name)]


@pytest.mark.parametrize(
    "command",
    [
        ["sh", "-c", "echo {account}"],
        ["/bin/bash", "--norc", "-ec", "echo '{account}'", "bash"],
        ["env", "A=b", "zsh", "-lc", "echo {account}"],
        ["sudo", "-u", "me", "fish", "--command", "echo {account}"],
        ["pwsh", "-Command", "echo {account}"],
        ["watch", "aws s3 ls {account}"],
        ["watch", "-n", "5", "--color", "echo", "{account}"],
        ["watch", "sh", "-x", "{account}"],
        ["ssh", "jump", "echo {account}"],
        ["ssh", "-t", "jump", "echo {account}"],
        ["watch", "ssh", "{profile}", "ls"],
        [
            "sudo",
            "/usr/bin/ssh",
            "-tt",
            "-i",
            "key",
            "-p22",
            "me@{profile}",
            "--",
            "ls",
            "{account}",
        ],
        ["su", "me", "-c", "echo {account}"],
        ["script", "-qc", "echo {account}", "log"],
        ["tmux", "split-window", "-h", "echo {account}"],
        ["tmux", "-L", "s", "neww", "-dn", "{account}", "aws", "help"],
        ["tmux", "new-window", "-n{account}", "aws", "help"],
        ["tmux", "display-popup", "-h", "9", "echo {account}"],
        ["tmux", "display-message", "{account}"],
        ["tmux", "send-keys", "echo", "{account}"],
        ["ssh", "-o", "ProxyCommand=nc {account} 22", "jump"],
        ["ssh", "-oproxycommand nc {account}", "jump"],
    ],
)
def test_no_value_is_filled_into_a_script(command: list[str]) -> None:
    found = read("logs", {**GOOD, "command": command})
    assert isinstance(found, list)
    assert [(each.key, each.problem) for each in found] == [("command", SettingProblem.IN_SCRIPT)]


@pytest.mark.parametrize(
    "command",
    [
        ["watch", "-x", "aws", "--profile", "{profile}"],
        ["watch", "-n", "5", "--exec", "aws", "--profile", "{profile}"],
        ["ssh", "-i", "{account}", "-o", "User={account}", "{account}", "uptime"],
        ["git", "-c", "user.name={account}", "pull"],
        ["tmux", "split-window", "-h", "-l", "9", "aws", "--profile", "{profile}"],
        ["tmux", "splitw", "-c/home/ben", "aws", "--profile", "{profile}"],
        ["tmux", "popup", "-E", "-h", "9", "aws", "--profile", "{profile}"],
        ["watch"],
        ["tmux"],
        ["tmux", "new-window", "-n"],
        ["ssh", "-p"],
    ],
)
def test_programs_that_need_no_shell_for_an_argument_get_values(command: list[str]) -> None:
    assert isinstance(read("logs", {**GOOD, "command": command}), Action)


def test_a_script_gets_values_as_its_arguments() -> None:
    command = ["sh", "-c", 'echo "$1" {{account}}', "sh", "{account}"]
    action = read("logs", {**GOOD, "command": command})
    assert isinstance(action, Action)
    assert fill(action, action.command, {"account": "a; rm"}) == [
        *("sh", "-c", 'echo "$1" {account}', "sh", "a; rm")
    ]


def test_other_braces_are_text() -> None:
    command = ["aws", "--query", "a[].{id: Id, name:Name}", '{"a": 1}', "{{.Name}}", "${HOME}"]
    assert isinstance(read("logs", {**GOOD, "command": command}), Action)
    assert fill(action_of(command), command, {}) == command


@given(st.dictionaries(st.sampled_from(PLACEHOLDERS), st.text(min_size=1)))
def test_a_value_is_one_argument_whatever_it_is(values: dict[str, str]) -> None:
    command = ["x", *(f"v={{{name}}}" for name in values)]
    assert fill(action_of(command), command, values) == ["x", *(f"v={v}" for v in values.values())]


@pytest.mark.parametrize(
    ("value", "problem"), [("", ActionProblem.NO_VALUE), ("--debug", ActionProblem.OPTION)]
)
def test_a_value_that_is_not_there_or_looks_like_an_option_is_refused(
    value: str, problem: ActionProblem
) -> None:
    with pytest.raises(ActionRefused) as caught:
        fill(action_of(["x"]), ["x", "{account}"], {"account": value})
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
