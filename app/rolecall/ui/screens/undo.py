"""The last write to ~/.aws/config: what taking it back would change, before it is."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.widgets import Static

from rolecall.domain.text import safe
from rolecall.services.undo import Undo
from rolecall.ui import file_strings, strings
from rolecall.ui.commands import Place
from rolecall.ui.screens.command_screen import CommandScreen, bindings
from rolecall.ui.styles import stylesheets
from rolecall.ui.widgets.diff_view import DiffView


class UndoScreen(CommandScreen[bool]):
    """Its result is whether to take the write back."""

    place = Place.UNDO
    BINDINGS = bindings(Place.UNDO)
    CSS_PATH = stylesheets("undo")

    def __init__(self, undo: Undo) -> None:
        super().__init__()
        self._undo = undo

    def compose(self) -> ComposeResult:
        backup = self._undo.backup
        what = file_strings.done(safe(backup.summary))
        when = strings.moment(backup.when, self.rolecall.now())
        intro = strings.UNDO_INTRO.format(when=when, path=self.rolecall.config_path)
        yield self.header
        yield Static(strings.UNDO_TITLE.format(what=what), classes="title", markup=False)
        yield Static(intro, classes="intro", markup=False)
        yield DiffView(self._undo.change.diff())
        yield self.status
        yield self.key_line()

    def on_mount(self) -> None:
        self.show_header()
        self.tick()

    def do_page_down(self) -> None:
        self.query_one(DiffView).page(1)

    def do_page_up(self) -> None:
        self.query_one(DiffView).page(-1)

    def do_take_back(self) -> None:
        self.dismiss(True)

    def do_cancel(self) -> None:
        self.dismiss(False)
