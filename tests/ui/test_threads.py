"""Waits in worker threads that end with the task that needs the result."""

from __future__ import annotations

import asyncio
import threading
from contextvars import ContextVar
from functools import partial

from rolecall.ui.threads import WaitStopped, in_thread, stoppable_wait


def test_the_thread_of_a_cancelled_task_ends() -> None:
    ended, waiting = threading.Event(), asyncio.Event()

    async def need_it() -> None:
        with stoppable_wait(waiting.set) as wait:

            def work() -> None:
                try:
                    wait(3600)
                except WaitStopped:
                    ended.set()
                    raise

            await in_thread(work)

    async def cancel_it() -> None:
        task = asyncio.create_task(need_it())
        await waiting.wait()
        task.cancel()
        await asyncio.wait([task])
        assert task.cancelled()

    asyncio.run(cancel_it())
    assert ended.wait(30)


def test_each_wait_is_announced_on_the_event_loop() -> None:
    async def wait_twice() -> list[threading.Thread]:
        announced: list[threading.Thread] = []

        with stoppable_wait(lambda: announced.append(threading.current_thread())) as wait:
            await in_thread(partial(wait, 0))
            await in_thread(partial(wait, 0))
        return announced

    assert asyncio.run(wait_twice()) == [threading.main_thread()] * 2


def test_a_wait_is_announced_in_the_context_of_the_task() -> None:
    """Textual finds the app of a screen that is being removed only there."""
    app: ContextVar[str] = ContextVar("app")
    found: list[str] = []

    async def main() -> None:
        app.set("rolecall")
        with stoppable_wait(lambda: found.append(app.get("none"))) as wait:
            await in_thread(lambda: wait(0))

    asyncio.run(main())
    assert found == ["rolecall"]
