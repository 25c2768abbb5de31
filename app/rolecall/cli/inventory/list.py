"""`rolecall list`: accounts and permission sets, for pipes and scripts."""

from __future__ import annotations

import os
from collections.abc import Callable

import click

from rolecall.cli.inventory.inventory_query import (
    CatalogueAndError,
    catalogues_of,
    echo_missing,
    sessions_signed_in,
)
from rolecall.cli.inventory.list_output import print_rows
from rolecall.cli.support.errors import INCOMPLETE, echo_error, exit_on_error
from rolecall.cli.support.options import query_argument, refresh_option, sso_session_option
from rolecall.cli.support.output import echo
from rolecall.domain.errors import RolecallError
from rolecall.domain.inventory.annotations import Annotations
from rolecall.domain.model import SsoSession
from rolecall.domain.search.role_search import Strictness
from rolecall.presentation.texts import inventory_strings
from rolecall.presentation.texts.command_line import command_help, option_help
from rolecall.services.inventory.listed import ListedSession, matching_rows
from rolecall.services.inventory.lookup import Listed, missing_listings
from rolecall.services.services import Services
from rolecall.services.switching.switching import Switching


@click.command("list", help=command_help.LIST)
@query_argument
@click.option("--json", "as_json", is_flag=True, help=option_help.JSON_ARRAY)
@click.option("--csv", "as_csv", is_flag=True, help=option_help.LIST_CSV)
@refresh_option
@sso_session_option
@click.pass_context
def list_(
    context: click.Context,
    *,
    query: tuple[str, ...],
    as_json: bool,
    as_csv: bool,
    refresh: bool,
    sso_session: str | None,
) -> None:
    if as_json and as_csv:
        raise click.UsageError(inventory_strings.ONE_FORM)
    with exit_on_error():
        services = Services(os.environ, on_problem=echo_error)
        if not services.inventory.cache.is_available:
            echo(inventory_strings.NO_CACHE, err=True)
        if problem := services.profiles.credentials.problem():
            echo_error(problem)  # the config alone is used
        sessions = sessions_signed_in(services, sso_session, os.environ)
        found = _Found(services)
        catalogues = catalogues_of(services, sessions, refresh)
        for session, listed in zip(sessions, catalogues, strict=True):
            found.add(session, listed, is_only=len(sessions) == 1)
        rows = matching_rows(found.sessions, query, Strictness.SHOWS)
    print_rows(
        rows,
        query if found.has_list else (),
        is_complete=not found.is_incomplete,
        as_json=as_json,
        as_csv=as_csv,
        with_session=len(sessions) > 1,
    )
    context.exit(INCOMPLETE if found.is_incomplete else 0)


class _Found:
    """The listed sessions. `has_list`: at least one was listed, now or earlier."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self.sessions: list[ListedSession] = []
        self.is_incomplete = self.has_list = False
        self._annotations: Annotations = {}
        self._production = Switching(os.environ).production_of_many()
        try:
            self._annotations = services.annotations.read()
        except RolecallError as error:
            echo_error(error)
            self.is_incomplete = True

    def add(
        self, session: SsoSession, listed: Callable[[], CatalogueAndError], *, is_only: bool
    ) -> None:
        """Add a session. Raises RolecallError if it is the only one and cannot be listed."""
        try:
            catalogue, error = listed()
        except RolecallError as failed:
            if is_only:
                raise
            echo_error(failed)
            self.is_incomplete = True
            return
        profiles = self._services.profiles.profiles_of(session)
        boosts = self._services.inventory.favourites(session).boosts()
        searched = Listed.of(session, catalogue, profiles, self._annotations, boosts).searched
        self.sessions.append(searched._replace(production=self._production))
        missing = missing_listings(catalogue)
        echo_missing(missing, error, is_empty=not catalogue)
        self.is_incomplete |= bool(missing or error)
        self.has_list |= bool(catalogue or not error)
