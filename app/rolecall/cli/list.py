"""`rolecall list`: what a sign-in reaches, for pipes and scripts."""

from __future__ import annotations

import csv
import io
import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import click

from rolecall.domain.catalogue import Catalogue, Listing
from rolecall.domain.errors import RolecallError, ServiceError, SignInNeeded
from rolecall.domain.folding import Haystacks
from rolecall.domain.model import SsoSession
from rolecall.domain.search import Query
from rolecall.services.inventory import Progress
from rolecall.services.workplace import Workplace
from rolecall.ui import list_strings, strings
from rolecall.ui.explain import explain

INCOMPLETE = 3
_WIDEST = 48  # cells; what is longer pushes the rest of its line
_HEADER = (
    strings.ACCOUNT,
    strings.ACCOUNT_ID,
    strings.EMAIL,
    strings.PERMISSION_SET,
    strings.PROFILE,
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
    """List every account and permission set that a sign-in reaches, or those that QUERY finds.

    From the cache, unless that is older than a day or not complete. Exit status 3 if something is
    missing: standard error says what. Exit status 1 where it takes a sign-in.
    """
    if as_json and as_csv:
        raise click.UsageError(list_strings.ONE_FORM)
    try:
        workplace = Workplace.from_environment(os.environ)
        session = _session(workplace, name)
        catalogue, trouble = _catalogue(workplace, session, refresh)
        rows = _found(workplace, session, _rows(workplace, session, catalogue), query)
    except SignInNeeded as needed:
        click.echo(list_strings.SIGNED_OUT.format(session=needed.session), err=True)
        context.exit(1)
    except RolecallError as error:
        click.echo(explain(error), err=True)
        context.exit(1)
    write = _json if as_json else _csv if as_csv else _text
    write(rows)
    missing = [each for each in catalogue if each.error or each.permission_sets is None]
    _say_what_is_missing(missing, trouble)
    context.exit(INCOMPLETE if missing or trouble else 0)


def _session(workplace: Workplace, name: str | None) -> SsoSession:
    """The one that was named, or the only one."""
    sessions = workplace.sign_in.sessions()
    names = " ".join(each.name for each in sessions if each.name) or list_strings.NO_NAMES
    if name is not None:
        for session in sessions:
            if session.name == name:
                return session
        raise click.UsageError(list_strings.NO_SUCH_SESSION.format(name=name, names=names))
    if not sessions:
        raise click.UsageError(list_strings.NO_SESSION)
    if len(sessions) > 1:
        raise click.UsageError(list_strings.WHICH_SESSION.format(names=names))
    return sessions[0]


def _catalogue(
    workplace: Workplace, session: SsoSession, refresh: bool
) -> tuple[Catalogue, ServiceError | None]:
    """What there is, and what kept the rest away. Raises RolecallError."""
    inventory = workplace.inventory
    if not refresh and not inventory.is_due(session):
        return inventory.cached(session).catalogue, None
    try:
        with _progress_bar() as show:
            return inventory.gather(session, show, refresh=refresh), None
    except ServiceError as error:
        return inventory.cached(session).catalogue, error


@contextmanager
def _progress_bar() -> Iterator[Callable[[Progress], None]]:
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, TextColumn
    from rich.progress import Progress as Bar

    columns = BarColumn(), TextColumn("{task.description}", markup=False)
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(list_strings.FINDING_ACCOUNTS, total=None)

        def show(progress: Progress) -> None:
            done = progress.listed + progress.failed
            words = list_strings.progress(
                done, progress.total, progress.waiting, progress.seconds_left
            )
            bar.update(task, description=words, completed=done, total=progress.total or None)

        yield show


def _rows(workplace: Workplace, session: SsoSession, catalogue: Catalogue) -> list[Row]:
    profiles = workplace.profiles.profiles_of(session)
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
    workplace: Workplace, session: SsoSession, rows: list[Row], words: Sequence[str]
) -> list[Row]:
    query = Query.parse(" ".join(words))
    if query.is_empty:
        return rows
    marked = workplace.inventory.marks(session).boosts()
    boosts = {
        i: boost
        for i, row in enumerate(rows)
        if (boost := marked.get((row.account_id, row.permission_set)))
    }
    hays = Haystacks.of(row.cells for row in rows)
    return [rows[i] for i in query.select(hays, boosts=boosts).rows]


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


def _say_what_is_missing(missing: Sequence[Listing], trouble: ServiceError | None) -> None:
    if trouble is not None:
        click.echo(explain(trouble), err=True)
        click.echo(list_strings.MAY_BE_OLD, err=True)
    if missing:
        click.echo(list_strings.missing(len(missing)), err=True)
    for each in missing:
        reason = explain(each.error) if each.error else list_strings.NOT_LISTED_YET
        click.echo(f"{each.account.id}  {each.account.name}: {reason}", err=True)
