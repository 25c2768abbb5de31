"""All that the program of a row has written, with a search."""

from __future__ import annotations

from functools import partial
from threading import Event
from typing import Final

from textual import work
from textual.app import ComposeResult
from textual.timer import Timer

from rolecall.presentation import labels
from rolecall.presentation.commands import Command, Place, with_keys
from rolecall.presentation.texts import command_strings, run_strings
from rolecall.services.runs.board import RunBoard, RunState
from rolecall.services.runs.kept_output import KeptOutput, Line
from rolecall.services.runs.run_events import Stream
from rolecall.ui.screens.base.command import CommandScreen
from rolecall.ui.screens.base.table import filter_hints
from rolecall.ui.widgets.fields.filter_bar import FilterBar
from rolecall.ui.widgets.framed_lines import Runs, has_room_for_frame
from rolecall.ui.widgets.key_line import KeyHint
from rolecall.ui.widgets.output_view import OutputView, Page
from rolecall.ui.widgets.table.area import TableArea

_LOOK_EVERY: Final = 0.2  # seconds
_EDGE_CELLS: Final = 20  # kept free after the search field
_ABOVE: Final = 3  # lines that are shown above one that was found


class LiveScreen(CommandScreen[None]):
    """Follows the runs of a command: `show_state` is called when the board has changed."""

    def __init__(self, board: RunBoard) -> None:
        super().__init__()
        self.board = board
        self._seen = -1  # the version of the board that is shown
        self._timer: Timer | None = None

    def follow(self) -> None:
        if self._timer is None:
            self._timer = self.set_interval(_LOOK_EVERY, self._look)

    def do_quit(self) -> None:
        if self.board.is_under_way:
            self.flows.runs.ask_to_stop(self.board)
        else:
            self.flows.run_command("quit")

    def _look(self) -> None:
        is_under_way = self.board.is_under_way
        if self.is_current and self.board.version != self._seen:
            self._seen = self.board.version
            self.show_state()
        if not is_under_way and self._timer is not None:
            self._timer.stop()
            self._timer = None


class RunOutputScreen(LiveScreen):
    """Follows the end of the output while the program runs, until the user scrolls up.

    Lines are read in a thread: a file may have a gigabyte of them.
    """

    place = Place.OUTPUT

    def __init__(self, board: RunBoard, state: RunState) -> None:
        super().__init__(board)
        self._state = state
        self._view = OutputView()
        self._search_bar = FilterBar(self._search, run_strings.SEARCH_HINT)
        self._count = 0
        self._top = 0
        self._column = 0
        self._follows = state.is_under_way
        self._found: int | None = None  # the line that was found
        self._is_loading = False
        self._is_stale = False
        self._stop_search = Event()

    def compose(self) -> ComposeResult:
        self.set_class(has_room_for_frame(self.app.size), "-framed")
        yield self.header
        yield TableArea(self._search_bar, self._view)
        yield self.status
        yield self.key_line()

    def on_mount(self) -> None:
        self.set_focus(self._view)
        self.show_header()
        self.follow()
        self.show_state()

    def on_unmount(self) -> None:
        self._stop_search.set()

    def on_resize(self) -> None:
        self.set_class(has_room_for_frame(self.app.size), "-framed")
        self._place_search()
        self._load_later()

    # --- showing

    def show_state(self) -> None:
        self._load_later()
        self._show_edges()
        self.refresh_keys()

    def tick(self) -> None:
        super().tick()
        if self._state.is_under_way:
            self._show_edges()

    def _show_edges(self) -> None:
        row, seconds = self._state.row, self.board.seconds(self._state)
        status = [run_strings.status(self._state)]
        if seconds is not None:
            status.append(run_strings.seconds(seconds))
        last = min(self._top + self._height, self._count)
        shown = run_strings.LINES.format(first=self._top + 1, last=last, count=self._count)
        foot = [shown] if self._count else []
        if self.board.output.is_cut(self._state.index):
            foot.append(run_strings.OUTPUT_CUT)
        self.status.is_over_border = self._view.is_framed
        if not self._view.is_framed:
            self.status.set_text(labels.SEPARATOR.join([row.name, *status, *foot]))
            return
        self.status.set_text("")
        style = "production" if self._state.is_production else "title"
        title: Runs = [(labels.SEPARATOR.join((run_strings.OUTPUT, row.name)), style)]
        edge = labels.SEPARATOR.join
        self._view.set_edges(title, [(edge(status), "edge")], [(edge(foot), "edge")])

    def _load_later(self) -> None:
        """Read the lines to show, after those that are being read."""
        self._is_stale = True
        if not self._is_loading and self.is_mounted:
            self._load_until_current()

    @work(exclusive=True, group="lines")
    async def _load_until_current(self) -> None:
        self._is_loading = True
        try:
            while self._is_stale:
                self._is_stale = False
                top = None if self._follows else self._top
                output, index = self.board.output, self._state.index
                page = await self.in_thread(partial(_read, output, index, top, self._height))
                self._show(*page)
        finally:
            self._is_loading = False

    def _show(self, count: int, top: int, lines: list[Line]) -> None:
        self._count = count
        if not self._is_stale:
            self._top = top
        found = None if self._found is None else self._found - top
        is_over = not self._state.is_under_way
        empty = run_strings.NO_OUTPUT if is_over else run_strings.NO_OUTPUT_YET
        if self._state.ended is not None and self._state.ended.error is not None:
            empty = run_strings.failure(self._state.ended)
        cells = self._column + self._view.inner.width
        texts = [(line.beginning(cells), line.stream is Stream.ERR) for line in lines]
        self._view.show_page(Page(texts, self._words, found, self._column, empty))
        self._show_edges()

    @property
    def _height(self) -> int:
        return max(1, self._view.inner.height)

    # --- scrolling

    async def action_table(self, move: str) -> None:
        await self.app.run_action(move, default_namespace=self)

    def action_move(self, lines: int) -> None:
        self._go_to(self._top + lines)

    def action_page(self, pages: float) -> None:
        self._go_to(self._top + int(self._height * pages))

    def action_first(self) -> None:
        self._go_to(0)

    def action_last(self) -> None:
        self._go_to(self._count)

    def _go_to(self, top: int) -> None:
        last = max(0, self._count - self._height)
        self._top = max(0, min(top, last))
        self._follows = self._state.is_under_way and top >= last
        self._load_later()

    def do_scroll_left(self) -> None:
        self._go_aside(-1)

    def do_scroll_right(self) -> None:
        self._go_aside(1)

    def _go_aside(self, step: int) -> None:
        self._column = max(0, self._column + step * (self._view.inner.width // 2))
        self._load_later()

    # --- searching

    @property
    def _words(self) -> str:
        return self._search_bar.query_text

    def do_search(self) -> None:
        self._place_search()
        self._search_bar.open()

    def _place_search(self) -> None:
        self._search_bar.place(self._view, _EDGE_CELLS)

    def on_filter_bar_left(self, event: FilterBar.Left) -> None:
        self.set_focus(self._view)
        self.pass_on_typed_keys()

    def _search(self, words: str) -> None:
        """Find the words as they are typed, from the first visible line on."""
        start = self._top if self._found is None else self._found
        self._found = None
        self._load_later()
        self._find(words, start, 1)

    def do_next_match(self) -> None:
        self._find_other(1)

    def do_previous_match(self) -> None:
        self._find_other(-1)

    def _find_other(self, step: int) -> None:
        if not self._words:
            self.flash(with_keys(run_strings.NO_SEARCH))
            return
        start = self._top if self._found is None else self._found + step
        self._find(self._words, start, step)

    def _find(self, words: str, start: int, step: int) -> None:
        self._stop_search.set()
        self._stop_search = Event()
        if words:
            self._find_in_thread(words, start, step, self._stop_search)

    @work(exclusive=True, group="search")
    async def _find_in_thread(self, words: str, start: int, step: int, stopped: Event) -> None:
        output, index = self.board.output, self._state.index
        find = partial(output.find, index, words, step=step, stopped=stopped)
        found = await self.in_thread(partial(find, start))
        if found is None and not stopped.is_set():
            begin = 0 if step > 0 else output.count(index) - 1
            found = await self.in_thread(partial(find, begin))
            if found is not None:
                self.flash(run_strings.FROM_TOP if step > 0 else run_strings.FROM_END)
        if stopped.is_set():
            return
        if found is None:
            self.flash(run_strings.NO_MATCH.format(words=words))
            return
        self._found = found
        if not self._top <= found < self._top + self._height:
            self._go_to(found - _ABOVE)
        self._follows = False
        self._load_later()

    # --- commands

    def key_hints(self) -> list[KeyHint]:
        if self._search_bar.has_keyboard:
            return filter_hints(self._search_bar, command_strings.TO_THE_OUTPUT)
        return super().key_hints()

    def blocked(self, command: Command) -> str | None:
        if command.id == "stop_run" and not self._state.is_under_way:
            return run_strings.HAS_ENDED
        return super().blocked(command)

    def do_stop_run(self) -> None:
        self.board.stop(self._state)
        self.show_state()

    def do_back(self) -> None:
        if self._words:
            self._search_bar.close()
            self.set_focus(self._view)
        else:
            super().do_back()


def _read(
    output: KeptOutput, index: int, top: int | None, height: int
) -> tuple[int, int, list[Line]]:
    """Return the number of lines, the first to show, and those to show. Show from `top` on if there
    are enough lines below it; None shows the end.
    """
    count = output.count(index)
    last = max(0, count - height)
    first = last if top is None else min(top, last)
    return count, first, output.lines(index, first, first + height)
