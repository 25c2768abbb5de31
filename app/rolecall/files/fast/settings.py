"""One setting from settings.toml, unchecked: the full reader is slow to import."""

from __future__ import annotations

from rolecall.files.fast.read import read


def setting(path: str, name: str) -> object:
    """Return the value in the file of the user or of the team; None if it is not set, or the file
    cannot be read.
    """
    try:
        data = read(path)
    except (OSError, ValueError):
        return None
    if not data:
        return None
    import tomllib

    try:
        head = data.partition(b"\n[accounts.")[0]  # a team's file may have thousands of them
        return tomllib.loads(head.decode()).get(name)
    except (ValueError, RecursionError):
        return None
