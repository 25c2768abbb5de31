"""Prepares the rows of a table for its search, a few at a time between other work."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rolecall.ui.widgets.table.rows import TableRows

_AT_ONCE = 150
_EVERY = 0.01
_CHECK_EVERY = 0.1  # texts seldom change without their row, and a crawl often starts it again


class SearchPreparation:
    """`select_again` is called if the text of a row has changed that the query has searched."""

    def __init__(
        self,
        model: TableRows[Any],
        set_timer: Callable[[float, Callable[[], None]], object],
        select_again: Callable[[], None],
    ) -> None:
        self._model = model
        self._set_timer = set_timer
        self._select_again = select_again
        self.is_due = False

    def prepare(self, *, is_painted: bool) -> None:
        """Prepare all rows, now or, with `begin`, after the first paint."""
        if not self.is_due:
            self.is_due = True
            if is_painted:
                self.begin()

    def begin(self) -> None:
        self._set_timer(_CHECK_EVERY if self._model.all_folded else _EVERY, self._prepare_some)

    def _prepare_some(self) -> None:
        self.is_due = False
        more, changed = self._model.fold_some(_AT_ONCE)
        if changed:
            self._select_again()
        if more:
            self.prepare(is_painted=True)
