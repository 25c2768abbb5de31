"""The bases of the screens in a box: the place below stays visible, and dimmed."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any, Final, TypeVar

from textual.app import ComposeResult
from textual.containers import Container
from textual.content import Content

from rolecall.presentation import labels
from rolecall.presentation.texts import command_strings
from rolecall.ui.rendering.styles import stylesheets
from rolecall.ui.screens.base.command import CommandScreen, Result
from rolecall.ui.screens.base.table import TableScreen
from rolecall.ui.widgets.diff_view import DiffView
from rolecall.ui.widgets.framed_lines import has_room_for_frame

R = TypeVar("R", bound=Hashable)

_ROWS: Final = 20  # minimum rows for the border of a box


class BoxScreen(CommandScreen[Result]):
    """Its title leads from the place below to its step. In a small terminal it fills the screen."""

    def __init__(self) -> None:
        super().__init__()
        self._is_placed = False

    def box(self, step: str, *, is_production: bool = False) -> Container:
        box = Container(id="box")
        box.border_title = self.steps(step)
        show_production(box, is_production)
        return box

    def steps(self, step: str) -> str:
        """Return the title of the box: it leads from the place below to `step`."""
        below = self._below
        place = command_strings.PLACES[below.place.value] if below else ""
        return " › ".join(filter(None, (place, step)))

    @property
    def _below(self) -> CommandScreen[Any] | None:
        stack = self.app.screen_stack
        at = stack.index(self) if self in stack else len(stack)
        below = stack[at - 1] if at > 0 else None
        return below if isinstance(below, CommandScreen) else None

    def render(self) -> Content:
        """Return the screen below, all in one colour."""
        below = self._below if self.has_class("-framed") else None
        lines = below.painted_lines() if below else []
        return Content.styled("\n".join(lines), "$dimmed on $background")

    def paint(self) -> None:
        """Paint once the box has its place: until then it fills the screen."""
        if self._is_placed:
            super().paint()

    def on_mount(self) -> None:
        self.status.is_over_border = True

    @property
    def is_framed(self) -> bool:
        size = self.app.size
        return has_room_for_frame(size) and size.height >= _ROWS

    def on_resize(self) -> None:
        self.set_class(self.is_framed, "-framed")
        if not self._is_placed:
            self.call_after_refresh(self._show_box)

    def on_screen_resume(self) -> None:
        """Place the box of a screen that was covered before it was shown."""
        if self.size and not self._is_placed:
            self.call_after_refresh(self._show_box)

    def _show_box(self) -> None:
        self._is_placed = True
        self.paint()

    def show_header(self, *trail: str, session: str = "") -> None:
        """Show none: the header of the screen below is visible."""

    def show_token_left(self) -> bool:
        """Show it in the screen below, whose header is visible."""
        has_changed = self._below is not None and self._below.show_token_left()
        if has_changed:
            self.refresh(layout=False)
        return has_changed

    def do_page_down(self) -> None:
        self.query_one(DiffView).page(1)

    def do_page_up(self) -> None:
        self.query_one(DiffView).page(-1)


class BoxTable(BoxScreen[None], TableScreen[R]):
    """A table in a box. Its rows are their own keys."""

    step: str
    CSS_PATH = stylesheets("box", "help")
    closes_when_left = True

    def compose(self) -> ComposeResult:
        yield self.area()
        yield self.status
        yield self.key_line()

    def heading(self) -> str:
        return self.steps(self.step)

    def row_key(self, row: R) -> Hashable:
        return row


def show_production(box: Container, is_production: bool) -> None:
    """Show on the box whether it is about production."""
    box.border_subtitle = labels.PRODUCTION if is_production else ""
    box.set_class(bool(box.border_subtitle), "-production")
