"""The rows of a table: sorted, filtered, marked. No painting."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Any, Generic

from rolecall.domain.search import Haystack, Query, Selection, fold, haystack
from rolecall.ui.widgets.table_columns import Column, R


class TableRows(Generic[R]):
    """`shown` is what passes the query, best first; in the order of the sort where there is one.

    A row is folded for the search once, for as long as the same object is among the rows.
    """

    def __init__(
        self,
        columns: Sequence[Column[R]],
        row_key: Callable[[R], Hashable],
        search_text: Callable[[R], str] | None = None,
    ) -> None:
        self.columns = {column.key: column for column in columns}
        self.key_of = row_key
        self.rows: Sequence[R] = ()
        self.shown: Sequence[R] = ()
        self.text = ""
        self.query = Query()
        self.sorted_by: str | None = None
        self.reverse = False
        self._fields = [column.text for column in columns if column.searched]
        if search_text is not None:
            self._fields.append(search_text)
        self._hays: list[Haystack | None] = []
        self._unfolded = 0  # rows from here on may not be folded yet
        self._selection: Selection | None = None
        self._order: list[int] | None = None

    @property
    def scattered(self) -> bool:
        return self._selection is not None and self._selection.scattered

    def set_rows(self, rows: Sequence[R]) -> None:
        known = dict(zip(map(id, self.rows), self._hays, strict=True))
        self.rows = tuple(rows)
        self._hays = [known.get(each) for each in map(id, self.rows)]
        self._unfolded = 0
        self._selection = None
        self._sort()
        self._select()

    def set_query(self, text: str) -> None:
        self.text = text
        self.query = Query.parse(text)
        self._select()

    def set_sort(self, column: str | None, reverse: bool) -> None:
        self.sorted_by, self.reverse = column, reverse
        self._sort()
        self._select()

    def changed(self, key: Hashable) -> None:
        """What a row says has changed: the next search reads it again."""
        for i, each in enumerate(map(self.key_of, self.rows)):
            if each == key:
                self._hays[i] = None
                self._unfolded = min(self._unfolded, i)

    def fold_some(self, count: int) -> bool:
        """Folds the next rows ahead of a search; whether there are more to do."""
        end = min(self._unfolded + count, len(self.rows))
        for i in range(self._unfolded, end):
            if self._hays[i] is None:
                row = self.rows[i]
                self._hays[i] = haystack([field(row) for field in self._fields])
        self._unfolded = end
        return end < len(self.rows)

    def find(self, key: Hashable) -> int | None:
        """The place of a row among those shown."""
        return next((i for i, each in enumerate(map(self.key_of, self.shown)) if each == key), None)

    def with_keys(self, keys: Iterable[Hashable]) -> list[R]:
        wanted = frozenset(keys)
        return [row for row in self.rows if self.key_of(row) in wanted]

    def _sort(self) -> None:
        if self.sorted_by is None:
            self._order = None
            return
        column = self.columns[self.sorted_by]
        keys = list(map(column.sort_key or _folded(column.text), self.rows))
        self._order = sorted(range(len(keys)), key=keys.__getitem__, reverse=self.reverse)

    def _select(self) -> None:
        if self.query.is_empty:
            self._selection = None
            chosen = self._order
        else:
            self._selection = self.query.select(self._folded_rows(), self._selection)
            chosen = self._selection.rows
            if self._order is not None:
                found = set(chosen)
                chosen = [i for i in self._order if i in found]
        self.shown = self.rows if chosen is None else [self.rows[i] for i in chosen]

    def _folded_rows(self) -> Sequence[Haystack]:
        self.fold_some(len(self.rows))
        return self._hays  # type: ignore[return-value]  # none is None now


def _folded(text: Callable[[R], str]) -> Callable[[R], Any]:
    return lambda row: fold(text(row))
