"""The rows of one session, made anew only where what is known of it has changed.

They come in blocks as the catalogue's accounts do, so that the answer about one account costs a
block, and not ten thousand rows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import chain, zip_longest
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rolecall.domain.catalogue import Catalogue, Listing
    from rolecall.ui.state.session_state import AccountRow, AssignmentRow


class _Block:
    """`assignments` are made when first asked for: not every table shows them."""

    __slots__ = ("_assignments", "accounts", "listings")

    def __init__(self, listings: Sequence[Listing], accounts: list[AccountRow]) -> None:
        self.listings = listings
        self.accounts = accounts
        self._assignments: list[AssignmentRow] | None = None

    @property
    def assignments(self) -> list[AssignmentRow]:
        if self._assignments is None:
            self._assignments = [row for each in self.accounts for row in each.assignments]
        return self._assignments


class SessionRows:
    """In the order in which AWS has listed them."""

    def __init__(self, make: Callable[[Listing], AccountRow]) -> None:
        self._make = make
        self._catalogue: Catalogue | None = None
        self._blocks: list[_Block] = []

    def show(self, catalogue: Catalogue) -> None:
        if catalogue is self._catalogue:
            return
        self._catalogue = catalogue
        before = self._blocks[: len(catalogue.blocks)]
        self._blocks = [
            old if old and old.listings is listings else self._block(listings, old)
            for listings, old in zip_longest(catalogue.blocks, before)
        ]

    @property
    def accounts(self) -> list[AccountRow]:
        return list(chain.from_iterable([block.accounts for block in self._blocks]))

    @property
    def assignments(self) -> list[AssignmentRow]:
        return list(chain.from_iterable([block.assignments for block in self._blocks]))

    def get(self, account_id: str) -> AccountRow | None:
        place = self._catalogue.place(account_id) if self._catalogue else None
        if place is None:
            return None
        at, within = place
        return self._blocks[at].accounts[within]

    def _block(self, listings: Sequence[Listing], before: _Block | None) -> _Block:
        known = {id(row.listing): row for row in before.accounts} if before else {}
        return _Block(listings, [known.get(id(each)) or self._make(each) for each in listings])
