"""Aliases, notes and groups on the screens."""

from __future__ import annotations

from pathlib import Path

from textual.widgets import Input

from rolecall.domain.annotations import Annotation
from rolecall.ui.events import ConfigChanged
from rolecall.ui.screens.annotate import AnnotateScreen
from rolecall.ui.screens.base.annotations import annotation_lines
from rolecall.ui.screens.base.command import CommandScreen
from tests.support.full_screen import FullScreen, open_full_screen


async def open_form(it: FullScreen) -> AnnotateScreen:
    await it.pilot.press("e")
    await it.until(lambda: isinstance(it.app.screen, AnnotateScreen))
    form = it.app.screen
    assert isinstance(form, AnnotateScreen)
    await it.until(lambda: bool(form.query("#groups")))
    return form


async def test_an_account_gets_an_alias_a_note_and_groups_with_e(tmp_path: Path) -> None:
    async with open_full_screen(tmp_path, size=(120, 24)) as it:
        await it.pilot.press("j")
        alias = next(column for column in it.screen.table.columns if column.key == "alias")
        assert not alias.is_wanted
        await open_form(it)
        await it.pilot.press(*"books", "tab", *"ask", "space", *"Kim", "tab", *"pay eu", "enter")
        await it.until(lambda: bool(it.app.state.annotations))
        assert it.app.state.annotations == {
            it.ids[1]: Annotation("books", "ask Kim", ("pay", "eu"))
        }
        assert alias.is_wanted
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
        await it.pilot.press("enter")
        await it.until(lambda: form.query_one("#groups-field").has_class("-wrong"))
        form.query_one("#groups", Input).value = "fine"
        form.query_one("#alias", Input).value = "x" * 65
        await it.until(lambda: form.query_one("#alias-field").has_class("-wrong"))
        await it.pilot.press("escape")
        await it.until(lambda: not isinstance(it.app.screen, AnnotateScreen))
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


def test_the_details_have_what_is_said() -> None:
    assert annotation_lines(None) == []
    texts = [line.text for line in annotation_lines(Annotation("a", "n", ("g", "h")))]
    assert texts == ["", "Alias", "  a", "", "Note", "  n", "", "Groups", "  g h"]
    assert annotation_lines(Annotation(groups=("g",)))[1].text == "Groups"
