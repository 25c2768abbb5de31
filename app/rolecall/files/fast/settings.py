"""One setting from settings.toml, unchecked: the full reader is slow to import."""

from __future__ import annotations

from rolecall.files.fast.read import read


def setting(path: str, name: str) -> object:
    """Return the value; None if it is not set or the file cannot be read."""
    try:
        data = read(path)
    except (OSError, ValueError):
        return None
    if not data:
        return None
    import tomllib

    try:
        return tomllib.loads(data.decode()).get(name)
    except ValueError:
        return None
