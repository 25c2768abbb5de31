"""What is new and what is gone since the listing before, and the profiles that this leaves dead."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rolecall.domain.model import Account, Assignment
from rolecall.ui import strings
from rolecall.ui.commands import Place
from rolecall.ui.screens.command_screen import bindings
from rolecall.ui.screens.place_screen import PlaceScreen
from rolecall.ui.widgets.virtual_table import Column


@dataclass(frozen=True)
class Row:
    """`permission_set` is empty where the account came or went as a whole."""

    is_new: bool
    account: Account
    permission_set: str = ""


class ChangesScreen(PlaceScreen[Row]):
    place = Place.CHANGES
    noun = strings.CHANGES_NOUN
    BINDINGS = bindings(Place.CHANGES)

    def columns(self) -> Sequence[Column[Row]]:
        return (
            Column(
                "sign", "", lambda row: strings.NEW if row.is_new else strings.GONE,
                _style, minimum=1, maximum=1, searched=False,
            ),
            Column(
                "change", strings.CHANGE,
                lambda row: strings.CHANGE_NEW if row.is_new else strings.CHANGE_GONE,
                _style, minimum=6, maximum=8,
            ),
            Column(
                "account", strings.ACCOUNT, lambda row: row.account.name,
                "strong", minimum=14, maximum=44, weight=2,
            ),
            Column(
                "permission_set", strings.PERMISSION_SET,
                lambda row: row.permission_set or strings.WHOLE_ACCOUNT,
                minimum=14, maximum=36, weight=2,
            ),
            Column(
                "profile", strings.PROFILE, self._profile, "accent", minimum=10, maximum=40,
            ),
            Column(
                "id", strings.ACCOUNT_ID, lambda row: row.account.id,
                "muted", minimum=12, maximum=12, gives_way=1,
            ),
        )  # fmt: skip

    def row_key(self, row: Row) -> tuple[str, str]:
        return row.account.id, row.permission_set

    def rows(self) -> Sequence[Row]:
        changes = self.rolecall.state.changes
        return [
            *(Row(True, account) for account in changes.new_accounts),
            *_rows(True, changes.new_assignments),
            *(Row(False, account) for account in changes.gone_accounts),
            *_rows(False, changes.gone_assignments),
        ]

    def _profile(self, row: Row) -> str:
        """The profiles that point there; dead, where it is gone."""
        if not row.permission_set:
            return ""
        found = self.rolecall.state.profiles_of(row.account.id, row.permission_set)
        names = [profile.name for profile in found]
        if not row.is_new:
            names = [strings.DEAD_PROFILE.format(name=name) for name in names]
        return " ".join(names)

    def placeholder(self) -> str:
        once = self.rolecall.state.changes.since is None
        return strings.CHANGES_ONCE if once else strings.CHANGES_NONE

    def standing(self) -> str:
        since = self.rolecall.state.changes.since
        if since is None:
            return ""
        when = strings.moment(since, self.rolecall.now())
        return f"{super().standing()} {strings.CHANGES_SINCE.format(when=when)}"


def _rows(is_new: bool, assignments: Iterable[Assignment]) -> list[Row]:
    return [Row(is_new, each.account, each.permission_set.name) for each in assignments]


def _style(row: Row) -> str:
    return "good" if row.is_new else "bad"
