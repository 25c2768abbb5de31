"""The marked rows of a table."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Generic

from rolecall.ui.widgets.table.columns import R
from rolecall.ui.widgets.table.rows import TableRows


class TableMarks(Generic[R]):
    """Marks rows by their keys, so that a filter, a sort or the absence of a row keeps them.
    `changed` gets the number of marked rows before each change.
    """

    def __init__(self, model: TableRows[R], changed: Callable[[int], None]) -> None:
        self._model = model
        self._changed = changed
        self._keys: set[Hashable] = set()
        self._count = 0
        self._counted: Sequence[R] = model.rows

    def __contains__(self, row: R) -> bool:
        return bool(self._keys) and self._model.key_of(row) in self._keys

    @property
    def rows(self) -> list[R]:
        """The marked rows in the order given, also those that the filter hides."""
        return self._model.with_keys(self._keys) if self._keys else []

    @property
    def count(self) -> int:
        """The number of marked rows. It is counted again only when the table has other rows."""
        if self._counted is not self._model.rows:
            self._counted = self._model.rows
            self._count = len(self.rows)
        return self._count

    def toggle(self, row: R) -> None:
        before = self.count
        self._count += -1 if row in self else 1
        self._keys ^= {self._model.key_of(row)}
        self._changed(before)

    def add(self, rows: Sequence[R]) -> None:
        self._set(self._keys.union(map(self._model.key_of, rows)))

    def remove(self, rows: Sequence[R]) -> None:
        self._set(self._keys.difference(map(self._model.key_of, rows)))

    def clear(self) -> None:
        self._set(set())

    def forget_absent(self) -> None:
        """Forget the marks of rows that are gone: other rows may get their keys."""
        self._keys = set(map(self._model.key_of, self.rows))

    def _set(self, keys: set[Hashable]) -> None:
        before = self.count
        self._keys = keys
        self._count = len(self.rows)
        self._changed(before)
