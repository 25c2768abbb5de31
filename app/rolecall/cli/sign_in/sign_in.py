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
from urllib.parse import urlsplit

import click
from click import ClickException, UsageError

from rolecall.cli.inventory.inventory_query import session_or_current
from rolecall.cli.sign_in.sign_in_printer import SignInPrinter, tell
from rolecall.cli.support.choice import chosen
from rolecall.cli.support.confirm import is_terminal
from rolecall.cli.support.errors import CANCELLED, echo_error, error_text, exit_on_error
from rolecall.cli.support.options import no_lock_option, port_option, takes_session
from rolecall.cli.support.output import echo
from rolecall.cli.support.write import Streams, Writing, write_change
from rolecall.domain import start_url
from rolecall.domain.access_role import Tenant, tenant_of
from rolecall.domain.account_access import part_of_portal
from rolecall.domain.config.file_change import Change
from rolecall.domain.errors import PortalNotFound, RegionInvalid, RolecallError, Unreachable
from rolecall.domain.errors.file_errors import TokenKept, TokenNotSaved
from rolecall.domain.errors.role_errors import TenantInvalid
from rolecall.domain.model import AccessToken, SsoSession
from rolecall.domain.naming import names as naming
from rolecall.domain.records import NamedTuple, replace
from rolecall.domain.text.closest_match import close_matches
from rolecall.presentation import times
from rolecall.presentation.differences import difference
from rolecall.presentation.filling import fill
from rolecall.presentation.paths import config_file
from rolecall.presentation.texts import session_strings as words
from rolecall.presentation.texts import sign_in_strings
from rolecall.presentation.texts.command_line import command_help, option_help
from rolecall.presentation.translation import join_sentences
from rolecall.services.services import Services
from rolecall.services.sign_in.run import SignIn
from rolecall.services.sign_in.sign_in import Located
from rolecall.services.switching.switching import Switching

T = TypeVar("T")


class _Wanted(NamedTuple):
    """What to sign in to. `write` writes the session afterwards, in the region of the sign-in.
    `located` is None if the file has the session as it is.
    """

    session: SsoSession
    write: Callable[[SsoSession], object]
    located: Located | None = None


_FIND: Final = "find"
_echo = partial(echo, err=True)


@click.command("sign-in", help=command_help.SIGN_IN)
@takes_session
@click.option("--region", metavar="R", help=option_help.SIGN_IN_REGION)
@click.option("--name", metavar="NAME", help=option_help.SIGN_IN_NAME)
@click.option("--start-url", "access_portal", metavar="URL", help=option_help.SIGN_IN_START_URL)
@click.option("--force", is_flag=True, help=option_help.SIGN_IN_FORCE)
@click.option("--browser/--code", "wants_browser", default=None, help=option_help.SIGN_IN_BROWSER)
@port_option
@no_lock_option
def sign_in(
    *,
    sso_session: str | None,
    region: str | None,
    name: str | None,
    access_portal: str | None,
    force: bool,
    wants_browser: bool | None,
    port: int,
) -> None:
    located = None
    try:
        with exit_on_error():
            services = Services(os.environ, on_problem=_report)
            wanted = _session_at(services, sso_session, name, region, access_portal)
            session, located = wanted.session, wanted.located
            if located is not None:
                services.sign_in.check_writable()
            token = None if force else _valid_token(services, wanted)
            if token is None:
                here = sign_in_strings.here(os.environ, port)
                others = located.others if located else ()
                sign_in = services.sign_ins.at_portal(
                    session, here, wants_browser=wants_browser, others=others
                )
                token = _signed_in(sign_in, located)
                wanted.write(services.portals.replica(session, token.region))
                return
            wanted.write(session)
    except (KeyboardInterrupt, EOFError):
        _echo(f"\n{join_sentences(words.CANCELLED, _not_written(located))}")
        sys.exit(CANCELLED)
    end = times.moment(token.expires_at, datetime.now(UTC))
    _echo(words.SIGNED_IN_ALREADY.format(session=session.cache_key, end=end))


def _valid_token(services: Services, wanted: _Wanted) -> AccessToken | None:
    if wanted.located is None:
        return services.sign_in.valid_token(wanted.session)
    return services.sign_in.proof(wanted.located)


def _signed_in(sign_in: SignIn[AccessToken], located: Located | None) -> AccessToken:
    """Return the token of the sign-in. Exits after an error."""
    try:
        return SignInPrinter(sign_in, _typed(located)).run()
    except SystemExit:
        if text := _not_written(located):
            _echo(text)
        raise


def _typed(located: Located | None) -> str:
    """Return what names a session that has no name yet: it is not in ~/.aws/config."""
    return located.session.start_url if located and located.before is None else ""


def _not_written(located: Located | None) -> str:
    return words.NOT_WRITTEN.format(path=config_file()) if located else ""


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
) -> _Wanted:
    """Return the session with this name or at this address.

    If the address is that of an account access portal, `access_portal` is the start URL of the
    session that gets its roles. Raises click.UsageError, RolecallError.
    """
    if typed is not None and (tenant := _tenant_at(services, typed)):
        if access_portal is None:
            return _changed(services, _named(services, tenant, name), region, tenant)
        address = start_url.normalise(access_portal)
        at_address = _sessions_at(services, address, name)
        named = next((each for each in at_address if each.name is not None), None)
        if named is None:
            return _new(services, address, name, region, tenant)
        return _changed(services, named, region, tenant)
    if access_portal is not None:
        raise UsageError(words.START_URL_OF_WHAT)
    if typed is not None and _is_address(services, typed):
        address = start_url.normalise(typed)
        at_address = _sessions_at(services, address, name)
        if not at_address:
            try:
                return _new(services, address, name, region)
            except (PortalNotFound, Unreachable) as error:
                if start_url.is_address(typed):
                    raise
                raise ClickException(_sentence(services, typed, error)) from None
        typed = at_address[0].cache_key
    return _changed(services, session_or_current(services, typed, os.environ), region)


def _is_address(services: Services, typed: str) -> bool:
    """Return whether an address is meant. A company's own domain is one, unless it is the name of
    a session or profile, or much like one.
    """
    if services.sign_in.session_named(typed):
        return False
    if start_url.is_address(typed) or not start_url.may_be_domain(typed):
        return start_url.is_address(typed)
    names = [each.cache_key for each in services.sign_in.sessions()]
    is_name = close_matches(typed, names) or Switching(os.environ).target(typed)
    return not is_name


def _tenant_at(services: Services, typed: str) -> Tenant | None:
    """Return the tenant if the text is the address of its portal, or part of one and no name."""
    if part_of_portal(typed) is None or services.sign_in.session_named(typed):
        return tenant_of(typed)
    try:
        return services.session_edits.tenant_at(typed)
    except TenantInvalid as error:
        raise UsageError(_sentence(services, typed, error)) from None


def _sentence(services: Services, typed: str, error: RolecallError) -> str:
    """Return what is wrong with an address. It may also be meant for the name of a session."""
    if not start_url.is_address(typed) and services.sign_in.sessions():
        try:
            session_or_current(services, typed, os.environ)
        except ClickException as of_name:
            return f"{of_name.message}\n{error_text(error)}"
    return error_text(error)


def _sessions_at(services: Services, address: str, name: str | None) -> list[SsoSession]:
    """Return the sessions with this start URL; one that spells it in the same way is first."""
    sessions = [each for each in services.sign_in.sessions() if name in {None, each.name}]
    host = "" if urlsplit(address).path else start_url.host_of(address)  # a domain alone
    found = [
        each
        for each in sessions
        if start_url.respelled(each.start_url) == address
        or (host and start_url.host_of(each.start_url) == host)
    ]
    return sorted(found, key=lambda each: each.start_url != address)


def _new(
    services: Services,
    address: str,
    name: str | None,
    region: str | None,
    tenant: Tenant | None = None,
) -> _Wanted:
    sign_in, edits = services.sign_in, services.session_edits
    name = name or edits.suggest_session_name(address, sign_in.sessions())
    typed_region = "" if region in {None, _FIND} else region or ""
    located = sign_in.locate(edits.new_session(name, address, typed_region, tenant), tell)

    def write(session: SsoSession) -> SsoSession:
        new = name, address, session.region, tenant
        added = _written(partial(edits.add_session, *new), edits.plan_session(*new), name)
        assert added is not None  # it is not a dry run
        return added

    first, *others = _in_order(located.session.region, *located.others)
    session = replace(located.session, region=first)
    return _Wanted(session, write, Located(session, tuple(others)))


def _in_order(*regions: str) -> tuple[str, ...]:
    """Return the regions that give a code in the order in which to sign in there: if there are
    several, the user says which one is first. Raises click.UsageError without a terminal.
    """
    if len(regions) == 1:
        _echo(words.REGION_FOUND.format(region=regions[0]))
        return regions
    if not is_terminal():
        raise UsageError(words.REGIONS_FOUND.format(regions=", ".join(regions)))
    at = chosen(words.WHICH_REGION, regions)
    return regions[at], *regions[:at], *regions[at + 1 :]


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


def _changed(
    services: Services, session: SsoSession, region: str | None, tenant: Tenant | None = None
) -> _Wanted:
    """Return the session, with another region or with the roles of the tenant."""
    portals, write = services.portals, partial(_edited, services, session)
    new = session if tenant is None else services.session_edits.with_roles(session, tenant)
    if region in {None, session.region}:
        return _Wanted(new, write, None if new == session else Located(new, before=session))
    if session.name is None:
        facts = {"session": session.label, "path": config_file()}
        raise UsageError(fill(words.REGION_OF_PROFILES, facts))
    if region == _FIND:
        found = portals.search(new, tell, elsewhere=True).run()
        first, *others = _in_order(*(each.region for each in found))
        located = Located(portals.replica(new, first), tuple(others), session)
    elif naming.is_region(region):
        located = services.sign_in.locate(portals.replica(new, region), tell)
    else:
        raise RegionInvalid(region)
    return _Wanted(located.session, write, located._replace(before=session))


def write_region(services: Services, session: SsoSession) -> None:
    """Write the region of the last sign-in, if the session has another one. A shell evaluates what
    is printed to standard output. Raises FileError.
    """
    token = services.sign_in.renewal.token(session)
    if session.name and token is not None and token.region != session.region:
        there = services.portals.replica(session, token.region)
        _edited(services, session, there, goes_to=Streams.MESSAGES)


def _edited(
    services: Services, session: SsoSession, new: SsoSession, *, goes_to: Streams = Streams.SAID
) -> SsoSession:
    """Write the session as `new`, which is returned."""
    if new != session:
        change = services.session_edits.plan_edit(session, new)
        commit = partial(services.session_edits.commit, change)
        _written(commit, change, session.label, goes_to=goes_to)
    return new


def _written(
    commit: Callable[[], T], change: Change, session: str, *, goes_to: Streams = Streams.SAID
) -> T | None:
    """Show a change of the session, and write it without asking: the user has named it."""
    done = words.SESSION_WRITTEN.format(session=session, path=config_file())
    done = "" if change.is_empty else done
    return write_change(Writing(commit, difference(change), done=done, goes_to=goes_to))
