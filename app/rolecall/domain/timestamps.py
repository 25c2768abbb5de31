"""Moments as they stand in files and in answers."""

from __future__ import annotations

from datetime import UTC, datetime


def write_time(moment: datetime) -> str:
    """RFC 3339 in whole seconds, as the AWS CLI writes it and every client reads it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
