"""One-shot timers that always fire."""

from __future__ import annotations

from textual.message_pump import MessagePump
from textual.timer import Timer, TimerCallback

from rolecall.ui.rendering.textual_private import fire_when_late


class ReliableTimers(MessagePump):
    """Goes before a Textual class that sets short timers.

    A timer of Textual 8.2 leaves out late ticks. On a busy machine the only tick of a one-shot
    timer may be late.
    """

    def set_timer(
        self,
        delay: float,
        callback: TimerCallback | None = None,
        *,
        name: str | None = None,
        pause: bool = False,
    ) -> Timer:
        timer = super().set_timer(delay, callback, name=name, pause=pause)
        fire_when_late(timer)
        return timer
