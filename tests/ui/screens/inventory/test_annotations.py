"""Aliases, notes and groups on the screens."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.widgets import Input

from rolecall.domain.inventory.annotations import Annotation
from rolecall.ui.screens.base.command import CommandScreen
from rolecall.ui.screens.base.detail import annotation_lines
from rolecall.ui.screens.inventory.annotate import AnnotateScreen
from rolecall.ui.screens.profiles.workbench import WorkbenchScreen
from rolecall.ui.state.events import ConfigChanged
from rolecall.ui.widgets.detail_pane import DetailPane
from rolecall.ui.widgets.table.grouped_table import Heading
from tests.support.screens.full_screen import FullScreen, open_full_screen


async def open_form(it: FullScreen) -> AnnotateScreen:
    form = await it.open_screen(AnnotateScreen, "e")
    await it.until(lambda: bool(form.query("#groups")))
    return form


async def test_an_account_gets_an_alias_a_note_and_groups_with_e(tmp_path: Path) -> None:
    async with open_full_screen(tmp_path, size=(120, 24)) as it:
        await it.pilot.press("j")
        alias = next(column for column in it.screen.table.columns if column.key == "alias")
        assert alias not in it.screen.table.shown_columns
        await open_form(it)
        await it.pilot.press(*"books", "tab", *"ask", "space", *"Kim", "tab", *"pay eu", "enter")
        await it.until(lambda: bool(it.app.state.annotations))
        assert it.app.state.annotations == {
            it.ids[1]: Annotation("books", "ask Kim", ("pay", "eu"))
        }
        await it.until(lambda: alias in it.screen.table.shown_columns)
        for words in ("books", "ask kim", "group:pay", "group:eu alp", "group:p"):
            await it.filter(words)
            assert it.shown == ([] if "alp" in words else ["beta"]), words
        assert it.desk.services.annotations.alias(it.ids[1]) == "books"
        await it.pilot.press("escape", "2")
        await it.filter("group:pay")
        assert set(it.shown) == {"beta"}


async def test_what_cannot_be_saved_is_said_at_its_field(tmp_path: Path) -> None:
    async with open_full_screen(tmp_path, size=(120, 24)) as it:
        form = await open_form(it)
        form.query_one("#groups", Input).value = "fine #1"
        await it.press_until(lambda: form.query_one("#groups-field").has_class("-wrong"), "enter")
        form.query_one("#groups", Input).value = "fine"
        form.query_one("#alias", Input).value = "x" * 65
        await it.until(lambda: form.query_one("#alias-field").has_class("-wrong"))
        await it.press_until(lambda: not isinstance(it.app.screen, AnnotateScreen), "escape")
        assert not it.desk.services.locations.accounts.exists()


async def test_a_broken_file_is_said_once_and_what_was_known_stays(tmp_path: Path) -> None:
    async with open_full_screen(tmp_path, size=(120, 24)) as it:
        services = it.desk.services.annotations
        services.commit(services.plan(it.ids[0], Annotation("a")))
        await it.app.announce(ConfigChanged())
        assert it.app.state.annotations == {it.ids[0]: Annotation("a")}
        it.desk.services.locations.accounts.write_text("alias = 1\n")
        await it.app.announce(ConfigChanged())
        assert it.app.state.annotations == {it.ids[0]: Annotation("a")}
        screen = it.app.screen
        assert isinstance(screen, CommandScreen)
        await it.until(lambda: "line 1: there is no key alias" in str(screen.status.flashed))
        await it.pilot.press("e")
        await it.pilot.pause()
        assert not isinstance(it.app.screen, AnnotateScreen)
        assert it.desk.services.locations.accounts.read_text() == "alias = 1\n"


@pytest.mark.quick
def test_the_details_have_what_is_said() -> None:
    assert annotation_lines(None) == []
    texts = [line.text for line in annotation_lines(Annotation("a", "n", ("g", "h")))]
    assert texts == ["", "Alias", "a", "", "Note", "n", "", "Groups", "g h"]
    assert annotation_lines(Annotation(groups=("g",)))[1].text == "Groups"


async def give_groups(it: FullScreen, **groups: tuple[str, ...]) -> None:
    services = it.desk.services.annotations
    names = [account.name for account in it.desk.server.organisation.accounts]
    for name, words in groups.items():
        annotation = Annotation(groups=words)
        services.commit(services.plan(it.ids[names.index(name)], annotation))
    await it.app.announce(ConfigChanged())


def items(it: FullScreen) -> list[str]:
    return [
        item.name.upper() if isinstance(item, Heading) else item.account.name
        for item in it.screen.table.items
    ]


NAMES = ["alpha", "beta", "gamma"]


async def test_accounts_are_grouped_and_folded_with_keys(tmp_path: Path) -> None:
    async with open_full_screen(tmp_path, NAMES, size=(120, 24)) as it:
        await it.pilot.press("b")
        assert "No account has a group yet. e adds one." in str(it.screen.status.flashed)
        await give_groups(it, alpha=("pay", "eu"), gamma=("pay",))
        await it.pilot.press("b")
        assert items(it) == ["EU", "alpha", "PAY", "alpha", "gamma", "NO GROUP", "beta"]
        assert "eu: 1 of 1" in it.screen._place_text()
        await it.pilot.press("h")
        assert items(it) == ["EU", "PAY", "alpha", "gamma", "NO GROUP", "beta"]
        hints = [(hint.key, hint.name) for hint in it.screen.key_hints()]
        assert hints[:3] == [("Enter", "unfold"), ("-", "fold all"), ("=", "unfold all")]
        await it.pilot.press("enter")
        assert items(it)[:2] == ["EU", "alpha"]
        await it.pilot.press("minus")
        assert items(it) == ["EU", "PAY", "NO GROUP"]
        await it.pilot.press("down", "right")
        assert items(it) == ["EU", "PAY", "alpha", "gamma", "NO GROUP"]
        await it.pilot.press("equals_sign")
        assert len(items(it)) == 7
        await it.pilot.press("b")
        assert items(it) == NAMES
        await it.pilot.press("minus", "h")
        assert items(it) == NAMES


async def test_what_is_done_on_a_heading_is_done_with_its_accounts(tmp_path: Path) -> None:
    async with open_full_screen(tmp_path, NAMES, size=(120, 40)) as it:
        await give_groups(it, alpha=("pay", "eu"), gamma=("pay",))
        await it.pilot.press("b", "minus", "down")
        await it.until(lambda: it.screen.query_one(DetailPane).shown.title == "pay")
        texts = [line.text for line in it.screen.query_one(DetailPane).shown.lines]
        assert texts == ["2 accounts", "", "alpha", "gamma"]
        assert [row.account.name for row in it.screen.selected] == ["alpha", "gamma"]
        await it.press_until(lambda: "This is a group" in it.screen.status.text, "f")
        await it.pilot.press("space")
        assert it.screen.table.marks.count == 2
        await it.open_screen(WorkbenchScreen, "A", "up", "s")
        assert isinstance(it.app.screen, WorkbenchScreen)
        assert len(it.app.screen.plan.rows) == 4


@pytest.mark.quick
async def test_accounts_are_no_longer_grouped_once_no_account_has_a_group(tmp_path: Path) -> None:
    async with open_full_screen(tmp_path, NAMES, size=(120, 24)) as it:
        await give_groups(it, alpha=("pay",))
        await it.pilot.press("b")
        assert items(it)[0] == "PAY"
        await give_groups(it, alpha=())
        assert items(it) == NAMES
