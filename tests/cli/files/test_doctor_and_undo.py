"""`rolecall doctor` and `rolecall undo`, on real files."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from rolecall.cli.doctor import doctor
from rolecall.cli.main import rolecall
from rolecall.cli.undo import undo
from rolecall.domain.model import SsoSession
from rolecall.files.aws_config.config_edits import SetProfile
from rolecall.files.aws_config.config_file import ConfigFile
from rolecall.files.caches.sso_cache import registration_stem, token_stem
from rolecall.files.locations import Locations
from rolecall.files.safe.temporary_folder import temporary_folder
from rolecall.presentation.texts import file_strings, finding_strings, program_strings
from tests.cli.conftest import command
from tests.support.terminal import Terminal

CORP = SsoSession("corp", "https://d-1234567890.awsapps.com/start", "eu-west-1")
CLEAN = """\
[sso-session corp]
sso_start_url = https://d-1234567890.awsapps.com/start
sso_region = eu-west-1
sso_registration_scopes = sso:account:access

[profile dev]
sso_session = corp
region = eu-west-1
"""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    (tmp_path / ".aws" / "sso" / "cache").mkdir(parents=True)
    (tmp_path / ".aws" / "config").write_text(CLEAN)
    token = tmp_path / ".aws" / "sso" / "cache" / f"{token_stem(CORP)}.json"
    token.write_text('{"accessToken": "x", "expiresAt": "2020-01-01T00:00:00Z"}')
    token.chmod(0o600)
    return tmp_path


def call(home: Path, to: click.Command, *arguments: str) -> Result:
    return CliRunner().invoke(to, arguments, env={"HOME": str(home)})


def problems(result: Result) -> str:
    """The output before the empty line. The terminal is described after it."""
    found, _, terminal = result.output.partition("\n\n")
    assert "Terminal: " in terminal
    return found


def test_a_module_in_the_current_directory_is_not_run(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The directory may be a repository of somebody else."""
    repository, ran = tmp_path / "repository", tmp_path / "ran"
    repository.mkdir()
    (repository / "textual.py").write_text(f"open({str(ran)!r}, 'w')")
    monkeypatch.chdir(repository)
    assert call(home, doctor).exit_code == 0
    assert not ran.exists()


def test_clean_files_have_no_problems(home: Path) -> None:
    result = call(home, doctor)
    assert (result.exit_code, problems(result).count("\n")) == (0, 0)


@pytest.mark.parametrize(
    ("named", "expected"),
    [
        ("{home}/.aws/config", ""),
        ("$HOME/config", "AWS_CONFIG_FILE names {home}/config, which does not exist.\n"),
        ("~/elsewhere", "AWS_CONFIG_FILE names {home}/elsewhere.\n"),
        ("", "AWS_CONFIG_FILE is empty, so clients read no such file.\n"),
    ],
)
def test_a_variable_that_names_a_file_is_reported(home: Path, named: str, expected: str) -> None:
    (home / "elsewhere").write_text(CLEAN)
    environ = {"HOME": str(home), "AWS_CONFIG_FILE": named.format(home=home)}
    result = CliRunner().invoke(doctor, env=environ)
    assert problems(result) == expected.format(home=home) + finding_strings.CLEAN


def test_missing_files_are_clean(tmp_path: Path) -> None:
    assert call(tmp_path, doctor).exit_code == 0
    assert list(tmp_path.iterdir()) == []


@pytest.mark.quick
def test_every_problem_is_reported_with_its_line(home: Path) -> None:
    aws = home / ".aws"
    role = "sso_account_id = 123456789012\nsso_role_name = Ops\n"
    (aws / "config").write_text(f"{CLEAN}{role}\n[profile b]# c\nRegion: x\n\x1b[31m = 1\n")
    (aws / "credentials").write_text("[dev]\naws_access_key_id = AKIA\n")
    (aws / "credentials").chmod(0o644)
    (aws / "sso" / "cache" / "x.json").write_text("{")
    (aws / "sso" / "cache" / "x.json").chmod(0o600)
    result = call(home, doctor)
    assert result.exit_code == 1
    places = [
        line.removeprefix(f"{aws}/").partition(": ")[0] for line in problems(result).splitlines()
    ]
    assert sorted(places) == [
        *["config:12", "config:13", "config:13"],
        *["credentials", "credentials:1", "sso/cache/x.json"],
    ]
    assert "\x1b" not in result.output


def test_what_killed_rolecalls_have_left_is_reported_and_what_is_used_is_not(home: Path) -> None:
    with temporary_folder("serve"):
        assert call(home, doctor).exit_code == 0
        left = home / "tmp" / "rolecall-serve-0000000000000000"
        left.mkdir()
        result = call(home, doctor)
    assert result.exit_code == 1
    assert problems(result) == (
        f"{left}: A rolecall that was killed left this folder behind, and it may have secrets."
        " Delete it."
    )


@pytest.mark.parametrize("answer", ["y", "n"])
def test_temporary_copies_of_a_killed_undo_are_deleted_by_the_next(home: Path, answer: str) -> None:
    copy = home / ".aws" / ".config.rolecall-0123456789abcdef"
    copy.touch()
    CliRunner().invoke(undo, env={"HOME": str(home)}, input=answer)
    assert not copy.exists()


def test_a_session_that_never_signed_in_is_reported_and_no_problem(home: Path) -> None:
    for token in (home / ".aws" / "sso" / "cache").iterdir():
        token.unlink()
    result = call(home, doctor)
    assert result.exit_code == 0
    assert problems(result).splitlines() == [
        "Nobody has signed in to corp on this machine yet. `rolecall sign-in corp` signs in.",
        finding_strings.CLEAN,
    ]
    registration = home / ".aws" / "sso" / "cache" / f"{registration_stem(CORP)}.json"
    registration.write_text(
        '{"clientId": "x", "clientSecret": "y", "expiresAt": "2020-01-01T00:00:00Z"}'
    )
    registration.chmod(0o600)
    assert problems(call(home, doctor)) == finding_strings.CLEAN


@pytest.mark.quick
def test_a_sign_in_that_would_be_refused_is_not_advised(home: Path) -> None:
    with (home / ".aws" / "config").open("a") as file:
        file.write(f"[sso-session noregion]\nsso_start_url = {CORP.start_url}\n")
    found = problems(call(home, doctor))
    assert "“noregion” lacks sso_start_url or sso_region" in found
    assert "rolecall sign-in noregion" not in found


def lines_of(home: Path) -> list[str]:
    """Return the problems of the files in ~/.aws, without the folder."""
    found = problems(call(home, doctor)).splitlines()
    return [line.removeprefix(f"{home}/.aws/") for line in found]


@pytest.mark.quick
def test_a_token_file_with_a_byte_order_mark_is_broken_as_for_the_cli(home: Path) -> None:
    """`json.load` of a text file and `JSON.parse` refuse it."""
    file = home / ".aws" / "sso" / "cache" / "x.json"
    file.write_bytes(b'\xef\xbb\xbf{"accessToken": "t", "expiresAt": "2026-11-24T21:49:23Z"}')
    file.chmod(0o600)
    (problem,) = lines_of(home)
    assert problem.startswith("sso/cache/x.json: This file is broken")


def test_an_action_that_cannot_be_used_is_reported_with_its_key_and_line(home: Path) -> None:
    path = home / ".config" / "rolecall" / "settings.toml"
    path.parent.mkdir(parents=True)
    script = 'command = "echo {nobody}"'
    path.write_text(
        f'[actions.one]\nkey = "s"\nname = "One"\ncommand = "true"\n'
        f'[actions.two]\nkey = "L"\nname = "Two"\n{script}\n'
    )
    assert problems(call(home, doctor)).splitlines() == [
        f"{path}: line 8, actions.two.command: {{nobody}} is not a placeholder here; two pairs of "
        "braces make it text",
        f"{path}: line 2, actions.one.key: “save” already has this key",
    ]


def test_settings_that_cannot_be_used_are_reported(home: Path) -> None:
    path = home / ".config" / "rolecall" / "settings.toml"
    path.parent.mkdir(parents=True)
    safe_side = "every profile counts as production, and nothing is logged"
    path.write_bytes(b'theme = "caf\xe9"\n')
    assert problems(call(home, doctor)) == f"{path}: line 1, theme: has a byte that is not UTF-8"
    path.write_text("log = false\nlog = false\n")
    found = problems(call(home, doctor))
    why = "not TOML (Cannot overwrite a value), so it is not used"
    assert found == f"{path}: line 2: {why}: {safe_side}"
    path.unlink()
    path.mkdir()
    found = problems(call(home, doctor))
    assert found == f"{path}: cannot be read (not a file): {safe_side}"


def test_files_about_accounts_that_cannot_be_used_are_reported(home: Path) -> None:
    team, accounts = (
        home / ".config" / "rolecall" / name for name in ("team.toml", "accounts.toml")
    )
    team.parent.mkdir(parents=True)
    team.write_text('production = "x"\n[\n')
    why = "not TOML (Invalid initial character for a key part), so it is not used"
    found = problems(call(home, doctor))
    assert found == f"{team}: line 2: {why}: every profile counts as production"
    (problem,) = json.loads(call(home, doctor, "--json").output)["problems"]
    assert (problem["kind"], problem["file"]) == ("setting-team-not-toml", str(team))
    team.write_text('production = "x"\n\n[accounts.1]\n')
    accounts.write_text("x = 1\n")
    of_accounts, of_team = problems(call(home, doctor)).splitlines()
    assert of_accounts.startswith(f"{accounts}, line 1")
    assert of_team.startswith(f"{team}, line 3")


def test_a_file_that_cannot_be_read_does_not_hide_the_others(home: Path) -> None:
    (home / ".aws" / "config").write_text("[dev\n")
    (home / ".aws" / "sso" / "cache" / "x.json").write_text("")
    result = call(home, doctor)
    assert result.exit_code == 1
    assert "config, line 1: " in result.output
    assert "x.json: " in result.output


def write(home: Path, region: str) -> None:
    places = Locations.from_environment({"HOME": str(home)})
    file = ConfigFile(places.config, places.state, lambda: datetime(2026, 11, 24, tzinfo=UTC))
    file.commit(file.plan([SetProfile("dev", {"region": region})]))


@pytest.mark.quick
def test_undo_without_a_write_says_so(home: Path) -> None:
    assert call(home, undo).exit_code == 1
    assert call(home, undo, "--list").output == file_strings.NOTHING_WRITTEN + "\n"


@pytest.mark.quick
def test_the_demo_takes_no_command(home: Path) -> None:
    for option in (["--demo"], ["--demo-accounts", "3"]):
        result = call(home, rolecall, *option, "doctor")
        assert result.exit_code == 2
        assert program_strings.DEMO_AND_COMMAND in result.output


@pytest.mark.quick
def test_undo_shows_the_diff_and_asks(home: Path) -> None:
    config = home / ".aws" / "config"
    write(home, "us-east-1")
    changed = config.read_text()
    result = call(home, undo, "--dry-run")
    assert result.exit_code == 0
    assert "-region = us-east-1\n+region = eu-west-1" in result.output
    for typed, status, text in (("n", 1, changed), ("ctrl+d", 1, changed), ("y", 0, CLEAN)):
        assert config.read_text() == changed
        with Terminal(command("undo"), env={"HOME": str(home)}) as terminal:
            terminal.wait_for(r"-region = us-east-1\s+\+region = eu-west-1")
            terminal.wait_for(r"\[y/N\]")
            terminal.press(typed, *([] if typed == "ctrl+d" else ["enter"]))
            assert terminal.wait_exit() == status
        assert config.read_text() == text
    assert config.read_text() == CLEAN
    listed = call(home, undo, "--list").output.splitlines()
    assert len(listed) == 2
    assert "(undone)" in listed[1]


def test_neither_textual_nor_boto3_is_imported(home: Path) -> None:
    program = (
        "import sys, rolecall.cli.doctor as d, rolecall.cli.undo as u\n"
        "d.doctor([], standalone_mode=False); u.undo(['--list'], standalone_mode=False)\n"
        "sys.exit(bool({'textual', 'boto3', 'botocore'} & sys.modules.keys()))"
    )
    command = [sys.executable, "-c", program]
    assert subprocess.run(command, env={"HOME": str(home)}, check=False).returncode == 0
