"""Variables of an environment that are changed for a moment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, MutableMapping
from contextlib import contextmanager


@contextmanager
def changed(environ: MutableMapping[str, str], values: Mapping[str, str | None]) -> Iterator[None]:
    """Set these variables in the block or, if a value is None, unset them.

    Programs that are started after it get the environment of the user.
    """
    before = {name: environ.get(name) for name in values}
    _set(environ, values)
    try:
        yield
    finally:
        _set(environ, before)


def _set(environ: MutableMapping[str, str], values: Mapping[str, str | None]) -> None:
    for name, value in values.items():
        if value is None:
            environ.pop(name, None)
        else:
            environ[name] = value
