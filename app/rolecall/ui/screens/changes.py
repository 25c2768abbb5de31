"""What is new and what is gone since the listing before, and the profiles that this leaves dead."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from rolecall.domain.catalogue import Changes
from rolecall.domain.model import Account, SsoSession
from rolecall.presentation import labels, table_strings, times
from rolecall.presentation.commands import Place, with_keys
from rolecall.ui.screens.base.table import TableScreen
from rolecall.ui.widgets.table.virtual_table import Column


@dataclass(frozen=True)
class Row:
    """`permission_set` is empty where the account came or went as a whole."""

    is_new: bool
    session: SsoSession
    account: Account
    permission_set: str = ""


class ChangesScreen(TableScreen[Row]):
    place = Place.CHANGES
    noun = table_strings.CHANGES_NOUN

    def columns(self) -> Sequence[Column[Row]]:
        return (
            Column(
                "sign", "", lambda row: table_strings.NEW if row.is_new else table_strings.GONE,
                _style, minimum=1, maximum=1, searched=False,
            ),
            Column(
                "change", table_strings.CHANGE,
                lambda row: table_strings.CHANGE_NEW if row.is_new else table_strings.CHANGE_GONE,
                _style, minimum=6, maximum=8,
            ),
            Column(
                "account", labels.ACCOUNT, lambda row: row.account.name,
                "strong", minimum=14, maximum=44, weight=2,
                badge=lambda row: self.production_badge(row.account.name),
            ),
            Column(
                "permission_set", labels.PERMISSION_SET,
                lambda row: row.permission_set or table_strings.WHOLE_ACCOUNT,
                minimum=14, maximum=36, weight=2,
            ),
            self.session_column(),
            Column(
                "profile", labels.PROFILE, self._profile, "accent", minimum=14, maximum=40,
            ),
            Column(
                "id", labels.ACCOUNT_ID, lambda row: row.account.id,
                "muted", minimum=12, maximum=12, gives_way=1,
            ),
        )  # fmt: skip

    def row_key(self, row: Row) -> tuple[str, str, str]:
        return row.account.id, row.permission_set, row.session.cache_key

    def rows(self) -> Sequence[Row]:
        """What leaves a profile dead first, for there is something to do about it."""
        shown = self.host.state.shown
        rows = [row for each in shown for row in _rows(each.session, each.changes)]
        return sorted(rows, key=lambda row: row.is_new or not self._profiles(row))

    def _profiles(self, row: Row) -> list[str]:
        """Those that point there."""
        if not row.permission_set:
            return []
        state = self.host.state
        session_state, key = state.state_of(row.session), (row.account.id, row.permission_set)
        return [profile.name for profile in session_state.profiles_of(state.profiles, key)]

    def _profile(self, row: Row) -> str:
        """The profiles that point there; dead, where it is gone."""
        names = " ".join(self._profiles(row))
        return (
            table_strings.DEAD_PROFILES.format(names=names) if names and not row.is_new else names
        )

    @property
    def _since(self) -> datetime | None:
        moments = [view.changes.since for view in self.host.state.shown]
        return min((each for each in moments if each is not None), default=None)

    def placeholder(self) -> str:
        return (
            table_strings.CHANGES_ONCE
            if self._since is None
            else with_keys(table_strings.CHANGES_NONE)
        )

    def standing(self) -> str:
        if self._since is None:
            return ""
        when = times.moment(self._since, self.host.now())
        return table_strings.CHANGES_SINCE.format(rows=super().standing(), when=when)


def _rows(session: SsoSession, changes: Changes) -> Iterator[Row]:
    for is_new, accounts, assignments in (
        (True, changes.new_accounts, changes.new_assignments),
        (False, changes.gone_accounts, changes.gone_assignments),
    ):
        yield from (Row(is_new, session, each) for each in accounts)
        for each in assignments:
            yield Row(is_new, session, each.account, each.permission_set.name)


def _style(row: Row) -> str:
    return "good" if row.is_new else "bad"
