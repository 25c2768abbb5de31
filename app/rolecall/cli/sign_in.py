"""`rolecall sign-in`: print the link and the code to stderr, and wait for the approval.

The session is an existing one, one with another region, or a new one for an address.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Final, TypeVar

import click
from click import ClickException, UsageError

from rolecall.cli.support.errors import CANCELLED, echo_error, error_text, exit_on_error
from rolecall.cli.support.inventory_query import session_or_current
from rolecall.cli.support.options import no_lock_option, takes_session
from rolecall.cli.support.output import echo
from rolecall.cli.support.sign_in_printer import SignInPrinter
from rolecall.cli.support.write import Streams, Writing, write_change
from rolecall.domain import start_url
from rolecall.domain.access_role import Tenant, tenant_of
from rolecall.domain.account_access import part_of_portal
from rolecall.domain.config.file_change import Change
from rolecall.domain.errors import RegionInvalid, RolecallError
from rolecall.domain.errors.file_errors import TokenKept, TokenNotSaved
from rolecall.domain.errors.role_errors import TenantInvalid
from rolecall.domain.model import SsoSession
from rolecall.domain.naming import names as naming
from rolecall.presentation import times
from rolecall.presentation.filling import fill
from rolecall.presentation.paths import config_file
from rolecall.presentation.texts import command_help, sign_in_strings
from rolecall.presentation.texts import session_strings as words
from rolecall.services.services import Services
from rolecall.services.sign_in.region_search import Asked

T = TypeVar("T")
_FIND: Final = "find"
_echo = partial(echo, err=True)


@click.command("sign-in", help=command_help.SIGN_IN)
@takes_session
@click.option("--region", metavar="R", help=command_help.SIGN_IN_REGION)
@click.option("--name", metavar="NAME", help=command_help.SIGN_IN_NAME)
@click.option("--start-url", "access_portal", metavar="URL", help=command_help.SIGN_IN_START_URL)
@click.option("--force", is_flag=True, help=command_help.SIGN_IN_FORCE)
@click.option("--browser/--code", "wants_browser", default=None, help=command_help.SIGN_IN_BROWSER)
@no_lock_option
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
            session = _session_at(services, sso_session, name, region, access_portal)
            if session.tenant is not None and session not in before:
                force = True  # the earlier token does not cover the roles
            token = None if force else services.sign_in.valid_token(session)
            if token is None:
                here = sign_in_strings.here(os.environ)
                sign_in = services.sign_ins.at_portal(session, here, wants_browser=wants_browser)
                SignInPrinter(sign_in).run()
                return
    except KeyboardInterrupt:
        _echo(f"\n{words.CANCELLED}")
        sys.exit(CANCELLED)
    end = times.moment(token.expires_at, datetime.now(UTC))
    _echo(words.SIGNED_IN_ALREADY.format(session=session.cache_key, end=end))


def _report(problem: RolecallError) -> None:
    """A token that could not be saved is a failure: programs cannot use it."""
    if isinstance(problem, TokenNotSaved | TokenKept):
        raise problem
    echo_error(problem)


def _session_at(
    services: Services,
    typed: str | None,
    name: str | None,
    region: str | None,
    access_portal: str | None = None,
) -> SsoSession:
    """Return the session with this name or at this address; a new or changed one is written.

    If the address is that of an account access portal, `access_portal` is the start URL of the
    session that gets its roles. Raises click.UsageError, RolecallError.
    """
    sign_in = services.sign_in
    if typed is not None and (tenant := _tenant_at(services, typed)):
        if access_portal is None:
            return _with_roles(services, tenant, _named(services, tenant, name), region)
        address = start_url.normalise(access_portal)
        at_address = _sessions_at(services, address, name)
        named = next((each for each in at_address if each.name is not None), None)
        if named is None:
            return _new(services, address, name, region, tenant)
        return _with_roles(services, tenant, named, region)
    if access_portal is not None:
        raise UsageError(words.START_URL_OF_WHAT)
    if typed is not None and not sign_in.session_named(typed) and start_url.is_address(typed):
        address = start_url.normalise(typed)
        at_address = _sessions_at(services, address, name)
        if not at_address:
            return _new(services, address, name, region)
        typed = at_address[0].cache_key
    session = session_or_current(services, typed, os.environ)
    return session if region is None else _moved(services, session, region)


def _tenant_at(services: Services, typed: str) -> Tenant | None:
    """Return the tenant if the text is the address of its portal, or part of one and no name."""
    if part_of_portal(typed) is None or services.sign_in.session_named(typed):
        return tenant_of(typed)
    try:
        return services.session_edits.tenant_at(typed)
    except TenantInvalid as error:
        sentence = error_text(error)
        if not start_url.is_address(typed):  # it may also be meant for a name
            sentence = f"{_problem_of_name(services, typed)}\n{sentence}"
        raise UsageError(sentence) from None


def _problem_of_name(services: Services, name: str) -> str:
    """Return why no session has this name."""
    try:
        session_or_current(services, name, os.environ)
    except ClickException as error:
        return error.message
    return ""


def _sessions_at(services: Services, address: str, name: str | None) -> list[SsoSession]:
    """Return the sessions with this start URL; one that spells it in the same way is first."""
    sessions = [each for each in services.sign_in.sessions() if name in {None, each.name}]
    found = [each for each in sessions if start_url.respelled(each.start_url) == address]
    return sorted(found, key=lambda each: each.start_url != address)


def _new(
    services: Services,
    address: str,
    name: str | None,
    region: str | None,
    tenant: Tenant | None = None,
) -> SsoSession:
    sign_in, edits = services.sign_in, services.session_edits
    name = name or edits.suggest_session_name(address, sign_in.sessions())
    typed_region = "" if region in {None, _FIND} else region or ""
    located = sign_in.locate(edits.new_session(name, address, typed_region, tenant), _tell)
    _echo(words.REGION_FOUND.format(region=located.region))
    session = name, address, located.region, tenant
    plan = edits.plan_session(*session)
    added = _written(partial(edits.add_session, *session), plan, name)
    assert added is not None  # it is not a dry run
    return added


def _named(services: Services, tenant: Tenant, name: str | None) -> SsoSession:
    """Return the session that gets the roles of the tenant: the named one, or the only one."""
    sessions = [each for each in services.sign_in.sessions() if each.name is not None]
    if not sessions:
        raise UsageError(fill(words.ROLES_OF_NONE, {"address": tenant.address}))
    likely = services.session_edits.session_of(tenant, sessions)
    session = next((each for each in sessions if each.name == name), None) if name else likely
    if session is None:
        having = [each for each in sessions if each.tenant == tenant]
        names = " ".join(each.cache_key for each in having or sessions)
        raise UsageError(words.ROLES_OF_WHICH.format(names=names))
    return session


def _with_roles(
    services: Services, tenant: Tenant, session: SsoSession, region: str | None
) -> SsoSession:
    """Write the session with the roles of the tenant, and return it."""
    if region is not None:
        session = _moved(services, session, region)
    return _edited(services, session, services.session_edits.with_roles(session, tenant))


def _moved(services: Services, session: SsoSession, region: str) -> SsoSession:
    """Write the session with another region, and return it."""
    if session.name is None:
        if region == session.region:
            return session
        facts = {"session": session.label, "path": config_file()}
        raise UsageError(fill(words.REGION_OF_PROFILES, facts))
    portals = services.portals
    if region == _FIND:
        found = portals.search(session, _tell, elsewhere=True).run()
        moved = portals.replica(session, found.region)
    else:
        if not naming.is_region(region):
            raise RegionInvalid(region)
        moved = services.sign_in.locate(portals.replica(session, region), _tell)
    return _edited(services, session, moved)


def _edited(services: Services, session: SsoSession, new: SsoSession) -> SsoSession:
    """Write the session as `new`, which is returned."""
    change = services.session_edits.plan_edit(session, new)
    _written(partial(services.session_edits.commit, change), change, session.label)
    return new


def _written(commit: Callable[[], T], change: Change, session: str) -> T | None:
    """Show a change of the session, and write it without asking: the user has named it."""
    done = words.SESSION_WRITTEN.format(session=session, path=config_file())
    done = "" if change.is_empty else done
    return write_change(Writing(commit, change.diff(), done=done, goes_to=Streams.SAID))


def _tell(asked: Asked) -> None:
    if asked.done == 1:
        _echo(words.REGION_SEARCHED(asked.total))
