"""`rolecall` alone: the full screen, on the user's own files or on the demo's."""

from __future__ import annotations

import gc
import logging
import os
import signal
import sys
import threading
import warnings
from collections.abc import Callable, Mapping
from contextlib import ExitStack, suppress
from functools import partial
from pathlib import Path
from shutil import rmtree
from tempfile import gettempdir
from types import FrameType
from typing import TYPE_CHECKING, Final

from rolecall.cli.support.crash import report, say_what_failed
from rolecall.presentation import program_strings
from rolecall.services.clock import utc_now
from rolecall.terminal import capabilities

NOTHING_CHOSEN: Final = 130  # as fzf has it, and a shell after Ctrl+C

if TYPE_CHECKING:
    from rolecall.demo.server import DemoServer
    from rolecall.services.services import Services
    from rolecall.services.settings import SettingsService

ENDINGS: Final = (signal.SIGHUP, signal.SIGINT, signal.SIGTERM)


def full_screen(
    demo: bool = False,
    demo_accounts: int | None = None,
    deliver: Callable[[str | None], int] | None = None,
    *,
    watch: bool = False,
) -> int:
    """Opens the full screen or, with `watch`, the Tokens screen alone; the exit status.

    `deliver` takes the profile that it was left with, or None, and gives the status.
    """
    smallest = capabilities.SMALLEST_WATCH if watch else capabilities.SMALLEST
    if reason := capabilities.unsupported(os.environ, smallest):
        columns, rows = capabilities.size()
        least = "×".join(map(str, smallest))
        term = os.environ.get("TERM", "")
        words = program_strings.UNFIT[reason.value].format(
            columns=columns, rows=rows, term=term, least=least
        )
        print(words, file=sys.stderr)
        return 2
    own = dict(os.environ)
    with ExitStack() as stack:
        _end_in_order()
        server = _start_demo(stack, demo_accounts) if demo else None
        _keep_the_screen_clean(own)
        try:
            status = _run(server, own, deliver or (_nothing if watch else _print), watch=watch)
        finally:
            for number in ENDINGS:  # a second signal would cut short what the first has begun
                signal.signal(number, signal.SIG_IGN)
    # Threads that still wait for an answer are not worth waiting for: whatever they would write
    # is written whole or not at all.
    with suppress(OSError):  # the line is lost
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(status)


def _end_in_order() -> None:
    """A signal that comes before the app listens, too, takes the demo's home away."""

    def leave(number: int, _: FrameType | None) -> None:
        sys.exit(128 + number)

    for number in ENDINGS:
        signal.signal(number, leave)


def _keep_the_screen_clean(own: Mapping[str, str]) -> None:
    """Standard error is the screen: no warning, no log and no thread's traceback goes there."""
    warnings.simplefilter("ignore")
    logging.getLogger().addHandler(logging.NullHandler())

    def report_of_thread(failed: threading.ExceptHookArgs) -> None:
        if failed.exc_value is not None and not isinstance(failed.exc_value, OSError):
            report(failed.exc_value, own)

    threading.excepthook = report_of_thread


def _start_demo(stack: ExitStack, accounts: int | None) -> DemoServer:
    """Starts the demo and makes its temporary home this process's own."""
    from rolecall.demo.home import create_home
    from rolecall.demo.options import DemoOptions
    from rolecall.demo.server import DemoServer

    options = DemoOptions(accounts=accounts) if accounts else DemoOptions()
    server = stack.enter_context(DemoServer(options))
    home = Path(gettempdir(), f"rolecall-demo-{os.urandom(8).hex()}")
    # Before it is made, so that no signal comes in between.
    stack.callback(rmtree, home, ignore_errors=True)
    home.mkdir(mode=0o700)
    create_home(home, server.start_url, server.region, server.organisation)
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]
    os.environ.update(server.environment(home))
    return server


def _run(
    demo: DemoServer | None,
    own: Mapping[str, str],
    deliver: Callable[[str | None], int],
    *,
    watch: bool,
) -> int:
    """`own` is the user's environment, whatever the demo has made of this process's."""
    # Nothing of what is imported on the way to the first paint is garbage; the app collects again
    # from then on.
    gc.disable()
    # Textual reads it when imported. At 60 most of what a filter key takes is waiting for a frame.
    os.environ.setdefault("TEXTUAL_FPS", "240")
    if capabilities.colours(os.environ) == 256:
        os.environ.setdefault("TEXTUAL_COLOR_SYSTEM", "256")
    from rolecall.presentation import keymap
    from rolecall.services.inventory.startup_snapshot import startup_snapshot
    from rolecall.services.settings import SettingsService

    if demo is None:
        settings = SettingsService.from_environment(os.environ)
    else:
        settings = SettingsService.copy_of(own, os.environ)
    if settings.settings.keys:
        settings.add_bad(keymap.use(settings.settings.keys, settings.last.lines))
    # Screens bind their keys when they are imported.
    from rolecall.ui.app import RolecallApp

    app_class = RolecallApp
    if watch:
        from rolecall.ui.watch import WatchApp

        app_class = WatchApp
    first = None if watch else startup_snapshot(os.environ, utc_now)
    app = app_class(partial(_open_services, settings), utc_now, settings, demo, first)
    profile = app.run(mouse=settings.settings.mouse)
    if app.failure is not None:
        return say_what_failed(app.failure, own)
    return app.return_code or deliver(profile)


def _print(profile: str | None) -> int:
    """Where the name is waited for, that there is none must not pass for an empty one."""
    if profile is not None:
        print(profile)
    elif not sys.stdout.isatty():
        return NOTHING_CHOSEN
    return 0


def _nothing(_: str | None) -> int:
    return 0


def _open_services(settings: SettingsService) -> Services:
    """Imported late: the first paint needs none of it."""
    from rolecall.services.services import Services

    return Services.from_environment(os.environ, utc_now, settings=settings)
