"""`rolecall login`: sign in with console credentials, as `aws login` does."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

import click

from rolecall.cli.sign_in.sign_in_printer import SignInPrinter
from rolecall.cli.support.errors import CANCELLED, exit_on_error
from rolecall.cli.support.options import no_lock_option, port_option, takes_profile, yes_option
from rolecall.cli.support.output import echo
from rolecall.cli.support.write import Streams, Writing, write_change
from rolecall.domain.config.file_change import Change
from rolecall.domain.errors.login_errors import LoginError
from rolecall.domain.sign_in.progress import Progress
from rolecall.domain.text import safe
from rolecall.presentation import times
from rolecall.presentation.differences import difference
from rolecall.presentation.sign_in_progress import said
from rolecall.presentation.texts import session_strings as words
from rolecall.presentation.texts import sign_in_strings
from rolecall.presentation.texts.command_line import command_help, option_help
from rolecall.services.services import Services

_echo = partial(echo, err=True)


@click.command(help=command_help.LOGIN)
@takes_profile()
@click.option("--region", metavar="R", default="", help=option_help.LOGIN_REGION)
@click.option("--force", is_flag=True, help=option_help.LOGIN_FORCE)
@click.option("--browser/--code", "wants_browser", default=None, help=option_help.LOGIN_BROWSER)
@port_option
@yes_option
@no_lock_option
def login(
    *,
    profile: str | None,
    region: str,
    force: bool,
    wants_browser: bool | None,
    port: int,
    yes: bool,
) -> None:
    try:
        with exit_on_error():
            services = Services(os.environ)
            name = profile or services.console_login.default_profile()
            if not force and _is_signed_in(services, name):
                return
            sign_in = services.sign_ins.with_console(
                name,
                sign_in_strings.here(os.environ, port),
                region=region,
                wants_browser=wants_browser,
                write=lambda change, commit: _write(sign_in.progress, change, commit, yes=yes),
            )
            SignInPrinter(sign_in).run()
    except (KeyboardInterrupt, EOFError):
        _echo(f"\n{words.CANCELLED}")
        sys.exit(CANCELLED)


def _write(progress: Progress, change: Change, commit: Callable[[], None], *, yes: bool) -> None:
    """Show the change of the profile, ask if it had another identity, and write it."""
    question = refusal = ""
    if progress.before:
        question = f"{said(progress).state} {sign_in_strings.REPLACE}"
        facts = {"profile": progress.name, "old": progress.before}
        refusal = sign_in_strings.NOT_REPLACED.format(**facts)
    shown, streams = difference(change), Streams.MESSAGES
    writing = Writing(commit, shown, question=question, goes_to=streams, refusal=refusal)
    write_change(writing, yes=yes)


def _is_signed_in(services: Services, profile: str) -> bool:
    """Say that the keys are valid or renewed, if they are."""
    arn = services.console_login.login_session(profile)
    if not arn:
        return False
    try:
        keys = services.login_sessions.keys(
            arn, safe(profile), services.console_login.region(profile)
        )
    except LoginError:
        return False
    end = times.moment(keys.expires_at, datetime.now(UTC))
    _echo(sign_in_strings.ALREADY.format(profile=safe(profile), who=safe(arn), end=end))
    return True
