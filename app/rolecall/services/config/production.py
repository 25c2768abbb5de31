"""The names that refer to each account, as files have them, and what they say about production.

Quick to import, because a prompt waits for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache, partial
from typing import TYPE_CHECKING

from rolecall.domain.production import Production, production_rule
from rolecall.domain.records import NamedTuple
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
    if of_many:
        of_profiles = _names_in(sections().by_account())
        of_listing = _names_in(inventory.names_by_account(folder))
        what()
    else:
        of_profiles = partial(_names_of, sections)
        of_listing = partial(inventory.names_of_account, folder)

    def names_of(account_id: str) -> Iterator[str]:
        yield from of_profiles(account_id)
        if own := what().annotations.get(account_id):
            yield from own.names
        yield from of_listing(account_id)

    return Production(production_rule(pattern), names_of, lambda: what().is_all)


def _names_of(sections: Callable[[], Sections], account_id: str) -> Iterable[str]:
    return sections().names_of(account_id)


def _names_in(found: Mapping[str, Iterable[str]]) -> Callable[[str], Iterable[str]]:
    return lambda account_id: found.get(account_id, ())
