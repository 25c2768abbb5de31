"""Waits in worker threads that end with the task that needs the result."""

from __future__ import annotations

import asyncio
import threading
from contextvars import ContextVar
from functools import partial

from rolecall.ui.threads import WaitStopped, closing, in_thread, stoppable_wait


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


class Listener:
    def __init__(self) -> None:
        self.closed = threading.Semaphore(0)

    def close(self) -> None:
        self.closed.release()


def test_what_a_cancelled_task_no_longer_needs_is_closed() -> None:
    made, making, may_end = Listener(), threading.Event(), threading.Event()

    def make() -> Listener:
        making.set()
        may_end.wait(30)
        return made

    async def need_it() -> None:
        async with closing(make):
            raise AssertionError

    async def cancel_it() -> None:
        task = asyncio.create_task(need_it())
        await in_thread(making.wait)
        task.cancel()
        await asyncio.wait([task])
        assert task.cancelled()
        may_end.set()

    asyncio.run(cancel_it())
    assert made.closed.acquire(timeout=30)


def test_what_is_needed_is_closed_once_after_its_use() -> None:
    made = Listener()

    async def need_it() -> None:
        async with closing(lambda: made) as found:
            assert found is made
            assert not made.closed.acquire(blocking=False)

    asyncio.run(need_it())
    assert made.closed.acquire(blocking=False)
    assert not made.closed.acquire(blocking=False)
