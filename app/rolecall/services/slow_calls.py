"""Reports on calls to AWS that have no answer after a few seconds."""

from __future__ import annotations

from rolecall.aws.call import OnSlow, set_on_slow


def report_slow_calls(report: OnSlow) -> None:
    """Call `report` for slow calls: with the operation, the host, and whether that limits the rate.

    It is called on the thread that waits. If many calls wait for the same, one is reported.
    """
    reported: set[tuple[str, str, bool]] = set()

    def on_slow(operation: str, host: str, is_throttled: bool) -> None:
        slow_call = operation, host, is_throttled
        if slow_call not in reported:
            reported.add(slow_call)
            report(*slow_call)

    set_on_slow(on_slow)
