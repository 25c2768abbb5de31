"""`rolecall list`: what a sign-in reaches, for pipes and scripts."""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import click

from rolecall.cli.support.errors import failing
from rolecall.cli.support.inventory_query import (
    catalogue_of,
    found,
    missing_of,
    say_what_is_missing,
    session_named,
)
from rolecall.domain.catalogue import Catalogue
from rolecall.domain.model import SsoSession
from rolecall.presentation import labels, list_strings
from rolecall.services.services import Services

INCOMPLETE = 3
_WIDEST = 48  # cells; what is longer pushes the rest of its line
_HEADER = (
    labels.ACCOUNT,
    labels.ACCOUNT_ID,
    labels.EMAIL,
    labels.PERMISSION_SET,
    labels.PROFILE,
)


@dataclass(frozen=True, slots=True)
class Row:
    account: str
    account_id: str
    email: str
    permission_set: str
    profiles: tuple[str, ...]

    @property
    def cells(self) -> tuple[str, ...]:
        profiles = " ".join(self.profiles)
        return self.account, self.account_id, self.email, self.permission_set, profiles


@click.command("list")
@click.argument("query", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="One JSON array.")
@click.option("--csv", "as_csv", is_flag=True, help="Comma-separated values with a header.")
@click.option("--refresh", is_flag=True, help="Ask AWS, however new the cache is.")
@click.option("--sso-session", "name", metavar="NAME", help="Where there are several.")
@click.pass_context
def list_(
    context: click.Context,
    *,
    query: tuple[str, ...],
    as_json: bool,
    as_csv: bool,
    refresh: bool,
    name: str | None,
) -> None:
    """List what a sign-in reaches, or what QUERY finds.

    Every account and permission set, from the cache, unless that is not complete, or older than the
    settings allow (a day). Exit status 3 if something is missing: standard error says what. Exit
    status 1 where it takes a sign-in.
    """
    if as_json and as_csv:
        raise click.UsageError(list_strings.ONE_FORM)
    with failing():
        services = Services.from_environment(os.environ)
        session = session_named(services, name)
        catalogue, trouble = catalogue_of(services, session, refresh)
        rows = _found(services, session, _rows(services, session, catalogue), query)
    write = _json if as_json else _csv if as_csv else _text
    write(rows)
    if query and not rows:
        click.echo(list_strings.NOTHING_FOUND.format(query=" ".join(query)), err=True)
    missing = missing_of(catalogue)
    say_what_is_missing(missing, trouble)
    context.exit(INCOMPLETE if missing or trouble else 0)


def _rows(services: Services, session: SsoSession, catalogue: Catalogue) -> list[Row]:
    profiles = services.profiles.profiles_of(session)
    return [
        Row(
            account=each.account.name,
            account_id=each.account.id,
            email=each.account.email,
            permission_set=each.permission_set.name,
            profiles=tuple(profile.name for profile in profiles.get(each.key, ())),
        )
        for each in catalogue.assignments()
    ]


def _found(
    services: Services, session: SsoSession, rows: list[Row], words: Sequence[str]
) -> list[Row]:
    marked = services.inventory.favourites(session).boosts() if words else {}
    boosts = {
        i: boost
        for i, row in enumerate(rows)
        if (boost := marked.get((row.account_id, row.permission_set)))
    }
    return [rows[i] for i in found(words, [row.cells for row in rows], boosts)]


def _text(rows: Iterable[Row]) -> None:
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


def _csv(rows: Iterable[Row]) -> None:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("account", "account_id", "email", "permission_set", "profile"))
    writer.writerows(row.cells for row in rows)
    click.echo(text.getvalue(), nl=False)


def _json(rows: Iterable[Row]) -> None:
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
