"""The names that refer to each account, as files have them, and what they say about production.

Quick to import, because a prompt waits for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from rolecall.domain.production import Production, production_rule
from rolecall.files.inventory import queries as inventory
from rolecall.services.config.switch_targets import Sections

if TYPE_CHECKING:
    from rolecall.domain.inventory.annotations import Annotations


class Said(NamedTuple):
    """What the user and the team say about accounts. `is_all`: both files can be used."""

    annotations: Annotations
    is_all: bool


def production_of(
    folder: str,
    sections: Callable[[], Sections],
    said: Callable[[], Said],
    pattern: str,
    *,
    of_many: bool = False,
) -> Production:
    """Return what decides about one role: names are read when they are asked for. `of_many`: all
    names are read now, and then no file is opened.

    `folder` is that of the inventory cache, and `pattern` that of the settings. `sections` may
    raise FileError.
    """
    what = cache(said)
    profiles: Mapping[str, Iterable[str]] = {}
    listed: Mapping[str, Iterable[str]] = {}
    if of_many:
        profiles, listed = sections().by_account(), inventory.names_by_account(folder)
        what()

    def names_of(account_id: str) -> Iterator[str]:
        yield from profiles.get(account_id, ()) if of_many else sections().names_of(account_id)
        if own := what().annotations.get(account_id):
            yield from own.names
        if of_many:
            yield from listed.get(account_id, ())
        else:
            yield from inventory.names_of_account(folder, account_id)

    return Production(production_rule(pattern), names_of, lambda: what().is_all)
