"""`rolecall lend --list`: the programs that run with a role of the user."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import datetime

from rolecall.cli.support.display import paged, print_columns
from rolecall.cli.support.output import echo, write_json
from rolecall.domain.lending.lent import LentRow, rows_of
from rolecall.domain.text import safe
from rolecall.domain.timestamps import write_time
from rolecall.presentation import labels
from rolecall.presentation.texts import lending_strings, log_strings
from rolecall.services.services import Services


def list_lends(*, as_json: bool) -> int:
    """Print them. Returns the exit status. Raises HomeUnknown."""
    services = Services(os.environ)
    now = services.clock()
    rows = rows_of(services.lends.all(), now)
    with paged():
        if as_json:
            write_json([_object(row, now) for row in rows])
        elif rows:
            print_columns([[*_HEADINGS], *(_cells(row, now) for row in rows)])
    if not rows and not as_json:
        echo(lending_strings.NOTHING_LENT, err=True)
    return 0


_HEADINGS = (
    lending_strings.LEND_ID,
    lending_strings.STATUS,
    lending_strings.PROGRAM,
    labels.PROFILE,
    labels.ACCOUNT,
    labels.ROLE,
    log_strings.RIGHTS,
    labels.TIME_LEFT,
    lending_strings.CALLS,
    lending_strings.LAST_USE,
    log_strings.REASON,
    labels.PRODUCTION_COLUMN,
)


def _cells(row: LentRow, now: datetime) -> Sequence[str]:
    loan = row.loan
    lent = loan.lent
    return [
        lent.id,
        lending_strings.status(row, now),
        safe(lent.program),
        safe(lent.profile),
        safe(lent.account or lent.account_id),
        safe(lent.role),
        lending_strings.rights(loan),
        lending_strings.left(loan, now),
        str(loan.use.calls),
        lending_strings.last_use(loan, now),
        safe(lent.reason),
        labels.PRODUCTION * lent.production,
    ]


def _object(row: LentRow, now: datetime) -> dict[str, object]:
    loan = row.loan
    until = write_time(loan.until) if loan.until else ""
    facts = {
        **loan.lent._asdict(),
        "until": until,
        "state": loan.state(now).value,
        "requests": len(row.waiting),
        **loan.use._asdict(),
        "used_at": write_time(loan.used_at) if loan.used_at else "",
    }
    if loan.decision is not None:
        facts |= {"rights": loan.decision.rights, "minutes": loan.decision.minutes}
    return {name: None if value == "" else value for name, value in facts.items()}
