"""Work in the background: in threads, in groups, and for the screen that asked for it.

After an `await` the user may be anywhere, so work opens a screen only over the screen that asked
for it. If the user has left that screen, the work stops quietly.

Textual's thread workers run in asyncio's executor, which is joined at exit: a call that hangs would
block the terminal for its whole timeout. Daemon threads end with the process. That is safe, because
every write of rolecall is all or nothing.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Coroutine
from contextvars import ContextVar, copy_context
from enum import Enum
from functools import partial
from threading import Thread
from typing import TYPE_CHECKING, Any, TypeVar

from rolecall.domain.errors import RolecallError
from rolecall.domain.question import OnSlow, asking

if TYPE_CHECKING:
    from textual.screen import Screen

T = TypeVar("T")
Work = Callable[[], Coroutine[Any, Any, None]]

_asker: ContextVar[Screen[Any] | None] = ContextVar("asker", default=None)


class Left(Exception):
    """The user has left the screen that asked for the work."""


def asked_by(
    screen: Screen[Any] | None, work: Work, report: Callable[[RolecallError], None]
) -> Work:
    """Return the work, which knows its screen. `Left` ends it; `report` gets a RolecallError."""

    async def asked() -> None:
        _asker.set(screen)
        try:
            with contextlib.suppress(Left):
                await work()
        except RolecallError as error:
            report(error)

    return asked


def asker() -> Screen[Any] | None:
    """Return the screen that asked for the work that calls this."""
    return _asker.get()


def require_asker(visible: Screen[Any] | None) -> None:
    """Raise Left if the visible screen is not the one that asked for the work that calls this."""
    if visible is not _asker.get():
        raise Left


async def in_thread(work: Callable[[], T], on_slow: OnSlow | None = None) -> T:
    """Return the result of `work()`, run in a daemon thread. Raises what it raises.

    All its calls to AWS are one question. `on_slow` gets the slow call, on the event loop and in
    the context of the caller. If the task is cancelled, this returns at once; the thread runs to
    its end.
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
    """Return a function for another thread: it runs `callback` on the caller's event loop, in its
    context. Only there a screen that is being removed finds its app.
    """
    loop, context = asyncio.get_running_loop(), copy_context()

    def call(value: T) -> None:
        with contextlib.suppress(RuntimeError):  # the loop has ended
            loop.call_soon_threadsafe(partial(callback, value), context=context)

    return call


class WorkGroup(Enum):
    """New work of a group cancels the work of the group that is still running.

    A group belongs to one flow, so that no flow cancels the work of another. If work is for
    something, such as a session, it cancels only work for the same. Work that waits for the user's
    answer has left its group.
    """

    # sign_in
    SESSION = "session"  # makes a session the current one, or opens a sign-in: the last one counts
    SESSION_LIST = "session-list"  # opens the list of sessions
    # tokens
    TOKEN = "token"  # renews the token of a session on demand, or signs out of the session
    TOKEN_CHECK = "token-check"  # looks for changed files
    CONFIG_CHANGE = "config-change"  # reads a config that another program has changed
    # inventory
    CRAWL = "crawl"  # starts a crawl of a session
    CACHE = "cache"  # shows what the cache has of a session after its crawl
    ALL_CACHES = "all-caches"  # shows what the cache has of every session
    AGE_CHECK = "age-check"  # looks for listings that are too old
    REJECTION = "rejection"  # replaces the token of a session that AWS refused
    ACCOUNT = "account"  # lists an account again
    ROW = "row"  # goes to the permission set of a profile
    # lends
    LOANS = "loans"  # reads what is lent
    LOAN = "loan"  # asks whether to take something back
    # navigation
    GO = "go"  # goes to a row and runs a command on it
    # profiles
    CONFIG = "config"  # reads the config on demand
    SAVE = "save"  # opens the form that saves a profile
    VERIFICATION = "verification"  # asks AWS about a profile, for one screen
    ALL_VERIFICATIONS = "all-verifications"  # asks AWS about many profiles, for one screen
    USE = "use"  # leaves rolecall with a profile
    # session_edits
    SESSION_EDIT = "session-edit"  # opens the form or the question
    # annotations
    ANNOTATION = "annotation"  # opens the form
    # profile_edits
    EDIT = "edit"  # opens a form, a question or the drift
    DRIFT = "drift"  # compares the profiles with the listing again
    # credentials
    KEYS = "keys"  # opens the screen with the keys
    KEYS_FILE = "keys-file"  # plans to write the keys to a file, and asks
    LOG = "log"  # looks for an access key in the log
    # workbench
    WORKBENCH = "workbench"  # opens the workbench
    WORKBENCH_FILE = "workbench-file"  # plans to write its profiles, and asks
    # runs
    RUN = "run"  # opens the form for a command
    STOP = "stop"  # asks before everything is stopped
    # actions
    ACTION = "action"  # prepares an action of the settings, and opens what it asks
    # navigation
    QUIT = "quit"  # asks before what was typed is lost
    # team
    TEAM = "team"  # opens the form and the question
    TEAM_ROWS = "team-rows"  # reads what was taken over, to show it again
    # settings
    SETTINGS = "settings"  # opens the form of the settings
