"""`rolecall sign-in`: print the link and the code to stderr, and wait for the approval."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

import click

from rolecall.cli.support import exit_status
from rolecall.cli.support.errors import echo_error, error_text, exit_on_error
from rolecall.cli.support.options import takes_session
from rolecall.cli.support.output import echo
from rolecall.cli.support.portal_address import naming_way_out, session_at
from rolecall.cli.support.qr_code import show_qr
from rolecall.domain.errors import RolecallError
from rolecall.domain.file_errors import TokenNotSaved
from rolecall.domain.model import AccessToken, SsoSession
from rolecall.presentation import browser_strings, command_help, sign_in_strings, times
from rolecall.presentation import session_strings as words
from rolecall.services.browser_sign_in import CODE_MAY_HELP
from rolecall.services.services import Services
from rolecall.services.sign_in import DeviceSignIn
from rolecall.services.sign_in_polling import wait_for_token

_echo = partial(echo, err=True)

OtherToken = Callable[[], AccessToken | None]


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
            was_signed_in = token is not None
            if token is None:
                if wants_browser is None:
                    wants_browser = services.settings.settings.prefers_browser(session)
                other_token: OtherToken = partial(
                    services.sign_in.token_from_another_process, session
                )
                if force:
                    other_token = _no_token
                with naming_way_out(session):
                    token = _sign_in(services, session, other_token, wants_browser=wants_browser)
    except KeyboardInterrupt:
        _echo(f"\n{words.CANCELLED}")
        sys.exit(exit_status.CANCELLED)
    text = words.SIGNED_IN_ALREADY if was_signed_in else sign_in_strings.SIGNED_IN
    end = times.moment(token.expires_at, datetime.now(UTC))
    _echo(text.format(session=session.cache_key, end=end))


def _report(problem: RolecallError) -> None:
    """A token that only this command has is a failure; it is of no use after the command."""
    if isinstance(problem, TokenNotSaved):
        raise problem
    echo_error(problem)


def _no_token() -> None:
    """Return None: --force does not accept the token of another process."""


def _sign_in(
    services: Services, session: SsoSession, other_token: OtherToken, *, wants_browser: bool
) -> AccessToken:
    if wants_browser:
        reason = browser_strings.obstacle(os.environ)
        if not reason:
            try:
                return _in_browser(services, session, other_token)
            except CODE_MAY_HELP as error:
                reason = error_text(error)
        _echo(browser_strings.INSTEAD.format(sentence=reason))
    return _with_code(services.sign_in.begin(session), other_token)


def _in_browser(services: Services, session: SsoSession, other_token: OtherToken) -> AccessToken:
    attempt = services.browser_sign_in.begin(session, browser_strings.pages())
    try:
        _echo(f"{browser_strings.INTRO}\n\n{attempt.link.shown}\n")
        _echo(browser_strings.open_link(os.environ, attempt.link))
        return wait_for_token(attempt, time.sleep, other_token)
    finally:
        attempt.close()


def _with_code(attempt: DeviceSignIn, other_token: OtherToken) -> AccessToken:
    link = attempt.code.link
    intro = sign_in_strings.ENTER_CODE
    if link.problem:
        intro = browser_strings.UNSAFE_LINK[link.problem]
    _echo(f"{intro}\n\n  {link.shown}\n\n  {attempt.code.user_code}\n")
    show_qr(link)
    left = times.about(attempt.remaining())
    _echo(words.WAITING.format(left=left))
    printed = ""

    def wait(seconds: float) -> None:
        nonlocal printed
        error = error_text(attempt.last_error) if attempt.last_error else ""
        if error and error != printed:
            _echo(sign_in_strings.TROUBLE.format(what=error))
        printed = error
        time.sleep(seconds)

    return wait_for_token(attempt, wait, other_token)
