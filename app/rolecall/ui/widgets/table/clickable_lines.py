"""What the mouse does in a table, if the settings turn it on."""

from __future__ import annotations

from typing import Final

from textual import events

from rolecall.ui.widgets.framed_lines import FramedLines

_WHEEL_ROWS: Final = 3


class ClickableLines(FramedLines):
    """A click selects a row or sorts, a double click opens a row, the wheel moves the cursor."""

    position: int  # the index of the row under the cursor

    def place_at(self, line: int) -> int | None:
        """Return the index of the row that the line inside the border belongs to."""
        raise NotImplementedError

    def click_header(self, column: int) -> None:
        """Do what a click at this column of the header does."""
        raise NotImplementedError

    def action_move(self, rows: int) -> None:
        """Move the cursor."""
        raise NotImplementedError

    def on_click(self, event: events.Click) -> None:
        edge = int(self.is_framed)
        line = event.y - edge
        if not 0 <= line < self.inner.height:  # the border
            return
        place = self.place_at(line)
        if place is not None:
            self.action_move(place - self.position)
            if event.chain == 2:
                self.app.simulate_key("enter")
        elif line == 0:
            self.click_header(event.x - edge)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        self.action_move(_WHEEL_ROWS)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        self.action_move(-_WHEEL_ROWS)
