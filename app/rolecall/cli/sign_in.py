"""`rolecall sign-in`: print the link and the code to stderr, and wait for the approval."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from functools import partial

import click

from rolecall.cli.support import exit_status
from rolecall.cli.support.errors import echo_error, exit_on_error
from rolecall.cli.support.options import takes_session
from rolecall.cli.support.output import echo
from rolecall.cli.support.portal_address import session_at
from rolecall.cli.support.sign_in_printer import SignInPrinter
from rolecall.domain.errors import RolecallError
from rolecall.domain.errors.file_errors import TokenNotSaved
from rolecall.presentation import times
from rolecall.presentation.texts import command_help, sign_in_strings
from rolecall.presentation.texts import session_strings as words
from rolecall.services.services import Services

_echo = partial(echo, err=True)


@click.command("sign-in", help=command_help.SIGN_IN)
@takes_session
@click.option("--region", metavar="R", help=command_help.SIGN_IN_REGION)
@click.option("--name", metavar="NAME", help=command_help.SIGN_IN_NAME)
@click.option("--start-url", "access_portal", metavar="URL", help=command_help.SIGN_IN_START_URL)
@click.option("--force", is_flag=True, help=command_help.SIGN_IN_FORCE)
@click.option(
    "--browser/--code",
    "wants_browser",
    default=None,
    help=command_help.SIGN_IN_BROWSER,
)
def sign_in(
    *,
    sso_session: str | None,
    region: str | None,
    name: str | None,
    access_portal: str | None,
    force: bool,
    wants_browser: bool | None,
) -> None:
    try:
        with exit_on_error():
            services = Services(os.environ, on_problem=_report)
            before = services.sign_in.sessions()
            session = session_at(services, sso_session, name, region, access_portal)
            if session.tenant is not None and session not in before:
                force = True  # the token of before does not cover the roles
            token = None if force else services.sign_in.valid_token(session)
            if token is None:
                here = sign_in_strings.here(os.environ)
                sign_in = services.sign_ins.at_portal(session, here, wants_browser=wants_browser)
                SignInPrinter(sign_in).run()
                return
    except KeyboardInterrupt:
        _echo(f"\n{words.CANCELLED}")
        sys.exit(exit_status.CANCELLED)
    end = times.moment(token.expires_at, datetime.now(UTC))
    _echo(words.SIGNED_IN_ALREADY.format(session=session.cache_key, end=end))


def _report(problem: RolecallError) -> None:
    """A token that only this command has is a failure; it is of no use after the command."""
    if isinstance(problem, TokenNotSaved):
        raise problem
    echo_error(problem)
