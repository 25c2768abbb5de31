"""What a command reports about its calls to AWS: that one is slow, that the clock is wrong."""

from __future__ import annotations

from datetime import timedelta

from rolecall.aws.clock_skew import OnSkew, set_on_skew
from rolecall.domain.question import OnSlow, begin_command, current, end_command


def report_slow_calls(report: OnSlow) -> None:
    """Begin a command. Call `report` for its slow calls, and waits for another rolecall, with what
    `report_slow` gets.

    It is called on the thread that waits. If many wait for the same call, one is reported. After a
    call whose rate is limited, calls without a name are not reported.
    """
    reported: set[tuple[str, str, bool]] = set()

    def on_slow(operation: str, host: str, is_throttled: bool) -> None:
        slow_call = operation, host, is_throttled
        is_known = is_throttled and not operation and any(each[2] for each in reported)
        if slow_call not in reported and not is_known:
            reported.add(slow_call)
            report(*slow_call)

    begin_command(on_slow)


def report_clock_skew(report: OnSkew) -> None:
    """Call `report` once if the clock of this machine is notably wrong: AWS's time minus it."""

    def on_skew(difference: timedelta) -> None:
        set_on_skew(None)
        report(difference)

    set_on_skew(on_skew)


def report_nothing() -> None:
    """Report nothing from now on, because another program may draw a screen."""
    current().report_nothing()
    set_on_skew(None)


def end_reports() -> None:
    """End a command, and what is reported of it."""
    end_command()
    set_on_skew(None)
