"""The rows of a table: sorted, filtered, marked. No painting."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import Any, Generic

from rolecall.domain.folding import Haystacks, fold, haystack
from rolecall.domain.search import Query, Selection
from rolecall.ui.widgets.table_columns import Column, R

_NOT_FOLDED = (None, "", "")


class TableRows(Generic[R]):
    """`shown` is what passes the query, best first; in the order of the sort where there is one.

    A row is folded for the search once, for as long as the same object is among the rows. Its
    texts may still change, for they can depend on more than the row; so after `set_rows`,
    `fold_some` goes through all of them, a few at a time, and folds those anew that have changed.
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
        self._texts: list[tuple[str, ...] | None] = []
        self._hays = Haystacks()
        self._to_fold: Iterator[int] = iter(())
        self._stale: set[Hashable] = set()
        self._selection: Selection | None = None
        self._order: list[int] | None = None

    @property
    def scattered(self) -> bool:
        return self._selection is not None and self._selection.scattered

    def set_rows(self, rows: Sequence[R]) -> None:
        old = zip(self._texts, self._hays.fields, self._hays.words, strict=True)
        known = dict(zip(map(id, self.rows), old, strict=True))
        new = tuple(rows)
        folded = [known.get(each, _NOT_FOLDED) for each in map(id, new)]
        self.rows = new
        self._texts = [texts for texts, _, _ in folded]
        self._hays = Haystacks([fields for _, fields, _ in folded], [words for *_, words in folded])
        self._to_fold = chain(self._not_folded(), range(len(self.rows)))
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

    def select_again(self) -> None:
        self._selection = None
        self._select()

    def changed(self, key: Hashable) -> None:
        """What a row says has changed: the next search reads it again."""
        self._stale.add(key)

    def fold_some(self, count: int) -> tuple[bool, bool]:
        """Folds some rows ahead of a search: whether there are more to do, and whether one has
        changed that the query has looked at.
        """
        changed = False
        done = 0
        for i in islice(self._to_fold, count):
            changed |= self._fold(i)
            done += 1
        return done == count, changed and not self.query.is_empty

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

    def _folded_rows(self) -> Haystacks:
        for i in self._not_folded():
            self._fold(i)
        if self._stale:
            for i, key in enumerate(map(self.key_of, self.rows)):
                if key in self._stale:
                    self._fold(i)
            self._stale.clear()
        return self._hays

    def _not_folded(self) -> Iterator[int]:
        return (i for i, texts in enumerate(self._texts) if texts is None)

    def _fold(self, i: int) -> bool:
        """Folds a row, if its texts are not those that were folded; whether it was so."""
        row = self.rows[i]
        texts = tuple([field(row) for field in self._fields])
        if self._texts[i] == texts:
            return False
        self._texts[i] = texts
        self._hays.fields[i], self._hays.words[i] = haystack(texts)
        return True


def _folded(text: Callable[[R], str]) -> Callable[[R], Any]:
    return lambda row: fold(text(row))
