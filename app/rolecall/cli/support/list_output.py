"""How `rolecall list` prints its rows: as JSON, as CSV and as a table."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from rolecall.cli.support.columns import print_columns
from rolecall.cli.support.output import echo, write, write_json_objects
from rolecall.cli.support.pager import paged
from rolecall.domain.search.role_search import SearchedRole
from rolecall.presentation import labels
from rolecall.presentation.texts import inventory_strings

# Spreadsheets take a cell that begins with one of these for a formula; some, the wide ones, too.
_FORMULA = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_HEADER = (
    labels.ACCOUNT,
    labels.ACCOUNT_ID,
    labels.EMAIL,
    labels.PERMISSION_SET,
    labels.PROFILE,
)


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
    """Print why there are no rows. What an incomplete list lacks has been said."""
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
    """Return the cell so that a spreadsheet does not take it for a formula.

    https://owasp.org/www-community/attacks/CSV_Injection
    """
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
