"""Decides when the columns of a table get other widths."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Final, Generic

from textual.geometry import Size
from textual.timer import Timer

from rolecall.ui.widgets.table.columns import Column, ContentWidth, R, content_widths
from rolecall.ui.widgets.table.painter import TablePainter
from rolecall.ui.widgets.table.rows import TableRows

_MANY: Final = 500  # with more rows, the widths are not checked for every new row
_EVERY: Final = 1.0  # seconds


class ColumnFit(Generic[R]):
    """Fits the columns to contents and size. `changed`: the next paint has to fit them."""

    def __init__(
        self,
        columns: Sequence[Column[R]],
        model: TableRows[R],
        painter: TablePainter[R],
        set_timer: Callable[[float, Callable[[], None]], Timer],
        changed: Callable[[], None],
    ) -> None:
        self._columns = columns
        self._model = model
        self._painter = painter
        self._set_timer = set_timer
        self._changed = changed
        self._wanted: list[bool] = []
        self._content_widths: list[ContentWidth] = []
        self._rows_then = 0  # when the contents were measured
        self._timer: Timer | None = None
        self._size = Size()  # that the widths are for

    def forget(self) -> None:
        """Fit the columns again at the next paint."""
        self._size = Size()
        self._changed()

    def fit(self, size: Size, marks: bool, padding: int) -> bool:
        """Fit the columns before a paint. Returns whether it was necessary."""
        if size == self._size:
            return False
        self._size = size
        natural = self._content_widths or content_widths(self._columns, ())
        self._painter.fit(natural, size.width, marks, padding)
        return True

    def rows_changed(self, growing: bool) -> None:
        """Look at the contents again, now or soon. `growing`: rows stream in."""
        wanted = [column.is_wanted for column in self._columns]
        if wanted != self._wanted:
            self._wanted = wanted
            self.forget()
        count = len(self._model.rows)
        is_many = count >= _MANY
        if not is_many or 10 * abs(count - self._rows_then) > count:
            self.measure(growing, is_first=is_many)
        if is_many and self._timer is None:
            self._timer = self._set_timer(_EVERY, partial(self.measure, True))

    def measure(self, growing: bool, *, is_first: bool = False) -> None:
        """Set the widths from the contents. While rows stream in, no column becomes narrower or
        disappears, and all stay in place if that is good enough.
        """
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        growing = growing and self._rows_then > 0
        self._rows_then = len(self._model.rows)
        natural = content_widths(self._columns, self._model.rows, is_first=is_first)
        if growing:
            natural = [
                new.or_wider(old) for new, old in zip(natural, self._content_widths, strict=True)
            ]
        if natural != self._content_widths:
            self._content_widths = natural
            if not (growing and self._size and self._painter.is_fit_for(natural)):
                self.forget()
