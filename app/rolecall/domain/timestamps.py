"""Times as they are written in files and answers."""

from __future__ import annotations

from datetime import UTC, datetime


def write_time(moment: datetime) -> str:
    """Return a time as RFC 3339 in whole seconds, as the AWS CLI does; every client reads it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
