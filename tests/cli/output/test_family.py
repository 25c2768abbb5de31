"""All commands name sessions and profiles alike, and print JSON alike."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner

from rolecall.cli.main import SUBCOMMANDS, rolecall
from rolecall.presentation.texts.program_strings import TOPICS
from tests.cli.conftest import ACCOUNT, PERMISSION_SET, PROFILE, SCHEMAS, CommandLine, check_schema

ROOT = Path(__file__).resolve().parents[3]
OF_A_PROFILE = {
    "console": ("--print",),
    "credential-process": (),
    "exec": ("--", "true"),
    "export": (),
    "serve": ("--", "true"),
    "whoami": (),
}
OF_A_SESSION = (
    "import",
    "credential-process",
    "exec",
    "list",
    "save",
    "sign-in",
    "sign-out",
    "tokens",
)
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


def command_named(name: str) -> click.Command:
    found = rolecall.get_command(click.Context(rolecall), name)
    assert found is not None
    return found


def options_of(name: str) -> set[str]:
    return {option for each in command_named(name).params for option in each.opts}


@pytest.mark.parametrize("name", OF_A_PROFILE)
def test_a_profile_is_an_argument_or_an_option(name: str, signed_in: CommandLine) -> None:
    rest = OF_A_PROFILE[name]
    by_argument = signed_in.rolecall(name, PROFILE, *rest)
    by_option = signed_in.rolecall(name, "--profile", PROFILE, *rest)
    assert by_argument.returncode == by_option.returncode == 0, by_option.stderr
    assert ACCOUNT in by_argument.stdout or name != "console"
    if name == "export":
        assert by_argument.stdout == by_option.stdout


@pytest.mark.parametrize("name", ["console", "credential-process", "export", "whoami"])
def test_two_different_profiles_are_refused(name: str, signed_in: CommandLine) -> None:
    result = signed_in.rolecall(name, "one", "--profile", "two")
    assert result.returncode == 2
    assert "one and two" in result.stderr
    assert signed_in.rolecall(name, PROFILE, "--profile", PROFILE).returncode == 0


def test_the_option_overrides_the_variable(signed_in: CommandLine) -> None:
    for name in ("console", "export"):
        assert signed_in.rolecall(name, "--profile", PROFILE, AWS_PROFILE="gone").returncode == 0
        assert signed_in.rolecall(name, AWS_PROFILE=PROFILE).returncode == 0
        nothing = signed_in.rolecall(name)
        assert nothing.returncode == 2
        assert "PROFILE" in nothing.stderr


def test_a_command_follows_the_profile_option(signed_in: CommandLine) -> None:
    for words in (("echo", "x"), ("--", "echo", "x")):
        for name in ("exec", "serve"):
            assert signed_in.output_of(name, "--profile", PROFILE, *words) == "x\n"
            assert signed_in.output_of(name, PROFILE, *words) == "x\n"
    for name in ("exec", "serve"):
        assert signed_in.rolecall(name).returncode == 2


def test_a_session_is_an_option_everywhere(signed_in: CommandLine) -> None:
    for name in SUBCOMMANDS:
        assert ("--sso-session" in options_of(name)) == (name in OF_A_SESSION), name
    for words in (("corp",), ("--sso-session", "corp"), ("corp", "--sso-session", "corp")):
        assert "Already signed in to corp" in signed_in.rolecall("sign-in", *words).stderr
    assert signed_in.rolecall("sign-in", "corp", "--sso-session", "other").returncode == 2
    assert signed_in.rolecall("sign-out", "--yes", "--sso-session", "corp").returncode == 0
    assert "Already signed out of corp" in signed_in.rolecall("sign-out", "corp").stderr


@pytest.mark.quick
def test_the_help_lists_each_command_once() -> None:
    assert sorted(sum(TOPICS.values(), ())) == sorted(SUBCOMMANDS)


@pytest.mark.quick
def test_commands_have_colours_if_they_are_wanted(signed_in: CommandLine) -> None:
    bold, production = "\x1b[1m", "\x1b[1;31mPROD\x1b[m"
    for words in (("list", "prod"), ("tokens",), ("log",), ("--help",), ("help", "list")):
        assert "\x1b" not in signed_in.output_of(*words)
    assert production in signed_in.output_of("list", "prod", FORCE_COLOR="1")
    assert bold in signed_in.output_of("list", "prod", FORCE_COLOR="1")
    assert signed_in.output_of("tokens", FORCE_COLOR="1").startswith("\x1b[32m●\x1b[m corp")
    assert f"{bold}Browse:" in signed_in.output_of("--help", FORCE_COLOR="1")
    assert bold in signed_in.output_of("help", "list", FORCE_COLOR="1")
    assert "\x1b" not in signed_in.output_of("--help", FORCE_COLOR="1", NO_COLOR="1")


@pytest.mark.quick
def test_usage_lines_show_what_is_optional() -> None:
    usages = {
        "console": "[OPTIONS] [PROFILE]",
        "credential-process": "[OPTIONS] [PROFILE]",
        "exec": "[OPTIONS] PROFILE [COMMAND]...",
        "export": "[OPTIONS] [PROFILE]",
        "lend": "[OPTIONS] PROFILE [COMMAND]...",
        "list": "[OPTIONS] [WORDS]...",
        "serve": "[OPTIONS] PROFILE [COMMAND]...",
        "sign-in": "[OPTIONS] [NAME]",
        "sign-out": "[OPTIONS] [NAME]",
        "whoami": "[OPTIONS] [PROFILE]",
    }
    for name, usage in usages.items():
        shown = CliRunner().invoke(rolecall, [name, "--help"]).output
        assert shown.splitlines()[0] == f"Usage: rolecall {name} {usage}"


@pytest.mark.quick
@pytest.mark.parametrize(
    ("typed", "hint"),
    [("lst", "Did you mean list?"), ("signin", "Did you mean sign-in?"), ("zzzz", "")],
)
def test_an_unknown_command_gets_a_suggestion(typed: str, hint: str) -> None:
    result = CliRunner().invoke(rolecall, [typed])
    assert result.exit_code == 2
    assert f"There is no command {typed}." in result.output
    assert ("Did you mean" in result.output) == bool(hint)
    assert hint in result.output


@pytest.mark.quick
def test_json_has_the_same_names_times_and_indentation(signed_in: CommandLine) -> None:
    texts = {
        "list": signed_in.output_of("list", "audit", "--json"),
        "tokens": signed_in.output_of("tokens", "--json"),
        "whoami": signed_in.output_of("whoami", PROFILE, "--json"),
        "export": signed_in.output_of("export", PROFILE, "--format", "json"),
    }
    found = {name: json.loads(text) for name, text in texts.items()}
    for name, text in texts.items():
        assert text == json.dumps(found[name], indent=2, ensure_ascii=False) + "\n", name
    row, token, whoami = found["list"][0], found["tokens"][0], found["whoami"]
    assert row["sso_session"] == token["sso_session"] == whoami["sso_session"] == "corp"
    assert row["account_id"] == whoami["account_id"] == ACCOUNT
    assert row["account"] == whoami["account"] == "audit"
    assert PERMISSION_SET in {each["permission_set"] for each in found["list"]}
    assert whoami["permission_set"] == PERMISSION_SET
    assert whoami["profile"] == PROFILE
    assert token["expires_at"] == whoami["token_expires_at"]
    for name in ("tokens", "whoami"):
        for key, value in _times(found[name]):
            assert TIME.fullmatch(value), key


def test_json_is_what_its_schema_says(signed_in: CommandLine) -> None:
    signed_in.add("\n[profile broken]\nsso_session = nobody\n")
    texts = {
        "list": signed_in.output_of("list", "audit", "--json"),
        "tokens": signed_in.output_of("tokens", "--json"),
        "whoami": signed_in.output_of("whoami", PROFILE, "--json"),
        "credentials": signed_in.output_of("export", PROFILE, "--format", "json"),
        "exec": signed_in.output_of(
            *("exec", "--all", "audit", "--output", "json", "--", "true")
        ).splitlines()[0],
        "log": signed_in.output_of("log", "--json"),
        "doctor": signed_in.rolecall("doctor", "--json").stdout,
        "undo-list": signed_in.output_of("undo", "--list", "--json"),
    }
    of_seals = {"lend-list", "ask"}  # tests/cli/lending
    assert texts.keys() | of_seals == {path.stem for path in SCHEMAS.iterdir()}
    for name, text in texts.items():
        check_schema(name, json.loads(text))


def _times(value: Any) -> list[tuple[str, str]]:
    objects = value if isinstance(value, list) else [value]
    times = ("expires_at", "renewable_until", "token_expires_at")
    return [(key, each[key]) for each in objects for key in times if each.get(key)]
