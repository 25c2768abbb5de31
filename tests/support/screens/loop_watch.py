"""Finds files that are opened on the event loop's thread, and widgets touched by other threads."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import get_ident
from types import FrameType
from typing import Any, Final

import pytest
from textual.dom import DOMNode
from textual.message_pump import MessagePump
from textual.reactive import Reactive
from textual.widget import Widget

# Imports and style sheets, which Textual reads when it first shows a screen. Not the user's files.
_OURS: Final = (".py", ".pyc", ".so", ".tcss")
_DEVICES: Final = ("/dev/", "/proc/")


@dataclass
class LoopWatch:
    """`opened` and `touched` have one entry for each event: what happened, and where."""

    thread: int = field(default_factory=get_ident)
    opened: list[str] = field(default_factory=list)
    touched: list[str] = field(default_factory=list)


_watch: LoopWatch | None = None
_is_hooked = False


@contextmanager
def loop_watch() -> Iterator[LoopWatch]:
    """Watch the event loop of the thread that calls this."""
    global _watch, _is_hooked  # noqa: PLW0603 - an audit hook cannot be removed
    if not _is_hooked:
        sys.addaudithook(_audit)
        _is_hooked = True
    _watch = LoopWatch()
    with pytest.MonkeyPatch.context() as patch:
        _watch_widgets(patch)
        try:
            yield _watch
        finally:
            _watch = None


def _audit(event: str, arguments: tuple[Any, ...]) -> None:
    watch = _watch
    if watch is None or event not in {"open", "sqlite3.connect"} or get_ident() != watch.thread:
        return
    path = arguments[0]
    if isinstance(path, int):
        return
    path = path.decode() if isinstance(path, bytes) else str(path)
    is_ours = path.endswith(_OURS) or "/__pycache__/" in path
    if not is_ours and not path.startswith(_DEVICES):
        watch.opened.append(f"{path} by {_caller()}")


def _watch_widgets(patch: pytest.MonkeyPatch) -> None:
    """Patch the ways to a widget's state: its reactives, queries, its app, and repainting."""

    def watched(what: str, original: Callable[..., Any], place: int = 0) -> Callable[..., Any]:
        def call(*arguments: Any, **options: Any) -> Any:
            watch, node = _watch, arguments[place]
            if watch is not None and get_ident() != watch.thread and isinstance(node, Widget):
                watch.touched.append(f"{what} of {type(node).__name__} by {_caller()}")
            return original(*arguments, **options)

        return call

    patch.setattr(Reactive, "__get__", watched("a reactive", Reactive.__get__, 1))
    patch.setattr(Reactive, "__set__", watched("a reactive", Reactive.__set__, 1))
    for name in ("query", "query_one", "query_exactly_one"):
        patch.setattr(DOMNode, name, watched(name, getattr(DOMNode, name)))
    patch.setattr(Widget, "refresh", watched("refresh", Widget.refresh))
    app = vars(MessagePump)["app"]
    patch.setattr(MessagePump, "app", property(watched("app", app.fget)))


def _caller() -> str:
    """The innermost function of rolecall or of a test that led here."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        code = frame.f_code
        if code.co_filename != __file__ and "site-packages" not in code.co_filename:
            for part in ("/rolecall/", "/tests/"):
                if part in code.co_filename:
                    place = code.co_filename.rpartition(part)[2]
                    return f"{code.co_qualname} ({place}:{frame.f_lineno})"
        frame = frame.f_back
    return "nothing of rolecall"
