"""A table whose rows can be shown below headings, one for each group, and folded."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Any, Final

from textual.strip import Strip

from rolecall.domain.records import NamedTuple
from rolecall.domain.search.folding import fold
from rolecall.presentation import labels
from rolecall.presentation.texts import inventory_strings
from rolecall.ui.widgets.table.columns import Column, R
from rolecall.ui.widgets.table.virtual_table import VirtualTable

_NO_GROUP: Final = ("",)


class Heading(NamedTuple):
    """The line above the rows of a group, or of none (""). The filter finds `shown` of `total`."""

    group: str
    shown: int
    total: int
    is_folded: bool

    @property
    def name(self) -> str:
        return self.group or inventory_strings.NO_GROUP


class _Spot(NamedTuple):
    """What identifies a line while there are headings; for a heading, `key` is that of its first
    row."""

    key: Hashable
    group: str
    is_heading: bool


class GroupedTable(VirtualTable[R]):
    """A row is below each of its groups; those without one come last. While the filter ranks the
    rows, the group with the best row comes first.

    A filter unfolds the groups in which it finds rows, until it is cleared.
    """

    def __init__(
        self,
        columns: Sequence[Column[R]],
        row_key: Callable[[R], Hashable],
        groups_of: Callable[[R], Sequence[str]],
        noun: tuple[str, str],
    ) -> None:
        super().__init__(columns, row_key, framed=True)
        self._groups_of = groups_of
        self._noun = noun
        self.is_grouped = False
        self._folded: set[str] = set()
        self._folded_found: set[str] = set()  # while there is a filter
        self._found_by = ""  # the filter that `_folded_found` is for
        self._has_new_filter = False  # so a cursor on a heading goes to the best row
        self._grouped: Sequence[R] = ()  # the rows that the next three are for
        self._groups: dict[int, Sequence[str]] = {}  # of each row, by its id
        self._totals: Counter[str] = Counter()
        self._names: list[str] = []  # of the groups, in order
        self._sections: dict[str, list[R]] = {}  # the rows shown of each group
        self._items: list[Any] = []
        self._starts: dict[str, int] = {}  # the index of each heading
        self._marked: dict[str, int] = {}  # how many rows of a group are marked

    # --- what the table shows

    @property
    def items(self) -> Sequence[Any]:
        return self._items if self.is_grouped else super().items

    @property
    def heading(self) -> Heading | None:
        """The heading under the cursor, or None if a row is."""
        item = self.items[self.position] if self.items else None
        return item if isinstance(item, Heading) else None

    @property
    def current(self) -> R | None:
        return None if self.heading else super().current

    @property
    def current_rows(self) -> Sequence[R]:
        heading = self.heading
        return self._sections[heading.group] if heading else super().current_rows

    @property
    def visible_rows(self) -> Sequence[R]:
        return [each for each in self.visible_items if not isinstance(each, Heading)]

    @property
    def place_in_group(self) -> tuple[Heading, int] | None:
        """The heading of the row under the cursor and its number below it; None for a heading."""
        spot = self._spot() if self.is_grouped else None
        if not isinstance(spot, _Spot) or spot.is_heading:
            return None
        start = self._starts[spot.group]
        return self._items[start], self.position - start

    # --- changing it

    def show_groups(self, are_shown: bool) -> None:
        """Show headings or none. The cursor stays on its row, below its heading if possible."""
        self._moved = True
        self._change_rows(lambda: setattr(self, "is_grouped", are_shown))
        if (place := self.place_in_group) is not None:
            self.top = min(self.top, self.position - place[1])
            self._update_cursor()

    def fold(self, is_folded: bool) -> None:
        """Fold the group of the cursor, which goes to the heading, or unfold it."""
        spot = self._spot()
        if isinstance(spot, _Spot):
            self._set_folded({spot.group}, is_folded)

    def fold_all(self, are_folded: bool) -> None:
        self._set_folded(self._names, are_folded)

    def toggle_mark(self) -> None:
        """Mark or unmark all rows of the group, if the cursor is on its heading."""
        if (heading := self.heading) is None:
            super().toggle_mark()
            return
        rows = self._sections[heading.group]
        if all(row in self.marks for row in rows):
            self.marks.remove(rows)
        else:
            self.marks.add(rows)
        self._move_cursor(self.position + 1)

    def _set_folded(self, groups: Iterable[str], are_folded: bool) -> None:
        folded = self._folded_now
        change = folded.update if are_folded else folded.difference_update
        self._moved = True
        self._change_rows(lambda: change(groups))

    @property
    def _folded_now(self) -> set[str]:
        return self._folded_found if self._model.query else self._folded

    # --- the lines

    def _arrange(self) -> None:
        self._marked.clear()
        is_changed = self.query_text != self._found_by
        self._has_new_filter = is_changed and bool(self.query_text)
        if is_changed:
            self._found_by = self.query_text
            self._folded_found.clear()
        if not self.is_grouped:
            return
        if self._grouped is not self._model.rows:
            self._find_groups()
        self._sections = sections = self._sections_of(self.shown)
        is_ranked = self._model.query is not None and self._model.sorted_by is None
        names = sections if is_ranked else [each for each in self._names if each in sections]
        self._items, self._starts = [], {}
        for name in names:
            rows, is_folded = sections[name], name in self._folded_now
            self._starts[name] = len(self._items)
            self._items.append(Heading(name, len(rows), self._totals[name], is_folded))
            self._items += () if is_folded else rows

    def _find_groups(self) -> None:
        """Note the groups of each row, once for all filters and sort orders."""
        self._grouped = rows = self._model.rows
        self._groups = {id(row): self._groups_of(row) or _NO_GROUP for row in rows}
        self._totals = Counter([name for groups in self._groups.values() for name in groups])
        self._names = sorted(self._totals, key=lambda name: (not name, fold(name)))

    def _sections_of(self, rows: Sequence[R]) -> dict[str, list[R]]:
        """Return the rows of each group, the group of the first row first."""
        sections: dict[str, list[R]] = {}
        groups = self._groups
        for row in rows:
            for group in groups[id(row)]:
                if group in sections:
                    sections[group].append(row)
                else:
                    sections[group] = [row]
        return sections

    def _first_place(self) -> int:
        """Return the index of the best row, or of its heading if that is folded."""
        begins_with_row = len(self.items) > 1 and not isinstance(self.items[1], Heading)
        return int(self.is_grouped and begins_with_row)

    def _spot(self) -> tuple[Hashable, ...] | None:
        if not (self.is_grouped and self._items):
            return super()._spot()
        place = self.position
        start = max(each for each in self._starts.values() if each <= place)
        group = self._items[start].group
        row = self._sections[group][max(0, place - start - 1)]
        return _Spot(self._model.key_of(row), group, place == start)

    def _place_of(self, spot: tuple[Hashable, ...]) -> int | None:
        if not self.is_grouped:
            return super()._place_of(spot)
        is_heading = isinstance(spot, _Spot) and spot.is_heading
        if is_heading and self._has_new_filter:
            return None
        if isinstance(spot, _Spot) and (start := self._starts.get(spot.group)) is not None:
            if is_heading:
                return start
            if (place := self._place_below(start, spot.key)) is not None:
                return place
        found = (self._place_below(each, spot[0]) for each in self._starts.values())
        return next((each for each in found if each is not None), None)

    def _place_below(self, start: int, key: Hashable) -> int | None:
        """Return the index of the row in this group, or of the heading while it is folded."""
        heading = self._items[start]
        keys = map(self._model.key_of, self._sections[heading.group])
        at = next((i for i, each in enumerate(keys) if each == key), None)
        if at is None:
            return None
        return start if heading.is_folded else start + 1 + at

    # --- painting

    def _marks_changed(self, before: int) -> None:
        self._marked.clear()
        super()._marks_changed(before)

    def _line_of(self, place: int, item: Any) -> Strip:
        if not isinstance(item, Heading):
            return super()._line_of(place, item)
        marked = self._marked_in(item.group)
        facts = [inventory_strings.position(item.shown, item.total, *self._noun)]
        facts += [inventory_strings.MARKED(marked)] if marked else []
        return self._painter.heading(
            item.name,
            labels.SEPARATOR.join(facts),
            self._state_of(place),
            is_folded=item.is_folded,
            marked=marked == item.shown,
        )

    def _marked_in(self, group: str) -> int:
        if group not in self._marked:
            count = sum(row in self.marks for row in self._sections[group])
            self._marked[group] = count if self.marks.count else 0
        return self._marked[group]
