"""What a confirmation says can be read to its end in every terminal, in every language."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest
from textual.widgets import Input

from rolecall.domain.config.file_change import Change
from rolecall.files.safe.backups import Backups
from rolecall.presentation.texts import session_strings
from rolecall.terminal.capabilities import SMALLEST
from rolecall.ui.screens.base.confirm import ConfirmScreen
from rolecall.ui.screens.inventory.permission_sets import PermissionSetsScreen
from rolecall.ui.screens.profiles.profiles import ProfilesScreen
from rolecall.ui.screens.profiles.save_profile import SaveProfileScreen
from rolecall.ui.screens.tokens.tokens import TokensScreen
from rolecall.ui.widgets.diff_view import DiffView
from tests.support import texts
from tests.support.obstacles.locks import without_locks
from tests.support.screens.full_screen import FullScreen, open_full_screen

SIZES = [(80, 24), (60, 16), SMALLEST]


def longest(language: str) -> str:
    """The longest texts of a language, as one paragraph each: longer than any question."""
    english = (text for each in texts.catalogue() if each.id for text in texts.forms(each.id))
    found = texts.all_in(language) if language else english
    return "\n".join(sorted(found, key=len)[-3:])


def squeezed(text: str) -> str:
    """The text without the places where lines can break."""
    return "".join(text.split())


async def read(it: FullScreen) -> str:
    """Read the visible lines, page by page."""
    view = it.app.screen.query_one(DiffView)
    lines: dict[int, str] = {}
    while True:
        await it.pilot.pause()
        height, place = view.size.height, view.scroll_offset.y
        for y in range(height):
            text = view.render_line(y).text
            if "PgDn" not in text:
                lines[place + y] = text
        if place + height >= view.virtual_size.height:
            return squeezed("".join(lines[y] for y in sorted(lines)))
        await it.press_until(partial(_has_moved, view, place), "pagedown")


def _has_moved(view: DiffView, place: int) -> bool:
    return view.scroll_offset.y > place


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("language", ["", "ja"])
async def test_every_word_can_be_read(tmp_path: Path, size: tuple[int, int], language: str) -> None:
    warnings = intro = longest(language)
    diff = "\n".join(f"+key{n} = value" for n in range(30))
    async with open_full_screen(tmp_path, size=size) as it:
        screen = ConfirmScreen("write", "Title", intro, diff, warnings=warnings)
        it.app.push_screen(screen)
        await it.until(lambda: it.app.screen is screen and bool(screen.query(DiffView)))
        await it.until(lambda: screen.query_one(DiffView).virtual_size.height > 30)
        assert await read(it) == squeezed(warnings + intro + diff)


@pytest.mark.quick
async def test_a_sign_out_says_all_at_once_in_a_usual_terminal(tmp_path: Path) -> None:
    async with open_full_screen(tmp_path, size=(80, 24)) as it:
        await it.open_screen(TokensScreen, "4")
        await it.until(lambda: bool(it.app.state.expiries))
        await it.open_screen(ConfirmScreen, "x")
        await it.until(lambda: bool(it.app.screen.query(DiffView)))
        await it.pilot.pause()
        view = it.app.screen.query_one(DiffView)
        shown = squeezed("".join(view.render_line(y).text for y in range(view.size.height)))
        assert squeezed(session_strings.SIGN_OUT_INTRO) in shown
        assert "PgDn" not in shown


async def test_undo_says_that_it_deletes_a_config_that_did_not_exist(tmp_path: Path) -> None:
    async with open_full_screen(tmp_path, size=(140, 30)) as it:
        config = it.desk.config
        content = config.read_bytes()
        config.unlink()
        backups = Backups(it.desk.services.locations.state)
        backups.write(Change(config, None, content, "set-sso-session corp"), datetime.now(UTC))
        question = await it.open_screen(ConfirmScreen, "z")
        assert "Undo deletes ~/.aws/config." in str(question.query_one(DiffView).words)
        assert "-[sso-session corp]" in question.query_one(DiffView).text
        await it.press_until(lambda: not isinstance(it.app.screen, ConfirmScreen), "enter")
        await it.until(lambda: not it.app.state.profiles and not it.app.state.sessions)
        assert not config.exists()


async def test_a_file_system_without_locks_is_asked_about(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A form and a confirmation write after one more yes, and nothing after a no."""

    async with open_full_screen(tmp_path, size=(100, 30)) as it:
        without_locks(monkeypatch)
        config, before = it.desk.config, it.desk.config.read_text()
        await it.open_screen(PermissionSetsScreen, "2")
        form = await it.open_screen(SaveProfileScreen, "s")
        form.query_one("#name", Input).value = "mine"
        await it.open_screen(ConfirmScreen, "enter")
        await it.press_until(lambda: it.app.screen is form, "escape")
        await it.until(lambda: "has no locks" in form.status.text)
        assert config.read_text() == before
        await it.open_screen(ConfirmScreen, "enter")
        await it.press_until(lambda: "[profile mine]" in config.read_text(), "enter")
        written = config.read_text()
        screen = await it.open_screen(ProfilesScreen, "3")
        await it.until(lambda: screen.current is not None)
        first = await it.open_screen(ConfirmScreen, "x")
        await it.pilot.press("enter")
        await it.until(lambda: it.app.screen is not first)
        await it.until_shown(ConfirmScreen)
        assert config.read_text() == written
        await it.press_until(lambda: config.read_text() == before, "enter")
