"""Sends frames as fast as the terminal shows them.

Output to a terminal on a slow line queues in sshd and in TCP, where no program can see it: after a
key held for three seconds, the screen scrolls for another twenty. So each frame ends with a
query, and the answer says that the terminal has shown the frame. While too many bytes are on their
way nothing is painted. The next frame then shows the newest state.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Final

_WINDOW: Final = 2000  # no frame is sent while so many bytes are on their way
_DEADLINE: Final = 3.0  # seconds to wait for an answer
_RESIZED: Final = 0.06  # seconds without a resize that end a series of them

Cancel = Callable[[], None]


class FlowControl:
    """Says when a frame may be sent.

    `ask` sends a query to the terminal. `later` calls a function after some seconds, and returns
    what cancels that. Frames do not wait for a terminal that has never answered.
    """

    def __init__(
        self, ask: Callable[[], None], later: Callable[[float, Callable[[], None]], Cancel]
    ) -> None:
        self._ask = ask
        self._later = later
        self._answers = False
        self._unanswered: deque[int] = deque()  # the sizes of frames, the oldest first
        self._waiting: dict[Callable[[], None], None] = {}
        self._watching: dict[Callable[[], None], int] = {}  # and how many frames are not shown yet
        self._cancel_deadline: Cancel | None = None
        self._cancel_resize: Cancel | None = None

    def begin(self) -> None:
        """Forget the frames sent before, which are no longer answered."""
        self._unanswered.clear()
        self._stop_deadline()
        self._tell_watching()

    @property
    def is_open(self) -> bool:
        """Whether a frame may be sent now."""
        return self._cancel_resize is None and sum(self._unanswered) < _WINDOW

    def when_open(self, paint: Callable[[], None]) -> None:
        """Call `paint` as soon as a frame may be sent; once, even if it is passed several times."""
        self._waiting[paint] = None

    def when_shown(self, then: Callable[[], None]) -> bool:
        """Call `then` once the terminal has shown what was sent. Returns False if it has."""
        if self._unanswered:
            self._watching[then] = len(self._unanswered)
        return bool(self._unanswered)

    def sent(self, size: int) -> None:
        """Note that a frame of `size` bytes was written."""
        if self._answers:
            self._unanswered.append(size)
            self._ask()
            if self._cancel_deadline is None:
                self._cancel_deadline = self._later(_DEADLINE, self._give_up)

    def answered(self) -> None:
        """Note that the terminal has shown the oldest frame without an answer."""
        self._answers = True
        if self._unanswered:
            self._unanswered.popleft()
        self._stop_deadline()
        if self._unanswered:
            self._cancel_deadline = self._later(_DEADLINE, self._give_up)
        self._paint_waiting()
        self._tell_watching(shown=1)

    def resized(self) -> None:
        """Note that the size has changed. Of several changes in a row only the last is painted."""
        if self._cancel_resize is not None:
            self._cancel_resize()
        self._cancel_resize = self._later(_RESIZED, self._end_resize)

    def _end_resize(self) -> None:
        self._cancel_resize = None
        self._paint_waiting()

    def _give_up(self) -> None:
        self._answers = False
        self._unanswered.clear()
        self._cancel_deadline = None
        self._paint_waiting()
        self._tell_watching()

    def _stop_deadline(self) -> None:
        if self._cancel_deadline is not None:
            self._cancel_deadline()
            self._cancel_deadline = None

    def _paint_waiting(self) -> None:
        while self._waiting and self.is_open:
            paint = next(iter(self._waiting))
            del self._waiting[paint]
            paint()

    def _tell_watching(self, shown: int | None = None) -> None:
        """Tell those that wait for no frame after the `shown` next ones; None: all of them."""
        watching, self._watching = self._watching, {}
        for then, left in watching.items():
            if shown is None or left <= shown:
                then()
            else:
                self._watching[then] = left - shown
