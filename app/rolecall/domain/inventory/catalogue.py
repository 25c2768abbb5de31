"""The accounts and permission sets that one sign-in gives access to.

A catalogue is immutable; `with_…` returns a new one that shares nearly all of the old one. Accounts
are stored in blocks, so an answer about one account copies one block and the list of blocks (about
√n), and filling a catalogue of ten thousand accounts takes milliseconds.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import chain, zip_longest
from operator import is_
from typing import TYPE_CHECKING, Final

from rolecall.domain.access_role import is_role
from rolecall.domain.errors import means_no_assignment
from rolecall.domain.model import Account, Assignment, PermissionSet
from rolecall.domain.records import dataclass, field, replace

if TYPE_CHECKING:
    from rolecall.domain.errors import RolecallError

_BLOCK: Final = 128


@dataclass(frozen=True, slots=True)
class Listing:
    """One account, its known permission sets, and its roles of account access manager.

    `permission_sets` and `roles` are None until they have been listed. `error` is why the last
    attempt to list the permission sets failed; what an earlier attempt found is kept, unless AWS
    says that there is nothing.
    """

    account: Account
    permission_sets: tuple[PermissionSet, ...] | None = None
    roles: tuple[PermissionSet, ...] | None = None
    error: RolecallError | None = None

    @property
    def all_sets(self) -> tuple[PermissionSet, ...] | None:
        """Permission sets and roles; None if neither is known."""
        if self.permission_sets is None:
            return self.roles or None
        return self.permission_sets + self.roles if self.roles else self.permission_sets

    @property
    def assignments(self) -> tuple[Assignment, ...]:
        return tuple(Assignment(self.account, each) for each in self.all_sets or ())


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Accounts by name, each ID once. AWS lists them in no order.

    `assignment_count` is the number of permission sets and roles in all accounts, `listed` the
    number of accounts whose permission sets are known, `failed` the number of accounts whose last
    attempt failed.
    """

    assignment_count: int = 0
    listed: int = 0
    failed: int = 0
    _blocks: tuple[tuple[Listing, ...], ...] = ()
    _order: list[str] = field(default_factory=list, repr=False)  # the sort keys, in order
    _keys: dict[str, str] = field(default_factory=dict, repr=False)  # by account ID

    @classmethod
    def of(cls, listings: Iterable[Listing]) -> Catalogue:
        """Return a catalogue of listings with distinct accounts."""
        by_key = {_key(each.account): each for each in listings}
        order = sorted(by_key)
        kept = [by_key[key] for key in order]
        return cls(
            assignment_count=sum(len(each.all_sets or ()) for each in kept),
            listed=sum(each.permission_sets is not None for each in kept),
            failed=sum(each.error is not None for each in kept),
            _blocks=_in_blocks(kept),
            _order=order,
            _keys=dict(zip([each.account.id for each in kept], order, strict=True)),
        )

    def __len__(self) -> int:
        return len(self._order)

    def __iter__(self) -> Iterator[Listing]:
        return chain.from_iterable(self._blocks)

    def __contains__(self, account_id: object) -> bool:
        return account_id in self._keys

    def __getitem__(self, account_id: str) -> Listing:
        block, index = self._place(account_id)
        return self._blocks[block][index]

    def _place(self, account_id: str) -> tuple[int, int]:
        """Return the index of the account's block and its index in the block."""
        return divmod(bisect_left(self._order, self._keys[account_id]), _BLOCK)

    def get(self, account_id: str) -> Listing | None:
        """Return the listing of the account, or None if it is unknown."""
        return self[account_id] if account_id in self._keys else None

    @property
    def blocks(self) -> Sequence[Sequence[Listing]]:
        """All listings in order, in blocks. A block without changes is the same object in the next
        catalogue.
        """
        return self._blocks

    def position(self, account_id: str) -> tuple[int, int] | None:
        """Return the index of the account's block and its index in the block, or None."""
        return self._place(account_id) if account_id in self._keys else None

    @property
    def order(self) -> Sequence[str]:
        """What the accounts are sorted by, one each, unique. It compares with other catalogues."""
        return self._order

    def lacks(self, account_id: str, name: str) -> bool:
        """Whether the account has no permission set or role with this name. One that is not listed
        yet may be there.
        """
        listing = self.get(account_id)
        if listing is None:
            return not is_role(name) or any(each.roles is not None for each in self)
        listed = listing.roles if is_role(name) else listing.permission_sets
        return listed is not None and all(each.name != name for each in listed)

    @property
    def accounts(self) -> list[Account]:
        return [listing.account for listing in self]

    def assignments(self) -> Iterator[Assignment]:
        """Yield every permission set of every account, account by account."""
        for listing in self:
            yield from listing.assignments

    def with_accounts(self, accounts: Iterable[Account]) -> Catalogue:
        """Add these accounts, and update name and e-mail of those that are already known."""
        new: dict[str, Listing] = {}  # by sort key
        replaced: set[str] = set()  # sort keys
        for account in {each.id: each for each in accounts}.values():
            known = self.get(account.id)
            if known is None:
                new[_key(account)] = Listing(account)
            elif known.account != account:
                new[_key(account)] = replace(known, account=account)
                replaced.add(self._keys[account.id])
        if not new:
            return self
        listings, order = list(self), self._order
        if replaced:
            listings = [
                each for each, key in zip(listings, order, strict=True) if key not in replaced
            ]
            order = [key for key in order if key not in replaced]
        listings, order = _merged(listings, order, new)
        keys = self._keys | {each.account.id: key for key, each in new.items()}
        blocks = _in_blocks(listings, self._blocks)
        return replace(self, _blocks=blocks, _order=order, _keys=keys)

    def with_permission_sets(
        self, account_id: str, permission_sets: Iterable[PermissionSet]
    ) -> Catalogue:
        """Return the catalogue with an account's permission sets.

        An unknown account changes nothing.
        """
        listing = self.get(account_id)
        found = tuple(permission_sets)
        if listing is None or (listing.permission_sets == found and listing.error is None):
            return self
        return self._with(Listing(listing.account, found, listing.roles))

    def with_roles(self, roles: Mapping[str, tuple[PermissionSet, ...]]) -> Catalogue:
        """Return the catalogue with the roles of these accounts, which it knows."""
        changed = {id_: new for id_, new in roles.items() if self[id_].roles != new}
        if not changed:
            return self
        blocks = list(self._blocks)
        count = self.assignment_count
        for id_, new in changed.items():
            at, within = self._place(id_)
            block = blocks[at]
            listing = block[within]
            count += len(new) - len(listing.roles or ())
            blocks[at] = (*block[:within], replace(listing, roles=new), *block[within + 1 :])
        return replace(self, assignment_count=count, _blocks=tuple(blocks))

    def with_error(self, account_id: str, error: RolecallError) -> Catalogue:
        """Return the catalogue with the error of an account that could not be listed."""
        listing = self.get(account_id)
        if listing is None:
            return self
        if listing.permission_sets is not None and means_no_assignment(error):
            listing = replace(listing, permission_sets=())
        return self._with(replace(listing, error=error))

    def with_errors_of(self, before: Catalogue) -> Catalogue:
        """Return the catalogue with the errors of those accounts about which nothing new is known.
        A cache has no errors.
        """
        if not before.failed:
            return self

        def with_error(listing: Listing) -> Listing:
            old = before.get(listing.account.id)
            is_same = old is not None and old.permission_sets == listing.permission_sets
            return replace(listing, error=old.error) if old and is_same else listing

        return Catalogue.of(map(with_error, self))

    def only(self, account_ids: Collection[str]) -> Catalogue:
        """Keep only these accounts: those that a complete listing still contains."""
        kept = [each for each in self if each.account.id in account_ids]
        return self if len(kept) == len(self) else Catalogue.of(kept)

    def _with(self, new: Listing) -> Catalogue:
        at, within = self._place(new.account.id)
        block = self._blocks[at]
        old = block[within]
        return Catalogue(
            assignment_count=self.assignment_count
            + len(new.all_sets or ())
            - len(old.all_sets or ()),
            listed=self.listed
            + (new.permission_sets is not None)
            - (old.permission_sets is not None),
            failed=self.failed + (new.error is not None) - (old.error is not None),
            _blocks=(
                *self._blocks[:at],
                (*block[:within], new, *block[within + 1 :]),
                *self._blocks[at + 1 :],
            ),
            _order=self._order,
            _keys=self._keys,
        )


@dataclass(frozen=True, slots=True)
class ListingChanges:
    """What was added and removed between two catalogues.

    The assignments include those of accounts that were added or removed as a whole. `since` is when
    the older catalogue was complete.
    """

    new_accounts: tuple[Account, ...] = ()
    gone_accounts: tuple[Account, ...] = ()
    new_assignments: tuple[Assignment, ...] = ()
    gone_assignments: tuple[Assignment, ...] = ()
    since: datetime | None = None

    def __bool__(self) -> bool:
        return any(
            (self.new_accounts, self.gone_accounts, self.new_assignments, self.gone_assignments)
        )


def difference(before: Catalogue, after: Catalogue) -> ListingChanges:
    """Compare two catalogues. What is unknown of an account in one of them counts as unchanged."""
    return ListingChanges(
        new_accounts=tuple(_accounts_missing(before, after)),
        gone_accounts=tuple(_accounts_missing(after, before)),
        new_assignments=tuple(_assignments_missing(before, after)),
        gone_assignments=tuple(_assignments_missing(after, before)),
    )


def _accounts_missing(old: Catalogue, new: Catalogue) -> Iterator[Account]:
    return (each.account for each in new if each.account.id not in old)


def _assignments_missing(old: Catalogue, new: Catalogue) -> Iterator[Assignment]:
    for listing in new:
        other = old.get(listing.account.id)
        if other is None:
            yield from listing.assignments
            continue
        pairs = ((other.permission_sets, listing.permission_sets), (other.roles, listing.roles))
        for before, after in pairs:
            if before is not None and before != after:
                known = frozenset(before)
                found = (each for each in after or () if each not in known)
                yield from (Assignment(listing.account, each) for each in found)


def _key(account: Account) -> str:
    """Return the sort key of `BY_NAME` in `files.inventory.queries`, where only ASCII has case.

    `-` and `_` sort alike, before letters; brackets sort after letters.
    """
    name = account.name
    if name.isascii():
        name = name.upper()
    else:
        name = name.encode("utf-8", "surrogatepass").upper().decode("utf-8", "surrogatepass")
    return f"{name.replace('_', '-')}\0{account.id}"


def _merged(
    listings: list[Listing], order: list[str], new: Mapping[str, Listing]
) -> tuple[list[Listing], list[str]]:
    """Put a few new listings among sorted ones. Return the listings and their sort keys."""
    merged: list[Listing] = []
    merged_order: list[str] = []
    start = 0
    for key in sorted(new):
        end = bisect_left(order, key, start)
        merged += listings[start:end]
        merged.append(new[key])
        merged_order += order[start:end]
        merged_order.append(key)
        start = end
    return merged + listings[start:], merged_order + order[start:]


def _in_blocks(
    listings: list[Listing], before: Sequence[tuple[Listing, ...]] = ()
) -> tuple[tuple[Listing, ...], ...]:
    """Unchanged blocks are the same objects as before."""
    starts = range(0, len(listings), _BLOCK)
    blocks = [tuple(listings[start : start + _BLOCK]) for start in starts]
    pairs = zip_longest(blocks, before[: len(blocks)], fillvalue=())
    return tuple(old if _same(new, old) else new for new, old in pairs)


def _same(new: Sequence[Listing], old: Sequence[Listing]) -> bool:
    return len(new) == len(old) and all(map(is_, new, old))
