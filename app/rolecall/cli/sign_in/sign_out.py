"""`rolecall sign-out`: sign out of one session, after listing what is deleted.

The name of a profile means its login session.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import partial

import click

from rolecall.cli.inventory.inventory_query import session_or_current
from rolecall.cli.support.errors import exit_on_error
from rolecall.cli.support.options import takes_session, yes_option
from rolecall.cli.support.output import echo
from rolecall.cli.support.write import Streams, Writing, write_change
from rolecall.domain.model import SsoSession
from rolecall.domain.process.debug_log import note_error
from rolecall.domain.switching.variables import SwitchTarget, profile_of
from rolecall.domain.text import original, safe
from rolecall.presentation.errors import portal_failed
from rolecall.presentation.texts import session_strings as words
from rolecall.presentation.texts import sign_in_strings
from rolecall.presentation.texts.command_line import command_help
from rolecall.services.services import Services
from rolecall.services.switching.switching import Switching


@click.command("sign-out", help=command_help.SIGN_OUT)
@takes_session
@yes_option
def sign_out(*, sso_session: str | None, yes: bool) -> None:
    with exit_on_error():
        services = Services(os.environ)
        if login := _login_or_current(services, sso_session, os.environ):
            _of_login(services, safe(login.name), login.login, yes=yes)
        else:
            session = session_or_current(services, sso_session, os.environ)
            _of_session(services, session, yes=yes)


def _login_or_current(
    services: Services, name: str | None, environ: Mapping[str, str]
) -> SwitchTarget | None:
    """Return the profile of that name if it uses a login session and no sso-session has the name.

    Without a name it is the profile of the environment, or the only one if there is no session at
    all. Raises click.ClickException if there are several login sessions, or both kinds; FileError.
    """
    switching = Switching(environ)
    if name is not None:
        target = None if services.sign_in.session_named(name) else switching.target(name)
        return target if target and target.login else None
    if profile := profile_of(environ):
        target = switching.target(profile)
        if target and (target.login or target.session):
            return target if target.login else None
    logins = list(switching.logins().values())
    sessions = [original(each.cache_key) for each in services.sign_in.sessions()]
    if len(logins) == 1 and not sessions:
        return switching.target(logins[0])
    if logins:
        names = " ".join(map(safe, [*sessions, *logins]))
        raise click.ClickException(words.NAME_A_SESSION.format(names=names))
    return None


def _of_session(services: Services, session: SsoSession, *, yes: bool) -> None:
    plan = services.tokens.plan_sign_out(session)
    if not plan:
        echo(words.SIGNED_OUT_ALREADY.format(session=session.cache_key), err=True)
        return
    lines = words.sign_out_lines(plan, datetime.now(UTC))
    _show(lines, "" if plan.ends_portal_session else words.PORTAL_STAYS)
    writing = Writing(partial(services.tokens.sign_out, session), question=words.SIGN_OUT_ASK)
    if failure := write_change(writing, yes=yes):
        note_error(failure.cause)
        echo(portal_failed(failure, datetime.now(UTC)), err=True)
        sys.exit(1)
    echo(sign_in_strings.SIGNED_OUT_OF.format(session=session.cache_key), err=True)


def _of_login(services: Services, profile: str, arn: str, *, yes: bool) -> None:
    plan = services.login_sign_out.plan(arn)
    if not plan:
        echo(words.SIGNED_OUT_ALREADY.format(session=profile), err=True)
        return
    lines = sign_in_strings.sign_out_lines(plan, datetime.now(UTC))
    _show(lines, sign_in_strings.KEYS_STAY)
    writing = Writing(
        partial(services.login_sign_out.sign_out, arn),
        question=words.SIGN_OUT_ASK,
        done=sign_in_strings.SIGNED_OUT.format(profile=profile),
        goes_to=Streams.SAID,
    )
    write_change(writing, yes=yes)


def _show(lines: Sequence[str], note: str) -> None:
    """Print what is deleted."""
    echo(words.IS_DELETED, err=True)
    for line in lines:
        echo(f"- {line}", err=True)
    if note:
        echo(note, err=True)
