"""Which roles words mean: one table, which all commands, the filter and the picker agree with."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

import pytest

from rolecall.demo.options import TENANT, DemoOptions
from rolecall.demo.organisation import Organisation, Role
from rolecall.domain.model import Account
from rolecall.services.switching.switching import Switching
from rolecall.ui.picker.rows import PickerRows
from rolecall.ui.screens.inventory.permission_sets import PermissionSetsScreen
from rolecall.ui.widgets.table.rows import TableRows
from tests.cli.conftest import CommandLine, machine
from tests.support import fork_server
from tests.support.desk import Desk
from tests.support.fork_server import Output
from tests.support.screens.full_screen import open_full_screen

PAY: Final = Account("111111111111", "pay-prod", "money@example.com")
LAB: Final = Account("222222222222", "lab", "")
READ, BILLING, DEPLOYER = "AWSReadOnlyAccess", "Billing", "role/ops/Deployer"
# The profiles of all roles, whose names are no words of others.
PROFILES: Final = {
    "one": (PAY, READ),
    "two": (PAY, BILLING),
    "three": (PAY, DEPLOYER),
    "four": (LAB, READ),
    "five": (LAB, "role/Auditor"),
    "six": (LAB, "role/dev/Auditor"),
}
SAID: Final = 'alias = "bench"\nnote = "ask Kim"\ngroups = [\n    "eu",\n]\n'
_PAY, _LAB, _ALL = "one two three", "four five six", " ".join(PROFILES)
ARN: Final = f"arn:aws:iam::{PAY.id}:role"
# What words mean to a command that only shows, and to one that writes or hands out.
TABLE: Final = {
    "Deployer": ("three", "three"),
    "ops/Deployer": ("three", "three"),
    "role/ops/Deployer": ("three", "three"),
    f"{ARN}/ops/Deployer": ("three", "three"),
    f"{ARN}/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Billing_0123456789abcdef": ("two", "two"),
    f"{ARN}/Gone": (_PAY, ""),
    "Auditor": ("five six", "five six"),
    "dev/Auditor": ("six", "six"),
    "deploy": ("three", ""),
    "dplyr": ("three", ""),
    "ReadOnly": ("one four", "one four"),
    "read": ("one four", "one four"),
    "readonlyacc": ("one four", ""),
    "Billing prod": ("two", "two"),
    "bill prod": ("two", ""),
    "pay-prod": (_PAY, _PAY),
    "pro": (_PAY, ""),
    PAY.id: (_PAY, _PAY),
    "1111-1111-1111": (_PAY, _PAY),
    "1111-1111-": (_PAY, ""),
    "money@example.com": (_PAY, _PAY),
    "mon": (_PAY, ""),
    "bench": (_LAB, _LAB),
    "kim": (_LAB, _LAB),
    "group:eu audit": ("five six", ""),
    "group:eu Auditor": ("five six", "five six"),
    "group:e": (_LAB, ""),
    "corp": ("", ""),  # the only session
    "five": ("five", "five"),
    "nothing": ("", ""),
}
_EACH = pytest.mark.parametrize(
    ("query", "shown", "meant"),
    [(query, set(shown.split()), set(meant.split())) for query, (shown, meant) in TABLE.items()],
    ids=list(TABLE),
)


class World(NamedTuple):
    machine: CommandLine

    def run(self, *arguments: str) -> Output:
        return fork_server.run(list(arguments), self.machine.environ)


def _prepare(desk: Desk) -> None:
    """Make the accounts, roles and profiles of the table."""
    sets = [(PAY, (READ, BILLING)), (LAB, (READ,))]
    roles = [Role(account, name) for account, name in PROFILES.values() if "/" in name]
    desk.server.organisation = Organisation(sets, roles)
    for name, (account, role) in PROFILES.items():
        target = f"sso_session = corp\nsso_account_id = {account.id}\nsso_role_name = {role}"
        if "/" in role:
            arn = f"arn:aws:iam::{account.id}:{role}"
            call = f"credential-process --sso-session corp --role-arn {arn}"
            target = f"credential_process = rolecall {call}"
        desk.add(f"[profile {name}]\n{target}")
    accounts = desk.services.locations.accounts
    accounts.parent.mkdir(parents=True)
    accounts.write_text(f"[accounts.{LAB.id}]\n{SAID}")


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    home = tmp_path_factory.mktemp("words") / "home"
    options = DemoOptions(tenant=TENANT)
    with machine(home, options) as signed_out:
        config = signed_out.config.read_text().partition("[profile")[0].rstrip()
        address = f"https://{TENANT}.account-access.{signed_out.server.region}.app.aws"
        signed_out.config.write_text(f"{config}\nrolecall_account_access = {address}\n")
        (signed_out.session,) = signed_out.services.sign_in.sessions()
        _prepare(signed_out)
        signed_out.sign_in()
        signed_out.output_of("list")
        yield World(signed_out)


def _profiles(rows: list[dict[str, str]]) -> set[str]:
    targets = {(account.id, role): name for name, (account, role) in PROFILES.items()}
    return {targets[row["account_id"], row["permission_set"]] for row in rows}


@_EACH
def test_list_shows_parts_of_words(
    world: World, query: str, shown: set[str], meant: set[str]
) -> None:
    cached = world.run("list", "--json", *query.split())
    asked = world.run("list", "--json", "--refresh", *query.split())
    assert _profiles(json.loads(cached.stdout)) == _profiles(json.loads(asked.stdout)) == shown
    assert meant <= shown


@pytest.mark.quick
@_EACH
def test_exec_and_save_take_whole_words(
    world: World, query: str, shown: set[str], meant: set[str]
) -> None:
    ran = world.run("exec", "--output", "json", "--yes", "--all", *query.split(), "--", "true")
    rows = [json.loads(line) for line in ran.stdout.splitlines()]
    assert {row["name"] for row in rows} == meant, ran.text
    saved = world.run("save", "--all", "--dry-run", *query.split())
    lines = saved.stdout.decode().splitlines()[1:]
    assert {line.split()[1 + ("PROD" in line)] for line in lines} == meant, saved.text
    assert (saved.status == 1) == (not meant)
    assert ("Only whole words match here" in saved.text) == (not meant)


@_EACH
def test_the_console_opens_for_whole_words_of_one_profile(
    world: World, query: str, shown: set[str], meant: set[str]
) -> None:
    result = world.run("console", "--print", query)
    if len(meant) > 1:
        assert result.status == 1
        assert f"matches several profiles: {' '.join(sorted(meant, key=_ALL.index))}" in result.text
    elif not meant:
        assert (result.status, result.stdout) == (1, b"")
        assert "There is no profile" in result.text
    else:
        (name,) = meant
        account, role = PROFILES[name]
        link = f"account_id={account.id}&role_name={role}"
        assert (f"{name} has a role" if "/" in role else link) in result.text


@_EACH
def test_a_shell_switches_to_the_best_of_what_is_shown(
    world: World, query: str, shown: set[str], meant: set[str]
) -> None:
    result = world.run("switch", "--shell=bash", query)
    named = {name for name in PROFILES if name in result.text.replace("'", " ").split()}
    if query == "dplyr":
        assert "No profile matches" in result.text
        return
    assert named <= shown
    assert meant <= named or not meant
    is_used = result.status == 0 or "is a production profile" in result.text
    assert is_used == (len(named) == 1)


@pytest.mark.quick
@_EACH
def test_the_picker_shows_what_is_listed(
    world: World, query: str, shown: set[str], meant: set[str]
) -> None:
    switching = Switching(world.machine.environ)
    rows = PickerRows(switching, switching.targets())
    table = TableRows(rows.columns(), lambda row: row.key)
    table.set_rows(rows.of_profiles())
    table.set_query(query)
    assert {row.name for row in table.shown} == shown


@pytest.mark.quick
async def test_the_filter_shows_what_is_listed(tmp_path: Path) -> None:
    def before(desk: Desk) -> None:
        _prepare(desk)
        desk.services.inventory.list_everything(desk.session, lambda _: None)

    async with open_full_screen(tmp_path / "home", before=before, with_roles=True) as it:
        screen = await it.open_screen(PermissionSetsScreen, "2")
        await it.until(lambda: screen.table.total == len(PROFILES))
        await it.until(lambda: len(it.app.state.profiles) == len(PROFILES))
        found = {}
        for query in TABLE:
            screen.table.query_text = query
            rows = ((row.account.id, row.permission_set.name) for row in screen.table.shown)
            found[query] = _profiles([{"account_id": i, "permission_set": n} for i, n in rows])
    assert found == {query: set(shown.split()) for query, (shown, _) in TABLE.items()}


@pytest.mark.quick
def test_an_option_takes_the_short_name_of_a_role_unless_several_have_it(world: World) -> None:
    target = "--dry-run", "--permission-set"
    for name in ("Deployer", "ops/Deployer", DEPLOYER):
        saved = world.run("save", "--account", PAY.id, *target, name, "--name", "new")
        assert (saved.status, f"{ARN}/ops/Deployer" in saved.text) == (0, True), saved.text
    several = world.run("save", "--account", LAB.id, *target, "Auditor")
    assert several.status == 1
    assert several.text.endswith("with its path: role/Auditor, role/dev/Auditor\n")
    part = world.run("save", "--account", LAB.id, *target, "Audit")
    assert part.status == 1
    assert "Existing: AWSReadOnlyAccess, role/Auditor, role/dev/Auditor" in part.text


def test_credential_process_takes_full_names_only(world: World) -> None:
    def ask(account: Account, name: str) -> Output:
        role = "--account", account.id, "--permission-set", name
        return world.run("credential-process", *role)

    assert ask(PAY, DEPLOYER).status == 0
    for account, name, names in (
        (PAY, "Deployer", DEPLOYER),
        (LAB, "Auditor", "role/Auditor, role/dev/Auditor"),
    ):
        world.machine.server.calls.clear()
        refused = ask(account, name)
        assert (refused.status, refused.stdout) == (1, b"")
        assert not world.machine.server.calls.all()  # the list has it, so AWS is not asked
        assert refused.text.endswith(f"Give the full name: {names}\n")
    assert "is not assigned to you" in ask(LAB, "Audit").text
    assert ask(PAY, "ReadOnly").status == 1
