"""`rolecall sign-in`: link and code on stderr, and the wait for somebody to approve."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

import click

from rolecall.cli.support.errors import failing, sentence
from rolecall.cli.support.inventory_query import session_to_use
from rolecall.cli.support.qr_code import show_qr
from rolecall.domain.errors import RolecallError
from rolecall.domain.model import AccessToken, SsoSession
from rolecall.domain.settings import SignInMethod
from rolecall.presentation import browser_strings, sign_in_strings, times
from rolecall.presentation import session_strings as words
from rolecall.presentation.errors import explain
from rolecall.services.services import Services
from rolecall.services.sign_in import DeviceSignIn
from rolecall.services.sign_in_polling import wait_for_token

GIVEN_UP = 130  # as a shell has it after Ctrl+C

_say = partial(click.echo, err=True)

OtherToken = Callable[[], AccessToken | None]


@click.command("sign-in")
@click.argument("name", required=False)
@click.option("--force", is_flag=True, help="Sign in anew, even where a token still holds.")
@click.option(
    "--browser/--code",
    "wants_browser",
    default=None,
    help="With the browser of this machine (PKCE), or with a device code; else by the settings.",
)
def sign_in(*, name: str | None, force: bool, wants_browser: bool | None) -> None:
    """Sign in to the sso-session NAME.

    Without NAME to that of AWS_PROFILE, or the only one. Link and code go to standard error. A
    token that still holds, or renews itself, is used without asking. Exit status 0 once signed in,
    1 where that failed, 130 after Ctrl+C.
    """
    try:
        with failing():
            services = Services.from_environment(os.environ)
            session = session_to_use(services, name, os.environ)
            token = None if force else services.sign_in.valid_token(session)
            already = token is not None
            if token is None:
                if wants_browser is None:
                    wants_browser = services.settings.settings.sign_in is SignInMethod.PKCE
                other = partial(services.sign_in.token_from_another_process, session)
                other_token = _no_token if force else other
                token = _sign_in(services, session, other_token, wants_browser=wants_browser)
    except KeyboardInterrupt:
        _say(f"\n{words.CANCELLED}")
        sys.exit(GIVEN_UP)
    text = words.SIGNED_IN_ALREADY if already else sign_in_strings.SIGNED_IN
    end = times.moment(token.expires_at, datetime.now(UTC))
    _say(text.format(session=session.cache_key, end=end))


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
            except RolecallError as error:
                reason = sentence(error)
        _say(browser_strings.INSTEAD.format(sentence=reason))
    return _with_code(services.sign_in.begin(session), other_token)


def _in_browser(services: Services, session: SsoSession, other_token: OtherToken) -> AccessToken:
    attempt = services.browser_sign_in.begin(session, browser_strings.pages())
    try:
        _say(f"{browser_strings.INTRO}\n\n{attempt.link}\n")
        _say(browser_strings.open_link(os.environ, attempt.link))
        return wait_for_token(attempt, time.sleep, other_token)
    finally:
        attempt.close()


def _with_code(attempt: DeviceSignIn, other_token: OtherToken) -> AccessToken:
    link = attempt.code.verification_uri_complete
    _say(f"{sign_in_strings.ENTER_CODE}\n\n  {link}\n\n  {attempt.code.user_code}\n")
    show_qr(link)
    left = times.about(attempt.remaining())
    _say(words.WAITING.format(left=left))
    printed = ""

    def wait(seconds: float) -> None:
        nonlocal printed
        trouble = explain(attempt.last_error) if attempt.last_error else ""
        if trouble and trouble != printed:
            _say(sign_in_strings.TROUBLE.format(what=trouble))
        printed = trouble
        time.sleep(seconds)

    return wait_for_token(attempt, wait, other_token)
