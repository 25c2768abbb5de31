"""What a planned change adds to its file."""

from __future__ import annotations

from rolecall.files.change import Change


def added(change: Change) -> str:
    """The lines that the change adds, without blank lines around them; secrets are hidden."""
    lines = [line[1:] for line in change.diff().splitlines()[2:] if line.startswith("+")]
    return "\n".join(lines).strip("\n") + "\n"
