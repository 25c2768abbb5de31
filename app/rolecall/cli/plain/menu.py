"""`rolecall` in the plain mode: a menu whose answers run the commands."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Final

import click

from rolecall.cli.inventory.inventory_query import catalogue_of, echo_missing
from rolecall.cli.plain.search import found_by_words
from rolecall.cli.plain.switch import profile_found
from rolecall.cli.save import save
from rolecall.cli.sign_in.sign_in import sign_in
from rolecall.cli.support import calls
from rolecall.cli.support.choice import chosen, typed_text
from rolecall.cli.support.confirm import may_use
from rolecall.cli.support.errors import echo_error
from rolecall.cli.support.output import echo
from rolecall.cli.tokens import print_tokens
from rolecall.domain.errors import RolecallError, SignInNeeded
from rolecall.domain.inventory.catalogue import Catalogue
from rolecall.domain.model import SsoSession
from rolecall.domain.search.role_search import SearchedRole, Strictness
from rolecall.presentation import labels
from rolecall.presentation.texts import plain_strings as words
from rolecall.presentation.texts import sign_in_strings
from rolecall.services.inventory.listed import matching_rows
from rolecall.services.inventory.lookup import Listed, missing_listings
from rolecall.services.services import Services
from rolecall.services.switching.switching import Switching


def menu() -> str | None:
    """Ask until the user quits or uses a profile. Return the name of that.

    Raises KeyboardInterrupt at the end of the input.
    """
    calls.report()
    echo(words.INTRO, err=True)
    acts: Final[Sequence[tuple[str, Callable[[], str | None]]]] = (
        (words.SIGN_IN, _sign_in),
        (words.CHOOSE_ROLE, _choose_role),
        (words.USE_PROFILE, _use_profile),
        (words.TOKENS, _show_tokens),
    )
    options = [*(text for text, _ in acts), words.QUIT]
    while (at := chosen(words.WHAT, options)) < len(acts):
        try:
            if name := acts[at][1]():
                return name
        except RolecallError as error:
            echo_error(error)
    return None


def _run(command: click.Command, *arguments: str) -> None:
    """Run a command of rolecall. If it exits, it has already printed why."""
    try:
        command.main(list(arguments), prog_name=f"rolecall {command.name}", standalone_mode=False)
    except click.ClickException as error:
        error.show()
    except click.Abort:
        echo(err=True)
    except SystemExit as exited:
        if isinstance(exited.code, int) and exited.code > 128:  # a signal
            raise


def _session(services: Services) -> SsoSession | None:
    """Return the session to use; None if the user has begun a sign-in to a new one."""
    sessions = services.sign_in.sessions()
    at = chosen(words.WHICH_SESSION, [*(each.label for each in sessions), words.NEW_SESSION])
    if at < len(sessions):
        return sessions[at]
    example = sign_in_strings.START_URL_HINT
    if address := typed_text(words.ADDRESS.format(example=example)):
        _run(sign_in, address)
    return None


def _sign_in() -> None:
    if session := _session(Services(os.environ)):
        _run(sign_in, session.cache_key)


def _show_tokens() -> None:
    print_tokens(None, as_json=False, now=datetime.now(UTC))


def _choose_role() -> str | None:
    """Return the name of the profile to use, if the user wants that."""
    services = Services(os.environ, on_problem=echo_error)
    sessions = services.sign_in.sessions()
    session = sessions[0] if len(sessions) == 1 else _session(services)
    if session is None:
        return None
    try:
        catalogue = _catalogue(services, session)
    except SignInNeeded:
        _run(sign_in, session.cache_key)
        catalogue = _catalogue(services, session)
    profiles = services.profiles.profiles_of(session)
    boosts = services.inventory.favourites(session).boosts()
    listed = Listed.of(session, catalogue, profiles, services.annotations.read(), boosts)
    production = Switching(os.environ).production_of_many()
    searched = [listed.searched._replace(production=production)]
    row = found_by_words(
        words.WHICH_ROLE, lambda typed: matching_rows(searched, typed, Strictness.SHOWS), _said
    )
    return _with_role(services, session, catalogue, row) if row else None


def _catalogue(services: Services, session: SsoSession) -> Catalogue:
    """Return the accounts. Raises RolecallError."""
    catalogue, error = catalogue_of(services, session, refresh=False)
    echo_missing(missing_listings(catalogue), error, is_empty=not catalogue)
    return catalogue


def _said(row: SearchedRole) -> str:
    """Return a row in words."""
    parts = [words.ROLE.format(**row._asdict())]
    if row.production:
        parts.append(labels.PRODUCTION)
    if row.profiles:
        parts.append(words.HAS_PROFILE.format(names=", ".join(row.profiles)))
    return labels.SEPARATOR.join(parts)


def _with_role(
    services: Services, session: SsoSession, catalogue: Catalogue, row: SearchedRole
) -> str | None:
    """Save or use a profile of the row. Return the name of the one to use."""
    uses = [words.USE.format(name=name) for name in row.profiles]
    question = words.WITH_ROLE.format(role=words.ROLE.format(**row._asdict()))
    at = chosen(question, [*uses, words.SAVE, words.BACK])
    if at < len(uses):
        return _used(row.profiles[at])
    if at == len(uses):
        assignments = catalogue[row.account_id].assignments
        role = next(it for it in assignments if it.permission_set.name == row.permission_set)
        name = services.profiles.suggest_name(role, session)
        name = typed_text(words.NAME.format(name=name)) or name
        of = ("--account", row.account_id, "--permission-set", row.permission_set)
        _run(save, *of, "--name", name, "--sso-session", session.cache_key)
    return None


def _use_profile() -> str | None:
    switching = Switching(os.environ)
    target = profile_found(switching, switching.targets())
    return target and _used(target.name)


def _used(name: str) -> str | None:
    """Return the name, if it is not production or the user confirms it."""
    switching = Switching(os.environ)
    target = switching.target(name)
    return name if target and may_use(switching, target, yes=False) else None
