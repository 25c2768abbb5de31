"""How `rolecall list` prints its rows: as JSON, as CSV and as a table."""

from __future__ import annotations

import csv
import io
import os
import sys
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from rolecall.cli.support.display import paged, print_columns
from rolecall.cli.support.output import echo, write, write_json_objects
from rolecall.domain.search.role_search import SearchedRole, Strictness
from rolecall.presentation import labels
from rolecall.presentation.texts import inventory_strings
from rolecall.services.inventory.listed import listed_in_cache, matching_rows

# Spreadsheets read a cell that begins with one of these as a formula; some also the wide forms.
_FORMULA = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_HEADER = (labels.ACCOUNT, labels.ACCOUNT_ID, labels.EMAIL, labels.PERMISSION_SET, labels.PROFILE)


def list_cached(
    query: Sequence[str], sso_session: str | None, *, as_json: bool, as_csv: bool
) -> int | None:
    """Print the rows if all that they need is in the cache: without click and the services.

    Returns the exit status, or None if `cli.list` has to do it.
    """
    sessions = listed_in_cache(os.environ, sso_session, datetime.now(UTC))
    if sessions is None:
        return None
    rows = matching_rows(sessions, query, Strictness.SHOWS)
    try:
        print_rows(rows, query, as_json=as_json, as_csv=as_csv, with_session=len(sessions) > 1)
    except BrokenPipeError:  # as with click
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    return 0


def print_rows(
    rows: Sequence[SearchedRole],
    query: Sequence[str],
    *,
    is_complete: bool = True,
    as_json: bool = False,
    as_csv: bool = False,
    with_session: bool = False,
) -> None:
    """Print the rows. If there are none, a sentence on standard error says why."""
    with paged():
        if as_json:
            write_json_objects(SearchedRole._fields, rows)
        elif as_csv:
            _echo_csv(rows)
        else:
            _echo_text(rows, with_session=with_session)
    if not rows:
        echo_nothing_matches(query, is_complete=is_complete)


def echo_nothing_matches(
    query: Sequence[str], sentence: str = inventory_strings.NOTHING_FOUND, *, is_complete: bool
) -> None:
    """Print why there are no rows. What an incomplete list lacks was printed before."""
    if query or is_complete:
        text = inventory_strings.nothing_matches(query, sentence, is_complete=is_complete)
        echo(text, err=True)


def _echo_text(rows: Sequence[SearchedRole], *, with_session: bool) -> None:
    if not rows:
        return
    lines = [list(_HEADER), *(list(row.cells) for row in rows)]
    if with_session:
        _add(lines, labels.SESSION, [row.sso_session for row in rows])
    if any(row.alias for row in rows):
        _add(lines, inventory_strings.ALIAS, [row.alias for row in rows])
    if any(row.production for row in rows):
        _add(lines, labels.PRODUCTION_COLUMN, [labels.PRODUCTION * row.production for row in rows])
    print_columns(lines)


def _add(lines: list[list[str]], heading: str, texts: Sequence[str]) -> None:
    for line, text in zip(lines, (heading, *texts), strict=True):
        line.append(text)


def _echo_csv(rows: Iterable[SearchedRole]) -> None:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(SearchedRole._fields)
    writer.writerows(map(_neutral, _csv_cells(row)) for row in rows)
    write(text.getvalue())


def _csv_cells(row: SearchedRole) -> tuple[str, ...]:
    production = str(row.production).lower()
    return (*row.cells, row.sso_session, row.alias, row.note, " ".join(row.groups), production)


def _neutral(cell: str) -> str:
    """Return the cell with a quote before what a spreadsheet would run (OWASP: CSV Injection)."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
