"""Every output has the same verdict on production, and one module decides it."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from textual.widgets import Input, Static

from rolecall.cli.support import confirm as question
from rolecall.presentation import labels
from rolecall.services.inventory.unsaved_roles import target_of
from rolecall.services.switching.switching import Switching
from rolecall.ui.picker.rows import PickerRows, unsaved_row
from rolecall.ui.screens.base.box import BoxScreen
from rolecall.ui.screens.base.confirm import ConfirmScreen
from rolecall.ui.screens.base.table import TableScreen
from rolecall.ui.screens.credentials.console import ConsoleScreen
from rolecall.ui.screens.credentials.credentials import CredentialsScreen
from rolecall.ui.screens.inventory.annotate import AnnotateScreen
from rolecall.ui.screens.profiles.drift import DriftScreen
from rolecall.ui.screens.profiles.save_profile import SaveProfileScreen
from rolecall.ui.screens.profiles.workbench import WorkbenchScreen
from rolecall.ui.screens.runs.run_command import RunCommandScreen
from rolecall.ui.screens.runs.runs import RunsScreen
from rolecall.ui.state.events import ConfigChanged
from rolecall.ui.state.rows import AssignmentRow
from tests.cli.conftest import command
from tests.support.desk import Desk
from tests.support.screens.full_screen import FullScreen, open_full_screen
from tests.support.terminal import Terminal
from tests.test_architecture import imports, modules

# Why each account is production, or is not. Each has the permission sets A and B.
ACCOUNTS = {
    "データ基盤": True,  # the name of a profile: data-platform-prod
    "checkout production": True,  # its own name
    "analytics": True,  # its alias
    "network": True,  # a group
    "backup": True,  # the profile of a role that is assumed
    "audit": False,  # its e-mail address and a permission set say nothing
}
SIZE = (160, 40)
_SAID = """\
[accounts.000000000002]
alias = "numbers-prd"

[accounts.000000000003]
groups = [
    "prod",
]
"""


def profile(name: str, account: int, role: str) -> str:
    return (
        f"[profile {name}]\nsso_session = corp\nsso_account_id = {account:012}\n"
        f"sso_role_name = {role}\nregion = eu-west-1\n"
    )


PROFILES = {
    "data-platform-prod": "データ基盤",
    "data-viewer": "データ基盤",
    "numbers": "analytics",
    "net": "network",
    "net2": "network",
    "restore-prod": "backup",
    "copies": "backup",
    "audit-a": "audit",
}


def prepare(desk: Desk) -> None:
    desk.add(profile("data-platform-prod", 0, "A"))
    desk.add(profile("data-viewer", 0, "B"))
    desk.add(profile("numbers", 2, "A"))
    desk.add(profile("net", 3, "A"))
    desk.add(profile("net2", 3, "A"))  # a duplicate
    role = "role_arn = arn:aws:iam::000000000004:role/Restore\nsource_profile = audit-a"
    desk.add(f"[profile restore-prod]\n{role}")
    desk.add(profile("copies", 4, "A"))
    desk.add(profile("audit-a", 5, "A"))
    path = desk.services.locations.accounts
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(_SAID)


class Walk(FullScreen):
    """Collects the verdict of each output, by the name of the account."""

    def marks(self, account_of: Callable[[Any], str]) -> dict[str, bool]:
        """The marks of the table that is shown. All rows of an account have the same."""
        screen = self.app.screen
        assert isinstance(screen, TableScreen)
        found: dict[str, bool] = {}
        for row in screen.table.shown:
            badges = {column.badge_of(row) for column in screen.table.columns} - {""}
            assert badges <= {labels.PRODUCTION}
            assert found.setdefault(account_of(row), bool(badges)) == bool(badges), row
        return found

    async def place(self, key: str, mode: str) -> None:
        await self.press_until(lambda: self.app.current_mode == mode, key)
        await self.until(lambda: isinstance(self.app.screen, TableScreen))
        await self.until(lambda: self.app.screen.table.total > 0)  # type: ignore[attr-defined]

    async def open(self, start: Callable[[], None], screen: type[Any]) -> Any:
        start()
        return await self.until_shown(screen)

    async def close(self) -> None:
        here = self.app.screen
        here.dismiss(None)
        await self.until(lambda: self.app.screen is not here)

    async def each(
        self, start: Callable[[AssignmentRow], None], screen: type[Any]
    ) -> dict[str, bool]:
        """The verdict of what is opened for one row of each account."""
        found = {}
        for row in self.app.state.assignments:
            if row.account.name not in found:
                await self.open(partial(start, row), screen)
                found[row.account.name] = self.is_marked
                await self.close()
        return found

    @property
    def is_marked(self) -> bool:
        """Whether the title of the screen has the mark, and its box, if it has one."""
        screen = self.app.screen
        is_marked = labels.PRODUCTION in str(screen.query_one(".title", Static).render())
        if isinstance(screen, BoxScreen):
            assert is_marked == screen.query_one("#box").has_class("-production")
        return is_marked


@asynccontextmanager
async def opened(tmp_path: Path) -> AsyncIterator[Walk]:
    async with open_full_screen(tmp_path / "home", list(ACCOUNTS), size=SIZE) as it:
        it.__class__ = Walk
        assert isinstance(it, Walk)
        prepare(it.desk)
        await it.app.announce(ConfigChanged())
        assert len(it.app.state.profiles) == len(PROFILES)
        yield it


@pytest.mark.thorough
async def test_all_outputs_have_the_same_verdict(tmp_path: Path) -> None:
    found: dict[str, dict[str, bool]] = {}
    async with opened(tmp_path) as it:
        flows = it.app.flows
        await it.place("1", "accounts")
        found["accounts"] = it.marks(lambda row: row.account.name)
        await it.place("2", "permission_sets")
        found["permission sets"] = it.marks(lambda row: row.account.name)
        rows = list(it.app.state.assignments)
        await it.place("3", "profiles")
        found["profiles"] = it.marks(lambda row: PROFILES[row.name])
        drift = await it.open(flows.profile_edits.drift, DriftScreen)
        found["drift"] = it.marks(lambda row: drift.host.state.account_name(row.profile))
        assert found["drift"]
        await it.close()
        found["the form of s"] = await it.each(flows.profiles.save, SaveProfileScreen)
        found["o"] = await it.each(flows.credentials.console_of_row, ConsoleScreen)
        found["c"] = await it.each(flows.credentials.of_row, CredentialsScreen)
        edit = flows.annotations.edit
        found["the form of e"] = await it.each(lambda row: edit(row.account), AnnotateScreen)
        bench = await it.open(lambda: flows.workbench.open(rows, lambda: None), WorkbenchScreen)
        await it.until(lambda: bench.table.total == len(rows))
        found["workbench"] = it.marks(lambda row: row.assignment.account.name)
        await it.close()
        found["!"], found["the runs"] = await of_a_run(it, rows)
        found["u"] = await of_uses(it)
    desk = it.desk
    found["awsp"] = of_the_picker(desk)
    found["the question of awsp NAME and exec"] = of_the_question(desk)
    found |= of_commands(desk)
    for name, verdicts in found.items():
        expected = {account: ACCOUNTS[account] for account in verdicts}
        assert (name, verdicts) == (name, expected)
        if name != "drift":  # which leaves out what is as it should be
            assert {"データ基盤", "backup", "audit"} <= verdicts.keys(), name


async def of_a_run(
    it: Walk, rows: Sequence[AssignmentRow]
) -> tuple[dict[str, bool], dict[str, bool]]:
    """The rows that `!` asks about, and those that are marked while they run."""
    it.app.flows.runs.with_roles(rows)
    form = await it.until_shown(RunCommandScreen)
    assert it.is_marked
    accounts = {row.name: row.account for row in form._rows}
    asking = await it.open_screen(ConfirmScreen, *"true", "enter")
    named = asking._diff.splitlines()
    assert f"with {len(named)} production roles?" in asking._texts[0]
    asked = {accounts[name]: name in named for name in accounts}
    assert all((name in named) == asked[accounts[name]] for name in accounts)
    screen = await it.open_screen(RunsScreen, "enter")
    await it.until(lambda: not screen.board.is_under_way)
    marked = it.marks(lambda row: row.row.account)
    await it.close()
    return asked, marked


async def of_uses(it: Walk) -> dict[str, bool]:
    """Whether `u` asks. A profile that is not production is used at once."""
    found = {}
    for name, account in PROFILES.items():
        it.app.flows.profiles.use(name)
        if ACCOUNTS[account]:
            await it.until_shown(ConfirmScreen)
            found[account] = it.is_marked
            await it.close()
        else:
            await it.until(lambda name=name: it.app.return_value == name)  # type: ignore[misc]
            found[account] = False
    return found


def merged(verdicts: Iterable[tuple[str, bool]]) -> dict[str, bool]:
    """The verdicts by account, of which all are the same."""
    found: dict[str, bool] = {}
    for account, verdict in verdicts:
        assert found.setdefault(account, verdict) is verdict, account
    return found


def of_the_picker(desk: Desk) -> dict[str, bool]:
    switching = Switching(desk.environ)
    shown = PickerRows(switching, switching.targets())
    rows = shown.of_profiles()
    rows += [unsaved_row(each, target_of(each)) for each in desk.another().unsaved_roles.find()]
    return merged(
        (PROFILES.get(row.name) or shown.account_of(row), shown.is_production(row)) for row in rows
    )


def of_the_question(desk: Desk) -> dict[str, bool]:
    """Without a terminal, nothing is asked."""
    answers = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(question, "is_terminal", lambda: True)
        patch.setattr(question, "typed_yes", lambda: False)
        for name, account in PROFILES.items():
            switching = Switching(desk.environ)
            target = switching.target(name)
            assert target is not None
            answers.append((account, not question.may_use(switching, target, yes=False)))
    return merged(answers)


def of_commands(desk: Desk) -> dict[str, dict[str, bool]]:
    environ = {"PATH": os.environ["PATH"], **desk.environ, "COLUMNS": "200"}

    def run(*words: str, **more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command(*words), env={**environ, **more}, capture_output=True, text=True, check=True
        )

    def lines(text: str) -> dict[str, bool]:
        """The verdict of each line with the name of an account."""
        return merged(
            (account, labels.PRODUCTION in line)
            for line in text.splitlines()
            for account in ACCOUNTS
            if account in line
        )

    found = {}
    switched, prompts = {}, {}
    for name, account in PROFILES.items():
        line = run("switch", "--shell=bash", "--previous=", name).stderr.splitlines()[0]
        switched[name] = account, labels.PRODUCTION in line
        prompts[name] = account, labels.PRODUCTION in run("prompt", AWS_PROFILE=name).stdout
    found["awsp NAME"] = merged(switched.values())
    found["prompt"] = merged(prompts.values())
    found["list"] = lines(run("list").stdout)
    rows = json.loads(run("list", "--json").stdout)
    found["list --json"] = merged((row["account"], row["production"]) for row in rows)
    csv = run("list", "--csv").stdout.splitlines()
    assert csv[0].endswith(",production")
    found["list --csv"] = merged((row.split(",")[0], row.endswith(",true")) for row in csv[1:])
    # In full, because it takes the options that the fast way does not know.
    found["list in full"] = lines(run("list", "--sso-session=corp").stdout)
    plan = run("save", "--all", "--dry-run").stdout
    found["save"] = lines(plan.partition("\n+[")[0])
    found["log"] = lines(run("log").stdout)
    entries = json.loads(run("log", "--json").stdout)
    found["log --json"] = merged((each["account"], each["production"]) for each in entries)
    with Terminal(command("exec", "--all", "--", "true"), lines=40, env=environ) as terminal:
        terminal.wait_for(r"Run it\? \[y/N\]:")
        asked = re.findall(r"^  (\S.*?) *$", terminal.screen_text(), re.MULTILINE)
        terminal.press("n", "enter")
        assert terminal.wait_exit(60) == 130
    by_row = {f"{account}/{role}": account for account in ACCOUNTS for role in "AB"} | PROFILES
    listed = {by_row[name] for name in asked}
    found["exec --all"] = {account: account in listed for account in ACCOUNTS}
    return found


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("team.toml", "production = "),
        ("team.toml", 'template = "{account}"\n\n[accounts.1]\n'),
        ("accounts.toml", "x = 1\n"),
    ],
)
async def test_a_wrong_file_about_accounts_makes_everything_production(
    name: str, text: str, tmp_path: Path
) -> None:
    async with opened(tmp_path) as it:
        desk = it.desk
        desk.services.locations.accounts.with_name(name).write_text(text)
        await it.app.flows.settings.read_again()
        await it.app.announce(ConfigChanged())
        await it.place("1", "accounts")
        shown = it.marks(lambda row: row.account.name)
    for verdicts in (shown, of_the_picker(desk), of_the_question(desk)):
        assert len(verdicts) > 1
        assert all(verdicts.values())


async def test_a_name_that_is_typed_counts_at_once(tmp_path: Path) -> None:
    async with opened(tmp_path) as it:
        flows = it.app.flows
        rows = [row for row in it.app.state.assignments if row.account.name == "audit"]
        form = await it.open(partial(flows.profiles.save, rows[1]), SaveProfileScreen)
        assert not it.is_marked
        form.query_one("#name", Input).value = "audit-prod"
        await it.until(lambda: it.is_marked)
        form.query_one("#name", Input).value = "audit-product"
        await it.until(lambda: not it.is_marked)
        await it.close()
        bench = await it.open(lambda: flows.workbench.open(rows, lambda: None), WorkbenchScreen)
        assert it.marks(lambda row: row.assignment.account.name) == {"audit": False}
        rows_of_plan = bench.table.shown
        rows_of_plan[1].name = "audit-prod"
        bench._plan_again()
        assert it.marks(lambda row: row.assignment.account.name) == {"audit": True}


@pytest.mark.thorough
def test_one_module_decides_what_is_production() -> None:
    """The others give it the rule and the names, or ask it for the verdict."""
    owner, parsed = "rolecall.domain.production", modules()
    rule = {"PRODUCTION", "ANY", "ProductionRule", "production_rule", "words_of"}
    known = {f"{owner}.{each}" for each in rule}
    users = {name for name, module in parsed.items() if imports(module, known)}
    assert users == {
        "rolecall.domain.settings.settings",  # the default, and the check of what a user sets
        "rolecall.services.config.production",  # the names in files
        "rolecall.ui.state.app_state",  # the names that the screens know
    }
    assert {name for name, module in parsed.items() if _has_words(module)} == {
        owner,
        "rolecall.services.inventory.listed",  # these give it to the owner
        "rolecall.services.switching.switching",
        "rolecall.services.team.team",
        "rolecall.ui.app.app",
    }


def _has_words(module: ast.Module) -> bool:
    """Whether the module has the words of names: as text, or those of the settings."""
    return any(
        (isinstance(node, ast.Constant) and "prod|prd" in str(node.value))
        or (isinstance(node, ast.Attribute) and ast.unparse(node).endswith("settings.production"))
        for node in ast.walk(module)
    )
