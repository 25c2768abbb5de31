"""Blocking work in threads, so that the event loop never waits.

Textual's thread workers run in asyncio's executor, which is joined at exit: a call that hangs would
block the terminal for its whole timeout. Daemon threads end with the process. That is safe, because
every write of rolecall is all or nothing.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Iterator
from contextvars import copy_context
from functools import partial
from threading import Event, Thread
from typing import Protocol, TypeVar

from rolecall.domain.question import OnSlow, asking


class Closable(Protocol):
    def close(self) -> object: ...


T = TypeVar("T")
C = TypeVar("C", bound=Closable)


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


@contextlib.asynccontextmanager
async def closing(make: Callable[[], C]) -> AsyncIterator[C]:
    """Give what `make` returns, and close it at the end, both in threads.

    It is closed also if the task is cancelled before `make` returns.
    """
    made: list[C] = []
    is_left = Event()

    def close() -> None:
        try:
            found = made.pop()
        except IndexError:  # not made yet, or the other thread has closed it
            return
        found.close()

    def start() -> C:
        result = make()
        made.append(result)
        if is_left.is_set():
            close()
        return result

    try:
        yield await in_thread(start)
    finally:
        is_left.set()
        await in_thread(close)


class WaitStopped(Exception):
    """The task that needed the result was cancelled."""


@contextlib.contextmanager
def stoppable_wait(
    before_wait: Callable[[], None] = lambda: None,
) -> Iterator[Callable[[float], None]]:
    """Give a worker thread a function that waits for some seconds.

    Once the `with` block has been left, the function raises WaitStopped, so that the thread of a
    cancelled task ends too. `before_wait` runs on the event loop at the start of each wait, in the
    context of the caller: a screen that is being removed finds its app only there.
    """
    loop = asyncio.get_running_loop()
    context = copy_context()
    stopped = Event()

    def notify() -> None:
        if not stopped.is_set():
            before_wait()

    def wait(seconds: float) -> None:
        with contextlib.suppress(RuntimeError):  # the loop has ended
            loop.call_soon_threadsafe(notify, context=context)
        if stopped.wait(seconds):
            raise WaitStopped

    try:
        yield wait
    finally:
        stopped.set()
