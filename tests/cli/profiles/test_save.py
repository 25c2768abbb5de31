"""`rolecall save`, against the demo: one profile, all profiles, none if names collide."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from rolecall.demo.options import DemoOptions
from rolecall.demo.organisation import Organisation
from rolecall.demo.server import DemoServer
from rolecall.domain.model import Account
from tests.cli.inventory.test_list import DemoMachine
from tests.support.obstacles.locks import NO_LOCKS
from tests.support.programs import aws_cli, completed
from tests.support.terminal import Terminal

READ = "AWSReadOnlyAccess"
ALIKE = Organisation(
    [
        (Account("1" * 12, "audit", "aws+audit@example.com"), (READ, "AWSAdministratorAccess")),
        (Account("9" * 12, "log archive", "aws+log-archive@example.com"), (READ,)),
        (Account("2" * 12, "sandbox", "aws+kim@example.com"), (READ,)),
        (Account("333333330000", "Sandbox", "aws+noor@example.com"), (READ,)),
        (Account("4" * 12, "[prod] データ", "aws+data-prod@example.com"), (READ,)),
    ]
)


class SavingMachine(DemoMachine):
    def save(self, *arguments: str) -> CompletedProcess[str]:
        return self.rolecall("save", *arguments)

    @property
    def config(self) -> str:
        return self.locations.config.read_text()

    def in_terminal(self, *arguments: str) -> Terminal:
        return Terminal([sys.executable, "-m", "rolecall", "save", *arguments], env=self.environ)

    def names(self) -> list[str]:
        """The profiles that the AWS CLI sees."""
        result = completed(
            [aws_cli(), "configure", "list-profiles"], {**self.environ, "PATH": "/usr/bin:/bin"}
        )
        return sorted(result.stdout.splitlines())


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[SavingMachine]:
    with DemoServer(DemoOptions(organisation=ALIKE)) as server:
        machine = SavingMachine(server, tmp_path / "home")
        machine.sign_in()
        yield machine


@pytest.mark.quick
def test_one_permission_set_is_saved(machine: SavingMachine) -> None:
    before = machine.config
    dry = machine.save("--account", "1111-1111-1111", "--permission-set", READ, "--dry-run")
    assert (dry.returncode, machine.config) == (0, before)
    assert "+[profile audit-readonly]" in dry.stdout
    assert "PROD" not in dry.stdout
    saved = machine.save("--account", "AUDIT", "--permission-set", READ)
    assert saved.returncode == 0
    assert saved.stdout == dry.stdout
    assert "audit-readonly" in machine.names()
    named = machine.save(
        *("--account", "audit", "--permission-set", READ, "--name", "mine"),
        *("--region", "us-east-2", "--output", "text"),
    )
    assert named.returncode == 0
    section = machine.config.partition("[profile mine]\n")[2].partition("\n\n")[0]
    assert section.splitlines() == [
        "sso_session = demo",
        f"sso_account_id = {'1' * 12}",
        f"sso_role_name = {READ}",
        "region = us-east-2",
        "output = text",
    ]


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (("--account", "sandbox", "--permission-set", READ), 1, "222222222222, 333333330000"),
        (("--account", "nobody", "--permission-set", READ), 1, "nobody"),
        (("--account", "audit", "--permission-set", "Nope"), 1, "AWSAdministratorAccess"),
        (("--account", "audit"), 2, "--permission-set"),
        (("--all", "--account", "audit"), 2, "Use either"),
        (("prod",), 2, "Use either"),
        (("--all", "lgarchv"), 1, "Nothing matches “lgarchv”."),  # scattered letters of log archive
        (("--all", "--template", "{account}-{shrt}"), 2, "\n           ^ There is no field “shrt”"),
    ],
)
def test_arguments_that_cannot_be_used_are_refused(
    machine: SavingMachine, arguments: tuple[str, ...], status: int, message: str
) -> None:
    before = machine.config
    result = machine.save(*arguments)
    assert (result.returncode, result.stdout) == (status, "")
    assert result.stderr.startswith("Usage:" if status == 2 else "Error: ")
    assert message in result.stderr
    assert machine.config == before


def test_nothing_is_written_while_names_collide(machine: SavingMachine) -> None:
    before = machine.config
    result = machine.save("--all")
    assert result.returncode == 4
    assert result.stderr.count("Another row would also have the name sandbox-readonly.") == 1
    assert result.stdout.count("collides") == 2
    assert machine.config == before
    found = machine.save("--all", "data", "--template", "{account|safe}")
    assert found.returncode == 0
    assert " PROD  " in found.stdout
    fixed = machine.save("--all", "--fix", "--template", "{account|slug}-{short}")
    assert fixed.returncode == 0
    assert set(machine.names()) >= {
        *("audit-admin", "audit-readonly", "prod"),
        *("sandbox-readonly-2222", "sandbox-readonly-0000"),
    }
    assert "prod-readonly" not in machine.names()  # it exists already, as `prod`
    again = machine.save("--all", "--fix")
    assert (again.returncode, again.stderr) == (0, "Everything is already written.\n")


def test_a_bad_setting_is_reported(machine: SavingMachine) -> None:
    settings = machine.locations.settings
    settings.parent.mkdir(parents=True)
    settings.write_text('template = "{account|uper}"\n')
    result = machine.save("--all", "audit", "--dry-run")
    assert result.returncode == 0
    assert f"{settings}: line 1, template: {{account|uper}} is not a template" in result.stderr


def test_settings_made_by_hand_stay_and_options_change_the_rest(machine: SavingMachine) -> None:
    machine.save("--all", "--fix")
    by_hand = "\n# mine\nregion = ap-south-1\ns3 =\n  max_concurrent_requests = 20\n"
    text = machine.config.replace("[profile audit-admin]\n", "[profile audit-admin]\nx_mine = 1\n")
    machine.locations.config.write_text(text.replace("\nregion = eu-west-1\n", by_hand))
    before = machine.config
    assert machine.save("--all", "--fix").returncode == 0
    assert machine.config == before
    changed = machine.save("--all", "--region", "*dit=us-east-1, eu-west-3")
    assert changed.returncode == 0
    assert machine.config.count("region = us-east-1") == before.count("region = us-east-1") + 2
    assert machine.config.count("# mine\n") == before.count("# mine\n")
    assert machine.config.count("max_concurrent_requests = 20") == before.count("max_concurrent")


def test_a_refresh_that_fails_is_told_of_one_profile_too(machine: SavingMachine) -> None:
    machine.list()
    machine.server.faults.add("ListAccounts", 400)
    one = "--account", "audit", "--permission-set", READ
    assert len(machine.save(*one, "--dry-run").stderr.splitlines()) == 1
    listed = machine.list("--refresh")
    assert listed.returncode == 3
    saved = machine.save(*one, "--refresh")
    assert saved.returncode == 0
    assert saved.stderr.startswith(listed.stderr)
    assert len(saved.stderr.splitlines()) == len(listed.stderr.splitlines()) + 1
    assert "audit-readonly" in machine.config
    colliding = machine.save(*one, "--name", "log-archive-readonly", "--refresh")
    assert (colliding.returncode, colliding.stderr.startswith(listed.stderr)) == (4, True)


@pytest.mark.parametrize(
    "arguments",
    [
        ("--all",),
        ("--all", "audit"),
        ("--all", "--prune"),
        ("--account", "a", "--permission-set", "b"),
    ],
    ids=str,
)
def test_without_the_portal_and_a_cache_nothing_is_saved(
    machine: SavingMachine, arguments: tuple[str, ...]
) -> None:
    before = machine.config
    machine.server.faults.add("ListAccounts", 400)
    result = machine.save(*arguments)
    assert (result.returncode, result.stdout, machine.config) == (3, "", before)
    why, what = result.stderr.splitlines()
    assert "ListAccounts was rejected" in why
    assert what == "The accounts could not be listed."


def test_dead_profiles_are_pruned_in_the_same_write(machine: SavingMachine) -> None:
    assert machine.save("--all", "--fix").returncode == 0
    other = "[profile other]\nsso_session = elsewhere\nsso_account_id = 1\nsso_role_name = Gone\n"
    machine.locations.config.write_text(f"{machine.config}\n{other}")
    audit, _, _, noor, prod = ALIKE.accounts
    machine.server.organisation = Organisation(
        [(audit, (READ,)), (noor, (READ,)), (prod, (READ, "New"))]
    )
    dry = machine.save("--all", "--prune", "--refresh", "--dry-run")
    lines = dry.stdout.splitlines()
    gone = {"audit-admin", "sandbox-readonly-2222", "log-archive-readonly"}
    assert {line.split()[1] for line in lines[1:4] if line.startswith("−")} == gone
    assert "deploy" in dry.stderr  # its source_profile is deleted
    mistyped = machine.save("--all", "adtadmn", "--prune")  # the letters of audit-admin
    assert mistyped.returncode == 1
    before = machine.config
    unasked = machine.save("--all", "--prune")
    assert (unasked.returncode, machine.config) == (1, before)
    assert "Nothing was written: 3 profiles would be deleted" in unasked.stderr
    result = machine.save("--all", "--prune", "--yes")
    assert result.returncode == 0
    assert result.stdout == unasked.stdout == dry.stdout
    names = machine.names()
    assert not gone & set(names)
    assert {"prod-new", "other", "deploy"} <= set(names)


@pytest.mark.parametrize(
    "arguments",
    [("--account", "audit", "--permission-set", READ), ("--all", "data")],
    ids=["one", "many"],
)
def test_a_terminal_asks_once_before_anything_is_written(
    machine: SavingMachine, arguments: tuple[str, ...]
) -> None:
    before = machine.config
    for answer, status in (("n", 1), ("y", 0)):
        with machine.in_terminal(*arguments) as terminal:
            terminal.wait_for(r"\+\[profile ")
            terminal.wait_for(r"^Write 1 new to ~/\.aws/config\? \[y/N\]:")
            assert machine.config == before
            terminal.press(answer, "enter")
            assert terminal.wait_exit(60) == status
        assert (machine.config == before) == (answer == "n")


@pytest.fixture
def no_locks(machine: SavingMachine, tmp_path: Path) -> SavingMachine:
    """The machine, with a file system that has no locks."""
    (tmp_path / "sitecustomize.py").write_text(NO_LOCKS)
    machine.environ["PYTHONPATH"] = str(tmp_path)
    return machine


_ONE = ("--account", "audit", "--permission-set", READ, "--region", "eu-west-1")


def test_without_locks_and_a_terminal_it_needs_an_option(no_locks: SavingMachine) -> None:
    before = no_locks.config
    refused = no_locks.save(*_ONE, "--yes")  # that is about another question
    assert (refused.returncode, no_locks.config) == (1, before)
    assert "has no locks (no locks available). --no-lock writes without one." in refused.stderr
    assert no_locks.save(*_ONE, "--no-lock").returncode == 0
    assert "[profile audit-readonly]" in no_locks.config
    assert no_locks.rolecall("undo", "--yes").returncode == 1
    assert no_locks.rolecall("undo", "--yes", "--no-lock").returncode == 0
    assert no_locks.config == before


@pytest.mark.parametrize(("answer", "status"), [("n", 1), ("y", 0)])
def test_without_locks_a_terminal_asks_once_more(
    no_locks: SavingMachine, answer: str, status: int
) -> None:
    before = no_locks.config
    with no_locks.in_terminal(*_ONE) as terminal:
        terminal.wait_for(r"^Write .* to ~/\.aws/config\? \[y/N\]:")
        terminal.press("y", "enter")
        # The paths before it decide where the line breaks.
        question = "withoutone?Nothingelsemaywritetheremeanwhile.[y/N]:"
        terminal.wait_until(lambda: question in "".join(terminal.screen_text().split()))
        assert no_locks.config == before
        terminal.press(answer, "enter")
        assert terminal.wait_exit(60) == status
    assert (no_locks.config == before) == (answer == "n")


def test_a_terminal_asks_about_a_deletion_unless_it_gets_yes(machine: SavingMachine) -> None:
    gone = (
        f"[profile gone]\nsso_session = demo\nsso_account_id = {'1' * 12}\nsso_role_name = Gone\n"
    )
    machine.locations.config.write_text(f"{machine.config}\n{gone}")
    assert machine.rolecall("list").returncode == 0
    before, words = machine.config, ("--all", "gone", "--prune")
    with machine.in_terminal(*words) as terminal:
        terminal.wait_for(r"^Write 1 deleted to ~/\.aws/config\? \[y/N\]:")
        terminal.press("n", "enter")
        assert terminal.wait_exit(60) == 1
    assert machine.config == before
    with machine.in_terminal(*words, "--yes") as terminal:
        assert terminal.wait_exit(60) == 0
        assert "[y/N]" not in terminal.screen_text()
    assert "[profile gone]" not in machine.config
