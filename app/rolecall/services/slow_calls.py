"""Reports on calls to AWS that have no answer after a few seconds."""

from __future__ import annotations

from collections.abc import Callable

from rolecall.aws.call import set_on_slow


def report_slow_calls(report: Callable[[str, str], None]) -> None:
    """Call `report` with the operation and the host of a slow call, once for each such pair.

    It is called on the thread that waits. If many calls wait for the same, one is reported.
    """
    reported: set[tuple[str, str]] = set()

    def on_slow(operation: str, host: str) -> None:
        if (operation, host) not in reported:
            reported.add((operation, host))
            report(operation, host)

    set_on_slow(on_slow)
