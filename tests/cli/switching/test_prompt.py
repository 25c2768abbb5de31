"""`rolecall prompt`: the profile for a shell's prompt, and whether the directory is for it."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from rolecall.domain.shells import Shell
from rolecall.domain.timestamps import write_time
from tests.cli.conftest import ACCOUNT, PERMISSION_SET, PROFILE, CommandLine, command
from tests.support import login_files
from tests.support.programs import completed, program
from tests.support.shells import RUN
from tests.support.terminal import Terminal

_ALL = "{profile}|{account}|{account_id}|{role}|{region}|{production}|{left}|{directory}"


def prompt(desk: CommandLine, *arguments: str, at: Path | None = None, **environ: str) -> str:
    result = completed(
        command("prompt", *arguments),
        {"PATH": os.environ["PATH"], **desk.environ, **environ},
        cwd=at or desk.home,
        check=False,
    )
    assert (result.returncode, result.stderr) == (0, "")
    return result.stdout


@pytest.fixture
def other_account(signed_in: CommandLine) -> Path:
    """A directory that is for another account, and trusted."""
    folder = signed_in.home / "repository"
    folder.mkdir()
    signed_in.add(
        "[profile core-prod]\nsso_session = corp\nsso_account_id = 123456789012\n"
        "sso_role_name = Admin"
    )
    signed_in.output_of("pin", "--yes", "core-prod", at=str(folder))
    return folder


def test_a_console_sign_in_is_shown_as_a_session_is(signed_in: CommandLine) -> None:
    signed_in.add(login_files.PROFILE)
    form = "--format", "{profile}|{left}"
    assert prompt(signed_in, *form, AWS_PROFILE="console") == "console|signed out\n"
    content = login_files.fields(datetime.now(UTC), left=timedelta(minutes=-1))
    login_files.write(signed_in.home / ".aws" / "login" / "cache", content)
    assert prompt(signed_in, *form, AWS_PROFILE="console") == "console|renews\n"


def test_the_line_has_the_alias_of_the_user_or_else_of_the_team(signed_in: CommandLine) -> None:
    folder = signed_in.home / ".config" / "rolecall"
    folder.mkdir(parents=True, exist_ok=True)
    form = "--format", "{alias}|{production}"
    (folder / "team.toml").write_text(
        f'location = "x"\nproduction = "audit"\n\n[accounts.{ACCOUNT}]\nalias = "theirs"\n'
    )
    assert prompt(signed_in, *form, AWS_PROFILE=PROFILE) == "theirs|PROD\n"
    (folder / "team.toml").write_text(f'location = "x"\n\n[accounts.{ACCOUNT}]\nalias = "theirs"\n')
    for text in ('alias = "mine"', "# edited\nalias = 'mine'"):
        (folder / "accounts.toml").write_text(f"[accounts.{ACCOUNT}]\n{text}\n")
        assert prompt(signed_in, *form, AWS_PROFILE=PROFILE) == "mine|\n"
    (folder / "accounts.toml").write_text(f'[accounts.{ACCOUNT}]\nalias = "\\u001b[31m"\n')
    assert prompt(signed_in, *form, AWS_PROFILE=PROFILE) == "␛[31m|\n"
    (folder / "accounts.toml").write_text("<html>")
    assert prompt(signed_in, *form, AWS_PROFILE=PROFILE) == "theirs|PROD?\n"
    (folder / "accounts.toml").unlink()
    (folder / "team.toml").write_text("production = ")
    assert prompt(signed_in, *form, AWS_PROFILE=PROFILE) == "|PROD?\n"


@pytest.mark.parametrize("name", ["settings.toml", "team.toml"])
def test_the_line_says_that_an_old_expression_for_production_is_not_used(
    signed_in: CommandLine, name: str
) -> None:
    folder = signed_in.home / ".config" / "rolecall"
    folder.mkdir(parents=True, exist_ok=True)
    form = "--format", "{production}"
    (folder / name).write_text('production = "(?!)"\n')
    assert prompt(signed_in, *form, AWS_PROFILE=PROFILE) == "production=?\n"
    assert prompt(signed_in, *form, AWS_PROFILE="x-prod") == "PROD production=?\n"
    assert prompt(signed_in, *form) == ""
    own = "--format", "{profile}"
    assert prompt(signed_in, *own, AWS_PROFILE="x-prod") == "x-prod production=?\n"
    assert prompt(signed_in, "--format", "[{left}]", AWS_PROFILE="x-prod") == "production=?\n"
    assert prompt(signed_in, *own) == ""
    (folder / name).write_text('production = ".*audit.*"\n')
    assert prompt(signed_in, *form, AWS_PROFILE=PROFILE) == "PROD\n"


@pytest.mark.quick
def test_the_line_has_the_profile_its_region_and_the_time_left(signed_in: CommandLine) -> None:
    assert prompt(signed_in) == ""
    line = prompt(signed_in, AWS_PROFILE=PROFILE)
    assert line.startswith((f"{PROFILE} eu-central-1 7 h 5", f"{PROFILE} eu-central-1 8 h"))
    signed_in.output_of("list", "audit")
    line = prompt(signed_in, "--format", _ALL, AWS_PROFILE=PROFILE, AWS_REGION="us-east-1")
    facts = line.rstrip("\n").split("|")
    assert facts[:6] == [PROFILE, "audit", ACCOUNT, PERMISSION_SET, "us-east-1", ""]


def test_settings_that_cannot_be_read_make_every_profile_a_possible_production(
    signed_in: CommandLine,
) -> None:
    settings = signed_in.home / ".config" / "rolecall" / "settings.toml"
    settings.parent.mkdir(parents=True)
    form = "--format", "{production}"
    settings.write_bytes(b'production = "audit" # caf\xe9\n')
    assert prompt(signed_in, *form, AWS_PROFILE=PROFILE) == "PROD\n"
    settings.write_text('production = "other\n')
    assert prompt(signed_in, *form, AWS_PROFILE=PROFILE) == "PROD?\n"
    assert f"{PROFILE} PROD? " in prompt(signed_in, AWS_PROFILE=PROFILE)
    assert prompt(signed_in, "--format", "<{role}>", AWS_PROFILE=PROFILE) == (
        f"<{PERMISSION_SET}> PROD?\n"
    )
    assert prompt(signed_in) == ""


def test_keys_in_the_environment_override_the_profile(signed_in: CommandLine) -> None:
    soon = write_time(datetime.now(UTC) + timedelta(minutes=30, seconds=50))
    signed_in.environ |= {
        "AWS_ACCESS_KEY_ID": "ASIA",
        "AWS_CREDENTIAL_EXPIRATION": soon,
        "AWS_PROFILE": "gone",
    }
    form = "--format", "{profile}|{left}"
    assert prompt(signed_in, *form) == "|30 min\n"
    assert prompt(signed_in, *form, ROLECALL_PROFILE=PROFILE) == f"{PROFILE}|30 min\n"


def test_a_shell_of_serve_has_the_served_profile(
    signed_in: CommandLine, other_account: Path
) -> None:
    served = {
        "AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://127.0.0.1:1/credentials",
        "ROLECALL_PROFILE": "core-prod",
    }
    form = "--format", "{profile}|{production}|{directory}"
    assert prompt(signed_in, *form, at=other_account, **served) == "core-prod|PROD|\n"
    line = prompt(signed_in, *form, at=other_account, **served, AWS_PROFILE=PROFILE)
    assert line == f"{PROFILE}||≠ 123456789012\n"
    assert prompt(signed_in, ROLECALL_PROFILE=PROFILE) == ""  # the variable alone serves nothing


def test_the_line_says_which_other_account_the_directory_is_for(
    signed_in: CommandLine, other_account: Path
) -> None:
    form = "--format", "{directory}"
    assert prompt(signed_in, *form, at=other_account, AWS_PROFILE=PROFILE) == "≠ 123456789012\n"
    assert prompt(signed_in, *form, at=other_account) == "≠ 123456789012\n"
    assert prompt(signed_in, *form, at=other_account, AWS_PROFILE="core-prod") == ""
    assert prompt(signed_in, *form, AWS_PROFILE=PROFILE) == ""
    file = other_account / ".rolecall.toml"
    file.write_text(file.read_text() + "\n")  # no longer trusted
    assert prompt(signed_in, *form, at=other_account, AWS_PROFILE=PROFILE) == ""


def test_unusual_profiles_and_broken_files_are_no_errors(signed_in: CommandLine) -> None:
    assert prompt(signed_in, AWS_PROFILE="no-such-profile") == "no-such-profile\n"
    assert prompt(signed_in, AWS_PROFILE="\x1b[2Jx") == "␛[2Jx\n"
    signed_in.config.write_text("[profile \x00")
    assert prompt(signed_in, AWS_PROFILE=PROFILE) == f"{PROFILE}\n"


@pytest.mark.quick
def test_a_wrong_template_names_the_fields(signed_in: CommandLine) -> None:
    result = signed_in.rolecall("prompt", "--format", "{nobody}")
    assert (result.returncode, result.stdout) == (2, "")
    assert "“{nobody}” is not valid" in result.stderr
    assert "{profile}" in result.stderr


@pytest.mark.parametrize("shell", [Shell.BASH, Shell.ZSH, Shell.FISH])
def test_the_hook_says_it_once_for_each_directory_and_profile(
    signed_in: CommandLine, other_account: Path, rolecall_on_path: str, shell: Shell
) -> None:
    script = signed_in.home / "script"
    script.write_text(signed_in.output_of("init", shell.value, "--hook", PATH=rolecall_on_path))
    name, *options = RUN[shell]
    start = [program(name), *options]
    environ = {
        **signed_in.environ,
        "PATH": rolecall_on_path,
        "AWS_PROFILE": PROFILE,
        "TERM": "xterm-256color",
    }
    sentence = f"This directory is for 123456789012, not for {PROFILE}"
    with Terminal(start, env=environ, columns=200) as terminal:
        terminal.press(f"source {script}\r", "echo ready'!'\r", then="^ready!")
        assert sentence not in terminal.screen_text()
        terminal.press(f"cd {other_account}\r", "echo one'!'\r", "echo two'!'\r", then=sentence)
        terminal.wait_for("^two!")
        assert terminal.screen_text().count(sentence) == 1
        status = "$status" if shell is Shell.FISH else "$?"
        terminal.press("false\r", f"echo status {status}'!'\r", then="^status 1")


@pytest.fixture
def hooked(
    signed_in: CommandLine, other_account: Path, rolecall_on_path: str
) -> Callable[[Shell], Terminal]:
    """Starts a shell with the hook in the profile of another account."""

    def start(shell: Shell) -> Terminal:
        script = signed_in.home / "script"
        script.write_text(signed_in.output_of("init", shell.value, "--hook", PATH=rolecall_on_path))
        name, *options = RUN[shell]
        environ = {**signed_in.environ, "PATH": rolecall_on_path, "TERM": "xterm-256color"}
        terminal = Terminal([program(name), *options], env=environ, columns=200)
        terminal.press(f"source {script}\r", "echo ready'!'\r", then="^ready!")
        return terminal

    return start


@pytest.mark.parametrize("shell", [Shell.BASH, Shell.ZSH])
def test_the_hook_does_not_end_a_shell_that_ends_with_a_failure(
    hooked: Callable[[Shell], Terminal], other_account: Path, shell: Shell
) -> None:
    with hooked(shell) as terminal:
        terminal.press("set -e\r", f"cd {other_account}\r", then="This directory is for")
        terminal.press("! true\r", "echo alive'!'\r", then="^alive!")
        terminal.press("cd /\r", "! true\r", "echo still'!'\r", then="^still!")


@pytest.mark.parametrize("shell", [Shell.BASH, Shell.ZSH, Shell.FISH])
def test_the_hook_notices_a_pin_that_changes_and_keys_that_are_set(
    hooked: Callable[[Shell], Terminal], other_account: Path, shell: Shell
) -> None:
    export = "set -gx {} {}\r" if shell is Shell.FISH else "export {}={}\r"
    folder = other_account / "deep"
    folder.mkdir()
    with hooked(shell) as terminal:
        terminal.press(export.format("AWS_PROFILE", "core-prod"), f"cd {folder}\r")
        terminal.press("echo right'!'\r", then="^right!")
        assert "This directory" not in terminal.screen_text()
        terminal.press(export.format("AWS_ACCESS_KEY_ID", "ASIAOTHER"))
        terminal.wait_for("This directory is for 123456789012. AWS_ACCESS_KEY_ID is set")
        file = other_account / ".rolecall.toml"
        changed = file.read_text().replace("123456789012", "123456789013")
        file.write_text(changed)
        terminal.press("true\r", then="123456789013 Admin, but you do not trust it")
        (folder / ".rolecall.toml").symlink_to(file)
        terminal.press("true\r", then="it is a link")
        terminal.press("echo quiet'!'\r", then="^quiet!")
        assert terminal.screen_text().count("it is a link") == 1


@pytest.mark.parametrize("shell", [Shell.BASH, Shell.ZSH, Shell.FISH])
def test_the_hook_does_not_wait_for_what_a_repository_has_as_its_pin(
    hooked: Callable[[Shell], Terminal], tmp_path: Path, shell: Shell
) -> None:
    """A pipe would never end, and a file of 200 MB takes seconds."""
    for name in ("pipe", "large", "nothing"):
        (tmp_path / name).mkdir()
    os.mkfifo(tmp_path / "pipe" / ".rolecall.toml")
    (tmp_path / "large" / ".rolecall.toml").write_text("#" * 200_000_000)
    (tmp_path / "nothing" / ".rolecall.toml").symlink_to("/dev/zero")
    with hooked(shell) as terminal:
        for name, said in (("pipe", "not a file"), ("large", "too large"), ("nothing", "a link")):
            terminal.press(f"cd {tmp_path / name}\r", then=said)
            terminal.press(f"echo {name}'!'\r", then=f"^{name}!")


def documented_line(name: str) -> list[str]:
    """The code of the row of this prompt."""
    text = Path(__file__, "../../../../docs/switching.md").resolve().read_text()
    *_, row = re.findall(rf"^\| {name} \| (.*) \|$", text, re.MULTILINE)
    return re.findall("`([^`]+)`", row)


@pytest.mark.parametrize("shell", [Shell.BASH, Shell.ZSH, Shell.FISH])
def test_the_documented_lines_work(
    signed_in: CommandLine, rolecall_on_path: str, shell: Shell
) -> None:
    name, *options = RUN[shell]
    environ = {
        **signed_in.environ,
        "PATH": rolecall_on_path,
        "AWS_PROFILE": "100%n-x",
        "TERM": "xterm-256color",
        "PS1": "$ ",
    }
    with Terminal([program(name), *options], env=environ) as terminal:
        terminal.press(f"{documented_line(shell.value)[0]}\r")
        terminal.wait_for(r"^100%n-x " if shell is Shell.BASH else r" 100%n-x *$")


def test_the_line_for_starship_works(signed_in: CommandLine, rolecall_on_path: str) -> None:
    config = signed_in.home / "starship.toml"
    config.write_text("\n".join(['format = "$custom> "', *documented_line("starship")]))
    environ = {
        **signed_in.environ,
        "PATH": rolecall_on_path,
        "AWS_PROFILE": PROFILE,
        "TERM": "xterm-256color",
        "STARSHIP_CONFIG": str(config),
    }
    start = [program("bash"), "--norc"]
    starship = program("starship")
    with Terminal(start, env=environ, columns=120) as terminal:
        terminal.press(f'eval "$({starship} init bash)"\r')
        terminal.wait_for(rf"^{PROFILE} eu-central-1 \d h \d+ min *>")
        terminal.press("AWS_PROFILE='100%n-`x`'\r", then=r"^100%n-`x` *>")


@pytest.mark.parametrize("shell", [Shell.BASH, Shell.ZSH, Shell.FISH])
def test_the_line_for_tmux_works(
    signed_in: CommandLine, rolecall_on_path: str, shell: Shell
) -> None:
    own, *status = documented_line(f"tmux, from {shell.value}")
    if not status:
        _, *status = documented_line("tmux, from bash")
    config = signed_in.home / "tmux.conf"
    config.write_text(f"{status[0]}\nset -g status-right-length 80\n")
    environ = {
        **signed_in.environ,
        "PATH": rolecall_on_path,
        "AWS_PROFILE": PROFILE,
        "TERM": "xterm-256color",
        "TMUX_TMPDIR": str(signed_in.home),
    }
    name, *options = RUN[shell]
    words = [program("tmux"), "-f", str(config), "new-session", program(name), *options]
    with Terminal(words, env=environ, columns=120) as terminal:
        terminal.press(own.replace(r"\|", "|") + "\r", then=rf"{PROFILE} eu-central-1 \d h \d+ min")
        subprocess.run([program("tmux"), "kill-server"], env=environ, check=True)


@pytest.fixture
def rolecall_on_path(signed_in: CommandLine) -> str:
    """A PATH with a `rolecall` that runs this one."""
    folder = signed_in.home / "bin"
    folder.mkdir()
    script = folder / "rolecall"
    script.write_text(f'#!/bin/sh\nexec {shlex.join(command())} "$@"\n')
    script.chmod(0o755)
    return f"{folder}:{os.environ['PATH']}"


def test_a_hook_is_only_for_shells_that_have_one(signed_in: CommandLine) -> None:
    result = signed_in.rolecall("init", "tcsh", "--hook")
    assert result.returncode == 2
    assert "bash, zsh, fish" in result.stderr
    shown = signed_in.output_of("init", "bash", "--hook", "--install", "--dry-run")
    assert "init bash --hook" in shown
