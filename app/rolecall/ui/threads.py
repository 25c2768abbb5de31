"""Blocking work in threads, so that the event loop never waits.

Textual's thread workers run in asyncio's executor, which is joined at exit: a call that hangs would
block the terminal for its whole timeout. Daemon threads end with the process. That is safe, because
every write of rolecall is all or nothing.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from contextvars import copy_context
from functools import partial
from threading import Thread
from typing import TypeVar

from rolecall.domain.question import OnSlow, asking

T = TypeVar("T")


async def in_thread(work: Callable[[], T], on_slow: OnSlow | None = None) -> T:
    """Return the result of `work()`, run in a daemon thread. Raises what it raises.

    What it asks of AWS is one question. `on_slow` is called on the event loop, in the context of
    the caller, with what is waited for. If the awaiting task is cancelled, this returns at once;
    the thread runs to its end.
    """
    loop, context = asyncio.get_running_loop(), copy_context()
    future: asyncio.Future[T] = loop.create_future()

    def finish(settle: Callable[[], None]) -> None:
        if not future.done():
            settle()

    def tell(*slow: *tuple[str, str, bool]) -> None:
        if on_slow is not None and not future.done():
            with contextlib.suppress(RuntimeError):  # the loop has ended
                loop.call_soon_threadsafe(on_slow, *slow, context=context)

    def run() -> None:
        try:
            with asking(tell):
                settle = partial(future.set_result, work())
        except Exception as error:
            settle = partial(future.set_exception, error)
        with contextlib.suppress(RuntimeError):  # the loop has ended in the meantime
            loop.call_soon_threadsafe(finish, settle)

    Thread(target=run, daemon=True, name=getattr(work, "__name__", "work")).start()
    return await future


def on_loop(callback: Callable[[T], None]) -> Callable[[T], None]:
    """Return a function for another thread: it runs `callback` on the event loop of the caller.

    It runs in the context of the caller: a screen that is being removed finds its app only there.
    """
    loop, context = asyncio.get_running_loop(), copy_context()

    def call(value: T) -> None:
        with contextlib.suppress(RuntimeError):  # the loop has ended
            loop.call_soon_threadsafe(partial(callback, value), context=context)

    return call
