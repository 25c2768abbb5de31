"""Asks for a confirmation, and shows what would be written as a diff."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

from textual.app import ComposeResult
from textual.widgets import Static

from rolecall.domain.errors.file_errors import LocksMissing
from rolecall.presentation import labels
from rolecall.presentation.commands import Place
from rolecall.presentation.errors import ask_unlocked
from rolecall.presentation.texts import file_strings
from rolecall.ui.rendering.styles import stylesheets
from rolecall.ui.screens.base.box import BoxScreen
from rolecall.ui.widgets.diff_view import DiffView

T = TypeVar("T")


class ConfirmScreen(BoxScreen[bool]):
    """The result is True if the user confirms.

    `act` names what the key does, and `no` what Esc does. `warnings` are other consequences, one
    per line.
    """

    place = Place.CONFIRM
    CSS_PATH = stylesheets("box", "confirm")
    takes_type_ahead = False  # nothing is confirmed before it was shown

    def __init__(
        self,
        act: str,
        title: str,
        intro: str,
        diff: str,
        *,
        warnings: str = "",
        is_production: bool = False,
        no: str = "",
    ) -> None:
        super().__init__()
        self._act = act
        self._no = no
        self._texts = title, intro, warnings
        self._diff = diff
        self._is_production = is_production

    def compose(self) -> ComposeResult:
        title, intro, warnings = self._texts
        is_production = self._is_production
        with self.box(self._act[:1].upper() + self._act[1:], is_production=is_production):
            yield Static(self.title_of(title, is_production=is_production), classes="title")
            yield DiffView(self._diff, words=[("warning", warnings), ("context", intro)])
        yield self.status
        names = {"cancel": self._no} if self._no else {}
        yield self.key_line(confirm=self._act, **names)

    def do_confirm(self) -> None:
        self.dismiss(True)

    def do_cancel(self) -> None:
        self.dismiss(False)


async def committed(
    commit: Callable[[], T],
    in_thread: Callable[[Callable[[], T]], Awaitable[T]],
    ask: Callable[[ConfirmScreen], Awaitable[bool | None]],
) -> T:
    """Commit in a thread, and again without a lock if the file system has none and `ask` returns
    that the user agrees. Raises LocksMissing otherwise, and what the commit or `ask` raises.
    """
    try:
        return await in_thread(commit)
    except LocksMissing as missing:
        title, intro = file_strings.UNLOCKED_TITLE, ask_unlocked(missing)
        if not await ask(ConfirmScreen(labels.WRITE, title, intro, "")):
            raise
    from rolecall.services.base.unlocked import unlocked

    return await in_thread(unlocked(commit))
