"""`rolecall login`: sign in with console credentials, as `aws login` does."""

from __future__ import annotations

import os
import select
import sys
import time
from datetime import UTC, datetime
from functools import partial
from typing import Final

import click

from rolecall.cli.support import exit_status
from rolecall.cli.support.confirm import confirmed
from rolecall.cli.support.errors import error_text, exit_on_error
from rolecall.cli.support.options import takes_profile, yes_option
from rolecall.cli.support.output import echo, write
from rolecall.cli.support.qr_code import show_qr
from rolecall.domain.errors import SignInDenied
from rolecall.domain.link import Link
from rolecall.domain.login_code import CodeProblem
from rolecall.domain.login_errors import LoginCodeInvalid, LoginError
from rolecall.domain.model import LoginSession
from rolecall.domain.question import current
from rolecall.domain.text import safe
from rolecall.presentation import browser_strings, command_help, login_strings, times
from rolecall.presentation import session_strings as words
from rolecall.services.browser_sign_in import CODE_MAY_HELP
from rolecall.services.console_login import ConsoleLogin
from rolecall.services.services import Services
from rolecall.services.sign_in_polling import wait_for_token
from rolecall.terminal import capabilities

_echo = partial(echo, err=True)
_LINES_TOGETHER: Final = 0.1  # seconds between the lines of one paste, at most


@click.command(help=command_help.LOGIN)
@takes_profile()
@click.option("--region", metavar="R", default="", help=command_help.LOGIN_REGION)
@click.option("--force", is_flag=True, help=command_help.LOGIN_FORCE)
@click.option("--browser/--code", "wants_browser", default=None, help=command_help.LOGIN_BROWSER)
@yes_option
def login(
    *, profile: str | None, region: str, force: bool, wants_browser: bool | None, yes: bool
) -> None:
    try:
        with exit_on_error():
            services = Services(os.environ)
            name = profile or services.console_login.default_profile()
            if not force and _is_signed_in(services, name):
                return
            if wants_browser is None:
                wants_browser = services.settings.settings.prefers_browser()
            session = _sign_in(services, name, region, wants_browser=wants_browser)
            _keep(services, name, session, region, yes=yes)
    except (KeyboardInterrupt, EOFError):
        _echo(f"\n{words.CANCELLED}")
        sys.exit(exit_status.CANCELLED)


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
    _echo(login_strings.ALREADY.format(profile=safe(profile), who=safe(arn), end=end))
    return True


def _sign_in(services: Services, profile: str, region: str, *, wants_browser: bool) -> LoginSession:
    service = services.console_login
    if wants_browser:
        reason = browser_strings.obstacle(os.environ)
        if not reason:
            try:
                return _in_browser(
                    service.begin_in_browser(profile, region, browser_strings.pages())
                )
            except SignInDenied:
                _echo(login_strings.DENIED)
                sys.exit(1)
            except CODE_MAY_HELP as error:
                reason = error_text(error)
        _echo(browser_strings.INSTEAD.format(sentence=reason))
    return _with_code(service.begin(profile, region))


def _in_browser(attempt: ConsoleLogin) -> LoginSession:
    try:
        _echo(f"{browser_strings.INTRO}\n\n{attempt.link.shown}\n")
        _echo(browser_strings.open_link(os.environ, attempt.link))
        return wait_for_token(attempt, time.sleep)
    finally:
        attempt.close()


def _with_code(attempt: ConsoleLogin) -> LoginSession:
    """Ask for the code until it fits; a code that has expired ends the sign-in."""
    link = attempt.link
    intro = browser_strings.UNSAFE_LINK[link.problem] if link.problem else login_strings.OPEN_LINK
    _echo(f"{intro}\n")
    write(f"  {_linked(link)}\n\n", err=True)
    show_qr(link)
    while True:
        write(f"{login_strings.PASTE}: ", err=True)
        try:
            return attempt.finish(_pasted())
        except LoginCodeInvalid as error:
            if error.problem in {CodeProblem.EXPIRED, CodeProblem.LOST}:
                raise
            _echo(error_text(error))


def _linked(link: Link) -> str:
    """Return the address; a link (OSC 8) for a terminal that has them: it is longer than a line."""
    if not (link.url and sys.stderr.isatty() and capabilities.supports_links(os.environ)):
        return link.shown
    return f"\x1b]8;;{link.url}\x1b\\{link.shown}\x1b]8;;\x1b\\"


def _pasted() -> str:
    """Return what was typed or pasted, all lines of it. Raises EOFError."""
    descriptor, text = sys.stdin.fileno(), b""
    while not text or select.select([descriptor], [], [], _LINES_TOGETHER)[0]:
        if not (part := os.read(descriptor, 65536)):
            break
        text += part
    current().begin_again()  # until now it was the user who was waited for
    if not text:
        raise EOFError
    return text.decode("utf-8", "replace")


def _keep(
    services: Services, profile: str, session: LoginSession, region: str, *, yes: bool
) -> None:
    before, who = services.console_login.login_session(profile), safe(session.arn)
    if before not in {"", session.arn} and not yes:
        question = login_strings.REPLACE.format(profile=safe(profile), old=safe(before), new=who)
        if not (sys.stdin.isatty() and confirmed(question)):
            _echo(login_strings.NOT_REPLACED.format(profile=safe(profile), old=safe(before)))
            sys.exit(1)
    services.console_login.keep(profile, session, region)
    _echo(login_strings.SIGNED_IN.format(profile=safe(profile), who=who))
