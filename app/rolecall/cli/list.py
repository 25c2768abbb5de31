"""`rolecall list`: accounts and permission sets, for pipes and scripts."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import click

from rolecall.cli.support.errors import echo_error, exit_on_error
from rolecall.cli.support.inventory_query import (
    catalogue_of,
    echo_missing,
    sessions_signed_in,
)
from rolecall.cli.support.options import query_argument, refresh_option, sso_session_option
from rolecall.cli.support.output import echo, write, write_json
from rolecall.domain.errors import RolecallError
from rolecall.domain.model import SsoSession
from rolecall.presentation import command_help, labels, list_strings, table_strings
from rolecall.services.inventory.lookup import matching_rows, missing_listings
from rolecall.services.services import Services

INCOMPLETE = 3
# Spreadsheets take a cell that begins with one of these for a formula; some, the wide ones, too.
_FORMULA = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_WIDEST = 48  # cells; a longer value moves the rest of its line
_HEADER = (
    labels.ACCOUNT,
    labels.ACCOUNT_ID,
    labels.EMAIL,
    labels.PERMISSION_SET,
    labels.PROFILE,
    labels.SESSION,
)


class ListRow(NamedTuple):
    """A permission set in an account. The names are those of the JSON and the CSV."""

    account: str
    account_id: str
    email: str
    permission_set: str
    profiles: tuple[str, ...]
    sso_session: str

    @property
    def cells(self) -> tuple[str, ...]:
        return (*self[:4], " ".join(self.profiles), self.sso_session)

    @property
    def key(self) -> tuple[str, str, str]:
        return self.sso_session, self.account_id, self.permission_set


@click.command("list", help=command_help.LIST)
@query_argument
@click.option("--json", "as_json", is_flag=True, help=command_help.JSON_ARRAY)
@click.option("--csv", "as_csv", is_flag=True, help=command_help.LIST_CSV)
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
        raise click.UsageError(list_strings.ONE_FORM)
    with exit_on_error():
        services = Services(os.environ, on_problem=echo_error)
        if not services.inventory.is_kept:
            echo(table_strings.NO_CACHE, err=True)
        sessions = sessions_signed_in(services, sso_session, os.environ)
        found = _Found(services)
        for session in sessions:
            found.add(session, refresh, is_only=len(sessions) == 1)
        rows = found.matching(query)
    if as_json:
        write_json([row._asdict() for row in rows])
    elif as_csv:
        _echo_csv(rows)
    else:
        _echo_text(rows, with_session=len(sessions) > 1)
    if query and not rows:
        echo(list_strings.NOTHING_FOUND.format(query=" ".join(query)), err=True)
    context.exit(INCOMPLETE if found.is_incomplete else 0)


class _Found:
    """The rows of several sessions, and whether some are missing, which is said at once."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._rows: list[ListRow] = []
        self._boosts: dict[tuple[str, str, str], float] = {}
        self.is_incomplete = False

    def add(self, session: SsoSession, refresh: bool, *, is_only: bool) -> None:
        """List a session. Raises RolecallError if it is the only one and cannot be listed."""
        try:
            catalogue, error = catalogue_of(self._services, session, refresh)
        except RolecallError as failed:
            if is_only:
                raise
            echo_error(failed)
            self.is_incomplete = True
            return
        name = session.cache_key
        profiles = self._services.profiles.profiles_of(session)
        self._rows += [
            ListRow(
                account=each.account.name,
                account_id=each.account.id,
                email=each.account.email,
                permission_set=each.permission_set.name,
                profiles=tuple(profile.name for profile in profiles.get(each.key, ())),
                sso_session=name,
            )
            for each in catalogue.assignments()
        ]
        boosts = self._services.inventory.favourites(session).boosts()
        self._boosts.update({(name, *key): boost for key, boost in boosts.items()})
        missing = missing_listings(catalogue)
        echo_missing(missing, error)
        self.is_incomplete |= bool(missing or error)

    def matching(self, query: Sequence[str]) -> list[ListRow]:
        """The rows that match, the best first."""
        rows, boosts = self._rows, {}
        if query:
            boosts = {
                i: self._boosts[row.key] for i, row in enumerate(rows) if row.key in self._boosts
            }
        return [rows[i] for i in matching_rows(query, [row.cells for row in rows], boosts)]


def _echo_text(rows: Sequence[ListRow], *, with_session: bool) -> None:
    from rich.cells import cell_len

    if not rows:
        return
    columns = len(_HEADER) if with_session else len(_HEADER) - 1
    lines = [_HEADER[:columns], *(row.cells[:columns] for row in rows)]
    widths = [min(_WIDEST, max(map(cell_len, column))) for column in zip(*lines, strict=True)]
    shown = (
        "  ".join(
            cell + " " * (width - cell_len(cell)) for cell, width in zip(line, widths, strict=True)
        ).rstrip()
        for line in lines
    )
    echo("\n".join(shown))


def _echo_csv(rows: Iterable[ListRow]) -> None:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(ListRow._fields)
    writer.writerows(map(_neutral, row.cells) for row in rows)
    write(text.getvalue())


def _neutral(cell: str) -> str:
    """Return the cell so that a spreadsheet does not take it for a formula.

    https://owasp.org/www-community/attacks/CSV_Injection
    """
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
