"""Commands on a list that AWS has cut short: they do not call unknown what it lacks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from rolecall.demo.options import DemoOptions
from rolecall.demo.server import DemoServer
from tests.cli.inventory.test_list import DemoMachine

READ = "AWSReadOnlyAccess"


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[DemoMachine]:
    """A machine with more accounts than one page has, and no cache."""
    with DemoServer(DemoOptions(accounts=250)) as server:
        machine = DemoMachine(server, tmp_path / "home")
        machine.sign_in()
        yield machine


@pytest.mark.parametrize(
    "arguments",
    [
        ("save", "--dry-run", "--permission-set", READ, "--account", "ID"),
        ("save", "--dry-run", "--all", "ID"),
        ("list", "ID"),
        ("exec", "--all", "ID", "--", "true"),
    ],
    ids=["save one", "save all", "list", "exec"],
)
def test_an_account_on_a_page_that_failed_is_not_called_unknown(
    machine: DemoMachine, arguments: tuple[str, ...]
) -> None:
    last = machine.server.organisation.accounts[-1].id
    machine.server.faults.add("ListAccounts", 400, skip=1)
    result = machine.rolecall(*(last if each == "ID" else each for each in arguments))
    assert (result.returncode, result.stdout) == (3, "")
    why, may_be_old, said = result.stderr.splitlines()
    assert why.startswith("ListAccounts was rejected")
    assert "accounts may be missing" in may_be_old
    assert said.endswith(f"“{last}” is not in the list, but the list is incomplete.")


def test_save_and_exec_use_what_is_known_and_end_with_the_status_of_the_listing(
    machine: DemoMachine,
) -> None:
    first = machine.server.organisation.accounts[0]
    for arguments, status in (
        (("save", "--all", first.id), 3),
        (("exec", "--all", first.id, "--", "echo", "ran"), 3),
        (("exec", "--all", first.id, "--", "false"), 1),
    ):
        machine.server.faults.clear()
        machine.server.faults.add("ListAccounts", 400, skip=1)
        result = machine.rolecall(*arguments)
        assert result.returncode == status, result.stderr
        assert "accounts may be missing" in result.stderr
        assert (first.name in result.stdout) == (status == 3)


def test_without_a_cache_what_was_listed_is_shown(machine: DemoMachine, tmp_path: Path) -> None:
    (tmp_path / "sqlite3.py").write_text("raise ImportError('no sqlite3')")
    machine.environ["PYTHONPATH"] = str(tmp_path)
    first = machine.server.organisation.accounts[0]
    machine.server.faults.add("ListAccounts", 400, skip=1)
    result = machine.rolecall("list", first.id)
    assert result.returncode == 3
    assert "ListAccounts was rejected" in result.stderr
    assert first.name in result.stdout


def test_a_permission_set_that_was_not_listed_is_not_called_unknown(machine: DemoMachine) -> None:
    one, other, *_ = machine.server.organisation.accounts
    machine.server.faults.add("ListAccountRoles", 403, account_id=one.id)
    save = "save", "--dry-run", "--permission-set", "None", "--account"
    unknown = machine.rolecall(*save, one.id)
    assert unknown.returncode == 3
    assert f"{one.id}  {one.name}: " in unknown.stderr
    assert "“None” is not in the list, but the list is incomplete." in unknown.stderr
    # The permission sets of the other account, and the accounts, are all known.
    lacking = machine.rolecall(*save, other.id)
    assert lacking.returncode == 1
    assert "You have no permission set “None”" in lacking.stderr
    nobody = machine.rolecall(*save, "nobody")
    assert nobody.returncode == 1
    assert "This session lists no account “nobody”" in nobody.stderr


@pytest.mark.quick
def test_without_any_page_the_accounts_could_not_be_listed(machine: DemoMachine) -> None:
    machine.server.faults.add("ListAccounts", 400)
    result = machine.rolecall("exec", "--all", "audit", "--", "true")
    assert (result.returncode, result.stdout) == (3, "")
    assert "ListAccounts was rejected" in result.stderr
    assert "The accounts could not be listed.\n" in result.stderr


def test_without_words_nothing_is_said_to_be_missing_from_the_list(machine: DemoMachine) -> None:
    machine.server.faults.add("ListAccounts", 400)
    result = machine.rolecall("exec", "--all", "--", "true")
    assert (result.returncode, result.stdout) == (3, "")
    assert result.stderr.endswith("The accounts could not be listed.\n")
