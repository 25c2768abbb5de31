"""The rows of the picker: what can be chosen, in which order, and their columns."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from rolecall.domain.search.folding import Prose
from rolecall.domain.switching.variables import SwitchTarget
from rolecall.domain.text import safe
from rolecall.presentation import labels
from rolecall.presentation.texts import inventory_strings
from rolecall.presentation.texts import switch_strings as words
from rolecall.services.switching.profile_matching import TargetRoles
from rolecall.services.switching.switching import Switching
from rolecall.ui.widgets.table.columns import Column

if TYPE_CHECKING:
    from rolecall.services.inventory.unsaved_roles import UnsavedRole


class PickerRow:
    """A profile or, if it is `unsaved`, a permission set without one. Its target is found when it
    is needed, because most rows are never shown.
    """

    __slots__ = ("_find", "_name", "sign", "unsaved")

    def __init__(
        self,
        find: Callable[[str], SwitchTarget],
        name: str,
        sign: str,
        unsaved: UnsavedRole | None = None,
    ) -> None:
        self._find = find
        self._name = name
        self.sign = sign
        self.unsaved = unsaved

    @property
    def target(self) -> SwitchTarget:
        return self._find(self._name)

    @property
    def key(self) -> tuple[str, int]:
        return self._name, id(self.unsaved)

    @property
    def name(self) -> str:
        return safe(self._name)


class PickerRows:
    """The rows of profiles by their names, and what is known about each.

    What a row shows is found when it is first shown. Methods that read files say so, because rows
    are shown on the event loop.
    """

    def __init__(self, switching: Switching, targets: Mapping[str, SwitchTarget]) -> None:
        """Read the names of the accounts, and what decides which are production."""
        self._switching = switching
        self._targets = targets
        self.roles = TargetRoles.read(switching)
        self._production = switching.production_of_many()
        self._left: dict[tuple[str, str, str], str] = {}

    def of_profiles(self) -> list[PickerRow]:
        """Return favourites, then those used last, then the others as in the file. Reads files."""
        boosts = self._switching.boosts(self._targets)
        first = sorted(boosts, key=boosts.__getitem__, reverse=True)
        signs = dict.fromkeys(self._switching.favourites(boosts), inventory_strings.FAVOURITE)
        signs[self._switching.current] = labels.IN_USE
        return [
            PickerRow(self._targets.__getitem__, name, signs.get(name, ""))
            for name in dict.fromkeys([*first, *self._targets])
        ]

    def account_of(self, row: PickerRow) -> str:
        """Return the name of the account, or its ID if the name is unknown."""
        return self.roles.account_of(row.target)

    def is_production(self, row: PickerRow, name: str = "") -> bool:
        """Return whether the row is production. `name`: the one that its profile would get."""
        target = row.target
        return self._production.is_production(target.account_id, target.name, name)

    def read_times_left(self, targets: Iterable[SwitchTarget]) -> None:
        """Read the tokens of the sessions of these targets, without duplicates."""
        for target in targets:
            key = _session_key(target)
            if any(key) and key not in self._left:
                self._left[key] = words.left_short(self._switching.token(target), datetime.now(UTC))

    def time_left_of(self, row: PickerRow) -> str:
        """Return the time left of the sign-in; "" until it was read."""
        return self._left.get(_session_key(row.target), "")

    def columns(self) -> Sequence[Column[PickerRow]]:
        """Return the columns. Even a narrow screen has profile, account and permission set: only
        together they distinguish all rows.
        """
        # It tells equal account names of several Identity Centers apart. With one it says nothing.
        several = self.roles.several

        def badge(row: PickerRow) -> str:
            return labels.PRODUCTION if self.is_production(row) else ""

        def style(default: str) -> Callable[[PickerRow], str]:
            return lambda row: "production-name" if self.is_production(row) else default

        columns: list[Column[PickerRow]] = [
            Column(
                "sign", "", lambda row: row.sign, "accent", minimum=1, drop_order=0, searched=False,
            ),
            Column(
                "name", labels.PROFILE, lambda row: row.name, style("accent"),
                minimum=13, badge=badge, is_name=True,
            ),
            Column(
                "account", labels.ACCOUNT, self.account_of, style(""),
                minimum=8, drop_order=0,
            ),
            Column(
                "role", labels.PERMISSION_SET, lambda row: safe(row.target.role), style(""),
                minimum=10, drop_order=0,
            ),
            Column(
                "session", labels.SESSION, lambda row: safe(row.target.session), "muted",
                minimum=7, drop_order=1,
            ),
            Column(
                "region", labels.REGION, lambda row: safe(row.target.region), "muted",
                minimum=10, drop_order=2, searched=False,
            ),
            Column(
                "left", words.LEFT, self.time_left_of, "muted",
                minimum=10, drop_order=3, searched=False,
            ),
            Column(
                "id", labels.ACCOUNT_ID, lambda row: safe(row.target.account_id), "muted",
                minimum=12, drop_order=4,
            ),
            *self._unseen(),
        ]  # fmt: skip
        return [each for each in columns if several or each.key != "session"]

    def _unseen(self) -> Iterator[Column[PickerRow]]:
        """Yield columns that are only searched, as by all commands."""
        roles = self.roles
        texts: dict[str, Callable[[PickerRow], str]] = {
            "email": lambda row: roles.email_of(row.target),
            "alias": lambda row: roles.said_of(row.target).alias,
            "note": lambda row: Prose(roles.said_of(row.target).note),
            "groups": lambda row: roles.said_of(row.target).group_words,
        }
        for key, text in texts.items():
            yield Column(key, "", text, wanted=lambda: False)


def _session_key(target: SwitchTarget) -> tuple[str, str, str]:
    return target.session, target.start_url, target.login


def unsaved_row(each: UnsavedRole, target: SwitchTarget) -> PickerRow:
    """Return a row for a permission set without a profile. `target` is what it would become."""
    return PickerRow(lambda _: target, "", inventory_strings.NEW, each)
