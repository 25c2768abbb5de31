"""The workbench: what is good is written, and what is not stays with a reason and another name."""

from __future__ import annotations

import re
from pathlib import Path

from rolecall.domain.profiles.plan import Outcome
from rolecall.ui.screens.base.confirm import ConfirmScreen
from rolecall.ui.screens.inventory.permission_sets import PermissionSetsScreen
from rolecall.ui.screens.profiles.verified import VerifiedScreen
from rolecall.ui.screens.profiles.workbench import WorkbenchScreen
from tests.support.screens.full_screen import FullScreen, open_full_screen

TEMPLATE = "{account}-{short}"  # two of NAMES have a space, each with two permission sets
NAMES = ["alpha", "beta", "gamma", "pro dig", "prod one"]


async def open_workbench(it: FullScreen, template: str = TEMPLATE) -> WorkbenchScreen:
    workbench = await it.open_screen(WorkbenchScreen, "2", "a", "s")
    workbench.fields.name_field.value = template
    await it.until(lambda: workbench.plan.rules.template.source == template)
    await it.until(lambda: not workbench._plan_is_due)
    return workbench


def texts(screen: WorkbenchScreen | ConfirmScreen) -> str:
    return "\n".join(screen.painted_lines())


def names(it: FullScreen) -> set[str]:
    return {each.name for each in it.app.state.profiles}


async def test_good_rows_are_written_and_the_others_stay_with_a_repaired_name(
    tmp_path: Path,
) -> None:
    async with open_full_screen(tmp_path, NAMES, size=(120, 40)) as it:
        workbench = await open_workbench(it)
        question = await it.open_screen(ConfirmScreen, "enter")
        assert "Write 6 new" in texts(question)
        assert "Not written, they stay here: 4 with bad names." in texts(question)
        question = await it.open_screen(ConfirmScreen, "enter")
        await it.until(lambda: "6 new written to" in texts(question))
        assert {"alpha-a", "gamma-b"} < names(it)
        assert len(names(it)) == 6
        assert await it.open_screen(WorkbenchScreen, "escape") is workbench
        assert [row.assignment.account.name for row in workbench.plan.rows] == [
            *["pro dig", "pro dig", "prod one", "prod one"]
        ]
        offered = re.compile("prod one-a +PROD +prod-one-a ")
        await it.until(lambda: offered.search(texts(workbench)) is not None)
        assert "Use no spaces" in texts(workbench)

        await it.press_until(lambda: workbench.plan.counts[Outcome.NEW] == 1, "enter")
        await it.press_until(lambda: "Enter take name" in texts(workbench), "j")
        await it.press_until(lambda: workbench.plan.counts[Outcome.NEW] == 4, "F")
        await it.until(lambda: "Enter edit row" in texts(workbench))
        assert "F repair names" not in texts(workbench)
        assert "3 names repaired" in workbench.status.text
        await it.open_screen(ConfirmScreen, "s")
        await it.open_screen(ConfirmScreen, "enter")
        await it.open_screen(PermissionSetsScreen, "escape")
        assert {"prod-one-a", "prod-one-b", "pro-dig-a", "pro-dig-b"} < names(it)
        assert not it.screen.table.marks.count


async def test_nothing_is_asked_if_no_row_can_be_written(tmp_path: Path) -> None:
    async with open_full_screen(tmp_path, ["a b"], size=(120, 40)) as it:
        workbench = await open_workbench(it)
        await it.press_until(lambda: "Cannot write yet" in workbench.status.text, "enter")
        assert "F repairs the names" in workbench.status.text
        await it.pilot.press("escape")
        question = await it.open_screen(ConfirmScreen, "F", "s")
        assert "Write 2 new" in texts(question)


async def test_all_profiles_of_a_bulk_write_are_verified_with_one_key(tmp_path: Path) -> None:
    async with open_full_screen(tmp_path, ["alpha", "beta"], size=(120, 40)) as it:
        await it.open_screen(WorkbenchScreen, "2", "a", "s")
        await it.open_screen(ConfirmScreen, "enter")
        question = await it.open_screen(ConfirmScreen, "enter")
        await it.until(lambda: "Ask AWS whether they work?" in texts(question))
        verified = await it.open_screen(VerifiedScreen, "enter")
        await it.until(lambda: verified.count_text() == "4 work")
        await it.open_screen(PermissionSetsScreen, "escape")


async def test_an_abandoned_template_does_not_come_back(tmp_path: Path) -> None:
    async with open_full_screen(tmp_path, ["alpha"], size=(120, 40)) as it:
        workbench = await open_workbench(it, "x-{account}")
        assert "to the list" in [each.name for each in workbench.key_hints()]
        await it.press_until(lambda: not workbench.fields.has_typing, "escape")
        await it.open_screen(PermissionSetsScreen, "escape")
        workbench = await it.open_screen(WorkbenchScreen, "s")
        assert workbench.fields.name_field.value == "{account|slug}-{short}"


async def test_placeholders_are_listed_with_what_they_give_for_the_row(tmp_path: Path) -> None:
    async with open_full_screen(tmp_path, NAMES, size=(120, 40)) as it:
        workbench = await it.open_screen(WorkbenchScreen, "2", "a", "s")
        await it.until(lambda: "{account}         alpha" in texts(workbench))
        assert "|strip_prefix:prefix" in texts(workbench)
        await it.press_until(lambda: not workbench.fields.has_typing, "escape")
        await it.until(lambda: "{account}   " not in texts(workbench))
        await it.press_until(lambda: workbench.fields.name_field.has_focus, "tab")


async def test_without_a_pane_the_note_has_the_placeholders(tmp_path: Path) -> None:
    async with open_full_screen(tmp_path, NAMES, size=(80, 24)) as it:
        workbench = await it.open_screen(WorkbenchScreen, "2", "a", "s")
        await it.until(lambda: "{account} alpha  {alias} alpha" in texts(workbench))


async def test_a_template_with_long_names_leaves_no_empty_cells(tmp_path: Path) -> None:
    async with open_full_screen(tmp_path, NAMES, size=(80, 24)) as it:
        workbench = await open_workbench(it)
        heading = re.compile("Name +Account +Permission set")
        await it.until(lambda: heading.search(texts(workbench)) is not None)
        workbench.fields.name_field.value = f"{TEMPLATE}-{'x' * 40}"
        await it.until(lambda: heading.search(texts(workbench)) is None)
        workbench.fields.name_field.value = TEMPLATE
        await it.until(lambda: heading.search(texts(workbench)) is not None)
