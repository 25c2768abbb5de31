"""The base of the screens with a diff, which can be paged."""

from __future__ import annotations

from rolecall.ui.screens.base.box import BoxScreen
from rolecall.ui.screens.base.command import Result
from rolecall.ui.widgets.diff_view import DiffView


class DiffScreen(BoxScreen[Result]):
    """The base of the boxes with a difference."""

    def do_page_down(self) -> None:
        self.query_one(DiffView).page(1)

    def do_page_up(self) -> None:
        self.query_one(DiffView).page(-1)
