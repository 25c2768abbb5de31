"""`rolecall list`: accounts and permission sets, for pipes and scripts."""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import click

from rolecall.cli.support.errors import echo_error, exit_on_error
from rolecall.cli.support.inventory_query import (
    catalogue_of,
    echo_missing,
    session_named,
)
from rolecall.cli.support.options import query_argument, refresh_option, sso_session_option
from rolecall.domain.catalogue import Catalogue
from rolecall.domain.model import SsoSession
from rolecall.presentation import command_help, labels, list_strings
from rolecall.services.inventory.lookup import matching_rows, missing_listings
from rolecall.services.services import Services

INCOMPLETE = 3
_WIDEST = 48  # cells; a longer value moves the rest of its line
_HEADER = (
    labels.ACCOUNT,
    labels.ACCOUNT_ID,
    labels.EMAIL,
    labels.PERMISSION_SET,
    labels.PROFILE,
)


@dataclass(frozen=True, slots=True)
class ListRow:
    account: str
    account_id: str
    email: str
    permission_set: str
    profiles: tuple[str, ...]

    @property
    def cells(self) -> tuple[str, ...]:
        profiles = " ".join(self.profiles)
        return self.account, self.account_id, self.email, self.permission_set, profiles


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
        services = Services(os.environ, on_unsaved=echo_error)
        session = session_named(services, sso_session)
        catalogue, error = catalogue_of(services, session, refresh)
        rows = _matching(services, session, _rows(services, session, catalogue), query)
    echo_rows = _echo_json if as_json else _echo_csv if as_csv else _echo_text
    echo_rows(rows)
    if query and not rows:
        click.echo(list_strings.NOTHING_FOUND.format(query=" ".join(query)), err=True)
    missing = missing_listings(catalogue)
    echo_missing(missing, error)
    context.exit(INCOMPLETE if missing or error else 0)


def _rows(services: Services, session: SsoSession, catalogue: Catalogue) -> list[ListRow]:
    profiles = services.profiles.profiles_of(session)
    return [
        ListRow(
            account=each.account.name,
            account_id=each.account.id,
            email=each.account.email,
            permission_set=each.permission_set.name,
            profiles=tuple(profile.name for profile in profiles.get(each.key, ())),
        )
        for each in catalogue.assignments()
    ]


def _matching(
    services: Services, session: SsoSession, rows: list[ListRow], query: Sequence[str]
) -> list[ListRow]:
    favourites = services.inventory.favourites(session).boosts() if query else {}
    boosts = {
        i: boost
        for i, row in enumerate(rows)
        if (boost := favourites.get((row.account_id, row.permission_set)))
    }
    return [rows[i] for i in matching_rows(query, [row.cells for row in rows], boosts)]


def _echo_text(rows: Iterable[ListRow]) -> None:
    from rich.cells import cell_len

    lines = [row.cells for row in rows]
    if not lines:
        return
    lines.insert(0, _HEADER)
    widths = [min(_WIDEST, max(map(cell_len, column))) for column in zip(*lines, strict=True)]
    for line in lines:
        padded = [
            cell + " " * (width - cell_len(cell)) for cell, width in zip(line, widths, strict=True)
        ]
        click.echo("  ".join(padded).rstrip())


def _echo_csv(rows: Iterable[ListRow]) -> None:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("account", "account_id", "email", "permission_set", "profile"))
    writer.writerows(row.cells for row in rows)
    click.echo(text.getvalue(), nl=False)


def _echo_json(rows: Iterable[ListRow]) -> None:
    objects = [
        json.dumps(
            {
                "account": row.account,
                "account_id": row.account_id,
                "email": row.email,
                "permission_set": row.permission_set,
                "profiles": row.profiles,
            },
            ensure_ascii=False,
        )
        for row in rows
    ]
    lines = ",\n".join(objects)
    click.echo(f"[\n{lines}\n]" if objects else "[]")
