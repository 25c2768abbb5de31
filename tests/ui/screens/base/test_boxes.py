"""Sign-in, credentials and console: boxes over a place that stays visible."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.geometry import Size
from textual.widgets import Input

from rolecall.domain.sign_in.progress import State
from rolecall.ui.screens.base.box import BoxScreen
from rolecall.ui.screens.base.form_fields import Note
from rolecall.ui.screens.credentials.console import ConsoleScreen
from rolecall.ui.screens.credentials.credentials import CredentialsScreen
from rolecall.ui.screens.inventory.permission_sets import PermissionSetsScreen
from rolecall.ui.screens.profiles.save_profile import SaveProfileScreen
from rolecall.ui.screens.sign_in.sign_in import SignInScreen
from rolecall.ui.widgets.diff_view import DiffView
from rolecall.ui.widgets.key_line import KeyLine
from tests.support.screens.full_screen import FullScreen, open_full_screen


def text_of(it: FullScreen) -> str:
    assert isinstance(it.app.screen, BoxScreen)
    return "\n".join(it.app.screen.painted_lines())


@pytest.mark.quick
@pytest.mark.parametrize("size", [(120, 36), (80, 24)])
async def test_a_sign_in_is_a_box_and_shows_how_to_cancel(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    async with open_full_screen(tmp_path, size=size, signed_in=False) as it:
        screen = await it.until_shown(SignInScreen)
        await it.until(lambda: screen.progress.state is State.WAITING)
        await it.until(lambda: "╭─ Sessions › Sign in · corp ─" in text_of(it))
        assert "Sessions found in" in text_of(it), "the place behind it is visible"
        keys = screen.query_one(KeyLine).render().plain
        assert "Esc cancel" in keys
        assert "o browser" not in keys.partition("Esc cancel")[0]


@pytest.mark.quick
async def test_enter_asks_for_a_new_code_after_a_denial(tmp_path: Path) -> None:
    async with open_full_screen(tmp_path, size=(80, 24), signed_in=False) as it:
        screen = await it.until_shown(SignInScreen)
        await it.until(lambda: screen.progress.state is State.WAITING)
        code = screen.progress.user_code
        it.desk.server.deny(code)
        it.desk.clock.forward(5)
        await it.until(lambda: screen.progress.state is State.FAILED)
        assert "Sign in · corp" in text_of(it)
        line = screen.query_one(KeyLine)
        await it.until(lambda: line.render().plain.split()[:3] == ["Enter", "new", "code"])
        assert line.render().plain.count("new code") == 1
        await it.pilot.press("enter")
        await it.until(lambda: screen.progress.user_code not in {"", code})


@pytest.mark.parametrize("size", [(120, 36), (80, 24), (60, 20), (60, 16), (40, 24), (40, 10)])
async def test_a_message_over_a_box_is_seen_whole(tmp_path: Path, size: tuple[int, int]) -> None:
    """Also if the terminal has changed its size since it came."""
    wanted = " ".join(f"word{number:02}" for number in range(24))
    async with open_full_screen(tmp_path, size=(100, 30), signed_in=False) as it:
        screen = await it.until_shown(SignInScreen)
        await it.until(lambda: screen.progress.state is State.WAITING)
        screen.flash_warning(wanted, asked=True)
        await it.pilot.resize_terminal(*size)

        def seen() -> list[str]:
            place = screen.status.region
            lines = screen.painted_lines()[place.y : place.bottom]
            return " ".join(line[place.x : place.right] for line in lines).split()

        await it.until(lambda: seen() == wanted.split())
        assert screen.query_one(KeyLine).region.y == screen.status.region.bottom


async def test_a_link_of_several_lines_has_no_border_next_to_it(tmp_path: Path) -> None:
    async with open_full_screen(tmp_path, size=(70, 24)) as it:
        await it.open_screen(PermissionSetsScreen, "2")
        screen = await it.open_screen(ConsoleScreen, "o")
        await it.until(lambda: "Permission sets › Console" in text_of(it))
        await it.until(lambda: screen.has_class("-wide"))
        row = screen.link.region.y
        await it.until(lambda: text_of(it).splitlines()[row].startswith("http"))


@pytest.mark.quick
async def test_credentials_are_in_a_box_and_d_hides_them_again(tmp_path: Path) -> None:
    async with open_full_screen(tmp_path, size=(120, 36)) as it:
        await it.open_screen(PermissionSetsScreen, "2")
        screen = await it.open_screen(CredentialsScreen, "c")
        await it.until(lambda: "╭─ Permission sets › Credentials ─" in text_of(it))
        await it.until(lambda: "d show" in screen.query_one(KeyLine).render().plain)
        size: Size = screen.query_one("#box").size
        await it.press_until(lambda: "d hide" in screen.query_one(KeyLine).render().plain, "d")
        await it.press_until(lambda: "d show" in screen.query_one(KeyLine).render().plain, "d")
        assert screen.query_one("#box").size == size


async def test_the_box_of_a_form_keeps_its_height_while_one_types(tmp_path: Path) -> None:
    async with open_full_screen(tmp_path, size=(120, 36)) as it:
        await it.open_screen(PermissionSetsScreen, "2")
        screen = await it.open_screen(SaveProfileScreen, "s")
        await it.until(lambda: screen.has_class("-fixed"))
        height = screen.query_one("#box").outer_size.height
        await it.until(lambda: "sso_role_name" in screen.query_one(DiffView).text)
        name = screen.query_one("#name", Input)
        await it.press_until(lambda: not name.value, *["backspace"] * len(name.value))
        await it.until(lambda: not screen.query_one(DiffView).text)
        assert screen.query_one("#box").outer_size.height == height


async def test_notes_of_a_form_take_no_room_from_its_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_full_screen(tmp_path, size=(120, 36)) as it:
        await it.open_screen(PermissionSetsScreen, "2")
        screen = await it.open_screen(SaveProfileScreen, "s")
        changes = screen.query_one(DiffView)
        await it.until(lambda: "sso_role_name" in changes.text)
        room = changes.size.height
        monkeypatch.setattr(screen, "notes", lambda _: {"name": Note("long " * 60)})
        note = screen.query_one("#name-note")
        await it.press_until(lambda: note.size.height == 4, "x")
        await it.until(lambda: changes.size.height == room)
