"""Actions of the settings, with a stand-in for the AWS CLI that notes how it was started."""

from __future__ import annotations

import json
import os
import sys
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.conftest import ACCOUNTS, AUDIT, AUDIT_ROLE, ROLECALL, TerminalDesk
from tests.support.programs import is_alive
from tests.support.settings import write_settings
from tests.support.terminal import Terminal

_AWS = f"""#!{sys.executable}
import json, os, sys
def cmdline(pid):
    return open(f"/proc/{{pid}}/cmdline", errors="replace").read()
names = [name for name in os.environ if name.startswith(("AWS_", "TMUX", "ROLECALL_"))]
noted = {{
    "pid": os.getpid(),
    "arguments": sys.argv[1:],
    "environ": {{name: os.environ[name] for name in names}},
    "terminal": [os.isatty(number) for number in range(3)],
    "started_by": cmdline(os.getppid()) if os.path.exists("/proc/self") else "",
}}
with open(os.path.join(os.path.dirname(__file__), "noted"), "a") as file:
    file.write(json.dumps(noted) + "\\n")
answer = os.path.join(os.path.dirname(__file__), sys.argv[1])
exec(open(answer).read() if os.path.exists(answer) else "")
"""


class StandIn:
    """A folder with a program `aws`, which does for its first argument what a test says."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()
        (folder / "aws").write_text(_AWS)
        (folder / "aws").chmod(0o700)

    @property
    def environ(self) -> dict[str, str]:
        return {"PATH": f"{self.folder}:{os.environ['PATH']}"}

    def does(self, first: str, python: str) -> None:
        (self.folder / first).write_text(python)

    @property
    def calls(self) -> list[dict[str, Any]]:
        path = self.folder / "noted"
        lines = path.read_text().splitlines(keepends=True) if path.exists() else []
        return [json.loads(line) for line in lines if line.endswith("\n")]


@pytest.fixture
def aws(tmp_path: Path) -> StandIn:
    return StandIn(tmp_path / "stand-in")


def set_actions(desk: TerminalDesk, text: str) -> None:
    write_settings(desk.home, text)


def go_to_audit(terminal: Terminal) -> None:
    """Show the permission sets, the cursor on the first of the account audit."""
    terminal.wait_for(ACCOUNTS)
    terminal.press("2")
    terminal.wait_for("permission sets")
    terminal.press("/", f"audit {AUDIT_ROLE}", "enter")
    terminal.wait_for("1 of [0-9]+ permission sets")


def has_keys_of_the_role(environ: dict[str, str]) -> bool:
    return environ["AWS_ACCESS_KEY_ID"].startswith("ASIA") and "AWS_PROFILE" not in environ


LOGS = """
[actions.logs]
key = "L"
name = "Logs"
command = "aws logs {account_id} a={account} {permission_set} {region} {session}"
"""


@pytest.mark.quick
def test_an_action_gets_the_terminal_the_facts_of_the_row_and_its_credentials(
    desk: TerminalDesk, aws: StandIn
) -> None:
    desk.leave_token()
    set_actions(desk, LOGS)
    aws.does("logs", "print('asks', end=' ', flush=True); print('read', input()); sys.exit(3)")
    with desk.open(env=aws.environ, columns=120, lines=30) as terminal:
        go_to_audit(terminal)
        terminal.wait_for("L Logs")
        terminal.press("L")
        terminal.wait_for("asks")
        assert not terminal.on_alternate_screen
        terminal.press("yes", "enter")
        terminal.wait_for("read yes")
        terminal.wait_for("Logs: exit status 3. Enter returns to rolecall.")
        terminal.press("enter")
        terminal.wait_for("Logs: exit status 3")
        terminal.wait_for("permission sets")
        assert terminal.on_alternate_screen
        terminal.press("q")
        assert terminal.wait_exit() == 0
    [call] = aws.calls
    assert call["arguments"] == ["logs", AUDIT, "a=audit", AUDIT_ROLE, "eu-west-1", "demo"]
    assert call["terminal"] == [True] * 3
    assert has_keys_of_the_role(call["environ"])
    assert call["environ"]["AWS_REGION"] == "eu-west-1"


def test_a_command_that_succeeds_returns_at_once_unless_the_action_waits(
    desk: TerminalDesk, aws: StandIn
) -> None:
    desk.leave_token()
    set_actions(desk, LOGS + LOGS.replace("logs]", "slow]").replace('"L"', '"W"') + "wait = true")
    with desk.open(env=aws.environ, columns=120, lines=30) as terminal:
        go_to_audit(terminal)
        terminal.press("L")
        terminal.wait_for("Logs: done")
        terminal.press("W")
        terminal.wait_for("Logs: exit status 0. Enter returns to rolecall.")
        terminal.press("enter")
        terminal.wait_for("Logs: done")
    assert len(aws.calls) == 2


def test_an_action_runs_in_a_window_of_tmux_without_secrets_in_arguments(
    desk: TerminalDesk, aws: StandIn
) -> None:
    desk.leave_token()
    set_actions(desk, LOGS.replace("Logs", "Logs #(touch expanded) #S") + 'in = "tmux"')
    aws.does("logs", "print('in the window', input()); sys.exit(7)")
    tmux = desk.tmux()
    ask = partial(desk.ask, tmux)
    with desk.open(
        *tmux, "new-session", str(ROLECALL), env=aws.environ, columns=120, lines=30
    ) as terminal:
        go_to_audit(terminal)
        terminal.press("L")
        terminal.wait_until(lambda: len(aws.calls) == 1)
        assert ask("list-windows", "-F", "#{window_name}").splitlines()[1] == (
            "Logs #(touch expanded) #S"
        )
        terminal.press("hello", "enter")
        terminal.wait_for("in the window hello")
        terminal.wait_for("exit status 7. Enter closes the window.")
        terminal.press("enter")
        terminal.wait_for("runs in a new tmux window")
        assert len(ask("list-windows").splitlines()) == 1
    [call] = aws.calls
    environ = call["environ"]
    assert call["arguments"][:3] == ["logs", AUDIT, "a=audit"]
    assert call["terminal"] == [True] * 3
    assert has_keys_of_the_role(environ)
    assert environ["TMUX_PANE"] == "%1"
    assert environ["ROLECALL_ACCOUNT_NAME"] == "audit"
    for name in "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN":
        assert environ[name] not in call["started_by"]
    assert not list(desk.home.rglob("expanded"))


def test_without_tmux_an_action_for_it_says_so(desk: TerminalDesk, aws: StandIn) -> None:
    desk.leave_token()
    set_actions(desk, LOGS + 'in = "tmux"')
    with desk.open(env=aws.environ, columns=120, lines=30) as terminal:
        go_to_audit(terminal)
        terminal.press("L")
        terminal.wait_for("rolecall is not running in tmux")
    assert aws.calls == []


def test_an_action_that_needs_a_profile_saves_one_first(desk: TerminalDesk, aws: StandIn) -> None:
    desk.leave_token()
    text = '[actions.shell]\nkey = "K"\nname = "Mine"\ncommand = "aws go {profile}"\n'
    set_actions(desk, f'{text}in = "background"\nneeds = "profile"')
    aws.does("go", "print('first'); print('last \\033[31mred\\033[m line')")
    with desk.open(env=aws.environ, columns=120, lines=30) as terminal:
        go_to_audit(terminal)
        terminal.press("K")
        terminal.wait_for("Save as a profile")
        terminal.wait_for(r"\+\[profile audit-admin\]")
        assert aws.calls == []
        terminal.press("escape")
        terminal.wait_gone("Save as a profile")
        terminal.press("K")
        terminal.wait_for(r"\+\[profile audit-admin\]")
        terminal.press("enter")
        terminal.wait_for("Mine: done. last red line")
        assert "[profile audit-admin]" in desk.config.read_text()
        terminal.press("3")
        terminal.wait_for("profiles")
        terminal.press("/", "audit-admin", "enter", "K")
        terminal.wait_until(lambda: len(aws.calls) == 2)
    for call in aws.calls:
        environ = call["environ"]
        assert call["arguments"] == ["go", "audit-admin"]
        assert environ["AWS_PROFILE"] == "audit-admin"
        assert not {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"} & environ.keys()
        assert call["terminal"] == [False] * 3


CHOOSE = """
[actions.pick]
key = "K"
name = "Pick"
command = ["aws", "pick", "{choice}", "{choice.zone}"]
choose = ["aws", "list", "{region}"]
in = "background"
"""


def test_a_choice_is_made_in_a_table_from_the_output_of_the_aws_cli(
    desk: TerminalDesk, aws: StandIn
) -> None:
    desk.leave_token()
    set_actions(desk, CHOOSE)
    rows = [{"name": "blue", "zone": "a"}, {"name": "red\x1b[2J", "zone": "b"}]
    aws.does("list", f"print({json.dumps(rows)!r})")
    with desk.open(env=aws.environ, columns=120, lines=30) as terminal:
        go_to_audit(terminal)
        terminal.press("K")
        terminal.wait_for("› Pick")
        terminal.wait_for("name +zone")
        terminal.wait_for("blue +a")
        terminal.press("j", "enter")
        terminal.wait_for("Pick: done")
        terminal.press("K")
        terminal.wait_for("blue +a")
        terminal.press("escape")
        terminal.wait_gone("› Pick")
    assert [call["arguments"] for call in aws.calls] == [
        ["list", "eu-west-1"],
        ["pick", "red__2J", "b"],
        ["list", "eu-west-1"],
    ]
    picked = aws.calls[1]["environ"]
    assert (picked["ROLECALL_CHOICE"], picked["ROLECALL_CHOICE_ZONE"]) == ("red\x1b[2J", "b")
    assert all(has_keys_of_the_role(call["environ"]) for call in aws.calls)


def test_esc_ends_the_program_that_lists_choices(desk: TerminalDesk, aws: StandIn) -> None:
    desk.leave_token()
    set_actions(desk, CHOOSE)
    aws.does("list", "import time; time.sleep(999)")
    with desk.open(env=aws.environ, columns=120, lines=30) as terminal:
        go_to_audit(terminal)
        terminal.press("K")
        terminal.wait_for("Listing: aws list")
        terminal.wait_until(lambda: len(aws.calls) == 1)
        assert is_alive(aws.calls[0]["pid"])
        terminal.press("escape")
        terminal.wait_gone("Listing: aws list")
        terminal.wait_until(lambda: not is_alive(aws.calls[0]["pid"]))


def test_an_account_asks_for_its_permission_set_and_production_is_asked_about(
    desk: TerminalDesk, aws: StandIn
) -> None:
    desk.leave_token()
    set_actions(desk, LOGS)
    with desk.open(env=aws.environ, columns=120, lines=30) as terminal:
        terminal.wait_for(ACCOUNTS)
        terminal.press("/", "prod payments", "enter")
        terminal.wait_for(r"1 of \d+ accounts")
        terminal.wait_for(r"payments PROD +\d{12} +2\b")  # its permission sets are listed
        terminal.press("L")
        terminal.wait_for("› Logs")
        terminal.wait_for("ViewOnlyAccess")
        terminal.press("j", "enter")
        terminal.wait_for("Logs: run it in production")
        assert aws.calls == []
        terminal.press("enter")
        terminal.wait_for("Logs: done")
    [call] = aws.calls
    assert call["arguments"][3] == "ViewOnlyAccess"


def test_background_actions_end_with_rolecall_which_asks_first(
    desk: TerminalDesk, aws: StandIn
) -> None:
    desk.leave_token()
    set_actions(desk, LOGS + 'in = "background"')
    aws.does("logs", "import time; time.sleep(999)")
    with desk.open(env=aws.environ, columns=120, lines=30) as terminal:
        go_to_audit(terminal)
        terminal.press("L")
        terminal.wait_for("Logs: running")
        terminal.wait_until(lambda: len(aws.calls) == 1)
        terminal.press("q")
        terminal.wait_for("Stop what is running, and quit")
        terminal.press("enter")
        assert terminal.wait_exit() == 0
        assert not is_alive(aws.calls[0]["pid"])


EKS = json.dumps(["blue", "green"])
INSTANCES = json.dumps(
    [{"id": "i-1", "name": None, "platform": "Ubuntu"}, {"id": "i-2", "name": "web"}]
)
REPOSITORIES = json.dumps(
    [{"repository": "lib", "domain": "dom", "owner": "111122223333", "description": ""}]
)


def test_actions_that_rolecall_brings_are_switched_on_in_the_settings(
    desk: TerminalDesk, aws: StandIn
) -> None:
    desk.leave_token()
    set_actions(desk, f"bell = true  # mine\n{LOGS}")
    aws.does("eks", f"print({EKS!r} if sys.argv[2] == 'list-clusters' else 'Added new context')")
    with desk.open(env=aws.environ, columns=120, lines=40) as terminal:
        go_to_audit(terminal)
        terminal.press("K", ",")
        terminal.wait_for("Actions +none of eks ecr ssm codeartifact shell")
        terminal.press(*["tab"] * 15, "eksx")
        terminal.wait_for("must be one of eks, ecr")
        terminal.press("backspace")
        terminal.wait_for(r"\+eks = true")
        terminal.wait_for("on a row: eks K")
        terminal.press("enter")
        terminal.wait_for("Saved to")
        terminal.wait_for("K EKS kubeconfig")
        settings = (desk.home / ".config" / "rolecall" / "settings.toml").read_text()
        assert settings.startswith("bell = true  # mine\n")
        assert "eks = true" in settings
        terminal.press("K")
        terminal.wait_for(r"\+\[profile audit-admin\]")
        terminal.press("enter")
        terminal.wait_for("green")
        terminal.press("j", "enter")
        terminal.wait_for("EKS kubeconfig: done. Added new context")
        terminal.press("?")
        terminal.wait_for("K +EKS kubeconfig")
        terminal.press("escape", ":")
        terminal.wait_for("choose a cluster and add it")
    assert [call["arguments"] for call in aws.calls] == [
        ["eks", "list-clusters", "--query", "clusters", "--output", "json"],
        ["eks", "update-kubeconfig", "--name", "green", "--profile", "audit-admin"],
    ]
    assert {call["environ"]["AWS_PROFILE"] for call in aws.calls} == {"audit-admin"}


def test_the_other_actions_that_rolecall_brings(desk: TerminalDesk, aws: StandIn) -> None:
    desk.leave_token()
    set_actions(desk, "[actions]\necr = true\nssm = true\ncodeartifact = true\n[actions.shell]")
    registry = "https://1.dkr.ecr.eu-west-1.amazonaws.com"
    answers = {"get-authorization-token": registry, "get-login-password": "secret"}
    aws.does("ecr", f"print({answers!r}[sys.argv[2]])")
    aws.does("ssm", f"print({INSTANCES!r}) if sys.argv[2][0] == 'd' else print('in', input())")
    aws.does(
        "codeartifact", f"print({REPOSITORIES!r} if sys.argv[2] != 'login' else 'pip is set up')"
    )
    docker = aws.folder / "docker"
    docker.write_text(
        '#!/bin/sh\necho "$@" >"$0.arguments"\ncat >"$0.input"\necho Login Succeeded\n'
    )
    docker.chmod(0o700)
    shell = aws.folder / "my-shell"
    shell.write_text('#!/bin/sh\necho "shell of $AWS_PROFILE"\nread line\nexit 4\n')
    shell.chmod(0o700)
    environ = {**aws.environ, "SHELL": str(shell)}
    with desk.open(env=environ, columns=130, lines=40) as terminal:
        go_to_audit(terminal)
        terminal.press("C")
        terminal.wait_for("ECR login: done. Login Succeeded")
        terminal.press("I")
        terminal.wait_for("i-2 +web")
        terminal.press("j", "enter")
        terminal.wait_until(lambda: aws.calls[-1]["arguments"][1] == "start-session")
        terminal.press("hello", "enter")
        terminal.wait_for("SSM session: done")
        terminal.press("P")
        terminal.wait_for("lib +dom")
        terminal.press("enter")
        terminal.wait_for("CodeArtifact: done. pip is set up")
        terminal.press("$")
        terminal.wait_for(r"\+\[profile audit-admin\]")
        terminal.press("enter")
        terminal.wait_for("shell of audit-admin")
        terminal.press("enter")
        terminal.wait_for("Shell: done")
    assert (aws.folder / "docker.input").read_text() == "secret"
    arguments = (aws.folder / "docker.arguments").read_text()
    assert arguments == f"login --username AWS --password-stdin {registry}\n"
    calls = [call["arguments"] for call in aws.calls]
    assert ["ssm", "start-session", "--target", "i-2"] in calls
    assert calls[-1] == [
        *("codeartifact", "login", "--tool", "pip", "--repository", "lib"),
        *("--domain", "dom", "--domain-owner", "111122223333"),
    ]
    assert all(has_keys_of_the_role(call["environ"]) for call in aws.calls)
