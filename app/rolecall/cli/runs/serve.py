"""`rolecall serve`: serve a profile's credentials and renew them, for long jobs."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from types import FrameType
from typing import TYPE_CHECKING, Any, Final

import click

from rolecall.cli.credentials.prompts import credentials_service
from rolecall.cli.credentials.source import Source
from rolecall.cli.runs.exec import NOT_RUN, echo_cannot_run, environment
from rolecall.cli.support import signals
from rolecall.cli.support.errors import error_text, exit_on_error
from rolecall.cli.support.options import (
    ProfileCommand,
    format_option,
    narrowing_options,
    reason_option,
    takes_profile_and_command,
)
from rolecall.cli.support.output import echo_notice, write_value
from rolecall.domain.config.file_change import Change
from rolecall.domain.credentials.credential_formats import (
    DEFAULT,
    FORMATS,
    CannotExpress,
    Export,
)
from rolecall.domain.errors import CommandNotRun, RolecallError
from rolecall.domain.log.hand_out import HandOutKind
from rolecall.domain.model import Credentials
from rolecall.domain.process import core_dumps
from rolecall.domain.question import asking
from rolecall.domain.records import replace
from rolecall.domain.text import safe
from rolecall.presentation import paths
from rolecall.presentation.differences import difference
from rolecall.presentation.texts import credential_strings
from rolecall.presentation.texts.command_line import command_help, option_help
from rolecall.services.base.call_reports import report_nothing
from rolecall.services.credentials.container_credentials import ContainerCredentials
from rolecall.services.credentials.container_files import container_files
from rolecall.services.log.hand_outs import HandOuts
from rolecall.services.runs.child import started
from rolecall.terminal.ending_signals import ENDING

if TYPE_CHECKING:
    from rolecall.services.lending.asked import Asked

_WRITERS: Final = {name: each.statements for name, each in FORMATS.items() if each.statements}


@click.command(
    cls=ProfileCommand,
    help=command_help.SERVE,
    context_settings={"allow_interspersed_args": False},
)
@click.option(
    "--port", type=click.IntRange(0, 65535), metavar="N", default=0, help=option_help.SERVE_PORT
)
@format_option([*_WRITERS], DEFAULT, option_help.SERVE_FORMAT)
@narrowing_options
@reason_option
@takes_profile_and_command
def serve(
    *,
    profile: str,
    command: tuple[str, ...],
    port: int,
    output_format: str,
    asked: Asked | None,
    reason: str,
) -> None:
    with exit_on_error(NOT_RUN):
        target = HandOuts(os.environ).target(profile)
        source = Source(credentials_service(), target, asked, reason)
        get = renewing(source, profile)
        export = get()
    printed: set[str] = set()

    def on_error(error: RolecallError) -> None:
        if (text := error_text(error)) not in printed:
            printed.add(text)
            echo_notice(text)

    end = None if command else _ending()
    log = HandOuts(os.environ)

    def note(key_id: str) -> None:
        facts: dict[str, Any] = {"command": command, "reason": reason, "lend": source.lend}
        log.note(HandOutKind.SERVE, target, key_id, **facts)

    try:
        server = ContainerCredentials(noting(get, note), on_error, port, known=export.credentials)
    except OSError as error:
        text = credential_strings.NO_PORT.format(port=port, reason=error.strerror)
        click.ClickException(text).show()
        sys.exit(NOT_RUN)
    with server, ExitStack() as stack:
        with exit_on_error(NOT_RUN):
            files = stack.enter_context(container_files(source.service, os.environ, say_lost))
        variables = server.variables(export.region) | files
        if command:
            report_nothing()
            sys.exit(run(command, environment(variables, profile)))
        try:
            write_value(_WRITERS[output_format](variables))
        except CannotExpress:
            text = credential_strings.INEXPRESSIBLE.format(name=profile, format=output_format)
            raise click.ClickException(text) from None
        sys.stdout.flush()
        if end is not None:
            os.read(end, 1)


def _ending() -> int:
    """Return a descriptor that can be read as soon as a signal ends rolecall.

    `sigwait` would need every thread to block the signals, and so would the programs that a thread
    starts for credentials.
    """
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    signal.set_wakeup_fd(writer)
    for number in ENDING:
        signals.handle(number, lambda *_: None)
    return reader


def say_lost(change: Change) -> None:
    echo_notice(credential_strings.COPY_LOST.format(path=paths.as_written(change.path)))
    lines = difference(change).splitlines()[1:]
    echo_notice("\n".join(map(safe, lines)))


def renewing(source: Source, profile: str, *, has_terminal: bool = True) -> Callable[[], Export]:
    """Return what to call for credentials, again and again. Unless it still `has_terminal` later, a
    `credential_process` cannot ask there then. Raises NoCredentials, FileError.
    """
    service = source.service
    # Later, the user may have left the terminal.
    without_prompt = replace(
        service, prompt=None, has_terminal=has_terminal and service.has_terminal
    )
    # Valid keys are renewed by the first request, which that does not hold up.
    first = iter((service.stored(profile) or service.export(profile),))
    return source.of(lambda: next(first, None) or without_prompt.export(profile))


def noting(get: Callable[[], Export], note: Callable[[str], None]) -> Callable[[], Credentials]:
    """Note each access key once: clients ask for it again and again."""
    noted = set[str]()

    def found() -> Credentials:
        with asking():  # each request is a separate question
            credentials = get().credentials
        if (key_id := credentials.access_key_id) not in noted:
            noted.add(key_id)
            note(key_id)
        return credentials

    return found


def run(command: Sequence[str], environ: Mapping[str, str]) -> int:
    """Run the command. Returns its exit status, or 128 plus the signal that killed it."""
    child: subprocess.Popen[bytes] | None = None
    early: list[int] = []

    def pass_on(number: int, _: FrameType | None) -> None:
        if child is None:
            early.append(number)
        else:
            child.send_signal(number)

    # The terminal also sends these two to the command.
    for number in (signal.SIGINT, signal.SIGQUIT):
        signals.handle(number, lambda *_: None)
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGUSR1, signal.SIGUSR2):
        signals.handle(number, pass_on)
    try:
        with signals.of_caller(), core_dumps.allowed():
            child = started(command, environ, _start)
    except CommandNotRun as error:
        return echo_cannot_run(error)
    for missed in early:
        child.send_signal(missed)
    status = child.wait()
    return status if status >= 0 else 128 - status


def _start(command: Sequence[str], environ: Mapping[str, str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(command, env=environ, restore_signals=False)
