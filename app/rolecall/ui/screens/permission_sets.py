"""`2`: every permission set of every account, flat; or, opened from an account, its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rolecall.ui import inventory_strings, strings
from rolecall.ui.commands import Command, Place
from rolecall.ui.explain import explain
from rolecall.ui.screens.catalogue_screen import CatalogueScreen
from rolecall.ui.screens.command_screen import bindings
from rolecall.ui.widgets.virtual_table import Column

if TYPE_CHECKING:
    from rolecall.domain.model import Account, Assignment


class PermissionSetsScreen(CatalogueScreen["Assignment"]):
    """`account` is the one whose permission sets are shown, or None for all."""

    place = Place.PERMISSION_SETS
    noun = ("permission set", "permission sets")
    BINDINGS = bindings(Place.PERMISSION_SETS)

    def __init__(self, account: Account | None = None) -> None:
        self._account = account
        super().__init__()

    def columns(self) -> Sequence[Column[Assignment]]:
        account: Column[Assignment] = Column(
            "account", strings.ACCOUNT, lambda row: row.account.name,
            "strong", minimum=22, maximum=44, weight=3,
            badge=lambda row: self.rolecall.production_badge(row.account.name),
        )  # fmt: skip
        permission_set: Column[Assignment] = Column(
            "permission_set", strings.PERMISSION_SET, lambda row: row.permission_set.name,
            "strong" if self._account else None, minimum=22, maximum=40, weight=2,
        )  # fmt: skip
        account_id: Column[Assignment] = Column(
            "id", strings.ACCOUNT_ID, lambda row: row.account.id,
            "muted", minimum=12, maximum=12, gives_way=1,
        )  # fmt: skip
        profile: Column[Assignment] = Column(
            "profile", strings.PROFILE, self._profile,
            "accent", minimum=10, maximum=40, weight=2,
        )  # fmt: skip
        email: Column[Assignment] = Column(
            "email", strings.EMAIL, lambda row: row.account.email,
            "muted", minimum=24, maximum=40, gives_way=2,
        )  # fmt: skip
        sign: Column[Assignment] = Column(
            "sign", "", lambda row: self.rolecall.state.sign_of(*row.key),
            "warn", minimum=1, maximum=1, searched=False,
        )  # fmt: skip
        if self._account is not None:
            return sign, permission_set, profile, account_id
        return sign, account, permission_set, account_id, profile, email

    def row_key(self, row: Assignment) -> tuple[str, str]:
        return row.key

    def rows(self) -> Sequence[Assignment]:
        catalogue = self.rolecall.state.catalogue
        if self._account is None:
            rows: Sequence[Assignment] = list(catalogue.assignments())
        else:
            listing = catalogue.get(self._account.id)
            rows = listing.assignments if listing else ()
        return self.rolecall.state.in_order(rows, lambda row: row.key)

    def trail(self) -> tuple[str, ...]:
        return (*super().trail(), self._account.name) if self._account else super().trail()

    def _profile(self, row: Assignment) -> str:
        found = self.rolecall.state.profiles_of(row.account.id, row.permission_set.name)
        return " ".join(profile.name for profile in found)

    def placeholder(self) -> str:
        if self._account is not None:
            listing = self.rolecall.state.catalogue.get(self._account.id)
            if listing and listing.error:
                return explain(listing.error)
            if listing and listing.permission_sets is None:
                return strings.LISTING_SETS
        return super().placeholder()

    def nothing(self) -> str:
        return f"{strings.NO_SETS} {inventory_strings.PORTAL_HIDES}"

    def account_of(self, row: Assignment) -> Account:
        return row.account

    def wanted(self) -> list[str]:
        return [self._account.id] if self._account else super().wanted()

    def standing(self) -> str:
        line = super().standing()
        return line if self._account else self.crawl_standing(line)

    def needs_row(self, command: Command) -> bool:
        if command.id == "refresh" and self._account is not None:
            return False
        if command.id == "save" and self.table.marked_count:
            return False
        return super().needs_row(command)

    def blocked(self, command: Command) -> str | None:
        if reason := super().blocked(command):
            return reason
        if command.id == "use" and (row := self.current) and not self._profile(row):
            return strings.USE_NEEDS_PROFILE
        return None

    def do_save(self) -> None:
        session = self.rolecall.state.session
        if session is not None and self.table.marked_count:
            chosen = [(session, row) for row in self.table.marked_rows]
            self.rolecall.workbench.open(chosen, self.table.clear_marks)
        elif row := self.current:
            self.rolecall.profiles.save(row)

    def do_use(self) -> None:
        if row := self.current:
            found = self.rolecall.state.profiles_of(row.account.id, row.permission_set.name)
            self.rolecall.profiles.use(found[0].name)

    def do_favourite(self) -> None:
        if row := self.current:
            self.rolecall.inventory.toggle_favourite(*row.key)

    def do_refresh(self) -> None:
        account = self._account or (self.current.account if self.current else None)
        if account is not None:
            self.rolecall.inventory.list_again(account.id)

    def move_to(self, account_id: str, permission_set: str) -> bool:
        """Puts the cursor on a row, without the filter if that hides it."""
        if not self.table.move_to((account_id, permission_set)):
            self.filter_bar.close()
            return self.table.move_to((account_id, permission_set))
        return True
