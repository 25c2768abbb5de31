"""`rolecall sign-out`: of one session alone, after saying what goes."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime

import click

from rolecall.cli.support.errors import failing
from rolecall.cli.support.inventory_query import session_to_use
from rolecall.domain.errors import ServiceError
from rolecall.presentation import session_strings as words
from rolecall.presentation import sign_in_strings
from rolecall.presentation.errors import explain
from rolecall.services.services import Services


@click.command("sign-out")
@click.argument("name", required=False)
@click.option("--yes", "-y", is_flag=True, help="Do not ask.")
@click.pass_context
def sign_out(context: click.Context, *, name: str | None, yes: bool) -> None:
    """Sign out of the sso-session NAME.

    Without NAME of that of AWS_PROFILE, or the only one. Its access token and its role credentials
    in the AWS CLI's cache go, and the session at the access portal ends, which takes a token that
    holds. What goes is said first, and asked about. All other sessions stay.
    """
    with failing():
        tokens = (services := Services.from_environment(os.environ)).tokens
        session = session_to_use(services, name, os.environ)
        leaving = tokens.plan_sign_out(session)
        if not leaving:
            click.echo(words.SIGNED_OUT_ALREADY.format(session=session.cache_key), err=True)
            return
        click.echo(words.IS_DELETED, err=True)
        for line in words.sign_out_lines(leaving, datetime.now(UTC)):
            click.echo(f"- {line}", err=True)
        if not leaving.ends_portal_session:
            click.echo(words.PORTAL_STAYS, err=True)
        if not yes:
            if not sys.stdin.isatty():
                raise click.UsageError(words.SIGN_OUT_NEEDS_YES)
            if not click.confirm(words.SIGN_OUT_ASK, err=True):
                context.exit(1)
        try:
            tokens.sign_out(session)
        except ServiceError as error:
            click.echo(words.PORTAL_FAILED.format(what=explain(error)), err=True)
            context.exit(1)
    click.echo(sign_in_strings.SIGNED_OUT_OF.format(session=session.cache_key), err=True)
