"""What is new and what is gone since the previous listing, and the profiles that no longer work."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from rolecall.domain.inventory.catalogue import ListingChanges
from rolecall.domain.model import Account, SsoSession
from rolecall.domain.records import dataclass
from rolecall.presentation import times
from rolecall.presentation.commands import Place, with_keys
from rolecall.presentation.texts import inventory_strings
from rolecall.ui.screens.base import columns
from rolecall.ui.screens.base.detail import DetailScreen
from rolecall.ui.widgets.table.columns import Column


@dataclass(frozen=True)
class ChangeRow:
    """`permission_set` is empty if the whole account is new or gone."""

    is_new: bool
    session: SsoSession
    account: Account
    permission_set: str = ""


class ListingChangesScreen(DetailScreen[ChangeRow]):
    place = Place.CHANGES
    noun = inventory_strings.CHANGES_NOUN

    def columns(self) -> Sequence[Column[ChangeRow]]:
        return (
            columns.sign(
                lambda row: inventory_strings.NEW if row.is_new else inventory_strings.GONE, _style
            ),
            Column(
                "change", inventory_strings.CHANGE,
                _change,
                _style, minimum=6,
            ),
            columns.account(
                lambda row: row.account.name,
                lambda row: self.production_badge(row.account.id, row.account.name),
                is_name=True,
            ),
            columns.permission_set(
                lambda row: row.permission_set or inventory_strings.WHOLE_ACCOUNT,
                is_name=True,
            ),
            self.session_column(),
            columns.profile(self._profile),
            columns.account_id(lambda row: row.account.id),
        )  # fmt: skip

    def row_key(self, row: ChangeRow) -> tuple[str, str, str]:
        return row.account.id, row.permission_set, row.session.cache_key

    def rows(self) -> Sequence[ChangeRow]:
        """Begin with those that are gone although a profile needs them."""
        shown = self.host.state.shown
        rows = [row for each in shown for row in _rows(each.session, each.changes)]
        return sorted(rows, key=lambda row: row.is_new or not self._profiles(row))

    def _profiles(self, row: ChangeRow) -> list[str]:
        if not row.permission_set:
            return []
        state = self.host.state
        session_state, key = state.state_of(row.session), (row.account.id, row.permission_set)
        return [profile.name for profile in session_state.profiles_of(state.profiles, key)]

    def _profile(self, row: ChangeRow) -> str:
        names = " ".join(self._profiles(row))
        is_lost = names and not row.is_new
        return inventory_strings.NOT_ASSIGNED.format(names=names) if is_lost else names

    @property
    def _since(self) -> datetime | None:
        moments = [view.changes.since for view in self.host.state.shown]
        return min((each for each in moments if each is not None), default=None)

    def placeholder(self) -> str:
        return (
            inventory_strings.CHANGES_ONCE
            if self._since is None
            else with_keys(inventory_strings.CHANGES_NONE)
        )

    def count_text(self) -> str:
        return "" if self._since is None else super().count_text()

    def foot_text(self) -> str:
        if self._since is None:
            return ""
        when = times.moment(self._since, self.host.now())
        return inventory_strings.CHANGES_SINCE.format(when=when)


def _rows(session: SsoSession, changes: ListingChanges) -> Iterator[ChangeRow]:
    for is_new, accounts, assignments in (
        (True, changes.new_accounts, changes.new_assignments),
        (False, changes.gone_accounts, changes.gone_assignments),
    ):
        yield from (ChangeRow(is_new, session, each) for each in accounts)
        for each in assignments:
            yield ChangeRow(is_new, session, each.account, each.permission_set.name)


def _change(row: ChangeRow) -> str:
    return inventory_strings.CHANGE_NEW if row.is_new else inventory_strings.CHANGE_GONE


def _style(row: ChangeRow) -> str:
    return "good" if row.is_new else "bad"
