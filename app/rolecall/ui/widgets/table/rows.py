"""The rows of a table, sorted and filtered."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from operator import is_
from typing import TYPE_CHECKING, Any, Generic

from rolecall.domain.records import NamedTuple
from rolecall.ui.widgets.table.columns import Column, R, names_first

if TYPE_CHECKING:  # imported when it is needed: the first paint searches nothing
    from rolecall.domain.search.folding import SearchIndex
    from rolecall.domain.search.query import Query, Selection

_SPARE = 256  # folded rows that the table may no longer have
_KEPT = 16  # selections
_AT_ONCE = 150  # rows of `SearchPreparation`
_EVERY = 0.01  # seconds between them
_CHECK_EVERY = 0.1  # texts rarely change without their row, and a crawl often restarts this
_INDEXED = 5000  # rows that `fold_some` puts into the index at once: 2 ms


class _Folded(NamedTuple):
    row: object
    texts: tuple[str, ...]
    fields: str
    words: str


class TableRows(Generic[R]):
    """`shown` has the rows that match the query, the best first, or in the order of the sort.

    A row is folded for the search once, as long as the same object is among the rows. Its texts may
    still change, because they can depend on more than the row. So after `set_rows`, `fold_some`
    checks all rows, a few at a time, and folds again those that have changed.
    """

    def __init__(
        self,
        columns: Sequence[Column[R]],
        row_key: Callable[[R], Hashable],
    ) -> None:
        self.columns = {column.key: column for column in columns}
        self.key_of = row_key
        self.rows: Sequence[R] = ()
        self.shown: Sequence[R] = ()
        self.text = ""
        self.query: Query | None = None  # None: empty
        self.sorted_by: str | None = None
        self.reverse = False
        self._fields = [column.text for column in names_first(columns) if column.searched]
        self._names = sum(column.is_name for column in columns)
        # By the id of the row, which is valid while the row is in here.
        self._folded: dict[int, _Folded] = {}
        self._index: SearchIndex | None = None  # of the first rows; None: of none
        self._unfolded: list[int] | None = None  # None: not known yet
        self._unchecked = 0  # rows that `fold_some` still has to check, from the next on
        self._next = -1
        # Those of the query and of texts that begin it, the shortest first.
        self._selections: list[tuple[str, Selection]] = []
        self._order: list[int] | None = None
        self._last: tuple[Hashable, R] | None = None  # the last key that was asked for, and its row

    @property
    def scattered(self) -> bool:
        return bool(self._selections) and self._selections[-1][1].scattered

    def set_rows(self, rows: Sequence[R]) -> None:
        """Replace the rows. This costs little without a query and a sort: rows stream in.

        A place that opens again sets the same rows, for which the index of the search stays.
        """
        before, self.rows = self.rows, tuple(rows)
        if len(before) != len(self.rows) or not all(map(is_, before, self.rows)):
            self._index = self._unfolded = None
        self._last = None
        self._selections.clear()
        self._unchecked = len(self.rows)
        if len(self._folded) > 2 * len(self.rows) + _SPARE:
            kept = {id(row) for row in self.rows}
            self._folded = {key: each for key, each in self._folded.items() if key in kept}
        self._sort()
        self._select()

    def set_query(self, text: str) -> None:
        self.text = text
        self.query = _parse(text) if text else None
        self._select()

    def set_sort(self, column: str | None, reverse: bool) -> None:
        self.sorted_by, self.reverse = column, reverse
        self._sort()
        self._select()

    def select_again(self) -> None:
        self._selections.clear()
        self._select()

    @property
    def all_folded(self) -> bool:
        """Whether every row is folded, and `fold_some` only looks for texts that have changed."""
        return self._unfolded == []

    def fold_some(self, count: int) -> tuple[bool, bool]:
        """Fold some rows before a search needs them. Returns whether there are more, and whether a
        row changed that the query has searched.
        """
        if self._unfolded is None:
            known = self._folded
            self._unfolded = [i for i, row in enumerate(self.rows) if id(row) not in known]
        if self._unfolded:
            for i in self._unfolded[-count:]:
                self._fold(i)
            del self._unfolded[-count:]
            return True, False
        if self._index_some(_INDEXED) or self._join():
            return True, False
        changed = False
        count = min(count, self._unchecked)
        for _ in range(count):
            self._next = (self._next + 1) % len(self.rows)
            changed |= self._fold(self._next)
        self._unchecked -= count
        return self._unchecked > 0, changed and self.query is not None

    def key_at(self, place: int) -> Hashable:
        """Return the key of the row that is shown there."""
        row = self.shown[place]
        key = self.key_of(row)
        self._last = key, row
        return key

    def find(self, key: Hashable, near: int = 0) -> int | None:
        """Return the index of a shown row, or None. It is fast `near` it, and after `key_at`."""
        if near < len(self.shown) and self.key_of(self.shown[near]) == key:
            return near
        if self._last is not None and self._last[0] == key:
            row = self._last[1]
            return next((i for i, each in enumerate(self.shown) if each is row), None)
        return next((i for i, each in enumerate(map(self.key_of, self.shown)) if each == key), None)

    def with_keys(self, keys: Iterable[Hashable]) -> list[R]:
        wanted = frozenset(keys)
        return [row for row in self.rows if self.key_of(row) in wanted]

    def _sort(self) -> None:
        if self.sorted_by is None:
            self._order = None
            return
        column = self.columns[self.sorted_by]
        keys = list(map(column.sort_key or _by_letters(column.text), self.rows))
        self._order = sorted(range(len(keys)), key=keys.__getitem__, reverse=self.reverse)

    def _select(self) -> None:
        if self.query is None:
            self._selections.clear()
            chosen = self._order
        else:
            chosen = self._search(self.query).rows
            if self._order is not None:
                found = set(chosen)
                chosen = [i for i in self._order if i in found]
        self.shown = self.rows if chosen is None else [self.rows[i] for i in chosen]

    def _search(self, query: Query) -> Selection:
        """Return the selection of the query. After a backspace it is already known."""
        known = self._selections
        while known and not self.text.startswith(known[-1][0]):
            known.pop()
        text, previous = known[-1] if known else ("", None)
        if previous is not None and text == self.text:
            return previous
        found = query.select(self._folded_rows(), previous)
        known.append((self.text, found))
        del known[:-_KEPT]
        return found

    def _folded_rows(self) -> SearchIndex:
        if not self.all_folded:
            for i, row in enumerate(self.rows):
                if id(row) not in self._folded:
                    self._fold(i)
            self._unfolded = []
        self._index_some(len(self.rows))
        assert self._index is not None
        return self._index

    def _index_some(self, count: int) -> bool:
        """Put the next rows into the index, which are folded. Returns whether there were any."""
        if self._index is None:
            from rolecall.domain.search.folding import SearchIndex

            self._index = SearchIndex(names=self._names)
            _parse("")  # imports the search: the first key does not wait for it
        known, start = self._folded, len(self._index.fields)
        some = [known[id(row)] for row in self.rows[start : start + count]]
        self._index.fields += [each.fields for each in some]
        self._index.words += [each.words for each in some]
        return bool(some)

    def _join(self) -> bool:
        """Prepare the search for scattered letters, once. Returns whether it was not."""
        is_first = self._unchecked == len(self.rows)
        if self._index is None or self._index.joined is not None or not is_first:
            return False
        from rolecall.domain.search.scattered_letters import join_rows

        join_rows(self._index)
        return True

    def _fold(self, i: int) -> bool:
        """Fold a row if its texts have changed. Returns whether they have."""
        row = self.rows[i]
        texts = tuple([field(row) for field in self._fields])
        known = self._folded.get(id(row))
        if known is not None and known.texts == texts:
            return False
        from rolecall.domain.search.folding import index_row

        fields, words = index_row(texts, self._names)
        self._folded[id(row)] = _Folded(row, texts, fields, words)
        if self._index is not None and i < len(self._index.fields):
            self._index.replace(i, fields, words)
        return True


class SearchPreparation:
    """`select_again` is called if a text that the query has searched has changed."""

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


def _parse(text: str) -> Query | None:
    from rolecall.domain.search.query import Query

    query = Query.parse(text)
    return None if query.is_empty else query


def _by_letters(text: Callable[[R], str]) -> Callable[[R], Any]:
    from rolecall.domain.search.folding import fold

    return lambda row: fold(text(row))
