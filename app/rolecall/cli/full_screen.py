"""`rolecall` alone: the full screen, on the user's own files or on the demo's."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Mapping
from contextlib import ExitStack
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import click

from rolecall.ui import strings, terminal

if TYPE_CHECKING:
    from rolecall.demo.server import DemoServer
    from rolecall.services.settings import SettingsService
    from rolecall.services.workplace import Workplace


def full_screen(demo: bool, demo_accounts: int | None) -> int:
    """Opens the full screen; the exit status."""
    if reason := terminal.unfit(os.environ):
        columns, rows = terminal.size()
        term = os.environ.get("TERM", "")
        words = strings.UNFIT[reason.value].format(columns=columns, rows=rows, term=term)
        click.echo(words, err=True)
        return 2
    own = dict(os.environ)
    with ExitStack() as stack:
        server = _start_demo(stack, demo_accounts) if demo else None
        status = _run(server, own)
    # Threads that still wait for an answer are not worth waiting for: whatever they would write
    # is written whole or not at all.
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)


def _start_demo(stack: ExitStack, accounts: int | None) -> DemoServer:
    """Starts the demo and makes its temporary home this process's own."""
    from rolecall.demo.home import furnish
    from rolecall.demo.options import DemoOptions
    from rolecall.demo.server import DemoServer

    options = DemoOptions(accounts=accounts) if accounts else DemoOptions()
    server = stack.enter_context(DemoServer(options))
    home = Path(stack.enter_context(TemporaryDirectory(prefix="rolecall-demo-")))
    furnish(home, server.start_url, server.region, server.organisation)
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]
    os.environ.update(server.environment(home))
    return server


def _run(demo: DemoServer | None, own: Mapping[str, str]) -> int:
    """`own` is the user's environment, whatever the demo has made of this process's."""
    # Nothing of what is imported on the way to the first paint is garbage; the app collects again
    # from then on.
    gc.disable()
    # Textual reads it when imported. At 60 most of what a filter key takes is waiting for a frame.
    os.environ.setdefault("TEXTUAL_FPS", "240")
    from rolecall.services.settings import SettingsService
    from rolecall.ui.app import RolecallApp

    settings = SettingsService.from_environment(os.environ)
    app = RolecallApp(partial(_open_workplace, settings), _utc_now, settings, demo)
    profile = app.run(mouse=settings.settings.mouse)
    if app.failure is not None:
        return _say_what_failed(app.failure, own)
    if profile is not None:
        click.echo(profile)
    return 0


def _open_workplace(settings: SettingsService) -> Workplace:
    """Imported late: the first paint needs none of it."""
    from rolecall.services.workplace import Workplace

    return Workplace.from_environment(os.environ, _utc_now, settings=settings)


def _utc_now() -> datetime:
    return datetime.now(UTC)


def _say_what_failed(failure: BaseException, environ: Mapping[str, str]) -> int:
    from rolecall.services.crash import report

    path = report(failure, environ)
    template = strings.CRASHED if path else strings.CRASHED_NO_REPORT
    click.echo(template.format(what=type(failure).__name__, path=path), err=True)
    return 1
