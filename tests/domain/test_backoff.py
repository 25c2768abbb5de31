"""Growing pauses between automatic attempts."""

from __future__ import annotations

from rolecall.domain.backoff import LONGEST_PAUSE, retry_pause


def test_the_pause_doubles_up_to_the_longest() -> None:
    seconds = [retry_pause(failures).total_seconds() for failures in range(1, 9)]
    assert seconds == [10, 20, 40, 80, 160, 320, 640, 900]
    assert retry_pause(10_000) == LONGEST_PAUSE
