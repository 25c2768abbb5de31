"""Work in threads that shows on the event loop how far it is."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from contextvars import ContextVar
from functools import partial

from rolecall.ui.work import in_thread, on_loop


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
