"""One-shot timers that always fire."""

from __future__ import annotations

from textual.message_pump import MessagePump
from textual.timer import Timer, TimerCallback


class ReliableTimers(MessagePump):
    """For what sets short timers, before its Textual class.

    A timer of Textual's (8.2, timer.py) leaves out ticks that are late, and where the machine was
    busy elsewhere for as long as a one-shot timer, just as that began, it is the only one.
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
        timer._skip = False
        return timer
