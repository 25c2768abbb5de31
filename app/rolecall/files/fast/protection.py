"""Which files other users of the machine can use: one rule for `doctor` and `tokens`."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import NamedTuple


class Unprotected(NamedTuple):
    """A file whose secrets others can read, or that they can write."""

    path: str
    is_exposed: bool
    is_changeable: bool


def unprotected(config: str, credentials: str, caches: Iterable[str]) -> Iterator[Unprotected]:
    """Yield those of the AWS files that others can use. `caches` are folders.

    Others may read the config, because secrets belong into the credentials.
    """
    yield from _checked(config, has_secrets=False)
    yield from _checked(credentials)
    for folder in caches:
        names: list[str] = []
        with suppress(OSError, ValueError):
            names = sorted(os.listdir(folder))
        for name in names:
            if name.endswith(".json"):
                yield from _checked(f"{folder}/{name}")


def _checked(path: str, *, has_secrets: bool = True) -> Iterator[Unprotected]:
    try:
        mode = os.stat(path).st_mode
    except (OSError, ValueError):
        return
    found = Unprotected(path, has_secrets and bool(mode & 0o044), bool(mode & 0o022))
    if found.is_exposed or found.is_changeable:
        yield found
