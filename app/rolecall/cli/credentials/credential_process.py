"""`rolecall credential-process`: credentials for tools that do not support sso-sessions."""

from __future__ import annotations

import os
from functools import partial
from typing import TYPE_CHECKING

import click

from rolecall.cli.credentials.source import Source
from rolecall.cli.support.errors import echo_error, exit_on_error
from rolecall.cli.support.options import (
    account_option,
    narrowing_options,
    permission_set_option,
    reason_option,
    sso_session_option,
    takes_profile,
)
from rolecall.cli.support.output import write_value
from rolecall.domain.access_role import RoleOptions, is_duration, is_session_name, read_arn
from rolecall.domain.credentials.credential_formats import JSON, Export
from rolecall.domain.errors import NoAssignment
from rolecall.domain.inventory.catalogue import Listing
from rolecall.domain.log.hand_out import HandOutKind
from rolecall.domain.model import SsoSession
from rolecall.domain.search.role_search import named
from rolecall.domain.switching.variables import SwitchTarget
from rolecall.domain.text import safe
from rolecall.presentation.paths import config_file
from rolecall.presentation.texts import credential_strings, session_strings
from rolecall.presentation.texts.command_line import command_help, option_help
from rolecall.services.credentials.credentials import CredentialsService
from rolecall.services.log.hand_outs import HandOuts
from rolecall.services.services import Services

if TYPE_CHECKING:
    from rolecall.services.lending.asked import Asked


@click.command("credential-process", help=command_help.CREDENTIAL_PROCESS)
@takes_profile()
@account_option("ID", option_help.CREDENTIAL_ACCOUNT)
@permission_set_option(option_help.CREDENTIAL_PERMISSION_SET)
@click.option("--role-arn", metavar="ARN", help=option_help.CREDENTIAL_ROLE_ARN)
@click.option("--session-name", metavar="NAME", help=option_help.CREDENTIAL_SESSION_NAME)
@click.option("--duration", metavar="SECONDS", type=int, help=option_help.CREDENTIAL_DURATION)
@sso_session_option
@narrowing_options
@reason_option
def credential_process(
    *,
    profile: str | None,
    account: str | None,
    permission_set: str | None,
    role_arn: str | None,
    session_name: str | None,
    duration: int | None,
    sso_session: str | None,
    asked: Asked | None,
    reason: str,
) -> None:
    of_role = account, permission_set, role_arn, session_name, duration, sso_session
    if any(of_role) if profile else not (role_arn or (account and permission_set)):
        raise click.UsageError(credential_strings.PROFILE_OR_ROLE)
    if role_arn is None:
        if session_name or duration:
            raise click.UsageError(credential_strings.OPTIONS_OF_ROLES)
    elif account or permission_set:
        raise click.UsageError(credential_strings.PROFILE_OR_ROLE)
    elif (of_arn := read_arn(role_arn)) is None:
        raise click.UsageError(credential_strings.NOT_A_ROLE_ARN.format(arn=safe(role_arn)))
    else:
        account, permission_set = of_arn
    if session_name is not None and not is_session_name(session_name):
        raise click.UsageError(credential_strings.SESSION_NAME_RULE)
    if duration is not None and not is_duration(duration):
        raise click.UsageError(credential_strings.DURATION_RULE)
    options = RoleOptions(session_name or "", duration or 0)
    with exit_on_error():
        services = Services(os.environ, on_problem=echo_error)
        log = HandOuts(os.environ)
        if profile:
            target = log.target(profile)
            source = Source(services.credentials, target, asked, reason)
            own = partial(source.service.export, profile)
        else:
            assert account is not None
            assert permission_set is not None
            session = _session(services.credentials, sso_session)
            role = account.replace("-", ""), permission_set
            target = SwitchTarget("", *role, session.cache_key)
            source = Source(services.credentials, target, asked, reason)
            own = partial(_of_role, services, source.service, session, role, options)
        exported = source.of(own)()
    key_id = exported.credentials.access_key_id
    log.note(HandOutKind.CREDENTIAL_PROCESS, target, key_id, reason=reason, lend=source.lend)
    write_value(JSON.write(exported))


def _of_role(
    services: Services,
    service: CredentialsService,
    session: SsoSession,
    role: tuple[str, str],
    options: RoleOptions,
) -> Export:
    """Refuse a short name that is known as one before AWS is asked, any other one after it."""
    listing = services.inventory.listing(session, role[0])
    if listing and listing.permission_sets is not None:
        _refuse_short_name(listing, role[1])
    try:
        return Export(service.of_role(session, *role, options), session.region, "")
    except NoAssignment:
        if listing:
            _refuse_short_name(listing, role[1])
        raise


def _refuse_short_name(listing: Listing, name: str) -> None:
    """Raise click.ClickException with the full names: others of this name have other rights."""
    names = [each.name for each in listing.all_sets or ()]
    if found := [each for each in named(safe(name), names) if each != name]:
        facts = {"permission_set": safe(name), "names": ", ".join(found)}
        raise click.ClickException(credential_strings.SHORT_NAME.format(**facts))


def _session(service: CredentialsService, name: str | None) -> SsoSession:
    """The named session, or the only one. Raises NoCredentials, and ClickException."""
    if name is not None:
        return service.session(name)
    sessions = service.sessions()
    if not sessions:
        raise click.ClickException(session_strings.NO_SESSION.format(path=config_file()))
    if len(sessions) > 1:
        names = " ".join(each.cache_key for each in sessions)
        raise click.ClickException(session_strings.WHICH_SESSION.format(names=names))
    return service.session(sessions[0].cache_key)
