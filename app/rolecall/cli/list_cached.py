"""`rolecall list`, when all that it needs is in the cache: without click and the services."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from datetime import UTC, datetime

from rolecall.cli.support.list_output import print_rows
from rolecall.domain.search.role_search import Strictness
from rolecall.services.inventory.listed import listed_in_cache, matching_rows


def list_cached(
    query: Sequence[str], sso_session: str | None, *, as_json: bool, as_csv: bool
) -> int | None:
    """Print the rows. Returns the exit status, or None if `cli.list` has to do it."""
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
