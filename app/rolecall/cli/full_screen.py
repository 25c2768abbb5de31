"""`rolecall` without a command: the full screen, on the user's files or on a demo."""

from __future__ import annotations

import gc
import logging
import os
import signal
import sys
import threading
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from functools import cache, partial
from importlib import import_module
from types import FrameType
from typing import TYPE_CHECKING

from rolecall.cli.support.confirm import is_terminal
from rolecall.cli.support.errors import CANCELLED, print_crash, write_report
from rolecall.cli.support.output import echo, write_value
from rolecall.cli.support.settings import use, use_plain
from rolecall.domain.records import replace
from rolecall.presentation.texts import program_strings
from rolecall.services.base.clock import utc_now
from rolecall.terminal import capabilities, launch
from rolecall.terminal.ending_signals import ENDING, held

if TYPE_CHECKING:
    from rolecall.demo.server import DemoServer
    from rolecall.services.base.launch_images import LaunchImages
    from rolecall.services.base.settings import SettingsService
    from rolecall.services.services import Services
    from rolecall.services.switching.shell_setup import BareShell


def full_screen(
    demo: bool = False,
    demo_accounts: int | None = None,
    on_exit: Callable[[str | None], int] | None = None,
    *,
    watch: bool = False,
    notify: bool = False,
    images: LaunchImages | None = None,
) -> int:
    """Open the full screen or, with `watch`, only the Tokens screen. Returns the exit status.

    `notify`: the Tokens screen also warns outside the terminal. `on_exit` receives the chosen
    profile, or None, and returns the exit status. `images`: those of the first screen, to save one
    for the next start.
    """
    smallest = capabilities.SMALLEST_WATCH if watch else capabilities.SMALLEST
    # An image is not shown if the settings have changed since it was made.
    is_plain = not watch and launch.shown() is None and use_plain()
    if is_plain and is_terminal():
        return _plain(demo, demo_accounts, on_exit)
    if reason := capabilities.unsupported(os.environ, smallest):
        columns, rows = capabilities.size()
        least = "×".join(map(str, smallest))
        term = os.environ.get("TERM", "")
        text = program_strings.UNSUPPORTED[reason.value].format(
            columns=columns, rows=rows, term=term, least=least
        )
        launch.give_back()  # the text would be on the screen of the image, and lost with it
        echo(text, err=True)
        return 2
    user_environ = dict(os.environ)
    with _exit_on_signals(), ExitStack() as stack:
        server = _start_demo(stack, demo_accounts) if demo else None
        _silence_stderr(user_environ)
        try:
            status = _run(stack, server, user_environ, on_exit, images, watch=watch, notify=notify)
        finally:
            for number in ENDING:  # a second signal must not interrupt the exit
                signal.signal(number, signal.SIG_IGN)
    # Do not wait for threads that still wait for an answer. Their writes are atomic.
    with suppress(OSError):  # the connection is lost
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(status)


@contextmanager
def _exit_on_signals() -> Iterator[None]:
    """Exit on a signal, so that the demo's home is deleted even before the app handles signals."""
    received: list[int] = []

    def exit_by_signal(number: int, _: FrameType | None) -> None:
        received.append(number)
        sys.exit(128 + number)

    for number in ENDING:
        signal.signal(number, exit_by_signal)
    try:
        yield
    except Exception:
        if received:  # Python 3.11 turns an exit in `__set_name__` into a RuntimeError
            sys.exit(128 + received[0])
        raise


def _silence_stderr(user_environ: Mapping[str, str]) -> None:
    """Keep warnings, logs and tracebacks of threads off standard error, which is the screen."""
    warnings.simplefilter("ignore")
    logging.getLogger().addHandler(logging.NullHandler())

    def report_thread(failed: threading.ExceptHookArgs) -> None:
        if failed.exc_value is not None and not isinstance(failed.exc_value, OSError):
            write_report(failed.exc_value, user_environ)

    threading.excepthook = report_thread


def _start_demo(stack: ExitStack, accounts: int | None) -> DemoServer:
    """Start the demo and set the environment of this process to its temporary home."""
    from rolecall.demo.home import create_home
    from rolecall.demo.options import SHOWN
    from rolecall.demo.server import DemoServer
    from rolecall.services.base.leftovers import demo_home

    options = replace(SHOWN, accounts=accounts) if accounts else SHOWN
    # A signal could leave the home behind, or the file with which tempfile tries its folder.
    with held():
        home = stack.enter_context(demo_home())
    server = stack.enter_context(DemoServer(options))
    # At the end, a crash report must not create the home again.
    stack.callback(_set_environment, dict(os.environ))
    create_home(home, server.start_url, server.region, server.organisation, tenant=server.tenant)
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]
    os.environ.update(server.environment(home))
    return server


def _set_environment(environ: Mapping[str, str]) -> None:
    os.environ.clear()
    os.environ.update(environ)


def _run(
    stack: ExitStack,
    demo: DemoServer | None,
    user_environ: Mapping[str, str],
    on_exit: Callable[[str | None], int] | None,
    images: LaunchImages | None,
    *,
    watch: bool,
    notify: bool,
) -> int:
    """Return the exit status. `user_environ` is the environment before a demo changed it."""
    # Imports before the first paint leave no garbage. The app enables the collector again.
    gc.disable()
    import rolecall.ui  # noqa: F401  first: it leaves out what the others would import
    from rolecall.ui.rendering import textual_settings

    textual_settings.use(chooses_colours=True)
    from rolecall.services.base.settings import SettingsService
    from rolecall.services.inventory.startup_snapshot import has_sessions, startup_snapshot

    if demo is None:
        settings = SettingsService.from_environment(os.environ)
    else:
        settings = SettingsService.copy_of(user_environ, os.environ)
    use(settings)
    # Imported after the keys are set: screens bind them when they are imported.
    from rolecall.ui.app.app import RolecallApp

    app_class = RolecallApp
    if watch:
        from rolecall.ui.app.watch import NotifyingWatchApp, WatchApp

        app_class = NotifyingWatchApp if notify else WatchApp
    first = None if watch else startup_snapshot(os.environ, utc_now)
    is_first_visit = first is None and not watch and not has_sessions(os.environ)
    only_prints = on_exit is None and not watch and demo is None and sys.stdout.isatty()
    bare_shell = cache(partial(_bare_shell, user_environ)) if only_prints else _no_shell
    open_services = partial(_open_services, stack, settings, bare_shell)
    app = app_class(open_services, utc_now, settings, demo, first, is_first_visit=is_first_visit)
    app.bare_shell = bare_shell
    app.launch_images = images
    profile = app.run(mouse=settings.settings.mouse)
    launch.give_back()  # it is Textual's, unless Textual could not start
    if app.failure is not None:
        return print_crash(app.failure, user_environ)
    if app.return_code or watch:
        return app.return_code or 0
    if app.first_screen is not None:
        stack.callback(app.first_screen.save_again, utc_now)  # after the profile is printed
    return _use(profile, on_exit, app.bare_shell)


def _plain(
    demo: bool, demo_accounts: int | None, on_exit: Callable[[str | None], int] | None
) -> int:
    """Ask in the plain mode what to do. Returns the exit status."""
    # As the commands that it runs, which import this module.
    menu: Callable[[], str | None] = import_module("rolecall.cli.plain.menu").menu
    user_environ = dict(os.environ)
    with _exit_on_signals(), ExitStack() as stack:
        if demo:
            _start_demo(stack, demo_accounts)
        only_prints = on_exit is None and not demo and sys.stdout.isatty()
        bare_shell = partial(_bare_shell, user_environ) if only_prints else _no_shell
        return _use(menu(), on_exit, bare_shell)


def _use(
    profile: str | None,
    on_exit: Callable[[str | None], int] | None,
    bare_shell: Callable[[], BareShell | None],
) -> int:
    """Pass on the profile that was chosen, if any. Returns the exit status."""
    if on_exit is not None:
        return on_exit(profile)
    if profile is not None:
        from rolecall.domain.log.hand_out import HandOutKind
        from rolecall.services.log.hand_outs import HandOuts

        HandOuts(os.environ).note_profile(HandOutKind.USE, profile)
    status = _print(profile)
    if profile is not None and (bare := bare_shell()):
        from rolecall.presentation.texts import shell_strings

        echo(shell_strings.only_printed(profile, bare), err=True)
    return status


def _bare_shell(environ: Mapping[str, str]) -> BareShell:
    """Return the shell, which lacks `awsp`. Imports what the first paint does not need."""
    from rolecall.cli.support import shell_scripts
    from rolecall.services.switching.shell_setup import BareShell
    from rolecall.terminal.shell import current_shell

    return BareShell(current_shell(environ), environ, shell_scripts.for_startup_file)


def _no_shell() -> None:
    """The shell has `awsp`, or another program reads the name."""


def _print(profile: str | None) -> int:
    """Print the profile. If another program reads the name, a missing name is a failure."""
    if profile is not None:
        write_value(f"{profile}\n")
    elif not sys.stdout.isatty():
        return CANCELLED
    return 0


def _open_services(
    stack: ExitStack, settings: SettingsService, bare_shell: Callable[[], BareShell | None]
) -> Services:
    """Open the services, in a thread. Imported late, because the first paint needs none of this."""
    from rolecall.services.base.leftovers import delete_leftovers
    from rolecall.services.services import Services

    services = Services(os.environ, utc_now, settings=settings, has_terminal=False).build()
    stack.callback(services.credentials.end_programs)
    stack.callback(services.runs.end_all)
    delete_leftovers(services.locations)
    bare_shell()  # it reads a file, so the screen that shows it must find it known
    return services
