"""The app closes while a screen opens."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from contextvars import ContextVar
from functools import partial
from pathlib import Path

import pytest
from textual import events

from rolecall.domain.sign_in.progress import Here, State
from rolecall.ui.screens.sign_in.new_session import NewSessionScreen
from rolecall.ui.screens.sign_in.sign_in import SignInScreen
from rolecall.ui.work import in_thread, on_loop
from tests.support.screens.full_screen import FullScreen, open_full_screen


def sign_in_screen(it: FullScreen) -> SignInScreen:
    """The screen of a sign-in with a code."""
    sign_in = it.desk.services.sign_ins.at_portal(it.desk.session, Here(("", "")))
    return SignInScreen(sign_in, lambda *_: None)


async def let_run(steps: int) -> None:
    for _ in range(steps):
        await asyncio.sleep(0)


@pytest.mark.parametrize("steps", range(8))
async def test_the_app_closes_while_a_form_opens(tmp_path: Path, steps: int) -> None:
    async with open_full_screen(tmp_path, ["one"]) as it:
        it.app.push_screen(NewSessionScreen([], is_first=False))
        await let_run(steps)
        it.app.exit()


@pytest.mark.parametrize("steps", range(40))
async def test_the_app_closes_while_a_sign_in_opens(tmp_path: Path, steps: int) -> None:
    async with open_full_screen(tmp_path, ["one"]) as it:
        it.app.push_screen(sign_in_screen(it))
        await let_run(steps)
        it.app.exit()


@pytest.mark.parametrize("steps", range(20))
async def test_a_key_waits_until_the_screen_has_widgets(tmp_path: Path, steps: int) -> None:
    async with open_full_screen(tmp_path, ["one"]) as it:
        screen = sign_in_screen(it)
        it.app.push_screen(screen)
        await let_run(steps)
        it.app.post_message(events.Key("n", "n"))
        it.app.post_message(events.Key("y", "y"))
        await it.until(lambda: screen.progress.state is State.WAITING)


@pytest.mark.parametrize("steps", range(8))
async def test_a_form_that_opens_or_closes_takes_no_command(tmp_path: Path, steps: int) -> None:
    """A key that the screen below has passed on is not held."""
    async with open_full_screen(tmp_path, ["one"]) as it:
        screen = NewSessionScreen([], is_first=False)
        it.app.push_screen(screen)
        await let_run(steps)
        screen.action_command("next_field")
        await it.until(lambda: screen.has_widgets)
        screen.dismiss()
        await let_run(steps)
        screen.action_command("next_field")
        await it.until(lambda: not screen.is_running)
        screen.action_command("next_field")


@pytest.mark.parametrize("steps", range(8))
async def test_a_closed_screen_is_not_called_after_the_next_refresh(
    tmp_path: Path, steps: int
) -> None:
    called: list[bool] = []
    async with open_full_screen(tmp_path, ["one"]) as it:
        screen = sign_in_screen(it)
        await it.app.push_screen(screen)
        screen.dismiss()
        await let_run(steps)
        screen.call_after_refresh(lambda: called.append(screen.is_open))
        await it.pilot.pause()
        await it.until(lambda: not screen.is_running)
    assert all(called)


@pytest.mark.parametrize("steps", range(20))
async def test_no_work_begins_on_a_screen_that_has_closed(tmp_path: Path, steps: int) -> None:
    async with open_full_screen(tmp_path, ["one"]) as it:
        screen = sign_in_screen(it)
        it.app.push_screen(screen)
        screen.dismiss()
        await let_run(steps)
        screen.run()
        await it.until(lambda: not screen.is_running)
        await it.pilot.pause()


@pytest.mark.quick
async def test_no_work_begins_while_the_app_closes(tmp_path: Path) -> None:
    """As after `q` before the first paint: the work would find no screens."""
    async with open_full_screen(tmp_path, ["one"]) as it:
        it.app.exit()
        it.app._after_first_paint()
        assert all(each.is_cancelled or each.is_finished for each in it.app.workers)


def test_what_a_thread_tells_is_shown_on_the_event_loop_in_order_and_before_its_end() -> None:
    shown: list[tuple[int, threading.Thread]] = []

    def show(number: int) -> None:
        shown.append((number, threading.current_thread()))

    async def main() -> None:
        tell = on_loop(show)
        await in_thread(lambda: [tell(number) for number in range(3)])
        assert shown == [(number, threading.main_thread()) for number in range(3)]

    asyncio.run(main())


def test_it_is_shown_in_the_context_of_the_task() -> None:
    """Textual finds the app of a screen that is being removed only there."""
    app: ContextVar[str] = ContextVar("app")
    found: list[str] = []

    async def main() -> None:
        app.set("rolecall")
        await in_thread(partial(on_loop(lambda _: found.append(app.get("none"))), 1))

    asyncio.run(main())
    assert found == ["rolecall"]


def test_a_thread_that_outlives_the_event_loop_tells_nobody() -> None:
    async def main() -> None:
        tells.append(on_loop(lambda _: None))

    tells: list[Callable[[int], None]] = []
    asyncio.run(main())
    tells[0](1)
