"""What Accounts and Permission sets share: rows that a crawl brings, those looked at first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeVar

from rolecall.domain.lifetime import Remaining
from rolecall.ui import inventory_strings, strings
from rolecall.ui.screens.place_screen import PlaceScreen

if TYPE_CHECKING:
    from rolecall.domain.model import Account

R = TypeVar("R")


class CatalogueScreen(PlaceScreen[R]):
    def __init__(self) -> None:
        super().__init__()
        self._found: Sequence[R] = ()
        self._found_ids: list[str] = []

    def account_of(self, row: R) -> Account:
        raise NotImplementedError

    # --- what is looked at

    def wanted(self) -> list[str]:
        """Account ids: the highlighted one, then those on screen, then what the filter found."""
        row = self.current
        seen = self.table.visible_rows if row is None else [row, *self.table.visible_rows]
        return [*self._ids(seen), *self._filtered()]

    def prefer(self) -> None:
        if self.rolecall.state.crawling:
            self.rolecall.inventory.prefer(self.wanted())

    def on_virtual_table_highlighted(self) -> None:
        self.prefer()

    def on_virtual_table_filtered(self) -> None:
        self.prefer()

    def on_screen_resume(self) -> None:
        self.prefer()

    def _filtered(self) -> list[str]:
        if not self.filter_bar.query_text:
            return []
        if self._found is not self.table.shown:
            self._found, self._found_ids = self.table.shown, self._ids(self.table.shown)
        return self._found_ids

    def _ids(self, rows: Sequence[R]) -> list[str]:
        return list(dict.fromkeys([self.account_of(row).id for row in rows]))

    # --- what is said

    def placeholder(self) -> str:
        """Why there is nothing of the catalogue to show."""
        state = self.rolecall.state
        if state.problem:
            return state.problem
        if state.looking:
            return strings.LOOKING
        if state.token is None:
            return strings.SIGN_IN_FIRST
        return strings.LISTING if state.crawling else self.nothing()

    def nothing(self) -> str:
        """What stands there where AWS has answered, and has nothing."""
        raise NotImplementedError

    def nothing_matches(self) -> str:
        return f"{super().nothing_matches()} {inventory_strings.PORTAL_HIDES}"

    def crawl_standing(self, line: str) -> str:
        """The counts; how far the crawl is, while it is under way; else how old the oldest is."""
        state = self.rolecall.state
        if not len(state.catalogue):
            return line
        if state.crawling and state.progress is not None:
            progress = strings.progress(state.progress)
            return f"{line} · {progress}" if self.says_more() else progress
        if state.catalogue.failed:
            return f"{line} · {strings.FAILED.format(failed=state.catalogue.failed)}"
        if state.seen_at is not None:
            left = Remaining.until(state.seen_at, self.rolecall.now())
            return f"{line} · {strings.seen(left)}"
        return line

    def says_more(self) -> bool:
        """Whether the counts tell what the progress of a crawl does not."""
        return True

    def do_refresh_all(self) -> None:
        self.rolecall.inventory.refresh_all()
