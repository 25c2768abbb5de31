"""The lines that a planned change adds to its file."""

from __future__ import annotations

from rolecall.domain.config.file_change import Change


def added(change: Change) -> str:
    """Return the added lines, without blank lines around them. Secrets are hidden."""
    lines = [line[1:] for line in change.diff().splitlines()[2:] if line.startswith("+")]
    return "\n".join(lines).strip("\n") + "\n"
