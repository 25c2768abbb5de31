"""`rolecall sign-out`: sign out of one session, after listing what is deleted."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime

import click

from rolecall.cli.support.errors import exit_on_error
from rolecall.cli.support.inventory_query import session_or_current
from rolecall.cli.support.options import takes_session, yes_option
from rolecall.cli.support.output import echo
from rolecall.domain.errors import ServiceError
from rolecall.presentation import command_help, sign_in_strings
from rolecall.presentation import session_strings as words
from rolecall.presentation.errors import explain
from rolecall.services.services import Services


@click.command("sign-out", help=command_help.SIGN_OUT)
@takes_session
@yes_option
@click.pass_context
def sign_out(context: click.Context, *, sso_session: str | None, yes: bool) -> None:
    with exit_on_error():
        services = Services(os.environ)
        session = session_or_current(services, sso_session, os.environ)
        plan = services.tokens.plan_sign_out(session)
        if not plan:
            echo(words.SIGNED_OUT_ALREADY.format(session=session.cache_key), err=True)
            return
        echo(words.IS_DELETED, err=True)
        for line in words.sign_out_lines(plan, datetime.now(UTC)):
            echo(f"- {line}", err=True)
        if not plan.ends_portal_session:
            echo(words.PORTAL_STAYS, err=True)
        if not yes:
            if not sys.stdin.isatty():
                raise click.UsageError(words.SIGN_OUT_NEEDS_YES)
            if not click.confirm(words.SIGN_OUT_ASK, err=True):
                context.exit(1)
        try:
            services.tokens.sign_out(session)
        except ServiceError as error:
            echo(words.PORTAL_FAILED.format(what=explain(error)), err=True)
            context.exit(1)
    echo(sign_in_strings.SIGNED_OUT_OF.format(session=session.cache_key), err=True)
