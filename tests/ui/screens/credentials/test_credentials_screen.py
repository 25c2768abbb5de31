"""The credentials screen counts down, and requests new credentials before the old ones expire."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from threading import Event

import pytest

from rolecall.aws.call import TRIES
from rolecall.domain.credentials.credential_formats import FORMATS, PARTS, Export
from rolecall.domain.log.hand_out import HandOut, HandOutKind
from rolecall.domain.model import Credentials, Secret
from rolecall.domain.switching.variables import SwitchTarget
from rolecall.presentation.commands import BY_ID
from rolecall.presentation.texts.credential_strings import format_name
from rolecall.ui.screens.credentials.console import ConsoleScreen
from rolecall.ui.screens.credentials.credentials import CredentialsScreen
from rolecall.ui.widgets import status_line
from tests.support.screens.full_screen import FullScreen, open_full_screen


async def open_credentials(rolecall: FullScreen) -> CredentialsScreen:
    await rolecall.press_until(lambda: bool(rolecall.app.screen.query("VirtualTable")), "2")
    await rolecall.until(lambda: rolecall.screen.current is not None)
    screen = await rolecall.open_screen(CredentialsScreen, "c")
    await rolecall.until(lambda: "left" in screen.clock.text)
    return screen


def count_requests(rolecall: FullScreen) -> int:
    return rolecall.desk.server.calls.count("GetRoleCredentials")


async def test_credentials_that_expire_soon_are_replaced(tmp_path: Path) -> None:
    async with open_full_screen(tmp_path) as rolecall:
        screen, clock = await open_credentials(rolecall), rolecall.desk.clock
        end = clock.now + timedelta(hours=1)
        assert f"{end:%H:%M:%S} UTC" in screen.clock.text
        clock.forward(44 * 60)
        screen.tick()
        assert screen.clock.text.startswith("● 16 min left")
        assert count_requests(rolecall) == 1
        clock.forward(2 * 60)
        screen.tick()
        await rolecall.until(lambda: "1 h 0 min left" in screen.clock.text)
        assert count_requests(rolecall) == 2


async def test_a_failed_replacement_is_tried_again_once_a_minute(tmp_path: Path) -> None:
    async with open_full_screen(tmp_path) as rolecall:
        screen, clock = await open_credentials(rolecall), rolecall.desk.clock
        rolecall.desk.server.faults.add("GetRoleCredentials", 500)
        clock.forward(56 * 60)
        screen.tick()
        await rolecall.until(lambda: count_requests(rolecall) == 1 + TRIES)
        await rolecall.until_work_is_done()
        screen.tick()
        assert screen.clock.text.startswith("◔ 4:00 left")
        clock.forward(60)
        rolecall.desk.server.faults.clear()
        screen.tick()
        await rolecall.until(lambda: "1 h 0 min left" in screen.clock.text)
        assert count_requests(rolecall) == 2 + TRIES


async def test_each_access_key_that_the_user_gets_is_noted_once(tmp_path: Path) -> None:
    async with open_full_screen(tmp_path) as rolecall:
        screen, log = await open_credentials(rolecall), rolecall.desk.services.hand_outs

        async def entries(count: int) -> list[HandOut]:
            await rolecall.until_work_is_done()
            found = log.found(())
            assert len(found) == count
            return found

        await entries(0)
        screen.table.move_to("key_id")
        await rolecall.pilot.press("enter")
        await entries(0)  # the ID alone
        screen.table.move_to("bash")
        await rolecall.pilot.press("enter", "y", "d")
        (exported,) = await entries(1)
        rolecall.desk.clock.forward(46 * 60)
        screen.tick()
        await rolecall.until(lambda: "1 h 0 min left" in screen.clock.text)
        *_, second = await entries(2)  # its values are shown
        screen.table.move_to("json")
        await rolecall.pilot.press("enter")
        await entries(2)
        assert second.kind == exported.kind == "export"
        assert second.access_key_id != exported.access_key_id
        assert second[2:6] == exported[2:6]
        await rolecall.open_screen(ConsoleScreen, "escape", "o")
        *_, console = await entries(3)
        assert (console.kind, console.access_key_id) == ("console", "")
        assert console[2:7] == exported[2:7]


async def test_an_access_key_that_is_typed_into_the_filter_is_looked_up_in_the_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(status_line, "FLASH_SECONDS", 3600)  # an answer does not wait for that
    async with open_full_screen(tmp_path) as rolecall:
        log, key_id = rolecall.desk.services.hand_outs, "ASIAIOSFODNN7EXAMPLE"
        for command in ("make", "make all"):
            log.note(
                HandOutKind.EXEC,
                SwitchTarget("mine", rolecall.ids[0], "Admin"),
                key_id,
                command=command.split(),
            )

        async def look_up(typed: str, said: str) -> None:
            rolecall.screen.filter_for(typed)
            await rolecall.until(lambda: said in rolecall.screen.status.text)

        await look_up("no such account", "")
        await look_up(f" {key_id.lower()}", f"{key_id}: exec · mine · ")
        assert "Admin · make … · " in rolecall.screen.status.text
        assert rolecall.screen.status.text.endswith(f"1 more line: `rolecall log {key_id}`")
        await look_up("ASIAXXSFODNN7EXAMPLE", "does not have ASIAXXSFODNN7EXAMPLE")
        (path,) = rolecall.desk.home.rglob("handed-out.log")
        path.unlink()
        path.mkdir()
        await look_up("ASIAYYSFODNN7EXAMPLE", "The log cannot be read")


@pytest.mark.quick
async def test_every_format_and_every_part_is_a_row_to_copy(tmp_path: Path) -> None:
    credentials = Credentials("ASIAX", Secret("x-secret"), Secret("x-token"))
    exported = Export(credentials, "eu-west-1", "pasted-keys")
    screen = CredentialsScreen(["pasted"], lambda: exported, print, is_production=False)
    ways = [*FORMATS.values(), *PARTS]
    async with open_full_screen(tmp_path) as rolecall:
        await rolecall.app.push_screen(screen)
        await rolecall.until(lambda: "keys" in screen.clock.text)
        assert [*screen.table.shown] == ways
        for way in ways:
            assert screen.table.move_to(way.name)
            await rolecall.pilot.press("enter")
            assert rolecall.app.clipboard == way.write(exported)
            assert f"Copied: {format_name(way)}." in screen.status.text
        assert "x-secret" not in "\n".join(screen.painted_lines())


async def test_a_part_that_the_credentials_do_not_have_is_not_copied(tmp_path: Path) -> None:
    exported = Export(Credentials("AKIAX", Secret("x")), None, "")
    screen = CredentialsScreen(["pasted"], lambda: exported, print, is_production=False)
    async with open_full_screen(tmp_path) as rolecall:
        await rolecall.app.push_screen(screen)
        await rolecall.until(lambda: "keys" in screen.clock.text)
        before = rolecall.app.clipboard
        for name, said in (("session_token", "Session token: none"), ("ini", "cannot express")):
            screen.table.move_to(name)
            await rolecall.pilot.press("enter")
            assert said in screen.status.text
        assert rolecall.app.clipboard == before


async def test_keys_that_are_typed_before_there_are_credentials_wait_for_them(
    tmp_path: Path,
) -> None:
    wait = Event()
    exported = Export(Credentials("AKIAX", Secret("x")), None, "keys")

    def get() -> Export:
        wait.wait(60)
        return exported

    screen = CredentialsScreen(["pasted"], get, print, is_production=False)
    async with open_full_screen(tmp_path) as rolecall:
        await rolecall.app.push_screen(screen)
        await rolecall.pilot.press("down", "enter")
        assert rolecall.app.clipboard == ""
        wait.set()
        await rolecall.until(lambda: rolecall.app.clipboard != "")
        assert rolecall.app.clipboard == FORMATS["fish"].write(exported)


async def test_long_values_have_the_room_of_the_menu_in_a_small_terminal(tmp_path: Path) -> None:
    async with open_full_screen(tmp_path, size=(80, 24)) as rolecall:
        screen = await open_credentials(rolecall)
        filters = screen.offers(BY_ID["filter"])
        await rolecall.pilot.press("d")
        assert (filters, screen.offers(BY_ID["filter"])) == (True, False)
        await rolecall.until(lambda: not screen.table.is_on_screen)
        await rolecall.press_until(lambda: screen.table.is_on_screen, "d")


@pytest.mark.parametrize(
    ("token", "words"), [(Secret("t"), "Short-term keys"), (None, "Long-lived keys")]
)
async def test_keys_with_a_session_token_are_not_said_to_be_valid_forever(
    tmp_path: Path, token: Secret | None, words: str
) -> None:
    """A file or program need not say when they expire, as keys that are pasted there."""
    exported = Export(Credentials("ASIAX", Secret("x"), token), None, "pasted-keys")
    screen = CredentialsScreen(["pasted"], lambda: exported, print, is_production=False)
    async with open_full_screen(tmp_path) as rolecall:
        await rolecall.app.push_screen(screen)
        await rolecall.until(lambda: "keys" in screen.clock.text)
        assert screen.clock.text.startswith(words)
