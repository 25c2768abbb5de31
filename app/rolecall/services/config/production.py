"""The names that refer to each account, as files have them, and what they say about production.

Quick to import, because a prompt waits for it. `cache` is the folder of the inventory cache, and
`pattern` that of the settings.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from rolecall.domain.production import Production, production_rule
from rolecall.files.inventory import queries as inventory
from rolecall.services.config.switch_targets import Sections

if TYPE_CHECKING:
    from rolecall.domain.inventory.annotations import Annotations


def for_one(
    cache: str,
    sections: Callable[[], Sections],
    annotations: Callable[[], Annotations],
    pattern: str,
) -> Production:
    """Return what decides about one role: names are read when they are asked for.

    `sections` may raise FileError.
    """

    def names_of(account_id: str) -> Iterator[str]:
        yield from sections().names_of(account_id)
        if said := annotations().get(account_id):
            yield from said.names
        yield from inventory.names_of_account(cache, account_id)

    return Production(production_rule(pattern), names_of)


def for_many(cache: str, sections: Sections, annotations: Annotations, pattern: str) -> Production:
    """Return what decides about many roles: all names are read now, and then no file is opened."""
    listed = inventory.names_by_account(cache)
    profiles = sections.by_account()

    def names_of(account_id: str) -> Iterator[str]:
        yield from profiles.get(account_id, ())
        if said := annotations.get(account_id):
            yield from said.names
        yield from listed.get(account_id, ())

    return Production(production_rule(pattern), names_of)
